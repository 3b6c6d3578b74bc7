using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Study;

namespace Etalon.Cli;

/// <summary>Runs the body of a verb: Ctrl-C cancels it, failures become messages and exit statuses.</summary>
internal static class Session
{
    private const int MostOfOneCode = 10;

    /// <summary>Runs a body.</summary>
    /// <param name="json">Whether findings go to standard output, as findings.json would hold them.</param>
    /// <param name="body">Gives the exit status.</param>
    public static int Run(bool json, Func<CancellationToken, int> body)
    {
        using var source = new CancellationTokenSource();
        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            source.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            return body(source.Token);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Interrupted. Nothing was written.");
            return ExitStatus.Interrupted;
        }
        catch (OutputException e)
        {
            Console.Error.WriteLine(Safe(e.Message));
            return ExitStatus.WrongUsage;
        }
        catch (CaseException e)
        {
            Print([e.Finding], json);
            return ExitStatus.InputUnusable;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk is full, a pipe was closed, a folder may not be written: nobody's fault in the code.
            Console.Error.WriteLine($"The disk or the output refused: {Safe(e.Message.TrimEnd('.'))}. Nothing was put in place. Free space or check the rights, and run again.");
            return ExitStatus.WrongUsage;
        }
        catch (OutOfMemoryException)
        {
            Console.Error.WriteLine("Etalon failed: there is not enough memory for these images. Crop or resample them, or run on a larger machine.");
            return ExitStatus.OurFault;
        }
        catch (Exception e)
        {
            // Details may hold names from the input; they are for the person at the terminal, not for a log.
            Console.Error.WriteLine($"Etalon failed: {e.GetType().Name}: {Safe(e.Message)}");
            if (Environment.GetEnvironmentVariable("ETALON_DEBUG") is not null)
            {
                Console.Error.WriteLine(e.StackTrace);
            }

            return ExitStatus.OurFault;
        }
    }

    /// <summary>Says what was wrong with the call; gives the exit status for it.</summary>
    public static int Wrong(string message)
    {
        Console.Error.WriteLine(Safe(message));
        return ExitStatus.WrongUsage;
    }

    /// <summary>Prints why an input cannot be used: for people what matters, on standard error; for machines all of it, on standard output.</summary>
    public static void Print(IReadOnlyList<Finding> findings, bool json)
    {
        if (json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(ResultsJson.WriteFindings(findings));
            return;
        }

        var told = findings.Where(f => f.Severity >= Severity.Warning).ToList();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var f in told)
        {
            // A table with one fault in every row would push what else was found out of sight.
            var count = counts[f.Code] = counts.GetValueOrDefault(f.Code) + 1;
            if (count > MostOfOneCode)
            {
                continue;
            }

            Console.Error.WriteLine($"{f.Severity.ToString().ToLowerInvariant(),-7} {f.Code}");
            Console.Error.WriteLine($"        about    {Safe(f.About)}");
            Console.Error.WriteLine($"        found    {Safe(f.Found)}");
            Console.Error.WriteLine($"        expected {Safe(f.Expected)}");
            Console.Error.WriteLine($"        remedy   {Safe(f.Remedy)}");
        }

        foreach (var (code, count) in counts.Where(c => c.Value > MostOfOneCode))
        {
            Console.Error.WriteLine($"and {count - MostOfOneCode} more of {code}; --json gives all of them.");
        }
    }

    /// <summary>Text without control characters and without those that turn or break lines unseen, so that no input can steer a terminal.</summary>
    public static string Safe(string text) => string.Concat(text.EnumerateRunes().Select(rune => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
        ? "�" : rune.ToString()));
}
