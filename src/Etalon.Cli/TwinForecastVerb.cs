using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Etalon.Cases;
using Etalon.Study;
using Etalon.Study.Forecasts;

namespace Etalon.Cli;

/// <summary><c>etalon twin forecast PATIENT --days LIST -o DIR</c>: distributions of the tumour at asked days, and how the twin did on visits it was not shown.</summary>
internal static class TwinForecastVerb
{
    private const int FewestMembers = 20;

    public static Command Create()
    {
        var path = PathsArgument.Create("A patient as for etalon run.", "PATIENT");
        var output = new Option<string>("-o", "--output") { Description = "Folder to write.", Required = true };
        var days = new Option<double[]>("--days") { Description = "Days since the first visit, e.g. 90,120. Days of held-out visits are added.", CustomParser = ParseDays, DefaultValueFactory = _ => [] };
        var members = new Option<int>("--members") { Description = "Draws of the posterior. Default: 1000.", DefaultValueFactory = _ => 1000 };
        var fit = new Option<VisitRange?>("--fit-visits") { Description = "Visits the twin is fitted to, e.g. 1-5. Default: all but the last two.", CustomParser = RunVerb.ParseRange };
        var treatment = new Option<string?>("--treatment") { Description = "A treatment.json that stands beside the images, past and planned." };
        var common = new CommonOptions();
        members.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var n) && n is < FewestMembers or > 100_000)
            {
                result.AddError($"--members: expected a number from {FewestMembers} to 100000.");
            }
        });
        var command = new Command("forecast", "Forecasts density, volume, cells and time to progression as distributions, beside three baselines.") { path, output, days, members, fit, treatment };
        common.AddTo(command);
        command.SetAction(parse => Session.Run(common.IsJson(parse), cancellation => Execute(
            parse.GetValue(path)!, parse.GetValue(output)!, common.IsForced(parse), common.IsJson(parse), parse.GetValue(days)!,
            common.Study(parse) with { FitVisits = parse.GetValue(fit), Members = parse.GetValue(members) }, parse.GetValue(treatment), cancellation)));
        return command;
    }

    private static int Execute(
        IReadOnlyList<string> paths, string output, bool force, bool json, double[] days, StudyOptions options, string? treatment, CancellationToken cancellation)
    {
        using var folder = AtomicOutput.Begin(output, force, paths);
        using var progress = new ProgressLine(json);
        var patient = CaseReader.Read(paths, new CaseOptions { TreatmentFile = treatment }, cancellation);
        if (options.FitVisits is { } range && VisitNumbers.Misfit(range, patient) is { } misfit)
        {
            progress.Dispose();
            return Session.Wrong($"--fit-visits: {misfit}");
        }

        var outcome = TwinForecastRun.Execute(patient, options, days, progress, cancellation);
        if (outcome.Misuse is { } misuse)
        {
            progress.Dispose();
            return Session.Wrong($"--days: {misuse}");
        }

        if (outcome.Result is not { } result)
        {
            progress.Dispose();
            Session.Print(outcome.Findings, json);
            return ExitStatus.InputUnusable;
        }

        TwinForecastWriter.Write(result, folder);
        folder.Commit();
        progress.Dispose();
        if (json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(TwinForecastJson.Write(result));
            return ExitStatus.Done;
        }

        Session.Print(result.Findings, json: false);
        Summarise(result);
        Console.WriteLine(Session.Safe(output));
        return ExitStatus.Done;
    }

    private static void Summarise(TwinForecastResult result)
    {
        foreach (var day in result.Forecast.Ensemble.Days)
        {
            var (cells, dense) = (day.VisibleCells.Middle(0.9), day.DenseMl.Middle(0.9));
            Console.WriteLine(FormattableString.Invariant(
                $"day {day.Day:0.##}: cells {day.VisibleCells.Median:0} ({cells.Lower:0} to {cells.Upper:0}), dense volume {day.DenseMl.Median:0.0} mL ({dense.Lower:0.0} to {dense.Upper:0.0}); 90 %"));
        }

        var progression = result.Forecast.Ensemble.Progression;
        Console.WriteLine(progression.Quantile(0.5) is { } median
            ? FormattableString.Invariant($"progression: half by day {median:0}, {100 * progression.ShareNever:0} % not until day {progression.UntilDay:0}")
            : FormattableString.Invariant($"progression: {100 * progression.ShareNever:0} % not until day {progression.UntilDay:0}"));
        foreach (var (name, score, isBeaten) in result.Forecast.Validation.Baselines)
        {
            Console.WriteLine(FormattableString.Invariant($"held-out visits: CRPS of log cells {result.Forecast.Validation.TwinLogCrps:0.000} against {score:0.000} of {name}: {(isBeaten ? "beaten" : "not beaten")}"));
        }
    }

    private static double[] ParseDays(ArgumentResult result)
    {
        var days = new List<double>();
        foreach (var part in result.Tokens.SelectMany(t => t.Value.Split(',')))
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var day) || !double.IsFinite(day) || day < 0)
            {
                result.AddError($"--days {Session.Safe(part)}: expected days since the first visit, parted by commas, for example 90,120.5.");
                return [];
            }

            days.Add(day);
        }

        return [.. days.Distinct()];
    }
}
