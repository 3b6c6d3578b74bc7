using Etalon.Comparability;
using Etalon.Study.Comparison;
using Etalon.Study.Dicom;
using Etalon.Study.Report;

namespace Etalon.Study;

/// <summary>Writes what a run leaves.</summary>
public static class StudyWriter
{
    /// <summary>Writes report.html, results.json, findings.json, acquisitions.json, the derivatives and DICOM objects into a folder that is not yet in place.</summary>
    /// <returns>The result with what was noticed while writing.</returns>
    public static StudyResult Write(StudyResult result, AtomicOutput output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(output);
        var noticed = StudyObjects.Write(output, result, result.StudyOptions.Dicom, cancellation);
        result = result with { Findings = [.. result.Findings.Concat(noticed).OrderByDescending(f => f.Severity)] };
        output.Write("results.json", ResultsJson.Write(result));
        output.Write(AcquisitionSummary.FileName, AcquisitionSummary.Write(AcquisitionSummary.Of(result.Case), AcquisitionLedger.Default));
        output.Write("findings.json", ResultsJson.WriteFindings(result.Findings));
        cancellation.ThrowIfCancellationRequested();
        Derivatives.Write(output, result);
        cancellation.ThrowIfCancellationRequested();
        output.Write("report.html", ReportHtml.Render(ReportModel.Build(result)));
        cancellation.ThrowIfCancellationRequested();
        return result;
    }
}
