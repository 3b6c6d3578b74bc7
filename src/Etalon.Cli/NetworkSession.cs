using System.Text.Json;
using Etalon.Dicom.Web;
using Etalon.Metrology;
using Etalon.Study;

namespace Etalon.Cli;

/// <summary>What pull and push share: they run, tell what stopped them, and print.</summary>
internal static class NetworkSession
{
    /// <summary>Runs the body of a network verb.</summary>
    /// <param name="json">Whether the result goes to standard output for machines.</param>
    /// <param name="interrupted">What to say after Ctrl-C: these verbs may leave part of their work.</param>
    /// <param name="body">Gives the exit status.</param>
    public static int Run(bool json, string interrupted, Func<CancellationToken, Task<int>> body) => Session.Run(json, cancellation =>
    {
        try
        {
            return body(cancellation).GetAwaiter().GetResult();
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine(Session.Safe(e.Message));
            return ExitStatus.WrongUsage;
        }
        catch (DicomWebException e) when (e.Code == DicomWebErrorCode.FolderUnusable)
        {
            Console.Error.WriteLine(Session.Safe(e.Message));
            return ExitStatus.WrongUsage;
        }
        catch (DicomWebException e)
        {
            Print([NetworkFindings.Of(e)], json, _ => { });
            return ExitStatus.InputUnusable;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine(interrupted);
            return ExitStatus.Interrupted;
        }
    });

    /// <summary>Prints findings: for people those that matter; for machines one object with them at its end.</summary>
    public static void Print(IReadOnlyList<Finding> findings, bool json, Action<Utf8JsonWriter> figures)
    {
        if (!json)
        {
            Session.Print(findings, json: false);
            return;
        }

        using var stdout = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stdout, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        writer.WriteStartObject();
        figures(writer);
        writer.WritePropertyName("findings");
        using (var list = JsonDocument.Parse(ResultsJson.WriteFindings(findings)))
        {
            list.RootElement.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.Flush();
        stdout.Write("\n"u8);
    }

    /// <summary>Bytes for people.</summary>
    public static string Size(long bytes) => bytes < 1_000_000 ? FormattableString.Invariant($"{bytes / 1e3:0.0} kB") : FormattableString.Invariant($"{bytes / 1e6:0.0} MB");

    /// <summary>Progress of objects on the bar.</summary>
    public sealed class Bar(ProgressLine line, string stage) : IProgress<DicomTransferProgress>
    {
        public void Report(DicomTransferProgress value) => line.Report(new StudyProgress($"{stage}, {value.Done} objects", value.Total is { } total ? value.Done / (double)total : 0));
    }
}
