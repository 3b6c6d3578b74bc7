namespace Etalon.Imaging.Dicom;

/// <summary>Frames of one kind, orientation and spacing.</summary>
internal sealed class SliceGroup(DicomImage image, DicomFrame first)
{
    public List<DicomFrame> Frames { get; } = [];

    public int Rows { get; } = image.Rows;

    public int Columns { get; } = image.Columns;

    public string? FrameOfReferenceUid { get; } = image.FrameOfReferenceUid;

    public string? PatientPosition { get; } = image.PatientPosition;

    public bool Fits(DicomFrame f) => IsParallelTo(f) && IsSpacedAs(f);

    // 1e-3 of a direction is 0.06 degrees: far above the rounding of the cosines, far below any planned tilt.
    public bool IsParallelTo(DicomFrame f) => (f.AlongRow - first.AlongRow).Length <= 1e-3 && (f.AlongColumn - first.AlongColumn).Length <= 1e-3;

    /// <summary>What keeps this group apart from another of its map and echo, in DICOM's words; empty where nothing of the grid does.</summary>
    public IReadOnlyList<string> DifferencesFrom(SliceGroup other) =>
    [
        .. new[]
        {
            (FrameOfReferenceUid != other.FrameOfReferenceUid, "FrameOfReferenceUID"),
            (Rows != other.Rows || Columns != other.Columns, "Rows and Columns"),
            (!other.IsSpacedAs(first), "PixelSpacing"),
            (!other.IsParallelTo(first), "ImageOrientationPatient"),
        }.Where(d => d.Item1).Select(d => d.Item2),
    ];

    private bool IsSpacedAs(DicomFrame f) => Math.Abs(f.RowSpacingMm / first.RowSpacingMm - 1) <= 1e-3 && Math.Abs(f.ColumnSpacingMm / first.ColumnSpacingMm - 1) <= 1e-3;
}
