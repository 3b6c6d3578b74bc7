namespace Etalon.Imaging;

/// <summary>Exact Euclidean distances on a grid whose steps are at right angles, one axis after the other (Felzenszwalb and Huttenlocher, Theory Comput 8:415, 2012).</summary>
internal static class DistanceTransform
{
    /// <summary>Largest cosine between two steps that counts as a right angle: single precision of a header, and far below what distances are used for.</summary>
    private const double LargestCosine = 1e-4;

    /// <summary>Whether a grid's steps are at right angles.</summary>
    public static bool Fits(Grid grid) =>
        IsRight(grid.StepI, grid.StepJ) && IsRight(grid.StepJ, grid.StepK) && IsRight(grid.StepK, grid.StepI);

    /// <summary>Distance of each voxel centre to the nearest inside one, mm.</summary>
    public static float[] Of(Mask mask)
    {
        var (g, h) = (mask.Grid, mask.Grid.SpacingMm);
        var squared = Array.ConvertAll(mask.Inside, i => i ? 0 : double.PositiveInfinity);
        Along(squared, g.Nx, 1, h.X);
        Along(squared, g.Ny, g.Nx, h.Y);
        Along(squared, g.Nz, g.Nx * g.Ny, h.Z);
        return Array.ConvertAll(squared, d => (float)Math.Sqrt(d));
    }

    private static bool IsRight(Vector3 a, Vector3 b) => Math.Abs(a.Dot(b)) <= LargestCosine * a.Length * b.Length;

    /// <summary>Replaces each value f(q) of each line by the least f(q) + (h(p − q))².</summary>
    private static void Along(double[] squared, int length, int stride, double h)
    {
        var (line, vertex, from) = (new double[length], new int[length], new double[length + 1]);
        for (var first = 0; first < squared.Length; first += length * stride)
        {
            for (var start = first; start < first + stride; start++)
            {
                for (var p = 0; p < length; p++)
                {
                    line[p] = squared[start + p * stride];
                }

                var parabolas = LowerEnvelope(line, h * h, vertex, from);
                for (int p = 0, k = 0; p < length && parabolas > 0; p++)
                {
                    while (k + 1 < parabolas && from[k + 1] < p)
                    {
                        k++;
                    }

                    var d = h * (p - vertex[k]);
                    squared[start + p * stride] = line[vertex[k]] + d * d;
                }
            }
        }
    }

    /// <summary>The parabolas f(q) + h²(p − q)² that are lowest somewhere: their vertices, and from where each of them is lowest.</summary>
    /// <returns>How many there are.</returns>
    private static int LowerEnvelope(double[] f, double h2, int[] vertex, double[] from)
    {
        var count = 0;
        for (var q = 0; q < f.Length; q++)
        {
            if (double.IsPositiveInfinity(f[q]))
            {
                continue;
            }

            var crossing = double.NegativeInfinity;
            for (; count > 0; count--)
            {
                var v = vertex[count - 1];
                crossing = (f[q] - f[v] + h2 * ((double)q * q - (double)v * v)) / (2 * h2 * (q - v));
                if (crossing > from[count - 1])
                {
                    break;
                }

                crossing = double.NegativeInfinity;
            }

            (vertex[count], from[count]) = (q, crossing);
            count++;
        }

        return count;
    }
}
