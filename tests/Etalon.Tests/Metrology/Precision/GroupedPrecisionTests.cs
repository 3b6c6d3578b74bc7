using System.Globalization;
using Etalon.Metrology.Precision;
using Etalon.Numerics;
using Etalon.Tests.Support;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Etalon.Tests.Metrology.Precision;

/// <summary>Groups that share one precision, or lean on one another.</summary>
[Trait("Kind", "Numeric")]
public sealed class GroupedPrecisionTests(ITestOutputHelper output)
{
    [Fact]
    public void Bartletts_test_of_the_gears_has_the_published_statistic()
    {
        // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.7: diameters of gears, 10 batches of 10, in units of 0.001 less 1. The handbook prints 20.7858
        // with 9 degrees of freedom; the statistic to more digits and p = 0.0136358632781 stand in the tests of SciPy.
        int[][] batches =
        [
            [6, -4, -2, 0, -8, -7, 2, -1, -6, 0], [-2, 6, 0, 2, -3, -2, -4, 0, 6, -12], [-9, -13, -3, -1, -5, -6, 0, -1, -4, -4],
            [5, 2, -6, 0, -5, -6, -2, -4, 2, -4], [-2, -2, -18, -10, 2, -16, -4, -7, -20, -4], [9, 13, 9, -3, -12, 2, -5, -2, -19, -4],
            [-10, 4, -4, 1, -2, 0, 18, 10, -4, 2], [-2, 0, 6, 0, 2, -4, -2, -4, 2, 6], [2, -2, -4, -5, -4, 4, 4, -2, -1, -9],
            [-9, -5, -16, -6, -3, -3, -9, -2, 4, -3],
        ];

        var precision = GroupedPrecision.Fit(
            batches.Select((b, n) => new Replicates($"batch {n}", [.. b.Select(v => 1 + 0.001 * v)], $"batch {n}")).ToList(), ErrorScale.Absolute, VarianceModel.ConstantSd);

        Assert.Equal(20.78587342806484, precision.Homogeneity!.Value.Statistic, 1e-9);
        Assert.Equal(9, precision.Homogeneity.Value.Dof);
        Assert.Equal(0.0136358632781, precision.Homogeneity.Value.P, 1e-11);
    }

    [Fact]
    public void Many_groups_give_back_the_distribution_of_their_variances()
    {
        var random = new RandomStream(3, "prior");
        const int Groups = 4000;
        var (variances, dofs) = (new double[Groups], new double[Groups]);
        for (var g = 0; g < Groups; g++)
        {
            // σ² = 0.36 · 9/χ²(9), s² = σ² χ²(ν)/ν with 3, 4, 5 or 6 degrees of freedom.
            var sigma2 = 0.36 * 9 / Chi2(random, 9);
            dofs[g] = 3 + g % 4;
            variances[g] = sigma2 * Chi2(random, (int)dofs[g]) / dofs[g];
        }

        var prior = ModeratedVariance.Of(variances, dofs);

        output.WriteLine($"{prior}");
        // 4,000 logarithms, each of variance 0.66 and kurtosis up to 5, tell their variance to 0.02 and ψ′(4.5) = 0.249 to 9 %; d₀ to about 9 %.
        Assert.Equal(9, prior.PriorDof!.Value, 2.0);
        Assert.Equal(0.36, prior.PriorVariance, 0.015);
        Assert.Equal((9 * 0.36 + 4 * 0.1) / 13, (prior with { PriorVariance = 0.36, PriorDof = 9 }).Moderate(0.1, 4), 1e-12);
    }

    [Fact]
    public void Trigamma_has_its_known_values()
    {
        // Abramowitz and Stegun 6.4: ψ′(1) = π²/6, ψ′(1/2) = π²/2, and ψ′(x + 1) = ψ′(x) − 1/x².
        Assert.Equal(Math.PI * Math.PI / 6, ModeratedVariance.Trigamma(1), 1e-12);
        Assert.Equal(Math.PI * Math.PI / 2, ModeratedVariance.Trigamma(0.5), 1e-12);
        Assert.Equal(Math.PI * Math.PI / 6 - 1 - 0.25 - 1.0 / 9, ModeratedVariance.Trigamma(4), 1e-12);
    }

    [Fact]
    public void Groups_that_do_not_differ_share_one_precision()
    {
        // Each group has the same scatter: no more than chance allows.
        var replicates = Enumerable.Range(0, 24).Select(n => new Replicates($"{n}", [10 + n, (10 + n) * Math.Exp(n % 2 == 0 ? 0.03 : -0.05)], $"state {n % 3}")).ToList();
        var precision = GroupedPrecision.Fit(replicates, model: VarianceModel.ConstantCv);

        Assert.Null(precision.Prior!.Value.PriorDof);
        Assert.Equal(1, precision.Homogeneity!.Value.P, 1e-9);
        foreach (var state in new[] { "state 1", "a state without pairs" })
        {
            Assert.Equal(Math.Sqrt((0.0009 + 0.0025) / 4), precision.Of(state)!.RelativeSdAt(12), 1e-12);
            Assert.Equal(24, precision.Of(state)!.DofAt(12), 1e-9);
        }

        Assert.Equal(8, precision.Of("state 1", Pooling.Separate)!.DofAt(12), 1e-9);
        Assert.Null(precision.Of("a state without pairs", Pooling.Separate));
    }

