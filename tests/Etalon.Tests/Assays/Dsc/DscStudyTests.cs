using Etalon.Assays;
using Etalon.Assays.Dsc;
using Etalon.Numerics;
using MathNet.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Dsc;

/// <summary>
/// Studies by which methods were chosen, and whose figures docs/maps/dsc.md gives: an artery that is a gamma-variate, tissue with gamma-distributed
/// transit times (form 1, 3 and 8), integrated at a twentieth of a sample. No reference series enters.
/// </summary>
[Trait("Kind", "Numeric")]
public sealed class DscStudyTests(ITestOutputHelper output)
{
    private const int Fine = 20;

    private static double GammaVariate(double t) => t <= 0 ? 0 : Math.Pow(t / 4.5, 3) * Math.Exp(3 - t / 1.5);

    private static double[] Convolve(double[] a, double h, Func<double, double> kernel)
    {
        double[] w = [.. Enumerable.Range(0, a.Length).Select(n => kernel(n * h))];
        var first = Array.FindIndex(a, v => v != 0);
        var y = new double[a.Length];
        for (var i = first; i < a.Length; i++)
        {
            for (var j = first; j <= i; j++)
            {
                y[i] += h * a[j] * w[i - j] * (j == i ? 0.5 : 1);
            }
        }

        return y;
    }

    private static double Survival(double t, double mtt, double form) => t <= 0 ? 1 : SpecialFunctions.GammaUpperRegularized(form, form * t / mtt);

    [Theory]
    [InlineData(1.25, 50)]
    [InlineData(2.0, 50)]
    public void Flow_and_volume_of_tissue_with_other_transit_times_are_within_their_intervals(double frameS, double cnr)
    {
        var full = Environment.GetEnvironmentVariable("ETALON_FULL") == "1";
        var (draws, frames) = (full ? 200 : 12, (int)(120 / frameS));
        var random = new RandomStream(3, FormattableString.Invariant($"dsc study/{frameS}/{cnr}"));
        var (flows, volumes, count, cbfBias, cbfSquares, cbvBias, cbvSquares) = (0, 0, 0, 0.0, 0.0, 0.0, 0.0);
        foreach (var form in (double[])[1, 3, 8])
        {
            foreach (var (cbv, mtt) in ((double, double)[])[(4, 24), (4, 8), (4, 5), (4, 3.5), (2, 6), (2, 3.5)])
            {
                var (h, cbf) = (frameS / Fine, 60 * cbv / mtt);
                var start = 20 + 2 * random.NextUniform();
                double[] artery = [.. Enumerable.Range(0, frames * Fine).Select(n => 5 * GammaVariate(n * h - start))];
                var tissue = Convolve(artery, h, t => cbf / 6000 * Survival(t, mtt, form));
                for (var draw = 0; draw < draws; draw++)
                {
                    double[] a = [.. Enumerable.Range(0, frames).Select(n => artery[n * Fine] + 5 / cnr * random.NextNormal())];
                    double[] y = [.. Enumerable.Range(0, frames).Select(n => tissue[n * Fine] + 0.28 / cnr * random.NextNormal())];
                    var model = new TransitTimeModel(a, CurveNoise.OfDifferences(a, (int)(18 / frameS), (int)(45 / frameS)), frameS, new TransitTimeOptions());
                    var fit = model.Fit(y, CurveNoise.OfDifferences(y, (int)(18 / frameS), (int)(60 / frameS)), new TransitTimeWorkspace(model));
                    Assert.Equal(VoxelStatus.Ok, fit.Status);
                    var (df, dv) = (fit.Cbf - cbf, fit.Cbv - cbv);
                    (count, cbfBias, cbfSquares, cbvBias, cbvSquares) = (count + 1, cbfBias + df, cbfSquares + df * df, cbvBias + dv, cbvSquares + dv * dv);
                    flows += Math.Abs(df) <= 1.959964 * fit.CbfU ? 1 : 0;
                    volumes += Math.Abs(dv) <= 1.959964 * fit.CbvU ? 1 : 0;
                }
            }
        }

        output.WriteLine(FormattableString.Invariant($"TR {frameS} s, CNR {cnr}: CBF bias {cbfBias / count:0.00}, rms {Math.Sqrt(cbfSquares / count):0.0}, covered {100.0 * flows / count:0.0} %; CBV bias {cbvBias / count:0.000}, rms {Math.Sqrt(cbvSquares / count):0.000}, covered {100.0 * volumes / count:0.0} %; {count} curves"));
        // The form is not known and the prior is not the truth's, so that single truths are covered more or less often; pooled, 90 % at least.
        Assert.InRange(flows / (double)count, 0.88, 1);
        Assert.InRange(volumes / (double)count, 0.88, 1);
        Assert.InRange(Math.Abs(cbvBias / count), 0, 0.1);
    }

