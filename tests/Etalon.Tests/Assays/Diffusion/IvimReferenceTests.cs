using System.Text.Json;
using Etalon.Assays;
using Etalon.Assays.Diffusion;
using Etalon.Numerics;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Assays.Diffusion;

/// <summary>OSIPI's IVIM curves and the errors that were published for nineteen algorithms.</summary>
[Trait("Kind", "Numeric")]
public sealed class IvimReferenceTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("generic.json")]
    [InlineData("generic_brain.json")]
    [InlineData("generic_one.json")]
    [InlineData("generic_two.json")]
    [InlineData("generic_three.json")]
    [InlineData("generic_four.json")]
    public void All_tissues_of_OSIPI_lie_within_its_tolerances(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(SharedData.Path("osipi", "IVIM", file)));
        var b = Numbers(json.RootElement.GetProperty("config").GetProperty("bvalues"));
        var fitter = new DiffusionCurve(DiffusionModel.Ivim, b);
        foreach (var tissue in json.RootElement.EnumerateObject().Where(t => t.Name != "config"))
        {
            var (f, d, dStar) = (tissue.Value.GetProperty("f").GetDouble(), tissue.Value.GetProperty("D").GetDouble(), tissue.Value.GetProperty("Dp").GetDouble());
            var signal = Numbers(tissue.Value.GetProperty("data"));
            foreach (var fit in new[] { fitter.Fit(signal, null, NoiseLaw.Gaussian), IvimSegmented.Fit(b, signal, null, NoiseLaw.Gaussian) })
            {
                Assert.Equal(VoxelStatus.Ok, fit.Status);
                output.WriteLine(FormattableString.Invariant(
                    $"{tissue.Name}: f {fit.Of("f").Value:0.000} of {f} ({fit.Of("f").State}), D {1e3 * fit.Of("D").Value:0.000} of {1e3 * d} ({fit.Of("D").State}), D* {1e3 * fit.Of("DStar").Value:0.0} of {1e3 * dStar} ({fit.Of("DStar").State})"));
                // OSIPI: f 0.2 + 10 %, D 5e-4 + 10 %, D* 0.1 + 10 %. Where there is no blood (f = 0) D* means nothing, where there is nothing else (f = 1) D does.
                Assert.Equal(f, fit.Of("f").Value, 0.2 + 0.1 * f);
                if (f < 1)
                {
                    Assert.Equal(d, fit.Of("D").Value, 5e-4 + 0.1 * d);
                }
                else
                {
                    Assert.True(Math.Abs(fit.Of("D").Value - d) <= 5e-4 + 0.1 * d || fit.Of("D").State != ParameterState.Inside || fit.Of("D").Lower <= d);
                }

                if (f > 0)
                {
                    Assert.Equal(dStar, fit.Of("DStar").Value, 0.1 + 0.1 * dStar);
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Errors_over_noise_are_not_far_from_the_best_published(bool isSegmented)
    {
        // Medians over abdominal tissues of RMSE/truth of the best of OSIPI's nineteen algorithms per column, percent (D, f, D*): ../shared/reference/maps.md section 1.
        (double Snr, double D, double F, double DStar)[] published = [(30, 8.8, 31, 40), (50, 5.5, 19, 42), (100, 2.9, 9.8, 19), (200, 1.5, 4.8, 9)];
        (double F, double D, double DStar)[] tissues = [(0.11, 1.5e-3, 0.1), (0.15, 1.3e-3, 0.01), (0.097, 2.12e-3, 0.02), (0.158, 2.09e-3, 0.019), (0.69, 1.31e-3, 0.029), (0.3, 1.5e-3, 0.012), (0.1, 1.37e-3, 0.0263)];
        double[] b = [0, 1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 250, 350, 400, 550, 700, 850, 1000];
        var fitter = new DecaySolver<IvimModel>(b);
        double[] scaled = new double[b.Length], p = new double[4];
        foreach (var bar in published)
        {
            var errors = new List<(double D, double F, double DStar)>();
            foreach (var (f, d, dStar) in tissues)
            {
                var random = new RandomStream(21, FormattableString.Invariant($"ivim/{bar.Snr}/{f}"));
                var (sd, sf, ss) = (0.0, 0.0, 0.0);
                const int Draws = 300;
                for (var n = 0; n < Draws; n++)
                {
                    var signal = DecaySignals.Added(DecaySignals.Ivim(b, bar.Snr, f, d, dStar), 1, random);
                    if (isSegmented)
                    {
                        var fit = IvimSegmented.Fit(b, signal, null, NoiseLaw.Gaussian);
                        (p[1], p[2], p[3]) = (fit.Of("f").Value, 1e3 * fit.Of("D").Value, 1e3 * fit.Of("DStar").Value);
                    }
                    else
                    {
                        fitter.Solve(signal, null, NoiseLaw.Gaussian, scaled, p, []);
                    }

                    (sf, sd, ss) = (sf + Math.Pow(p[1] / f - 1, 2) / Draws, sd + Math.Pow(p[2] / (1e3 * d) - 1, 2) / Draws, ss + Math.Pow(p[3] / (1e3 * dStar) - 1, 2) / Draws);
                }

                errors.Add((100 * Math.Sqrt(sd), 100 * Math.Sqrt(sf), 100 * Math.Sqrt(ss)));
            }

            double Median(Func<(double D, double F, double DStar), double> of) => errors.Select(of).Order().ElementAt(errors.Count / 2);
            var (md, mf, ms) = (Median(e => e.D), Median(e => e.F), Median(e => e.DStar));
            output.WriteLine(FormattableString.Invariant($"{(isSegmented ? "segmented" : "full")}, SNR {bar.Snr}: D {md:0.0} % (published {bar.D}), f {mf:0.0} % ({bar.F}), D* {ms:0.0} % ({bar.DStar})"));
            // Other tissues and b-values than the published ones: a factor of 2.5 tells a defect from a difference of cases. The figures stand in docs/maps/adc.md.
            Assert.True(md <= 2.5 * bar.D && mf <= 2.5 * bar.F, $"D {md}, f {mf}");
        }
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetDouble())];
}
