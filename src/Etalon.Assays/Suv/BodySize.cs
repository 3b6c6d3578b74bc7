using Etalon.Imaging.Dicom;

namespace Etalon.Assays.Suv;

/// <summary>A size of the body by which uptake is normalised.</summary>
/// <param name="Value">g, or cm² for a surface.</param>
/// <param name="Formula">Which, for the report.</param>
/// <param name="RelativeU">Relative standard uncertainty from a sex that is not M or F; 0 for the others.</param>
internal sealed record BodySize(double Value, string Formula, double RelativeU)
{
    private const double GramsPerKilogram = 1000;

    // No one has been lighter, heavier, shorter or taller; a value outside is one in another unit (g, lb are caught by the image alone, cm, mm).
    private const double LightestKg = 0.2;
    private const double HeaviestKg = 650;
    private const double ShortestM = 0.2;
    private const double TallestM = 2.8;

    /// <summary>The size that a kind needs, or why the header does not give it.</summary>
    public static (BodySize? Size, SuvRefusal? Refusal) Of(SuvKind kind, PetHeader h)
    {
        if (WeightRefusal(h) is { } refused)
        {
            return (null, refused);
        }

        var kg = h.WeightKg!.Value;
        if (kind == SuvKind.BodyWeight)
        {
            return (new BodySize(GramsPerKilogram * kg, "body weight", 0), null);
        }

        if (h.HeightM is not > 0)
        {
            return Refuse(SuvReason.NoHeight, h.HeightM is null ? "no PatientSize (0010,1020)" : FormattableString.Invariant($"PatientSize {h.HeightM:0.###}"), $"the height, on which {SuvKindInfo.Of(kind).Text} depends");
        }

        if (h.HeightM is < ShortestM or > TallestM)
        {
            return Refuse(SuvReason.HeightImplausible, FormattableString.Invariant($"PatientSize {h.HeightM:0.###}"), FormattableString.Invariant($"a height in m, {ShortestM} to {TallestM}"));
        }

        var cm = 100 * h.HeightM.Value;
        if (kind == SuvKind.BodySurface)
        {
            // Du Bois and Du Bois, Arch Intern Med 17:863 (1916): m² = 0.007184 kg^0.425 cm^0.725.
            return (new BodySize(71.84 * Math.Pow(kg, 0.425) * Math.Pow(cm, 0.725), "body surface of DuBois", 0), null);
        }

        if (h.Sex is not ("M" or "F" or "O"))
        {
            return Refuse(SuvReason.NoSex, h.Sex is null ? "no PatientSex (0010,0040)" : $"PatientSex {h.Sex}", $"M, F or O, on which {SuvKindInfo.Of(kind).Text} depends");
        }

        var (male, female) = (Grams(kind, kg, cm, isMale: true), Grams(kind, kg, cm, isMale: false));
        var (value, word) = h.Sex switch { "M" => (male, "male"), "F" => (female, "female"), _ => (0.5 * (male + female), "mean of male and female, since PatientSex is O") };
        if (value <= 0 || (h.Sex == "O" && Math.Min(male, female) <= 0))
        {
            return Refuse(
                SuvReason.BodySizeNotPositive, FormattableString.Invariant($"{SuvKindInfo.Of(kind).Text} of {value / GramsPerKilogram:0.0} kg from {kg:0.#} kg and {cm:0} cm"), "a weight and height for which the formula holds");
        }

        // The truth may lie anywhere between the two formulas.
        return (new BodySize(value, $"{SuvKindInfo.Of(kind).Text}, {word}", h.Sex == "O" ? Math.Abs(male - female) / (2 * Math.Sqrt(3) * value) : 0), null);
    }

    /// <summary>Why the weight cannot be used; null where it can.</summary>
    public static SuvRefusal? WeightRefusal(PetHeader h) =>
        h.WeightKg is not > 0 ? new SuvRefusal(SuvReason.NoWeight, h.WeightKg is null ? "no PatientWeight (0010,1030)" : FormattableString.Invariant($"PatientWeight {h.WeightKg:0.###}"), "the weight, kg", "Supply it in the header.")
        : h.WeightKg is < LightestKg or > HeaviestKg ? new SuvRefusal(
            SuvReason.WeightImplausible, FormattableString.Invariant($"PatientWeight {h.WeightKg:0.###}"), FormattableString.Invariant($"a weight in kg, {LightestKg} to {HeaviestKg}"), "Correct the header; the standard has the weight in kg.")
        : null;

    /// <summary>
    /// James: Waterlow and James 1976 (DHSS/MRC group on obesity research); Morgan and Bray, J Nucl Med Technol 22:138 (1994) with 120 for 128;
    /// Janmahasatian and others, Clin Pharmacokinet 44:1051 (2005); ideal weight: Sugawara and others, Radiology 213:521 (1999).
    /// As PS3.3 C.8.9.1.1.3 names them; forms from the SUV manual of Vácha and others (2026).
    /// </summary>
    private static double Grams(SuvKind kind, double kg, double cm, bool isMale)
    {
        var (ratio, bmi) = (kg * kg / (cm * cm), kg / (cm * cm * 1e-4));
        return GramsPerKilogram * (kind, isMale) switch
        {
            (SuvKind.LeanJames128, true) => 1.10 * kg - 128 * ratio,
            (SuvKind.LeanMorgan120, true) => 1.10 * kg - 120 * ratio,
            (SuvKind.LeanJames128 or SuvKind.LeanMorgan120, false) => 1.07 * kg - 148 * ratio,
            (SuvKind.LeanJanmahasatian, true) => 9270 * kg / (6680 + 216 * bmi),
            (SuvKind.LeanJanmahasatian, false) => 9270 * kg / (8780 + 244 * bmi),
            (SuvKind.IdealBodyWeight, true) => 48.0 + 1.06 * (cm - 152),
            (SuvKind.IdealBodyWeight, false) => 45.5 + 0.91 * (cm - 152),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a mass that depends on sex"),
        };
    }

    private static (BodySize? Size, SuvRefusal? Refusal) Refuse(string reason, string found, string expected) => (null, new SuvRefusal(reason, found, expected, "Supply it in the header, or measure SUVbw."));
}
