using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Dicom.Write;

namespace Etalon.Tests.Imaging.Dicom.Write;

/// <summary>A small oblique series, its header, and masks on it.</summary>
internal static class WrittenObjects
{
    public const int Slices = 6;

    public static IReadOnlyList<DicomFile> Files { get; } = [.. Enumerable.Range(0, Slices)
        .Select(k => new SyntheticObject { Uid = $"1.2.3.4.{k + 1}", Position = SyntheticObject.At(k), InstanceNumber = Slices - k, PatientName = "Doe^Jane" }.Read())];

    public static DicomSeriesLayout Layout { get; } = DicomStacks.Build([.. Files.Select(DicomImageReader.Read)], "series", [])[0].Layout!;

    public static Grid Voxels => Layout.Grid;

    public static DicomSeriesSource Source { get; } = DicomSeriesSource.Of([.. Files.Select(DicomImageReader.Read)], Layout, Files[0].Dataset.GetString(Tags.StudyInstanceUid)!, "MR");

    public static DerivedObjectHeader Header { get; } = new()
    {
        Study = DicomStudyHeader.Read(Files[0].Dataset),
        SeriesUid = DicomUid.Derive("test series", "1"),
        SeriesNumber = 700,
        SeriesDescription = "Régions",
        Time = new DateTimeOffset(2024, 3, 12, 9, 30, 15, TimeSpan.FromHours(1)),
        Version = "0.0-test",
        Source = Source,
        ContentLabel = "REGIONS",
        ContentDescription = "Regions of a test",
    };

    /// <summary>No two slices alike; 5 × 4 × 6 voxels, so that frames of single bits do not end with bytes.</summary>
    public static Mask Lesion { get; } = new(Voxels, [.. Enumerable.Range(0, Voxels.Count).Select(n => n / 20 is >= 1 and <= 4 && n / 20 != 3 && (n * 7) % 5 < 2)]);

    public static Mask Edema { get; } = new(Voxels, [.. Enumerable.Range(0, Voxels.Count).Select(n => n / 20 is >= 2 and <= 5 && (n * 7) % 5 == 3)]);

    public static Mask Wide { get; } = new(Voxels, [.. Lesion.Inside.Zip(Edema.Inside, (a, b) => a || b)]);

    public static SegmentToWrite Segment(string label, Mask mask) => new() { Label = label, Mask = mask, TrackingId = label, TrackingUid = DicomUid.Derive("tracking", label) };
}
