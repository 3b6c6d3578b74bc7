using Etalon.Numerics;

namespace Etalon.Assays.Radiomics;

/// <summary>Statistics of the intensities of a region, and of their histogram.</summary>
internal static class IntensityFeatures
{
    /// <summary>Statistics of intensities as they are, in the order of the catalogue; NaN where one is not defined.</summary>
    /// <param name="sorted">Intensities in ascending order, at least one.</param>
    public static double[] Statistics(ReadOnlySpan<float> sorted)
    {
        var s = Moments(sorted);
        return
        [
            s.Mean, s.Variance, s.Skewness, s.Kurtosis, s.Median, sorted[0], s.P10, s.P90, sorted[^1], s.P75 - s.P25, (double)sorted[^1] - sorted[0],
            s.Mad, s.RobustMad, s.MedianAd, s.Cov, s.Qcod, s.Energy, Math.Sqrt(s.Energy / sorted.Length),
        ];
    }

    /// <summary>Statistics of the histogram of levels, in the order of the catalogue; NaN where one is not defined.</summary>
    /// <param name="counts">Voxels of each level; place 0 is not used, the last level holds a voxel.</param>
    public static double[] Histogram(ReadOnlySpan<int> counts)
    {
        var sorted = Expand(counts);
        var s = Moments(sorted);
        var (entropy, uniformity, total) = (0.0, 0.0, (double)sorted.Length);
        foreach (var n in counts)
        {
            entropy -= n == 0 ? 0 : n / total * Math.Log2(n / total);
            uniformity += n / total * (n / total);
        }

        var ((steepest, at), (deepest, where)) = Gradients(counts);
        return
        [
            s.Mean, s.Variance, s.Skewness, s.Kurtosis, s.Median, sorted[0], s.P10, s.P90, sorted[^1], Mode(counts, s.Mean), s.P75 - s.P25, (double)sorted[^1] - sorted[0],
            s.Mad, s.RobustMad, s.MedianAd, s.Cov, s.Qcod, entropy, uniformity, steepest, at, deepest, where,
        ];
    }

    private static float[] Expand(ReadOnlySpan<int> counts)
    {
        var total = 0;
        foreach (var n in counts)
        {
            total += n;
        }

        var result = new float[total];
        var at = 0;
        for (var level = 1; level < counts.Length; level++)
        {
            result.AsSpan(at, counts[level]).Fill(level);
            at += counts[level];
        }

        return result;
    }

    /// <summary>The commonest level; of several the one nearest to the mean, of two as near the lower.</summary>
    private static int Mode(ReadOnlySpan<int> counts, double mean)
    {
        var best = 1;
        for (var level = 1; level < counts.Length; level++)
        {
            if (counts[level] > counts[best] || (counts[level] == counts[best] && Math.Abs(level - mean) < Math.Abs(best - mean)))
            {
                best = level;
            }
        }

        return best;
    }

    /// <summary>Steepest rise and fall of the histogram, with their levels: central differences, one-sided at the ends. NaN where there is one level.</summary>
    private static ((double Value, double Level) Most, (double Value, double Level) Least) Gradients(ReadOnlySpan<int> counts)
    {
        var last = counts.Length - 1;
        if (last < 2)
        {
            return ((double.NaN, double.NaN), (double.NaN, double.NaN));
        }

        var (most, least) = ((Value: double.NegativeInfinity, Level: 0.0), (Value: double.PositiveInfinity, Level: 0.0));
        for (var level = 1; level <= last; level++)
        {
            double slope = level == 1 ? counts[2] - counts[1] : level == last ? counts[last] - counts[last - 1] : (counts[level + 1] - counts[level - 1]) / 2.0;
            most = slope > most.Value ? (slope, level) : most;
            least = slope < least.Value ? (slope, level) : least;
        }

        return (most, least);
    }

    private readonly record struct Summary(
        double Mean, double Variance, double Skewness, double Kurtosis, double Median, double P10, double P25, double P75, double P90,
        double Mad, double RobustMad, double MedianAd, double Cov, double Qcod, double Energy);

    private static Summary Moments(ReadOnlySpan<float> sorted)
    {
        var mean = FixedSum.Of(sorted) / sorted.Length;
        var (m2, m3, m4, energy, mad, medianAd) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        var median = Quantile(sorted, 0.5);
        var (p10, p90) = (Quantile(sorted, 0.1), Quantile(sorted, 0.9));
        var (inner, number) = (0.0, 0);
        foreach (var x in sorted)
        {
            var d = x - mean;
            m2 += d * d;
            m3 += d * d * d;
            m4 += d * d * d * d;
            energy += (double)x * x;
            mad += Math.Abs(d);
            medianAd += Math.Abs(x - median);
            if (x >= p10 && x <= p90)
            {
                inner += x;
                number++;
            }
        }

        var (n, innerMean, robust) = ((double)sorted.Length, inner / number, 0.0);
        foreach (var x in sorted)
        {
            robust += x >= p10 && x <= p90 ? Math.Abs(x - innerMean) : 0;
        }

        var (variance, isSpread) = (m2 / n, sorted[^1] > sorted[0]);
        var (p25, p75) = (Quantile(sorted, 0.25), Quantile(sorted, 0.75));
        return new Summary(
            mean, variance, isSpread ? m3 / n / Math.Pow(variance, 1.5) : double.NaN, isSpread ? m4 / n / (variance * variance) - 3 : double.NaN, median, p10, p25, p75, p90,
            mad / n, robust / number, medianAd / n, mean != 0 ? Math.Sqrt(variance) / mean : double.NaN, p75 + p25 != 0 ? (p75 - p25) / (p75 + p25) : double.NaN, energy);
    }

    /// <summary>Quantile by linear interpolation of the order statistics (type 7 of Hyndman and Fan 1996).</summary>
    private static double Quantile(ReadOnlySpan<float> sorted, double p)
    {
        var at = p * (sorted.Length - 1);
        var low = (int)at;
        return sorted[low] + (at - low) * ((double)sorted[Math.Min(low + 1, sorted.Length - 1)] - sorted[low]);
    }
}
