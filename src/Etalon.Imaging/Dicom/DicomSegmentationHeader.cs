using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>A Segmentation object without its voxels.</summary>
public sealed record DicomSegmentationHeader
{
    /// <summary>Spans all frames of the object.</summary>
    public required Grid Grid { get; init; }

    /// <summary>In order of their numbers.</summary>
    public required IReadOnlyList<DicomSegmentHeader> Segments { get; init; }

    /// <summary>FrameOfReferenceUID; null where not stated.</summary>
    public string? FrameOfReferenceUid { get; init; }

    /// <summary>Series and objects that it refers to, by their UIDs.</summary>
    public required IReadOnlySet<string> References { get; init; }
}

/// <summary>A segment without its voxels.</summary>
/// <param name="Number">SegmentNumber.</param>
/// <param name="Label">SegmentLabel as stated; hostile text.</param>
/// <param name="Category">Category of what it shows; null where not stated.</param>
/// <param name="Type">What it shows; null where not stated.</param>
public sealed record DicomSegmentHeader(int Number, string Label, DicomCode? Category, DicomCode? Type)
{
    /// <summary>TrackingID; null where not stated.</summary>
    public string? TrackingId { get; init; }

    /// <summary>TrackingUID; null where not stated.</summary>
    public string? TrackingUid { get; init; }
}
