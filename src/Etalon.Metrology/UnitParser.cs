using System.Globalization;

namespace Etalon.Metrology;

/// <summary>Recursive descent over UCUM terms: component ('.' | '/') component …, with parentheses, integer factors and exponents.</summary>
internal sealed class UnitParser(string text)
{
    private const int MaxDepth = 8;
    private const int MaxLength = 64;

    // Order of exponents: m, g, s, A, and the arbitrary units.
    private static readonly Dictionary<string, (double Scale, int[] Dim)> Atoms = new(StringComparer.Ordinal)
    {
        ["m"] = (1, [1, 0, 0, 0]),
        ["g"] = (1e-3, [0, 1, 0, 0]),
        ["s"] = (1, [0, 0, 1, 0]),
        ["min"] = (60, [0, 0, 1, 0]),
        ["h"] = (3600, [0, 0, 1, 0]),
        ["d"] = (86400, [0, 0, 1, 0]),
        ["L"] = (1e-3, [3, 0, 0, 0]),
        ["l"] = (1e-3, [3, 0, 0, 0]),
        ["mol"] = (6.02214076e23, [0, 0, 0, 0]),
        ["M"] = (6.02214076e26, [-3, 0, 0, 0]),
        ["Gy"] = (1, [2, 0, -2, 0]),
        ["Bq"] = (1, [0, 0, -1, 0]),
        ["Hz"] = (1, [0, 0, -1, 0]),
        ["rad"] = (1, [0, 0, 0, 0]),
        ["T"] = (1, [0, 1, -2, -1]),
        ["%"] = (0.01, [0, 0, 0, 0]),
        ["deg"] = (Math.PI / 180, [0, 0, 0, 0]),
        // Arbitrary units: UCUM lets none of them be converted, so each has a dimension of its own.
        ["[hnsf'U]"] = (1, [0, 0, 0, 0, 1, 0]),
        ["[arb'U]"] = (1, [0, 0, 0, 0, 0, 1]),
    };

    private const int Dimensions = 6;

    private static readonly Dictionary<char, double> Prefixes = new()
    {
        ['k'] = 1e3, ['M'] = 1e6, ['G'] = 1e9, ['d'] = 1e-1, ['c'] = 1e-2, ['m'] = 1e-3, ['u'] = 1e-6, ['n'] = 1e-9,
    };

    private int _at;

    public Unit Parse()
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            throw new FormatException($"A unit has 1 to {MaxLength} characters.");
        }

        var (scale, dim) = Term(0);
        if (_at != text.Length)
        {
            throw Wrong("the end of the unit");
        }

        return double.IsNormal(scale)
            ? new Unit(text, scale, dim)
            : throw new FormatException($"'{text}' is not a unit Etalon knows: its size is zero or beyond every number.");
    }

    private (double Scale, int[] Dim) Term(int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException($"'{text}' nests deeper than {MaxDepth} parentheses.");
        }

        var scale = 1.0;
        var dim = new int[Dimensions];
        var sign = 1;
        if (Peek() == '/')
        {
            _at++;
            sign = -1;
        }

        while (true)
        {
            var (s, d) = Component(depth);
            scale *= sign > 0 ? s : 1 / s;
            for (var i = 0; i < d.Length; i++)
            {
                dim[i] += sign * d[i];
            }

            if (Peek() is not ('.' or '/'))
            {
                return (scale, dim);
            }

            sign = text[_at++] == '/' ? -1 : 1;
        }
    }

    private (double Scale, int[] Dim) Component(int depth)
    {
        if (Peek() == '(')
        {
            _at++;
            var inner = Term(depth + 1);
            return Peek() == ')' && _at++ >= 0 ? inner : throw Wrong("')'");
        }

        return char.IsAsciiDigit(Peek()) ? (Number(), new int[Dimensions]) : Atom();
    }

    /// <summary>An integer factor, <c>10*-6</c>, or the everyday form <c>1e-6</c>.</summary>
    private double Number()
    {
        var start = _at;
        while (char.IsAsciiDigit(Peek()))
        {
            _at++;
        }

        var mantissa = double.Parse(text.AsSpan(start, _at - start), CultureInfo.InvariantCulture);
        if (Peek() is not ('*' or '^' or 'e' or 'E'))
        {
            return mantissa;
        }

        var isPower = text[_at++] is '*' or '^';
        var exponent = Exponent() ?? throw Wrong("an exponent");
        return isPower ? Math.Pow(mantissa, exponent) : double.Parse($"{mantissa:R}e{exponent}", CultureInfo.InvariantCulture);
    }

    private (double Scale, int[] Dim) Atom()
    {
        var start = _at;
        if (Peek() == '[')
        {
            _at = text.IndexOf(']', _at) + 1;
            _at = _at == 0 ? start : _at;
        }
        else
        {
            while (char.IsAsciiLetter(Peek()) || Peek() == '%')
            {
                _at++;
            }
        }

        var symbol = text[start.._at];
        if (!TryAtom(symbol, out var scale, out var dim))
        {
            _at = start;
            throw Wrong("a unit");
        }

        var exponent = Exponent() ?? 1;
        return (Math.Pow(scale, exponent), dim.Select(d => d * exponent).ToArray());
    }

    private static bool TryAtom(string symbol, out double scale, out int[] dim)
    {
        if (Atoms.TryGetValue(symbol, out var atom))
        {
            (scale, dim) = atom;
            return true;
        }

        if (symbol.Length > 1 && Prefixes.TryGetValue(symbol[0], out var prefix) && Atoms.TryGetValue(symbol[1..], out atom) && symbol[1..] is not ("min" or "h" or "d" or "%" or "deg"))
        {
            (scale, dim) = (prefix * atom.Scale, atom.Dim);
            return true;
        }

        (scale, dim) = (0, []);
        return false;
    }

    private int? Exponent()
    {
        var start = _at;
        if (Peek() is '-' or '+')
        {
            _at++;
        }

        var digits = _at;
        while (char.IsAsciiDigit(Peek()))
        {
            _at++;
        }

        if (_at == digits || _at - digits > 2)
        {
            _at = start;
            return null;
        }

        return int.Parse(text.AsSpan(start, _at - start), CultureInfo.InvariantCulture);
    }

    private char Peek() => _at < text.Length ? text[_at] : '\0';

    private FormatException Wrong(string expected) => new($"'{text}' is not a unit Etalon knows: expected {expected} at character {_at + 1}.");
}
