using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>What a Segmentation object holds, by its header: its pixels are not read.</summary>
/// <param name="Grid">Where its voxels lie.</param>
/// <param name="Segments">In order of their numbers.</param>
public sealed record SegmentList(Grid Grid, IReadOnlyList<SegmentName> Segments)
{
    /// <summary>Reads the header of a segmentation.</summary>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    /// <exception cref="DicomGeometryException">Its frames are no slices of one grid.</exception>
    public static SegmentList Of(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (grid, _) = SegmentationGrid.Of(DicomImageReader.Read(file));
        var segments = file.Dataset.GetSequence(Tags.SegmentSequence).Where(s => s.GetInt(Tags.SegmentNumber) > 0).DistinctBy(s => s.GetInt(Tags.SegmentNumber)).OrderBy(s => s.GetInt(Tags.SegmentNumber));
        return new SegmentList(grid, [.. segments.Select(s => new SegmentName(
            s.GetInt(Tags.SegmentNumber)!.Value, s.GetString(Tags.SegmentLabel) ?? "", Meaning(s, Tags.SegmentedPropertyCategoryCodeSequence), Meaning(s, Tags.SegmentedPropertyTypeCodeSequence)))]);
    }

    private static string? Meaning(DicomDataset segment, DicomTag sequence) => segment.GetSequence(sequence) is [var code, ..] ? code.GetString(Tags.CodeMeaning) : null;
}

/// <summary>What a segment is called.</summary>
/// <param name="Number">SegmentNumber.</param>
/// <param name="Label">SegmentLabel; hostile text.</param>
/// <param name="Category">Meaning of the code of its category; hostile text; null where not stated.</param>
/// <param name="Type">Meaning of the code of its type; hostile text; null where not stated.</param>
public sealed record SegmentName(int Number, string Label, string? Category, string? Type);
