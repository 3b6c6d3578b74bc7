using System.Text.RegularExpressions;

namespace Etalon.Comparability;

/// <summary>One wording of texts that say the same: makers, tracers and nuclides are written in many ways.</summary>
internal static partial class AttributeText
{
    /// <summary>Words by which a maker or a tracer is known, with its one name.</summary>
    private static readonly Dictionary<string, (string Word, string Name)[]> Names = new(StringComparer.Ordinal)
    {
        ["Manufacturer"] =
        [
            ("SIEMENS", "SIEMENS"), ("GE MEDICAL", "GE"), ("GE HEALTHCARE", "GE"), ("PHILIPS", "PHILIPS"), ("TOSHIBA", "CANON"), ("CANON", "CANON"), ("HITACHI", "FUJIFILM"), ("FUJIFILM", "FUJIFILM"),
            ("UNITED IMAGING", "UIH"), ("UIH", "UIH"), ("HYPERFINE", "HYPERFINE"),
        ],
        ["Radiopharmaceutical"] = Tracers,
        ["RadiopharmaceuticalCode"] = Tracers,
    };

    private static (string, string)[] Tracers =>
    [
        ("FDG", "FDG"), ("DEOXYGLUCOSE", "FDG"), ("FLT", "FLT"), ("FLUOROTHYMIDINE", "FLT"), ("PSMA", "PSMA"), ("DOTATATE", "DOTATATE"), ("DOTATOC", "DOTATOC"), ("DOTANOC", "DOTANOC"), ("FLUOROETHYL", "FET"), ("FET", "FET"),
        ("METHIONINE", "METHIONINE"), ("CHOLINE", "CHOLINE"), ("FMISO", "FMISO"), ("FLUOROMISONIDAZOLE", "FMISO"), ("FDOPA", "FDOPA"), ("SODIUM FLUORIDE", "NAF"),
    ];

    private static readonly (string Word, string Symbol)[] Elements = [("FLUORINE", "F"), ("CARBON", "C"), ("GALLIUM", "GA"), ("NITROGEN", "N"), ("OXYGEN", "O"), ("COPPER", "CU"), ("ZIRCONIUM", "ZR"), ("RUBIDIUM", "RB"), ("IODINE", "I"), ("YTTRIUM", "Y")];

    /// <summary>Without case and spaces at the ends or doubled; values of a list in one order; makers, tracers and nuclides under one name.</summary>
    public static string Plain(string attribute, string text)
    {
        var plain = string.Join('\\', text.ToUpperInvariant().Split('\\').Select(t => string.Join(' ', t.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Order(StringComparer.Ordinal));
        return attribute == "RadionuclideCode" ? Nuclide(plain)
            : Names.TryGetValue(attribute, out var names) && Array.Find(names, n => plain.Contains(n.Word, StringComparison.Ordinal)).Name is { } name ? name
            : plain;
    }

    /// <summary>^18^Fluorine, F-18, 18F: the number, then the symbol.</summary>
    private static string Nuclide(string plain)
    {
        var (number, word) = (Digits().Match(plain).Value, Letters().Match(plain).Value);
        return number.Length == 0 || word.Length == 0 ? plain : number + (Array.Find(Elements, e => e.Word == word).Symbol ?? word);
    }

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Digits();

    [GeneratedRegex("[A-Z]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Letters();
}
