using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Etalon.Dicom.Web;
using Etalon.Metrology;

namespace Etalon.Cli;

/// <summary><c>etalon pull URL -o DIR</c>: objects of a DICOMweb server into a folder.</summary>
internal static class PullVerb
{
    public static Command Create()
    {
        var url = new Argument<string>("URL") { Description = "Root of the server's DICOMweb services: https://host:port/dicom-web." };
        var output = new Option<string>("-o", "--output") { Description = "Folder to write: new, empty, or of an earlier pull from this server, which goes on.", Required = true };
        var patient = new Option<string?>("--patient") { Description = "PatientID, exactly." };
        var study = new Option<string[]>("--study") { Description = "StudyInstanceUID; may be given several times." };
        var series = new Option<string[]>("--series") { Description = "SeriesInstanceUID; may be given several times." };
        var modality = new Option<string[]>("--modality") { Description = "Modality such as MR; may be given several times." };
        var since = new Option<DateOnly?>("--since") { Description = "First study date, such as 2024-03-01.", CustomParser = ParseDate };
        var insecure = new Option<bool>("--insecure") { Description = "Allow http:// to another machine: images and credentials travel unprotected." };
        var json = new Option<bool>("--json") { Description = "Print the result for machines on standard output." };
        var command = new Command("pull", $"Fetches objects from a DICOMweb server. Credentials: {ServerAddress.User} and {ServerAddress.Password}, or {ServerAddress.Token}, in the environment.")
        {
            url, output, patient, study, series, modality, since, insecure, json,
        };
        command.SetAction(parse =>
        {
            var folder = parse.GetValue(output)!;
            var interrupted = $"Interrupted. The objects in {folder} are whole; the same command goes on from here.";
            return NetworkSession.Run(parse.GetValue(json), interrupted, cancellation => ExecuteAsync(
                parse.GetValue(url)!, folder, parse.GetValue(insecure), parse.GetValue(json),
                () => new DicomWebQuery
                {
                    PatientId = parse.GetValue(patient), StudyUids = parse.GetValue(study) ?? [], SeriesUids = parse.GetValue(series) ?? [], Modalities = parse.GetValue(modality) ?? [], Since = parse.GetValue(since),
                },
                cancellation));
        });
        return command;
    }

    private static async Task<int> ExecuteAsync(string url, string folder, bool insecure, bool json, Func<DicomWebQuery> query, CancellationToken cancellation)
    {
        var asked = Checked(query);
        using var client = ServerAddress.Open(url, insecure);
        DicomPullResult result;
        using (var line = new ProgressLine(json))
        {
            result = await DicomPull.RunAsync(client, asked, folder, new NetworkSession.Bar(line, "fetching"), cancellation);
        }

        var findings = Findings(result, asked, client.Address);
        NetworkSession.Print(findings, json, writer =>
        {
            writer.WriteString("schema", "etalon-pull-result-1");
            writer.WriteNumber("found", result.Found);
            writer.WriteNumber("fetched", result.Fetched);
            writer.WriteNumber("kept", result.Kept);
            writer.WriteNumber("missing", result.Found - result.Objects.Count);
            writer.WriteNumber("fetched_bytes", result.FetchedBytes);
            writer.WriteString("manifest", "pull.json");
        });
        if (!json)
        {
            Console.WriteLine(result.Found == 0 ? "Nothing was found, and nothing written." : $"{result.Objects.Count} of {result.Found} objects in {Session.Safe(folder)}: {result.Fetched} fetched ({NetworkSession.Size(result.FetchedBytes)}), {result.Kept} there already and unchanged.");
        }

        return findings.Any(f => f.Severity == Severity.Error) ? ExitStatus.InputUnusable : ExitStatus.Done;
    }

    private static List<Finding> Findings(DicomPullResult result, DicomWebQuery asked, string server)
    {
        var findings = result.Issues.Select(NetworkFindings.Of).ToList();
        if (result.Unasked > 0)
        {
            findings.Add(NetworkFindings.Unasked(result.Unasked, server));
        }

        if (result.Found == 0)
        {
            findings.Add(NetworkFindings.Nothing(server));
        }
        else if (result.IsComplete)
        {
            var there = result.Objects.SelectMany(o => new[] { o.Instance.StudyUid, o.Instance.SeriesUid }).ToHashSet();
            findings.AddRange(asked.StudyUids.Concat(asked.SeriesUids).Where(uid => !there.Contains(uid)).Select(NetworkFindings.MissingStudy));
        }

        return findings;
    }

    private static DicomWebQuery Checked(Func<DicomWebQuery> query)
    {
        try
        {
            return query();
        }
        catch (ArgumentException e)
        {
            // The value may identify somebody: it is not repeated.
            throw new UsageException($"--patient, --study, --series or --modality: expected {e.Message.Split(" (Parameter")[0]}");
        }
    }

    private static DateOnly? ParseDate(ArgumentResult result)
    {
        if (DateOnly.TryParseExact(result.Tokens[0].Value, ["yyyy-MM-dd", "yyyyMMdd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        result.AddError("--since: expected a date such as 2024-03-01.");
        return null;
    }
}
