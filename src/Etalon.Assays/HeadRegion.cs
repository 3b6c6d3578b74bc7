using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays;

/// <summary>
/// The whole of what a diffusion image shows, for images without a drawn region: voxels whose signal at the lowest b lies above Otsu's threshold
/// (IEEE Trans SMC 9:62–66, 1979) of its logarithm, so that tissue far from the coils is not taken for air, the largest connected part of them. It is the head or body, never a tumour.
/// </summary>
public static class HeadRegion
{
    /// <summary>Identifier of the region.</summary>
    public const string Id = "head";

    /// <summary>Finds it; null where nothing stands out.</summary>
    /// <param name="grid">Where the voxels lie.</param>
    /// <param name="bValues">b of each frame.</param>
    /// <param name="frames">Signals.</param>
    /// <param name="source">Name of the image.</param>
    /// <param name="sha256">Of its content.</param>
    public static VisitRegion? Of(Grid grid, IReadOnlyList<double> bValues, IReadOnlyList<float[]> frames, string source, string sha256)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(bValues);
        ArgumentNullException.ThrowIfNull(frames);
        var lowest = bValues.Min();
        var shown = Enumerable.Range(0, frames.Count).Where(f => bValues[f] == lowest).ToList();
        var signal = new float[grid.Count];
        for (var n = 0; n < signal.Length; n++)
        {
            signal[n] = shown.Sum(f => frames[f][n]) / shown.Count;
        }

        if (Threshold(signal) is not { } threshold)
        {
            return null;
        }

        var mask = Largest(new Mask(grid, Array.ConvertAll(signal, s => s > threshold)));
        return mask.Count == 0 ? null : new VisitRegion(Id, mask, source, sha256)
        {
            Kind = RegionKind.Whole,
            Name = FormattableString.Invariant($"the whole head or body in view (signal at b {lowest:0} above {threshold:0}; no tumour was drawn)"),
            DrawnOn = source,
        };
    }

    /// <summary>Signals below a thousandth of the brightest tell nothing apart; the logarithm is straightened there.</summary>
    private const double Floor = 1e-3;

    /// <summary>Otsu's threshold over 256 bins of the logarithm, up to the 99.5 % quantile: the largest variance between the two classes.</summary>
    private static double? Threshold(float[] signal)
    {
        var sorted = signal.Order().ToArray();
        var top = (double)sorted[(int)(0.995 * (sorted.Length - 1))];
        if (!(top > 0))
        {
            return null;
        }

        var histogram = new double[256];
        foreach (var s in signal)
        {
            histogram[Math.Clamp((int)(double.LogP1(Math.Max(s, 0) / (Floor * top)) / double.LogP1(1 / Floor) * 255), 0, 255)]++;
        }

        var total = histogram.Select((h, n) => h * n).Sum();
        var (below, sumBelow, best, at) = (0.0, 0.0, 0.0, 0);
        for (var n = 0; n < 255; n++)
        {
            below += histogram[n];
            sumBelow += n * histogram[n];
            var above = signal.Length - below;
            if (below > 0 && above > 0)
            {
                var difference = sumBelow / below - (total - sumBelow) / above;
                (best, at) = below * above * difference * difference > best ? (below * above * difference * difference, n) : (best, at);
            }
        }

        return best > 0 ? Floor * top * double.ExpM1((at + 1) / 255.0 * double.LogP1(1 / Floor)) : null;
    }

    private static Mask Largest(Mask mask)
    {
        var g = mask.Grid;
        var label = new int[g.Count];
        var (largest, size, next) = (0, 0, 0);
        var stack = new Stack<int>();
        for (var seed = 0; seed < label.Length; seed++)
        {
            if (!mask.Inside[seed] || label[seed] != 0)
            {
                continue;
            }

            var count = Flood(mask, label, seed, ++next, stack);
            (largest, size) = count > size ? (next, count) : (largest, size);
        }

        return new Mask(g, Array.ConvertAll(label, l => l == largest && largest > 0));
    }

    private static int Flood(Mask mask, int[] label, int seed, int value, Stack<int> stack)
    {
        var g = mask.Grid;
        var count = 0;
        label[seed] = value;
        stack.Push(seed);
        while (stack.TryPop(out var n))
        {
            count++;
            var (i, j, k) = (n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny);
            foreach (var (x, y, z) in new[] { (i - 1, j, k), (i + 1, j, k), (i, j - 1, k), (i, j + 1, k), (i, j, k - 1), (i, j, k + 1) })
            {
                if (mask[x, y, z] && label[g.Index(x, y, z)] == 0)
                {
                    label[g.Index(x, y, z)] = value;
                    stack.Push(g.Index(x, y, z));
                }
            }
        }

        return count;
    }
}
