using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Numerics;

/// <summary>Sums and order statistics of fixed order.</summary>
[Trait("Kind", "Numeric")]
public sealed class FixedSumTests
{
    [Fact]
    public void Sums_agree_with_exact_arithmetic()
    {
        // n + 1/4 for n below 5,000 is exact in binary: 5000 · 4999/2 + 1250.
        var values = Enumerable.Range(0, 5000).Select(n => n + 0.25).ToArray();
        Assert.Equal(12_498_750, FixedSum.Of(values));
        Assert.Equal(2499.75, FixedSum.Mean(values));
        Assert.Equal(0, FixedSum.Of(ReadOnlySpan<double>.Empty));
        Assert.Throws<ArgumentException>(() => FixedSum.Mean([]));
    }

    [Fact]
    public void The_sum_is_the_same_to_the_last_bit_on_every_thread()
    {
        var values = new double[70_001];
        new RandomStream(9, "sum").FillNormal(values);
        var expected = FixedSum.Of(values);

        var seen = new double[16];
        Parallel.For(0, seen.Length, n => seen[n] = FixedSum.Of(values));

        Assert.All(seen, s => Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(s)));
        // Blocks of 1,024 keep the error near √(n/1024 + 1024) units in the last place of partial sums.
        Assert.Equal((double)values.Sum(v => (decimal)v), expected, 1e-10);
    }

    [Fact]
    public void Spread_and_quantiles_are_the_textbook_ones()
    {
        // GUM H.2: five voltages, mean 4.9990 V, standard deviation of the mean 0.0032 V.
        double[] volts = [5.007, 4.994, 5.005, 4.990, 4.999];
        Assert.Equal(4.9990, FixedSum.Mean(volts), 1e-12);
        Assert.Equal(0.0032, FixedSum.StandardDeviation(volts) / Math.Sqrt(5), 5e-5);
        Assert.Equal(0, FixedSum.StandardDeviation([3.1]));
        // Hyndman and Fan's type 7 of 1, 2, 4, 8: h = 3p.
        double[] sorted = [1, 2, 4, 8];
        Assert.Equal(3, FixedSum.QuantileOfSorted(sorted, 0.5));
        Assert.Equal(1.75, FixedSum.QuantileOfSorted(sorted, 0.25), 1e-12);
        Assert.Equal(7.6, FixedSum.QuantileOfSorted(sorted, 2.9 / 3), 1e-12);
        Assert.Equal((1, 8), (FixedSum.QuantileOfSorted(sorted, -1), FixedSum.QuantileOfSorted(sorted, 2)));
        Assert.Equal(5.5, FixedSum.QuantileOfSorted([5.5], 0.3));
    }
}
