using Etalon.Dicom;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>What the header of an object says that cannot be true, or says twice and differently. A sound header gives nothing.</summary>
public static class HeaderFindings
{
    private static readonly DicomTag[] Dates =
    [
        Tags.StudyDate, Tags.SeriesDate, Tags.AcquisitionDate, Tags.ContentDate, Tags.PatientBirthDate,
    ];

    private static readonly DicomTag[] Uids = [Tags.SopInstanceUid, Tags.StudyInstanceUid, Tags.SeriesInstanceUid, Tags.FrameOfReferenceUid];

    /// <summary>Findings of one object.</summary>
    /// <param name="file">The object.</param>
    /// <param name="record">Its record.</param>
    /// <param name="about">Name of the series for people, e.g. <c>series 5</c>.</param>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static IEnumerable<Finding> Of(DicomFile file, Acquisition record, string about)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(record);
        return OfIdentity(file.Dataset, about).Concat(OfRecord(record, about)).Concat(OfTimes(file, record, about));
    }

    private static IEnumerable<Finding> OfIdentity(DicomDataset data, string about)
    {
        var dates = Dates.Where(d => data.GetString(d) is { } text && text.Trim().Length > 0 && DicomTime.Date(text) is null).ToList();
        if (dates.Count > 0)
        {
            yield return new Finding(
                FindingCodes.DateInvalid, Severity.Warning, about, $"no date in {string.Join(", ", dates.Select(d => d.Keyword))}", "YYYYMMDD",
                "The dates were not used. Export the objects with their dates, or with shifted ones; without them nothing can be placed in time.");
        }

        var isNoIdentifier = data.GetString(Tags.PatientId) is { } id && id.Trim().Length > 0 && !id.Any(char.IsLetterOrDigit);
        var uids = Uids.Where(u => data.GetString(u) is { Length: > 0 } uid && !(uid.Length <= 64 && uid.All(c => char.IsAsciiDigit(c) || c == '.'))).Select(u => u.Keyword!).ToList();
        if (isNoIdentifier || uids.Count > 0)
        {
            yield return new Finding(
                FindingCodes.IdentifierInvalid, Severity.Warning, about, $"no identifier in {string.Join(", ", uids.Prepend(isNoIdentifier ? "PatientID" : "").Where(t => t.Length > 0))}",
                "letters or digits in PatientID; digits and points, 64 at most, in a UID", "It cannot be told whose images these are, or which belong together. Export them with identifiers, or with pseudonyms.");
        }
    }

    private static IEnumerable<Finding> OfRecord(Acquisition record, string about)
    {
        foreach (var a in record.Attributes.Where(a => a.How is not null))
        {
            var definition = AttributeTable.Find(a.Name);
            switch (a.State)
            {
                case AttributeState.Contradicted:
                    yield return new Finding(
                        FindingCodes.AttributeContradicted, Severity.Warning, $"{about}: {a.Name}", a.How!, "one value", $"{a.Value} was used. Ask the scanner's protocol which is true.");
                    break;
                case AttributeState.Absent when definition?.Least is not null && !IsOfNoMatter(a.Name, record):
                    yield return new Finding(
                        FindingCodes.AttributeImplausible, Severity.Warning, $"{about}: {a.Name}", a.How!, "a value that can be", "It counts as absent. Take it from the scanner's protocol.");
                    break;
                case AttributeState.Derived when a.Name == "MagneticFieldStrength":
                    yield return new Finding(FindingCodes.FieldStrengthInGauss, Severity.Info, $"{about}: {a.Name}", a.How!, "tesla", $"It was read as {a.Value} T.");
                    break;
            }
        }
    }

    /// <summary>A weight of zero is how many scanners say that they were told none; it matters where a dose is divided by it.</summary>
    private static bool IsOfNoMatter(string name, Acquisition record) => name is "PatientWeight" or "PatientSize" && record["Modality"] != "PT"
        || (name is "EchoTime" or "RepetitionTime" && record["Modality"] != "MR")
        || (name is "EchoTime" or "RepetitionTime" or "FlipAngle" && record["ImageType"]?.StartsWith("DERIVED", StringComparison.Ordinal) == true);

    private static IEnumerable<Finding> OfTimes(DicomFile file, Acquisition record, string about)
    {
        if (record.Find("SliceTiming") is not null && SliceTimes.Of(file).Lie is { } lie)
        {
            yield return new Finding(
                FindingCodes.SliceTimingContradicted, Severity.Warning, about, lie, "one set of times of the slices",
                "The first volume of a multiband scan is known to carry the times of a single-band one (Siemens XA); the standard attribute was used. Take slice times from another volume.");
        }
    }
}
