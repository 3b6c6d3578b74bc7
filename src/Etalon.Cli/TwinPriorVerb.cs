using System.CommandLine;
using Etalon.Metrology;
using Etalon.Study;

namespace Etalon.Cli;

/// <summary><c>etalon twin prior FIT_DIR... -o PRIOR.json</c>: a population's prior from fitted patients.</summary>
internal static class TwinPriorVerb
{
    public static Command Create()
    {
        var folders = PathsArgument.Create("Folders that etalon twin fit wrote, one a patient; two or more.", "FIT_DIR");
        var output = new Option<string>("-o", "--output") { Description = "Prior to write (JSON), for etalon twin fit --prior.", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace the file if it is there." };
        var json = new Option<bool>("--json") { Description = "Print the prior for machines on standard output." };
        var command = new Command("prior", "Learns the prior of a population from fitted patients, each one's own prior divided out.") { folders, output, force, json };
        command.SetAction(parse => Session.Run(parse.GetValue(json), _ =>
        {
            var (given, target) = (parse.GetValue(folders)!, parse.GetValue(output)!);
            var inputs = given.Select(f => Path.Combine(f, "posterior.json")).ToList();
            AtomicFile.Check(target, parse.GetValue(force), inputs);
            var findings = new List<Finding>();
            var content = TwinPriorFile.Learn(given, findings);
            if (content is null)
            {
                Session.Print(findings, parse.GetValue(json));
                return ExitStatus.InputUnusable;
            }

            AtomicFile.Write(target, parse.GetValue(force), content, inputs);
            if (parse.GetValue(json))
            {
                using var stdout = Console.OpenStandardOutput();
                stdout.Write(content);
                return ExitStatus.Done;
            }

            Session.Print(findings, json: false);
            Console.WriteLine(Session.Safe(target));
            return ExitStatus.Done;
        }));
        return command;
    }
}
