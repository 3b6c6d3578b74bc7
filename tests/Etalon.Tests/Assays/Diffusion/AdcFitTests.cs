using Etalon.Assays;
using Etalon.Assays.Diffusion;
using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Tests.Twin;
using Xunit;

namespace Etalon.Tests.Assays.Diffusion;

/// <summary>ADC of single voxels: closed forms, bias and coverage under Rician noise.</summary>
[Trait("Kind", "Numeric")]
public sealed class AdcFitTests(ITestOutputHelper output)
{
    private static readonly double[] Shells = [0, 500, 500, 500, 1000, 1000, 1000];

    /// <summary>A magnitude: √((A + σx)² + (σy)²).</summary>
    private static double Rician(double a, double sd, RandomStream random)
    {
        var (x, y) = (a + sd * random.NextNormal(), sd * random.NextNormal());
        return Math.Sqrt(x * x + y * y);
    }

    [Theory]
    [InlineData(20, 0.8e-3, 0.01)]
    [InlineData(20, 1.9e-3, 0.01)]
    [InlineData(50, 1.1e-3, 0.003)]
    [InlineData(100, 2.6e-3, 0.003)]
    public void Bias_is_small_and_95_percent_intervals_hold_the_truth(double snr, double adc, double largestBias)
    {
        var random = new RandomStream(31, FormattableString.Invariant($"adc/{snr}"));
        const int Voxels = 20_000;
        var (sum, covered, ok, squares, meanVariance) = (0.0, 0, 0, 0.0, 0.0);
        var signal = new double[Shells.Length];
        for (var n = 0; n < Voxels; n++)
        {
            for (var f = 0; f < signal.Length; f++)
            {
                signal[f] = Rician(snr * Math.Exp(-Shells[f] * adc), 1, random);
            }

            var fit = AdcFit.FitVoxel(Shells, signal, 1, AdcMethod.RicianLeastSquares);
            if (fit.Status == VoxelStatus.Ok)
            {
                ok++;
                sum += fit.Adc;
                squares += (fit.Adc - adc) * (fit.Adc - adc);
                meanVariance += fit.U * fit.U;
                covered += Math.Abs(fit.Adc - adc) <= 1.959964 * fit.U ? 1 : 0;
            }
        }

        var (bias, share) = (sum / ok / adc - 1, covered / (double)ok);
        output.WriteLine(FormattableString.Invariant($"SNR {snr}, ADC {adc * 1e3:0.0}: bias {100 * bias:0.00} %, coverage {100 * share:0.0} %, spread/u {Math.Sqrt(squares / meanVariance):0.000}, {ok} fitted"));
        // A curved model biases by about u²; the sampling error of a mean of 20,000 is u/141 (1e-4 at most).
        Assert.InRange(Math.Abs(bias), 0, largestBias);
        // 95 % with a sampling deviation of 0.15 %; the claim is 93 to 97.
        Assert.InRange(share, 0.93, 0.97);
        Assert.True(ok > 0.999 * Voxels, $"{ok} voxels were fitted");
    }

    [Fact]
    public void A_shell_at_the_noise_floor_does_not_pull_ADC_down()
    {
        // At b = 1000 the signal of free fluid is 1.6 noise standard deviations: the linear fit reads it some percent low, the default does not.
        var (adc, snr) = (2.5e-3, 20.0);
        var random = new RandomStream(4, "floor");
        var (linear, rician) = (0.0, 0.0);
        const int Voxels = 20_000;
        for (var n = 0; n < Voxels; n++)
        {
            var signal = Shells.Select(b => Rician(snr * Math.Exp(-b * adc), 1, random)).ToArray();
            linear += AdcFit.FitVoxel(Shells, signal, 1, AdcMethod.LogLinear).Adc / Voxels;
            rician += AdcFit.FitVoxel(Shells, signal, 1, AdcMethod.RicianLeastSquares).Adc / Voxels;
        }

        output.WriteLine(FormattableString.Invariant($"log-linear {100 * (linear / adc - 1):0.0} %, Rician {100 * (rician / adc - 1):0.0} %"));
        Assert.True(linear < 0.98 * adc);
        Assert.Equal(1, rician / adc, 0.015);
    }

    [Theory]
    [InlineData(AdcMethod.LogLinear)]
    [InlineData(AdcMethod.RicianLeastSquares)]
    public void Noise_free_signals_give_ADC_exactly(AdcMethod method)
    {
        foreach (var adc in new[] { 0.02e-3, 0.31e-3, 1.0e-3, 3.1e-3 })
        {
            var signal = Shells.Select(b => 812.3 * Math.Exp(-b * adc)).ToArray();
            var fit = AdcFit.FitVoxel(Shells, signal, 0, method);
            Assert.Equal(VoxelStatus.Ok, fit.Status);
            Assert.Equal(1, fit.Adc / adc, 1e-10);
        }
    }

