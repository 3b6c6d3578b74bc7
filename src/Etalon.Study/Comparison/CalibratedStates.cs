using Etalon.Comparability;
using Etalon.Comparability.Calibration;

namespace Etalon.Study.Comparison;

/// <summary>The calibrated scanner states among those of the visits that are compared.</summary>
public static class CalibratedStates
{
    /// <summary>The states of visits that a calibration record holds for.</summary>
    /// <param name="record">The record.</param>
    /// <param name="visits">The visits.</param>
    /// <param name="measurand">Code, with or without a statistic.</param>
    /// <param name="ledger">The ledger that makes the keys of states.</param>
    public static IReadOnlyList<CalibratedState> Of(CalibrationRecord record, IEnumerable<AcquisitionVisit> visits, string measurand, AcquisitionLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(visits);
        ArgumentNullException.ThrowIfNull(measurand);
        var (set, code) = (record.ToSet(), measurand.Split('.')[0]);
        return [.. visits.SelectMany(v => v.Series).Select(series =>
        {
            var day = series.Record.Find("AcquisitionDateTime")?.Instant is { } instant ? DateOnly.FromDateTime(instant) : (DateOnly?)null;
            // A summary hides the serial number that tables name a state by; it states the key of the state itself.
            var state = series.StateFor(measurand, ledger);
            var line = set.Of(state, day) is { } own && own.Measurand == code ? own : set.Of(series.Record, measurand, day);
            return state is null || line is null ? null : new CalibratedState(state, code, ScannerCalibration.Of(state, line).U);
        }).OfType<CalibratedState>().DistinctBy(s => s.Key)];
    }
}
