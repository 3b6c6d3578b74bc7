using System.CommandLine;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Maps;
using Etalon.Study.Report;

namespace Etalon.Cli;

/// <summary><c>etalon map KIND PATH -o OUT</c>: parametric maps with uncertainty.</summary>
internal static class MapVerb
{
    public static Command Create()
    {
        var command = new Command("map", "Parametric maps with standard uncertainty and status of every voxel, from DICOM or BIDS.");
        foreach (var kind in MapKinds.All())
        {
            command.Subcommands.Add(Of(kind));
        }

        return command;
    }

    private static Command Of(MapKind kind)
    {
        var path = PathsArgument.Create("DICOM folders, zips or files; or one BIDS folder.");
        var output = new Option<string>("-o", "--output") { Description = "Folder to write.", Required = true };
        var masks = new Option<string[]>("--mask") { Description = "A region: NAME=FILE (NIfTI). Segments, contours and *_label-NAME_mask.nii.gz of the input are used as they are." };
        var dicom = new Option<bool>("--dicom") { Description = "Also write DICOM: parametric maps, the regions and a measurement report." };
        var force = new Option<bool>("--force") { Description = "Replace the output folder if it is there." };
        var json = new Option<bool>("--json") { Description = "Print results.json on standard output." };
        var command = new Command(kind.Name, kind.Description) { path, output, masks, dicom, force, json };
        foreach (var option in kind.Options)
        {
            command.Options.Add(option);
        }

        command.SetAction(parse => Session.Run(parse.GetValue(json), cancellation =>
        {
            if (Masks(parse.GetValue(masks) ?? []) is not { } named || kind.Assay(parse) is not { } assay)
            {
                return ExitStatus.WrongUsage;
            }

            using var folder = AtomicOutput.Begin(parse.GetValue(output)!, parse.GetValue(force), parse.GetValue(path)!);
            using var progress = new ProgressLine(parse.GetValue(json));
            var result = MapRun.Execute(parse.GetValue(path)!, assay, named, progress, cancellation);
            if (result.Visits.Count == 0)
            {
                progress.Dispose();
                Session.Print(result.Findings, parse.GetValue(json));
                return ExitStatus.InputUnusable;
            }

            result = MapWriter.Write(folder, result, parse.GetValue(dicom), cancellation);
            cancellation.ThrowIfCancellationRequested();
            folder.Commit();
            progress.Dispose();
            Print(result, parse.GetValue(output)!, parse.GetValue(json));
            return ExitStatus.Done;
        }));
        return command;
    }

    private static List<NamedMaskFile>? Masks(string[] texts)
    {
        var masks = new List<NamedMaskFile>();
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } file])
            {
                Console.Error.WriteLine($"--mask {Session.Safe(text)}: expected NAME=FILE.");
                return null;
            }

            masks.Add(new NamedMaskFile(name, file));
        }

        return masks;
    }

    private static void Print(MapResult result, string output, bool json)
    {
        if (json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(MapWriter.Results(result));
            return;
        }

        Session.Print(result.Findings, json: false);
        foreach (var visit in result.Visits)
        {
            Console.WriteLine($"{Session.Safe(visit.Visit.Subject)}  visit {Session.Safe(visit.Id)}  {Session.Safe(visit.Outcome.Method)}");
            foreach (var m in visit.Measurements.Where(m => !m.IsOk || m.Measurand.Split('.') is not [_, var statistic] || statistic is "mean" or "median" or "max" or "peak"))
            {
                var info = Measurands.Get(m.Measurand);
                var value = m is { Value: { } v, U: { } u } ? Shown.PlusMinus(v, u, info.ShownFactor) : m.Value is { } alone ? $"{Shown.Short(alone * info.ShownFactor)}, uncertainty not known," : $"no value: {m.Status}";
                Console.WriteLine($"  {Session.Safe(m.Region?.Name ?? ""),-16} {m.Measurand,-14} {value} {(m.Value is null ? "" : info.ShownUnit)}");
            }
        }

        var count = result.Findings.GroupBy(f => f.Severity).ToDictionary(g => g.Key, g => g.Count());
        Console.WriteLine($"Findings: {count.GetValueOrDefault(Severity.Error)} errors, {count.GetValueOrDefault(Severity.Warning)} warnings, {count.GetValueOrDefault(Severity.Info)} notes.");
        Console.WriteLine($"Maps: {Session.Safe(Path.Combine(output, "derivatives", "etalon"))}");
        Console.WriteLine("Research software, not for clinical use.");
    }
}
