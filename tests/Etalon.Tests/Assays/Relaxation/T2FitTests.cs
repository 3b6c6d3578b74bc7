using Etalon.Assays;
using Etalon.Assays.Relaxation;
using Etalon.Numerics;
using MathNet.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Relaxation;

[Trait("Kind", "Numeric")]
public sealed class T2FitTests
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("ETALON_FULL") == "1";

    private static readonly double[] Te = [0.0114, 0.0228, 0.0342, 0.0456, 0.057, 0.0684, 0.0798, 0.0912, 0.1026, 0.114, 0.1254, 0.1368, 0.1482, 0.1596, 0.171, 0.1824];

    /// <summary>Mean of a Rician magnitude by its integral over the density, apart from the code under test.</summary>
    private static double Rice(double a, double sd)
    {
        var (sum, weight) = (0.0, 0.0);
        for (var k = 0; k <= 4000; k++)
        {
            var x = Math.Max(a - 12 * sd, 0) + k * (Math.Min(a, 12 * sd) + 12 * sd) / 4000;
            var density = x * Math.Exp(-(x - a) * (x - a) / (2 * sd * sd)) * SpecialFunctions.BesselIScaled(0, x * a / (sd * sd));
            var w = k is 0 or 4000 ? 1 : k % 2 == 1 ? 4 : 2;
            (sum, weight) = (sum + w * density * x, weight + w * density);
        }

        return sum / weight;
    }

    [Fact]
    public void The_mean_of_a_Rician_magnitude_is_that_of_its_density()
    {
        foreach (var a in new[] { 0, 0.013, 0.7, 2.99, 8.01, 25.3, 63.99, 64.01, 300 })
        {
            // Simpson's rule with 4,000 steps of a smooth density: 1e-10.
            Assert.Equal(Rice(a, 1), RiceMean.Of(a).Mean, 1e-8);
            Assert.Equal((RiceMean.Of(a + 1e-4).Mean - RiceMean.Of(Math.Max(a - 1e-4, 0)).Mean) / (a == 0 ? 1e-4 : 2e-4), RiceMean.Of(a).Slope, a == 0 ? 1e-4 : 1e-6);
        }

        Assert.Equal(Math.Sqrt(Math.PI / 2), RiceMean.Of(0).Mean, 1e-14);
        Assert.Equal(2 - Math.PI / 2, RiceMean.Variance(0), 1e-12);
    }

    [Theory]
    [InlineData(T2NoiseFloor.None)]
    [InlineData(T2NoiseFloor.Offset)]
    [InlineData(T2NoiseFloor.RicianMean)]
    public void Signals_without_noise_give_back_T2_above_their_floor(T2NoiseFloor floor)
    {
        foreach (var t2 in new[] { 0.0113, 0.0447, 0.1095, 0.39 })
        {
            var signal = Array.ConvertAll(Te, te => 810 * Math.Exp(-te / t2) + (floor == T2NoiseFloor.Offset ? 13 : 0));
            signal = floor == T2NoiseFloor.RicianMean ? Array.ConvertAll(signal, s => Rice(s, 20)) : signal;
            var fit = new T2Fit(Te, floor).Fit(signal, floor == T2NoiseFloor.RicianMean ? 20 : null);

            Assert.Equal(VoxelStatus.Ok, fit.Status);
            // The integral of the Rician mean is good to 1e-8 of the noise; else the root of rounding times the condition.
            Assert.Equal(1, fit.TimeS / t2, 1e-5);
            Assert.Equal(810, fit.Amplitude, 0.02);
        }
    }

    [Fact]
    public void A_floor_that_is_not_modelled_lengthens_T2_and_one_that_is_does_not()
    {
        var (random, plain, rician) = (new RandomStream(2, "t2-floor"), 0.0, 0.0);
        const int Draws = 3000;
        var clean = Array.ConvertAll(Te, te => 1000 * Math.Exp(-te / 0.03));
        for (var n = 0; n < Draws; n++)
        {
            var signal = VfaProtocol.Noisy(clean, 50, random, isMagnitude: true);
            plain += new T2Fit(Te).Fit(signal).TimeS / Draws;
            rician += new T2Fit(Te, T2NoiseFloor.RicianMean).Fit(signal, 50).TimeS / Draws;
        }

        // SD of one T2 is about 3 ms, of the mean 0.06 ms.
        Assert.True(plain > 0.034, $"{plain}");
        Assert.Equal(0.03, rician, 0.0003);
    }

    [Theory]
    [InlineData(T2NoiseFloor.None)]
    [InlineData(T2NoiseFloor.Offset)]
    [InlineData(T2NoiseFloor.RicianMean)]
    public void No_search_by_brute_force_finds_a_smaller_sum_of_squares(T2NoiseFloor floor)
    {
        var random = new RandomStream(29, $"t2-global-{floor}");
        double[] te = [0.01, 0.025, 0.047, 0.09, 0.16];
        var plan = new T2Fit(te, floor);
        var brute = new T2BruteForce(te, floor, 0.001, 10);
        for (var n = 0; n < (Full ? 10_000 : floor == T2NoiseFloor.RicianMean ? 30 : 2000); n++)
        {
            var t2 = Math.Exp(random.NextUniform(Math.Log(0.0008), Math.Log(15)));
            var sd = 1000 * Math.Exp(random.NextUniform(Math.Log(1e-3), Math.Log(1.5)));
            var signal = VfaProtocol.Noisy(Array.ConvertAll(te, t => 1000 * Math.Exp(-t / t2)), sd, random, isMagnitude: true);
            double? noise = floor == T2NoiseFloor.RicianMean ? sd : null;
            var fit = plan.Fit(signal, noise);
            if (fit.Status == VoxelStatus.SignalTooLow)
            {
                continue;
            }

            // Of the Rician mean the table has ten digits, of which the residuals keep as many as they are of the signal.
            var least = brute.Least(signal, sd);
            Assert.True(fit.Rss <= least * (1 + 1e-9) + 1e-9 * (floor == T2NoiseFloor.RicianMean ? sd * sd * 1e-3 : 0), $"{n}: {fit.Rss:R} above {least:R}, T2 {fit.TimeS}, {fit.Status}");
        }
    }

    [Fact]
    public void A_curve_that_tells_no_T2_has_a_status_instead()
    {
        var plan = new T2Fit([0.01, 0.03, 0.08]);

        Assert.Equal(VoxelStatus.SignalTooLow, plan.Fit([0, 0, 0]).Status);
        Assert.Equal(VoxelStatus.SignalTooLow, plan.Fit([4, 3, 2], 1.4).Status);
        Assert.Equal(VoxelStatus.AtBound, plan.Fit([3, 4, 5]).Status);
        Assert.Equal(10, plan.Fit([3, 4, 5]).TimeS);
        Assert.Equal(VoxelStatus.InputMissing, plan.Fit([3, double.NaN, 5]).Status);
        Assert.Throws<ArgumentException>(() => new T2Fit([0.01, 0.01]));
        Assert.Throws<ArgumentException>(() => new T2Fit([0.01, 0.02], T2NoiseFloor.RicianMean).Fit([2, 1]));
    }

    [Theory]
    [InlineData(T2NoiseFloor.None, false)]
    [InlineData(T2NoiseFloor.None, true)]
    [InlineData(T2NoiseFloor.Offset, false)]
    [InlineData(T2NoiseFloor.RicianMean, true)]
    public void Intervals_hold_the_truth_as_often_as_they_say(T2NoiseFloor floor, bool isNoiseKnown)
    {
        var plan = new T2Fit(Te, floor);
        var outside = new List<string>();
        foreach (var t2 in new[] { 0.015, 0.04, 0.08, 0.16, 0.4 })
        {
            foreach (var snr in new[] { 20, 50, 100 })
            {
                var random = new RandomStream(13, $"t2-{floor}-{t2}-{snr}-{isNoiseKnown}");
                var isRician = floor == T2NoiseFloor.RicianMean;
                var clean = Array.ConvertAll(Te, te => 1000 * Math.Exp(-te / t2) + (floor == T2NoiseFloor.Offset ? 60 : 0));
                var sd = 1000.0 / snr;
                var (held, draws) = (0, Full ? 10_000 : isRician ? 400 : 2000);
                for (var n = 0; n < draws; n++)
                {
                    var signal = VfaProtocol.Noisy(clean, sd, random, isRician);
                    double? noise = isNoiseKnown ? sd : null;
                    var interval = plan.Interval(signal, plan.Fit(signal, noise), noise)!.Value;
                    held += interval.LowerS <= t2 && t2 <= interval.UpperS ? 1 : 0;
                }

                TestContext.Current.TestOutputHelper?.WriteLine($"T2 {t2} SNR {snr}: {100.0 * held / draws} %");
                // The bar is 1.5 % either way of 10,000 draws; of fewer, five standard deviations of a binomial count.
                if (Math.Abs(held - 0.95 * draws) > (Full ? 0.015 * draws : 5 * Math.Sqrt(0.95 * 0.05 * draws)))
                {
                    outside.Add($"T2 {t2} SNR {snr}: {100.0 * held / draws} %");
                }
            }
        }

        Assert.True(outside.Count == 0, string.Join("; ", outside));
    }
}
