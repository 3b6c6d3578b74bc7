using Etalon.Cases;
using Etalon.Change;
using Etalon.Metrology;

namespace Etalon.Study.Report;

/// <summary>The response category by diameters alone at one visit.</summary>
/// <param name="Visit">Visit.</param>
/// <param name="Day">Days since the first visit.</param>
/// <param name="LongestMm">Longest diameter in a slice; null where there is no tumour.</param>
/// <param name="PerpendicularMm">Longest diameter perpendicular to it.</param>
/// <param name="Category">CR, PR, SD, PD or baseline.</param>
/// <param name="Basis">Why, with numbers.</param>
/// <param name="Ours">Etalon's verdict on the volume since the visit before.</param>
public sealed record RanoRow(string Visit, double Day, double? LongestMm, double? PerpendicularMm, string Category, string Basis, string Ours);

/// <summary>
/// Response by the product of perpendicular diameters (RANO, Wen and others, J Clin Oncol 28:1963 (2010)): at least 50 % below baseline is a
/// partial response, at least 25 % above the smallest product so far is progression. Clinical state, steroids, FLAIR and new lesions,
/// which RANO also asks for, are not in the images.
/// </summary>
public static class Rano
{
    /// <summary>Categories of the main tumour region at every visit.</summary>
    public static IReadOnlyList<RanoRow> Of(PatientCase patient, IReadOnlyList<Measurement> measurements, IReadOnlyList<MeasuredChange> changes, string region)
    {
        ArgumentNullException.ThrowIfNull(patient);
        var rows = new List<RanoRow>();
        double? baseline = null, nadir = null;
        foreach (var visit in patient.Visits)
        {
            double? Value(string measurand) => measurements.FirstOrDefault(m => m.Visit == visit.Id && m.Region?.Id == region && m.Measurand == measurand)?.Value;
            var (a, b) = (Value("diameter.longest"), Value("diameter.perpendicular"));
            var product = a * b;
            var (category, basis) = Judge(product, baseline, nadir);
            var change = changes.FirstOrDefault(c => c.To == visit.Id && c.Region == region && c.Measurand == "volume" && c.From != patient.Visits[0].Id)
                ?? changes.FirstOrDefault(c => c.To == visit.Id && c.Region == region && c.Measurand == "volume");
            var ours = change is null ? "" : $"{change.Verdict.ToString().ToLowerInvariant()} of volume since visit {change.From} ({Shown.Percent(change.LogRatio)}, 95 %: {Shown.PercentRange(change.Interval)})";
            rows.Add(new RanoRow(visit.Id, patient.DayOf(visit.Time), a, b, category, basis, ours));
            baseline ??= product;
            nadir = product is { } p ? Math.Min(nadir ?? p, p) : nadir;
        }

        return rows;
    }

    private static (string Category, string Basis) Judge(double? product, double? baseline, double? nadir)
    {
        if (product is not { } p)
        {
            return baseline is null ? ("not measured", "no mask with a tumour") : ("not measured", "no tumour drawn at this visit; a reader must say whether it is gone");
        }

        if (baseline is not { } first || nadir is not { } lowest)
        {
            return ("baseline", FormattableString.Invariant($"product {p:0} mm²"));
        }

        if (p >= 1.25 * lowest)
        {
            return ("PD", FormattableString.Invariant($"product {p:0} mm², {100 * (p / lowest - 1):+0} % above the smallest so far ({lowest:0} mm²)"));
        }

        return p <= 0.5 * first
            ? ("PR", FormattableString.Invariant($"product {p:0} mm², {100 * (1 - p / first):0} % below baseline; to be confirmed after four weeks"))
            : ("SD", FormattableString.Invariant($"product {p:0} mm², {100 * (p / first - 1):+0;−0;0} % of baseline"));
    }
}
