namespace Etalon.Numerics;

/// <summary>Sums whose digits do not depend on the machine: fixed blocks, fixed order, no vector lanes.</summary>
public static class FixedSum
{
    private const int Block = 1024;

    /// <summary>Sum of all values, blocks of 1,024 added in order.</summary>
    public static double Of(ReadOnlySpan<double> values)
    {
        var total = 0.0;
        for (var start = 0; start < values.Length; start += Block)
        {
            var block = 0.0;
            foreach (var v in values.Slice(start, Math.Min(Block, values.Length - start)))
            {
                block += v;
            }

            total += block;
        }

        return total;
    }

    /// <summary>Sum of values in single precision, added in double precision by the same blocks.</summary>
    public static double Of(ReadOnlySpan<float> values)
    {
        var total = 0.0;
        for (var start = 0; start < values.Length; start += Block)
        {
            var block = 0.0;
            foreach (var v in values.Slice(start, Math.Min(Block, values.Length - start)))
            {
                block += v;
            }

            total += block;
        }

        return total;
    }

    /// <summary>Mean of all values; throws where there is none.</summary>
    /// <exception cref="ArgumentException">The span is empty.</exception>
    public static double Mean(ReadOnlySpan<double> values) =>
        values.IsEmpty ? throw new ArgumentException("The mean of nothing does not exist.") : Of(values) / values.Length;

    /// <summary>Sample standard deviation (n − 1); 0 for a single value.</summary>
    public static double StandardDeviation(ReadOnlySpan<double> values)
    {
        if (values.Length < 2)
        {
            return 0;
        }

        var mean = Mean(values);
        var squares = 0.0;
        foreach (var v in values)
        {
            squares += (v - mean) * (v - mean);
        }

        return Math.Sqrt(squares / (values.Length - 1));
    }

    /// <summary>Quantile by linear interpolation of the order statistics (type 7 of Hyndman and Fan 1996). The input must be sorted.</summary>
    /// <exception cref="ArgumentException">The span is empty.</exception>
    public static double QuantileOfSorted(ReadOnlySpan<double> sorted, double p)
    {
        if (sorted.IsEmpty)
        {
            throw new ArgumentException("The quantile of nothing does not exist.");
        }

        var at = Math.Clamp(p, 0, 1) * (sorted.Length - 1);
        var low = (int)at;
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }
}
