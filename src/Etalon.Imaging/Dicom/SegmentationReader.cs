using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Reads Segmentation objects: binary and label maps; fractional ones only above a threshold that the caller names.</summary>
public static class SegmentationReader
{
    /// <summary>Largest number of voxels of all segments together: 4 GiB of flags would be no segmentation of one patient.</summary>
    private const long MaxVoxels = 1L << 32;

    /// <summary>Whether an object is a segmentation that may be read here.</summary>
    public static bool IsOne(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Dataset.GetString(Tags.SopClassUid) is Write.DerivedObject.Segmentation or Write.DerivedObject.LabelMap;
    }

    /// <summary>Reads an object with its voxels.</summary>
    /// <param name="file">The object.</param>
    /// <param name="threshold">For fractional ones: inside is where the fraction, 0 to 1, is at least this. Null: fractional ones are refused.</param>
    /// <exception cref="DicomException">The object is damaged or its pixels are too short.</exception>
    /// <exception cref="DicomGeometryException">Its frames are no slices of one grid, or it is of a kind that is not read.</exception>
    public static DicomSegmentation Read(DicomFile file, double? threshold = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var data = file.Dataset;
        var type = data.GetString(Tags.SegmentationType) ?? "";
        if (!IsOne(file) || type is not ("BINARY" or "FRACTIONAL" or "LABELMAP"))
        {
            throw new DicomGeometryException($"SegmentationType '{DicomText.Fit(type, DicomVr.CS)}'", "a segmentation of type BINARY, FRACTIONAL or LABELMAP");
        }

        if (type == "FRACTIONAL" && threshold is null)
        {
            throw new DicomGeometryException("a fractional segmentation, which holds no voxels inside or outside", "a binary segmentation or a label map");
        }

        var image = DicomImageReader.Read(file);
        var (grid, slices) = SegmentationGrid.Of(image);
        var described = data.GetSequence(Tags.SegmentSequence).Where(s => s.GetInt(Tags.SegmentNumber) > 0).DistinctBy(s => s.GetInt(Tags.SegmentNumber)).OrderBy(s => s.GetInt(Tags.SegmentNumber)).ToList();
        if (described.Count == 0 || (long)grid.Count * described.Count > MaxVoxels)
        {
            throw new DicomGeometryException($"{described.Count} segments on {grid}", $"one segment or more, and at most {MaxVoxels} voxels in all");
        }

        var voxels = described.ToDictionary(s => s.GetInt(Tags.SegmentNumber)!.Value, _ => new bool[grid.Count]);
        var pixels = DicomPixels.Read(file);
        if (type == "LABELMAP")
        {
            ReadLabels(pixels, slices, voxels);
        }
        else
        {
            ReadSegments(file, pixels, slices, voxels, type == "BINARY" ? 1 : Math.Max(1, (int)Math.Ceiling(threshold!.Value * (data.GetInt(Tags.MaximumFractionalValue) ?? 255))));
        }

        return new DicomSegmentation
        {
            Name = file.Name,
            SegmentationType = type,
            Grid = grid,
            Segments = [.. described.Select(s => Segment(s, new Mask(grid, voxels[s.GetInt(Tags.SegmentNumber)!.Value])))],
            FrameOfReferenceUid = image.FrameOfReferenceUid,
            ReferencedSeries = [.. References(data).Select(s => s.GetString(Tags.SeriesInstanceUid)).OfType<string>().Distinct(StringComparer.Ordinal)],
            ReferencedInstances = [.. Instances(data).Distinct(StringComparer.Ordinal)],
        };
    }

    private static DicomSegment Segment(DicomDataset item, Mask mask) => new()
    {
        Number = item.GetInt(Tags.SegmentNumber)!.Value,
        Label = item.GetString(Tags.SegmentLabel) ?? "",
        Category = item.GetSequence(Tags.SegmentedPropertyCategoryCodeSequence) is [var category, ..] ? DicomCode.Of(category) : null,
        Type = item.GetSequence(Tags.SegmentedPropertyTypeCodeSequence) is [var type, ..] ? DicomCode.Of(type) : null,
        TrackingUid = item.GetString(Tags.TrackingUid),
        Mask = mask,
    };

    private static void ReadLabels(DicomPixels pixels, IReadOnlyList<int> slices, Dictionary<int, bool[]> voxels)
    {
        var frame = new int[pixels.ValuesPerFrame];
        for (var f = 0; f < slices.Count; f++)
        {
            pixels.ReadFrame(f, frame);
            for (var n = 0; n < frame.Length; n++)
            {
                if (frame[n] == 0)
                {
                    continue;
                }

                // A label that nothing describes belongs to nobody; two frames at one place are no label map.
                if (voxels.TryGetValue(frame[n], out var inside))
                {
                    inside[(slices[f] * frame.Length) + n] = true;
                }
            }
        }
    }

    private static void ReadSegments(DicomFile file, DicomPixels pixels, IReadOnlyList<int> slices, Dictionary<int, bool[]> voxels, int least)
    {
        var shared = file.Dataset.GetSequence(Tags.SharedFunctionalGroupsSequence) is [var s, ..] ? s : DicomDataset.Empty;
        var perFrame = file.Dataset.GetSequence(Tags.PerFrameFunctionalGroupsSequence);
        var frame = new int[pixels.ValuesPerFrame];
        for (var f = 0; f < slices.Count; f++)
        {
            var groups = new FrameGroups(file.Dataset, shared, f < perFrame.Count ? perFrame[f] : DicomDataset.Empty);
            if (groups.Number(Tags.SegmentIdentificationSequence, Tags.ReferencedSegmentNumber) is not { } number || !voxels.TryGetValue((int)number, out var inside))
            {
                throw new DicomGeometryException($"frame {f + 1} without a segment that is described", "a ReferencedSegmentNumber of the SegmentSequence in every frame");
            }

            pixels.ReadFrame(f, frame);
            for (var n = 0; n < frame.Length; n++)
            {
                inside[(slices[f] * frame.Length) + n] |= frame[n] >= least;
            }
        }
    }

    /// <summary>Referenced series, in the same study or in others.</summary>
    private static IEnumerable<DicomDataset> References(DicomDataset data) => data.GetSequence(Tags.ReferencedSeriesSequence)
        .Concat(data.GetSequence(new DicomTag(0x0008, 0x1200)).SelectMany(s => s.GetSequence(Tags.ReferencedSeriesSequence)));

    private static IEnumerable<string> Instances(DicomDataset data) => References(data).SelectMany(s => s.GetSequence(new DicomTag(0x0008, 0x114A)))
        .Concat(data.GetSequence(Tags.SourceImageSequence))
        .Concat(data.GetSequence(Tags.PerFrameFunctionalGroupsSequence).Concat(data.GetSequence(Tags.SharedFunctionalGroupsSequence))
            .SelectMany(f => f.GetSequence(Tags.DerivationImageSequence)).SelectMany(d => d.GetSequence(Tags.SourceImageSequence)))
        .Select(i => i.GetString(Tags.ReferencedSopInstanceUid)).OfType<string>();
}
