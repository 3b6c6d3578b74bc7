using Etalon.Imaging;

namespace Etalon.Assays;

/// <summary>The longest diameter in a slice and the longest one perpendicular to it, as RANO and Macdonald measure.</summary>
/// <param name="LongestMm">Longest diameter within one slice, mm.</param>
/// <param name="PerpendicularMm">Longest diameter perpendicular to it in the same slice, mm.</param>
/// <param name="Slice">The slice (third index).</param>
public sealed record SliceDiameters(double LongestMm, double PerpendicularMm, int Slice)
{
    /// <summary>Product of the two, mm².</summary>
    public double ProductMm2 => LongestMm * PerpendicularMm;
}

/// <summary>Shape of a mask.</summary>
public static class RegionShape
{
    /// <summary>Volume by counting voxels, mL.</summary>
    public static double VolumeMl(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return mask.Count * mask.Grid.VoxelVolumeMl;
    }

    /// <summary>Area of the voxel faces between inside and outside, mm². An upper limit of the smooth surface (1.5 times it for a large sphere).</summary>
    public static double FaceAreaMm2(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var g = mask.Grid;
        var (ai, aj, ak) = (g.StepJ.Cross(g.StepK).Length, g.StepK.Cross(g.StepI).Length, g.StepI.Cross(g.StepJ).Length);
        var area = 0.0;
        for (var k = 0; k < g.Nz; k++)
        {
            for (var j = 0; j < g.Ny; j++)
            {
                for (var i = 0; i < g.Nx; i++)
                {
                    if (mask[i, j, k])
                    {
                        area += ai * ((mask[i - 1, j, k] ? 0 : 1) + (mask[i + 1, j, k] ? 0 : 1))
                            + aj * ((mask[i, j - 1, k] ? 0 : 1) + (mask[i, j + 1, k] ? 0 : 1))
                            + ak * ((mask[i, j, k - 1] ? 0 : 1) + (mask[i, j, k + 1] ? 0 : 1));
                    }
                }
            }
        }

        return area;
    }

    /// <summary>
    /// Standard uncertainty of the voxel count as a measure of the drawn contour, mL: each boundary voxel is inside by a fraction that is
    /// uniform in [0, 1] and independent, so u² = n_boundary V²/12 with n_boundary from the smooth surface.
    /// </summary>
    public static double DiscretisationUMl(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var voxel = mask.Grid.VoxelVolumeMl;
        var face = Math.Pow(voxel * 1000, 2.0 / 3);
        return voxel * Math.Sqrt(FaceAreaMm2(mask) / 1.5 / face / 12);
    }

    /// <summary>Whether the mask touches the edge of the image.</summary>
    public static bool TouchesEdge(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var g = mask.Grid;
        return mask.Bounds() is { } b && (b.I0 == 0 || b.I1 == g.Nx - 1 || b.J0 == 0 || b.J1 == g.Ny - 1 || b.K0 == 0 || b.K1 == g.Nz - 1);
    }

    /// <summary>
    /// Diameters of the connected part of a slice (neighbours by face, edge or corner in the plane) whose longest diameter is the largest of all
    /// parts in all slices; the perpendicular one is of the same part. Two lesions are never measured as one. Null for an empty mask.
    /// </summary>
    public static SliceDiameters? Diameters(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Bounds() is not { } bounds)
        {
            return null;
        }

        SliceDiameters? best = null;
        for (var k = bounds.K0; k <= bounds.K1; k++)
        {
            foreach (var part in SliceParts.Of(mask, k))
            {
                var found = InSlice(Hull(mask.Grid, part), mask.Grid, k);
                if (best is null || found.LongestMm > best.LongestMm || (found.LongestMm == best.LongestMm && found.PerpendicularMm > best.PerpendicularMm))
                {
                    best = found;
                }
            }
        }

        return best;
    }

    private static SliceDiameters InSlice(List<(double X, double Y)> hull, Grid grid, int slice)
    {
        var (longest, direction) = (0.0, (X: 1.0, Y: 0.0));
        foreach (var p in hull)
        {
            foreach (var q in hull)
            {
                var (dx, dy) = (q.X - p.X, q.Y - p.Y);
                var length = Math.Sqrt(dx * dx + dy * dy);
                if (length > longest)
                {
                    (longest, direction) = (length, (dx / length, dy / length));
                }
            }
        }

        // Centres of the outermost voxels: half a voxel is added on both sides.
        var voxel = 0.5 * (grid.StepI.Length + grid.StepJ.Length);
        return new SliceDiameters(longest + voxel, LongestChordAcross(hull, direction) + voxel, slice);
    }

    /// <summary>
    /// Longest chord of a convex hull perpendicular to a direction, mm. Its length is linear between the hull's corners, so it is longest
    /// at one of them. (The hull's extent across the direction is not a chord: up to twice as long for an oblong.)
    /// </summary>
    private static double LongestChordAcross(List<(double X, double Y)> hull, (double X, double Y) direction)
    {
        var along = hull.Select(p => p.X * direction.X + p.Y * direction.Y).ToArray();
        var across = hull.Select(p => -p.X * direction.Y + p.Y * direction.X).ToArray();
        var longest = 0.0;
        foreach (var at in along)
        {
            var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
            for (var n = 0; n < hull.Count; n++)
            {
                var next = (n + 1) % hull.Count;
                var (a, b) = (along[n] - at, along[next] - at);
                if (Math.Abs(a) < 1e-9 || a * b < 0)
                {
                    var crossing = Math.Abs(a) < 1e-9 ? across[n] : across[n] + a / (a - b) * (across[next] - across[n]);
                    (low, high) = (Math.Min(low, crossing), Math.Max(high, crossing));
                }
            }

            longest = Math.Max(longest, high - low);
        }

        return longest;
    }

    /// <summary>Convex hull of voxel centres, mm in the slice's plane (Andrew's monotone chain).</summary>
    private static List<(double X, double Y)> Hull(Grid g, List<(int I, int J)> part)
    {
        var ex = g.StepI.Normalised();
        var ey = (g.StepJ - ex * g.StepJ.Dot(ex)).Normalised();
        // Only the ends of each row can lie on the hull.
        var points = part.GroupBy(v => v.J).SelectMany(row => new[] { row.Min(v => v.I), row.Max(v => v.I) }.Distinct().Select(i => i * g.StepI + row.Key * g.StepJ))
            .Select(p => (X: p.Dot(ex), Y: p.Dot(ey))).ToList();
        if (points.Count < 3)
        {
            return points;
        }

        points.Sort();
        var hull = new List<(double X, double Y)>();
        foreach (var pass in new[] { points, Enumerable.Reverse(points).ToList() })
        {
            var start = hull.Count;
            foreach (var p in pass)
            {
                while (hull.Count >= start + 2 && Turn(hull[^2], hull[^1], p) <= 0)
                {
                    hull.RemoveAt(hull.Count - 1);
                }

                hull.Add(p);
            }

            hull.RemoveAt(hull.Count - 1);
        }

        return hull;
    }

    private static double Turn((double X, double Y) a, (double X, double Y) b, (double X, double Y) c) =>
        (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X);
}
