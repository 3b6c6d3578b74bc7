using Etalon.Assays;
using Etalon.Assays.Diffusion;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Diffusion;

/// <summary>Whether 95 % intervals of diffusion curves hold the truth 95 times of 100, over draws of Rician noise.</summary>
[Trait("Kind", "Numeric")]
public sealed class DiffusionCoverageTests(ITestOutputHelper output)
{
    private static readonly double[] Snrs = [20, 50, 100];
    private static readonly double[] Short = [0, 500, 1000];
    private static readonly double[] Long = [0, 250, 500, 750, 1000];
    private static readonly double[] IvimB = [0, 1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 250, 350, 400, 550, 700, 850, 1000];
    private static readonly double[] KurtosisB = [0, 300, 700, 1000, 1500, 2000];

    private static bool IsFull => Environment.GetEnvironmentVariable("ETALON_FULL") == "1";

    private static int Draws => IsFull ? 10_000 : 150;

    /// <summary>The bar is 93.5 to 96.5 %; of 150 draws alone, four standard deviations of sampling (1.8 % each) are added.</summary>
    private static (double Low, double High) Bar => IsFull ? (0.935, 0.965) : (0.935 - 0.072, 1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Intervals_of_ADC_hold_the_truth_whether_the_noise_is_given_or_not(bool isGiven)
    {
        foreach (var b in new[] { Short, Long })
        {
            foreach (var snr in Snrs)
            {
                foreach (var d in new[] { 0.3e-3, 0.8e-3, 1.5e-3, 2.2e-3, 3.0e-3 })
                {
                    var (shares, _) = Cover(DiffusionModel.MonoExponential, b, DecaySignals.Mono(b, snr, d), isGiven ? 1 : null, ("D", d));
                    Judge(shares[0], FormattableString.Invariant($"ADC {d * 1e3} at {b.Length} b, SNR {snr}, noise {(isGiven ? "given" : "from residuals")}"));
                }
            }
        }
    }

    [Fact]
    public void Intervals_of_f_and_D_hold_the_truth_away_from_bounds()
    {
        (double F, double D, double DStar)[] tissues = [(0.11, 1.5e-3, 0.1), (0.178, 0.41e-3, 0.0289), (0.15, 2.4e-3, 0.08), (0.69, 1.31e-3, 0.029), (0.3, 1.5e-3, 0.012)];
        foreach (var (f, d, dStar) in tissues)
        {
            foreach (var snr in Snrs)
            {
                var signal = DecaySignals.Ivim(IvimB, snr, f, d, dStar);
                var (shares, open) = Cover(DiffusionModel.Ivim, IvimB, signal, null, ("f", f), ("D", d));
                var (ofF, ofD) = (shares[0], shares[1]);
                var name = FormattableString.Invariant($"IVIM f {f} D {d * 1e3} D* {dStar * 1e3}, SNR {snr}, {100 * open:0} % of intervals of f end at a bound");
                // Near a bound, where more than a twentieth of the intervals end there, the interval stays valid but the share may differ; it is reported.
                if (open <= 0.05)
                {
                    Judge(ofF, $"f of {name}");
                    Judge(ofD, $"D of {name}");
                }
                else
                {
                    output.WriteLine(FormattableString.Invariant($"near a bound: f {100 * ofF:0.0} %, D {100 * ofD:0.0} % of {name}"));
                    Assert.InRange(Math.Min(ofF, ofD), IsFull ? 0.91 : 0.84, 1);
                }
            }
        }
    }

    [Fact]
    public void Intervals_of_kurtosis_hold_the_truth()
    {
        foreach (var snr in Snrs)
        {
            foreach (var (d, k) in new[] { (0.9e-3, 0.7), (1.2e-3, 1.1), (0.7e-3, 0.4) })
            {
                var signal = DecaySignals.Kurtosis(KurtosisB, snr, d, k);
                var (shares, open) = Cover(DiffusionModel.Kurtosis, KurtosisB, signal, 1, ("K", k), ("D", d));
                if (open > 0.05)
                {
                    // Near a bound: the interval holds the truth more often than it says.
                    output.WriteLine(FormattableString.Invariant($"near a bound ({100 * open:0} % of intervals of K end there): K {100 * shares[0]:0.0} %, D {100 * shares[1]:0.0} % of K {k} at D {d * 1e3}, SNR {snr}"));
                    Assert.InRange(shares.Min(), Bar.Low, 1);
                    continue;
                }

                Judge(shares[0], FormattableString.Invariant($"K {k} at D {d * 1e3}, SNR {snr}"));
                Judge(shares[1], FormattableString.Invariant($"D {d * 1e3} at K {k}, SNR {snr}"));
            }
        }
    }

    [Fact]
    public void A_curve_without_blood_has_f_at_its_bound_an_interval_that_begins_there_and_no_D_star()
    {
        var fit = new DiffusionCurve(DiffusionModel.Ivim, IvimB).Fit(DecaySignals.Mono(IvimB, 512.5, 1.1e-3).Select((s, n) => s * (n == 0 ? 0.96 : 1)).ToArray(), 4.5, NoiseLaw.Rician);

        var f = fit.Of("f");
        Assert.Equal(ParameterState.AtLowerBound, f.State);
        Assert.Null(f.U);
        Assert.Equal(0, f.Lower);
        Assert.InRange(f.Upper!.Value, 0.001, 0.2);
        Assert.Equal(ParameterState.NotIdentifiable, fit.Of("DStar").State);
        Assert.Equal(ParameterState.Inside, fit.Of("D").State);
    }

    private void Judge(double share, string what)
    {
        output.WriteLine(FormattableString.Invariant($"{100 * share:0.0} %: {what}"));
        Assert.True(share >= Bar.Low && share <= Bar.High, $"{share:P1} of {Draws} draws: {what}");
    }

    private static (double[] Shares, double Open) Cover(DiffusionModel model, double[] b, double[] signal, double? noise, params (string Name, double Truth)[] of)
    {
        var fitter = new DiffusionCurve(model, b);
        var random = new RandomStream(5, FormattableString.Invariant($"{model}/{b.Length}/{signal[0]}/{of[0].Truth}"));
        var (hits, count, open) = (new double[of.Length], 0, 0);
        for (var n = 0; n < Draws; n++)
        {
            var fit = fitter.Fit(DecaySignals.Magnitudes(signal, 1, random), noise, NoiseLaw.Rician);
            if (fit.Status != VoxelStatus.Ok)
            {
                continue;
            }

            count++;
            open += (model == DiffusionModel.Ivim && (fit.Of("f").Lower <= 0 || fit.Of("f").Upper >= 1))
                || (model == DiffusionModel.Kurtosis && (fit.Of("K").Lower <= DiffusionBounds.SmallestKurtosis || fit.Of("K").Upper >= DiffusionBounds.LargestKurtosis)) ? 1 : 0;
            for (var k = 0; k < of.Length; k++)
            {
                var p = fit.Of(of[k].Name);
                hits[k] += p.Lower <= of[k].Truth && of[k].Truth <= p.Upper ? 1 : 0;
            }
        }

        Assert.True(count > 0.99 * Draws, $"{count} of {Draws} were fitted");
        return ([.. hits.Select(h => h / count)], open / (double)count);
    }
}
