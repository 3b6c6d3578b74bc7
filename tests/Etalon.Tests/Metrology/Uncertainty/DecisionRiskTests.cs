using System.Text.Json;
using Etalon.Metrology;
using Etalon.Tests.Support;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Etalon.Tests.Metrology.Uncertainty;

/// <summary>Risks of decisions against a published table and closed forms.</summary>
[Trait("Kind", "Numeric")]
public sealed class DecisionRiskTests
{
    private static readonly ToleranceInterval PlusMinusOne = new(-1, 1);

    [Fact]
    public void Global_risks_at_a_ratio_of_four_are_the_published_ones()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("metrology", "gum", "gum_vectors.json")));
        var v = document.RootElement.EnumerateArray().Single(x => x.GetProperty("id").GetString() == "RISK_TUR4");
        double[] Numbers(JsonElement e) => e.EnumerateArray().Select(x => x.GetDouble()).ToArray();
        var itp = Numbers(v.GetProperty("itp"));
        var pfa = Numbers(v.GetProperty("expected").GetProperty("PFA_pct"));
        var conditional = Numbers(v.GetProperty("expected").GetProperty("conditional_PFA_pct"));
        for (var i = 0; i < itp.Length; i++)
        {
            var prior = new NormalPrior(0, 1 / Normal.InvCDF(0, 1, 0.5 + itp[i] / 2));
            var risk = DecisionRisk.Global(prior, prior.Sd / 4, PlusMinusOne, PlusMinusOne);
            Assert.Equal(pfa[i], 100 * risk.ConsumerRisk, 1e-6); // stated tolerance
            Assert.Equal(conditional[i], 100 * risk.ConditionalConsumerRisk!.Value, 1e-6);
        }
    }

    [Theory]
    [InlineData(1.0, 0.25)]
    [InlineData(0.3, 0.9)]
    [InlineData(5, 0.01)]
    public void One_limit_at_the_prior_mean_has_the_risk_of_an_angle(double sd, double u)
    {
        // P(X < 0 and X + E > 0) = arctan(u/σ) / 2π, by symmetry of the plane normal distribution.
        var limit = new ToleranceInterval(0, null);
        var risk = DecisionRisk.Global(new NormalPrior(0, sd), u, limit, limit);
        Assert.Equal(Math.Atan(u / sd) / (2 * Math.PI), risk.ConsumerRisk, 1e-12);
        Assert.Equal(risk.ConsumerRisk, risk.ProducerRisk, 1e-12);
        Assert.Equal(0.5, risk.Accepted, 1e-14);
    }

    [Fact]
    public void Risks_and_probabilities_add_up()
    {
        // Accepted and conforming + accepted and not = accepted; conforming in all is known from the prior.
        var (prior, tolerance, acceptance) = (new NormalPrior(0.4, 0.7), new ToleranceInterval(-0.9, 1.3), new ToleranceInterval(-0.7, 1.6));
        var risk = DecisionRisk.Global(prior, 0.2, tolerance, acceptance);
        var conforming = Normal.CDF(0.4, 0.7, 1.3) - Normal.CDF(0.4, 0.7, -0.9);
        Assert.Equal(conforming, risk.Accepted - risk.ConsumerRisk + risk.ProducerRisk, 1e-12);
        // Swapping what conforms and what does not swaps the risks: against plain summation over a grid, which is off by half a step times the
        // density and one half at each of the two limits: at most 3e-5.
        var (sum, step) = (0.0, 1e-4);
        for (var y = -6.0; y < 7; y += step)
        {
            sum += tolerance.Contains(y) ? 0 : step * Normal.PDF(0.4, 0.7, y) * (Normal.CDF(y, 0.2, 1.6) - Normal.CDF(y, 0.2, -0.7));
        }

        Assert.Equal(sum, risk.ConsumerRisk, 3e-5);
    }

    [Fact]
    public void The_probability_of_conformance_follows_Bayes()
    {
        // Without a prior: Φ((1 − 0.8)/0.15) − Φ((−1 − 0.8)/0.15).
        Assert.Equal(Normal.CDF(0, 1, 0.2 / 0.15), DecisionRisk.ConformanceProbability(0.8, 0.15, PlusMinusOne), 1e-12);
        Assert.Equal(StudentT.CDF(0, 1, 6, 0.2 / 0.15) - StudentT.CDF(0, 1, 6, -1.8 / 0.15), DecisionRisk.ConformanceProbability(0.8, 0.15, PlusMinusOne, null, 6), 1e-12);
        // A prior as sharp as the measurement pulls half way, and the spread falls by √2.
        Assert.Equal(
            Normal.CDF(0.4, 0.15 / Math.Sqrt(2), 1) - Normal.CDF(0.4, 0.15 / Math.Sqrt(2), -1),
            DecisionRisk.ConformanceProbability(0.8, 0.15, PlusMinusOne, new NormalPrior(0, 0.15)), 1e-12);
        // A wide one does not pull at all.
        Assert.Equal(DecisionRisk.ConformanceProbability(0.8, 0.15, PlusMinusOne), DecisionRisk.ConformanceProbability(0.8, 0.15, PlusMinusOne, new NormalPrior(3, 1e6)), 1e-9);
        Assert.Throws<ArgumentException>(() => DecisionRisk.ConformanceProbability(0.8, 0.15, PlusMinusOne, new NormalPrior(0, 1), 6));
    }

    [Fact]
    public void A_guard_band_brings_the_risk_down_to_what_is_tolerated()
    {
        var prior = new NormalPrior(0, 0.6);
        foreach (var tolerated in new[] { 0.02, 0.005, 1e-4 })
        {
            var inside = DecisionRisk.GuardBandForConsumerRisk(prior, 0.25, PlusMinusOne, tolerated);
            Assert.Equal(tolerated, DecisionRisk.Global(prior, 0.25, PlusMinusOne, PlusMinusOne.Widened(-inside)).ConsumerRisk, 1e-9);
            var outside = DecisionRisk.GuardBandForProducerRisk(prior, 0.25, PlusMinusOne, tolerated);
            Assert.Equal(tolerated, DecisionRisk.Global(prior, 0.25, PlusMinusOne, PlusMinusOne.Widened(outside)).ProducerRisk, 1e-9);
            Assert.True(inside > 0 && outside > 0);
        }

        Assert.Equal(0, DecisionRisk.GuardBandForConsumerRisk(prior, 0.25, PlusMinusOne, 0.5));
        // One-sided 95 %: 1.645 u (JCGM 106, 8.3.2.3 gives r = 0.83 of U = 2u).
        Assert.Equal(0.83, DecisionRisk.GuardBandForSpecificRisk(0.25, null, 0.05) / 0.5, 0.01);
        Assert.Equal(2.0150484 * 0.25, DecisionRisk.GuardBandForSpecificRisk(0.25, 5, 0.05), 1e-6); // t table, 5 degrees of freedom
    }

    [Fact]
    public void A_guard_band_wider_than_the_interval_accepts_nothing()
    {
        var shut = PlusMinusOne.Widened(-1.5);
        Assert.Equal((0.0, 0.0), (shut.Lower, shut.Upper));
        Assert.Equal(0, DecisionRisk.Global(new NormalPrior(0.1, 1), 0.3, PlusMinusOne, shut).Accepted);
        Assert.Throws<ArgumentOutOfRangeException>(() => DecisionRisk.Global(new NormalPrior(0, 1), 0, PlusMinusOne, PlusMinusOne));
        Assert.Throws<ArgumentOutOfRangeException>(() => DecisionRisk.GuardBandForSpecificRisk(1, null, 0));
    }
}
