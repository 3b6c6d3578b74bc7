using Etalon.Reference;
using Etalon.Treatment;
using Xunit;

namespace Etalon.Tests.Treatment;

/// <summary>The linear-quadratic model against hand-computed values and its laws.</summary>
[Trait("Kind", "Numeric")]
public sealed class LinearQuadraticTests
{
    [Fact]
    public void Effective_doses_of_clinical_schedules_are_the_published_ones()
    {
        foreach (var (fractions, dose, ratio, bed) in Radiobiology.Schedules)
        {
            Assert.True(bed.Holds(LinearQuadratic.BiologicallyEffectiveDose(fractions, dose, ratio)), bed.Name);
        }

        Assert.Equal(60, LinearQuadratic.EquivalentDoseIn2Gy(72, 10), 1e-12);
        Assert.Equal(43.75, LinearQuadratic.EquivalentDoseIn2Gy(87.5, 2), 1e-12);
    }

    [Fact]
    public void Splitting_a_dose_in_two_never_kills_more()
    {
        foreach (var dose in new[] { 0.0, 0.9, 2, 7.5, 24 })
        {
            var whole = LinearQuadratic.LogSurvival(dose, 0.07, 3.1);
            var split = LinearQuadratic.LogSurvival(0.37 * dose, 0.07, 3.1) + LinearQuadratic.LogSurvival(0.63 * dose, 0.07, 3.1);
            Assert.True(split >= whole, $"{dose} Gy");
        }
    }

    [Fact]
    public void Survival_is_the_exponential_of_two_terms()
    {
        // α = 0.12 /Gy, α/β = 8 Gy (Pedicini 2014): β = 0.015, d = 2.67 Gy gives 0.3204 + 0.1069335.
        Assert.Equal(Math.Exp(-0.4273335), LinearQuadratic.Survival(2.67, 0.12, 8), 1e-14);
        Assert.Equal(1, LinearQuadratic.Survival(0, 0.12, 8));
    }

    [Theory]
    [InlineData(-1, 0.1, 10)]
    [InlineData(double.NaN, 0.1, 10)]
    [InlineData(2, -0.1, 10)]
    [InlineData(2, double.NaN, 10)]
    [InlineData(2, 0.1, 0)]
    [InlineData(2, 0.1, double.NaN)]
    public void Values_out_of_range_are_refused(double dose, double alpha, double ratio) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearQuadratic.Survival(dose, alpha, ratio));
}
