using Etalon.Numerics;
using Etalon.Numerics.Charts;
using Xunit;

namespace Etalon.Tests.Numerics.Charts;

/// <summary>Run lengths of control charts against published tables, and how soon they find a shift.</summary>
[Trait("Kind", "Numeric")]
public sealed class ControlChartTests
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("ETALON_FULL") == "1";

    [Theory]
    // Montgomery, Introduction to Statistical Quality Control, table of two-sided CUSUM run lengths, k = 0.5: three digits.
    [InlineData(0.5, 4, 0, 168)]
    [InlineData(0.5, 5, 0, 465)]
    [InlineData(0.5, 4, 0.5, 26.6)]
    [InlineData(0.5, 4, 1, 8.38)]
    [InlineData(0.5, 5, 1, 10.4)]
    [InlineData(0.5, 5, 2, 4.01)]
    public void The_run_length_of_a_CUSUM_is_that_of_the_tables(double k, double h, double shift, double expected) =>
        Assert.Equal(expected, RunLength.OfCusum(k, h, shift), 0.005 * expected);

    [Theory]
    // Lucas and Saccucci 1990, table 3: designs of run length 500 (printed limits have four digits).
    [InlineData(1, 3.09)]
    [InlineData(0.75, 3.087)]
    [InlineData(0.5, 3.071)]
    [InlineData(0.4, 3.054)]
    [InlineData(0.25, 2.998)]
    [InlineData(0.1, 2.814)]
    public void The_run_length_of_an_EWMA_is_that_of_the_tables(double weight, double limit) =>
        Assert.Equal(500, weight < 1 ? RunLength.OfEwma(weight, limit) : RunLength.OfShewhart(limit), 4.0);

    [Fact]
    public void A_Shewhart_chart_of_three_sigma_signals_once_in_370() => Assert.Equal(370.4, RunLength.OfShewhart(3), 0.05);

    [Fact]
    public void Simulated_run_lengths_agree_with_the_integral_equations()
    {
        var random = new RandomStream(3, "run-lengths");
        foreach (var (chart, expected) in new (ControlChart, double)[]
        {
            (new CusumChart(0.75, 2.48), RunLength.OfCusum(0.75, 2.48)), (new EwmaChart(0.3, 2.45), RunLength.OfEwma(0.3, 2.45)), (new ShewhartChart(2), RunLength.OfShewhart(2)),
        })
        {
            var (mean, error) = RunLength.Simulated(chart, 0, 4000, random, TestContext.Current.CancellationToken);
            // Four standard errors.
            Assert.Equal(expected, mean, 4 * error);
        }
    }

    [Fact]
    public void The_default_chart_gives_one_false_alarm_in_a_hundred_scans()
    {
        var (mean, error) = RunLength.Simulated(MovingLikelihoodChart.Default(), 0, Full ? 400_000 : 20_000, new RandomStream(17, "default-chart"), TestContext.Current.CancellationToken);
        // 1 % is what its limit was set to; the standard error of 20,000 runs is 0.7 %.
        Assert.Equal(100, mean, 1 + 3 * error);
    }

    [Fact]
    public void The_default_chart_finds_a_shift_within_three_and_five_scans_more_often_than_any_classical_chart()
    {
        var best = new double[11];
        foreach (var chart in Classical())
        {
            var rates = Detection(chart, 40_000);
            foreach (var m in new[] { 3, 5, 10 })
            {
                best[m] = Math.Max(best[m], rates[m]);
            }
        }

        var own = Detection(MovingLikelihoodChart.Default(), 40_000);
        // The standard error of a rate of one half over 40,000 shifts is 0.0025; at 10 scans the default gives away 1 point of 99.
        Assert.True(own[3] > best[3] && own[5] > best[5], $"{own[3]:0.0000} of {best[3]:0.0000}, {own[5]:0.0000} of {best[5]:0.0000}");
        Assert.True(own[10] > 0.98 * best[10], $"{own[10]:0.0000} of {best[10]:0.0000}");
        // Optimal stopping for one horizon alone, by dynamic programming: 0.576 within 3 and 0.859 within 5; no chart has both.
        Assert.InRange(own[3], 0.558 - 0.01, 0.576);
        Assert.InRange(own[5], 0.839 - 0.01, 0.859);
    }

    [Fact]
    public void A_copy_goes_its_own_way_and_a_restart_forgets()
    {
        foreach (var chart in new ControlChart[] { new CusumChart(0.5, 4), new EwmaChart(0.2, 2.9), MovingLikelihoodChart.Default(), new ShewhartChart(3) })
        {
            chart.Next(1.3);
            var copy = chart.Copy();
            chart.Next(1.1);
            copy.Next(1.1);
            Assert.Equal(chart.Statistic, copy.Statistic);
            chart.Next(-2);
            copy.Restart();
            copy.Next(0.4);
            var fresh = chart.Copy();
            fresh.Restart();
            fresh.Next(0.4);
            Assert.Equal(fresh.Statistic, copy.Statistic);
            Assert.Throws<ArgumentException>(() => chart.Next(double.NaN));
        }
    }

    [Fact]
    public void One_value_far_out_signals_at_once_and_does_not_overflow()
    {
        var chart = MovingLikelihoodChart.Default();
        Assert.True(chart.Next(-900));
        Assert.True(double.IsFinite(chart.Statistic));
    }

    /// <summary>Classical designs whose limits give one false alarm in 100 scans.</summary>
    private static IEnumerable<ControlChart> Classical()
    {
        yield return new ShewhartChart(Root(l => RunLength.OfShewhart(l)));
        foreach (var k in new[] { 0.5, 0.65, 0.75, 0.9 })
        {
            yield return new CusumChart(k, Root(h => RunLength.OfCusum(k, h)));
        }

        foreach (var weight in new[] { 0.2, 0.3, 0.4, 0.5 })
        {
            yield return new EwmaChart(weight, Root(l => RunLength.OfEwma(weight, l)));
        }
    }

    private static double Root(Func<double, double> length)
    {
        var (low, high) = (0.5, 8.0);
        for (var i = 0; i < 50; i++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = length(middle) < 100 ? (middle, high) : (low, middle);
        }

        return 0.5 * (low + high);
    }

    /// <summary>Share of shifts of 1.5 standard deviations that are found within 1 … 10 scans, the shift coming at any time of a chart in use.</summary>
    private static double[] Detection(ControlChart chart, int shifts)
    {
        var (quiet, after) = (new RandomStream(23, "quiet"), new RandomStream(23, "after"));
        var found = new double[11];
        chart.Restart();
        for (var shift = 0; shift < shifts; shift++)
        {
            // Twenty quiet scans between the shifts keep them nearly independent.
            for (var i = 0; i < 20; i++)
            {
                if (chart.Next(quiet.NextNormal()))
                {
                    chart.Restart();
                }
            }

            var copy = chart.Copy();
            var values = Enumerable.Range(0, 10).Select(_ => 1.5 + after.NextNormal()).ToArray();
            var at = Array.FindIndex(values, v => copy.Next(v));
            for (var m = at + 1; at >= 0 && m <= 10; m++)
            {
                found[m] += 1.0 / shifts;
            }
        }

        return found;
    }
}
