using Etalon.Imaging;

namespace Etalon.Assays;

/// <summary>
/// Noise from what differs between neighbouring voxels, for images without repeats and without air. Of two frames, blocks of 2 × 2 voxels within
/// a slice are compared after the second was scaled to the mean of the first: a − b − c + d of the difference takes out anatomy, gradients and edges
/// along the axes. What is left of structure adds to it, so the lowest of all pairs counts, and the median over blocks. Of images that the scanner
/// interpolated, whose neighbours share noise, it is a lower limit.
/// </summary>
internal static class SpatialNoise
{
    private const int FewestBlocks = 60;

    /// <summary>Beyond this many pairs nothing is gained.</summary>
    private const int MostPairs = 6;

    /// <summary>Median of the modulus of a normal deviate.</summary>
    private const double MedianOfModulus = 0.674489750196;

    /// <summary>Standard deviation of the noise in the unit of the signals; null where there are too few voxels with signal, or nothing differs.</summary>
    /// <param name="grid">Where the voxels lie.</param>
    /// <param name="frames">Signals, neighbours in order of b.</param>
    public static double? Of(Grid grid, IReadOnlyList<float[]> frames) => Enumerable.Range(0, Math.Min(frames.Count - 1, MostPairs))
        .Select(f => OfPair(Blocks(grid, frames[f], frames[f + 1]))).Where(sd => sd is not null).Min();

    private static double? OfPair(List<(double Mean, double Residual)> blocks)
    {
        if (blocks.Count < FewestBlocks)
        {
            return null;
        }

        // The brighter part at first; then all that stands out of the noise, since magnitudes near 0 vary less.
        blocks.Sort();
        var sd = Robust(blocks.Skip((int)(0.6 * blocks.Count)));
        for (var step = 0; step < 3 && sd is { } known; step++)
        {
            sd = Robust(blocks.Where(b => b.Mean > 3 * known)) ?? sd;
        }

        return sd;
    }

    private static double? Robust(IEnumerable<(double Mean, double Residual)> blocks)
    {
        var sizes = blocks.Select(b => Math.Abs(b.Residual)).Order().ToArray();
        return sizes.Length >= FewestBlocks / 4 && sizes[sizes.Length / 2] is > 0 and var median ? median / MedianOfModulus : null;
    }

    /// <summary>Lower mean and residual (of the noise's standard deviation) of each block whose voxels are all above 0 in both frames.</summary>
    private static List<(double Mean, double Residual)> Blocks(Grid grid, float[] first, float[] second)
    {
        var result = new List<(double, double)>();
        for (var k = 0; k < grid.Nz; k++)
        {
            for (var j = 0; j + 1 < grid.Ny; j++)
            {
                for (var i = 0; i + 1 < grid.Nx; i++)
                {
                    var (a, b) = (grid.Index(i, j, k), grid.Index(i, j + 1, k));
                    if (!(IsSignal(first, a, b) && IsSignal(second, a, b)))
                    {
                        continue;
                    }

                    var (sumFirst, sumSecond) = (Sum(first, a, b), Sum(second, a, b));
                    var ratio = sumFirst / sumSecond;
                    // Each of the four differences has variance σ²(1 + ratio²).
                    result.Add((Math.Min(sumFirst, sumSecond) / 4, (Cross(first, a, b) - ratio * Cross(second, a, b)) / (2 * Math.Sqrt(1 + ratio * ratio))));
                }
            }
        }

        return result;
    }

    private static bool IsSignal(float[] s, int a, int b) => s[a] > 0 && s[a + 1] > 0 && s[b] > 0 && s[b + 1] > 0 && float.IsFinite(s[a] + s[a + 1] + s[b] + s[b + 1]);

    private static double Sum(float[] s, int a, int b) => (double)s[a] + s[a + 1] + s[b] + s[b + 1];

    private static double Cross(float[] s, int a, int b) => (double)s[a] - s[a + 1] - s[b] + s[b + 1];
}
