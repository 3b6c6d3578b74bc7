namespace Etalon.Dicom;

/// <summary>What became of a file that a source met.</summary>
public enum DicomEntryKind
{
    /// <summary>A DICOM object, read.</summary>
    Object,

    /// <summary>A DICOM object, or something the user named, that was refused with an error.</summary>
    Refused,

    /// <summary>Plainly not DICOM, met in a folder or a zip and passed over.</summary>
    Skipped,
}
