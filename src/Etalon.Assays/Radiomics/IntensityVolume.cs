namespace Etalon.Assays.Radiomics;

/// <summary>Features of the intensity-volume histogram.</summary>
internal static class IntensityVolume
{
    /// <summary>More steps than this are more likely a unit taken wrongly than a histogram.</summary>
    private const long MostLevels = 1L << 22;

    /// <summary>V10, V90, I10, I90 and their differences; null where the intensities need more levels than can be.</summary>
    /// <param name="sorted">Intensities in ascending order.</param>
    /// <param name="bins">How they are put into levels.</param>
    /// <param name="range">Bounds that the region was limited to; null: its own.</param>
    public static double[]? Of(ReadOnlySpan<float> sorted, Discretisation bins, (double? Low, double? High) range)
    {
        var (least, largest) = ((double)sorted[0], (double)sorted[^1]);
        // Levels run over the whole range that the region was limited to, in the middle of their bins.
        var low = bins.Kind == DiscretisationKind.FixedBinNumber ? least : range.Low ?? least;
        var high = bins.Kind == DiscretisationKind.FixedBinNumber ? largest : range.High ?? largest;
        var width = bins.Kind switch { DiscretisationKind.FixedBinNumber => (high - low) / bins.Bins, DiscretisationKind.FixedBinSize => bins.Width, _ => 1 };
        var levels = bins.Kind switch
        {
            DiscretisationKind.FixedBinNumber => bins.Bins,
            DiscretisationKind.FixedBinSize => Math.Max(1, Math.Ceiling((high - low) / width - 1e-9)),
            _ => Math.Round(high) - Math.Round(low) + 1,
        };
        if (!(levels is >= 1 and <= MostLevels))
        {
            return null;
        }

        var above = Above(sorted, (int)levels, x => bins.Kind == DiscretisationKind.None ? Math.Round(x) - Math.Round(low) : bins.Level(x, low, high) - 1);
        double Value(int level) => bins.Kind switch
        {
            DiscretisationKind.None => Math.Round(low) + level,
            DiscretisationKind.FixedBinNumber => level + 1,
            _ => low + (level + 0.5) * width,
        };
        double VolumeAt(double fraction) => levels == 1 ? 1 : above[Math.Min((int)levels, (int)Math.Ceiling(fraction * (levels - 1) - 1e-9))];
        double IntensityAt(double fraction)
        {
            var level = Array.FindIndex(above, v => v <= fraction);
            return Value(level < 0 || level >= levels ? (int)levels : level);
        }

        var (v10, v90, i10, i90) = (VolumeAt(0.1), VolumeAt(0.9), IntensityAt(0.1), IntensityAt(0.9));
        return [v10, v90, i10, i90, v10 - v90, i10 - i90];
    }

    /// <summary>Share of the volume at or above each level; one more, 0, behind the last.</summary>
    private static double[] Above(ReadOnlySpan<float> sorted, int levels, Func<double, double> level)
    {
        var counts = new long[levels + 1];
        foreach (var x in sorted)
        {
            counts[(int)Math.Clamp(level(x), 0, levels - 1)]++;
        }

        var above = new double[levels + 1];
        var sum = 0L;
        for (var n = levels - 1; n >= 0; n--)
        {
            sum += counts[n];
            above[n] = (double)sum / sorted.Length;
        }

        return above;
    }
}
