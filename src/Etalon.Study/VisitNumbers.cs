using System.Globalization;
using Etalon.Cases;

namespace Etalon.Study;

/// <summary>The numbers that <c>--fit-visits</c> counts by.</summary>
public static class VisitNumbers
{
    private const int LargestLabel = 999;

    /// <summary>
    /// The number of each visit of a case: its own label where all labels are ascending whole numbers from 1 to 999, else its place in time,
    /// counted from 1. A visit that cannot be used keeps its number.
    /// </summary>
    public static IReadOnlyList<int> Of(PatientCase patient)
    {
        ArgumentNullException.ThrowIfNull(patient);
        var labels = patient.Visits.Select(v => int.TryParse(v.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).ToList();
        var areNumbers = labels.Count > 0 && labels[0] >= 1 && labels[^1] <= LargestLabel && labels.Zip(labels.Skip(1)).All(p => p.First < p.Second);
        return areNumbers ? labels : Enumerable.Range(1, labels.Count).ToList();
    }

    /// <summary>Why a range of visits does not suit a case, for people; null where it does.</summary>
    public static string? Misfit(VisitRange range, PatientCase patient)
    {
        var numbers = Of(patient);
        return numbers.Count == 0 || range.First < numbers[0] || range.Last > numbers[^1]
            ? FormattableString.Invariant($"visits {range.First}-{range.Last} were asked for, and this case has {(numbers.Count == 1 ? "one visit" : $"{numbers.Count} visits, {numbers[0]} to {numbers[^1]}")}.")
            : null;
    }
}
