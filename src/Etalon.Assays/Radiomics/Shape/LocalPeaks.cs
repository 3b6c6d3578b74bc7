namespace Etalon.Assays.Radiomics.Shape;

/// <summary>Mean intensity within spheres of 1 mL around voxels of a region; voxels of the image outside the region count too.</summary>
internal static class LocalPeaks
{
    /// <summary>The sphere around the most intense voxel (of several the one that gives most), and the largest mean of all spheres.</summary>
    public static double[] Of(RegionBox region)
    {
        var (v, b) = (region.Voxels, region.Bounds());
        var rows = Rows(v);
        var reach = rows.Max(r => r.Half);
        var sums = RunningSums(v, reach, out var length);
        var counts = Enumerable.Range(0, reach + 1).Select(half => Enumerable.Range(0, v.Nx).Select(i => (double)(Math.Min(v.Nx, i + half + 1) - Math.Max(0, i - half))).ToArray()).ToArray();
        var (local, global, most) = (double.NegativeInfinity, double.NegativeInfinity, region.Largest);
        var (sum, number) = (new double[v.Nx], new double[v.Nx]);
        for (var k = b.K0; k <= b.K1; k++)
        {
            for (var j = b.J0; j <= b.J1; j++)
            {
                var inside = region.Inside.AsSpan(v.Nx * (j + v.Ny * k), v.Nx);
                if (!inside.Contains(true))
                {
                    continue;
                }

                Array.Clear(sum);
                Array.Clear(number);
                foreach (var (dy, dz, half) in rows)
                {
                    var (y, z) = (j + dy, k + dz);
                    if ((uint)y < (uint)v.Ny && (uint)z < (uint)v.Nz)
                    {
                        // Sum over i − half to i + half, for all i of the row at once.
                        var row = sums.AsSpan(length * (y + v.Ny * z), length);
                        Lanes.AddScaled(row.Slice(reach + half + 1, v.Nx), 1, sum);
                        Lanes.AddScaled(row.Slice(reach - half, v.Nx), -1, sum);
                        Lanes.AddScaled(counts[half], 1, number);
                    }
                }

                for (var i = 0; i < v.Nx; i++)
                {
                    if (inside[i])
                    {
                        var mean = sum[i] / number[i];
                        global = Math.Max(global, mean);
                        local = v.Image[v.Nx * (j + v.Ny * k) + i] >= most ? Math.Max(local, mean) : local;
                    }
                }
            }
        }

        return [local, global];
    }

    /// <summary>Sums along rows up to each voxel; in front stand zeros, behind the whole sum, for as far as a sphere reaches.</summary>
    private static double[] RunningSums(VoxelBox v, int reach, out int length)
    {
        length = v.Nx + 2 * reach + 1;
        var sums = new double[length * v.Ny * v.Nz];
        for (var row = 0; row < v.Ny * v.Nz; row++)
        {
            var (sum, at) = (0.0, length * row + reach + 1);
            for (var i = 0; i < v.Nx; i++)
            {
                sums[at + i] = sum += v.Image[v.Nx * row + i];
            }

            sums.AsSpan(at + v.Nx, reach).Fill(sum);
        }

        return sums;
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
