using System.CommandLine;
using System.Text.Json;
using Etalon.Study;
using Etalon.Study.Report;

namespace Etalon.Cli;

/// <summary><c>etalon doctor</c>: what is installed, what is missing, what each missing part costs.</summary>
internal static class DoctorVerb
{
    private static readonly (string Program, string Package, string Cost)[] Parts =
    [
        ("elastix", "elastix", "visits in different positions cannot be brought together: no twin for them"),
        ("dcmdjpeg", "dcmtk", "DICOM pixels compressed as JPEG cannot be read"),
        ("dcmdjpls", "dcmtk", "DICOM pixels compressed as JPEG-LS cannot be read"),
        ("opj_decompress", "libopenjp2-tools", "DICOM pixels compressed as JPEG 2000 cannot be read"),
        ("prlimit", "util-linux", "programs that decode pixels run with a time limit but without a memory limit"),
        ("dcmdump", "dcmtk", "tests against the toolkit are skipped"),
        ("chromium", "chromium", "no browser tests"),
        ("node", "nodejs", "the page's script cannot be built"),
        ("npm", "npm", "the page's script cannot be built"),
    ];

    public static Command Create()
    {
        var command = new Command("doctor", "What is installed, what is missing, and what each missing part costs.");
        var json = new Option<bool>("--json") { Description = "Print the result for machines on standard output." };
        command.Options.Add(json);
        command.SetAction(parse => Session.Run(parse.GetValue(json), _ =>
        {
            if (parse.GetValue(json))
            {
                PrintJson();
                return ExitStatus.Done;
            }

            foreach (var (program, package, cost) in Parts)
            {
                Console.WriteLine(Find(program) is not null ? $"ok       {program}" : $"missing  {program}: {cost}. Install: apt-get install {package}");
            }

            Console.WriteLine(ReportHtml.HasScript ? "ok       the page's script" : "missing  the page's script: reports show stills and tables only. Build it: ./etalon setup");
            return ExitStatus.Done;
        }));
        return command;
    }

    private static void PrintJson()
    {
        using var stdout = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(stdout, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("schema", "etalon-doctor-1");
            json.WriteString("etalon", ResultsJson.EtalonVersion);
            json.WriteStartArray("parts");
            foreach (var (name, isThere, cost, remedy) in Parts.Select(p => (p.Program, Find(p.Program) is not null, p.Cost, $"apt-get install {p.Package}"))
                .Append(("the page's script", ReportHtml.HasScript, "reports show stills and tables only", "./etalon setup")))
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("status", isThere ? "ok" : "missing");
                json.WriteString("cost", isThere ? null : cost);
                json.WriteString("remedy", isThere ? null : remedy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stdout.WriteByte((byte)'\n');
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
