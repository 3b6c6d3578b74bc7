namespace Etalon.Dicom;

/// <summary>One file that a source met: an object, an error, or neither when it was passed over.</summary>
public sealed record DicomEntry
{
    private DicomEntry(string name, DicomFile? file, DicomException? error)
    {
        Name = name;
        File = file;
        Error = error;
    }

    /// <summary>Path with forward slashes, or <c>path.zip!entry</c>.</summary>
    public string Name { get; }

    /// <summary>The object; null unless <see cref="Kind"/> is <see cref="DicomEntryKind.Object"/>.</summary>
    public DicomFile? File { get; }

    /// <summary>Why it was refused; null unless <see cref="Kind"/> is <see cref="DicomEntryKind.Refused"/>.</summary>
    public DicomException? Error { get; }

    /// <summary>What became of the file.</summary>
    public DicomEntryKind Kind => File is not null ? DicomEntryKind.Object : Error is not null ? DicomEntryKind.Refused : DicomEntryKind.Skipped;

    internal static DicomEntry Of(DicomFile file) => new(file.Name, file, null);

    internal static DicomEntry Refused(string name, DicomException error) => new(name, null, error);

    internal static DicomEntry Skipped(string name) => new(name, null, null);
}
