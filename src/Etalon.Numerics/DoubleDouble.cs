using System.Globalization;
using System.Numerics;

namespace Etalon.Numerics;

/// <summary>
/// A number of some 31 digits: the unevaluated sum of two doubles, for residuals that are smaller than the rounding of what they are differences of.
/// </summary>
/// <remarks>Dekker, Numer Math 18:224–242 (1971); error-free product by fused multiply-add; Hida, Li and Bailey, ARITH-15, 155–162 (2001).</remarks>
public readonly record struct DoubleDouble : IRealNumber<DoubleDouble>
{
    private static readonly DoubleDouble Ln2 = new(0.6931471805599453, 2.3190468138462996e-17);

    /// <summary>Makes a sum exact.</summary>
    /// <param name="high">First part.</param>
    /// <param name="low">Second part, not larger than the first.</param>
    public DoubleDouble(double high, double low)
    {
        High = high + low;
        Low = double.IsFinite(High) ? low - (High - high) : 0;
    }

    /// <summary>The nearest double.</summary>
    public double High { get; }

    /// <summary>What it lacks.</summary>
    public double Low { get; }

    /// <inheritdoc />
    public static DoubleDouble Pi => new(3.141592653589793, 1.2246467991473532e-16);

    /// <summary>A double, exactly.</summary>
    public static implicit operator DoubleDouble(double value) => new(value, 0);

    /// <summary>The nearest double.</summary>
    public static explicit operator double(DoubleDouble value) => value.High;

    /// <summary>A decimal number as it is written, with or without an exponent: 2.5134E+00.</summary>
    /// <exception cref="FormatException">It is not such a number.</exception>
    public static DoubleDouble Parse(ReadOnlySpan<char> text)
    {
        var trimmed = text.Trim();
        var split = trimmed.IndexOfAny('e', 'E');
        var mantissa = split < 0 ? trimmed : trimmed[..split];
        var exponent = split < 0 ? 0 : int.Parse(trimmed[(split + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var point = mantissa.IndexOf('.');
        var digits = BigInteger.Parse(point < 0 ? mantissa : string.Concat(mantissa[..point], mantissa[(point + 1)..]), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;
        var high = (double)digits;
        var whole = new DoubleDouble(high, double.IsFinite(high) ? (double)(digits - new BigInteger(high)) : 0);
        return exponent < 0 ? whole / PowerOfTen(-exponent) : whole * PowerOfTen(exponent);
    }

    /// <inheritdoc />
    public static DoubleDouble operator +(DoubleDouble left, DoubleDouble right)
    {
        var (sum, error) = TwoSum(left.High, right.High);
        var (lows, rest) = TwoSum(left.Low, right.Low);
        var first = new DoubleDouble(sum, error + lows);
        return new DoubleDouble(first.High, first.Low + rest);
    }

    /// <inheritdoc />
    public static DoubleDouble operator -(DoubleDouble left, DoubleDouble right) => left + -right;

    /// <inheritdoc />
    public static DoubleDouble operator -(DoubleDouble value) => new(-value.High, -value.Low);

    /// <inheritdoc />
    public static DoubleDouble operator *(DoubleDouble left, DoubleDouble right)
    {
        var product = left.High * right.High;
        var error = Math.FusedMultiplyAdd(left.High, right.High, -product);
        return new DoubleDouble(product, error + (left.High * right.Low + left.Low * right.High));
    }

    /// <inheritdoc />
    public static DoubleDouble operator /(DoubleDouble left, DoubleDouble right)
    {
        var first = left.High / right.High;
        if (!double.IsFinite(first) || double.IsInfinity(right.High))
        {
            return first;
        }

        var rest = left - right * first;
        var second = rest.High / right.High;
        rest -= right * second;
        return new DoubleDouble(first, second) + rest.High / right.High;
    }

    /// <inheritdoc />
    public static DoubleDouble Exp(DoubleDouble x)
    {
        if (!(Math.Abs(x.High) < 700))
        {
            return Math.Exp(x.High);
        }

        // x = k ln 2 + 2⁹ r: the series of r, squared nine times.
        var k = Math.Round(x.High / Ln2.High);
        var r = Scale(x - Ln2 * k, 1.0 / 512);
        DoubleDouble term = r, sum = r;
        for (var n = 2; n <= 10; n++)
        {
            term = term * r / n;
            sum += term;
        }

        // exp − 1 keeps its digits through (1 + s)² − 1 = 2s + s².
        for (var n = 0; n < 9; n++)
        {
            sum = sum + sum + sum * sum;
        }

        sum += 1.0;
        return new DoubleDouble(Math.ScaleB(sum.High, (int)k), Math.ScaleB(sum.Low, (int)k));
    }

    /// <inheritdoc />
    public static DoubleDouble Log(DoubleDouble x)
    {
        if (!(x.High > 0) || !double.IsFinite(x.High))
        {
            return Math.Log(x.High);
        }

        // One step of Newton doubles the digits.
        DoubleDouble y = Math.Log(x.High);
        return y + x * Exp(-y) - 1.0;
    }

    /// <inheritdoc />
    public static DoubleDouble Sqrt(DoubleDouble x)
    {
        if (!(x.High > 0) || !double.IsFinite(x.High))
        {
            return Math.Sqrt(x.High);
        }

        DoubleDouble root = Math.Sqrt(x.High);
        return Scale(root + x / root, 0.5);
    }

    /// <inheritdoc />
    public static DoubleDouble Pow(DoubleDouble x, DoubleDouble exponent) =>
        x.High > 0 && double.IsFinite(x.High) ? Exp(exponent * Log(x)) : Math.Pow(x.High, exponent.High);

    /// <inheritdoc />
    public static (DoubleDouble Sin, DoubleDouble Cos) SinCos(DoubleDouble x)
    {
        if (!(Math.Abs(x.High) < 1e12))
        {
            return (double.NaN, double.NaN);
        }

        // x = k π/2 + 2⁶ r: cos − 1 and sin of r by series, doubled six times.
        var k = Math.Round(x.High / (0.5 * Pi.High));
        var r = Scale(x - Scale(Pi, 0.5) * k, 1.0 / 64);
        var square = r * r;
        DoubleDouble sinTerm = r, sin = r, cosTerm = 1.0, lack = 0.0;
        for (var n = 1; n <= 8; n++)
        {
            cosTerm = -cosTerm * square / ((2 * n - 1) * (2.0 * n));
            sinTerm = -sinTerm * square / ((2 * n) * (2 * n + 1.0));
            lack += cosTerm;
            sin += sinTerm;
        }

        for (var n = 0; n < 6; n++)
        {
            (sin, lack) = (Scale(sin * (lack + 1.0), 2), Scale(-(sin * sin), 2));
        }

        var cos = lack + 1.0;
        return (((long)k % 4 + 4) % 4) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }

    /// <inheritdoc />
    public static DoubleDouble Atan(DoubleDouble x)
    {
        if (!double.IsFinite(x.High))
        {
            return Math.Atan(x.High);
        }

        // tan(atan x − y) = (x cos y − sin y) / (cos y + x sin y), and y is right to 16 digits already.
        DoubleDouble y = Math.Atan(x.High);
        var (sin, cos) = SinCos(y);
        return y + (x * cos - sin) / (cos + x * sin);
    }

    private static DoubleDouble Scale(DoubleDouble x, double powerOfTwo) => new(x.High * powerOfTwo, x.Low * powerOfTwo);

    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        var sum = a + b;
        var part = sum - a;
        return (sum, double.IsFinite(sum) ? a - (sum - part) + (b - part) : 0);
    }

    private static DoubleDouble PowerOfTen(int exponent)
    {
        DoubleDouble power = 1.0, factor = 10.0;
        for (var rest = exponent; rest > 0; rest >>= 1)
        {
            power = (rest & 1) == 1 ? power * factor : power;
            factor *= factor;
        }

        return power;
    }
}
