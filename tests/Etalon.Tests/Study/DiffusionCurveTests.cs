using System.Text.Json;
using Etalon.Study.Curves;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>Lines of <c>etalon fit adc</c>, <c>ivim</c> and <c>kurtosis</c>.</summary>
public sealed class DiffusionCurveTests
{
    [Theory]
    [InlineData("exact")]
    [InlineData("linear")]
    [InlineData("weighted")]
    public void ADC_of_two_signals_is_the_closed_form_by_every_method(string method)
    {
        // 0.1 of the noise of weak signals is what the magnitude's floor makes: σ²/2S² of 4.2/311 is 1e-4 of ln S.
        var answer = Fit("adc", $$"""{"b_s_per_mm2":[50,850],"signal":[702.5,311.0],"noise_sd":4.2,"method":"{{method}}"}""");
        var adc = answer.Scalars.Single(s => s.Name == "adc_mm2_per_s");
        Assert.Equal(CurveAnswer.Ok, answer.Status);
        Assert.Equal(Math.Log(702.5 / 311.0) / 800, adc.Value!.Value, 2e-7);
        Assert.Equal(Math.Sqrt(Math.Pow(4.2 / 702.5, 2) + Math.Pow(4.2 / 311.0, 2)) / 800, adc.U!.Value, 1e-7);
        Assert.InRange(adc.Interval!.Value.Upper - adc.Value.Value, 1.9 * adc.U.Value, 2.05 * adc.U.Value);
    }

    [Fact]
    public void Without_noise_and_degrees_of_freedom_there_is_a_value_and_no_uncertainty()
    {
        var adc = Fit("adc", """{"b_s_per_mm2":[0,900],"signal":[812,377]}""").Scalars[0];
        Assert.NotNull(adc.Value);
        Assert.Null(adc.U);
        Assert.Null(adc.Interval);
    }

    [Fact]
    public void The_range_of_b_leaves_samples_out_and_is_told()
    {
        var answer = Fit("adc", """{"b_s_per_mm2":[0,50,400,800],"signal":[2000,1000,700,469.2],"noise_sd":1,"b_min":50}""");
        // 1000, 700 and 469.2: ln(1000/700)/350 = 1.0191e-3, ln(700/469.2)/400 = 1.0001e-3.
        Assert.InRange(answer.Scalars[0].Value!.Value, 1.0001e-3, 1.0191e-3);
        Assert.Contains(("b_used_s_per_mm2", "50 400 800"), answer.Texts);
    }

    [Fact]
    public void IVIM_and_kurtosis_give_the_parameters_of_curves_without_noise()
    {
        double[] b = [0, 20, 60, 150, 300, 600, 900];
        var ivim = Fit("ivim", Line(b, b.Select(x => 640 * (0.15 * Math.Exp(-x * 0.03) + 0.85 * Math.Exp(-x * 0.8e-3)))));
        Assert.Equal(["f", "d_mm2_per_s", "d_star_mm2_per_s", "s0"], ivim.Scalars.Select(s => s.Name));
        // Signals are exact to 1e-16; the descent ends at 1e-5 of a parameter at the latest.
        Assert.Equal(0.15, ivim.Scalars[0].Value!.Value, 1e-5);
        Assert.Equal(0.03, ivim.Scalars[2].Value!.Value, 1e-5);
        var kurtosis = Fit("kurtosis", Line(b, b.Select(x => 640 * Math.Exp(-x * 1.1e-3 + x * x * 1.1e-3 * 1.1e-3 * 0.9 / 6))));
        Assert.Equal(0.9, kurtosis.Scalars.Single(s => s.Name == "kurtosis").Value!.Value, 1e-5);
        Assert.Equal(1.1e-3, kurtosis.Scalars.Single(s => s.Name == "d_mm2_per_s").Value!.Value, 1e-8);
    }

    [Theory]
    [InlineData("ivim", """{"b_s_per_mm2":[0,500,900],"signal":[9,5,3]}""", "b_s_per_mm2")]
    [InlineData("adc", """{"b_s_per_mm2":[0,-500],"signal":[9,5]}""", "b_s_per_mm2")]
    [InlineData("adc", """{"b_s_per_mm2":[0,500],"signal":[9,5],"noise_sd":0}""", "noise_sd")]
    [InlineData("adc", """{"b_s_per_mm2":[0,500],"signal":[9,5],"method":"best"}""", "method")]
    public void A_line_that_cannot_be_used_names_its_field(string model, string line, string field) =>
        Assert.Equal(field, Assert.Throws<CurveException>(() => Fit(model, line)).Field);

    private static string Line(double[] b, IEnumerable<double> signal) => JsonSerializer.Serialize(new { b_s_per_mm2 = b, signal });

    private static CurveAnswer Fit(string model, string line)
    {
        using var json = JsonDocument.Parse(line);
        return CurveModels.Create().Single(m => m.Name == model).Fit(new CurveQuestion(json.RootElement));
    }
}
