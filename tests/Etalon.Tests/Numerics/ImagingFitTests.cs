using System.Text.Json;
using Etalon.Numerics;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Numerics;

/// <summary>Curves of imaging with certified solutions (50-digit arithmetic): diffusion, relaxation, perfusion, growth, survival.</summary>
[Trait("Kind", "Numeric")]
public sealed class ImagingFitTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("adc_mono")]
    [InlineData("biexp_t2_hard")]
    [InlineData("dki")]
    [InlineData("ext_tofts_weinmann")]
    [InlineData("gamma_variate")]
    [InlineData("gompertz")]
    [InlineData("ir_t1")]
    [InlineData("ivim")]
    [InlineData("logistic4")]
    [InlineData("lq_survival")]
    [InlineData("t2_offset")]
    [InlineData("vfa_spgr")]
    public void The_certified_minimum_and_its_standard_errors_are_reached_from_both_starts(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(SharedData.Path("metrology", "nls_imaging", name + ".json")));
        DoubleDouble[] Exact(string field) => [.. json.RootElement.GetProperty(field).EnumerateArray()
            .Select(e => DoubleDouble.Parse(e.ValueKind == JsonValueKind.String ? e.GetString() : e.GetRawText()))];
        double[] Numbers(string field) => [.. Exact(field).Select(v => v.High)];
        var certified = Numbers("certified");
        var correlation = json.RootElement.GetProperty("correlation").EnumerateArray()
            .Select(row => row.EnumerateArray().Select(e => DoubleDouble.Parse(e.GetString()).High).ToArray()).ToArray();
        var problem = new CurveProblem<ImagingFormula>(new ImagingFormula(name, certified.Length), [.. Exact("x").Select(x => new[] { x })], Exact("y"));

        foreach (var start in new[] { Numbers("start1"), Numbers("start2") })
        {
            var fit = BoundedLeastSquares.Minimise(problem, start, cancellation: TestContext.Current.CancellationToken);

            var digits = Digits.Worst(fit.Parameters, certified);
            double[] errors = [.. certified.Select((_, p) => fit.StandardError(p) ?? double.NaN)];
            var digitsOfErrors = Digits.Worst(errors, Numbers("certified_se"));
            output.WriteLine(FormattableString.Invariant(
                $"{name}: {digits:0.0} digits, standard errors {digitsOfErrors:0.0}, {fit.Status}, {fit.Steps} steps, {fit.Starts} starts, minima {string.Join(" ", fit.Minima.Select(m => FormattableString.Invariant($"{m.Cost:E6} ({m.Starts})")))}"));
            Assert.Equal(FitStatus.Converged, fit.Status);
            // The certificate has 16 digits; a double's 16 less those that the condition of the Jacobian takes.
            Assert.True(digits >= 11, $"{digits} digits");
            Assert.True(digitsOfErrors >= 11, $"{digitsOfErrors} digits of the standard errors");
            for (var a = 0; a < certified.Length; a++)
            {
                for (var b = 0; b < a; b++)
                {
                    // The certificate has 12 digits.
                    Assert.Equal(correlation[a][b], fit.Covariance![a, b] / errors[a] / errors[b], 1e-10);
                }
            }
        }
    }
}
