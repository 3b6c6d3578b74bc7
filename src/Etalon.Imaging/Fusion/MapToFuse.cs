using Etalon.Imaging.Registration;

namespace Etalon.Imaging.Fusion;

/// <summary>A map on its own grid, as it goes into a fusion.</summary>
public sealed record MapToFuse
{
    /// <summary>Name, unique in the fusion.</summary>
    public required string Name { get; init; }

    /// <summary>Values; must have a unit.</summary>
    public required Volume Value { get; init; }

    /// <summary>Standard uncertainty of each voxel from noise, in the unit of the values.</summary>
    public required Volume U { get; init; }

    /// <summary>Which voxels have a value.</summary>
    public required bool[] HasValue { get; init; }

    /// <summary>How far a point is smeared in it, along the axes of its own grid.</summary>
    public required PointSpread Spread { get; init; }

    /// <summary>From patient coordinates of the common grid to those of the map, with errors; null: one frame of reference, taken as exact.</summary>
    public IRegistrationUncertainty? Registration { get; init; }

    /// <summary>Voxels of the map that share one independent draw of noise, at least 1. The default is 1.</summary>
    public double VoxelsPerDraw { get; init; } = 1;
}

/// <summary>A map on the common grid, smeared as far as the fusion asks.</summary>
/// <param name="Name">Name.</param>
/// <param name="Value">0 where there is no value.</param>
/// <param name="NoiseU">Standard uncertainty from noise.</param>
/// <param name="DisplacementU">From where the voxel truly lies in the map, by its registration.</param>
/// <param name="PartialVolumeU">From what the point spread mixes in: how far the value would differ if it smeared nothing, to first order.</param>
/// <param name="HasValue">Which voxels have a value.</param>
/// <param name="Spread">How far a point is smeared now, along the axes of the common grid.</param>
public sealed record FusedMap(string Name, Volume Value, Volume NoiseU, Volume DisplacementU, Volume PartialVolumeU, bool[] HasValue, PointSpread Spread);
