using Etalon.Imaging;

namespace Etalon.Assays;

/// <summary>Noise of magnitude images.</summary>
public static class NoiseEstimate
{
    /// <summary>
    /// Standard deviation of the noise of diffusion frames. From true repeats where there are (frames of b = 0, or of one b and one known
    /// gradient direction: other directions differ by anisotropy, which is no noise), as the median over bright voxels of their sample standard
    /// deviation; else from the background, if its magnitudes follow Rayleigh's distribution; else from what differs between neighbouring voxels.
    /// </summary>
    /// <param name="grid">Where the voxels lie.</param>
    /// <param name="bValues">b of each frame, s/mm².</param>
    /// <param name="frames">Signals, one array per frame.</param>
    /// <param name="gradients">Gradient direction of each frame; null or empty where none is known.</param>
    /// <returns>In the unit of the signals; null where none of the ways can be gone.</returns>
    public static double? FromDiffusion(
        Grid grid, IReadOnlyList<double> bValues, IReadOnlyList<float[]> frames, IReadOnlyList<Vector3?>? gradients = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(bValues);
        ArgumentNullException.ThrowIfNull(frames);
        var noise = (Repeats(bValues, gradients) is { } repeats ? FromRepeats(repeats, frames) : null)
            ?? FromBackground(frames[Enumerable.Range(0, frames.Count).MinBy(f => bValues[f])])
            ?? SpatialNoise.Of(grid, Enumerable.Range(0, frames.Count).OrderBy(f => bValues[f]).Select(f => frames[f]).ToList());
        return noise > 0 ? noise : null;
    }

    /// <summary>The frames that differ by noise alone: of the groups of two or more the one with the lowest b; null where there is none.</summary>
    private static int[]? Repeats(IReadOnlyList<double> bValues, IReadOnlyList<Vector3?>? gradients)
    {
        var groups = new List<List<int>>();
        foreach (var f in Enumerable.Range(0, bValues.Count).Where(f => bValues[f] == 0 || Direction(gradients, f) is not null).OrderBy(f => bValues[f]))
        {
            var group = groups.Find(g => bValues[g[0]] == bValues[f] && (bValues[f] == 0 || IsSame(Direction(gradients, g[0])!.Value, Direction(gradients, f)!.Value)));
            if (group is null)
            {
                groups.Add([f]);
            }
            else
            {
                group.Add(f);
            }
        }

        return groups.Find(g => g.Count >= 2)?.ToArray();
    }

    private static Vector3? Direction(IReadOnlyList<Vector3?>? gradients, int frame) =>
        gradients is not null && frame < gradients.Count && gradients[frame] is { } g && g.Length > 0 && double.IsFinite(g.Length) ? g.Normalised() : null;

    /// <summary>Within 0.8°, either sign: diffusion looks the same along both.</summary>
    private static bool IsSame(Vector3 a, Vector3 b) => Math.Abs(a.Dot(b)) > 0.9999;

    private static double? FromRepeats(int[] repeats, IReadOnlyList<float[]> frames)
    {
        // Bright voxels only, where magnitude noise is Gaussian; median of the sample SD over its own median factor.
        var means = new float[frames[0].Length];
        for (var n = 0; n < means.Length; n++)
        {
            means[n] = repeats.Sum(f => frames[f][n]) / repeats.Length;
        }

        var sorted = means.Where(m => m > 0).Order().ToArray();
        if (sorted.Length == 0)
        {
            return null;
        }

        var bright = sorted[(int)(0.6 * (sorted.Length - 1))];
        var sds = new List<double>();
        for (var n = 0; n < means.Length; n++)
        {
            if (means[n] >= bright && means[n] > 0)
            {
                var mean = means[n];
                sds.Add(Math.Sqrt(repeats.Sum(f => (frames[f][n] - mean) * (double)(frames[f][n] - mean)) / (repeats.Length - 1)));
            }
        }

        var dof = repeats.Length - 1;
        var medianOfChi = Math.Sqrt(MathNet.Numerics.Distributions.ChiSquared.InvCDF(dof, 0.5) / dof);
        return Median(sds) / medianOfChi is > 0 and var sd ? sd : null;
    }

    private static double? FromBackground(float[] frame)
    {
        var sorted = frame.Where(v => v > 0).Order().ToArray();
        if (sorted.Length < 100)
        {
            return null;
        }

        // Starts from the darkest fifth, which holds only air unless there is less of it or none; then the check below refuses.
        var sigma = sorted[sorted.Length / 10] / Math.Sqrt(2 * Math.Log(2));
        for (var step = 0; step < 60; step++)
        {
            var next = BelowCut(sorted, sigma);
            if (Math.Abs(next - sigma) < 1e-6 * sigma)
            {
                break;
            }

            sigma = next;
        }

        return IsRayleigh(sorted, sigma, frame.Count(v => v == 0)) ? sigma : null;
    }

    private const double Cut = 2.5;

    /// <summary>
    /// σ for which the values below Cut·σ have the second moment of a Rayleigh distribution cut there: 2σ²(1 − t/(eᵗ − 1)) with t = Cut²/2.
    /// Its fixed point does not depend on how much of the image is air.
    /// </summary>
    private static double BelowCut(float[] sorted, double sigma)
    {
        var (count, squares) = (0, 0.0);
        while (count < sorted.Length && sorted[count] < Cut * sigma)
        {
            squares += (double)sorted[count] * sorted[count];
            count++;
        }

        const double T = 0.5 * Cut * Cut;
        return count == 0 ? sigma : Math.Sqrt(squares / count / (2 * (1 - T / (Math.Exp(T) - 1))));
    }

    /// <summary>
    /// Whether the values below Cut·σ are distributed as Rayleigh's law says: the largest distance of the two distribution functions (Kolmogorov)
    /// is at most 0.08; evenly spread values are 0.1 away, the darkest tissue of an image whose air was set to 0 is 0.2 or more, having nothing near
    /// 0, and so is air summed over several coils. Nor are there many more zeros than rounding makes: then the scanner or somebody else has
    /// suppressed the air, and what is left of it says nothing of the noise in tissue.
    /// </summary>
    private static bool IsRayleigh(float[] sorted, double sigma, int zeros)
    {
        const double Largest = 0.08;
        var count = Array.FindIndex(sorted, v => v >= Cut * sigma) is var end && end < 0 ? sorted.Length : end;
        if (count < 100)
        {
            return false;
        }

        // Stored values may be whole numbers; then the law is read between two of them.
        var values = sorted.Take(count).Distinct().ToArray();
        var gaps = values.Zip(values.Skip(1), (a, b) => (double)b - a).Order().ToArray();
        var step = gaps.Length == 0 ? 0 : gaps[gaps.Length / 2];
        double Law(double v) => 1 - Math.Exp(-0.5 * v * v / (sigma * sigma));
        if (zeros > 2 * count * Law(step / 2) + 0.05 * count)
        {
            return false;
        }

        var (low, high) = (Law(Math.Min(values[0], step) / 2), Law(Cut * sigma));
        var (n, distance) = (0, 0.0);
        foreach (var v in values)
        {
            var before = n / (double)count;
            while (n < count && sorted[n] == v)
            {
                n++;
            }

            double At(double x) => Math.Clamp((Law(x) - low) / (high - low), 0, 1);
            distance = Math.Max(distance, Math.Max(Math.Abs(before - At(v - step / 2)), Math.Abs(n / (double)count - At(v + step / 2))));
        }

        return distance <= Largest;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? 0 : values[values.Count / 2];
    }
}
