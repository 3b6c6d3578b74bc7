using Etalon.Metrology;
using Xunit;
using Q = Etalon.Metrology.UncertainQuantity;

namespace Etalon.Tests.Metrology.Uncertainty;

/// <summary>Laws of the algebra: what is shared cancels, and the way to budgets and back loses nothing.</summary>
[Trait("Kind", "Numeric")]
public sealed class UncertainQuantityTests
{
    private static readonly Q Length = Q.Input("length", 3.2, 0.04, 7);
    private static readonly Q Width = Q.Input("width", 1.7, 0.05, 11);

    [Fact]
    public void A_quantity_minus_or_over_itself_has_no_uncertainty()
    {
        Assert.Equal((0, 0), ((Length - Length).Value, (Length - Length).U));
        Assert.Equal(1, (Length / Length).Value);
        Assert.Equal(0, (Length / Length).U, 1e-16); // rounding of doubles
        Assert.Equal(0, (Q.Log(Length * Width) - Q.Log(Length) - Q.Log(Width)).U, 1e-16);
        Assert.Equal(0, (Q.Sin(Length) * Q.Sin(Length) + Q.Cos(Length) * Q.Cos(Length)).U, 1e-16);
    }

    [Fact]
    public void A_shared_gain_cancels_in_a_ratio_and_adds_in_a_product()
    {
        var gain = Q.Input("gain", 1, 0.03);
        var (first, second) = (gain * Length, gain * Width);

        Assert.Equal((Length / Width).U, (first / second).U, 1e-15); // rounding of doubles
        // Relative: 0.0125² + 0.02941² + (2 · 0.03)² = 0.0046213.
        Assert.Equal(3.2 * 1.7 * Math.Sqrt(0.04 * 0.04 / (3.2 * 3.2) + 0.05 * 0.05 / (1.7 * 1.7) + 0.0036), (first * second).U, 1e-14);
        Assert.Equal(0.0009 * 3.2 * 1.7, Q.Covariance(first, second), 1e-16);
    }

    [Fact]
    public void Functions_have_the_slopes_of_their_derivatives()
    {
        // Against differences of the function itself: (f(x + h) − f(x − h)) / 2h, whose error is h² f‴/6 < 1e-8 here.
        const double H = 1e-5;
        (Func<Q, Q> Of, Func<double, double> Plain)[] functions =
        [
            (Q.Log, Math.Log), (Q.Exp, Math.Exp), (Q.Sqrt, Math.Sqrt), (Q.Sin, Math.Sin), (Q.Cos, Math.Cos), (Q.Tan, Math.Tan), (x => Q.Pow(x, -1.7), x => Math.Pow(x, -1.7)),
            (x => Q.Pow(2.5, x), x => Math.Pow(2.5, x)), (x => Q.Atan2(x, 0.7), x => Math.Atan2(x, 0.7)), (x => Q.Atan2(0.7, x), x => Math.Atan2(0.7, x)),
            (x => Q.Hypot(x, 0.7), x => Math.Sqrt(x * x + 0.49)), (x => 1.3 - 2 / x, x => 1.3 - 2 / x), (x => -x * x, x => -x * x),
        ];
        foreach (var (of, plain) in functions)
        {
            foreach (var x in new[] { 0.9, 1.234, 3.9 })
            {
                var y = of(Q.Input("x", x, 0.01));
                Assert.Equal(plain(x), y.Value, 1e-12 * Math.Max(1, Math.Abs(plain(x))));
                Assert.Equal((plain(x + H) - plain(x - H)) / (2 * H), y.Of("x") / 0.01, 1e-6 * Math.Max(1, Math.Abs(y.Of("x") / 0.01)));
            }
        }
    }

    [Fact]
    public void Degrees_of_freedom_of_a_sum_follow_Welch_and_Satterthwaite()
    {
        var sum = Length + Width;
        // (0.04² + 0.05²)² / (0.04⁴/7 + 0.05⁴/11) by hand: 1.681e-5 / 9.33896e-7 = 17.9998.
        Assert.Equal(0.0041 * 0.0041 / (Math.Pow(0.04, 4) / 7 + Math.Pow(0.05, 4) / 11), sum.Dof!.Value, 1e-10);
        Assert.Null((Q.Input("a", 1, 0.1) + 2).Dof);
        Assert.Equal(7, (3 * Length + 2 * Length).Dof!.Value, 1e-12); // one error stays one
    }

    [Fact]
    public void A_set_counts_as_one_component_beside_others()
    {
        // Willink's rule: (u_set² + u²)² / (u_set⁴/ν_set + u⁴/ν), u_set² = 1 + 4 + 2 · 0.5 · 2 = 7.
        var set = new CorrelatedSet("set", ["a", "b"], new[,] { { 1, 0.5 }, { 0.5, 1 } }, 4);
        var inputs = Q.Correlated(set, [0, 0], [1, 2], ComponentKind.A);
        var y = inputs[0] + inputs[1] + Q.Input("c", 0, 3, 6);

        Assert.Equal(4, y.U, 1e-14);
        Assert.Equal(256 / (49.0 / 4 + 81.0 / 6), y.Dof!.Value, 1e-12);
    }

