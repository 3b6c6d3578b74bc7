using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Etalon.Change;
using Etalon.Comparability.Calibration;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Changes;

namespace Etalon.Cli;

/// <summary><c>etalon change</c>: which patients of a study changed, by how much, and how sure.</summary>
internal static class ChangeVerb
{
    private sealed record Question(string Scans, string? Phantom, string? Calibration, string TestRetest, double? Mic, bool LearnRepeatability, string Output, bool IsForced, bool Json);

    public static Command Create()
    {
        var scans = new Option<string>("--scans") { Description = "CSV of the patients' readings: patient, visit, date, station, software, roi_mean_adc.", Required = true };
        var phantom = new Option<string?>("--phantom") { Description = "CSV of phantom readings: station, software, date, vial, reference_adc, reference_u, measured_adc." };
        var calibration = new Option<string?>("--calibration") { Description = "Calibrations that etalon calibrate wrote, in place of --phantom." };
        var testRetest = new Option<string>("--test-retest") { Description = "CSV of subjects scanned twice without a change: station, software, subject, adc_1, adc_2.", Required = true };
        var mic = new Option<double?>("--mic") { Description = "Minimal important change, percent. Without it no verdict is 'equivalent'." };
        var repeatability = new Option<string>("--repeatability") { Description = "study: the scatter of patients who most likely did not change adds to what test-retest scans say (default). test-retest: it does not.", DefaultValueFactory = _ => "study" };
        repeatability.AcceptOnlyFromAmong("study", "test-retest");
        var output = new Option<string>("-o", "--output") { Description = "CSV to write: a row a patient.", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace the file if it is there." };
        var json = new Option<bool>("--json") { Description = "Print what the study says as a whole for machines on standard output." };
        var command = new Command("change", "Which patients of a study changed: interval, probabilities, verdict and grade of each, across scanners and upgrades.")
        {
            scans, phantom, calibration, testRetest, mic, repeatability, output, force, json,
        };
        command.SetAction(parse => Session.Run(parse.GetValue(json), cancellation =>
        {
            var question = new Question(
                parse.GetValue(scans)!, parse.GetValue(phantom), parse.GetValue(calibration), parse.GetValue(testRetest)!, parse.GetValue(mic), parse.GetValue(repeatability) == "study",
                parse.GetValue(output)!, parse.GetValue(force), parse.GetValue(json));
            return Misuse(question) is { } misuse ? Session.Wrong(misuse) : Execute(question, cancellation);
        }));
        return command;
    }

    private static string? Misuse(Question q) =>
        q.Phantom is not null && q.Calibration is not null ? "--phantom and --calibration: give one of them."
        : q.Mic is not null and not (> 0 and < 1000) ? "--mic: expected a percentage above 0, e.g. 25."
        : null;

    private static int Execute(Question q, CancellationToken cancellation)
    {
        AtomicFile.Check(q.Output, q.IsForced, [.. Inputs(q)]);
        var findings = new List<Finding>();
        var inputs = new List<(string Name, string Sha256)>();
        var result = Read(q, inputs, findings) is { } input
            ? ChangeStudyRun.Execute(input, Options(q), findings, cancellation) : null;
        var hasChange = result is { Study.Changes.Count: > 0 };
        if (hasChange)
        {
            cancellation.ThrowIfCancellationRequested();
            AtomicFile.Write(q.Output, q.IsForced, ChangeTable.Write(result!.Patients, result.Study.Changes, result.Refused));
        }

        if (q.Json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(ChangeStudyJson.Write(hasChange ? result : null, inputs, findings));
        }
        else
        {
            Session.Print(findings, json: false);
            if (hasChange)
            {
                Print(result!, q.Output);
            }
        }

        return hasChange ? ExitStatus.Done : ExitStatus.InputUnusable;
    }

    private static ChangeStudyInput? Read(Question q, List<(string Name, string Sha256)> inputs, List<Finding> findings)
    {
        var (scans, retest) = (Table(q.Scans), Table(q.TestRetest));
        var calibrations = Calibrations(q, inputs, findings);
        if (scans is null || retest is null || calibrations is null || StudyTables.Measurand(scans, findings) is not { } measurand)
        {
            return null;
        }

        return new ChangeStudyInput(StudyTables.Patients(scans), StudyTables.Scans(scans, measurand, findings), TestRetestTable.Read(retest, measurand, findings), calibrations, measurand);

        CsvTable? Table(string path)
        {
            var table = CsvTable.Read(path, Path.GetFileName(path), findings);
            if (table is not null)
            {
                inputs.Add((table.Name, table.Sha256));
            }

            return table;
        }
    }

    /// <summary>The calibrations; empty where none were given, null where what was given cannot be used at all.</summary>
    private static CalibrationSet? Calibrations(Question q, List<(string Name, string Sha256)> inputs, List<Finding> findings)
    {
        if (q.Calibration is { } file)
        {
            if (CalibrationFile.Read(file, Path.GetFileName(file), null, findings) is not { } record)
            {
                return null;
            }

            inputs.Add((Path.GetFileName(file), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))));
            return record.ToSet();
        }

        if (q.Phantom is not { } phantom)
        {
            return new CalibrationSet([]);
        }

        // As etalon calibrate holds it: one row at fault refuses the whole.
        var trouble = new List<Finding>();
        var calibrated = CalibrationRun.Execute(phantom, null, new CalibrationOptions(), ResultsJson.EtalonVersion, trouble);
        findings.AddRange(trouble);
        inputs.AddRange(calibrated?.Inputs.Select(i => (i.Name, i.Sha256)) ?? []);
        return calibrated?.ToSet();
    }

    private static ChangeStudyOptions Options(Question q) => new()
    {
        MinimalImportantChange = q.Mic / 100,
        Population = new ChangePopulationOptions { LearnRepeatability = q.LearnRepeatability },
    };

    private static void Print(ChangeStudyResult result, string output)
    {
        var (study, invariant) = (result.Study, CultureInfo.InvariantCulture);
        Console.WriteLine($"{Counted(study.Changes.Count)} judged{(result.Refused.Count > 0 ? $", {result.Refused.Count} without a change that can be told" : "")}.");
        foreach (var verdict in Enum.GetValues<Verdict>().Where(v => v != Verdict.Equivalent || result.MinimalImportantChange is not null))
        {
            Console.WriteLine(string.Create(invariant, $"  {verdict.ToString().ToLowerInvariant(),-13}{study.Changes.Count(c => c.Verdict == verdict),6}"));
        }

        Console.WriteLine("Grades: " + string.Join(", ", study.Changes.GroupBy(c => c.Grade).OrderBy(g => g.Key).Select(g => $"{g.Key} {g.Count()}")));
        if (study.Population is { } p)
        {
            Console.WriteLine(string.Create(
                invariant, $"Of all patients {100 * p.Prevalence:0} % changed (95 %: {100 * p.PrevalenceInterval.Lower:0} to {100 * p.PrevalenceInterval.Upper:0} %), estimated from the study itself."));
        }

        foreach (var change in result.StateChanges)
        {
            Console.WriteLine(string.Create(invariant, $"{Session.Safe(change.Station)}: {Session.Safe(change.To)} since {change.FirstAfter:yyyy-MM-dd}, {Session.Safe(change.From)} until {change.LastBefore:yyyy-MM-dd}."));
        }

        Console.WriteLine(Session.Safe(output));
    }

    private static string Counted(int patients) => patients == 1 ? "1 patient" : $"{patients} patients";

    private static IEnumerable<string> Inputs(Question q) => new[] { q.Scans, q.Phantom, q.Calibration, q.TestRetest }.OfType<string>();
}
