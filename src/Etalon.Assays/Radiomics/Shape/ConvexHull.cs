using Etalon.Imaging;

namespace Etalon.Assays.Radiomics.Shape;

/// <summary>Convex hull of points with whole coordinates (quickhull: Barber et al., ACM Trans Math Softw 22:469 (1996)). Sides of planes are told exactly, in whole numbers.</summary>
internal sealed class ConvexHull
{
    private readonly IReadOnlyList<(int X, int Y, int Z)> _points;
    private readonly List<Face> _faces = [];

    private ConvexHull(IReadOnlyList<(int X, int Y, int Z)> points) => _points = points;

    /// <summary>Corners of the hull.</summary>
    public IReadOnlyList<(int X, int Y, int Z)> Corners => [.. _faces.Where(f => !f.IsGone).SelectMany(f => new[] { f.A, f.B, f.C }).Distinct().Order().Select(n => _points[n])];

    /// <summary>Hull of points that span a volume; coordinates up to a hundred thousand.</summary>
    /// <exception cref="ArgumentException">All points lie in a plane.</exception>
    public static ConvexHull Of(IReadOnlyList<(int X, int Y, int Z)> points)
    {
        var hull = new ConvexHull(points);
        hull.Begin();
        for (var stack = new Stack<Face>(hull._faces); stack.TryPop(out var face);)
        {
            if (face.IsGone || face.Outside.Count == 0)
            {
                continue;
            }

            foreach (var made in hull.Grow(face))
            {
                stack.Push(made);
            }
        }

        return hull;
    }

    /// <summary>Volume and area where one step of x, y and z is this long, mm.</summary>
    public (double VolumeMm3, double AreaMm2) Measure(Vector3 step)
    {
        Vector3 At(int n) => new(_points[n].X * step.X, _points[n].Y * step.Y, _points[n].Z * step.Z);
        var (volume, area) = (0.0, 0.0);
        foreach (var f in _faces.Where(f => !f.IsGone))
        {
            var (a, b, c) = (At(f.A), At(f.B), At(f.C));
            var outward = (b - a).Cross(c - a);
            volume += a.Dot(outward) / 6;
            area += outward.Length / 2;
        }

        return (Math.Abs(volume), area);
    }

    /// <summary>Largest distance of two corners where one step of x, y and z is this long, mm.</summary>
    public double Diameter(Vector3 step)
    {
        var at = Corners.Select(p => new Vector3(p.X * step.X, p.Y * step.Y, p.Z * step.Z)).ToArray();
        var largest = 0.0;
        for (var a = 0; a < at.Length; a++)
        {
            for (var b = 0; b < a; b++)
            {
                var d = at[a] - at[b];
                largest = Math.Max(largest, d.Dot(d));
            }
        }

        return Math.Sqrt(largest);
    }

    private long Side(int a, int b, int c, int p)
    {
        var (o, u, v, w) = (_points[a], _points[b], _points[c], _points[p]);
        long ux = u.X - o.X, uy = u.Y - o.Y, uz = u.Z - o.Z, vx = v.X - o.X, vy = v.Y - o.Y, vz = v.Z - o.Z, wx = w.X - o.X, wy = w.Y - o.Y, wz = w.Z - o.Z;
        return (uy * vz - uz * vy) * wx + (uz * vx - ux * vz) * wy + (ux * vy - uy * vx) * wz;
    }

    private void Begin()
    {
        var a = 0;
        var b = Enumerable.Range(1, _points.Count - 1).Where(n => _points[n] != _points[a]).DefaultIfEmpty(-1).First();
        var c = b < 0 ? -1 : Enumerable.Range(1, _points.Count - 1).Where(n => !InLine(a, b, n)).DefaultIfEmpty(-1).First();
        var d = c < 0 ? -1 : Enumerable.Range(1, _points.Count - 1).Where(n => Side(a, b, c, n) != 0).DefaultIfEmpty(-1).First();
        if (d < 0)
        {
            throw new ArgumentException("The points span no volume.");
        }

        if (Side(a, b, c, d) > 0)
        {
            (b, c) = (c, b);
        }

        Face[] four = [new(a, b, c), new(a, d, b), new(b, d, c), new(c, d, a)];
        Connect(four);
        _faces.AddRange(four);
        Share(Enumerable.Range(0, _points.Count), four);
    }

