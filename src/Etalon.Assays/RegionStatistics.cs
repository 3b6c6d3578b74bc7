using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Assays;

/// <summary>What a map says of a region.</summary>
/// <param name="Voxels">Voxels with a value.</param>
/// <param name="WithoutValue">Voxels of the region without a value.</param>
/// <param name="Mean">Mean, in the map's unit.</param>
/// <param name="Median">Median.</param>
/// <param name="NoiseU">Standard uncertainty of the mean from voxel noise alone; null where the noise of voxels is not known.</param>
public sealed record RegionStatistics(int Voxels, int WithoutValue, double Mean, double Median, double? NoiseU)
{
    /// <summary>Voxels of a resampled or interpolated image share noise; this many count as one independent voxel.</summary>
    private const double VoxelsPerGrain = 2;

    /// <summary>Measures; null where no voxel of the region has a value.</summary>
    /// <param name="map">Values and uncertainties.</param>
    /// <param name="region">On the same grid.</param>
    public static RegionStatistics? Of(ParametricMap map, Mask region)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(region);
        var values = new List<double>(region.Count);
        var variance = 0.0;
        for (var n = 0; n < region.Inside.Length; n++)
        {
            if (region.Inside[n] && map.Status[n] == VoxelStatus.Ok)
            {
                values.Add(map.Value.Values[n]);
                variance += (double)map.U.Values[n] * map.U.Values[n];
            }
        }

        if (values.Count == 0)
        {
            return null;
        }

        var all = values.ToArray();
        var mean = FixedSum.Mean(all);
        Array.Sort(all);
        return new RegionStatistics(
            all.Length, region.Count - all.Length, mean, FixedSum.QuantileOfSorted(all, 0.5), map.IsUKnown ? Math.Sqrt(VoxelsPerGrain * variance) / all.Length : null);
    }
}
