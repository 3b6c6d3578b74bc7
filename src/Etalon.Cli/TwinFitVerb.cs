using System.CommandLine;
using System.Globalization;
using Etalon.Cases;
using Etalon.Study;
using Etalon.Twin;

namespace Etalon.Cli;

/// <summary><c>etalon twin fit PATIENT -o DIR</c>: growth parameters of a tumour with honest uncertainty.</summary>
internal static class TwinFitVerb
{
    public static Command Create()
    {
        var path = PathsArgument.Create("A patient as for etalon run.", "PATIENT");
        var output = new Option<string>("-o", "--output") { Description = "Folder to write.", Required = true };
        var visits = new Option<VisitRange?>("--fit-visits") { Description = "Visits the twin is fitted to, e.g. 1-5. Default: all but the last two.", CustomParser = RunVerb.ParseRange };
        var scheme = new Option<string>("--scheme") { Description = "exact (default), or rk38-compat for comparison with TumorTwin.", DefaultValueFactory = _ => TwinSchemes.Exact };
        scheme.AcceptOnlyFromAmong(TwinSchemes.Exact, TwinSchemes.Rk38Compat);
        var nuisance = new Option<string>("--nuisance") { Description = "on (default): visits may differ by ADC scale and place. off: by noise alone.", DefaultValueFactory = _ => "on" };
        nuisance.AcceptOnlyFromAmong("on", "off");
        var prior = new Option<string>("--prior") { Description = "default, flat, or a file (docs/schemas/twin-prior.schema.json).", DefaultValueFactory = _ => TwinFitSettings.DefaultPrior };
        var start = new Option<string?>("--start") { Description = "A file with a start, tried beside those that are searched: {\"parameters\": {\"alpha_per_Gy\": 0.05}}, or a posterior.json." };
        var check = new Option<bool>("--check") { Description = "Weigh the posterior's draws by the real misfit and report how far its approximation holds." };
        var treatment = new Option<string?>("--treatment") { Description = "A treatment.json that stands beside the images." };
        var outside = new Option<bool>("--allow-outside") { Description = "Let a patient file name images outside its own folder." };
        var calibration = new Option<string?>("--calibration") { Description = "Calibrations of scanner states that etalon calibrate wrote." };
        var common = new CommonOptions();
        var command = new Command("fit", "Fits growth and response of a tumour; says what the visits cannot tell.")
        {
            path, output, visits, scheme, nuisance, prior, start, check, treatment, outside, calibration,
        };
        common.AddTo(command);
        command.SetAction(parse => Session.Run(common.IsJson(parse), cancellation =>
        {
            if (!CalibrationOption.TryRead(parse.GetValue(calibration), common.IsJson(parse), out var record))
            {
                return ExitStatus.InputUnusable;
            }

            var settings = new TwinFitSettings
            {
                Scheme = TwinSchemes.Of(parse.GetValue(scheme)) ?? TwinScheme.Exact,
                WithNuisance = parse.GetValue(nuisance) == "on",
                Prior = parse.GetValue(prior)!,
                Start = parse.GetValue(start),
                WithCheck = parse.GetValue(check),
            };
            return Execute(
                parse.GetValue(path)!, parse.GetValue(output)!, common.IsForced(parse), common.IsJson(parse),
                new CaseOptions { TreatmentFile = parse.GetValue(treatment), AllowOutside = parse.GetValue(outside) },
                common.Study(parse) with { FitVisits = parse.GetValue(visits), Calibration = record }, settings, cancellation);
        }));
        return command;
    }

    private static int Execute(
        IReadOnlyList<string> paths, string output, bool force, bool json, CaseOptions caseOptions, StudyOptions options, TwinFitSettings settings, CancellationToken cancellation)
    {
        string[] inputs = [.. paths, .. new[] { settings.Start, settings.Prior is TwinFitSettings.DefaultPrior or TwinFitSettings.FlatPrior ? null : settings.Prior }.OfType<string>()];
        using var folder = AtomicOutput.Begin(output, force, inputs);
        using var progress = new ProgressLine(json);
        var patient = CaseReader.Read(paths, caseOptions, cancellation);
        if (options.FitVisits is { } range && VisitNumbers.Misfit(range, patient) is { } misfit)
        {
            progress.Dispose();
            return Session.Wrong($"--fit-visits: {misfit}");
        }

        var checkpoint = TwinCheckpoint.Beside(output);
        var (result, findings) = TwinFitRun.Execute(patient, options, settings with { Checkpoint = checkpoint }, progress, cancellation);
        if (result is null)
        {
            progress.Dispose();
            Session.Print(findings, json);
            return ExitStatus.InputUnusable;
        }

        cancellation.ThrowIfCancellationRequested();
        TwinFitJson.Write(result, folder);
        folder.Commit();
        File.Delete(checkpoint);
        progress.Dispose();
        if (json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(TwinFitJson.Posterior(result));
            return ExitStatus.Done;
        }

        Session.Print(result.Findings, json: false);
        Summarise(result);
        Console.WriteLine(Session.Safe(output));
        return ExitStatus.Done;
    }

    private static void Summarise(TwinFitResult result)
    {
        var (fit, invariant) = (result.Fit, CultureInfo.InvariantCulture);
        Console.WriteLine(string.Create(invariant, $"{fit.Posterior.Status} after {fit.Posterior.Steps} steps; misfit per reading {fit.Posterior.ReducedChiSquared:0.###}"));
        for (var p = 0; p < fit.Posterior.Parameters.Count; p++)
        {
            var (parameter, m) = (fit.Posterior.Parameters[p], fit.Marginals[p]);
            Console.WriteLine(string.Create(
                invariant, $"  {Session.Safe(parameter.Name),-34} {m.Mean,11:G5} ± {m.Sd:G3} {parameter.Unit} (90 %: {m.Lower90:G4} to {m.Upper90:G4}){(fit.Posterior.IsIdentifiable(p) ? "" : "  not learned")}"));
        }

        if (result.NetKill is { } kill)
        {
            Console.WriteLine(string.Create(invariant, $"  {kill.Name}: {kill.Value.Mean:G4} ± {kill.Value.Sd:G3}"));
        }

        foreach (var e in result.Evidence.Where(_ => result.Evidence.Count > 1))
        {
            Console.WriteLine(string.Create(invariant, $"  model with {Session.Safe(e.Model)}: probability {e.Probability:0.###}"));
        }
    }
}
