using System.CommandLine;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Simulation;

namespace Etalon.Cli;

/// <summary><c>etalon twin simulate SPEC.json -o DIR</c>: the growth model forward from a stated beginning.</summary>
internal static class TwinSimulateVerb
{
    private sealed record Request(string Spec, string Output, bool Force, bool Json, bool Outside, int Threads);

    public static Command Create()
    {
        var spec = new Argument<string>("SPEC") { Description = "JSON file: domain, initial density, growth, treatment, output days (docs/twin.md)." };
        var output = new Option<string>("-o", "--output") { Description = "Folder to write.", Required = true };
        var outside = new Option<bool>("--allow-outside") { Description = "Images may lie outside the folder of SPEC." };
        var common = new CommonOptions();
        var command = new Command("simulate", "Simulates a tumour from a stated beginning: density maps and what finite steps may be off by.") { spec, output, outside };
        common.AddTo(command);
        command.SetAction(parse => Session.Run(common.IsJson(parse), cancellation => Execute(
            new Request(parse.GetValue(spec)!, parse.GetValue(output)!, common.IsForced(parse), common.IsJson(parse), parse.GetValue(outside), common.Study(parse).Threads),
            cancellation)));
        return command;
    }

    private static int Execute(Request request, CancellationToken cancellation)
    {
        if (!File.Exists(request.Spec))
        {
            return Session.Wrong($"SPEC {request.Spec}: there is no such file.");
        }

        using var folder = AtomicOutput.Begin(request.Output, request.Force, request.Spec);
        var findings = new List<Finding>();
        if (SpecFile.Read(request.Spec, request.Outside, request.Threads, findings) is not { } spec)
        {
            Session.Print(findings, request.Json);
            return ExitStatus.InputUnusable;
        }

        folder.RequireOutside(spec.Inputs);
        var rows = SimulationRun.Execute(spec, folder, cancellation);
        if (request.Json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(File.ReadAllBytes(Path.Combine(request.Output, "summary.json")));
            return ExitStatus.Done;
        }

        Session.Print(findings, json: false);
        foreach (var row in rows)
        {
            var error = row.CellsError is { } e ? FormattableString.Invariant($", time error {e:0.0E0} of the cells") : "";
            Console.WriteLine(FormattableString.Invariant($"day {row.Day:0.###}: cells {row.Cells:0.0} of capacity, volume {row.VolumeMl:0.0} mL{error}"));
        }

        Console.WriteLine(Session.Safe(request.Output));
        return ExitStatus.Done;
    }
}