    [Fact]
    public void Blood_that_takes_other_times_than_the_reference_changes_the_corrected_volume_by_few_percent()
    {
        const double Dt = 0.1, FrameS = 1.5;
        const int Step = 15, Length = 1200;
        double[] artery = [.. Enumerable.Range(0, Length).Select(n => n * Dt - 20).Select(t => GammaVariate(t) + 0.12 * GammaVariate((t - 12) / 2.5) + (t > 0 ? 0.08 * (1 - Math.Exp(-t / 10)) * Math.Exp(-t / 300) : 0))];
        double[] Sampled(double[] curve) => [.. Enumerable.Range(0, Length / Step).Select(n => curve[n * Step])];
        var reference = Sampled(Convolve(artery, Dt, t => 8 * Math.Exp(-t / 4.5) / 4.5));
        var (adapted, published) = (new LeakageCorrection(reference, FrameS, 12, new LeakageOptions()), new LeakageCorrection(reference, FrameS, 12, new LeakageOptions { AdaptsShape = false }));
        foreach (var kepPerMin in (double[])[0, 0.5])
        {
            var errors = new List<(double Adapted, double Published)>();
            var leaked = Convolve(artery, Dt, t => Math.Exp(-kepPerMin / 60 * t));
            foreach (var form in (double[])[1, 3, 50])
            {
                foreach (var mtt in (double[])[3, 4.5, 8])
                {
                    foreach (var delay in (int[])[-7, 0, 10])
                    {
                        var late = Enumerable.Range(0, Length).Select(n => n - delay is >= 0 and < Length and var m ? artery[m] : 0).ToArray();
                        var blood = Convolve(late, Dt, t => 20 * Survival(t, mtt, form) / mtt);
                        foreach (var share in (double[])[-0.1, 0, 0.1])
                        {
                            var amount = -share * blood.Sum() / leaked.Sum();
                            var curve = Sampled([.. blood.Zip(leaked, (b, l) => b + amount * l)]);
                            var truth = Sampled(blood);
                            var area = Enumerable.Range(11, truth.Length - 12).Sum(n => 0.5 * FrameS * (truth[n] + truth[n + 1]));
                            double[] sd = [.. Enumerable.Repeat(0.1, curve.Length)];
                            double Error(LeakageCorrection c) => c.Fit(curve, sd, new BaselineFrames(1, 11), new LeakageWorkspace(c)).Area / area - 1;
                            errors.Add((Error(adapted), Error(published)));
                        }
                    }
                }
            }

            double Rms(Func<(double Adapted, double Published), double> of) => Math.Sqrt(errors.Average(e => of(e) * of(e)));
            var (within, worst) = (errors.Count(e => Math.Abs(e.Adapted) <= 0.05), errors.Max(e => Math.Abs(e.Adapted)));
            output.WriteLine(FormattableString.Invariant($"kep {kepPerMin}/min: adapted rms {100 * Rms(e => e.Adapted):0.0} %, worst {100 * worst:0.0} %, {within} of {errors.Count} within 5 %; published rms {100 * Rms(e => e.Published):0.0} %, worst {100 * errors.Max(e => Math.Abs(e.Published)):0.0} %"));
            // Without noise. The bar of the project is 5 %; the most peaked forms that arrive a second late exceed it a little with backflow.
            Assert.True(within >= 0.94 * errors.Count, $"{within} of {errors.Count} within 5 %");
            Assert.InRange(worst, 0, 0.07);
            Assert.True(Rms(e => e.Published) > 3 * Rms(e => e.Adapted));
        }
    }
}
