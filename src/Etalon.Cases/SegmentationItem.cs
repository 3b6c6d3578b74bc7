using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;

namespace Etalon.Cases;

/// <summary>A segment without its voxels.</summary>
/// <param name="Number">SegmentNumber.</param>
/// <param name="Label">SegmentLabel; hostile text.</param>
/// <param name="Category">What it is of.</param>
/// <param name="Type">What it shows.</param>
internal sealed record SegmentItem(int Number, string Label, DicomCode? Category, DicomCode? Type)
{
    /// <summary>TrackingID; hostile text.</summary>
    public string? TrackingId { get; init; }

    /// <summary>TrackingUID.</summary>
    public string? TrackingUid { get; init; }

    private const string BrainCode = "12738006";

    /// <summary>Whether it bounds where a tumour of the brain can live.</summary>
    public bool IsBrain => Type?.Value == BrainCode || Label.Trim().Equals("brain", StringComparison.OrdinalIgnoreCase);
}

/// <summary>What is kept of a segmentation after its file was closed; voxels are read again when they are needed.</summary>
internal sealed record SegmentationItem
{
    public required Grid Grid { get; init; }

    public string? FrameOfReferenceUid { get; init; }

    /// <summary>Series and objects that it was drawn on.</summary>
    public required IReadOnlySet<string> References { get; init; }

    public required IReadOnlyList<SegmentItem> Segments { get; init; }

    public static SegmentationItem Of(DicomSegmentationHeader segmentation) => new()
    {
        Grid = segmentation.Grid,
        FrameOfReferenceUid = segmentation.FrameOfReferenceUid,
        References = segmentation.References,
        Segments = [.. segmentation.Segments.Select(s => new SegmentItem(s.Number, s.Label, s.Category, s.Type) { TrackingId = s.TrackingId, TrackingUid = s.TrackingUid })],
    };

    /// <summary>The voxels of one segment.</summary>
    /// <exception cref="CaseException">The object cannot be read any more.</exception>
    public static Mask Load(string name, int number, string about)
    {
        try
        {
            foreach (var file in DicomObjects.Open([name]))
            {
                if (SegmentationReader.ReadSegment(file, number) is { } mask)
                {
                    return mask;
                }
            }
        }
        catch (DicomException e)
        {
            throw new CaseException(new Metrology.Finding(Metrology.FindingCodes.DicomUnreadable, Metrology.Severity.Error, about, e.Found, e.Expected, e.Remedy + "."));
        }
        catch (DicomGeometryException e)
        {
            throw new CaseException(new Metrology.Finding(Metrology.FindingCodes.DicomUnreadable, Metrology.Severity.Error, about, e.Found, e.Expected, "The segment was not used."));
        }

        throw new CaseException(new Metrology.Finding(
            Metrology.FindingCodes.DicomUnreadable, Metrology.Severity.Error, about, "a segment that was there before and is not any more", "files that stay as they are while they are read", "Run again."));
    }
}
