using Etalon.Metrology;

namespace Etalon.Comparability.Calibration;

/// <summary>One subject measured twice with nothing changed.</summary>
/// <param name="Station">Device.</param>
/// <param name="Software">Its software version.</param>
/// <param name="Subject">Who.</param>
/// <param name="First">First value, above 0.</param>
/// <param name="Second">Second value, above 0.</param>
public sealed record RetestPair(string Station, string Software, string Subject, double First, double Second)
{
    /// <summary>Key of the scanner state: station and software.</summary>
    public string State => $"{Station} {Software}";
}

/// <summary>How well a scanner state repeats.</summary>
/// <param name="State">Key of the state.</param>
/// <param name="Pairs">How many pairs; also the degrees of freedom.</param>
/// <param name="WithinSd">Within-subject standard deviation of the logarithm: √(Σ ln(b/a)² / 2n).</param>
public sealed record StatePrecision(string State, int Pairs, double WithinSd);

/// <summary>Reads test-retest pairs from a table: columns station, software, subject, adc_1, adc_2.</summary>
public static class TestRetestTable
{
    /// <summary>The pairs; every cell that cannot be read becomes a finding, and its row is left out.</summary>
    /// <param name="table">The table.</param>
    /// <param name="findings">Receives trouble.</param>
    public static IReadOnlyList<RetestPair> Read(CsvTable table, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(findings);
        if (!table.Requires(findings, "station", "software", "subject", "adc_1", "adc_2"))
        {
            return [];
        }

        return table.Rows.Select(row =>
        {
            var (station, software, subject) = (row.Text("station", findings), row.Text("software", findings), row.Text("subject", findings));
            var (first, second) = (row.PositiveNumber("adc_1", findings), row.PositiveNumber("adc_2", findings));
            return station is null || software is null || subject is null || first is null || second is null ? null : new RetestPair(station, software, subject, first.Value, second.Value);
        }).OfType<RetestPair>().ToList();
    }

    /// <summary>Repeatability of each state, in ordinal order of their keys.</summary>
    public static IReadOnlyList<StatePrecision> Precision(IEnumerable<RetestPair> pairs) => pairs.GroupBy(p => p.State, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => new StatePrecision(g.Key, g.Count(), Math.Sqrt(g.Sum(p => Math.Pow(Math.Log(p.Second / p.First), 2)) / (2 * g.Count())))).ToList();
}
