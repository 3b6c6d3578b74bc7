using System.Globalization;
using System.Text.Json;
using Etalon.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Numerics;

/// <summary>Curves of imaging with certified solutions (50-digit arithmetic): diffusion, relaxation, perfusion, growth, survival.</summary>
[Trait("Kind", "Numeric")]
public sealed class ImagingFitTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, Func<double[], double, double>> Models = new(StringComparer.Ordinal)
    {
        ["adc_mono"] = (p, x) => p[0] * Math.Exp(-x * p[1]),
        ["biexp_t2_hard"] = (p, x) => p[0] * Math.Exp(-x / p[1]) + p[2] * Math.Exp(-x / p[3]),
        ["dki"] = (p, x) => p[0] * Math.Exp(-x * p[1] + x * x * p[1] * p[1] * p[2] / 6),
        ["gamma_variate"] = (p, x) => p[0] * Math.Pow(x, p[1]) * Math.Exp(-x / p[2]),
        ["gompertz"] = (p, x) => p[0] * Math.Exp(p[1] / p[2] * (1 - Math.Exp(-p[2] * x))),
        ["ir_t1"] = (p, x) => p[0] * (1 - p[1] * Math.Exp(-x / p[2])),
        ["ivim"] = (p, x) => p[0] * ((1 - p[1]) * Math.Exp(-x * p[2]) + p[1] * Math.Exp(-x * p[3])),
        ["logistic4"] = (p, x) => p[3] + (p[0] - p[3]) / (1 + Math.Pow(x / p[2], p[1])),
        ["lq_survival"] = (p, x) => Math.Exp(-p[0] * x - p[1] * x * x),
        ["t2_offset"] = (p, x) => p[0] * Math.Exp(-x / p[1]) + p[2],
        ["vfa_spgr"] = (p, x) => Math.SinCos(x * Math.PI / 180) is var (s, c) ? p[0] * s * (1 - Math.Exp(-5 / p[1])) / (1 - Math.Exp(-5 / p[1]) * c) : 0,
    };

    [Theory]
    [InlineData("adc_mono")]
    [InlineData("biexp_t2_hard")]
    [InlineData("dki")]
    [InlineData("gamma_variate")]
    [InlineData("gompertz")]
    [InlineData("ir_t1")]
    [InlineData("ivim")]
    [InlineData("logistic4")]
    [InlineData("lq_survival")]
    [InlineData("t2_offset")]
    [InlineData("vfa_spgr")]
    public void The_certified_minimum_is_reached(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(SharedData.Path("metrology", "nls_imaging", name + ".json")));
        double[] Numbers(string field) => json.RootElement.GetProperty(field).EnumerateArray()
            .Select(e => e.ValueKind == JsonValueKind.String ? double.Parse(e.GetString()!, CultureInfo.InvariantCulture) : e.GetDouble()).ToArray();
        var (x, y, certified, errors) = (Numbers("x"), Numbers("y"), Numbers("certified"), Numbers("certified_se"));
        var (model, sd) = (Models[name], double.Parse(json.RootElement.GetProperty("residual_sd").GetString()!, CultureInfo.InvariantCulture));
        double[] Residuals(double[] p) => x.Select((at, row) => (model(p, at) - y[row]) / sd).ToArray();
        NormalEquations At(double[] p)
        {
            var r = Residuals(p);
            var jacobian = Matrix<double>.Build.Dense(r.Length, p.Length);
            for (var c = 0; c < p.Length; c++)
            {
                var h = 1e-3 * Math.Max(Math.Abs(p[c]), 1e-4);
                double[] Shifted(double by) => Residuals(p.Select((v, q) => q == c ? v + by : v).ToArray());
                var (p1, m1, p2, m2) = (Shifted(h / 2), Shifted(-h / 2), Shifted(h), Shifted(-h));
                jacobian.SetColumn(c, r.Select((_, row) => (8 * (p1[row] - m1[row]) - (p2[row] - m2[row])) / (6 * h)).ToArray());
            }

            var residual = Vector<double>.Build.Dense(r);
            return new NormalEquations(0.5 * residual.DotProduct(residual), jacobian.Transpose() * residual, jacobian.Transpose() * jacobian);
        }

        var result = LevenbergMarquardt.Minimise(
            Numbers("start2"), At, p => 0.5 * Residuals(p).Sum(r => r * r), new LevenbergMarquardtOptions { MaxSteps = 500, DecrementTolerance = 1e-20 }, TestContext.Current.CancellationToken);

        var digits = certified.Select((c, p) => -Math.Log10(Math.Max(1e-16, Math.Abs(result.Parameters[p] / c - 1)))).Min();
        var digitsOfErrors = errors.Select((e, p) => -Math.Log10(Math.Max(1e-16, Math.Abs(Math.Sqrt(result.Covariance![p, p]) / e - 1)))).Min();
        output.WriteLine(FormattableString.Invariant($"{name}: {digits:0.0} digits, standard errors {digitsOfErrors:0.0}, {result.Status} in {result.Steps}"));
        Assert.Equal(FitStatus.Converged, result.Status);
        // The Jacobian by extrapolated differences is good to some 1e-9 to 1e-11, the minimum to better.
        Assert.True(digits >= 7, $"{digits} digits");
        Assert.True(digitsOfErrors >= 5, $"{digitsOfErrors} digits of the standard errors");
    }
}
