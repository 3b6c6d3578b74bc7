using Etalon.Cases;
using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>What fractions and drugs kill, at their own clock times, against closed forms.</summary>
[Trait("Kind", "Numeric")]
public sealed class TreatmentKillTests(ITestOutputHelper output)
{
    private static readonly GrowthParameters Still = new() { DiffusivityMm2PerDay = 0, ProliferationPerDay = 0, AlphaPerGy = 0.05 };

    /// <summary>Mass at the end over mass at the start.</summary>
    private static double Survival(GrowthParameters parameters, TreatmentSchedule schedule, double day, double largestStep, double start = 0)
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(12, 9, 7, 1.4, 2.2, 0.9));
        var model = new TumourModel(new FluxDiffusion(domain));
        var initial = model.Diffusion.ToState(TumourFixtures.Lumps(domain.Grid));
        return TumourFixtures.ExactSum(TumourFixtures.At(model, initial, parameters, schedule, day, largestStep, start)) / TumourFixtures.ExactSum(initial);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.7)]
    [InlineData(0.123)]
    [InlineData(9.5)]
    public void Fractions_at_clock_times_kill_what_the_linear_quadratic_model_says(double largestStep)
    {
        // At 08:00 and 14:30 of one day, 23:59:30, and others: five of 2 Gy, one of 3 Gy, four of 1.2 Gy.
        FractionOnDay[] fractions =
        [
            new(1 + 8 / 24.0, 2), new(1 + 14.5 / 24, 2), new(2 + 8 / 24.0, 2), new(2 + 86370 / 86400.0, 2), new(4.01, 3),
            new(5.35, 1.2), new(5.60, 1.2), new(5.85, 1.2), new(6.1, 1.2), new(7.3333, 2),
        ];

        var survival = Survival(Still, new TreatmentSchedule(fractions, []), 8.77, largestStep);

        // β = 0.005: αΣd = 0.05 · 17.8 = 0.89, βΣd² = 0.005 · 34.76 = 0.1738.
        var error = survival / Math.Exp(-1.0638) - 1;
        output.WriteLine(FormattableString.Invariant($"step {largestStep}: relative error {error:E2}"));
        Assert.InRange(Math.Abs(error), 0, 1e-12);
    }

    [Fact]
    public void Diffusion_does_not_change_what_fractions_kill()
    {
        var survival = Survival(Still with { DiffusivityMm2PerDay = 0.4 }, new TreatmentSchedule([new(0.34, 2), new(3.99, 5)], []), 6.5, 1);

        // αΣd + βΣd² = 0.05 · 7 + 0.005 · 29 = 0.495.
        Assert.Equal(Math.Exp(-0.495), survival, 1e-12);
    }

    [Fact]
    public void A_scan_sees_the_state_before_a_fraction_of_its_own_instant()
    {
        var schedule = new TreatmentSchedule([new(3.42, 2)], []);

        Assert.Equal(1, Survival(Still, schedule, 3.42, 1), 1e-14);
        Assert.Equal(Math.Exp(-0.12), Survival(Still, schedule, 3.42 + 1e-9, 1), 1e-13);
    }

    [Fact]
    public void A_fraction_at_the_start_is_applied_and_one_before_it_is_not()
    {
        Assert.Equal(Math.Exp(-0.12), Survival(Still, new TreatmentSchedule([new(2.25, 2)], []), 3, 1, start: 2.25), 1e-13);
        Assert.Equal(1, Survival(Still, new TreatmentSchedule([new(2.2499, 2)], []), 3, 1, start: 2.25), 1e-14);
    }

    [Fact]
    public void Every_output_between_fractions_sees_exactly_what_came_before_it()
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(8, 6, 5, 1, 2, 3));
        var model = new TumourModel(new FluxDiffusion(domain));
        var initial = model.Diffusion.ToState(TumourFixtures.Lumps(domain.Grid));
        var seen = new List<double>();
        double[] outputs = [0, 0, 1.2, 1.3, 2.6, 2.6, 4];

        model.Simulate(
            initial, Still, new TreatmentSchedule([new(0, 1), new(1.3, 2), new(2.5, 3)], []), 0, outputs,
            (_, n) => seen.Add(Math.Log(TumourFixtures.ExactSum(n) / TumourFixtures.ExactSum(initial))), new SimulationOptions { LargestStepDays = 5 }, TestContext.Current.CancellationToken);

        // One Gy kills 0.055, two 0.12, three 0.195 in the logarithm.
        double[] expected = [0, 0, -0.055, -0.055, -0.37, -0.37, -0.37];
        Assert.Equal(expected.Length, seen.Count);
        for (var n = 0; n < expected.Length; n++)
        {
            Assert.Equal(expected[n], seen[n], 1e-13);
        }
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(30.0)]
    public void A_drug_kills_its_exponentially_fading_dose(double largestStep)
    {
        var drug = new DrugOnDays("drug", 0.7, [new(0.29, 1), new(3.9, 0.488)]);
        var other = new DrugOnDays("other", 9.242, [new(1.75, 2)]);
        var parameters = Still with { SensitivityPerDay = [0.2, 0.11] };

        var survival = Survival(parameters, new TreatmentSchedule([], [drug, other]), 9.1, largestStep);

        // ∫ s a e^{−β(t−τ)} dt = s a (1 − e^{−β(T−τ)})/β per dose.
        var exponent = 0.2 / 0.7 * (1 - Math.Exp(-0.7 * (9.1 - 0.29))) + 0.2 * 0.488 / 0.7 * (1 - Math.Exp(-0.7 * (9.1 - 3.9)))
            + 0.11 * 2 / 9.242 * (1 - Math.Exp(-9.242 * (9.1 - 1.75)));
        Assert.Equal(Math.Exp(-exponent), survival, 1e-12);
    }

    [Fact]
    public void A_drug_taken_before_the_start_is_still_in_effect()
    {
        var schedule = new TreatmentSchedule([], [new DrugOnDays("drug", 0.7, [new(-1.5, 1)])]);

        var survival = Survival(Still with { SensitivityPerDay = [0.3] }, schedule, 4, 1);

        Assert.Equal(Math.Exp(-0.3 / 0.7 * (Math.Exp(-0.7 * 1.5) - Math.Exp(-0.7 * 5.5))), survival, 1e-12);
    }

    [Fact]
    public void A_drug_that_does_not_fade_kills_for_ever()
    {
        var schedule = new TreatmentSchedule([], [new DrugOnDays("implant", 0, [new(2.5, 1)])]);

        Assert.Equal(Math.Exp(-0.03 * 7.5), Survival(Still with { SensitivityPerDay = [0.03] }, schedule, 10, 1), 1e-12);
    }

    [Fact]
    public void Clock_times_and_offsets_become_days_of_the_first_scan()
    {
        var start = new DateTimeOffset(2024, 3, 30, 9, 15, 0, TimeSpan.FromHours(1));
        var given = new TreatmentGiven(
            [new Fraction(new DateTimeOffset(2024, 4, 2, 8, 10, 0, TimeSpan.FromHours(2)), 2), new Fraction(new DateTimeOffset(2024, 3, 31, 8, 0, 0, TimeSpan.FromHours(2)), 1.8)],
            [new DrugCourse("temozolomide", "mg", 105, [new DrugDose(new DateTimeOffset(2024, 3, 31, 23, 15, 0, TimeSpan.FromHours(2)), 215)])], []);

        var schedule = TreatmentSchedule.From(given, start, _ => 9.242);

        // Summer time began between the first scan and the fractions: 31 March 08:00+02:00 is 06:00 UTC, 21.75 h after 08:15 UTC of the day before.
        Assert.Equal(21.75 / 24, schedule.Fractions[0].Day, 1e-12);
        Assert.Equal(1.8, schedule.Fractions[0].DoseGy);
        Assert.Equal(2 + 21 + 55 / 60.0, 24 * (schedule.Fractions[1].Day - 2) + 2, 1e-9);
        Assert.Equal(37.0 / 24, schedule.Drugs[0].Doses[0].Day, 1e-12);
        Assert.Equal(215.0 / 105, schedule.Drugs[0].Doses[0].RelativeAmount, 1e-15);
        Assert.Equal(3.8, schedule.TotalDoseGy, 1e-14);
    }

    [Theory]
    [InlineData(0, 0.1, 0.1)]
    [InlineData(-1, 0.1, 0.1)]
    [InlineData(double.NaN, 0.1, 0.1)]
    [InlineData(1, double.NaN, 0.1)]
    [InlineData(1, double.PositiveInfinity, 0.1)]
    [InlineData(1, -0.1, 0.1)]
    [InlineData(1, 0.1, double.NaN)]
    [InlineData(1, 0.1, -0.1)]
    public void Steps_and_parameters_out_of_range_are_refused(double largestStep, double diffusivity, double sensitivity)
    {
        var schedule = new TreatmentSchedule([], [new DrugOnDays("drug", 0.7, [new(1.25, 1)])]);

        Assert.Throws<ArgumentException>(() => Survival(Still with { DiffusivityMm2PerDay = diffusivity, SensitivityPerDay = [sensitivity] }, schedule, 3, largestStep));
    }

    [Fact]
    public void Outputs_before_the_start_or_out_of_order_are_refused()
    {
        var grid = TumourFixtures.ObliqueGrid(4, 3, 2, 1, 2, 3);
        var model = new TumourModel(new FluxDiffusion(TumourFixtures.Box(grid)));
        void Run(int length, params double[] days) => model.Simulate(
            new double[length], Still, TreatmentSchedule.None, 1.5, days, (_, _) => { }, cancellation: TestContext.Current.CancellationToken);

        Assert.Throws<ArgumentException>(() => Run(model.Diffusion.Length, 1.4));
        Assert.Throws<ArgumentException>(() => Run(model.Diffusion.Length, 3, 2));
        Assert.Throws<ArgumentException>(() => Run(model.Diffusion.Length, double.NaN));
        Assert.Throws<ArgumentException>(() => Run(grid.Count, 3));
        Assert.Throws<ArgumentException>(() => new FluxDiffusion(new Etalon.Imaging.Mask(grid, new bool[grid.Count])));
    }
}
