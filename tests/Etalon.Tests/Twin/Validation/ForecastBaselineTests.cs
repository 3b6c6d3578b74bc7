using Etalon.Phantoms.Tumours;
using Etalon.Twin.Validation;
using Xunit;

namespace Etalon.Tests.Twin.Validation;

/// <summary>What one would say without a twin.</summary>
public sealed class ForecastBaselineTests
{
    [Fact]
    public void The_last_value_stays_and_spreads_as_the_patient_has_changed()
    {
        MeasuredBurden[] calm = [new("1", 0.4, 510, 0.03), new("2", 29.1, 500, 0.03), new("3", 61.7, 515, 0.03)];
        MeasuredBurden[] lively = [new("1", 0.4, 510, 0.03), new("2", 29.1, 1900, 0.03), new("3", 61.7, 515, 0.03)];

        var (steady, restless) = (ForecastBaselines.LastValue(calm, 95, 0.05), ForecastBaselines.LastValue(lively, 95, 0.05));

        Assert.Equal(515, steady.Median, 1.0);
        Assert.Equal(515, restless.Median, 1.0);
        // By hand: changes of 0.98 and 1.02 nats² · 30/28.7 and 30/32.6 beside 4 · 0.16 make a variance of 0.443 a month; t of six degrees, 95 % point 1.943.
        var walk = (4 * 0.16 + (Math.Pow(Math.Log(1900 / 510.0), 2) - 0.0018) / (28.7 / 30) + (Math.Pow(Math.Log(515 / 1900.0), 2) - 0.0018) / (32.6 / 30)) / 6;
        Assert.Equal(515 * Math.Exp(1.9432 * Math.Sqrt(walk * 33.3 / 30 + 0.0009 + 0.0025)), restless.Middle(0.9).Upper, 0.02 * restless.Middle(0.9).Upper); // 500 steps put the 95 % point at 94.9 %.
        Assert.True(steady.Middle(0.9).Upper < restless.Middle(0.9).Upper);
    }

    [Fact]
    public void An_exponential_is_continued_exactly_and_a_bent_course_widens_it()
    {
        MeasuredBurden[] At(double bend) => [new("1", 0.4, 100 * Math.Exp(0.02 * 0.4), 0.04), new("2", 20.4, 100 * Math.Exp(0.02 * 20.4 + bend), 0.04), new("3", 40.4, 100 * Math.Exp(0.02 * 40.4), 0.04)];

        var (straight, bent) = (ForecastBaselines.Exponential(At(0), 60.4, 0), ForecastBaselines.Exponential(At(0.3), 60.4, 0));

        Assert.Equal(100 * Math.Exp(0.02 * 60.4), straight.Median, 0.5);
        // Equal weights, equal steps: variance of the line one step beyond is u² (1/3 + 2²/2) = 7/3 u²; four degrees at σ² = 1 and one more for the third visit, all at 4/5.
        Assert.Equal(100 * Math.Exp(0.02 * 60.4 + 2.0150 * 0.04 * Math.Sqrt(7 / 3.0 * 4 / 5)), straight.Middle(0.9).Upper, 1.5);
        Assert.True(bent.Middle(0.9).Upper / bent.Median > straight.Middle(0.9).Upper / straight.Median);
    }

    [Fact]
    public void The_population_s_forecast_grows_where_nothing_is_given_and_holds_the_patient_s_own_course()
    {
        var patient = VirtualDensityPatient.Draw(TumourKind.ReactionDiffusion, 5);
        var last = patient.Observations[^2];
        var sample = ForecastBaselines.Population(
            patient.Model, Etalon.Treatment.TreatmentSchedule.None with { Drugs = [new("temozolomide", 9.242, [])] }, last, 0.05, ForecastStudy.Population, [last.Day + 0.01, last.Day + 30.6], [0.05, 0.05],
            patient.DetectionLimit, new PopulationBaselineOptions { Members = 60 }, TestContext.Current.CancellationToken);

        // At once it is what was measured, with both doubts: 7 % over √60.
        Assert.Equal(last.Cells, sample[0].Median, 0.04 * last.Cells);
        // k of 0.03 /d for a month adds e^0.9 of what has room.
        Assert.InRange(sample[1].Median / last.Cells, 1.2, 2.5);
    }
}
