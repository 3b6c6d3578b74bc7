using Etalon.Numerics;
using Etalon.Twin.Validation;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Etalon.Tests.Twin.Validation;

/// <summary>Scores against closed forms and laws.</summary>
public sealed class CrpsTests
{
    [Fact]
    public void One_member_scores_its_distance() => Assert.Equal(2.5, Crps.OfSorted([4.5], 7));

    [Fact]
    public void Two_members_score_the_integral_of_the_squared_difference()
    {
        // F is 0, ½ on [1, 4], 1; y = 2: ∫₁² ¼ + ∫₂⁴ ¼ = ¾. Fair: E|X − y| − ½ · 3 = 1.5 − 1.5 = 0.
        Assert.Equal(0.75, Crps.OfSorted([1, 4], 2), 1e-15);
        Assert.Equal(0, Crps.FairOfSorted([1, 4], 2), 1e-15);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.7)]
    [InlineData(-3.1)]
    public void Many_quantiles_of_a_normal_score_as_its_closed_form(double z)
    {
        var sorted = Enumerable.Range(0, 20_000).Select(i => Normal.InvCDF(12, 0.7, (i + 0.5) / 20_000)).ToArray();

        // A step function of 20,000 equal steps differs by less than the largest step's share, some 1e-4 of the deviation.
        Assert.Equal(Crps.OfNormal(12, 0.7, 12 + 0.7 * z), Crps.OfSorted(sorted, 12 + 0.7 * z), 1e-4);
    }

    [Fact]
    public void The_normal_s_score_at_its_mean_is_the_published_constant() =>
        // 2φ(0) − 1/√π = 0.2336949773 (Gneiting and others 2005, eq. 5 at z = 0).
        Assert.Equal(0.2336949773, Crps.OfNormal(3, 1, 3), 1e-9);

    [Fact]
    public void The_fair_score_of_few_draws_is_that_of_their_distribution_on_average()
    {
        var random = new RandomStream(4, "fair");
        var (fair, plain, n) = (0.0, 0.0, 40_000);
        for (var i = 0; i < n; i++)
        {
            double[] draws = [random.NextNormal(), random.NextNormal(), random.NextNormal()];
            Array.Sort(draws);
            fair += Crps.FairOfSorted(draws, 0.6) / n;
            plain += Crps.OfSorted(draws, 0.6) / n;
        }

        // A single fair score of three draws has a deviation near 0.5: 0.0025 on average of 40,000; four of those.
        Assert.Equal(Crps.OfNormal(0, 1, 0.6), fair, 0.01);
        // The plain score of m members is too large by (1/2m) E|X − X'| = 0.188.
        Assert.Equal(Crps.OfNormal(0, 1, 0.6) + 2 / Math.Sqrt(Math.PI) / 6, plain, 0.01);
    }

    [Fact]
    public void No_other_spread_scores_better_on_average_than_the_true_one()
    {
        var observed = Enumerable.Range(0, 999).Select(i => Normal.InvCDF(0, 1, (i + 0.5) / 999)).ToArray();
        double Mean(double sd) => observed.Average(y => Crps.OfNormal(0, sd, y));

        Assert.All([0.5, 0.8, 1.25, 2.0], sd => Assert.True(Mean(sd) > Mean(1)));
    }

    [Fact]
    public void A_sample_of_Student_s_t_covers_as_often_as_it_says()
    {
        var sample = PredictiveSample.LogStudent(Math.Log(40), 0.3, 5, 2_000);

        // t of five degrees of freedom: 95 % point 2.0150.
        // The quantile of 2,000 steps lies 0.02 % of probability lower.
        Assert.Equal(40 * Math.Exp(0.3 * 2.0150), sample.Middle(0.9).Upper, 0.15);
        Assert.True(sample.Covers(40 * Math.Exp(-0.3 * 2.0), 0.9));
        Assert.False(sample.Covers(40 * Math.Exp(-0.3 * 2.03), 0.9));
        Assert.Equal(0.05, sample.Rank(40 * Math.Exp(-0.3 * 2.0150)), 1e-3);
    }

    [Fact]
    public void A_sample_with_a_value_that_is_not_a_number_is_refused() =>
        Assert.Throws<ArgumentException>(() => new PredictiveSample([1, double.NaN]));
}
