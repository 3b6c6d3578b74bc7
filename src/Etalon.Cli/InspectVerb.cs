using System.CommandLine;
using Etalon.Cases.Inspection;
using Etalon.Study;

namespace Etalon.Cli;

/// <summary><c>etalon inspect PATH...</c>: what DICOM objects are there, and what they say.</summary>
internal static class InspectVerb
{
    public static Command Create()
    {
        var paths = PathsArgument.Create("Files, folders and zips of DICOM objects; @FILE for a list of them, one a line (@- for standard input).");
        var json = new Option<bool>("--json") { Description = "Print the result for machines on standard output." };
        var hash = new Option<bool>("--hash") { Description = "Decode the pixels of every object and print their MD5." };
        var identify = new Option<bool>("--identify") { Description = "Show identifiers as the input holds them, instead of pseudonyms." };
        var command = new Command("inspect", "What DICOM objects are there, what they say, and what is missing or wrong.") { paths, json, hash, identify };
        command.SetAction(parse => Session.Run(parse.GetValue(json), cancellation =>
        {
            var names = parse.GetValue(paths)!;
            if (names.Any(p => p.Length == 0 || p.Contains('\0', StringComparison.Ordinal)))
            {
                Console.Error.WriteLine("PATH: an empty path.");
                return ExitStatus.WrongUsage;
            }

            var options = new InspectOptions { WithHash = parse.GetValue(hash), Identify = parse.GetValue(identify) };
            return parse.GetValue(json) ? Json(names, options, cancellation) : Text(names, options, cancellation);
        }));
        return command;
    }

    private static int Json(string[] paths, InspectOptions options, CancellationToken cancellation)
    {
        using var stdout = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        using var json = new InspectJson(stdout);
        var objects = new ObjectInspection(paths, options);
        var tree = new TreeInspection(options);
        foreach (var o in objects.Objects(tree.Take, cancellation))
        {
            json.Object(o);
        }

        json.End(objects, tree.Build(cancellation));
        return Status(objects);
    }

    private static int Text(string[] paths, InspectOptions options, CancellationToken cancellation)
    {
        var objects = new ObjectInspection(paths, options);
        var taken = new TreeInspection(options);
        var refused = new List<InspectedObject>();
        foreach (var o in objects.Objects(taken.Take, cancellation))
        {
            if (o.Error is not null)
            {
                refused.Add(o);
            }
            else if (o.PixelsMd5 is { } md5)
            {
                Console.WriteLine(Session.Safe($"{md5}  {o.Path}"));
            }
        }

        var tree = taken.Build(cancellation);
        InspectPrinter.Print(tree);
        foreach (var o in refused)
        {
            Console.WriteLine(Session.Safe($"{o.Status}  {o.Path}: {o.Error!.Found}. Expected: {o.Error.Expected}. {o.Error.Remedy}."));
        }

        InspectPrinter.PrintFindings(tree);
        Console.WriteLine($"{objects.Read} objects read, {objects.Refused} refused, {objects.Skipped} other files passed over.");
        return Status(objects);
    }

    /// <summary>Pixels that were refused are of an object that was read; nothing read at all is an input that cannot be used.</summary>
    private static int Status(ObjectInspection objects) => objects.Read == 0 ? ExitStatus.InputUnusable : ExitStatus.Done;
}
