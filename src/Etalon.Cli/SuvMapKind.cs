using System.CommandLine;
using Etalon.Assays.Suv;
using Etalon.Metrology;

namespace Etalon.Cli;

/// <summary><c>etalon map suv</c>.</summary>
internal static class SuvMapKind
{
    private static readonly (string Word, SuvKind Kind)[] Words =
    [
        ("bw", SuvKind.BodyWeight), ("lbm-james128", SuvKind.LeanJames128), ("lbm-morgan120", SuvKind.LeanMorgan120), ("lbm-janmahasatian", SuvKind.LeanJanmahasatian), ("bsa", SuvKind.BodySurface), ("ibw", SuvKind.IdealBodyWeight),
    ];

    public static MapKind Create()
    {
        var by = new Option<string[]>("--by") { Description = $"Size of the body: {string.Join(", ", Words.Select(w => w.Word))}; several are allowed. bw unless given.", AllowMultipleArgumentsPerToken = true };
        var unit = new Option<string>("--dose-unit") { Description = "Unit of the administered activity where the header has it in another than the standard says, for example MBq." };
        return new MapKind("suv", "Standardised uptake of a PET series.", [by, unit], parse =>
        {
            var words = parse.GetValue(by) is { Length: > 0 } given ? given : ["bw"];
            if (words.FirstOrDefault(w => Array.TrueForAll(Words, k => k.Word != w)) is { } unknown)
            {
                Console.Error.WriteLine($"--by {Session.Safe(unknown)}: expected one of {string.Join(", ", Words.Select(w => w.Word))}.");
                return null;
            }

            Unit? dose = null;
            if (parse.GetValue(unit) is { } text && !(Unit.TryParse(text, out dose) && dose!.IsCommensurableWith(Unit.Parse("Bq"))))
            {
                Console.Error.WriteLine($"--dose-unit {Session.Safe(text)}: expected a unit of activity, for example MBq.");
                return null;
            }

            return new SuvAssay { Kinds = [.. words.Distinct(StringComparer.Ordinal).Select(w => Array.Find(Words, k => k.Word == w).Kind)], DoseUnit = dose };
        });
    }
}
