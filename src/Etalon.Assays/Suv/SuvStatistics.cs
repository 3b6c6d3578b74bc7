using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Assays.Suv;

/// <summary>What an SUV image says of a region.</summary>
/// <param name="Voxels">Voxels of the region that hold a number.</param>
/// <param name="Mean">Mean, g/mL.</param>
/// <param name="Max">Largest voxel.</param>
/// <param name="Peak">
/// Mean over a sphere of 1 mL placed so that it is highest, its centre on a voxel of the region (PERCIST); null where no such sphere lies within
/// the image or a voxel is larger than half of it.
/// </param>
public sealed record SuvStatistics(int Voxels, double Mean, double Max, double? Peak)
{
    /// <summary>Radius of 1 mL, mm.</summary>
    private static readonly double Radius = Math.Cbrt(3000 / (4 * Math.PI));

    /// <summary>Larger voxels hold no sphere of 1 mL.</summary>
    internal const double LargestVoxelMl = 0.5;

    /// <summary>Measures; null where no voxel of the region holds a number.</summary>
    /// <param name="suv">Values.</param>
    /// <param name="region">On the same grid.</param>
    /// <param name="withPeak">Whether to look for the peak.</param>
    public static SuvStatistics? Of(Volume suv, Mask region, bool withPeak = true)
    {
        ArgumentNullException.ThrowIfNull(suv);
        ArgumentNullException.ThrowIfNull(region);
        var values = new List<double>(region.Count);
        for (var n = 0; n < region.Inside.Length; n++)
        {
            if (region.Inside[n] && float.IsFinite(suv.Values[n]))
            {
                values.Add(suv.Values[n]);
            }
        }

        return values.Count == 0 ? null : new SuvStatistics(values.Count, FixedSum.Mean(values.ToArray()), values.Max(), withPeak ? PeakOf(suv, region) : null);
    }

    private static double? PeakOf(Volume suv, Mask region)
    {
        var g = suv.Grid;
        if (g.VoxelVolumeMl > LargestVoxelMl || region.Bounds() is not { } b)
        {
            return null;
        }

        var sphere = Sphere(g);
        double? best = null;
        for (var k = b.K0; k <= b.K1; k++)
        {
            for (var j = b.J0; j <= b.J1; j++)
            {
                for (var i = b.I0; i <= b.I1; i++)
                {
                    if (region[i, j, k] && MeanAt(suv, sphere, i, j, k) is { } mean && double.IsFinite(mean) && !(mean <= best))
                    {
                        best = mean;
                    }
                }
            }
        }

        return best;
    }

    private static double? MeanAt(Volume suv, List<(int I, int J, int K, double Weight)> sphere, int i, int j, int k)
    {
        var g = suv.Grid;
        var (sum, weights) = (0.0, 0.0);
        foreach (var (di, dj, dk, w) in sphere)
        {
            var (x, y, z) = (i + di, j + dj, k + dk);
            if ((uint)x >= (uint)g.Nx || (uint)y >= (uint)g.Ny || (uint)z >= (uint)g.Nz)
            {
                return null;
            }

            sum += w * suv[x, y, z];
            weights += w;
        }

        return sum / weights;
    }

    /// <summary>Voxels around a centre with the share of each that lies within the sphere, by 5 × 5 × 5 points in each voxel.</summary>
    private static List<(int I, int J, int K, double Weight)> Sphere(Grid g)
    {
        var s = g.SpacingMm;
        var (ri, rj, rk) = ((int)Math.Ceiling(Radius / s.X + 0.5), (int)Math.Ceiling(Radius / s.Y + 0.5), (int)Math.Ceiling(Radius / s.Z + 0.5));
        var result = new List<(int I, int J, int K, double Weight)>();
        for (var k = -rk; k <= rk; k++)
        {
            for (var j = -rj; j <= rj; j++)
            {
                for (var i = -ri; i <= ri; i++)
                {
                    if (Share(g, i, j, k) is > 0 and var share)
                    {
                        result.Add((i, j, k, share));
                    }
                }
            }
        }

        return result;
    }

    private static double Share(Grid g, int i, int j, int k)
    {
        var inside = 0;
        for (var n = 0; n < 125; n++)
        {
            var (a, b, c) = (n % 5 * 0.2 - 0.4, n / 5 % 5 * 0.2 - 0.4, n / 25 * 0.2 - 0.4);
            inside += ((i + a) * g.StepI + (j + b) * g.StepJ + (k + c) * g.StepK).Length <= Radius ? 1 : 0;
        }

        return inside / 125.0;
    }
}
