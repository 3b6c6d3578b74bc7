using Etalon.Imaging;

namespace Etalon.Comparability.Calibration;

/// <summary>Calibrations of scanner states; a state that drifted has several, one after the other.</summary>
/// <param name="states">The calibrations.</param>
public sealed class CalibrationSet(IReadOnlyList<StateCalibration> states)
{
    private readonly Dictionary<string, List<StateCalibration>> _states =
        states.GroupBy(s => s.State, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.OrderBy(s => s.ValidFrom).ToList(), StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyList<StateCalibration> States => states;

    /// <summary>
    /// The calibration of a state on a day; null where the state has none. Before its first session the first one is taken, because the state's key (device
    /// and software) vouches for it; without a day, the last one.
    /// </summary>
    /// <param name="state">Key of the state; null: unknown.</param>
    /// <param name="day">Day of the scan; null: unknown.</param>
    public StateCalibration? Of(string? state, DateOnly? day)
    {
        if (state is null || !_states.TryGetValue(state, out var own))
        {
            return null;
        }

        return day is { } d ? own.LastOrDefault(s => s.ValidFrom <= d) ?? own[0] : own[^1];
    }

    /// <summary>
    /// The calibration that holds for an image: of its scanner state for the measurand, or of device and software as tables name them (serial number or station name, a space, software).
    /// Null where there is none.
    /// </summary>
    /// <param name="acquisition">How the image was acquired.</param>
    /// <param name="measurand">Code, with or without a statistic.</param>
    /// <param name="day">Day of the scan; null: unknown.</param>
    public StateCalibration? Of(Acquisition acquisition, string measurand, DateOnly? day)
    {
        ArgumentNullException.ThrowIfNull(acquisition);
        ArgumentNullException.ThrowIfNull(measurand);
        string? Named(string attribute) => TableState.Key(acquisition[attribute], acquisition["SoftwareVersions"]);
        var code = measurand.Split('.')[0];
        return new[] { ScannerState.Of(acquisition, measurand), Named("DeviceSerialNumber"), Named("StationName") }
            .Select(key => Of(key, day)).FirstOrDefault(c => c is not null && c.Measurand == code);
    }
}
