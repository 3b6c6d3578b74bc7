using System.Collections.Immutable;
using Etalon.Assays.Radiomics.Filters;

namespace Etalon.Assays.Radiomics;

/// <summary>How an image is brought to another grid.</summary>
public enum InterpolationKind
{
    /// <summary>Along straight lines between neighbours: bilinear in slices, trilinear in space.</summary>
    Linear,

    /// <summary>Cubic B-splines through the voxels.</summary>
    Cubic,

    /// <summary>Value of the nearest voxel.</summary>
    Nearest,
}

/// <summary>How an image and a region become features: interpolation, re-segmentation, discretisation, aggregation, in that order.</summary>
/// <remarks>The scheme is that of the reference manual of the Image Biomarker Standardisation Initiative.</remarks>
public sealed record RadiomicsSettings
{
    /// <summary>Fewer voxels than this are no texture. A neighbourhood of three in each direction has 27.</summary>
    public const int DefaultFewestVoxels = 27;

    /// <summary>Name in tables.</summary>
    public required string Name { get; init; }

    /// <summary>Whether slices are taken one by one: interpolation within them, matrices of them.</summary>
    public bool InSlices { get; init; }

    /// <summary>Spacing that the image is interpolated to, mm; z is not used in slices. Null: no interpolation.</summary>
    public (double X, double Y, double Z)? SpacingMm { get; init; }

    /// <summary>How the image is interpolated.</summary>
    public InterpolationKind Interpolation { get; init; } = InterpolationKind.Linear;

    /// <summary>How the mask is interpolated.</summary>
    public InterpolationKind MaskInterpolation { get; init; } = InterpolationKind.Linear;

    /// <summary>A voxel of the new grid is inside from this share on.</summary>
    public double MaskThreshold { get; init; } = 0.5;

    /// <summary>Whether interpolated intensities are rounded to whole numbers, as is right for CT.</summary>
    public bool RoundsIntensities { get; init; }

    /// <summary>Intensities that count, ends included, in the unit of the image; null: no bound.</summary>
    public (double? Low, double? High) Range { get; init; }

    /// <summary>Voxels further from the mean of the region than this many of its standard deviations are left out; null: none is.</summary>
    public double? OutlierSigmas { get; init; }

    /// <summary>Levels of histogram and textures.</summary>
    public Discretisation Levels { get; init; } = Discretisation.AsTheyAre;

    /// <summary>Lower bound of the first bin of a fixed size; null: the lower bound of <see cref="Range"/>, else the least intensity of the region.</summary>
    public double? LowestBin { get; init; }

    /// <summary>Levels of the intensity-volume histogram.</summary>
    public Discretisation VolumeHistogramLevels { get; init; } = Discretisation.AsTheyAre;

    /// <summary>Aggregations of textures.</summary>
    public ImmutableArray<FeatureAggregation> Aggregations { get; init; } = InSpace;

    /// <summary>Families to measure.</summary>
    public ImmutableArray<FeatureFamily> Families { get; init; } = [.. Enum.GetValues<FeatureFamily>()];

    /// <summary>Filter that the interpolated image passes before it is measured; null: none.</summary>
    public ImageFilter? Filter { get; init; }

    /// <summary>Regions of fewer voxels are refused.</summary>
    public int FewestVoxels { get; init; } = DefaultFewestVoxels;

    /// <summary>Unit that the image must have for the numbers here to mean something; null: any.</summary>
    public string? ForUnit { get; init; }

    /// <summary>Aggregations of slices.</summary>
    public static ImmutableArray<FeatureAggregation> OfSlices { get; } =
    [
        FeatureAggregation.SlicesAveraged, FeatureAggregation.SlicesMerged, FeatureAggregation.DirectionsMerged, FeatureAggregation.SlicesAndDirectionsMerged,
        FeatureAggregation.Slices, FeatureAggregation.AcrossSlices,
    ];

    /// <summary>Aggregations in space.</summary>
    public static ImmutableArray<FeatureAggregation> InSpace { get; } = [FeatureAggregation.VolumeAveraged, FeatureAggregation.VolumeMerged, FeatureAggregation.Volume];
}
