namespace Etalon.Imaging.Dicom;

/// <summary>Voxels inside contours, and what could not be used.</summary>
/// <param name="Mask">On the grid asked for.</param>
/// <param name="NotParallel">Contours that are not parallel to the slices.</param>
/// <param name="OutsideGrid">Contour planes beyond the first or last slice.</param>
public sealed record VoxelisedContours(Mask Mask, int NotParallel, int OutsideGrid);

/// <summary>
/// Turns closed planar contours into voxels: a voxel is inside where its centre is, by the even-odd rule across all contours of its plane,
/// so that a contour within a contour is a hole.
/// </summary>
public static class ContourVoxeliser
{
    /// <summary>Voxelises. Each slice takes the contours of the nearest plane, if that is no further than half the distance between planes.</summary>
    /// <param name="contours">Closed contours, LPS mm.</param>
    /// <param name="grid">Where the voxels lie; contours must be parallel to its slices.</param>
    public static VoxelisedContours Voxelise(IReadOnlyList<RtContour> contours, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(contours);
        ArgumentNullException.ThrowIfNull(grid);
        var inside = new bool[grid.Count];
        var normal = grid.StepI.Cross(grid.StepJ).Normalised();
        var step = grid.StepK.Dot(normal);
        var planes = Planes(contours, normal, Math.Abs(step), out var notParallel);
        if (planes.Count == 0)
        {
            return new VoxelisedContours(new Mask(grid, inside), notParallel, 0);
        }

        var reach = 0.5 * PlaneSpacing(planes, Math.Abs(step)) + 1e-3 * Math.Abs(step);
        var used = new HashSet<int>();
        for (var k = 0; k < grid.Nz; k++)
        {
            var at = grid.ToPatient(0, 0, k).Dot(normal);
            var nearest = Nearest(planes, at);
            if (Math.Abs(planes[nearest].Offset - at) <= reach)
            {
                used.Add(nearest);
                Fill(planes[nearest].Contours, grid, k, inside);
            }
        }

        var (low, high) = (grid.ToPatient(0, 0, 0).Dot(normal), grid.ToPatient(0, 0, grid.Nz - 1).Dot(normal));
        var outside = planes.Count(p => p.Offset < Math.Min(low, high) - Math.Abs(step) || p.Offset > Math.Max(low, high) + Math.Abs(step));
        return new VoxelisedContours(new Mask(grid, inside), notParallel, outside);
    }

    private static List<(double Offset, List<RtContour> Contours)> Planes(IReadOnlyList<RtContour> contours, Vector3 normal, double step, out int notParallel)
    {
        notParallel = 0;
        var flat = new List<(double Offset, RtContour Contour)>();
        foreach (var contour in contours)
        {
            var offsets = contour.Points.Select(p => p.Dot(normal)).ToList();
            // A quarter of a slice: a contour that leaves its plane by more belongs to no one slice.
            if (offsets.Max() - offsets.Min() > 0.25 * step)
            {
                notParallel++;
                continue;
            }

            flat.Add((0.5 * (offsets.Max() + offsets.Min()), contour));
        }

        var planes = new List<(double Offset, List<RtContour> Contours)>();
        foreach (var (offset, contour) in flat.OrderBy(f => f.Offset))
        {
            if (planes.Count == 0 || offset - planes[^1].Offset > 0.05 * step)
            {
                planes.Add((offset, []));
            }

            planes[^1].Contours.Add(contour);
        }

        return planes;
    }

    /// <summary>
    /// The distance that occurs most often between neighbouring planes, the smallest such, and no more than their median: contours on every second slice
    /// stand for two slices each, but slices that were left empty here and there, by whatever number, stay empty. A single plane is as thick as a slice.
    /// </summary>
    private static double PlaneSpacing(List<(double Offset, List<RtContour> Contours)> planes, double step)
    {
        var gaps = planes.Skip(1).Zip(planes, (b, a) => b.Offset - a.Offset).Order().ToList();
        if (gaps.Count == 0)
        {
            return step;
        }

        // Alike are gaps within a twentieth of a slice, for positions written with few digits.
        var (usual, most) = (gaps[0], 0);
        for (int first = 0, next; first < gaps.Count; first = next)
        {
            for (next = first + 1; next < gaps.Count && gaps[next] - gaps[first] <= 0.05 * step; next++)
            {
            }

            (usual, most) = next - first > most ? (gaps[next - 1], next - first) : (usual, most);
        }

        return Math.Min(usual, gaps[(gaps.Count - 1) / 2]);
    }

    private static int Nearest(List<(double Offset, List<RtContour> Contours)> planes, double at)
    {
        var best = 0;
        for (var n = 1; n < planes.Count; n++)
        {
            best = Math.Abs(planes[n].Offset - at) < Math.Abs(planes[best].Offset - at) ? n : best;
        }

        return best;
    }

    /// <summary>Crossings of each row of voxel centres with all edges; between odd and even ones lies the inside.</summary>
    private static void Fill(List<RtContour> contours, Grid grid, int k, bool[] inside)
    {
        var polygons = contours.Select(c => c.Points.Select(p => grid.ToIndex(p)).Select(i => (i.X, i.Y)).ToArray()).ToList();
        var crossings = new List<double>();
        for (var j = 0; j < grid.Ny; j++)
        {
            crossings.Clear();
            foreach (var polygon in polygons)
            {
                for (var n = 0; n < polygon.Length; n++)
                {
                    var (a, b) = (polygon[n], polygon[(n + 1) % polygon.Length]);
                    // Half-open: an edge holds its lower end and not its upper one, so that a corner on the row counts once.
                    if (a.Y <= j != b.Y <= j)
                    {
                        crossings.Add(a.X + (j - a.Y) / (b.Y - a.Y) * (b.X - a.X));
                    }
                }
            }

            crossings.Sort();
            for (var n = 0; n + 1 < crossings.Count; n += 2)
            {
                var from = Math.Max(0, (int)Math.Ceiling(crossings[n]));
                var to = Math.Min(grid.Nx - 1, (int)Math.Ceiling(crossings[n + 1]) - 1);
                for (var i = from; i <= to; i++)
                {
                    inside[grid.Index(i, j, k)] = true;
                }
            }
        }
    }
}
