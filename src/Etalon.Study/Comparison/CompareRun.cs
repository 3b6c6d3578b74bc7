using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Study.Comparison;

/// <summary>Two visits and how they compare.</summary>
/// <param name="From">First visit.</param>
/// <param name="To">Second visit.</param>
/// <param name="Comparison">Of their most alike series; null where one has no series of the measurand's modality.</param>
public sealed record VisitPair(AcquisitionVisit From, AcquisitionVisit To, AcquisitionComparison? Comparison);

/// <summary>What <c>etalon compare</c> found.</summary>
/// <param name="Measurand">Code, with its statistic where one was asked for.</param>
/// <param name="Rows">Visits of the first input.</param>
/// <param name="Columns">Visits of the second input; the same as the rows where there is one input.</param>
/// <param name="Pairs">In order of rows and columns; each pair of one input once.</param>
/// <param name="Findings">What was noticed.</param>
public sealed record CompareResult(string Measurand, IReadOnlyList<AcquisitionVisit> Rows, IReadOnlyList<AcquisitionVisit> Columns, IReadOnlyList<VisitPair> Pairs, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether all pairs are of one input.</summary>
    public bool IsMatrix => ReferenceEquals(Rows, Columns);
}

/// <summary>Compares the acquisitions of visits: those of one input with those of another, or all of one input with each other.</summary>
public static class CompareRun
{
    /// <summary>Compares.</summary>
    /// <param name="measurand">Code, with or without a statistic.</param>
    /// <param name="a">Visits of the first input.</param>
    /// <param name="b">Visits of the second; null: those of the first with each other.</param>
    /// <param name="options">How.</param>
    /// <param name="noticed">What was noticed while reading.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">The ledger does not know the measurand.</exception>
    public static CompareResult Execute(
        string measurand, IReadOnlyList<AcquisitionVisit> a, IReadOnlyList<AcquisitionVisit>? b, ComparisonOptions options, IReadOnlyList<Finding> noticed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(noticed);
        var pairing = new VisitPairing(new AcquisitionComparer(measurand, options));
        var pairs = new List<VisitPair>();
        foreach (var (n, from) in a.Index())
        {
            foreach (var to in b ?? a.Skip(n + 1))
            {
                cancellation.ThrowIfCancellationRequested();
                pairs.Add(new VisitPair(from, to, pairing.Between(from, to)));
            }
        }

        var visits = a.Concat(b ?? []).Distinct().Select(v => (v.Id, Count: v.For(measurand, out var isGuessed).Count, isGuessed)).ToList();
        IEnumerable<Finding> Told(IEnumerable<string> ids, string code, string found, string remedy) => ids.ToList() is { Count: > 0 } all ? [new Finding(code, Severity.Warning, Places(all), found, $"images of {measurand}", remedy)] : [];
        var guessed = Told(
            visits.Where(v => v.Count > 0 && v.isGuessed).Select(v => v.Id), FindingCodes.SeriesGuessed, $"no series that shows by its header that it serves {measurand}",
            "All series of the modality were taken, and of these the most alike compared.");
        var without = Told(visits.Where(v => v.Count == 0).Select(v => v.Id), FindingCodes.ImageMissing, $"no series that {measurand} could come of", "Not compared.");
        return new CompareResult(measurand, a, b ?? a, pairs, [.. noticed.Concat(guessed).Concat(without)]);
    }

    /// <summary>Up to four places; beyond that the first three and how many more.</summary>
    private static string Places(List<string> ids) => ids.Count <= 4 ? string.Join(", ", ids) : FormattableString.Invariant($"{string.Join(", ", ids.Take(3))} and {ids.Count - 3} more");
}
