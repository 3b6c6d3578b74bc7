using System.Globalization;
using System.Text.Json;
using Etalon.Study.Curves;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Assays.Dce;

/// <summary>Curves of a distributed model with plug flow (Buckley 2002, breast): no model of ours is theirs, and that must be said.</summary>
[Trait("Kind", "Numeric")]
public sealed class BuckleyTests
{
    [Theory]
    [InlineData("tofts")]
    [InlineData("extended-tofts")]
    [InlineData("2cxm")]
    public void A_model_that_does_not_describe_the_curve_says_so(string model)
    {
        foreach (var (_, line) in Curves())
        {
            var answer = CurveModels.Create().First(m => m.Name == model).Fit(new CurveQuestion(JsonDocument.Parse(line).RootElement));
            // Residuals of a wrong model keep their sign for tens of samples: no noise does that once in 10^9.
            Assert.True(answer.Scalars.First(s => s.Name == "misfit_p").Value < 1e-9);
            Assert.Contains(answer.Texts, t => t.Name == "misfit" && t.Text.StartsWith("the residual follows", StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// PS of the exchange model is within 15 % where flow is not below PS. Its Fp is not: least squares of an exponential residue on plug flow makes it 25 to 170 % high
    /// (docs/maps/dce.md); what is held here is that PS does not suffer from it.
    /// </summary>
    [Fact]
    public void Permeability_survives_the_wrong_form_of_the_residue_where_flow_is_high()
    {
        foreach (var (name, line) in Curves().Where(c => c.Name != "F0.17"))
        {
            var answer = CurveModels.Create().First(m => m.Name == "2cxm").Fit(new CurveQuestion(JsonDocument.Parse(line).RootElement));
            var truth = name.StartsWith("PS", StringComparison.Ordinal) ? double.Parse(name[2..], CultureInfo.InvariantCulture) : 0.33;
            Assert.Equal(truth, answer.Scalars.First(s => s.Name == "ps_per_min").Value!.Value, 0.15 * truth);
        }
    }

    private static IEnumerable<(string Name, string Line)> Curves()
    {
        var rows = File.ReadAllLines(SharedData.Path("osipi", "extra", "buckley", "buckley_breast.txt")).Where(l => l.Length > 0).Select(l => l.Split('\t')).ToList();
        string Column(int n) => string.Join(',', rows.Skip(1).Select(r => r[n].Trim()));
        return Enumerable.Range(3, rows[0].Length - 3).Select(n => (rows[0][n].Trim(), $"{{\"time_s\":[{Column(0)}],\"tissue_mM\":[{Column(n)}],\"plasma_mM\":[{Column(2)}]}}"));
    }
}
