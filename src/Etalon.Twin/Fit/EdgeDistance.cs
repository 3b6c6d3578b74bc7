using Etalon.Imaging;
using MathNet.Numerics.Distributions;

namespace Etalon.Twin;

/// <summary>
/// Signed distance of voxel centres to the smooth surface that a mask of voxels stands for, negative inside. Counted from voxel to voxel a distance is off by up to
/// half a voxel either way, and a tail that follows it is as rough as that; diffusion then smooths it away, which a fit takes for a larger D.
/// </summary>
/// <remarks>
/// Near the surface from the share p of a Gaussian of one voxel that lies inside, s = −σΦ⁻¹(p), as of a plane; a sphere of radius R shifts it by σ²/R, which is
/// taken out with the radius of a sphere of the mask's volume. Farther away by the shortest way to there over steps within two voxels, 2 % too long at the most.
/// </remarks>
internal static class EdgeDistance
{
    /// <summary>Distances up to this many voxels come from the share.</summary>
    private const double Near = 1.5;

    private const double LeastShare = 1e-6;
    private const int Steps = 2;

    /// <summary>Signed distances, mm; +∞ outside the domain and where the mask is empty.</summary>
    /// <param name="mask">A part of the domain.</param>
    /// <param name="domain">Beyond its wall there is no edge.</param>
    /// <param name="radiusMm">Of a sphere of the mask's volume.</param>
    public static double[] Of(Mask mask, Mask domain, double radiusMm)
    {
        var grid = domain.Grid;
        var voxel = Math.Cbrt(grid.VoxelVolumeMl * 1000);
        var (share, all) = (Blurred(mask, voxel), Blurred(domain, voxel));
        // A voxel is a box: its own spread along the normal adds to that of the Gaussian.
        var sigma = Math.Sqrt(voxel * voxel * (1 + 1.0 / 12));
        var (distance, near) = (new double[grid.Count], new bool[grid.Count]);
        for (var n = 0; n < distance.Length; n++)
        {
            var p = domain.Inside[n] ? share[n] / all[n] : 0;
            distance[n] = !domain.Inside[n] || !mask.Inside[n] ? double.PositiveInfinity : double.NegativeInfinity;
            if (p is > LeastShare and < 1 - LeastShare)
            {
                var s = -sigma * Normal.InvCDF(0, 1, p) - sigma * sigma / radiusMm;
                // The mask's own voxels lie within, whatever a sharp corner makes of their share.
                s = mask.Inside[n] ? Math.Min(s, 0) : Math.Max(s, 0);
                near[n] = Math.Abs(s) <= Near * voxel;
                distance[n] = near[n] ? s : distance[n];
            }
        }

        Extend(distance, near, domain, outwards: true);
        Extend(distance, near, domain, outwards: false);
        return distance;
    }

    /// <summary>Carries near distances on, through the domain, in one sweep forth and one back.</summary>
    private static void Extend(double[] distance, bool[] near, Mask domain, bool outwards)
    {
        var (grid, sign) = (domain.Grid, outwards ? 1 : -1);
        var h = grid.SpacingMm;
        var ways = new List<(int I, int J, int K, double Mm)>();
        for (var k = -Steps; k <= Steps; k++)
        {
            for (var j = -Steps; j <= Steps; j++)
            {
                for (var i = -Steps; i <= Steps; i++)
                {
                    if (k < 0 || (k == 0 && (j < 0 || (j == 0 && i < 0))))
                    {
                        ways.Add((i, j, k, Math.Sqrt(i * i * h.X * h.X + j * j * h.Y * h.Y + k * k * h.Z * h.Z)));
                    }
                }
            }
        }

        for (var sweep = 0; sweep < 2; sweep++)
        {
            for (var at = 0; at < distance.Length; at++)
            {
                var n = sweep == 0 ? at : distance.Length - 1 - at;
                if (!domain.Inside[n] || near[n] || !double.IsInfinity(distance[n]) && Math.Sign(distance[n]) != sign || double.IsInfinity(distance[n]) && (distance[n] > 0) != outwards)
                {
                    continue;
                }

                var (x, y, z) = (n % grid.Nx, n / grid.Nx % grid.Ny, n / grid.Nx / grid.Ny);
                foreach (var way in ways)
                {
                    var (i, j, k) = sweep == 0 ? (x + way.I, y + way.J, z + way.K) : (x - way.I, y - way.J, z - way.K);
                    if (i >= 0 && j >= 0 && k >= 0 && i < grid.Nx && j < grid.Ny && k < grid.Nz && domain.Inside[grid.Index(i, j, k)])
                    {
                        var through = distance[grid.Index(i, j, k)];
                        if (!double.IsInfinity(through))
                        {
                            distance[n] = sign * Math.Min(sign * distance[n], sign * through + way.Mm);
                        }
                    }
                }
            }
        }
    }

    private static double[] Blurred(Mask mask, double sigmaMm)
    {
        var (grid, values) = (mask.Grid, Array.ConvertAll(mask.Inside, i => i ? 1.0 : 0));
        foreach (var (stride, size, spacing) in new[] { (1, grid.Nx, grid.SpacingMm.X), (grid.Nx, grid.Ny, grid.SpacingMm.Y), (grid.Nx * grid.Ny, grid.Nz, grid.SpacingMm.Z) })
        {
            var reach = (int)Math.Ceiling(4 * sigmaMm / spacing);
            var weights = Enumerable.Range(-reach, 2 * reach + 1).Select(a => Math.Exp(-0.5 * Math.Pow(a * spacing / sigmaMm, 2))).ToArray();
            var (from, total) = (values, weights.Sum());
            values = new double[from.Length];
            for (var n = 0; n < values.Length; n++)
            {
                var at = n / stride % size;
                var sum = 0.0;
                for (var a = Math.Max(-reach, -at); a <= Math.Min(reach, size - 1 - at); a++)
                {
                    sum += weights[a + reach] * from[n + a * stride];
                }

                values[n] = sum / total;
            }
        }

        return values;
    }
}
