namespace Etalon.Dicom;

/// <summary>Limits and choices for reading folders and zips.</summary>
public sealed record DicomSourceOptions
{
    /// <summary>Limits for each object, inflation of zip entries included.</summary>
    public DicomReadOptions Read { get; init; } = DicomReadOptions.Default;

    /// <summary>Whether files that are plainly not DICOM are reported as <see cref="DicomEntryKind.Skipped"/> instead of silently passed over.</summary>
    public bool ReportSkipped { get; init; }

    /// <summary>Most entries of one zip, at least 1.</summary>
    public int MaxZipEntries
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1.");
    } = 200_000;

    /// <summary>Most bytes that the entries of one zip may inflate to together, at least 1. The growth limits of
    /// <see cref="Read"/> hold for each entry and, against the size of the zip, for all together.</summary>
    public long MaxZipBytes
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1.");
    } = 64L << 30;
}
