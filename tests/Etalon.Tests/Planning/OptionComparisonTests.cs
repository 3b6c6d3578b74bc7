using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Planning;
using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Planning;

/// <summary>Options beside each other, with forecasts made by hand.</summary>
[Trait("Kind", "Numeric")]
public sealed class OptionComparisonTests
{
    private static TumourBurden[] Exponential(IReadOnlyList<double> days, double first, double rate) => days.Select(d => new TumourBurden(first * Math.Exp(rate * d), 0, 0)).ToArray();

    [Fact]
    public void Regrowth_is_when_the_cells_are_again_as_many_as_at_the_start()
    {
        double[] days = [0, 9.5, 24.3, 31, 60, 95];
        // Killed to a quarter at day 24.3, then growing at 0.02 per day: ln 4/0.02 = 69.3 days after day 24.3, counted from day 9.5.
        var burden = days.Select(d => new TumourBurden(d <= 9.5 ? 800 : d < 24.3 ? 500 : 200 * Math.Exp(0.02 * (d - 24.3)), 0, 0)).ToArray();

        Assert.Equal(24.3 + Math.Log(4) / 0.02 - 9.5, OptionComparison.RegrowthDays(days, burden, 9.5)!.Value, 1e-9);
        // A start between two outputs takes the earlier one's cells.
        Assert.Equal(24.3 + Math.Log(4) / 0.02 - 12.25, OptionComparison.RegrowthDays(days, burden, 12.25)!.Value, 1e-9);
        // Never fewer: 0. Not back yet: no number.
        Assert.Equal(0, OptionComparison.RegrowthDays(days, Exponential(days, 10, 0.01), 0));
        Assert.Null(OptionComparison.RegrowthDays(days, Exponential(days, 10, -0.01), 0));
    }

    [Fact]
    public void Members_are_compared_one_by_one_and_the_parameter_that_decides_is_named()
    {
        double[] days = [0, 30.5, 90];
        var draws = Enumerable.Range(0, 40).Select(m => new[] { Math.Log(0.2) + 0.01 * (m * 17 % 40), Math.Log(0.04) + 0.002 * m, Math.Log(0.05) }).ToList();
        // The option helps the first 30 members and harms the last 10 by 25 %.
        Forecast Of(TreatmentSchedule s) => new(days, Exponential(days, 1e9, 0), draws.Select((d, m) => Exponential(days, 100 + m, 0.01).Select(
            b => s.Fractions.Count == 2 ? b with { Cells = b.Cells * (m < 30 ? 0.5 + 0.01 * m : 1.25 + 0.01 * (m - 30)) } : b).ToArray()).ToList());
        var source = new Source("t", "t", "t");
        ParameterPrior[] priors = [new("d", "D", "mm2/d", 0.2, 1, source), new("k", "k", "/d", 0.04, 1, source), new("a", "α", "/Gy", 0.05, 1, source)];
        var reference = new TreatmentOption("As given", "", new TreatmentSchedule([new(1, 2)], []), true);
        var other = new TreatmentOption("Other", "", new TreatmentSchedule([new(1, 2), new(2, 3)], []), false);

        var results = OptionComparison.Compare([other, reference], Of, draws, priors, 0);

        Assert.Equal((new DrawShare(30, 40), new DrawShare(10, 40), "k"), (results[0].PFewerCells, results[0].PMoreCells, results[0].DecidedBy));
        Assert.Equal(((DrawShare?)null, (DrawShare?)null, ""), (results[1].PFewerCells, results[1].PMoreCells, results[1].DecidedBy));
        // Cells of the reference at day 90 run from 100 to 139 times e^0.9: median of 119 and 120; the worst two of 40.
        Assert.Equal(119.5 * Math.Exp(0.9), results[1].Outcomes[0].Median!.Value, 1e-9);
        Assert.Equal(138.5 * Math.Exp(0.9), results[1].WorstFivePercent, 1e-9);
        // EQD2 for α/β = 2: 2 Gy counts 2, 3 Gy counts 3 · 2.5/2.
        Assert.Equal(5.75, results[0].Outcomes[2].Median!.Value, 1e-12);
        Assert.Equal(2, results[1].Outcomes[2].Median!.Value, 1e-12);
    }

    [Fact]
    public void The_short_course_keeps_weekends_clock_times_and_drugs()
    {
        var given = new TreatmentSchedule(
            Enumerable.Range(0, 30).Select(n => new FractionOnDay(24 + n / 5 * 7 + n % 5 + 0.34, 2)).ToList(), [new DrugOnDays("temozolomide", 9.242, [new(24.3, 1)])]);

        var options = TreatmentOption.Standard(given);

        Assert.Equal(["As given", "No treatment", "40 Gy in 15 fractions"], options.Select(o => o.Name));
        Assert.True(options[0].IsReference);
        Assert.Equal(0, options[1].Schedule.TotalDoseGy);
        // As many drugs as sensitivities, without doses.
        Assert.Empty(Assert.Single(options[1].Schedule.Drugs).Doses);
        var shorter = options[2].Schedule;
        Assert.Equal(40, shorter.TotalDoseGy, 1e-12);
        Assert.Equal(given.Fractions.Take(15).Select(f => f.Day), shorter.Fractions.Select(f => f.Day));
        Assert.Equal(given.Drugs, shorter.Drugs);
    }

