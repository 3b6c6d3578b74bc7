using Etalon.Metrology;
using Etalon.Metrology.Precision;

namespace Etalon.Comparability.Calibration;

/// <summary>How well a scanner state repeats.</summary>
/// <param name="State">Key of the state.</param>
/// <param name="Pairs">Degrees of freedom: readings less subjects, which is how many pairs.</param>
/// <param name="WithinSd">Within-subject standard deviation of the logarithm: √(Σ ln(b/a)² / 2n) of n pairs.</param>
public sealed record StatePrecision(string State, int Pairs, double WithinSd);

/// <summary>Reads subjects scanned twice or more without a change: columns station, software, subject, and of each reading the measurand, an underscore and a number (adc_1, adc_2).</summary>
public static class TestRetestTable
{
    /// <summary>The readings, one group for each scanner state; every cell that cannot be read becomes a finding, and its row is left out.</summary>
    /// <param name="table">The table.</param>
    /// <param name="measurand">Code.</param>
    /// <param name="findings">Receives trouble.</param>
    public static IReadOnlyList<Replicates> Read(CsvTable table, string measurand, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(findings);
        if (!table.Requires(findings, "station", "software", "subject", $"{measurand}_1", $"{measurand}_2"))
        {
            return [];
        }

        var further = table.Columns.Where(c => c.StartsWith(measurand + "_", StringComparison.Ordinal) && int.TryParse(c[(measurand.Length + 1)..], out var n) && n > 2).ToList();
        return table.Rows.Select(row =>
        {
            var (station, software, subject) = (row.Text("station", findings), row.Text("software", findings), row.Text("subject", findings));
            var columns = new[] { $"{measurand}_1", $"{measurand}_2" }.Concat(further.Where(row.Holds));
            var values = columns.Select(c => row.PositiveNumber(c, findings)).ToList();
            return TableState.Key(station, software) is { } state && subject is not null && values.TrueForAll(v => v is not null)
                ? new Replicates(subject, [.. values.Select(v => v!.Value)], state) : null;
        }).OfType<Replicates>().ToList();
    }

    /// <summary>Repeatability of each state, in ordinal order of their keys.</summary>
    public static IReadOnlyList<StatePrecision> Precision(IEnumerable<Replicates> replicates) => replicates.GroupBy(r => r.Group!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => (g.Key, Profile: PrecisionProfile.Fit([.. g], model: VarianceModel.ConstantCv)))
        .Select(g => new StatePrecision(g.Key, (int)g.Profile.ScatterDof, g.Profile.Chosen.Proportional)).ToList();
}
