using Etalon.Dicom;

namespace Etalon.Imaging.Dicom.Write;

/// <summary>Functional groups and dimensions of multi-frame objects whose frames are slices of a grid.</summary>
internal static class EnhancedFrames
{
    private static readonly DicomTag SegmentIdentification = Tags.SegmentIdentificationSequence;
    private static readonly DicomTag SpatialLocationsPreserved = new(0x0028, 0x135A);
    private static readonly DicomTag PurposeOfReferenceCodeSequence = new(0x0040, 0xA170);

    /// <summary>Checks that slices of a grid can be frames: axes at right angles.</summary>
    /// <exception cref="ArgumentException">They are not; DICOM has no place for a sheared grid.</exception>
    public static void RequireOrthogonal(Grid grid)
    {
        var (i, j, k) = (grid.StepI.Normalised(), grid.StepJ.Normalised(), grid.StepK.Normalised());
        // The tolerance of readers on directions: a thousandth is 0.06 degrees.
        if (Math.Abs(i.Dot(j)) > 1e-3 || Math.Abs(i.Dot(k)) > 1e-3 || Math.Abs(j.Dot(k)) > 1e-3)
        {
            throw new ArgumentException($"The axes of {grid} are not at right angles, and slices of DICOM are.");
        }
    }

    /// <summary>Orientation and pixel measures, the same for all frames.</summary>
    public static DicomDatasetBuilder Shared(Grid grid)
    {
        var (row, column) = (grid.StepI.Normalised(), grid.StepJ.Normalised());
        var spacing = grid.SpacingMm;
        return new DicomDatasetBuilder()
            .SetSequence(Tags.PlaneOrientationSequence, new DicomDatasetBuilder().Set(Tags.ImageOrientationPatient, row.X, row.Y, row.Z, column.X, column.Y, column.Z))
            .SetSequence(Tags.PixelMeasuresSequence, new DicomDatasetBuilder()
                .Set(Tags.SliceThickness, spacing.Z).Set(Tags.SpacingBetweenSlices, spacing.Z).Set(Tags.PixelSpacing, spacing.Y, spacing.X));
    }

    /// <summary>Place and sources of one frame.</summary>
    /// <param name="header">Names the source.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="k">Slice of the grid.</param>
    /// <param name="index">Values of its dimensions, in the order of the dimension index sequence.</param>
    /// <param name="derivation">How it was derived.</param>
    /// <param name="purpose">What the source images were used for.</param>
    public static DicomDatasetBuilder Frame(DerivedObjectHeader header, Grid grid, int k, ReadOnlySpan<double> index, DicomCode derivation, DicomCode purpose)
    {
        var at = grid.ToPatient(0, 0, k);
        var sources = header.Source?.At(grid, k) ?? [];
        return new DicomDatasetBuilder()
            .SetSequence(Tags.FrameContentSequence, new DicomDatasetBuilder().Set(Tags.DimensionIndexValues, index))
            .SetSequence(Tags.PlanePositionSequence, new DicomDatasetBuilder().Set(Tags.ImagePositionPatient, at.X, at.Y, at.Z))
            .SetSequence(Tags.DerivationImageSequence, sources.Count == 0 ? [] : [new DicomDatasetBuilder()
                .SetCode(Tags.DerivationCodeSequence, derivation)
                .SetSequence(Tags.SourceImageSequence, sources.Select(s => s.ToItem().Set(SpatialLocationsPreserved, "YES").SetCode(PurposeOfReferenceCodeSequence, purpose)))]);
    }

    /// <summary>Dimensions: position, behind the segment where the object has one frame for each segment and position.</summary>
    public static DicomDatasetBuilder SetDimensions(this DicomDatasetBuilder builder, string seriesUid, bool withSegments)
    {
        var organization = DicomUid.Derive("dimension organization", seriesUid, withSegments ? "segment, position" : "position");
        DicomDatasetBuilder Dimension(DicomTag pointer, DicomTag group, string label) => new DicomDatasetBuilder()
            .Set(Tags.DimensionOrganizationUid, organization)
            .SetTags(Tags.DimensionIndexPointer, pointer)
            .SetTags(Tags.FunctionalGroupPointer, group)
            .Set(Tags.DimensionDescriptionLabel, label);
        var position = Dimension(Tags.ImagePositionPatient, Tags.PlanePositionSequence, "Image Position (Patient)");
        return builder
            .SetSequence(Tags.DimensionOrganizationSequence, new DicomDatasetBuilder().Set(Tags.DimensionOrganizationUid, organization))
            .SetSequence(Tags.DimensionIndexSequence, withSegments ? [Dimension(Tags.ReferencedSegmentNumber, SegmentIdentification, "Segment Number"), position] : [position]);
    }
}
