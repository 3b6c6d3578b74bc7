using System.CommandLine;
using Etalon.Dicom.Web;
using Etalon.Metrology;

namespace Etalon.Cli;

/// <summary><c>etalon push PATH... URL</c>: objects to a DICOMweb server, each read back.</summary>
internal static class PushVerb
{
    public static Command Create()
    {
        var arguments = PathsArgument.Create("Files, folders and zips, then the root of the server's DICOMweb services: https://host:port/dicom-web.", "PATH... URL", least: 2);
        var insecure = new Option<bool>("--insecure") { Description = "Allow http:// to another machine: images and credentials travel unprotected." };
        var json = new Option<bool>("--json") { Description = "Print the result for machines on standard output." };
        var command = new Command("push", $"Sends objects to a DICOMweb server and reads each one back. Credentials: {ServerAddress.User} and {ServerAddress.Password}, or {ServerAddress.Token}, in the environment.")
        {
            arguments, insecure, json,
        };
        command.SetAction(parse => NetworkSession.Run(
            parse.GetValue(json), "Interrupted. The server keeps what it has; the same command sends all again, which does no harm.",
            cancellation => ExecuteAsync(parse.GetValue(arguments)!, parse.GetValue(insecure), parse.GetValue(json), cancellation)));
        return command;
    }

    private static async Task<int> ExecuteAsync(string[] arguments, bool insecure, bool json, CancellationToken cancellation)
    {
        var paths = arguments[..^1];
        if (paths.Any(string.IsNullOrEmpty))
        {
            throw new UsageException("A PATH is empty.");
        }

        using var client = ServerAddress.Open(arguments[^1], insecure);
        DicomPushResult result;
        using (var line = new ProgressLine(json))
        {
            result = await DicomPush.RunAsync(client, paths, new NetworkSession.Bar(line, "sending"), cancellation);
        }

        var findings = result.Issues.Select(NetworkFindings.Of).Concat(result.Unreadable.Select(NetworkFindings.Of)).ToList();
        if (result.Objects.Count == 0 && findings.Count == 0)
        {
            findings.Add(NetworkFindings.NoObjects());
        }

        int Count(PushedStatus status) => result.Objects.Count(o => o.Status == status);
        NetworkSession.Print(findings, json, writer =>
        {
            writer.WriteString("schema", "etalon-push-result-1");
            writer.WriteNumber("stored", Count(PushedStatus.Stored));
            writer.WriteNumber("changed", Count(PushedStatus.Changed));
            writer.WriteNumber("repeated", Count(PushedStatus.Repeated));
            writer.WriteNumber("failed", Count(PushedStatus.Failed) + result.Unreadable.Count);
            writer.WriteStartArray("objects");
            foreach (var item in result.Objects)
            {
                writer.WriteStartObject();
                writer.WriteString("path", item.Name);
                writer.WriteString("sop_instance_uid", item.SopInstanceUid);
                writer.WriteString("status", item.Status.ToString().ToLowerInvariant());
                writer.WriteString("data_set_sha256", item.DataSetSha256);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
        if (!json)
        {
            var held = Count(PushedStatus.Stored) + Count(PushedStatus.Changed);
            Console.WriteLine($"{held} objects on the server and read back: {Count(PushedStatus.Stored)} as sent, {Count(PushedStatus.Changed)} with other attributes changed; {Count(PushedStatus.Failed) + result.Unreadable.Count} failed.");
        }

        return findings.Any(f => f.Severity == Severity.Error) || !result.IsComplete ? ExitStatus.InputUnusable : ExitStatus.Done;
    }
}
