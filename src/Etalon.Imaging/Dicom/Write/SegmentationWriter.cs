using Etalon.Dicom;

namespace Etalon.Imaging.Dicom.Write;

/// <summary>Writes masks as Segmentation objects (PS3.3 A.51, C.8.20): one bit for each voxel and segment, or one number for each voxel (label map).</summary>
/// <remarks>Slices without a voxel of the segment are left out, as is the custom.</remarks>
public static class SegmentationWriter
{
    private static readonly DicomCode Derivation = new("113076", "DCM", "Segmentation");
    private static readonly DicomCode Purpose = new("121322", "DCM", "Source image for image processing operation");

    /// <summary>Writes segments as binary frames; they may overlap.</summary>
    /// <param name="header">Whose, when, from what.</param>
    /// <param name="segments">All on one grid, each with a voxel inside; numbered from 1 in this order.</param>
    /// <exception cref="ArgumentException">There is no segment, a segment is empty, grids differ, or the grid's axes are not at right angles.</exception>
    public static WrittenObject Write(DerivedObjectHeader header, IReadOnlyList<SegmentToWrite> segments)
    {
        var grid = Check(header, segments);
        var places = Enumerable.Range(0, segments.Count).SelectMany(s => Slices(segments[s].Mask).Select(k => (Segment: s, K: k))).ToList();
        var positions = places.Select(p => p.K).Distinct().Order().ToList();
        var frames = places.Select(p => EnhancedFrames
            .Frame(header, grid, p.K, [p.Segment + 1, positions.IndexOf(p.K) + 1], Derivation, Purpose)
            .SetSequence(Tags.SegmentIdentificationSequence, new DicomDatasetBuilder().Set(Tags.ReferencedSegmentNumber, p.Segment + 1)));
        var builder = Image(header, grid, DerivedObject.Segmentation, "BINARY", bits: 1, places.Count)
            .Set(Tags.SegmentsOverlap, Overlap(segments) ? "YES" : "NO")
            .SetSequence(Tags.SegmentSequence, segments.Select(Description))
            .SetDimensions(header.SeriesUid, withSegments: true)
            .SetSequence(Tags.SharedFunctionalGroupsSequence, EnhancedFrames.Shared(grid))
            .SetSequence(Tags.PerFrameFunctionalGroupsSequence, frames)
            .SetBytes(Tags.PixelData, DicomVr.OB, Pack(grid, places.Select(p => (segments[p.Segment].Mask, p.K)).ToList()));
        return DerivedObject.Finish(builder, header, DerivedObject.Segmentation);
    }

    /// <summary>Writes segments as one label map (PS3.3 A.51 with C.8.20.2.3, SegmentationType LABELMAP): 0 is background, n the nth segment.</summary>
    /// <param name="header">Whose, when, from what.</param>
    /// <param name="segments">As for <see cref="Write"/>, at most 65535, no two with a voxel in common.</param>
    /// <exception cref="ArgumentException">As for <see cref="Write"/>, or segments overlap.</exception>
    public static WrittenObject WriteLabelMap(DerivedObjectHeader header, IReadOnlyList<SegmentToWrite> segments)
    {
        var grid = Check(header, segments);
        if (Overlap(segments) || segments.Count > ushort.MaxValue)
        {
            throw new ArgumentException("A label map holds one label for each voxel; these segments overlap, or are too many.");
        }

        var positions = segments.SelectMany(s => Slices(s.Mask)).Distinct().Order().ToList();
        var bits = segments.Count > byte.MaxValue ? 16 : 8;
        var background = new DicomDatasetBuilder()
            .Set(Tags.SegmentNumber, 0.0)
            .Set(Tags.SegmentLabel, "Background")
            .Set(Tags.SegmentAlgorithmType, "MANUAL")
            .SetCode(Tags.SegmentedPropertyCategoryCodeSequence, SegmentCodes.Spatial)
            .SetCode(Tags.SegmentedPropertyTypeCodeSequence, SegmentCodes.Background);
        var builder = Image(header, grid, DerivedObject.LabelMap, "LABELMAP", bits, positions.Count)
            .Set(Tags.SegmentsOverlap, "NO")
            // Background is the value of voxels of no segment (C.8.20.2.3.3).
            .Set(Tags.PixelPaddingValue, DicomVr.US, 0)
            .SetSequence(Tags.SegmentSequence, [background, .. segments.Select(Description)])
            .SetDimensions(header.SeriesUid, withSegments: false)
            .SetSequence(Tags.SharedFunctionalGroupsSequence, EnhancedFrames.Shared(grid))
            .SetSequence(Tags.PerFrameFunctionalGroupsSequence, positions.Select((k, n) => EnhancedFrames.Frame(header, grid, k, [n + 1], Derivation, Purpose)))
            .SetBytes(Tags.PixelData, bits == 8 ? DicomVr.OB : DicomVr.OW, Labels(grid, segments, positions, bits / 8));
        return DerivedObject.Finish(builder, header, DerivedObject.LabelMap);
    }

