namespace Etalon.Assays.Radiomics.Shape;

/// <summary>Mean intensity within spheres of 1 mL around voxels of a region; voxels of the image outside the region count too.</summary>
internal static class LocalPeaks
{
    /// <summary>The sphere around the most intense voxel (of several the one that gives most), and the largest mean of all spheres.</summary>
    public static double[] Of(RegionBox region)
    {
        var v = region.Voxels;
        var rows = Rows(v);
        // Sums along rows, with a 0 in front of each.
        var sums = new double[(v.Nx + 1) * v.Ny * v.Nz];
        for (var row = 0; row < v.Ny * v.Nz; row++)
        {
            var sum = 0.0;
            for (var i = 0; i < v.Nx; i++)
            {
                sums[(v.Nx + 1) * row + i + 1] = sum += v.Image[v.Nx * row + i];
            }
        }

        var (local, global, most) = (double.NegativeInfinity, double.NegativeInfinity, region.Sorted[^1]);
        var n = 0;
        for (var k = 0; k < v.Nz; k++)
        {
            for (var j = 0; j < v.Ny; j++)
            {
                for (var i = 0; i < v.Nx; i++, n++)
                {
                    if (!region.Inside[n])
                    {
                        continue;
                    }

                    var mean = Mean(v, sums, rows, i, j, k);
                    global = Math.Max(global, mean);
                    local = v.Image[n] >= most ? Math.Max(local, mean) : local;
                }
            }
        }

        return [local, global];
    }

    private static double Mean(VoxelBox v, double[] sums, List<(int Y, int Z, int Half)> rows, int i, int j, int k)
    {
        var (sum, number) = (0.0, 0);
        foreach (var (dy, dz, half) in rows)
        {
            var (y, z) = (j + dy, k + dz);
            if ((uint)y < (uint)v.Ny && (uint)z < (uint)v.Nz)
            {
                var (from, to, row) = (Math.Max(0, i - half), Math.Min(v.Nx, i + half + 1), (v.Nx + 1) * (y + v.Ny * z));
                sum += sums[row + to] - sums[row + from];
                number += to - from;
            }
        }

        return sum / number;
    }

    /// <summary>Rows of the sphere: where, and how many voxels to either side.</summary>
    private static List<(int Y, int Z, int Half)> Rows(VoxelBox v)
    {
        var (r, s) = (VoxelBox.PeakRadiusMm, v.SpacingMm);
        var (ny, nz) = ((int)(r / s.Y), (int)(r / s.Z));
        var rows = new List<(int, int, int)>();
        for (var z = -nz; z <= nz; z++)
        {
            for (var y = -ny; y <= ny; y++)
            {
                var rest = r * r - y * s.Y * (y * s.Y) - z * s.Z * (z * s.Z);
                if (rest >= 0)
                {
                    rows.Add((y, z, (int)(Math.Sqrt(rest) / s.X)));
                }
            }
        }

        return rows;
    }
}
