using System.CommandLine;

namespace Etalon.Cli;

/// <summary>The <c>etalon</c> command: parses, calls, prints.</summary>
public static class Program
{
    /// <summary>Runs a verb; the result is the exit status (<see cref="ExitStatus"/>).</summary>
    public static int Main(string[] args)
    {
        var root = new RootCommand("Etalon treats medical images as assays: measurements with a unit, an uncertainty and a record. Research software, not for clinical use.");
        root.Subcommands.Add(RunVerb.Create());
        root.Subcommands.Add(DemoVerb.Create());
        root.Subcommands.Add(MapVerb.Create());
        root.Subcommands.Add(FeaturesVerb.Create());
        root.Subcommands.Add(FitVerb.Create());
        root.Subcommands.Add(HabitatsVerb.Create());
        root.Subcommands.Add(BiopsyVerb.Create());
        root.Subcommands.Add(ChangeVerb.Create());
        root.Subcommands.Add(InspectVerb.Create());
        root.Subcommands.Add(DeidentifyVerb.Create());
        root.Subcommands.Add(ConvertVerb.Create());
        root.Subcommands.Add(CalibrateVerb.Create());
        root.Subcommands.Add(PullVerb.Create());
        root.Subcommands.Add(PushVerb.Create());
        root.Subcommands.Add(CompareVerb.Create());
        root.Subcommands.Add(TwinVerb.Create());
        root.Subcommands.Add(DoctorVerb.Create());
        var parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = PathList.TryRead });
        if (parse.Errors.Count > 0)
        {
            foreach (var error in parse.Errors)
            {
                Console.Error.WriteLine(Session.Safe(string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
            }

            Console.Error.WriteLine("See: etalon --help");
            return ExitStatus.WrongUsage;
        }

        return parse.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }
}
