using Etalon.Cases;
using Etalon.Change;
using Etalon.Metrology;

namespace Etalon.Study.Report;

/// <summary>The response category by diameters alone at one visit.</summary>
/// <param name="Visit">Visit.</param>
/// <param name="Day">Days since the first visit.</param>
/// <param name="LongestMm">Longest diameter in a slice; null where there is no tumour.</param>
/// <param name="PerpendicularMm">Longest diameter perpendicular to it.</param>
/// <param name="Category">PR, SD, PD, baseline, or why there is none.</param>
/// <param name="Basis">Why, with numbers.</param>
/// <param name="Ours">Etalon's verdict on the volume since the visit before.</param>
public sealed record RanoRow(string Visit, double Day, double? LongestMm, double? PerpendicularMm, string Category, string Basis, string Ours);

/// <summary>
/// Response by the product of perpendicular diameters of the enhancing tumour (RANO, Wen and others, J Clin Oncol 28:1963 (2010)): at least
/// 50 % below baseline is a partial response, at least 25 % above the smallest product so far is progression. Measurable is what reaches 10 mm
/// in both diameters; with radiotherapy the baseline is the first visit after its end, and within 12 weeks of it an increase is not called
/// progression. Clinical state, steroids, FLAIR and new lesions, which RANO also asks for, are not in the images.
/// </summary>
public static class Rano
{
    /// <summary>The only region that the criteria speak of.</summary>
    public const string Region = "enhancing";

    private const double MeasurableMm = 10;
    private static readonly TimeSpan AfterRadiotherapy = TimeSpan.FromDays(7 * 12);

    /// <summary>Categories of the enhancing tumour at every visit; empty where no visit has such a region.</summary>
    public static IReadOnlyList<RanoRow> Of(PatientCase patient, IReadOnlyList<Measurement> measurements, IReadOnlyList<MeasuredChange> changes)
    {
        ArgumentNullException.ThrowIfNull(patient);
        ArgumentNullException.ThrowIfNull(measurements);
        ArgumentNullException.ThrowIfNull(changes);
        var rows = new List<RanoRow>();
        if (measurements.All(m => m.Region?.Id != Region))
        {
            return rows;
        }

        DateTimeOffset? end = patient.Treatment.Fractions.Count > 0 ? patient.Treatment.Fractions.Max(f => f.Time) : null;
        double? baseline = null, nadir = null;
        foreach (var visit in patient.Visits)
        {
            double? Value(string measurand) => measurements.FirstOrDefault(m => m.Visit == visit.Id && m.Region?.Id == Region && m.Measurand == measurand)?.Value;
            var (a, b) = (Value("diameter.longest"), Value("diameter.perpendicular"));
            var product = a >= MeasurableMm && b >= MeasurableMm ? a * b : null;
            var (category, basis) = (a, b) is (null, _) or (_, null)
                ? ("not measured", "no tumour drawn at this visit; a reader must say whether it is gone")
                : product is not { } p
                    ? ("not measurable", FormattableString.Invariant($"below {MeasurableMm:0} mm in one of the diameters"))
                    : visit.Time < end
                        ? ("before baseline", FormattableString.Invariant($"product {p:0} mm²; the baseline is the first visit after radiotherapy"))
                        : Judge(p, baseline, nadir, visit.Time - end < AfterRadiotherapy);
            rows.Add(new RanoRow(visit.Id, patient.DayOf(visit.Time), a, b, category, basis, Ours(patient, changes, visit.Id)));
            if (product is { } counted && !(visit.Time < end))
            {
                baseline ??= counted;
                nadir = Math.Min(nadir ?? counted, counted);
            }
        }

        return rows;
    }

    private static (string Category, string Basis) Judge(double product, double? baseline, double? nadir, bool isSoonAfterRadiotherapy)
    {
        if (baseline is not { } first || nadir is not { } lowest)
        {
            return ("baseline", FormattableString.Invariant($"product {product:0} mm²"));
        }

        if (product >= 1.25 * lowest)
        {
            var above = FormattableString.Invariant($"product {product:0} mm², {100 * (product / lowest - 1):+0} % above the smallest so far ({lowest:0} mm²)");
            return isSoonAfterRadiotherapy ? ("not assessable", $"{above}; within 12 weeks of radiotherapy it may be a reaction to it") : ("PD", above);
        }

        return product <= 0.5 * first
            ? ("PR", FormattableString.Invariant($"product {product:0} mm², {100 * (1 - product / first):0} % below baseline; to be confirmed after four weeks"))
            : ("SD", FormattableString.Invariant($"product {product:0} mm², {100 * (product / first - 1):+0;−0;0} % of baseline"));
    }

    private static string Ours(PatientCase patient, IReadOnlyList<MeasuredChange> changes, string visit)
    {
        var here = changes.Where(c => c.To == visit && c.Region == Region && c.Measurand == "volume").ToList();
        return (here.FirstOrDefault(c => c.From != patient.Visits[0].Id) ?? here.FirstOrDefault()) is { } change
            ? $"{change.Verdict.ToString().ToLowerInvariant()} of volume since visit {change.From} ({Shown.Percent(change.LogRatio)}, 95 %: {Shown.PercentRange(change.Interval)})"
            : "";
    }
}
