using Etalon.Assays;
using Etalon.Comparability.Calibration;
using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>Brings a measurement from its scanner's scale to the reference scale, or widens it where that cannot be done.</summary>
public sealed class StateCorrection(IReadOnlyList<ScannerCalibration> calibrations)
{
    /// <summary>What the groups of components begin with that stand for the unknown gain of a state.</summary>
    internal const string UncalibratedGroup = "uncalibrated:";

    /// <summary>The calibration of a state on a day; null where there is none. Of a state that drifted it is the last that began before the day, else the first; without a day the last.</summary>
    /// <param name="state">The state; null: unknown.</param>
    /// <param name="day">Day of the scan; null: unknown.</param>
    public ScannerCalibration? Of(string? state, DateOnly? day = null)
    {
        var own = state is null ? [] : calibrations.Where(c => c.State == state).OrderBy(c => c.Line?.ValidFrom).ToList();
        return day is { } d ? own.LastOrDefault(c => !(c.Line?.ValidFrom > d)) ?? own.FirstOrDefault() : own.LastOrDefault();
    }

    /// <summary>Corrects an ADC by its state's gain; other measurands and states without a calibration get the component of an unknown state.</summary>
    /// <param name="measurement">The measurement as made.</param>
    /// <param name="day">Day of the scan; null: unknown.</param>
    public Measurement Apply(Measurement measurement, DateOnly? day = null)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        if (!measurement.IsOk)
        {
            return measurement;
        }

        var isAdc = measurement.Measurand.StartsWith("adc.", StringComparison.Ordinal);
        if (isAdc && Of(measurement.ScannerState, day) is { } calibration)
        {
            return Corrected(measurement, calibration);
        }

        return Unknown(measurement) is { } component
            ? Measurement.Of(measurement, measurement.Value!.Value, [.. measurement.Components, component], positive: !isAdc)
            : measurement;
    }

    private static Measurement Corrected(Measurement measurement, ScannerCalibration calibration)
    {
        if (calibration.Line is { } line)
        {
            return OnLine(measurement, line);
        }

        var value = measurement.Value!.Value / calibration.Gain;
        var components = measurement.Components.Select(c => c.Scaled(1 / calibration.Gain)).ToList();
        components.Add(new UncertaintyComponent(
            $"calibration of scanner state {calibration.State} ({calibration.Readings} phantom sessions)", calibration.U * value,
            $"calibration:{calibration.State}", ComponentKind.A, calibration.Dof) { IsMismatch = true });
        components.Add(new UncertaintyComponent("reference values of the phantom", calibration.ReferenceU * value, "phantom-reference", ComponentKind.B) { IsMismatch = true });
        return Measurement.Of(measurement with { Method = measurement.Method + "+phantom-gain/1" }, value, components, positive: false);
    }

    private static Measurement OnLine(Measurement measurement, StateCalibration line)
    {
        var factor = Unit.Parse(line.Unit).FactorTo(Unit.Parse(measurement.Unit));
        var corrected = line.Corrected(measurement.Value!.Value / factor);
        var components = measurement.Components.Select(c => c.Scaled(1 / line.Gain)).Concat(corrected.Effects.Select(e => e.ToComponent(factor))).ToList();
        return Measurement.Of(measurement with { Method = measurement.Method + "+phantom-line/1" }, corrected.Value * factor, components, positive: false);
    }

    /// <summary>What not knowing the scanner state (ADC) or the reader and protocol (volume) adds; null where it adds nothing.</summary>
    private static UncertaintyComponent? Unknown(Measurement m)
    {
        var value = m.Value!.Value;
        if (m.Measurand.StartsWith("adc.", StringComparison.Ordinal))
        {
            var c = LiteraturePrecision.AdcBetweenScanners;
            // One known state that was never calibrated shares its unknown gain between its own visits.
            var group = m.ScannerState is { } state ? UncalibratedGroup + state : null;
            return new UncertaintyComponent(FormattableString.Invariant($"scanner state {(m.ScannerState is null ? "unknown" : "without a calibration")} ({100 * c.Value:0.0} % from the literature)"), c.Value * value, group, ComponentKind.B) { Constant = c, IsMismatch = true };
        }

        // The repeatability of SUV was taken across scanners and readers; only a drawing's own size needs more here.
        if (m.ScannerState is not null || m.Measurand.StartsWith("suvbw.", StringComparison.Ordinal))
        {
            return null;
        }

        var v = LiteraturePrecision.VolumeUnknownReader;
        var share = m.Measurand.StartsWith("diameter", StringComparison.Ordinal) ? 1.0 / 3 : 1;
        return new UncertaintyComponent("reader, tool and slice geometry unknown (assumed as large as repeatability)", share * v.Value * value, null, ComponentKind.B) { Constant = v, IsMismatch = true };
    }
}
