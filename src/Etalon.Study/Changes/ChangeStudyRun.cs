using Etalon.Change;
using Etalon.Comparability;
using Etalon.Comparability.Calibration;
using Etalon.Metrology;
using Etalon.Metrology.Precision;

namespace Etalon.Study.Changes;

/// <summary>What a study of changes is made from.</summary>
/// <param name="Patients">All patients, in order.</param>
/// <param name="Scans">Rows of the table of scans.</param>
/// <param name="Retests">Test-retest readings; groups are scanner states.</param>
/// <param name="Calibrations">Calibrations of scanner states.</param>
/// <param name="Measurand">Code.</param>
public sealed record ChangeStudyInput(
    IReadOnlyList<string> Patients, IReadOnlyList<ScanRow> Scans, IReadOnlyList<Replicates> Retests, CalibrationSet Calibrations, string Measurand);

/// <summary>A scanner whose software changed during the study.</summary>
/// <param name="Station">The scanner.</param>
/// <param name="From">State before.</param>
/// <param name="To">State after.</param>
/// <param name="LastBefore">Day of the last scan before.</param>
/// <param name="FirstAfter">Day of the first scan after.</param>
public sealed record StateChange(string Station, string From, string To, DateOnly LastBefore, DateOnly FirstAfter);

/// <summary>Judges a study of changes from its tables.</summary>
public static class ChangeStudyRun
{
    private const double FarthestUnit = 20;

    /// <summary>Runs it.</summary>
    /// <param name="input">The tables.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="findings">Receives trouble.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The study; null where nothing can be judged, with the findings that say why.</returns>
    public static ChangeStudyResult? Execute(ChangeStudyInput input, ChangeStudyOptions? options, ICollection<Finding> findings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(findings);
        if (!IsUsable(input, findings) || TableScales.Fitting(input, findings) is not { } fitting)
        {
            return null;
        }

        input = fitting;
        var precision = GroupedPrecision.Fit(input.Retests);
        TellRetests(input, precision, findings);
        var median = Median(input.Scans.Select(s => s.Value));
        var spread = GainSpread.Of([.. input.Calibrations.States.Select(c => new StateGain(
            StationOf(input, c.State), c.State, c.ValidFrom, Math.Log(median / c.Corrected(median).Value)))]);
        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        var pairs = Pairs(input, refused, findings);
        var changes = StateChanges(input.Scans);
        TellStates(input, changes, findings);
        var study = ChangeStudy.Of(pairs, precision, spread, options, cancellation);
        return new ChangeStudyResult
        {
            Measurand = input.Measurand,
            Patients = input.Patients,
            Refused = refused,
            Study = study,
            Precision = precision,
            Spread = spread,
            StateChanges = changes,
            MinimalImportantChange = options?.MinimalImportantChange,
        };
    }

