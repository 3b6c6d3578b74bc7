using Etalon.Metrology.Precision;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Etalon.Tests.Metrology.Precision;

/// <summary>Limits of a percent change against published figures, closed forms and an integral of another shape.</summary>
[Trait("Kind", "Numeric")]
public sealed class PercentLimitsTests
{
    private const double Z = 1.959963984540054;

    [Theory]
    [InlineData(0.05, -13.0, 14.9)]
    [InlineData(0.10, -24.6, 32.5)]
    [InlineData(0.20, -44.8, 81.1)]
    public void Published_limits_are_those_of_the_ratio_of_two_normal_readings(double wCv, double lower, double upper)
    {
        // The QIBA reading of wCV, one digit printed.
        var limits = PercentLimits.OfCoefficientOfVariation(wCv);

        Assert.Equal(lower, limits.LowerPercent, 0.05);
        Assert.Equal(upper, limits.UpperPercent, 0.05);
    }

    [Theory]
    [InlineData(0.005)]
    [InlineData(0.03)]
    [InlineData(0.11)]
    [InlineData(0.19)]
    public void Where_a_reading_is_never_below_zero_they_are_the_roots_of_a_quadratic(double wCv)
    {
        // Geary 1930: (r − 1) / (w √(1 + r²)) is normal, so r²(1 − k²) − 2r + 1 − k² = 0 with k = zw. It leaves out denominators below 0: Φ(−1/0.19) = 7e-8.
        var q = 1 - Z * Z * wCv * wCv;
        var root = Math.Sqrt(1 - q * q);

        var limits = PercentLimits.OfCoefficientOfVariation(wCv);

        // 7e-8 of probability over a density of 0.03 per unit of the ratio at the upper limit: 3e-4 points.
        Assert.Equal(100 * ((1 - root) / q - 1), limits.LowerPercent, 5e-4);
        Assert.Equal(100 * ((1 + root) / q - 1), limits.UpperPercent, 5e-4);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.30)]
    [InlineData(0.50)]
    [InlineData(0.80)]
    public void At_any_spread_one_half_of_what_is_left_lies_beyond_either_limit(double wCv)
    {
        var limits = PercentLimits.OfCoefficientOfVariation(wCv, coverage: 0.9);

        // Given the denominator, the numerator is normal: one integral over the denominator, by a fine trapezium, which converges beyond all orders here.
        Assert.Equal(0.05, Below(1 + limits.LowerPercent / 100, wCv), 1e-7);
        Assert.Equal(0.95, Below(1 + limits.UpperPercent / 100, wCv), 1e-7);
    }

    [Fact]
    public void Logarithms_give_limits_that_are_reciprocal()
    {
        var limits = PercentLimits.OfLogarithms(0.11, 8);

        // t(8) = 2.306004; exp(2.306004 · √2 · 0.11) = exp(0.358731).
        Assert.Equal(100 * (Math.Exp(0.3587307) - 1), limits.UpperPercent, 1e-3);
        Assert.Equal(1, (1 + limits.UpperPercent / 100) * (1 + limits.LowerPercent / 100), 1e-12);
        // Log-normal readings: variance over squared mean is exp(s²) − 1.
        var logNormal = PercentLimits.OfCoefficientOfVariation(Math.Sqrt(Math.Exp(0.25) - 1), ErrorScale.Logarithm);
        Assert.Equal(100 * (Math.Exp(Z * Math.Sqrt(2) * 0.5) - 1), logNormal.UpperPercent, 1e-9);
        Assert.True(limits.Contain(2, 2 * Math.Exp(0.3587)) && limits.Contain(2, 2 * Math.Exp(-0.3587)));
        Assert.False(limits.Contain(2, 2 * Math.Exp(0.3588)) || limits.Contain(2, 2 * Math.Exp(-0.3588)));
    }

    [Fact]
    public void A_coefficient_from_few_pairs_widens_them_as_student_does()
    {
        // (r − 1) / (s √(1 + r²)) is Student's where no reading is below 0: the quadratic with t instead of z. t(12) = 2.178813.
        var k = 2.178812829667228 * 0.06;
        var q = 1 - k * k;
        var root = Math.Sqrt(1 - q * q);

        var limits = PercentLimits.OfCoefficientOfVariation(0.06, ErrorScale.Absolute, 12);

        // 64 nodes over χ².
        Assert.Equal(100 * ((1 - root) / q - 1), limits.LowerPercent, 2e-3);
        Assert.Equal(100 * ((1 + root) / q - 1), limits.UpperPercent, 2e-3);
    }

    [Fact]
    public void What_cannot_be_a_spread_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PercentLimits.OfLogarithms(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PercentLimits.OfCoefficientOfVariation(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => PercentLimits.OfCoefficientOfVariation(0.1, coverage: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NormalRatio.Quantile(0, 0.1));
        Assert.Equal((0, 0), (PercentLimits.OfCoefficientOfVariation(0).LowerPercent, PercentLimits.OfCoefficientOfVariation(0).UpperPercent));
    }

    /// <summary>P(Y ≤ rX) where X is above 0, P(Y ≥ rX) where it is below: readings of mean 1.</summary>
    private static double Below(double r, double wCv)
    {
        double Part(double from, double to, double sign)
        {
            const int Steps = 20_000;
            var (sum, step) = (0.0, (to - from) / Steps);
            for (var n = 0; n <= Steps; n++)
            {
                var x = 1 + wCv * (from + n * step);
                sum += (n is 0 or Steps ? 0.5 : 1) * step * Normal.PDF(0, 1, from + n * step) * Normal.CDF(0, 1, sign * (r * x - 1) / wCv);
            }

            return sum;
        }

        var zero = -1 / wCv;
        return Part(zero, 9, 1) + (zero > -9 ? Part(-9, zero, -1) : 0);
    }
}
