namespace Etalon.Imaging.Dicom.Write;

/// <summary>What written objects share: whose, when, of what series, made by what, from what.</summary>
public sealed record DerivedObjectHeader
{
    /// <summary>Patient and study.</summary>
    public required DicomStudyHeader Study { get; init; }

    /// <summary>SeriesInstanceUID of the series the object is in.</summary>
    public required string SeriesUid { get; init; }

    /// <summary>SeriesNumber.</summary>
    public int SeriesNumber { get; init; } = 1;

    /// <summary>SeriesDescription; made to fit.</summary>
    public string SeriesDescription { get; init; } = "";

    /// <summary>InstanceNumber.</summary>
    public int InstanceNumber { get; init; } = 1;

    /// <summary>Content and series date and time: those of the images, never of the clock, so that two runs give the same bytes.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Version of the software that made the object.</summary>
    public required string Version { get; init; }

    /// <summary>FrameOfReferenceUID; null: that of the source, or one derived from the series.</summary>
    public string? FrameOfReferenceUid { get; init; }

    /// <summary>The series it was derived from; null where there is none in DICOM.</summary>
    public DicomSeriesSource? Source { get; init; }

    /// <summary>ContentLabel: capital letters, digits, space and underscore, at most 16.</summary>
    public required string ContentLabel { get; init; }

    /// <summary>ContentDescription; made to fit.</summary>
    public string ContentDescription { get; init; } = "";
}

/// <summary>An object that was written.</summary>
/// <param name="SopClassUid">SOPClassUID.</param>
/// <param name="SopInstanceUid">SOPInstanceUID, derived from the content.</param>
/// <param name="SeriesUid">SeriesInstanceUID.</param>
/// <param name="StudyUid">StudyInstanceUID.</param>
/// <param name="Bytes">The file (PS3.10).</param>
public sealed record WrittenObject(string SopClassUid, string SopInstanceUid, string SeriesUid, string StudyUid, byte[] Bytes);
