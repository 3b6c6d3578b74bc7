using Etalon.Treatment;
using Xunit;

namespace Etalon.Tests.Treatment;

/// <summary>Repair, protraction and oxygen against closed forms and laws.</summary>
public sealed class RadiationResponseTests
{
    private static readonly RadiationResponse Repairing = new() { AlphaBetaGy = 3, RepairPerDay = Math.Log(2) * 24 / 1.5 };

    [Fact]
    public void An_acute_fraction_has_the_effect_of_the_linear_quadratic_model()
    {
        var effect = Assert.Single(new RadiationResponse().EffectsOf(new TreatmentSchedule([new FractionOnDay(2.3, 2)], [])));
        Assert.Equal(LinearQuadratic.LogSurvival(2, 0.07, 10), -0.07 * effect.UniformGy, 1e-15);
    }

    [Theory]
    // Brenner, Med Phys 2008, eq. 3: G = 2/x² (e^−x − 1 + x); values of that expression to 12 digits by another program.
    [InlineData(1e-6, 0.999999666667)]
    [InlineData(0.009, 0.997006737888)]
    [InlineData(0.011, 0.996343394472)]
    [InlineData(1, 0.735758882343)]
    [InlineData(7.5, 0.231130776333)]
    public void Protraction_is_that_of_Lea_and_Catcheside(double product, double expected) =>
        Assert.Equal(expected, RadiationResponse.Protraction(product / 0.4, 0.4), 1e-9);

    [Fact]
    public void A_fraction_split_into_many_at_once_kills_as_the_whole_and_far_apart_as_each_alone()
    {
        double Total(double gapDays) => Repairing.EffectsOf(new TreatmentSchedule([.. Enumerable.Range(0, 4).Select(n => new FractionOnDay(1.2 + n * gapDays, 1.5))], [])).Sum(e => e.UniformGy);

        // d + d²/3 with d = 6, and four times d = 1.5. A gap of 1e-9 d leaves 1e-8 of the interaction unrepaired less.
        Assert.Equal(6 + 36 / 3.0, Total(1e-9), 1e-6);
        Assert.Equal(4 * (1.5 + 1.5 * 1.5 / 3), Total(7), 1e-9);
        Assert.True(Total(0.1) > Total(0.3), "A longer gap repairs more.");
    }

    [Fact]
    public void Two_fractions_a_half_time_apart_keep_half_of_their_interaction()
    {
        var effects = Repairing.EffectsOf(new TreatmentSchedule([new FractionOnDay(3, 2), new FractionOnDay(3 + 1.5 / 24, 3)], []));
        Assert.Equal(2 + 4 / 3.0, effects[0].UniformGy, 1e-12);
        Assert.Equal(3 + 9 / 3.0 + 2 * 3 * 2 * 0.5 / 3, effects[1].UniformGy, 1e-12);
    }

    [Fact]
    public void Continuous_dose_as_many_small_fractions_is_one_protracted_fraction()
    {
        const int Pieces = 2000;
        var pieces = Repairing.EffectsOf(new TreatmentSchedule([.. Enumerable.Range(0, Pieces).Select(n => new FractionOnDay((n + 0.5) * 0.2 / Pieces, 5.0 / Pieces))], []));
        var whole = Repairing.EffectsOf(new TreatmentSchedule([new FractionOnDay(0, 5) { DurationDays = 0.2 }], []));
        // The midpoint rule over a double integral with a kink on its diagonal: an error of order 1 / pieces².
        Assert.Equal(whole[0].UniformGy, pieces.Sum(e => e.UniformGy), 1e-4);
    }

    [Theory]
    [InlineData(0, 1 / 3.0)]
    [InlineData(3, 2 / 3.0)]
    [InlineData(760, 0.99737876802)]
    public void Oxygen_modifies_dose_by_Alper_and_Howard_Flanders(double pressure, double expected) =>
        Assert.Equal(expected, RadiationResponse.OxygenFactorAt(pressure), 1e-10);

    [Fact]
    public void Anoxic_cells_need_three_times_the_dose()
    {
        var anoxic = new RadiationResponse { OxygenFactor = RadiationResponse.OxygenFactorAt(0) };
        double Effect(RadiationResponse response, double dose) => response.EffectsOf(new TreatmentSchedule([new FractionOnDay(1, dose)], []))[0].UniformGy;
        Assert.Equal(Effect(new RadiationResponse(), 2), Effect(anoxic, 6), 1e-12);
    }

    [Fact]
    public void A_map_of_dose_or_oxygen_is_the_uniform_case_voxel_by_voxel()
    {
        float[] doses = [0, 1.25f, 2.5f, 7];
        float[] oxygen = [0.4f, 1, 0.75f, 0.9f];
        var schedule = new TreatmentSchedule([new FractionOnDay(1, 9) { DoseMapGy = doses }, new FractionOnDay(1.05, 2)], []);
        var fields = (Repairing with { OxygenFactorMap = oxygen }).EffectsOf(schedule);
        for (var n = 0; n < doses.Length; n++)
        {
            var single = (Repairing with { OxygenFactor = oxygen[n] }).EffectsOf(new TreatmentSchedule([new FractionOnDay(1, doses[n]), new FractionOnDay(1.05, 2)], []));
            // Fields are kept in single precision.
            Assert.Equal(single[0].UniformGy, fields[0].FieldGy![n], 1e-5);
            Assert.Equal(single[1].UniformGy, fields[1].FieldGy![n], 1e-5);
        }
    }

    [Theory]
    [InlineData(0, null, 1)]
    [InlineData(double.NaN, null, 1)]
    [InlineData(10, 0.0, 1)]
    [InlineData(10, null, 0)]
    [InlineData(10, null, 1.2)]
    public void Parameters_out_of_range_are_refused(double ratio, double? repair, double oxygen) =>
        Assert.Throws<ArgumentException>(() => new RadiationResponse { AlphaBetaGy = ratio, RepairPerDay = repair, OxygenFactor = oxygen }.EffectsOf(TreatmentSchedule.None));
}
