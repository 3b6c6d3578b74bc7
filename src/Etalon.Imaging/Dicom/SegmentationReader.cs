using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Reads Segmentation objects: binary and label maps; fractional ones only above a threshold that the caller names.</summary>
public static class SegmentationReader
{
    /// <summary>Largest number of voxels of the masks asked for, as a multiple of the pixels of the object: a lesion at either end of a body is two frames and hundreds of slices, and no more.</summary>
    private const long MaxGrowth = 512;

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
        var opened = Open(file, threshold);
        var masks = Masks(opened, _ => true);
        return new DicomSegmentation
        {
            Name = file.Name,
            SegmentationType = opened.Type,
            Grid = opened.Grid,
            Segments = [.. opened.Described.Select(s => Segment(s, masks[s.GetInt(Tags.SegmentNumber)!.Value]))],
            FrameOfReferenceUid = opened.FrameOfReferenceUid,
            ReferencedSeries = Series(file.Dataset),
            ReferencedInstances = [.. Instances(file.Dataset).Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>Reads what an object says, and all its frames for a check, without making masks.</summary>
    /// <param name="file">The object; fractional ones are refused.</param>
    /// <exception cref="DicomException">The object is damaged or its pixels are too short.</exception>
    /// <exception cref="DicomGeometryException">Its frames are no slices of one grid, or it is of a kind that is not read.</exception>
    public static DicomSegmentationHeader ReadHeader(DicomFile file)
    {
        var opened = Open(file, null);
        Masks(opened, _ => false);
        return new DicomSegmentationHeader
        {
            Grid = opened.Grid,
            Segments = [.. opened.Described.Select(s => new DicomSegmentHeader(s.GetInt(Tags.SegmentNumber)!.Value, s.GetString(Tags.SegmentLabel) ?? "", Code(s, Tags.SegmentedPropertyCategoryCodeSequence), Code(s, Tags.SegmentedPropertyTypeCodeSequence))
            {
                TrackingId = s.GetString(Tags.TrackingId),
                TrackingUid = s.GetString(Tags.TrackingUid),
            })],
            FrameOfReferenceUid = opened.FrameOfReferenceUid,
            References = Series(file.Dataset).Concat(Instances(file.Dataset)).ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>Reads the voxels of one segment.</summary>
    /// <param name="file">The object; fractional ones are refused.</param>
    /// <param name="number">SegmentNumber.</param>
    /// <returns>Null where there is no such segment.</returns>
    /// <exception cref="DicomException">The object is damaged or its pixels are too short.</exception>
    /// <exception cref="DicomGeometryException">Its frames are no slices of one grid, or it is of a kind that is not read.</exception>
    public static Mask? ReadSegment(DicomFile file, int number) => Masks(Open(file, null), n => n == number).GetValueOrDefault(number);

    private static Opened Open(DicomFile file, double? threshold)
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

        // The pixels before the grid: what the header makes of them is measured against what is there.
        var pixels = DicomPixels.Read(file);
        var image = DicomImageReader.Read(file);
        var (grid, slices) = SegmentationGrid.Of(image);
        var described = data.GetSequence(Tags.SegmentSequence).Where(s => s.GetInt(Tags.SegmentNumber) > 0).DistinctBy(s => s.GetInt(Tags.SegmentNumber)).OrderBy(s => s.GetInt(Tags.SegmentNumber)).ToList();
        if (described.Count == 0)
        {
            throw new DicomGeometryException("no segments", "one segment or more");
        }

        if (slices.Count > pixels.Frames || (long)grid.Nx * grid.Ny != pixels.ValuesPerFrame)
        {
            throw new DicomGeometryException($"{slices.Count} frames on {grid}", $"{pixels.Frames} frames of {pixels.ValuesPerFrame} values, as the pixels are");
        }

        var least = type == "FRACTIONAL" ? Math.Max(1, (int)Math.Ceiling(threshold!.Value * (data.GetInt(Tags.MaximumFractionalValue) ?? 255))) : 1;
        return new Opened(file, type, pixels, grid, slices, described, least, image.FrameOfReferenceUid);
    }

    /// <summary>Goes through all frames and fills the masks of the segments asked for.</summary>
    private static Dictionary<int, Mask> Masks(Opened opened, Func<int, bool> isAsked)
    {
        var numbers = opened.Described.Select(s => s.GetInt(Tags.SegmentNumber)!.Value).ToHashSet();
        var asked = numbers.Where(isAsked).ToList();
        var most = MaxGrowth * opened.Pixels.Frames * opened.Pixels.ValuesPerFrame;
        if ((long)opened.Grid.Count * Math.Max(1, asked.Count) > most)
        {
            throw new DicomGeometryException($"{Math.Max(1, asked.Count)} segments on {opened.Grid} from {opened.Pixels.Frames} frames", $"at most {most} voxels from so few frames");
        }

        var voxels = asked.ToDictionary(n => n, _ => new bool[opened.Grid.Count]);
        if (opened.Type == "LABELMAP")
        {
            ReadLabels(opened.Pixels, opened.Slices, voxels);
        }
        else
        {
            ReadSegments(opened, numbers, voxels);
        }

        return voxels.ToDictionary(v => v.Key, v => new Mask(opened.Grid, v.Value));
    }

    private static DicomSegment Segment(DicomDataset item, Mask mask) => new()
    {
        Number = item.GetInt(Tags.SegmentNumber)!.Value,
        Label = item.GetString(Tags.SegmentLabel) ?? "",
        Category = Code(item, Tags.SegmentedPropertyCategoryCodeSequence),
        Type = Code(item, Tags.SegmentedPropertyTypeCodeSequence),
        TrackingId = item.GetString(Tags.TrackingId),
        TrackingUid = item.GetString(Tags.TrackingUid),
        Mask = mask,
    };

    private static DicomCode? Code(DicomDataset item, DicomTag sequence) => item.GetSequence(sequence) is [var code, ..] ? DicomCode.Of(code) : null;

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

    private static void ReadSegments(Opened opened, HashSet<int> numbers, Dictionary<int, bool[]> voxels)
    {
        var data = opened.File.Dataset;
        var shared = data.GetSequence(Tags.SharedFunctionalGroupsSequence) is [var s, ..] ? s : DicomDataset.Empty;
        var perFrame = data.GetSequence(Tags.PerFrameFunctionalGroupsSequence);
        var frame = new int[opened.Pixels.ValuesPerFrame];
        for (var f = 0; f < opened.Slices.Count; f++)
        {
            var groups = new FrameGroups(data, shared, f < perFrame.Count ? perFrame[f] : DicomDataset.Empty);
            if (groups.Number(Tags.SegmentIdentificationSequence, Tags.ReferencedSegmentNumber) is not { } number || !numbers.Contains((int)number))
            {
                throw new DicomGeometryException($"frame {f + 1} without a segment that is described", "a ReferencedSegmentNumber of the SegmentSequence in every frame");
            }

            // Every frame is read, so that a damaged one is found whichever segment is asked for.
            opened.Pixels.ReadFrame(f, frame);
            if (voxels.TryGetValue((int)number, out var inside))
            {
                for (var n = 0; n < frame.Length; n++)
                {
                    inside[(opened.Slices[f] * frame.Length) + n] |= frame[n] >= opened.Least;
                }
            }
        }
    }

    private static IReadOnlyList<string> Series(DicomDataset data) => [.. References(data).Select(s => s.GetString(Tags.SeriesInstanceUid)).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Referenced series, in the same study or in others.</summary>
    private static IEnumerable<DicomDataset> References(DicomDataset data) => data.GetSequence(Tags.ReferencedSeriesSequence)
        .Concat(data.GetSequence(new DicomTag(0x0008, 0x1200)).SelectMany(s => s.GetSequence(Tags.ReferencedSeriesSequence)));

    private static IEnumerable<string> Instances(DicomDataset data) => References(data).SelectMany(s => s.GetSequence(new DicomTag(0x0008, 0x114A)))
        .Concat(data.GetSequence(Tags.SourceImageSequence))
        .Concat(data.GetSequence(Tags.PerFrameFunctionalGroupsSequence).Concat(data.GetSequence(Tags.SharedFunctionalGroupsSequence))
            .SelectMany(f => f.GetSequence(Tags.DerivationImageSequence)).SelectMany(d => d.GetSequence(Tags.SourceImageSequence)))
        .Select(i => i.GetString(Tags.ReferencedSopInstanceUid)).OfType<string>();

    private sealed record Opened(DicomFile File, string Type, DicomPixels Pixels, Grid Grid, IReadOnlyList<int> Slices, IReadOnlyList<DicomDataset> Described, int Least, string? FrameOfReferenceUid);
}
