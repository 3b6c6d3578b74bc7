using System.Runtime.InteropServices;
using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Study;

namespace Etalon.Cli;

/// <summary>Runs the body of a verb: Ctrl-C cancels it, failures become messages and exit statuses.</summary>
internal static class Session
{
    /// <summary>Runs a body.</summary>
    public static int Run(Func<CancellationToken, int> body)
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
            Console.Error.WriteLine(e.Message);
            return ExitStatus.WrongUsage;
        }
        catch (CaseException e)
        {
            Print([e.Finding]);
            return ExitStatus.InputUnusable;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Details may hold names from the input; they are for the person at the terminal, not for a log.
            Console.Error.WriteLine($"Etalon failed: {e.GetType().Name}: {e.Message}");
            if (Environment.GetEnvironmentVariable("ETALON_DEBUG") is not null)
            {
                Console.Error.WriteLine(e.StackTrace);
            }

            return ExitStatus.OurFault;
        }
    }

    /// <summary>Prints findings for people, on standard error.</summary>
    public static void Print(IEnumerable<Finding> findings)
    {
        foreach (var f in findings)
        {
            Console.Error.WriteLine($"{f.Severity.ToString().ToLowerInvariant(),-7} {f.Code}");
            Console.Error.WriteLine($"        about    {Safe(f.About)}");
            Console.Error.WriteLine($"        found    {Safe(f.Found)}");
            Console.Error.WriteLine($"        expected {Safe(f.Expected)}");
            Console.Error.WriteLine($"        remedy   {Safe(f.Remedy)}");
        }
    }

    /// <summary>Text without control characters, so that no input can steer a terminal.</summary>
    public static string Safe(string text) => new([.. text.Select(c => char.IsControl(c) ? '�' : c)]);
}
