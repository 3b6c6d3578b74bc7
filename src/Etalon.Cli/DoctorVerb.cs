using System.CommandLine;
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
        command.SetAction(_ => Session.Run(json: false, _ =>
        {
            foreach (var (program, package, cost) in Parts)
            {
                Console.WriteLine(Find(program) is not null ? $"ok       {program}" : $"missing  {program}: {cost}. Install: apt-get install {package}");
            }

            Console.WriteLine(ReportHtml.HasScript ? "ok       the page's script" : "missing  the page's script: reports show stills and tables only. Build it: ./etalon setup");
            return ExitStatus.Done;
        }));
        return command;
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
