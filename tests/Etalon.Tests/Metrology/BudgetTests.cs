using Etalon.Metrology;
using Etalon.Reference;
using Xunit;

namespace Etalon.Tests.Metrology;

/// <summary>Uncertainty budgets against the examples of the GUM and the laws of propagation.</summary>
[Trait("Kind", "Numeric")]
public sealed class BudgetTests
{
    [Fact]
    public void The_end_gauge_of_the_guide_has_its_published_uncertainty()
    {
        var budget = GuideToUncertainty.EndGauge.Select(c => new UncertaintyComponent(c.Source, c.U, null, ComponentKind.A, c.Dof)).ToList();

        var u = Budget.Combine(budget);
        var dof = Budget.EffectiveDof(budget)!.Value;

        Assert.True(GuideToUncertainty.EndGaugeU.Holds(u), $"u = {u}");
        Assert.True(GuideToUncertainty.EndGaugeDof.Holds(dof), $"dof = {dof}");
        // By hand: 1003.06² / (21701.4 + 345.8 + 1.4 + 37966.8) = 16.76.
        Assert.Equal(16.76, dof, 0.01);
        Assert.True(GuideToUncertainty.EndGaugeExpanded.Holds(u * Interval.CoverageFactor(Math.Floor(dof), 0.99)), "U99");
    }

    [Fact]
    public void Coverage_factors_are_those_of_the_table()
    {
        foreach (var (dof, coverage, factor) in GuideToUncertainty.StudentFactors)
        {
            Assert.True(factor.Holds(Interval.CoverageFactor(dof, coverage)), $"{factor.Name}: {Interval.CoverageFactor(dof, coverage)}");
        }
    }

    [Fact]
    public void Coverage_factors_fall_steadily_to_the_normal_one()
    {
        // Fisher's expansion in 1/ν: z + (z³ + z)/4ν + (5z⁵ + 16z³ + 3z)/96ν²; its next term is below 20/ν³.
        const double Z = 1.959963984540054;
        foreach (var dof in new[] { 40.0, 137.4, 900, 2e4, 9.9e5, 1.1e6, 1e9 })
        {
            var expected = Z + (Math.Pow(Z, 3) + Z) / (4 * dof) + (5 * Math.Pow(Z, 5) + 16 * Math.Pow(Z, 3) + 3 * Z) / (96 * dof * dof);
            Assert.Equal(expected, Interval.CoverageFactor(dof, 0.95), 20 / (dof * dof * dof) + 3e-6);
        }
    }

    [Fact]
    public void What_two_measurements_share_cancels_in_their_difference()
    {
        List<UncertaintyComponent> a = [new("noise", 0.03, null, ComponentKind.A), new("calibration of scanner", 0.05, "calibration:1", ComponentKind.A, 5), new("reference", 0.02, "phantom", ComponentKind.B)];
        List<UncertaintyComponent> b = [new("noise", 0.04, null, ComponentKind.A), new("calibration of scanner", 0.05, "calibration:1", ComponentKind.A, 5), new("reference", 0.02, "phantom", ComponentKind.B)];

        Assert.Equal(0.05, Budget.Combine(Budget.OfDifference(a, b)), 1e-15);
        // 25 + 4 + 9 and 16: alone each carries what is shared.
        Assert.Equal(Math.Sqrt(0.0038), Budget.Combine(a), 1e-15);
    }

    [Fact]
    public void What_they_do_not_share_adds()
    {
        List<UncertaintyComponent> a = [new("noise", 0.03, null, ComponentKind.A), new("calibration", 0.05, "calibration:1", ComponentKind.A)];
        List<UncertaintyComponent> b = [new("noise", 0.04, null, ComponentKind.A), new("calibration", 0.12, "calibration:2", ComponentKind.A)];

        // 3² + 4² + 5² + 12² = 194.
        Assert.Equal(Math.Sqrt(194) / 100, Budget.Combine(Budget.OfDifference(a, b)), 1e-15);
        Assert.Equal(Budget.Combine(Budget.OfDifference(a, b)), Budget.Combine(Budget.OfDifference(b, a)), 1e-16);
    }

    [Fact]
    public void An_unequal_share_leaves_its_difference()
    {
        List<UncertaintyComponent> a = [new("reference", 0.050, "phantom", ComponentKind.B)];
        List<UncertaintyComponent> b = [new("reference", 0.045, "phantom", ComponentKind.B), new("more of it", 0.025, "phantom", ComponentKind.B)];

        // Fully correlated: 0.045 + 0.025 − 0.050.
        Assert.Equal(0.02, Budget.Combine(Budget.OfDifference(a, b)), 1e-15);
    }

    [Fact]
    public void Shares_of_variance_add_up_and_follow_squares()
    {
        var shares = Budget.VarianceShares([new("a", 3, null, ComponentKind.A), new("b", 4, null, ComponentKind.B), new("c", 0, null, ComponentKind.B)]);

        Assert.Equal([0.36, 0.64, 0], shares);
        Assert.Equal([0.0], Budget.VarianceShares([new("none", 0, null, ComponentKind.A)]));
    }

    [Fact]
    public void An_interval_of_a_positive_quantity_is_asymmetric_and_never_below_zero()
    {
        // wCV 20 %: 95 % limits of a change are exp(±1.96 √2 0.198) − 1 = −44.8/+81.1 % with s = 0.2·√2 (percent limits as printed).
        var limits = Interval.LogNormal(1, Math.Sqrt(Math.Exp(0.08) - 1), null);
        Assert.Equal(Math.Exp(1.959964 * 0.2 * Math.Sqrt(2)), limits.Upper, 1e-6);
        Assert.Equal(1, limits.Lower * limits.Upper, 1e-12);
        Assert.True(Interval.LogNormal(0.01, 0.5, 3).Lower > 0);
    }

    [Fact]
    public void A_measurement_without_a_value_holds_no_number()
    {
        var template = new Measurement { Id = "1/core/adc.mean", Subject = "s", Visit = "1", Measurand = "adc.mean", Unit = "mm2/s", Status = Measurement.StatusOk, Method = "test/1" };
        var ok = Measurement.Of(template, 1.1e-3, [new("noise", 2e-5, null, ComponentKind.A, 9)], positive: false);
        var missing = Measurement.Missing(ok, "signal-too-low");

        Assert.Equal((null, null, null, false), (missing.Value, missing.U, missing.Interval, missing.IsOk));
        Assert.Equal(9, ok.Dof!.Value, 1e-12);
        // t of 9 degrees of freedom is 2.262.
        Assert.Equal(1.1e-3 + 2.262157 * 2e-5, ok.Interval!.Value.Upper, 1e-10);
        Assert.Throws<ArgumentException>(() => Measurement.Of(template, double.NaN, [], positive: false));
    }
}