    [Fact]
    public void Two_frames_give_the_closed_form_and_its_propagated_uncertainty()
    {
        var fit = AdcFit.FitVoxel([50, 850], [702.5, 311.0], 4.2, AdcMethod.LogLinear);

        // ADC = ln(702.5/311)/800; u² = (σ/S1)² + (σ/S2)² over 800².
        Assert.Equal(Math.Log(702.5 / 311.0) / 800, fit.Adc, 1e-15);
        Assert.Equal(Math.Sqrt(Math.Pow(4.2 / 702.5, 2) + Math.Pow(4.2 / 311.0, 2)) / 800, fit.U, 1e-15);
    }

    [Fact]
    public void The_linear_fit_over_directions_is_the_geometric_mean()
    {
        double[] signal = [1000, 430, 390, 351];
        var fit = AdcFit.FitVoxel([0, 1000, 1000, 1000], signal, 0, AdcMethod.LogLinear);

        Assert.Equal((Math.Log(1000) - (Math.Log(430) + Math.Log(390) + Math.Log(351)) / 3) / 1000, fit.Adc, 1e-16);
    }

    [Fact]
    public void The_order_of_frames_does_not_matter()
    {
        double[] signal = [800.1, 640.2, 633.9, 645.5, 500.7, 512.2, 495.0];
        int[] order = [4, 0, 6, 2, 5, 1, 3];

        var straight = AdcFit.FitVoxel(Shells, signal, 7, AdcMethod.RicianLeastSquares);
        var mixed = AdcFit.FitVoxel(order.Select(o => Shells[o]).ToArray(), order.Select(o => signal[o]).ToArray(), 7, AdcMethod.RicianLeastSquares);

        Assert.Equal(straight.Adc, mixed.Adc, 1e-12);
        Assert.Equal(straight.U, mixed.U, 1e-12);
    }

    [Theory]
    [InlineData(0, 5, VoxelStatus.SignalTooLow)]
    [InlineData(2, 1.5, VoxelStatus.SignalTooLow)]
    [InlineData(100, 140, VoxelStatus.NotPhysical)]
    public void A_voxel_without_a_value_says_why(double first, double second, VoxelStatus expected) =>
        Assert.Equal((0, 0, expected), AdcFit.FitVoxel([0, 900], [first, second], 1, AdcMethod.RicianLeastSquares));

    [Fact]
    public void A_signal_that_is_not_a_number_is_no_value() =>
        Assert.Equal(VoxelStatus.SignalTooLow, AdcFit.FitVoxel([0, 900], [double.NaN, 3], 1, AdcMethod.LogLinear).Status);

    [Fact]
    public void A_map_knows_its_noise_from_frames_of_one_direction()
    {
        var (grid, frames) = Phantom(tissueShare: 0.7, sd: 13.7);

        var map = AdcFit.Fit(
            grid, Shells, frames, AdcMethod.RicianLeastSquares, [null, .. Enumerable.Repeat<Vector3?>(new Vector3(0.6, 0, -0.8), 6)], TestContext.Current.CancellationToken);

        output.WriteLine(FormattableString.Invariant($"noise {map.NoiseSd:0.00} of 13.7"));
        // Median of some 5,000 sample deviations of 3: relative standard error 0.6 /√5000.
        Assert.Equal(13.7, map.NoiseSd!.Value, 0.05 * 13.7);
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(0.5)]
    [InlineData(0.25)]
    public void Noise_from_the_background_does_not_depend_on_how_much_air_there_is(double tissueShare)
    {
        var (grid, frames) = Phantom(tissueShare, sd: 13.7);

        var noise = NoiseEstimate.FromDiffusion(grid, [0, 1000], [frames[0], frames[5]]);

        output.WriteLine(FormattableString.Invariant($"tissue {100 * tissueShare:0} %: noise {noise:0.00} of 13.7"));
        // Some 3,000 voxels of air give σ to 1 %; the tissue nearest to the noise adds a few percent.
        Assert.Equal(13.7, noise!.Value, 0.1 * 13.7);
    }

    /// <summary>Tissue of 400 to 800 at b = 0 beside air, Rician noise.</summary>
    private static (Grid Grid, float[][] Frames) Phantom(double tissueShare, double sd)
    {
        var grid = TumourFixtures.ObliqueGrid(23, 29, 18, 1.7, 2.1, 3.6);
        var random = new RandomStream(12, FormattableString.Invariant($"phantom/{tissueShare}"));
        var frames = Shells.Select(_ => new float[grid.Count]).ToArray();
        for (var n = 0; n < grid.Count; n++)
        {
            var s0 = n < tissueShare * grid.Count ? 400 + 400 * random.NextUniform() : 0;
            for (var f = 0; f < Shells.Length; f++)
            {
                frames[f][n] = (float)Rician(s0 * Math.Exp(-Shells[f] * 0.9e-3), sd, random);
            }
        }

        return (grid, frames);
    }
}
