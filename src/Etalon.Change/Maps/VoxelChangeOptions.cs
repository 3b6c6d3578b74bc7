using Etalon.Imaging;
using Etalon.Imaging.Registration;

namespace Etalon.Change.Maps;

/// <summary>What of two maps is compared.</summary>
public enum ChangeScale
{
    /// <summary>ln(second / first): for quantities above 0; a gain error is one offset everywhere.</summary>
    LogRatio,

    /// <summary>Second less first, in the unit of the maps.</summary>
    Difference,
}

/// <summary>How two maps are compared voxel by voxel.</summary>
public sealed record VoxelChangeOptions
{
    /// <summary>What is compared.</summary>
    public ChangeScale Scale { get; init; } = ChangeScale.LogRatio;

    /// <summary>
    /// Standard uncertainty of the error that all voxels of the difference share, on the scale of the change: what is left of calibration after what both maps
    /// share has cancelled (the components of <see cref="Metrology.Budget.OfDifference"/> combined).
    /// </summary>
    public double SharedU { get; init; }

    /// <summary>
    /// Where nothing changed. Its mean tells the shared error as far as its own noise allows; its scatter widens the maps' uncertainty where it is larger and
    /// tells the correlation of noise. Null: there is no such place.
    /// </summary>
    public Mask? Reference { get; init; }

    /// <summary>Correlation of the noise of neighbouring voxels; null: from the reference.</summary>
    public NoiseCorrelation? Correlation { get; init; }

    /// <summary>Displacement left between the two maps, one for all voxels; null: none.</summary>
    public DisplacementCovariance? Displacement { get; init; }

    /// <summary>Largest expected share of false voxels among those called changed, in (0, 1).</summary>
    public double FalseDiscoveryRate { get; init; } = 0.05;

    /// <summary>Whether the rate holds under any dependence (Benjamini and Yekutieli) instead of a positive one (Benjamini and Hochberg).</summary>
    public bool UnderAnyDependence { get; init; }

    /// <summary>
    /// A change of a voxel counts in the fractions of the region from here on, on the scale of the change, above 0 (a change of nothing cannot be told from
    /// none); null: no fractions.
    /// </summary>
    public double? MinimalChange { get; init; }
}
