using Etalon.Change;
using Etalon.Numerics;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Etalon.Tests.Change;

public sealed class ChangePopulationTests
{
    private const double Wcv = 0.04;

    [Fact]
    public void The_interval_of_the_prevalence_holds_the_truth_as_often_as_it_says()
    {
        var inside = 0;
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var (pairs, _) = Patients(seed, 400, 0.3, Wcv);
            inside += ChangePopulation.Estimate(pairs, [new RepeatGroup(14)], cancellation: TestContext.Current.CancellationToken).PrevalenceInterval.Contains(0.3) ? 1 : 0;
        }

        // 95 % of 40: fewer than 34 happens once in 70 000.
        Assert.InRange(inside, 34, 40);
    }

    [Fact]
    public void Of_patients_with_a_probability_that_share_changed()
    {
        var (sum, changed, count) = (new double[5], new double[5], new int[5]);
        for (var seed = 1UL; seed <= 6; seed++)
        {
            var (pairs, truth) = Patients(seed, 2000, 0.4, Wcv);
            var p = ChangePopulation.Estimate(pairs, [new RepeatGroup(14)], cancellation: TestContext.Current.CancellationToken).PTrueChange;
            for (var i = 0; i < p.Count; i++)
            {
                var bin = Math.Min(4, (int)(5 * p[i]));
                (sum[bin], changed[bin], count[bin]) = (sum[bin] + p[i], changed[bin] + (truth[i] ? 1 : 0), count[bin] + 1);
            }
        }

        for (var bin = 0; bin < 5; bin++)
        {
            // The bar on a study's own reliability is 0.05; four standard errors of the share itself come on top.
            var share = changed[bin] / count[bin];
            Assert.InRange(sum[bin] / count[bin] - share, -0.05 - 4 * Math.Sqrt(0.25 / count[bin]), 0.05 + 4 * Math.Sqrt(0.25 / count[bin]));
        }
    }

    [Fact]
    public void A_study_without_any_change_finds_few()
    {
        var (pairs, _) = Patients(3, 1500, 0, Wcv);
        var population = ChangePopulation.Estimate(pairs, [new RepeatGroup(14)], cancellation: TestContext.Current.CancellationToken);
        Assert.True(population.PrevalenceInterval.Lower < 0.02, $"{population.PrevalenceInterval}");
        Assert.True(population.Prevalence < 0.12, $"{population.Prevalence}");
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(1.4)]
    public void The_unchanged_patients_tell_what_few_test_retest_pairs_have_wrong(double wrong)
    {
        // The repeatability that test-retest gave is off by this factor, as 14 pairs may be; 2000 patients know better.
        var (pairs, _) = Patients(5, 2000, 0.4, Wcv * wrong);
        var population = ChangePopulation.Estimate(pairs, [new RepeatGroup(14)], cancellation: TestContext.Current.CancellationToken);
        // More than half of what was wrong is taken out. Not all: small changes and the scatter of the unchanged cannot be told apart by the readings alone.
        Assert.InRange(Math.Sqrt(population.RepeatFactors[0]) * wrong, 1 - 0.5 * Math.Abs(1 - wrong), 1 + 0.5 * Math.Abs(1 - wrong));
        Assert.True(population.RepeatDof[0] > 200);
        Assert.True(population.RepeatDof[0] < 14 + 1200, "more information than there are unchanged patients");
    }

    [Fact]
    public void Nothing_is_learnt_of_repeatability_where_it_is_not_asked_for()
    {
        var (pairs, _) = Patients(5, 300, 0.4, Wcv * 1.4);
        var population = ChangePopulation.Estimate(pairs, [new RepeatGroup(14)], options: new ChangePopulationOptions { LearnRepeatability = false }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([1.0], population.RepeatFactors);
        Assert.Equal([14.0], population.RepeatDof);
    }

    [Fact]
    public void One_patient_is_weighed_by_the_prior_alone()
    {
        // A single pair far outside its scatter and one within it: the prior of a quarter to a sixth decides, with the likelihoods.
        var far = ChangePopulation.Estimate([Pair(0.5, Wcv)], [new RepeatGroup(14)], cancellation: TestContext.Current.CancellationToken).PTrueChange[0];
        var none = ChangePopulation.Estimate([Pair(0.0, Wcv)], [new RepeatGroup(14)], cancellation: TestContext.Current.CancellationToken).PTrueChange[0];
        Assert.True(far > 0.99, $"{far}");
        Assert.True(none < 0.2, $"{none}");
    }

    [Fact]
    public void The_order_of_the_patients_does_not_matter()
    {
        var (pairs, _) = Patients(9, 200, 0.4, Wcv);
        var forward = ChangePopulation.Estimate(pairs, [new RepeatGroup(14)], cancellation: TestContext.Current.CancellationToken);
        var backward = ChangePopulation.Estimate([.. pairs.AsEnumerable().Reverse()], [new RepeatGroup(14)], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(forward.Prevalence, backward.Prevalence, 1e-6); // sums in another order, at a tolerance of 1e-10 of the objective
        Assert.Equal(forward.PTrueChange[0], backward.PTrueChange[^1], 1e-5);
    }

    [Fact]
    public void Shares_sum_to_the_prevalence_and_bins_meet()
    {
        var (pairs, _) = Patients(11, 500, 0.4, Wcv);
        var population = ChangePopulation.Estimate(pairs, [new RepeatGroup(14)], cancellation: TestContext.Current.CancellationToken);
        Assert.InRange(population.Changes.Sum(b => b.Share), population.PrevalenceInterval.Lower, population.PrevalenceInterval.Upper);
        Assert.All(population.Changes.Zip(population.Changes.Skip(1)), p => Assert.Equal(p.First.Upper, p.Second.Lower));
        Assert.All(pairs, p => Assert.InRange(p.LogRatio, population.Changes[0].Lower, population.Changes[^1].Upper));
    }

    [Fact]
    public void A_pair_without_any_scatter_is_refused() =>
        Assert.Throws<ArgumentException>(() => ChangePopulation.Estimate([Pair(0.1, 0)], [new RepeatGroup(14)], cancellation: TestContext.Current.CancellationToken));

    private static PairEvidence Pair(double logRatio, double wcv) => new(logRatio, new RepeatTerm(0, wcv * wcv), new RepeatTerm(0, wcv * wcv), 0);

    /// <summary>Patients of whom a share changes by 5 to 35 % either way; the scatter is true, what is said of it may not be.</summary>
    private static (List<PairEvidence> Pairs, List<bool> Changed) Patients(ulong seed, int count, double prevalence, double stated)
    {
        var random = new RandomStream(seed, "patients");
        var (pairs, truth) = (new List<PairEvidence>(), new List<bool>());
        for (var n = 0; n < count; n++)
        {
            var changed = random.NextUniform() < prevalence;
            var change = changed ? random.NextUniform(0.05, 0.35) * (random.NextUniform() < 0.5 ? -1 : 1) : 0;
            pairs.Add(Pair(change + Wcv * Math.Sqrt(2) * Normal.InvCDF(0, 1, Math.Clamp(random.NextUniform(), 1e-15, 1 - 1e-15)), stated));
            truth.Add(changed);
        }

        return (pairs, truth);
    }
}