    [Fact]
    public void A_state_with_few_pairs_gains_from_the_others_at_no_cost_in_false_changes()
    {
        // Twelve states of 14 pairs with coefficients of variation from 2.5 to 4.5 %, new ones in each study.
        var random = new RandomStream(12, "states");
        const int Studies = 1500;
        var rates = new double[3];
        var (worst, count, limits) = (new double[3], 0, new double[3]);
        for (var n = 0; n < Studies; n++)
        {
            var sds = Enumerable.Range(0, 12).Select(_ => random.NextUniform(0.025, 0.045)).ToArray();
            var replicates = sds.SelectMany((sd, s) => Enumerable.Range(0, 14).Select(p =>
            {
                var x = random.NextUniform(0.5, 2);
                return new Replicates($"{s}.{p}", [x * Math.Exp(sd * random.NextNormal()), x * Math.Exp(sd * random.NextNormal())], $"{s}");
            })).ToList();
            var precision = GroupedPrecision.Fit(replicates, model: VarianceModel.ConstantCv);
            count += sds.Count(sd => sd > 0.042);
            foreach (var pooling in Enum.GetValues<Pooling>())
            {
                for (var s = 0; s < sds.Length; s++)
                {
                    var limit = precision.Of($"{s}", pooling)!.RepeatabilityCoefficientAt(1).Value;
                    var rate = 2 * Normal.CDF(0, 1, -limit / (Math.Sqrt(2) * sds[s]));
                    rates[(int)pooling] += rate / (12 * Studies);
                    worst[(int)pooling] += sds[s] > 0.042 ? rate : 0;
                    limits[(int)pooling] += limit / sds[s] / (12 * Studies);
                }
            }
        }

        output.WriteLine($"false changes {string.Join(", ", rates.Select(r => $"{r:0.0000}"))}; in the states above 4.2 % {string.Join(", ", worst.Select(r => $"{r / count:0.0000}"))}; limit over wSD {string.Join(", ", limits.Select(r => $"{r:0.000}"))}");
        // 18,000 rates with a spread of 0.04: 0.0003; moderated by a prior from 12 states, within half a percent of nominal.
        Assert.Equal(0.05, rates[(int)Pooling.Separate], 1.2e-3);
        Assert.Equal(0.05, rates[(int)Pooling.Moderated], 5e-3);
        // One precision for all hides in the mean what it does to the noisiest states: the coefficient of 3.55 % on average there is 4.35 %, Φ(−2.0 · 0.82) twice.
        Assert.InRange(worst[(int)Pooling.Pooled] / count, 0.095, 0.12);
        Assert.True(worst[(int)Pooling.Moderated] < 0.8 * worst[(int)Pooling.Pooled]);
        Assert.True(limits[(int)Pooling.Moderated] < 0.98 * limits[(int)Pooling.Separate]);
    }

    [Fact]
    public void Prostate_volumes_of_a_patient_left_out_change_falsely_once_in_twenty()
    {
        // Structures differ by two orders of size and by a factor of five in precision (Bartlett p = 3e-6), so each class has its own scale and leans on the others.
        var rows = File.ReadAllLines(SharedData.Path("metrology", "test_retest_real", "prostate_volumes.csv")).Skip(1).Select(l => l.Split(','))
            .Select(f => (Patient: f[0], Class: f[1].Split('_')[0], First: Number(f[3]), Second: Number(f[4]))).ToList();
        List<Replicates> Others(string? patient) => [.. rows.Where(r => r.Patient != patient).Select(r => new Replicates(r.Patient, [r.First, r.Second], r.Class))];

        var (byClass, asOne) = (0, 0);
        foreach (var r in rows)
        {
            var limits = GroupedPrecision.Fit(Others(r.Patient)).Of(r.Class)!.PercentLimitsAt(r.First);
            byClass += limits.Contain(r.First, r.Second) ? 0 : 1;
            asOne += PrecisionProfile.Fit(Others(r.Patient)).PercentLimitsAt(r.First).Contain(r.First, r.Second) ? 0 : 1;
            Assert.True(limits.UpperPercent > -limits.LowerPercent);
        }

        var all = GroupedPrecision.Fit(Others(null));
        foreach (var g in all.Groups)
        {
            var wCv = all.Of(g.Group)!.RelativeSdIntervalAt(5);
            output.WriteLine(FormattableString.Invariant($"{g.Group}: wCV {all.Of(g.Group)!.RelativeSdAt(5):0.000} [{wCv.Lower:0.000}, {wCv.Upper:0.000}], {all.Of(g.Group)!.PercentLimitsAt(5)}"));
        }

        output.WriteLine($"{rows.Count} pairs: {byClass} false changes by class, {asOne} with one profile for all");
        Assert.Equal(48, rows.Count);
        Assert.True(all.Homogeneity!.Value.P < 1e-4);
        // Exact binomial range of 95 % for 48 at 5 %: at most 6 (P(≤ 6) = 0.988, P(≤ 5) = 0.967), and none is not unlikely (0.085).
        Assert.InRange(byClass, 0, 6);
        Assert.InRange(asOne, 0, 6);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double Chi2(RandomStream random, int dof) => Enumerable.Range(0, dof).Sum(_ => Math.Pow(random.NextNormal(), 2));
}
