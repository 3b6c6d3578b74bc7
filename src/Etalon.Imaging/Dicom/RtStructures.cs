using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>A closed contour in one plane.</summary>
/// <param name="Points">Corners, LPS mm; the last is joined to the first.</param>
/// <param name="Image">SOPInstanceUID of the slice that it was drawn on; null where not stated.</param>
public sealed record RtContour(IReadOnlyList<Vector3> Points, string? Image);

/// <summary>A region of a structure set.</summary>
public sealed record RtRegion
{
    /// <summary>ROIName as stated; hostile text.</summary>
    public required string Name { get; init; }

    /// <summary>RTROIInterpretedType such as GTV or ORGAN; empty where not stated.</summary>
    public required string Type { get; init; }

    /// <summary>Frame of reference of the points; null where not stated.</summary>
    public string? FrameOfReferenceUid { get; init; }

    /// <summary>SOP class of the images it was drawn on; null where not stated.</summary>
    public string? ImageSopClassUid { get; init; }

    /// <summary>Closed planar contours.</summary>
    public required IReadOnlyList<RtContour> Contours { get; init; }

    /// <summary>Contours that are points, open or damaged, and cannot bound a volume.</summary>
    public required int Skipped { get; init; }
}

/// <summary>The contours of an RTSTRUCT object (PS3.3 C.8.8.5 and C.8.8.6).</summary>
/// <param name="Name">Name of the object.</param>
/// <param name="ReferencedSeries">SeriesInstanceUIDs that it says it was drawn on.</param>
/// <param name="Regions">In the order of the object.</param>
public sealed record RtStructures(string Name, IReadOnlyList<string> ReferencedSeries, IReadOnlyList<RtRegion> Regions)
{
    /// <summary>Most points of one contour; what draws more is no hand.</summary>
    private const int MaxPoints = 1_000_000;

    /// <summary>Reads an object.</summary>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static RtStructures Read(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var data = file.Dataset;
        var series = data.GetSequence(Tags.ReferencedFrameOfReferenceSequence)
            .SelectMany(f => f.GetSequence(Tags.RtReferencedStudySequence)).SelectMany(s => s.GetSequence(Tags.RtReferencedSeriesSequence))
            .Select(s => s.GetString(Tags.SeriesInstanceUid)).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var contours = data.GetSequence(Tags.RoiContourSequence).ToLookup(c => c.GetInt(Tags.ReferencedRoiNumber));
        var types = data.GetSequence(Tags.RtRoiObservationsSequence).ToLookup(o => o.GetInt(Tags.ReferencedRoiNumber));
        return new RtStructures(file.Name, series, [.. data.GetSequence(Tags.StructureSetRoiSequence).Select(roi => Region(roi, contours, types))]);
    }

    private static RtRegion Region(DicomDataset roi, ILookup<int?, DicomDataset> contours, ILookup<int?, DicomDataset> types)
    {
        var number = roi.GetInt(Tags.RoiNumber);
        var closed = new List<RtContour>();
        var skipped = 0;
        string? image = null;
        foreach (var contour in contours[number].SelectMany(c => c.GetSequence(Tags.ContourSequence)))
        {
            var reference = contour.GetSequence(Tags.ContourImageSequence) is [var first, ..] ? first : null;
            image ??= reference?.GetString(Tags.ReferencedSopClassUid);
            var type = contour.GetString(Tags.ContourGeometricType);
            if (type is "CLOSED_PLANAR" or "CLOSEDPLANAR_XOR" && Points(contour.GetDoubles(Tags.ContourData)) is { } points)
            {
                closed.Add(new RtContour(points, reference?.GetString(Tags.ReferencedSopInstanceUid)));
            }
            else
            {
                skipped++;
            }
        }

        return new RtRegion
        {
            Name = roi.GetString(Tags.RoiName) ?? $"region {number}",
            Type = types[number].FirstOrDefault()?.GetString(Tags.RtRoiInterpretedType) ?? "",
            FrameOfReferenceUid = roi.GetString(Tags.ReferencedFrameOfReferenceUid),
            ImageSopClassUid = image,
            Contours = closed,
            Skipped = skipped,
        };
    }

    private static List<Vector3>? Points(IReadOnlyList<double>? numbers)
    {
        if (numbers is null || numbers.Count < 9 || numbers.Count % 3 != 0 || numbers.Count / 3 > MaxPoints)
        {
            return null;
        }

        return [.. Enumerable.Range(0, numbers.Count / 3).Select(n => new Vector3(numbers[3 * n], numbers[3 * n + 1], numbers[3 * n + 2]))];
    }
}
