using System.Text.Json;
using Etalon.Cases;
using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Study.Comparison;

/// <summary>The calibrated scanner states of a calibration file, as far as a comparison needs them.</summary>
public static class CalibratedStates
{
    /// <summary>
    /// Reads the states of a file <c>{ "states": [ { "state", "measurand", "u_relative" } ] }</c>: keys as <see cref="ScannerState.Of"/> gives them, measurand codes without statistic, and what is left of the gain
    /// as a relative standard uncertainty.
    /// </summary>
    /// <exception cref="CaseException">The file is not of this form.</exception>
    public static IReadOnlyList<CalibratedState> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var name = Path.GetFileName(path);
        using var document = JsonInput.Read(path, name);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("states", out var states) || states.ValueKind != JsonValueKind.Array)
        {
            throw Invalid(name, "no list 'states'");
        }

        return [.. states.EnumerateArray().Select((s, n) => One(s, $"{name}: states[{n}]"))];
    }

    private static CalibratedState One(JsonElement json, string at) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("state", out var key) && key.ValueKind == JsonValueKind.String
        && json.TryGetProperty("measurand", out var measurand) && measurand.ValueKind == JsonValueKind.String
        && json.TryGetProperty("u_relative", out var u) && u.ValueKind == JsonValueKind.Number && u.TryGetDouble(out var relative) && relative is >= 0 and < 1
            ? new CalibratedState(key.GetString()!, measurand.GetString()!, relative)
            : throw Invalid(at, "a state without key, measurand or a relative uncertainty from 0 to 1");

    private static CaseException Invalid(string about, string found) => new(new Finding(
        FindingCodes.FieldInvalid, Severity.Error, about, found, "{ \"states\": [ { \"state\": KEY, \"measurand\": CODE, \"u_relative\": NUMBER } ] }", "Write the calibration again."));
}
