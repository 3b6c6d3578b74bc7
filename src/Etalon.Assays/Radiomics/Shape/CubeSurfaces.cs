using Etalon.Imaging;

namespace Etalon.Assays.Radiomics.Shape;

/// <summary>
/// How a surface half-way between inside and outside passes a cube of eight voxel centres (marching cubes: Lorensen and Cline, Comput Graph 21:163 (1987)), for each of the 256 ways
/// in which they can lie. Where a face could be cut in two ways, its inside corners are parted; both cubes of the face do the same, so that the surface is closed.
/// An outline of more than three corners is cut into those triangles that have the largest area: this is what the usual tables do, and so the reference values, and what is inside
/// does not matter.
/// </summary>
internal static class CubeSurfaces
{
    /// <summary>Corner c lies at (c &amp; 1, c >> 1 &amp; 1, c >> 2 &amp; 1). Faces list corners counter-clockwise as seen from outside.</summary>
    private static readonly int[][] Faces = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];

    /// <summary>For each way, the triangles with corners in steps of half an edge, three by three; their normals point outward.</summary>
    public static (int X, int Y, int Z)[][] Triangles { get; } = [.. Enumerable.Range(0, 256).Select(Of)];

    private static (int X, int Y, int Z)[] Of(int inside)
    {
        // On each face, a cut edge where the outline leaves the inside is followed by the one where that run of inside corners began.
        var next = new Dictionary<(int, int), (int, int)>();
        foreach (var face in Faces)
        {
            for (var n = 0; n < 4; n++)
            {
                if (IsIn(face[n]) && !IsIn(face[(n + 1) % 4]))
                {
                    var begin = n;
                    while (IsIn(face[(begin + 3) % 4]))
                    {
                        begin = (begin + 3) % 4;
                    }

                    next[Edge(face[n], face[(n + 1) % 4])] = Edge(face[(begin + 3) % 4], face[begin]);
                }
            }
        }

        var triangles = new List<(int, int, int)>();
        while (next.Count > 0)
        {
            var loop = new List<(int X, int Y, int Z)>();
            for (var at = next.Keys.First(); next.Remove(at, out var to); at = to)
            {
                loop.Add(Middle(at));
            }

            triangles.AddRange(Widest(loop).Corners);
        }

        return [.. triangles];

        bool IsIn(int corner) => (inside >> corner & 1) != 0;
    }

    /// <summary>Of all ways to cut an outline into triangles, the first one of largest area.</summary>
    private static (List<(int X, int Y, int Z)> Corners, double Area) Widest(List<(int X, int Y, int Z)> loop)
    {
        var best = (Corners: new List<(int, int, int)>(), Area: 0.0);
        for (var apex = 1; apex + 1 < loop.Count; apex++)
        {
            // The triangle on the side from the last corner to the first parts the outline in two.
            var (left, right) = (Widest(loop[..(apex + 1)]), Widest(loop[apex..]));
            var area = Area(loop[0], loop[apex], loop[^1]) + left.Area + right.Area;
            if (area > best.Area + 1e-9)
            {
                best = ([loop[0], loop[apex], loop[^1], .. left.Corners, .. right.Corners], area);
            }
        }

        return best;
    }

    private static double Area((int X, int Y, int Z) a, (int X, int Y, int Z) b, (int X, int Y, int Z) c) =>
        new Vector3(b.X - a.X, b.Y - a.Y, b.Z - a.Z).Cross(new Vector3(c.X - a.X, c.Y - a.Y, c.Z - a.Z)).Length / 2;

    private static (int, int) Edge(int a, int b) => (Math.Min(a, b), Math.Max(a, b));

    private static (int X, int Y, int Z) Middle((int A, int B) edge) =>
        ((edge.A & 1) + (edge.B & 1), (edge.A >> 1 & 1) + (edge.B >> 1 & 1), (edge.A >> 2 & 1) + (edge.B >> 2 & 1));
}
