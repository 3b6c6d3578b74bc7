namespace Etalon.Assays.Dsc;

/// <summary>When the bolus comes.</summary>
/// <param name="Baseline">Frames before it, in the steady state.</param>
/// <param name="Peak">Frame of the largest change.</param>
public readonly record struct BolusTiming(BaselineFrames Baseline, int Peak)
{
    /// <summary>First frame that may hold contrast: the integral begins here.</summary>
    public int Arrival => Baseline.End;
}

/// <summary>
/// Finds the bolus in a mean curve. The rule: the peak is the frame of least signal. Going back from it, contrast arrives after the last frame whose
/// drop below the median of the frames before is at most 5 % of the largest drop and at most 3 robust standard deviations of those frames; one more
/// frame is left out for the rise that noise hides. Leading frames that differ from the median of the baseline by more than 4 robust standard
/// deviations and 0.5 % are not in the steady state yet and are left out.
/// </summary>
public static class BolusArrival
{
    private const double ShareOfPeak = 0.05;

    /// <summary>Fewest frames of a baseline.</summary>
    public const int FewestFrames = 4;

    /// <summary>Finds the bolus.</summary>
    /// <param name="meanSignal">Mean signal of tissue, one value per frame.</param>
    /// <returns>
    /// Null where fewer than <see cref="FewestFrames"/> frames stand before the bolus, or nothing stands out by 5 robust standard deviations of the baseline and of
    /// what differs from frame to frame.
    /// </returns>
    public static BolusTiming? Find(ReadOnlySpan<double> meanSignal)
    {
        var peak = 0;
        for (var n = 1; n < meanSignal.Length; n++)
        {
            peak = meanSignal[n] < meanSignal[peak] ? n : peak;
        }

        if (peak < FewestFrames + 1)
        {
            return null;
        }

        // Noise of few frames may look small by chance: that of all successive differences stands beside it.
        var differences = new double[meanSignal.Length - 1];
        for (var n = 0; n < differences.Length; n++)
        {
            differences[n] = meanSignal[n + 1] - meanSignal[n];
        }

        var least = Robust(differences).Sd / Math.Sqrt(2);

        // First guess of the baseline: the earlier half of what lies before the peak; then what the first guess gives.
        var end = Math.Max(FewestFrames, peak / 2);
        for (var pass = 0; pass < 3; pass++)
        {
            var (median, robustSd) = Robust(meanSignal[..end]);
            var drop = median - meanSignal[peak];
            if (!(drop > 5 * Math.Max(robustSd, least)) || !(drop > 0))
            {
                return null;
            }

            var last = peak - 1;
            while (last > 0 && median - meanSignal[last] > Math.Min(ShareOfPeak * drop, Math.Max(3 * robustSd, 1e-3 * drop)))
            {
                last--;
            }

            end = Math.Max(FewestFrames, last);
        }

        var (level, spread) = Robust(meanSignal[..end]);
        var first = 0;
        while (end - first > FewestFrames && Math.Abs(meanSignal[first] - level) > Math.Max(4 * spread, 0.005 * Math.Abs(level)))
        {
            first++;
        }

        return new BolusTiming(new BaselineFrames(first, end - first), peak);
    }

    private static (double Median, double Sd) Robust(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var median = Numerics.FixedSum.QuantileOfSorted(sorted, 0.5);
        var distances = Array.ConvertAll(sorted, v => Math.Abs(v - median));
        Array.Sort(distances);
        // 1.4826: median absolute deviation of a normal distribution to its standard deviation.
        return (median, 1.4826 * Numerics.FixedSum.QuantileOfSorted(distances, 0.5));
    }
}
