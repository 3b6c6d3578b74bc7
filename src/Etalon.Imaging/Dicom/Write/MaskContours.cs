namespace Etalon.Imaging.Dicom.Write;

/// <summary>Outlines of the voxels of a mask, slice by slice: closed contours along the edges between voxels.</summary>
/// <remarks>A contour runs where a centre inside has a centre outside as its neighbour, so that the even-odd rule over voxel centres
/// (<see cref="ContourVoxeliser"/>) gives back exactly the same voxels, holes included. An empty slice between two slices with voxels is told from a thicker slice only where most
/// neighbouring slices hold voxels: contours know nothing of the slices between them.</remarks>
public static class MaskContours
{
    /// <summary>Contours of one slice, in fractional voxel indices; the last point is joined to the first.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="k">Slice.</param>
    public static IReadOnlyList<IReadOnlyList<(double I, double J)>> OfSlice(Mask mask, int k)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var edges = Edges(mask, k);
        var contours = new List<IReadOnlyList<(double I, double J)>>();
        foreach (var start in edges.Keys.Order().ToList())
        {
            while (edges.TryGetValue(start, out var out0) && out0.Count > 0)
            {
                contours.Add(Follow(edges, start));
            }
        }

        return contours;
    }

    /// <summary>Edges between inside and outside, from corner to corner, the inside on the right of the direction; corner (i, j) lies at index (i − ½, j − ½).</summary>
    private static Dictionary<(int J, int I), List<(int J, int I)>> Edges(Mask mask, int k)
    {
        var edges = new Dictionary<(int J, int I), List<(int J, int I)>>();
        void Add((int J, int I) from, (int J, int I) to)
        {
            if (!edges.TryGetValue(from, out var ends))
            {
                edges[from] = ends = [];
            }

            ends.Add(to);
        }

        for (var j = 0; j < mask.Grid.Ny; j++)
        {
            for (var i = 0; i < mask.Grid.Nx; i++)
            {
                if (!mask[i, j, k])
                {
                    continue;
                }

                if (!mask[i, j - 1, k])
                {
                    Add((j, i), (j, i + 1));
                }

                if (!mask[i + 1, j, k])
                {
                    Add((j, i + 1), (j + 1, i + 1));
                }

                if (!mask[i, j + 1, k])
                {
                    Add((j + 1, i + 1), (j + 1, i));
                }

                if (!mask[i - 1, j, k])
                {
                    Add((j + 1, i), (j, i));
                }
            }
        }

        return edges;
    }

    /// <summary>Takes one closed contour out of the edges; points within a straight line are left out.</summary>
    private static List<(double I, double J)> Follow(Dictionary<(int J, int I), List<(int J, int I)>> edges, (int J, int I) start)
    {
        var corners = new List<(int J, int I)>();
        var (at, direction) = (start, (J: 0, I: 0));
        do
        {
            var ends = edges[at];
            // Where two voxels touch by a corner alone, the sharper turn to the inside keeps the contours apart.
            var next = ends.Count == 1 ? ends[0] : ends.OrderBy(e => Turn(direction, (e.J - at.J, e.I - at.I))).First();
            ends.Remove(next);
            var step = (J: next.J - at.J, I: next.I - at.I);
            if (step != direction)
            {
                corners.Add(at);
            }

            (at, direction) = (next, step);
        }
        while (at != start);
        return [.. corners.Select(c => (c.I - 0.5, c.J - 0.5))];
    }

    /// <summary>−1 for a turn to the inside (clockwise as indices grow), +1 away from it.</summary>
    private static int Turn((int J, int I) from, (int J, int I) to) => -((from.I * to.J) - (from.J * to.I));
}
