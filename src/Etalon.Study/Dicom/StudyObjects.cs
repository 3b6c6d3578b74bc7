using Etalon.Metrology;

namespace Etalon.Study.Dicom;

/// <summary>Writes the results of a study as DICOM objects under <c>dicom/</c>.</summary>
internal static class StudyObjects
{
    /// <summary>Writes the objects of all visits; gives what could not be written, and what to know of what was.</summary>
    public static IReadOnlyList<Finding> Write(AtomicOutput output, StudyResult result, DicomOutputOptions options, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        var written = 0;
        foreach (var visit in result.Visits)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var (name, item) in new VisitObjects(result, visit, options, findings).Make())
            {
                output.Write($"dicom/{name}", item.Bytes);
                written++;
            }
        }

        if (written > 0 && result.Case.Layout == "dicom" && !options.Identify)
        {
            findings.Add(new Finding(
                FindingCodes.ReferencesKept, Severity.Info, "dicom/", $"{written} objects of a pseudonym whose references name the objects of the input by their UIDs", "references that others can follow",
                "Whoever holds the input can find it by these UIDs. Where objects are to leave, write them with --identify and run etalon deidentify on the input and OUT/dicom together: it gives both the same pseudonym and dates."));
        }

        return findings;
    }
}
