using Etalon.Comparability.Calibration;
using Etalon.Metrology;

namespace Etalon.Study.Changes;

/// <summary>Takes out of a study's tables what would give figures without meaning: readings in another unit, and repeatability from scans that do not differ.</summary>
internal static class TableScales
{
    /// <summary>
    /// How far beyond the values of the other tables a reading may lie. Units that are mixed up lie a thousand times apart; a tumour that shrinks to a twentieth lies within.
    /// </summary>
    private const double FarthestReading = 100;

    /// <summary>What is left; null, with a finding, where repeatability is not.</summary>
    public static ChangeStudyInput? Fitting(ChangeStudyInput input, ICollection<Finding> findings)
    {
        input = WithoutOtherUnits(input, findings);
        // Two equal readings happen by rounding; a state in which all pairs are equal was not read twice.
        var equal = input.Retests.GroupBy(r => r.Group, StringComparer.Ordinal).Where(g => g.All(r => r.Values.All(v => v == r.Values[0]))).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        if (equal.Count > 0)
        {
            findings.Add(new Finding(
                FindingCodes.RepeatabilityAssumed, Severity.Warning, string.Join(", ", equal.Order(StringComparer.Ordinal)), "test-retest readings that do not differ at all", "readings of two scans, with all their digits",
                "They say nothing of repeatability and were not used. Give the readings of both scans as they were measured."));
            input = input with { Retests = [.. input.Retests.Where(r => !equal.Contains(r.Group))] };
        }

        if (input.Scans.Count > 0 && input.Retests.Count > 0)
        {
            return input;
        }

        findings.Add(new Finding(
            FindingCodes.ChangeRefused, Severity.Error, input.Scans.Count == 0 ? "the table of scans" : "the table of test-retest scans", "no row that can be used",
            input.Scans.Count == 0 ? "readings in the unit of the other tables" : "subjects whose two readings differ", "Without it no change can be told from the scatter of readings. Correct the table."));
        return null;
    }

    private static ChangeStudyInput WithoutOtherUnits(ChangeStudyInput input, ICollection<Finding> findings)
    {
        var known = input.Retests.SelectMany(r => r.Values).Concat(input.Calibrations.States.SelectMany(Range)).ToList();
        var (least, most) = (known.Min() / FarthestReading, known.Max() * FarthestReading);
        var off = input.Scans.Where(s => !(s.Value >= least && s.Value <= most)).ToList();
        if (off.Count == 0)
        {
            return input;
        }

        findings.Add(new Finding(
            FindingCodes.UnitsDisagree, Severity.Error,
            $"{off.Count} scans on {string.Join(", ", off.Select(s => s.Station).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(5))} (patients {string.Join(", ", off.Select(s => s.Patient).Distinct(StringComparer.Ordinal).Take(3))}{(off.Count > 3 ? ", ..." : "")})",
            FormattableString.Invariant($"readings such as {off[0].Value:G5}"), FormattableString.Invariant($"readings from {least:G3} to {most:G3}, a hundred times what the other tables hold"),
            "They were not used. Write all readings in one unit."));
        return input with { Scans = [.. input.Scans.Where(s => s.Value >= least && s.Value <= most)] };
    }

    private static IEnumerable<double> Range(StateCalibration state) => new[] { state.Lowest, state.Highest }.Where(v => v > 0);
}
