using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Etalon.Comparability;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Comparison;

namespace Etalon.Cli;

/// <summary><c>etalon compare A [B] --for MEASURAND</c>: how acquisitions differ, and what that does to the measurand.</summary>
internal static class CompareVerb
{
    private const int LargestLedger = 4 << 20;

    public static Command Create()
    {
        var paths = PathsArgument.Create(
            "One or two inputs: DICOM folders or zips, a BIDS data set, subject or session, the output of etalon run, or an exported summary; PATH#VISIT for one visit. One input gives the matrix of its visits.");
        var measurand = new Option<string?>("--for") { Description = "The measurand, with or without a statistic: adc, t1, t2, ktrans, rcbv, suvbw.max, volume, diameter, ..." };
        var calibration = new Option<string?>("--calibration") { Description = "Calibrations of scanner states that etalon calibrate wrote." };
        var ledger = new Option<string?>("--ledger") { Description = "A file of rows that adds to Etalon's ledger or replaces rows of it." };
        var export = new Option<string?>("--export") { Description = "Write an acquisition summary without images or identifiers, which another centre can compare against." };
        var lesion = new Option<ParameterRange?>("--lesion-mm") { Description = "Diameter of the region, mm, or a range such as 10..40 (the default), for effects of voxels and blur.", CustomParser = ParseRange };
        var value = new Option<double?>("--value") { Description = "A value of the measurand, in its UCUM unit, at which effects are shown." };
        var json = new Option<bool>("--json") { Description = "Print the result for machines on standard output." };
        var force = new Option<bool>("--force") { Description = "Replace the file of --export if it is there." };
        var command = new Command("compare", "How acquisitions differ, what that does to a measurand, what is not known, and a grade.") { paths, measurand, calibration, ledger, export, lesion, value, json, force };
        command.SetAction(parse => Session.Run(parse.GetValue(json), cancellation =>
        {
            var question = new Question(
                parse.GetValue(paths)!, parse.GetValue(measurand), parse.GetValue(calibration), parse.GetValue(ledger), parse.GetValue(export), parse.GetValue(lesion), parse.GetValue(value), parse.GetValue(json), parse.GetValue(force));
            return Misuse(question) is { } misuse ? Session.Wrong(misuse) : Execute(question, cancellation);
        }));
        return command;
    }

    private static string? Misuse(Question q) => q.Paths.Length > 2 ? $"{q.Paths.Length} inputs: expected one or two."
        : q.Paths.Any(string.IsNullOrEmpty) ? "PATH: an empty path."
        : q.Export is { } export && string.IsNullOrWhiteSpace(export) ? "--export: an empty path."
        : q.Export is { } summary && q.Paths.Any(p => Path.GetFullPath(p) == Path.GetFullPath(summary)) ? $"--export {summary}: it is an input of this run. Name another file."
        : q.Measurand is null && q.Export is null ? "--for MEASURAND: what is compared depends on it; for example --for adc."
        : q.Value is not null and not (> 0 and < double.PositiveInfinity) ? "--value: expected a number above 0."
        : null;

