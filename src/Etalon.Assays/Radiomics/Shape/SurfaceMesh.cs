using Etalon.Imaging;

namespace Etalon.Assays.Radiomics.Shape;

/// <summary>Surface of a region half-way between inside and outside voxel centres.</summary>
/// <param name="VolumeMm3">Volume within.</param>
/// <param name="AreaMm2">Its area.</param>
/// <param name="Outermost">Those of its corners that can be extreme, in steps of half a voxel.</param>
internal sealed record SurfaceMesh(double VolumeMm3, double AreaMm2, IReadOnlyList<(int X, int Y, int Z)> Outermost)
{
    /// <summary>Measures the surface of a box of voxels; beyond the box is outside.</summary>
    public static SurfaceMesh Of(ReadOnlySpan<bool> inside, int nx, int ny, int nz, Vector3 spacing)
    {
        var tables = Tables(spacing);
        var (flux, area) = (0.0, 0.0);
        for (var k = -1; k < nz; k++)
        {
            for (var j = -1; j < ny; j++)
            {
                var (rowFlux, rowArea) = (0.0, 0.0);
                // Each row holds the corners at x; those at x + 1 move over.
                var left = 0;
                for (var i = -1; i < nx; i++)
                {
                    var right = i + 1 < nx ? Column(inside, nx, ny, nz, i + 1, j, k) : 0;
                    var way = Spread(left) | Spread(right) << 1;
                    left = right;
                    if (way is 0 or 255)
                    {
                        continue;
                    }

                    var t = tables[way];
                    rowFlux += t.Flux + t.Normal.Dot(new Vector3(i * spacing.X, j * spacing.Y, k * spacing.Z));
                    rowArea += t.Area;
                }

                flux += rowFlux;
                area += rowArea;
            }
        }

        return new SurfaceMesh(Math.Abs(flux) / 3, area, Extremes(inside, nx, ny, nz));
    }

    /// <summary>The four corners at one x: bits of (y, z), (y + 1, z), (y, z + 1), (y + 1, z + 1).</summary>
    private static int Column(ReadOnlySpan<bool> inside, int nx, int ny, int nz, int i, int j, int k)
    {
        var bits = 0;
        for (var c = 0; c < 4; c++)
        {
            var (y, z) = (j + (c & 1), k + (c >> 1));
            bits |= y >= 0 && y < ny && z >= 0 && z < nz && inside[i + nx * (y + ny * z)] ? 1 << c : 0;
        }

        return bits;
    }

    /// <summary>Moves bit n to bit 2n.</summary>
    private static int Spread(int bits) => (bits & 1) | (bits & 2) << 1 | (bits & 4) << 2 | (bits & 8) << 3;

    private static (double Flux, Vector3 Normal, double Area)[] Tables(Vector3 s)
    {
        Vector3 At((int X, int Y, int Z) p) => new(p.X * s.X / 2, p.Y * s.Y / 2, p.Z * s.Z / 2);
        return Array.ConvertAll(CubeSurfaces.Triangles, triangles =>
        {
            var (flux, normal, area) = (0.0, default(Vector3), 0.0);
            for (var n = 0; n < triangles.Length; n += 3)
            {
                var (a, b, c) = (At(triangles[n]), At(triangles[n + 1]), At(triangles[n + 2]));
                var outward = (b - a).Cross(c - a) / 2;
                flux += (a + b + c).Dot(outward) / 3;
                normal += outward;
                area += outward.Length;
            }

            return (flux, normal, area);
        });
    }

    /// <summary>The first and the last corner of each line along x: no other can be extreme.</summary>
    private static List<(int X, int Y, int Z)> Extremes(ReadOnlySpan<bool> inside, int nx, int ny, int nz)
    {
        var (ly, lz) = (2 * ny + 1, 2 * nz + 1);
        var (first, last) = (new int[ly * lz], new int[ly * lz]);
        Array.Fill(first, int.MaxValue);
        Array.Fill(last, int.MinValue);
        void Note(int x, int y, int z)
        {
            var n = y + 1 + ly * (z + 1);
            (first[n], last[n]) = (Math.Min(first[n], x), Math.Max(last[n], x));
        }

        for (var k = 0; k < nz; k++)
        {
            for (var j = 0; j < ny; j++)
            {
                var row = inside.Slice(nx * (j + ny * k), nx);
                var (from, to) = (row.IndexOf(true), row.LastIndexOf(true));
                if (from < 0)
                {
                    continue;
                }

                Note(2 * from - 1, 2 * j, 2 * k);
                Note(2 * to + 1, 2 * j, 2 * k);
                for (var i = from; i <= to; i++)
                {
                    if (!row[i])
                    {
                        continue;
                    }

                    foreach (var side in (ReadOnlySpan<int>)[-1, 1])
                    {
                        if (j + side < 0 || j + side >= ny || !inside[i + nx * (j + side + ny * k)])
                        {
                            Note(2 * i, 2 * j + side, 2 * k);
                        }

                        if (k + side < 0 || k + side >= nz || !inside[i + nx * (j + ny * (k + side))])
                        {
                            Note(2 * i, 2 * j, 2 * k + side);
                        }
                    }
                }
            }
        }

        var result = new List<(int, int, int)>();
        for (var n = 0; n < first.Length; n++)
        {
            if (first[n] <= last[n])
            {
                var (y, z) = (n % ly - 1, n / ly - 1);
                result.Add((first[n], y, z));
                if (last[n] > first[n])
                {
                    result.Add((last[n], y, z));
                }
            }
        }

        return result;
    }
}
