using System.Text.Json.Nodes;
using Etalon.Cases;
using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Study.Report;

/// <summary>The chain of calibration as the page draws it: visit, scanner state, phantom sessions, reference values.</summary>
internal static class CalibrationModel
{
    private sealed record Scan(string Id, DateTimeOffset Time, double Day, string Scanner, string? State, bool IsPhantom);

    /// <summary>Scanners with their states in order of time; a state that is unknown stands alone, since two unknown ones must never count as one.</summary>
    public static JsonObject Build(StudyResult result)
    {
        var scans = Scans(result);
        var states = scans.GroupBy(s => (s.Scanner, s.State)).Select(g => State(result, g.Key.Scanner, g.Key.State, [.. g])).ToList();
        var used = result.Calibrations.Where(c => scans.Any(s => s.State == c.State)).ToList();
        return new JsonObject
        {
            ["scanners"] = ReportModel.Array(scans.GroupBy(s => s.Scanner, StringComparer.Ordinal), g => new JsonObject
            {
                ["name"] = g.Key, ["segments"] = Segments([.. g]),
            }),
            ["states"] = new JsonArray([.. states]),
            ["reference"] = used.Count == 0 ? null : new JsonObject { ["u"] = used.Max(c => c.ReferenceU), ["shown"] = Percents(used) },
        };
    }

    private static List<Scan> Scans(StudyResult result)
    {
        Scan Of(Visit v, bool isPhantom) => new(v.Id, v.Time, result.Case.DayOf(v.Time), Scanner(v), v.Acquisition.ScannerState(), isPhantom);
        return [.. result.Case.Visits.Select(v => Of(v, false)).Concat(result.Case.Phantoms.Select(p => Of(p.Visit, true))).OrderBy(s => s.Day).ThenBy(s => s.Id, StringComparer.Ordinal)];
    }

    private static string Scanner(Visit visit)
    {
        var a = visit.Acquisition;
        var model = string.Join(" ", new[] { a["Manufacturer"], a["ManufacturersModelName"] }.Where(x => !string.IsNullOrWhiteSpace(x)));
        return (model.Length > 0, string.IsNullOrWhiteSpace(a["DeviceSerialNumber"])) switch
        {
            (true, false) => $"{model}, {a["DeviceSerialNumber"]}",
            (false, false) => $"scanner {a["DeviceSerialNumber"]}",
            (true, true) => $"{model}, serial number not recorded",
            _ => "scanner not recorded",
        };
    }

    /// <summary>Scans of one scanner that follow each other in one state are one segment.</summary>
    private static JsonArray Segments(IReadOnlyList<Scan> scans)
    {
        var segments = new JsonArray();
        for (var i = 0; i < scans.Count;)
        {
            var j = i + 1;
            while (j < scans.Count && scans[i].State is not null && scans[j].State == scans[i].State)
            {
                j++;
            }

            segments.Add(new JsonObject { ["state"] = scans[i].State, ["from"] = scans[i].Day, ["to"] = scans[j - 1].Day });
            i = j;
        }

        return segments;
    }

    private static JsonObject State(StudyResult result, string scanner, string? state, IReadOnlyList<Scan> scans)
    {
        var (visits, sessions) = (scans.Where(s => !s.IsPhantom).ToList(), scans.Where(s => s.IsPhantom).ToList());
        var calibration = state is null ? null : result.Calibrations.FirstOrDefault(c => c.State == state);
        var hasAdc = result.Measurements.Any(m => m.Measurand.StartsWith("adc.", StringComparison.Ordinal) && visits.Any(v => v.Id == m.Visit));
        var (status, words) = (state, calibration) switch
        {
            (null, _) => ("unknown", "Serial number or software version is not recorded: no chain can begin here."),
            (_, not null) => ("calibrated", $"{calibration.Readings} phantom {(calibration.Readings == 1 ? "session" : "sessions")}"),
            _ when sessions.Count > 0 => ("broken", "Its phantom scans gave no calibration: the chain is broken here."),
            _ when hasAdc => ("broken", "No phantom was scanned in this state: the chain is broken here."),
            _ => ("not needed", "No ADC was measured in this state, so it needs no gain."),
        };
        return new JsonObject
        {
            ["state"] = state,
            ["scanner"] = scanner,
            ["status"] = status,
            ["words"] = words,
            ["visits"] = ReportModel.Strings(visits.Select(v => v.Id)),
            ["sessions"] = ReportModel.Array(sessions, s => new JsonObject
            {
                ["id"] = s.Id, ["time"] = ReportModel.Iso(s.Time), ["day"] = s.Day, ["used"] = calibration is not null && !IsRefused(result, s.Id),
            }),
            ["gain"] = calibration is null ? null : Gain(calibration),
        };
    }

    /// <summary>Whether a finding says that a session was left out.</summary>
    private static bool IsRefused(StudyResult result, string session) => result.Findings.Any(f => f.About == $"phantom {session}"
        && (f.Code == FindingCodes.CalibrationMissing || (f.Code == FindingCodes.CalibrationInconsistent && f.Severity == Severity.Error)));

    /// <summary>The gain with its own interval; the error of the reference values, which all states share, is not in it.</summary>
    private static JsonObject Gain(ScannerCalibration c)
    {
        var interval = Interval.Symmetric(c.Gain, c.U, c.Dof);
        return new JsonObject
        {
            ["value"] = c.Gain,
            ["u"] = c.U,
            ["lower"] = interval.Lower,
            ["upper"] = interval.Upper,
            ["shown"] = Shown.PlusMinus(c.Gain, c.U),
            ["shownInterval"] = Shown.Range(interval),
            ["referenceU"] = c.ReferenceU,
            ["readings"] = c.Readings,
        };
    }

    private static string Percents(IReadOnlyList<ScannerCalibration> used)
    {
        var all = new[] { used.Min(c => c.ReferenceU), used.Max(c => c.ReferenceU) }.Select(u => Shown.Fixed(100 * u, 2)).Distinct(StringComparer.Ordinal);
        return string.Join(" to ", all) + " %";
    }
}
