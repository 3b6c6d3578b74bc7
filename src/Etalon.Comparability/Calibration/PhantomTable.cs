using Etalon.Metrology;

namespace Etalon.Comparability.Calibration;

/// <summary>
/// Reads phantom sessions from a table: columns station, software, date, vial, measured_adc, and either reference_adc and reference_u or temperature_c and
/// pvp_percent (with temperature_u_c where it is known).
/// </summary>
public static class PhantomTable
{
    /// <summary>Standard uncertainty of a temperature where none is stated, °C: a thermometer of the room, not of the vial.</summary>
    public const double TemperatureUIfUnknown = 0.5;

    private static readonly string[] Fixed = ["station", "software", "date", "vial", "measured_adc"];

    /// <summary>The readings; every cell that cannot be read becomes a finding, and its row is left out.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">The unit of references and readings.</param>
    /// <param name="findings">Receives trouble.</param>
    public static IReadOnlyList<PhantomReading> Read(CsvTable table, CalibrationOptions options, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(findings);
        var byLaw = !table.Has("reference_adc") && table.Has("pvp_percent");
        if (!table.Requires(findings, [.. Fixed, .. byLaw ? ["pvp_percent", "temperature_c"] : new[] { "reference_adc", "reference_u" }]))
        {
            return [];
        }

        if (byLaw && !table.Has("temperature_u_c"))
        {
            findings.Add(new Finding(
                FindingCodes.ValueAssumed, Severity.Info, table.Name, "no column temperature_u_c", "the standard uncertainty of the phantom's temperature",
                FormattableString.Invariant($"{TemperatureUIfUnknown} °C was taken. State it in a column temperature_u_c.")));
        }

        // The law gives 10⁻³ mm²/s.
        var factor = byLaw ? Unit.Parse("1e-3.mm2/s").FactorTo(Unit.Parse(options.Unit)) : 1;
        return table.Rows.Select(row => Reading(row, byLaw, factor, findings)).OfType<PhantomReading>().ToList();
    }

    private static PhantomReading? Reading(CsvRow row, bool byLaw, double factor, ICollection<Finding> findings)
    {
        // All cells are read, so that a row's faults are told at once.
        var (station, software, vial) = (row.Text("station", findings), row.Text("software", findings), row.Text("vial", findings));
        var (date, reading) = (row.Date("date", findings), row.PositiveNumber("measured_adc", findings));
        var reference = byLaw ? ByLaw(row, factor, findings) : Stated(row, findings);
        return station is null || software is null || vial is null || date is null || reading is null || reference is null ? null
            : new PhantomReading(station, software, date.Value, vial, reference.Value.Value, reference.Value.U, reading.Value);
    }

    private static (double Value, double U)? Stated(CsvRow row, ICollection<Finding> findings)
    {
        var (value, u) = (row.PositiveNumber("reference_adc", findings), row.Number("reference_u", findings, least: 0));
        return value is { } v && u is { } s ? (v, s) : null;
    }

    private static (double Value, double U)? ByLaw(CsvRow row, double factor, ICollection<Finding> findings)
    {
        var (pvp, celsius) = (row.Number("pvp_percent", findings, 0, 100), row.Number("temperature_c", findings, -20, 100));
        var u = row.Holds("temperature_u_c") ? row.Number("temperature_u_c", findings, least: 0) : TemperatureUIfUnknown;
        if (pvp is not { } c || celsius is not { } t || u is not { } tu)
        {
            return null;
        }

        var value = DiffusionReference.Pvp(c, t, tu);
        if (!value.IsInRange)
        {
            findings.Add(DiffusionReference.OutsideRange(row.Place, c, t));
        }

        return (factor * value.Value, factor * value.U);
    }
}
