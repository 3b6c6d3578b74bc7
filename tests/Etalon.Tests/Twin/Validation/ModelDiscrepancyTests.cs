using Etalon.Numerics;
using Etalon.Twin.Validation;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Etalon.Tests.Twin.Validation;

/// <summary>The model's own error: conjugate limits, coverage, what it learns.</summary>
public sealed class ModelDiscrepancyTests
{
    private static readonly DiscrepancyPrior Prior = new(4, 0.02);

    [Fact]
    public void Without_a_hindcast_the_variance_is_the_prior_s_scaled_inverse_chi_squared()
    {
        var error = ModelDiscrepancy.Of(Prior, []);

        // τ² = ν s²/χ²: its median is 4 · 0.02/3.3567, its 90 % point 4 · 0.02/1.0636 (tables of χ², four degrees).
        Assert.Equal(0.08 / 3.3567, error.Quantile(0.5), 2e-4);
        Assert.Equal(0.08 / 1.0636, error.Quantile(0.9), 1e-3);
    }

    [Fact]
    public void Hindcasts_without_other_doubt_give_the_conjugate_posterior()
    {
        // Errors of 0.3 over 60 days and −0.1 over 15: Σ 30 e²/h = 0.045 + 0.02.
        var error = ModelDiscrepancy.Of(Prior, [new(0.3, 0, 60), new(-0.1, 0, 15)]);

        Assert.Equal((0.08 + 0.065) / ChiSquared.InvCDF(6, 0.5), error.MedianVariance, 3e-4);
        Assert.Equal((0.08 + 0.065) / ChiSquared.InvCDF(6, 0.1), error.Quantile(0.9), 2e-3);
    }

    [Fact]
    public void A_hindcast_that_was_itself_unsure_teaches_little()
    {
        var (sure, unsure) = (ModelDiscrepancy.Of(Prior, [new(0.8, 0.001, 30)]), ModelDiscrepancy.Of(Prior, [new(0.8, 0.64, 30)]));

        Assert.True(sure.MedianVariance > 3 * unsure.MedianVariance);
        Assert.Equal(ModelDiscrepancy.Of(Prior, []).MedianVariance, unsure.MedianVariance, 0.005);
    }

    [Fact]
    public void Paths_are_Student_s_t_whose_variance_grows_with_the_horizon()
    {
        var error = ModelDiscrepancy.Of(Prior, []);
        double[] At(int d) => Enumerable.Range(0, 4000).Select(m => error.Path(m, 4000, [-10, 15, 60], 5)[d]).Order().ToArray();

        Assert.All(At(0), e => Assert.Equal(0, e));
        // s √(h/30) · t of four degrees, 95 % point 2.1318; a quantile of 4,000 draws there has an error of 2.5 %, four of those.
        Assert.Equal(2.1318 * Math.Sqrt(0.02 * 15 / 30), FixedSum.QuantileOfSorted(At(1), 0.95), 0.1 * 2.1318 * Math.Sqrt(0.01));
        Assert.Equal(2.1318 * Math.Sqrt(0.02 * 60 / 30), FixedSum.QuantileOfSorted(At(2), 0.95), 0.1 * 2.1318 * Math.Sqrt(0.04));
    }

    [Fact]
    public void A_path_does_not_depend_on_the_days_between()
    {
        var error = ModelDiscrepancy.Of(Prior, []);
        var members = Enumerable.Range(0, 3000).ToList();
        double Spread(double[] days) => Math.Sqrt(members.Average(m => Math.Pow(error.Path(m, 3000, days, 9)[^1], 2)));

        // The same distribution by one step or by many: the root mean square of 3,000 t draws varies by a few percent.
        Assert.Equal(1, Spread([45]) / Spread([.. Enumerable.Range(1, 45).Select(d => (double)d)]), 0.12);
    }

    [Fact]
    public void A_cohort_s_errors_are_learnt_and_then_cover_as_often_as_they_say()
    {
        var random = new RandomStream(3, "cohort");
        List<HindcastResidual> Patient()
        {
            var tau = Math.Sqrt(0.03 * 5 / Enumerable.Range(0, 5).Sum(_ => Math.Pow(random.NextNormal(), 2)));
            return [.. new[] { 24.0, 41.0 }.Select(h => new HindcastResidual(random.NextNormal() * Math.Sqrt(0.004 + tau * tau * h / 30), 0.004, h))];
        }

        var learnt = DiscrepancyPrior.Learn(Enumerable.Range(0, 400).Select(_ => Patient()).ToList());

        // 800 residuals tell a variance to some 10 % beside its tail; the degrees of freedom only coarsely.
        Assert.InRange(learnt.Variance, 0.02, 0.04);
        Assert.InRange(learnt.Dof, 2.9, 13);
        var covered = Enumerable.Range(0, 300).Count(_ =>
        {
            var patient = Patient();
            var error = ModelDiscrepancy.Of(learnt, [patient[0]]);
            var draws = Enumerable.Range(0, 200).Select(m => error.Path(m, 200, [41], 2)[0] + Math.Sqrt(0.004) * random.NextNormal());
            return new PredictiveSample(draws).Covers(patient[1].LogError, 0.9);
        });
        // 270 ± 5 of 300; three and a half of those, and 200 draws cover a percent less than they say.
        Assert.InRange(covered, 250, 288);
    }

    [Fact]
    public void Only_a_patient_beyond_what_the_prior_serves_is_surprising()
    {
        Assert.Equal(1, ModelDiscrepancy.Of(Prior, []).SurpriseP);
        Assert.True(ModelDiscrepancy.Of(Prior, [new(0.25, 0.01, 35), new(-0.1, 0.02, 28)]).SurpriseP > 0.1);
        Assert.True(ModelDiscrepancy.Of(Prior, [new(0.05, 0.01, 35), new(-1.9, 0.02, 28)]).SurpriseP < 0.01);
        // By hand: t of four degrees at 2.1318 · √0.02 over 30 days is 10 % on both sides together.
        Assert.Equal(0.1, ModelDiscrepancy.Of(Prior, [new(2.1318 * Math.Sqrt(0.02), 0, 30)]).SurpriseP, 1e-3);
    }
}
