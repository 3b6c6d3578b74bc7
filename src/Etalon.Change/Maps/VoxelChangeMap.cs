using Etalon.Assays;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Change.Maps;

/// <summary>Share of a region whose true change exceeds the minimal one.</summary>
/// <param name="Value">Estimate, 0 to 1.</param>
/// <param name="U">Standard uncertainty from noise (grains, not voxels, count), the shared error and the displacement.</param>
/// <param name="Interval">95 %, within 0 and 1.</param>
public sealed record RegionFraction(double Value, double U, Interval Interval);

/// <summary>Change of a map, voxel by voxel, with what may be called changed.</summary>
public sealed record VoxelChangeMap
{
    /// <summary>What was compared.</summary>
    public required ChangeScale Scale { get; init; }

    /// <summary>Change, less what the reference tells of the shared error; 0 where the status is not Ok.</summary>
    public required Volume Change { get; init; }

    /// <summary>Standard uncertainty: noise, shared error and displacement; 0 where the status is not Ok.</summary>
    public required Volume U { get; init; }

    /// <summary>One code per voxel: Outside the region; else that of the first map that has no value; else Ok.</summary>
    public required VoxelStatus[] Status { get; init; }

    /// <summary>Two-sided probability of a change as large where there is none; 1 where the status is not Ok.</summary>
    public required Volume P { get; init; }

    /// <summary>Smallest false discovery rate at which the voxel is called changed; 1 where the status is not Ok.</summary>
    public required Volume Adjusted { get; init; }

    /// <summary>Voxels called increased at the rate asked for.</summary>
    public required Mask Increased { get; init; }

    /// <summary>Voxels called decreased.</summary>
    public required Mask Decreased { get; init; }

    /// <summary>Voxels compared.</summary>
    public required int Tested { get; init; }

    /// <summary>What the reference tells of the shared error, and was taken off; 0 without one.</summary>
    public required double SharedError { get; init; }

    /// <summary>Its standard uncertainty, which remains in every voxel.</summary>
    public required double SharedErrorU { get; init; }

    /// <summary>Factor by which the maps' own uncertainty was widened because the reference scatters more; 1 where it does not.</summary>
    public required double NoiseScale { get; init; }

    /// <summary>Correlation of noise in use.</summary>
    public required NoiseCorrelation Correlation { get; init; }

    /// <summary>Voxels of the region whose noise counts as one.</summary>
    public required double VoxelsPerGrain { get; init; }

    /// <summary>Share of the compared voxels whose true change is above the minimal one; null where none was named.</summary>
    public required RegionFraction? IncreasedFraction { get; init; }

    /// <summary>Share below minus the minimal one.</summary>
    public required RegionFraction? DecreasedFraction { get; init; }
}