    [Fact]
    public void Quantities_of_two_sets_keep_their_correlation_in_budgets()
    {
        var set = new CorrelatedSet("fit", ["gain", "offset"], new[,] { { 1, -0.9 }, { -0.9, 1 } }, 12);
        var p = Q.Correlated(set, [1.02, -0.3], [0.01, 0.2], ComponentKind.A);
        var other = Q.Input("noise", 0, 0.05, 3);
        var (low, high) = (p[0] * 20 + p[1] + other, p[0] * 5 + p[1]);

        // The components of a difference of budgets are those of the difference.
        var byBudget = Budget.Combine(Budget.OfDifference(low.ToComponents(), high.ToComponents()));
        Assert.Equal((high - low).U, byBudget, 1e-14);
        Assert.Equal(low.U, Budget.Combine(low.ToComponents()), 1e-14);
        // By hand: (15 · 0.01)² + 0.05² = 0.025.
        Assert.Equal(Math.Sqrt(0.025), byBudget, 1e-14);
        Assert.True(Q.Correlation(low, high) < 0.99);
    }

    [Fact]
    public void A_measurement_goes_through_a_quantity_and_comes_back_the_same()
    {
        var template = new Measurement { Id = "2/core/adc.mean", Subject = "s", Visit = "2", Measurand = "adc.mean", Unit = "mm2/s", Status = Measurement.StatusOk, Method = "test/1" };
        var constant = new LiteratureConstant("wCV", 0.03, "1", new Source("a", "b", "c"), true);
        var measured = Measurement.Of(
            template, 1.1e-3,
            [new("noise", 2e-5, null, ComponentKind.A, 9) { Constant = constant }, new("calibration", 3e-5, "calibration:1", ComponentKind.B) { IsMismatch = true, IsNegative = true }], positive: false);

        var quantity = Q.FromMeasurement(measured);
        var back = Measurement.Of(template, quantity.Value, quantity.ToComponents(), positive: false);

        Assert.Equal((measured.Value, measured.Interval), (back.Value, back.Interval));
        Assert.Equal(measured.U!.Value, back.U!.Value, 1e-20);
        Assert.Equal(measured.Components.OrderBy(c => c.Source), back.Components.Select(c => c with { Group = c.Group == "calibration:1" ? c.Group : null }).OrderBy(c => c.Source));
        Assert.Equal(-3e-5, quantity.Of("calibration:1"), 1e-20);
        Assert.Throws<ArgumentException>(() => Q.FromMeasurement(Measurement.Missing(template, "signal-too-low")));
    }

    [Fact]
    public void The_log_ratio_of_two_measurements_has_the_budget_that_the_difference_of_budgets_gives()
    {
        List<UncertaintyComponent> a = [new("noise", 0.03, null, ComponentKind.A), new("calibration", 0.05, "calibration:1", ComponentKind.A, 5), new("reference", 0.02, "phantom", ComponentKind.B)];
        List<UncertaintyComponent> b = [new("noise", 0.04, null, ComponentKind.A), new("calibration", 0.06, "calibration:1", ComponentKind.A, 5), new("reference", 0.024, "phantom", ComponentKind.B)];
        var ratio = Q.Log(Q.FromComponents("second", 1.2, b) / Q.FromComponents("first", 1.0, a));

        // Both shared errors are 5 % and 2 % of either value and cancel; (0.04/1.2)² + 0.03².
        Assert.Equal(Math.Sqrt(0.04 * 0.04 / 1.44 + 0.0009), ratio.U, 1e-15);
        Assert.Equal(ratio.U, Budget.Combine(Budget.OfDifference(a, b.Select(c => c.Scaled(1 / 1.2)).ToList())), 1e-15);
    }

    [Fact]
    public void Members_of_a_group_with_opposite_signs_add_in_a_difference()
    {
        var up = new UncertaintyComponent("offset of the clock", 0.03, "clock", ComponentKind.B);
        var down = up.Scaled(-1);

        Assert.Equal((0.03, true, -0.03), (down.U, down.IsNegative, down.SignedU));
        Assert.Equal(0.06, Budget.Combine(Budget.OfDifference([down], [up])), 1e-16);
        Assert.Equal(0.06, Budget.Combine(Budget.OfDifference([up], [down])), 1e-16);
        Assert.Equal(0, Budget.Combine(Budget.OfDifference([up], [up, up, down])), 1e-16);
        // What differs in sign only is one source where nothing is shared.
        Assert.Single(Budget.OfDifference([up with { Group = null }], [down with { Group = null }]));
    }

    [Fact]
    public void What_has_no_linear_form_is_refused()
    {
        var zero = Q.Input("zero", 0, 0.1);
        Assert.Throws<ArgumentException>(() => 1 / zero);
        Assert.Throws<ArgumentException>(() => Q.Log(zero));
        Assert.Throws<ArgumentException>(() => Q.Sqrt(zero));
        Assert.Throws<ArgumentException>(() => Q.Atan2(zero, zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Q.Input("a", double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Q.Input("a", 1, -1));
        Assert.Throws<ArgumentException>(() => Q.FromObservations("a", [1.0]));
        Assert.Throws<ArgumentException>(() => new CorrelatedSet("s", ["a", "b", "c"], new[,] { { 1, 0.9, 0.9 }, { 0.9, 1, -0.9 }, { 0.9, -0.9, 1 } }, null));
        Assert.Throws<ArgumentException>(() => new CorrelatedSet("s", ["a", "b"], new[,] { { 1, 0.9 }, { 0.8, 1 } }, null));
        Assert.Throws<ArgumentException>(() => new CorrelatedSet("s", ["a", "a"], new[,] { { 1, 0.9 }, { 0.9, 1 } }, null));
    }
}
