using System.CommandLine;
using System.Text;
using Etalon.Study;
using Etalon.Study.Conversion;

namespace Etalon.Cli;

/// <summary><c>etalon convert PATH -o OUT</c>: every volume of DICOM objects as NIfTI with its sidecar.</summary>
internal static class ConvertVerb
{
    public static Command Create()
    {
        var path = PathsArgument.Create("DICOM folders, zips or files; @FILE for a list of them, one a line (@- for standard input).");
        var output = new Option<string>("-o", "--output") { Description = "Folder to write.", Required = true };
        var gzip = new Option<bool>("--gzip") { Description = "Write .nii.gz." };
        var force = new Option<bool>("--force") { Description = "Replace the output folder if it is there." };
        var json = new Option<bool>("--json") { Description = "Print the list of files and findings for machines on standard output." };
        var command = new Command("convert", "DICOM to NIfTI: every volume with exact geometry, values by the rule that its sidecar names, b-values and directions.") { path, output, gzip, force, json };
        command.SetAction(parse => Session.Run(parse.GetValue(json), cancellation =>
            Execute(parse.GetValue(path)!, parse.GetValue(output)!, parse.GetValue(gzip), parse.GetValue(force), parse.GetValue(json), cancellation)));
        return command;
    }

    private static int Execute(string[] paths, string output, bool gzip, bool force, bool json, CancellationToken cancellation)
    {
        using var folder = AtomicOutput.Begin(output, force, paths);
        var result = ConvertRun.Execute(paths, folder.Staging, gzip, cancellation);
        if (result.Files.Count == 0)
        {
            Session.Print(result.Findings, json);
            return ExitStatus.InputUnusable;
        }

        var list = Encoding.UTF8.GetBytes(result.ToJson());
        folder.Write("convert.json", list);
        cancellation.ThrowIfCancellationRequested();
        folder.Commit();
        if (json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(list);
            return ExitStatus.Done;
        }

        Session.Print(result.Findings, json: false);
        foreach (var file in result.Files)
        {
            Console.WriteLine(Session.Safe(Path.Combine(output, file)));
        }

        return ExitStatus.Done;
    }
}
