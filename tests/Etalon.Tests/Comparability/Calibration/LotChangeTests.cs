using Etalon.Comparability.Calibration;
using Etalon.Numerics;
using Etalon.Numerics.Regression;
using Etalon.Tests.Numerics.Regression;
using Xunit;

namespace Etalon.Tests.Comparability.Calibration;

/// <summary>Changes of reagent lots (ferritin), which are to assays what upgrades are to scanners.</summary>
[Trait("Kind", "Numeric")]
public sealed class LotChangeTests
{
    [Fact]
    public void In_ferritin2_just_the_periods_with_planted_faults_are_flagged()
    {
        // R package deming, data set ferritin2: outliers in period 2, excess noise in 4, a laboratory's error in 6.
        var changes = LotChange.Judge(Chain("ferritin2.csv"));
        Assert.Equal(["2", "4", "6"], changes.Where(c => c.IsFlagged).Select(c => c.Name));
    }

    [Fact]
    public void In_ferritin_no_period_is_flagged() => Assert.DoesNotContain(LotChange.Judge(Chain("ferritin.csv")), c => c.IsFlagged);

    [Fact]
    public void The_chain_of_seven_changes_has_its_published_slope()
    {
        var changes = LotChange.Judge(Chain("ferritin.csv"));
        double[] expected = [1.11977775183, 1.02130156838, 0.923012526774, 0.958002258085, 0.924883962752, 1.0220256352, 1.04536084009];
        // As given with the reference data, to the last printed digit.
        foreach (var (slope, change) in expected.Zip(changes))
        {
            Assert.Equal(slope, change.Line.Line.Slope, 6e-12);
        }

        var (product, u) = LotChange.Chain(changes);
        Assert.Equal(0.999252461027, product, 6e-13);
        Assert.InRange(u, 0.01, 0.2);
        // With errors in proportion the same chain has lost a fifth (R package deming, vignette: 21 %): the error model decides.
        var proportional = Chain("ferritin.csv").Aggregate(1.0, (p, c) => p * DemingLine.FitProportional([.. c.Before], [.. c.After]).Line.Slope);
        Assert.Equal(0.79, proportional, 0.02);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Chains_in_which_nothing_is_wrong_are_flagged_as_seldom_as_is_stated(int spread)
    {
        // 1,500 chains of 7 changes; at 5 % the standard error is 0.6 %, and the bounds are three of them. Errors in proportion, values over a factor of 100 (or of 3), sizes 18 to 30.
        const int Chains = 1500;
        var random = new RandomStream(31, $"clean-lots-{spread}");
        int[] sizes = [18, 20, 20, 20, 30, 30, 24];
        var flagged = 0;
        for (var chain = 0; chain < Chains; chain++)
        {
            var comparisons = sizes.Select((n, k) =>
            {
                var slope = 1 + 0.08 * random.NextNormal();
                var truth = Enumerable.Range(0, n).Select(_ => Math.Exp((spread == 0 ? 4.6 : 1.1) * random.NextUniform()) * 5).ToArray();
                return new LotComparison($"{k}", truth.Select(t => t * (1 + 0.05 * random.NextNormal())).ToArray(), truth.Select(t => slope * t * (1 + 0.05 * random.NextNormal())).ToArray());
            }).ToList();
            flagged += LotChange.Judge(comparisons, 0.05).Any(c => c.IsFlagged) ? 1 : 0;
        }

        Assert.InRange((double)flagged / Chains, 0.033, 0.067);
    }

    [Fact]
    public void A_single_change_is_judged_by_its_own_specimens()
    {
        var random = new RandomStream(5, "single");
        var before = Enumerable.Range(1, 20).Select(i => 10.0 * i * (1 + 0.03 * random.NextNormal())).ToArray();
        var after = Enumerable.Range(1, 20).Select(i => 10.4 * i * (1 + 0.03 * random.NextNormal())).ToArray();
        Assert.False(Assert.Single(LotChange.Judge([new LotComparison("upgrade", before, after)])).IsFlagged);
        after[7] *= 1.5;
        var change = Assert.Single(LotChange.Judge([new LotComparison("upgrade", before, after)]));
        Assert.True(change.IsFlagged);
        Assert.Equal([7], change.Outliers);
        Assert.Throws<ArgumentException>(() => LotChange.Judge([new LotComparison("short", [1, 2], [1, 2])]));
    }

    private static List<LotComparison> Chain(string file) => MethodComparisonCase.Columns(file).GroupBy(r => r[1]).OrderBy(g => g.Key)
        .Select(g => new LotComparison(g.Key.ToString(System.Globalization.CultureInfo.InvariantCulture), g.Select(r => r[2]).ToArray(), g.Select(r => r[3]).ToArray())).ToList();
}