    [Fact]
    public void The_short_course_continues_after_a_shorter_one_that_was_interrupted()
    {
        // Ten fractions from a Wednesday, the last five two weeks late.
        double[] days = [2.4, 3.4, 4.4, 7.4, 8.4, 23.4, 24.4, 25.4, 28.4, 29.4];

        var shorter = TreatmentOption.Standard(new TreatmentSchedule(days.Select(d => new FractionOnDay(d, 3)).ToList(), []))[2].Schedule;

        Assert.Equal([29.4, 30.4, 31.4, 32.4, 35.4, 36.4], shorter.Fractions.Skip(9).Select(f => Math.Round(f.Day, 9)));
        Assert.All(shorter.Fractions.Zip(shorter.Fractions.Skip(1)), p => Assert.True(p.Second.Day > p.First.Day, $"{p.First.Day} is followed by {p.Second.Day}"));
    }

    [Fact]
    public void Two_fractions_a_day_become_one_of_the_short_course()
    {
        var given = new TreatmentSchedule(Enumerable.Range(0, 40).Select(n => new FractionOnDay(n / 2 / 5 * 7 + n / 2 % 5 + (n % 2 == 0 ? 0.34 : 0.61), 1.5)).ToList(), []);

        Assert.Equal([0.34, 1.34, 2.34, 3.34, 4.34, 7.34], TreatmentOption.Standard(given)[2].Schedule.Fractions.Take(6).Select(f => Math.Round(f.Day, 9)));
    }

    [Fact]
    public void A_scan_late_in_the_morning_does_not_merge_Monday_afternoon_with_Tuesday_morning()
    {
        // Days of the model begin at the scan's 10:42; fractions are given at 15:00 and at 9:00 by turns, in an offset of its own.
        var scan = new DateTimeOffset(2024, 3, 1, 10, 42, 0, TimeSpan.FromHours(1));
        var monday = new DateTimeOffset(2024, 3, 4, 0, 0, 0, TimeSpan.FromHours(1));
        var fractions = Enumerable.Range(0, 20).Select(n => new Fraction(monday.AddDays(n / 5 * 7 + n % 5).AddHours(n % 2 == 0 ? 15 : 9), 2)).ToList();
        var given = TreatmentSchedule.From(new TreatmentGiven(fractions, [], []), scan, _ => 0);

        var shorter = TreatmentOption.Standard(given)[2].Schedule;

        Assert.Equal(given.Fractions.Take(15).Select(f => f.Day), shorter.Fractions.Select(f => f.Day));
    }

    [Fact]
    public void Schedules_first_differ_on_the_day_of_the_first_event_that_one_of_them_lacks()
    {
        var given = new TreatmentSchedule([new(3.4, 2), new(4.4, 2)], [new DrugOnDays("a", 9, [new(2.3, 1), new(5.3, 1)])]);

        Assert.Null(TreatmentSchedule.FirstDifference([given, given with { Fractions = [new(3.4, 2), new(4.4, 2)] }]));
        Assert.Equal(4.4, TreatmentSchedule.FirstDifference([given, given with { Fractions = [new(3.4, 2), new(4.4, 3)] }]));
        Assert.Equal(5.3, TreatmentSchedule.FirstDifference([given, given with { Drugs = [new DrugOnDays("a", 9, [new(2.3, 1)])] }]));
        Assert.Equal(2.3, TreatmentSchedule.FirstDifference([given, TreatmentSchedule.None]));
    }

    [Fact]
    public void Forty_of_forty_draws_are_not_certainty()
    {
        // All of n: 1 - 0.05 = p^n for the smallest p that 5 % would still show; by hand 0.05^(1/40) = 0.9278.
        var all = new DrawShare(40, 40).Interval;
        Assert.Equal(0.9278, all.Lower, 5e-5);
        Assert.Equal(1, all.Upper);
        Assert.Equal(1 - all.Lower, new DrawShare(0, 40).Interval.Upper, 1e-12);
        // Clopper and Pearson for 1 of 2: the roots of 1 - (1-p)^2 = 0.025 and p^2 = 0.025 from the other end.
        var half = new DrawShare(1, 2).Interval;
        Assert.Equal(1 - Math.Sqrt(0.975), half.Lower, 1e-9);
        Assert.Equal(Math.Sqrt(0.975), half.Upper, 1e-9);
    }

    [Fact]
    public void A_quantile_beyond_the_forecast_is_a_state_and_not_the_horizon()
    {
        // Of five draws two did not come back within 95 days: the median is the third smallest, the 97.5 % quantile is not known.
        var some = OptionOutcome.Of("Regrowth", "d", [70.5, null, 31.25, null, 42], 95);
        Assert.Equal((70.5, null), (some.Median, some.Upper));
        Assert.Equal(31.25 + 0.1 * (42 - 31.25), some.Lower!.Value, 1e-12);
        Assert.Equal(new BeyondForecast(95, 2), some.Beyond);
        var none = OptionOutcome.Of("Regrowth", "d", [null, null, null], 95);
        Assert.Equal(((double?)null, (double?)null, (double?)null), (none.Median, none.Lower, none.Upper));
        Assert.Null(OptionOutcome.Of("Regrowth", "d", [1, 2], 95).Beyond);
    }
}