    private static int Execute(Question q, CancellationToken cancellation)
    {
        if (Ledger(q.Ledger, q.Json) is not { } ledger)
        {
            return ExitStatus.InputUnusable;
        }

        if (q.Measurand is { } code && !ledger.Knows(code))
        {
            return Session.Wrong($"--for {code}: the ledger has no rows for it; it knows {string.Join(", ", ledger.Measurands)}.");
        }

        var findings = new List<Finding>();
        IReadOnlyList<AcquisitionVisit> Read(string path) => AcquisitionSource.Read(path, findings, cancellation);
        if (!CalibrationOption.TryRead(q.Calibration, q.Json, out var calibration))
        {
            return ExitStatus.InputUnusable;
        }

        if (q.Export is { } target)
        {
            CheckSummary(target, q.IsForced);
        }

        var a = Read(q.Paths[0]);
        var b = q.Paths.Length == 2 ? Read(q.Paths[1]) : null;
        if (q.Export is { } export)
        {
            WriteSummary(export, q.IsForced, [.. a, .. b ?? []], ledger);
        }

        if (q.Measurand is not { } measurand)
        {
            Session.Print(findings, json: false);
            return ExitStatus.Done;
        }

        IReadOnlyList<CalibratedState> calibrated = calibration is null ? [] : CalibratedStates.Of(calibration, [.. a, .. b ?? []], measurand, ledger);
        var options = new ComparisonOptions { Ledger = ledger, Calibrated = calibrated, LesionMm = q.LesionMm ?? new ComparisonOptions().LesionMm, Value = q.Value };
        var result = CompareRun.Execute(measurand, a, b, options, findings, cancellation);
        if (!result.Pairs.Any(p => p.Comparison is not null))
        {
            IReadOnlyList<Finding> told = result.Pairs.Count > 0 ? result.Findings :
                [.. result.Findings, new Finding(FindingCodes.ImageMissing, Severity.Error, "the input", "one visit", "two visits or more", "Give a second input, or a data set with several visits.")];
            Session.Print(told, q.Json);
            return ExitStatus.InputUnusable;
        }

        if (q.Json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(CompareJson.Write(result));
            return ExitStatus.Done;
        }

        Session.Print(result.Findings, json: false);
        ComparePrinter.Print(result);
        return ExitStatus.Done;
    }

    private static AcquisitionLedger? Ledger(string? path, bool json)
    {
        if (path is null)
        {
            return AcquisitionLedger.Default;
        }

        var (name, findings) = (Path.GetFileName(path), new List<Finding>());
        var info = path.Length > 0 ? new FileInfo(path) : null;
        if (info is not { Exists: true } || info.Length is 0 or > LargestLedger)
        {
            findings.Add(new Finding(FindingCodes.LedgerInvalid, Severity.Error, name, info is { Exists: true } ? $"{info.Length} bytes" : "no such file", "a file of rows, at most 4 MiB", "Check the path."));
            Session.Print(findings, json);
            return null;
        }

        var ledger = AcquisitionLedger.Default.With(File.ReadAllText(path, Encoding.UTF8), name, findings);
        if (findings.Count == 0)
        {
            return ledger;
        }

        Session.Print(findings, json);
        return null;
    }

    private static void WriteSummary(string path, bool isForced, IReadOnlyList<AcquisitionVisit> visits, AcquisitionLedger ledger)
    {
        CheckSummary(path, isForced);
        AtomicFile.Write(path, isForced, AcquisitionSummary.Write(visits, ledger));
    }

    /// <summary>Refuses a place that may not be written, also before the work.</summary>
    private static void CheckSummary(string path, bool isForced)
    {
        var full = Path.GetFullPath(path);
        if (Path.Exists(full) && (!isForced || !IsSummary(full)))
        {
            throw new OutputException(isForced ? $"'{path}' is no acquisition summary; --force does not replace it." : $"'{path}' is there already. Name another file, or replace it with --force.");
        }
    }

    private static bool IsSummary(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = File.OpenRead(path);
        var begin = new byte[256];
        return Encoding.ASCII.GetString(begin, 0, file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false)).Contains($"\"schema\": \"{AcquisitionSummary.Schema}\"", StringComparison.Ordinal);
    }

    private static ParameterRange? ParseRange(ArgumentResult argument)
    {
        var ends = argument.Tokens[0].Value.Split("..");
        if (ends.Length <= 2 && double.TryParse(ends[0], CultureInfo.InvariantCulture, out var least) && double.TryParse(ends[^1], CultureInfo.InvariantCulture, out var greatest) && least is > 0 and < 1000 && greatest >= least && greatest < 1000)
        {
            return new ParameterRange(least, greatest);
        }

        argument.AddError($"--lesion-mm {Session.Safe(argument.Tokens[0].Value)}: expected a diameter in mm or a range, for example 15 or 10..40.");
        return null;
    }

    private sealed record Question(string[] Paths, string? Measurand, string? Calibration, string? Ledger, string? Export, ParameterRange? LesionMm, double? Value, bool Json, bool IsForced);
}
