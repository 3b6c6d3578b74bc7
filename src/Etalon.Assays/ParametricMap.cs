using Etalon.Imaging;

namespace Etalon.Assays;

/// <summary>A map with its standard uncertainty and status, all on one grid.</summary>
/// <param name="Value">Valid where the status is Ok; 0 elsewhere.</param>
/// <param name="U">Standard uncertainty in the unit of the value; 0 where the status is not Ok.</param>
/// <param name="Status">One code per voxel.</param>
/// <param name="NoiseSd">Noise standard deviation of the source images, in their unit; null where the map was given or the noise is not known.</param>
public sealed record ParametricMap(Volume Value, Volume U, VoxelStatus[] Status, double? NoiseSd)
{
    /// <summary>Whether the uncertainty of the voxels is known. Where it is not, <see cref="U"/> is 0 everywhere and means nothing.</summary>
    public bool IsUKnown { get; init; } = true;
}