    private bool InLine(int a, int b, int n)
    {
        var (o, u, v) = (_points[a], _points[b], _points[n]);
        long ux = u.X - o.X, uy = u.Y - o.Y, uz = u.Z - o.Z, vx = v.X - o.X, vy = v.Y - o.Y, vz = v.Z - o.Z;
        return uy * vz == uz * vy && uz * vx == ux * vz && ux * vy == uy * vx;
    }

    /// <summary>Makes the farthest point before a face a corner: all faces that it sees give way to those from their outline to it.</summary>
    private List<Face> Grow(Face face)
    {
        var apex = face.Outside.MaxBy(p => Side(face.A, face.B, face.C, p));
        var seen = new List<Face> { face };
        face.IsGone = true;
        var outline = new List<(int From, int To, Face Beyond)>();
        for (var n = 0; n < seen.Count; n++)
        {
            foreach (var (from, to, beyond) in seen[n].Edges())
            {
                if (beyond.IsGone)
                {
                    continue;
                }

                if (Side(beyond.A, beyond.B, beyond.C, apex) > 0)
                {
                    beyond.IsGone = true;
                    seen.Add(beyond);
                }
            }
        }

        foreach (var gone in seen)
        {
            outline.AddRange(gone.Edges().Where(e => !e.Beyond.IsGone));
        }

        var made = outline.ConvertAll(e => new Face(e.From, e.To, apex));
        for (var n = 0; n < made.Count; n++)
        {
            made[n].Beyond[0] = outline[n].Beyond;
            outline[n].Beyond.Replace(outline[n].From, outline[n].To, made[n]);
        }

        var byFrom = made.ToDictionary(f => f.A);
        foreach (var f in made)
        {
            // The edge from this face's second corner to the apex is that of the face which begins there.
            f.Beyond[1] = byFrom[f.B];
            byFrom[f.B].Beyond[2] = f;
        }

        _faces.AddRange(made);
        Share(seen.SelectMany(f => f.Outside).Where(p => p != apex), made);
        seen.ForEach(f => f.Outside.Clear());
        return made;
    }

    private void Share(IEnumerable<int> points, IReadOnlyList<Face> faces)
    {
        foreach (var p in points)
        {
            foreach (var f in faces)
            {
                if (Side(f.A, f.B, f.C, p) > 0)
                {
                    f.Outside.Add(p);
                    break;
                }
            }
        }
    }

    private static void Connect(Face[] faces)
    {
        foreach (var f in faces)
        {
            foreach (var (from, to, slot) in new[] { (f.A, f.B, 0), (f.B, f.C, 1), (f.C, f.A, 2) })
            {
                f.Beyond[slot] = faces.First(g => (g.A, g.B) == (to, from) || (g.B, g.C) == (to, from) || (g.C, g.A) == (to, from));
            }
        }
    }

    private sealed class Face(int a, int b, int c)
    {
        public int A { get; } = a;

        public int B { get; } = b;

        public int C { get; } = c;

        /// <summary>Faces beyond the edges AB, BC and CA.</summary>
        public Face[] Beyond { get; } = new Face[3];

        /// <summary>Points before the face.</summary>
        public List<int> Outside { get; } = [];

        public bool IsGone { get; set; }

        public (int From, int To, Face Beyond)[] Edges() => [(A, B, Beyond[0]), (B, C, Beyond[1]), (C, A, Beyond[2])];

        /// <summary>Sets the face beyond the edge that the other face runs along from one corner to another.</summary>
        public void Replace(int from, int to, Face face) => Beyond[(A, B) == (to, from) ? 0 : (B, C) == (to, from) ? 1 : 2] = face;
    }
}