    private static bool IsUsable(ChangeStudyInput input, ICollection<Finding> findings)
    {
        if (input.Scans.Count == 0 || input.Retests.Count == 0)
        {
            var (about, expected) = input.Scans.Count == 0 ? ("the table of scans", "readings of patients") : ("the table of test-retest scans", "two readings or more of subjects without a change");
            findings.Add(new Finding(FindingCodes.ChangeRefused, Severity.Error, about, "no row that can be used", expected, "Correct the table; the findings above say what is wrong with its rows."));
            return false;
        }

        if (input.Calibrations.States.FirstOrDefault(s => s.Measurand != input.Measurand) is { } other)
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationInconsistent, Severity.Error, "the calibration", $"scales of {other.Measurand}", $"scales of {input.Measurand}, as the table of scans has it",
                "Give the calibration of this measurand, or none."));
            return false;
        }

        var scans = Median(input.Scans.Select(s => s.Value));
        return IsOneUnit(scans, Median(input.Retests.SelectMany(r => r.Values)), "the table of test-retest scans", findings)
            & (input.Calibrations.States.Count == 0 || IsOneUnit(scans, Median(input.Calibrations.States.Select(c => 0.5 * (c.Lowest + c.Highest))), "the calibration", findings));
    }

    private static bool IsOneUnit(double scans, double others, string about, ICollection<Finding> findings)
    {
        if (scans / others is < FarthestUnit and > 1 / FarthestUnit)
        {
            return true;
        }

        findings.Add(new Finding(
            FindingCodes.UnitsDisagree, Severity.Error, about, FormattableString.Invariant($"values of about {others:G3}"), FormattableString.Invariant($"values like those of the scans, about {scans:G3}"),
            "Tables in different units cannot be used together. Write all of them in one unit."));
        return false;
    }

    private static List<(ScanReading, ScanReading)> Pairs(ChangeStudyInput input, Dictionary<string, string> refused, ICollection<Finding> findings)
    {
        var pairs = new List<(ScanReading, ScanReading)>();
        var (alone, between, below) = (new List<string>(), 0, new List<string>());
        foreach (var patient in input.Scans.GroupBy(s => s.Patient, StringComparer.Ordinal))
        {
            var inTime = patient.OrderBy(s => s.Date).ThenBy(s => s.Visit, StringComparer.Ordinal).ToList();
            if (inTime.Count < 2)
            {
                alone.Add(patient.Key);
                refused[patient.Key] = "one visit that can be used";
                continue;
            }

            between += inTime.Count - 2;
            if (Reading(inTime[0], input) is { } first && Reading(inTime[^1], input) is { } last)
            {
                pairs.Add((first, last));
            }
            else
            {
                below.Add(patient.Key);
                refused[patient.Key] = "a reading below the offset of its scanner";
            }
        }

        foreach (var patient in input.Patients.Except(input.Scans.Select(s => s.Patient), StringComparer.Ordinal))
        {
            alone.Add(patient);
            refused[patient] = "no row that can be used";
        }

        Tell(alone, "no visit or one that can be used", "two visits or more", "Their row has no number and the grade X. Supply the other visit.");
        Tell(below, "a reading that its scanner's offset brings below zero", "readings above the offset of their scanner", "Their row has no number and the grade X. Check the reading, its unit and the calibration.");
        if (between > 0)
        {
            findings.Add(new Finding(
                FindingCodes.VisitsBetweenNotUsed, Severity.Warning, "the table of scans", $"{between} visits between the first and the last of their patient", "two visits a patient",
                "The change is that from the first visit to the last. Give the table those two rows of each patient that you want compared, or run a patient by `etalon run`, which takes all visits together."));
        }

        return pairs;

        void Tell(List<string> who, string found, string expected, string remedy)
        {
            if (who.Count > 0)
            {
                findings.Add(new Finding(
                    FindingCodes.ChangeRefused, Severity.Warning, $"{who.Count} patients ({string.Join(", ", who.Take(3))}{(who.Count > 3 ? ", ..." : "")})", found, expected, remedy));
            }
        }
    }

    /// <summary>A reading on the reference scale; null where that is not above 0.</summary>
    private static ScanReading? Reading(ScanRow row, ChangeStudyInput input)
    {
        var corrected = input.Calibrations.Of(row.State, row.Date)?.Corrected(row.Value);
        var value = corrected?.Value ?? row.Value;
        return value > 0 ? new ScanReading
        {
            Patient = row.Patient,
            Visit = row.Visit,
            Date = row.Date,
            Station = row.Station,
            State = row.State,
            Raw = row.Value,
            Value = value,
            IsCalibrated = corrected is not null,
            Calibration = corrected is null ? [] : [.. corrected.Effects.Select(e => e.ToComponent(1 / value))],
        }
        : null;
    }

    private static void TellRetests(ChangeStudyInput input, GroupedPrecision precision, ICollection<Finding> findings)
    {
        var without = input.Scans.Select(s => s.State).OfType<string>().Distinct(StringComparer.Ordinal).Except(precision.Groups.Select(g => g.Group), StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (without.Count > 0)
        {
            findings.Add(new Finding(
                FindingCodes.RepeatabilityAssumed, Severity.Warning, string.Join(", ", without), "no test-retest scans in this scanner state", "three pairs or more in every state",
                "The repeatability that scanners of this study have was taken, with how they differ."));
        }
    }

    private static List<StateChange> StateChanges(IReadOnlyList<ScanRow> scans)
    {
        var changes = new List<StateChange>();
        foreach (var station in scans.Where(s => s.State is not null).GroupBy(s => s.Station, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var states = station.GroupBy(s => s.State!, StringComparer.Ordinal).Select(g => (State: g.Key, First: g.Min(s => s.Date), Last: g.Max(s => s.Date))).OrderBy(s => s.First).ToList();
            changes.AddRange(states.Zip(states.Skip(1), (a, b) => new StateChange(station.Key, a.State, b.State, a.Last, b.First)));
        }

        return changes;
    }

    private static void TellStates(ChangeStudyInput input, List<StateChange> changes, ICollection<Finding> findings)
    {
        foreach (var change in changes)
        {
            var isCalibrated = new[] { change.From, change.To }.All(s => input.Calibrations.Of(s, null) is not null);
            findings.Add(new Finding(
                FindingCodes.ScannerStateChanged, Severity.Info, change.Station,
                FormattableString.Invariant($"{change.To} from {change.FirstAfter:yyyy-MM-dd}"), FormattableString.Invariant($"{change.From}, as until {change.LastBefore:yyyy-MM-dd}"),
                isCalibrated ? "Both states are calibrated by phantom scans; the difference was taken out." : "Scan a phantom in every state; what upgrades do was added to the uncertainty."));
        }

        foreach (var state in input.Scans.Select(s => s.State).OfType<string>().Distinct(StringComparer.Ordinal).Where(s => input.Calibrations.Of(s, null) is null).Order(StringComparer.Ordinal))
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationMissing, Severity.Warning, $"scanner state {state}", "no phantom scan", "a phantom scan in every scanner state",
                "Its gain is not known: what scanners differ by was added to the uncertainty, and its changes are graded C at best. Scan a phantom in this state."));
        }
    }

    private static string StationOf(ChangeStudyInput input, string state) => input.Scans.FirstOrDefault(s => s.State == state)?.Station ?? state;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
