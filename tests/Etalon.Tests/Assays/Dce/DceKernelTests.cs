using Etalon.Assays;
using Etalon.Assays.Dce;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Dce;

[Trait("Kind", "Numeric")]
public sealed class DceKernelTests
{
    private static readonly double[] Times = [0, 1.3, 2.9, 3, 7.7, 12.1, 20, 33.5, 60, 61.2, 118, 240];

    /// <summary>∫ s exp(−k (t − s)) ds = t/k − (1 − exp(−k t))/k², t²/2 for k = 0: a ramp is straight between any samples, so only rounding is left, of the closed form too (1e-16/(k t)²).</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1e-5)]
    [InlineData(0.0031)]
    [InlineData(0.07)]
    [InlineData(4.9)]
    [InlineData(300)]
    public void A_ramp_convolves_as_in_closed_form(double k)
    {
        var output = new double[Times.Length];
        ExponentialConvolution.Convolve(Times, Times, k, output);
        for (var i = 1; i < Times.Length; i++)
        {
            var x = k * Times[i];
            var expected = k == 0 ? Times[i] * Times[i] / 2
                : x < 0.05 ? Times[i] * Times[i] * (0.5 - x / 6 + x * x / 24 - x * x * x / 120 + x * x * x * x / 720 - Math.Pow(x, 5) / 5040 + Math.Pow(x, 6) / 40320)
                : Times[i] / k + Math.Exp(-x) / (k * k) - 1 / (k * k);
            Assert.Equal(expected, output[i], 1e-13 * expected + (x < 0.05 ? 0 : 4e-16 / (k * k)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.004)]
    [InlineData(0.8)]
    public void Samples_of_one_distance_convolve_as_samples_with_times_do(double k)
    {
        double[] times = [.. Enumerable.Range(0, 40).Select(n => 1.5 * n)];
        double[] input = [.. times.Select(t => Math.Sin(0.1 * t) + 1.5)];
        var (value, slope, same, sameSlope) = (new double[40], new double[40], new double[40], new double[40]);
        ExponentialConvolution.Convolve(times, input, k, value, slope);
        ExponentialConvolution.Convolve(1.5, input, k, same, sameSlope);
        Assert.Equal(value, same);
        Assert.Equal(slope, sameSlope);
    }

    /// <summary>Against a central difference, which errs by h²/6 of the third derivative and by rounding over h.</summary>
    [Theory]
    [InlineData(1e-4)]
    [InlineData(0.02)]
    [InlineData(0.031)]
    [InlineData(0.9)]
    public void The_derivative_of_a_convolution_is_its_slope(double k)
    {
        double[] input = [.. Times.Select(t => Math.Sin(0.1 * t) + 1.5)];
        var (value, slope, above, below) = (new double[Times.Length], new double[Times.Length], new double[Times.Length], new double[Times.Length]);
        ExponentialConvolution.Convolve(Times, input, k, value, slope);
        var h = 1e-3 * k;
        ExponentialConvolution.Convolve(Times, input, k + h, above);
        ExponentialConvolution.Convolve(Times, input, k - h, below);
        for (var i = 1; i < Times.Length; i++)
        {
            Assert.Equal((above[i] - below[i]) / (2 * h), slope[i], 2e-5 * Math.Abs(slope[i]) + 1e-9 * value[i] / h);
        }
    }

    /// <summary>Two compartments by their differential equations, which know nothing of exponentials: Runge-Kutta with 400 steps a sample errs by less than 1e-8 of the curve.</summary>
    [Theory]
    [InlineData(0.3, 0.05, 0.22, 0.06)]
    [InlineData(0.85, 0.31, 0.41, 0.03)]
    [InlineData(0.17, 0.33, 0.45, 0.06)]
    [InlineData(0.05, 0.15, 0.1, 0.1)]
    public void Exchange_gives_back_flow_exchange_and_volumes_of_its_differential_equations(double fp, double ps, double ve, double vp)
    {
        var (t, cp) = Input();
        var tissue = DceBruteForce.Compartments(t, cp, fp / 60, ps / 60, ve, vp, 400);
        var fit = new DceFit(DceModel.TwoCompartmentExchange, t, cp).Fit(tissue);
        Assert.Equal(VoxelStatus.Ok, fit.Status);
        Near(fp / 60, fit, DceParameter.Fp);
        Near(ps / 60, fit, DceParameter.Ps);
        Near(ve, fit, DceParameter.Ve);
        Near(vp, fit, DceParameter.Vp);
    }

    [Theory]
    [InlineData(0.3, 0.05, 0.06)]
    [InlineData(0.85, 0.01, 0.03)]
    public void Uptake_gives_back_flow_exchange_and_plasma_of_its_differential_equations(double fp, double ps, double vp)
    {
        var (t, cp) = Input();
        var tissue = DceBruteForce.Compartments(t, cp, fp / 60, ps / 60, 1e12, vp, 400);
        // ve e of a space without return is PS ∫ c: a huge space stands for it, and its volume times its concentration loses no digits.
        var fit = new DceFit(DceModel.TwoCompartmentUptake, t, cp).Fit(tissue);
        Near(fp / 60, fit, DceParameter.Fp);
        Near(ps / 60, fit, DceParameter.Ps);
        Near(vp, fit, DceParameter.Vp);
    }

    [Fact]
    public void The_small_space_gives_the_same_fit_as_all_samples()
    {
        var (t, cp) = Input();
        var random = new RandomStream(5, "dce-plain");
        foreach (var model in Enum.GetValues<DceModel>())
        {
            var (fast, plain) = (new DceFit(model, t, cp), new DceFit(model, t, cp, isPlain: true));
            for (var n = 0; n < 20; n++)
            {
                var e = DceBruteForce.Exponential(t, cp, random.NextUniform(0.002, 0.05));
                double[] y = [.. cp.Select((c, i) => random.NextUniform(0.01, 0.1) * 0.5 * c + 0.004 * e[i] + 0.01 * random.NextNormal())];
                var (a, b) = (fast.Fit(y), plain.Fit(y));
                Assert.Equal(b.Rss, a.Rss, 1e-9 * b.Rss);
                for (var p = 0; p < a.Values.Count; p++)
                {
                    Assert.Equal(b.Values[p].Status, a.Values[p].Status);
                    if (a.Values[p].Status == VoxelStatus.Ok)
                    {
                        // Both end where rounding hides the slope: a ten-thousandth of the uncertainty.
                        Assert.Equal(b.Values[p].Value, a.Values[p].Value, 1e-4 * b.Values[p].U);
                        Assert.Equal(b.Values[p].U, a.Values[p].U, 1e-3 * b.Values[p].U);
                    }
                }
            }
        }
    }

    private static (double[] T, double[] Cp) Input()
    {
        double[] t = [.. Enumerable.Range(0, 140).Select(n => 1.7 * n + (n % 3 == 0 ? 0.2 : 0))];
        return (t, [.. t.Select(s => PopulationInput.BloodMm(PopulationInputKind.Parker, s, 11.3) / (1 - 0.42))]);
    }

    /// <summary>To 1e-4: the error of Runge-Kutta, raised by how badly a curve of 140 samples tells its parameters.</summary>
    private static void Near(double expected, DceEstimate fit, DceParameter parameter) => Assert.Equal(expected, fit.Find(parameter)!.Value.Value, 1e-4 * expected);
}
