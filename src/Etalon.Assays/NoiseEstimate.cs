using Etalon.Imaging;

namespace Etalon.Assays;

/// <summary>Noise of magnitude images.</summary>
public static class NoiseEstimate
{
    /// <summary>
    /// Standard deviation of the noise of diffusion frames. From repeats at the same b (directions) where there are, as the median over
    /// bright voxels of their sample standard deviation; else from the background, whose magnitudes follow Rayleigh's distribution; else 0.
    /// </summary>
    public static double FromDiffusion(Grid grid, IReadOnlyList<double> bValues, IReadOnlyList<float[]> frames)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(bValues);
        ArgumentNullException.ThrowIfNull(frames);
        var groups = Enumerable.Range(0, frames.Count).GroupBy(f => bValues[f]).Where(g => g.Count() >= 3).OrderBy(g => g.Key).ToList();
        return groups.Count > 0 ? FromRepeats(groups[0].ToArray(), frames) : FromBackground(frames[0]);
    }

    private static double FromRepeats(int[] repeats, IReadOnlyList<float[]> frames)
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
            return 0;
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
        return Median(sds) / medianOfChi;
    }

    private static double FromBackground(float[] frame)
    {
        var sorted = frame.Where(v => v > 0).Order().ToArray();
        if (sorted.Length < 100)
        {
            return 0;
        }

        // Starts from the darkest fifth, which holds only air unless there is less of it or none; then this is an upper limit.
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

        return sigma;
    }

    /// <summary>
    /// σ for which the values below Cut·σ have the second moment of a Rayleigh distribution cut there: 2σ²(1 − t/(eᵗ − 1)) with t = Cut²/2.
    /// Its fixed point does not depend on how much of the image is air.
    /// </summary>
    private static double BelowCut(float[] sorted, double sigma)
    {
        const double Cut = 2.5;
        var (count, squares) = (0, 0.0);
        while (count < sorted.Length && sorted[count] < Cut * sigma)
        {
            squares += (double)sorted[count] * sorted[count];
            count++;
        }

        const double T = 0.5 * Cut * Cut;
        return count == 0 ? sigma : Math.Sqrt(squares / count / (2 * (1 - T / (Math.Exp(T) - 1))));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? 0 : values[values.Count / 2];
    }
}
