using Etalon.Imaging;

namespace Etalon.Assays;

/// <summary>Connected parts of one slice of a mask.</summary>
internal static class SliceParts
{
    /// <summary>Columns and rows of the voxels of each part, neighbours by face or corner, in order of the first voxel of each.</summary>
    public static List<List<(int I, int J)>> Of(Mask mask, int k)
    {
        var g = mask.Grid;
        var inside = mask.Inside.AsSpan(g.Index(0, 0, k), g.Nx * g.Ny);
        var parts = new List<List<(int I, int J)>>();
        if (!inside.Contains(true))
        {
            return parts;
        }

        var seen = new bool[inside.Length];
        var open = new Stack<(int I, int J)>();
        for (var n = 0; n < seen.Length; n++)
        {
            if (!inside[n] || seen[n])
            {
                continue;
            }

            var part = new List<(int I, int J)>();
            seen[n] = true;
            open.Push((n % g.Nx, n / g.Nx));
            while (open.TryPop(out var at))
            {
                part.Add(at);
                for (var j = Math.Max(0, at.J - 1); j <= Math.Min(g.Ny - 1, at.J + 1); j++)
                {
                    for (var i = Math.Max(0, at.I - 1); i <= Math.Min(g.Nx - 1, at.I + 1); i++)
                    {
                        if (inside[i + j * g.Nx] && !seen[i + j * g.Nx])
                        {
                            seen[i + j * g.Nx] = true;
                            open.Push((i, j));
                        }
                    }
                }
            }

            parts.Add(part);
        }

        return parts;
    }
}
