using Etalon.Study.Report;

namespace Etalon.Study;

/// <summary>Writes what a run leaves.</summary>
public static class StudyWriter
{
    /// <summary>Writes report.html, results.json, findings.json and the derivatives into a folder that is not yet in place.</summary>
    public static void Write(StudyResult result, AtomicOutput output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(output);
        output.Write("results.json", ResultsJson.Write(result));
        output.Write("findings.json", ResultsJson.WriteFindings(result.Findings));
        cancellation.ThrowIfCancellationRequested();
        Derivatives.Write(output, result);
        cancellation.ThrowIfCancellationRequested();
        output.Write("report.html", ReportHtml.Render(ReportModel.Build(result)));
        cancellation.ThrowIfCancellationRequested();
    }
}
