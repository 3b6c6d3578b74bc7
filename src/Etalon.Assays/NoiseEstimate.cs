using Etalon.Imaging;

namespace Etalon.Assays;

/// <summary>Noise of magnitude images.</summary>
public static class NoiseEstimate
{
    /// <summary>
    /// Standard deviation of the noise of diffusion frames. From repeats at the same b (directions) where there are, as the median over
    /// bright voxels of their sample standard deviation; else from the background (Rayleigh: median = σ√(2 ln 2)); else 0.
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

        // The darkest fifth of the image: air, unless the field of view holds none, in which case this is an upper limit.
        var background = sorted[..(sorted.Length / 5)];
        return background[background.Length / 2] / Math.Sqrt(2 * Math.Log(2));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? 0 : values[values.Count / 2];
    }
}
