using Etalon.Metrology;

namespace Etalon.Comparability.Calibration;

/// <summary>Reference relaxation times of one sphere of a system phantom at 20 °C.</summary>
/// <param name="Calibration">Lot or year of the calibration.</param>
/// <param name="Array">Array: Ni for T1, Mn for T2.</param>
/// <param name="Sphere">Number of the sphere.</param>
/// <param name="FieldT">Field strength, T.</param>
/// <param name="T1Seconds">T1, s.</param>
/// <param name="T2Seconds">T2, s.</param>
public sealed record SystemPhantomSphere(string Calibration, string Array, int Sphere, double FieldT, double T1Seconds, double T2Seconds);

/// <summary>Reads reference T1 and T2 of a system phantom from a table that the user holds: columns calibration, array, sphere, field_T, T1_ms, T2_ms.</summary>
public static class SystemPhantomTable
{
    /// <summary>The spheres; a cell that cannot be read, or a field that repeats another's values, becomes a finding.</summary>
    /// <param name="table">The table.</param>
    /// <param name="findings">Receives trouble.</param>
    public static IReadOnlyList<SystemPhantomSphere> Read(CsvTable table, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(findings);
        if (!table.Requires(findings, "calibration", "array", "sphere", "field_T", "T1_ms", "T2_ms"))
        {
            return [];
        }

        var spheres = table.Rows.Select(row =>
            row.Text("calibration", findings) is { } calibration && row.Text("array", findings) is { } array && row.Integer("sphere", findings, 1, 100) is { } sphere
            && row.PositiveNumber("field_T", findings) is { } field && row.PositiveNumber("T1_ms", findings) is { } t1 && row.PositiveNumber("T2_ms", findings) is { } t2
                ? new SystemPhantomSphere(calibration, array, sphere, field, t1 / 1000, t2 / 1000) : null).OfType<SystemPhantomSphere>().ToList();
        foreach (var array in spheres.GroupBy(s => (s.Calibration, s.Array)))
        {
            var fields = array.GroupBy(s => s.FieldT).OrderBy(g => g.Key).Select(g => (Field: g.Key, Values: g.OrderBy(s => s.Sphere).Select(s => (s.Sphere, s.T1Seconds, s.T2Seconds)).ToList())).ToList();
            for (var i = 1; i < fields.Count; i++)
            {
                if (fields[i].Values.SequenceEqual(fields[i - 1].Values))
                {
                    findings.Add(new Finding(
                        FindingCodes.AttributeImplausible, Severity.Warning, $"{table.Name}, calibration {array.Key.Calibration}, array {array.Key.Array}",
                        FormattableString.Invariant($"the same times at {fields[i - 1].Field} T and {fields[i].Field} T"), "T1 that grows with the field",
                        "One field was copied from the other. Ask the maker for the right values before this array is used at either field."));
                }
            }
        }

        return spheres;
    }
}
