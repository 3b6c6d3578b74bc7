using System.Globalization;

namespace Etalon.Dicom;

/// <summary>Letters of Latin script without their accents, by a table of our own: normalisation of the platform does nothing where it runs without cultures.</summary>
public static class LatinLetters
{
    /// <summary>Base letters of U+00C0 to U+017F.</summary>
    private const string Bases =
        "AAAAAAACEEEEIIIIDNOOOOO×OUUUUYTsaaaaaaaceeeeiiiidnooooo÷ouuuuyty"
        + "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
        + "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

    private const char FirstOfBases = '\u00C0';

    /// <summary>Umlauts and ligatures, and how they are written where there are none. Lower case.</summary>
    private static readonly (string Letter, string WrittenOut)[] Pairs = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ø", "oe"), ("æ", "ae"), ("å", "aa"), ("œ", "oe")];

    /// <summary>The text with base letters, without signs of combination: Müller becomes Muller.</summary>
    public static string Bare(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new string([.. text.Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark).Select(Bare)]);
    }

    /// <summary>Ways in which people write a name: as it stands, without accents, with umlauts written out, and with what is written out drawn together; each once.</summary>
    public static IEnumerable<string> Spellings(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var drawn = Pairs.Aggregate(name, (text, p) => text.Replace(p.WrittenOut, p.Letter, StringComparison.OrdinalIgnoreCase));
        return new[] { name, Bare(name), Bare(Pairs.Aggregate(name, (text, p) => text.Replace(p.Letter, p.WrittenOut, StringComparison.OrdinalIgnoreCase))), drawn, drawn.Length > 2 ? Bare(drawn) : drawn }
            .Distinct(StringComparer.Ordinal);
    }

    private static char Bare(char c) => c switch
    {
        >= FirstOfBases and < '\u0180' => Bases[c - FirstOfBases],
        '\u0218' or '\u0219' => 's',
        '\u021A' or '\u021B' => 't',
        _ => c,
    };
}