    private static Grid Check(DerivedObjectHeader header, IReadOnlyList<SegmentToWrite> segments)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(segments);
        if (segments.Count == 0 || segments.FirstOrDefault(s => s.Checked().Mask.Count == 0) is not null)
        {
            throw new ArgumentException("A segmentation has segments, and a segment has voxels.");
        }

        var grid = segments[0].Mask.Grid;
        if (segments.Any(s => !s.Mask.Grid.IsSameAs(grid)))
        {
            throw new ArgumentException("Segments of one object lie on one grid.");
        }

        EnhancedFrames.RequireOrthogonal(grid);
        return grid;
    }

    private static DicomDatasetBuilder Image(DerivedObjectHeader header, Grid grid, string sopClassUid, string type, int bits, int frames) => DerivedObject
        .Begin(header, sopClassUid, "SEG")
        .SetContent(header)
        .SetFrameOfReference(header)
        .SetReferences(header)
        .Set(Tags.ImageType, "DERIVED", "PRIMARY")
        .Set(Tags.SamplesPerPixel, 1)
        .Set(Tags.PhotometricInterpretation, "MONOCHROME2")
        .Set(Tags.NumberOfFrames, frames)
        .Set(Tags.Rows, grid.Ny)
        .Set(Tags.Columns, grid.Nx)
        .Set(Tags.BitsAllocated, bits)
        .Set(Tags.BitsStored, bits)
        .Set(Tags.HighBit, bits - 1)
        .Set(Tags.PixelRepresentation, 0.0)
        .Set(Tags.LossyImageCompression, "00")
        .Set(Tags.SegmentationType, type);

    private static DicomDatasetBuilder Description(SegmentToWrite segment, int index)
    {
        var item = new DicomDatasetBuilder()
            .Set(Tags.SegmentNumber, index + 1)
            .Set(Tags.SegmentLabel, DicomText.Fit(segment.Label, DicomVr.LO))
            .Set(Tags.SegmentAlgorithmType, segment.Algorithm.ToString().ToUpperInvariant())
            .SetCode(Tags.SegmentedPropertyCategoryCodeSequence, segment.Category)
            .SetCode(Tags.SegmentedPropertyTypeCodeSequence, segment.Type);
        if (segment.Algorithm != SegmentAlgorithm.Manual)
        {
            item.Set(Tags.SegmentAlgorithmName, DicomText.Fit(segment.AlgorithmName, DicomVr.LO));
        }

        return segment is { TrackingId: { } id, TrackingUid: { } uid } ? item.Set(Tags.TrackingId, id).Set(Tags.TrackingUid, uid) : item;
    }

    /// <summary>Slices that hold a voxel.</summary>
    private static IEnumerable<int> Slices(Mask mask)
    {
        var slice = mask.Grid.Nx * mask.Grid.Ny;
        return Enumerable.Range(0, mask.Grid.Nz).Where(k => mask.Inside.AsSpan(k * slice, slice).Contains(true));
    }

    private static bool Overlap(IReadOnlyList<SegmentToWrite> segments)
    {
        var taken = new bool[segments[0].Mask.Inside.Length];
        foreach (var segment in segments)
        {
            for (var n = 0; n < taken.Length; n++)
            {
                if (segment.Mask.Inside[n])
                {
                    if (taken[n])
                    {
                        return true;
                    }

                    taken[n] = true;
                }
            }
        }

        return false;
    }

    /// <summary>Bits of all frames without gaps, the first voxel in the lowest bit (PS3.5 8.1.1).</summary>
    private static byte[] Pack(Grid grid, List<(Mask Mask, int K)> frames)
    {
        var slice = grid.Nx * grid.Ny;
        var bytes = new byte[checked((int)((((long)slice * frames.Count) + 7) / 8))];
        var bit = 0L;
        foreach (var (mask, k) in frames)
        {
            foreach (var inside in mask.Inside.AsSpan(k * slice, slice))
            {
                bytes[bit >> 3] |= (byte)((inside ? 1 : 0) << (int)(bit & 7));
                bit++;
            }
        }

        return bytes;
    }

    private static byte[] Labels(Grid grid, IReadOnlyList<SegmentToWrite> segments, List<int> positions, int width)
    {
        var slice = grid.Nx * grid.Ny;
        var bytes = new byte[checked(slice * positions.Count * width)];
        for (var s = 0; s < segments.Count; s++)
        {
            for (var p = 0; p < positions.Count; p++)
            {
                var inside = segments[s].Mask.Inside.AsSpan(positions[p] * slice, slice);
                for (var n = 0; n < slice; n++)
                {
                    if (inside[n])
                    {
                        var at = ((p * slice) + n) * width;
                        bytes[at] = (byte)(s + 1);
                        if (width == 2)
                        {
                            bytes[at + 1] = (byte)((s + 1) >> 8);
                        }
                    }
                }
            }
        }

        return bytes;
    }
}
