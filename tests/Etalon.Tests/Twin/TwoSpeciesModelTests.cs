using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>The tumour of two kinds of cells against the model of one, closed forms and laws.</summary>
[Trait("Kind", "Numeric")]
public sealed class TwoSpeciesModelTests(ITestOutputHelper output)
{
    private static readonly TreatmentSchedule Treated = new(
        [new(3.34, 2), new(4.34, 1.7), new(7.1, 3)],
        [new DrugOnDays("fast", 9.242, [new(1.21, 1), new(5.9, 0.4)]), new DrugOnDays("slow", 0.7, [new(-1.3, 1), new(6.2, 0.8)])]);

    [Theory]
    [InlineData(0.06, 1e-13)]
    [InlineData(0.05, 1e-8)]
    public void Without_cells_of_the_second_kind_it_is_the_model_of_one(double otherProliferation, double tolerance)
    {
        var diffusion = Domain();
        var initial = diffusion.ToState(TumourFixtures.Lumps(diffusion.Domain.Grid));
        var (first, second) = (Growth(0.02, 0.06, 0.05, 0.5, 0.2), Growth(0.09, otherProliferation, 0.02, 0.1, 0.4));
        var days = new[] { 0, 3.34, 6.2, 9.7 };
        var options = new SimulationOptions { LargestStepDays = 1 };
        List<double[]> one = [], two = [];
        new TumourModel(diffusion).Simulate(initial, first, Treated, 0, days, (_, n) => one.Add(n.ToArray()), options, TestContext.Current.CancellationToken);

        new TwoSpeciesModel(diffusion).Simulate(
            initial, new double[initial.Length], new TwoSpeciesParameters { Enhancing = first, NonEnhancing = second }, Treated, 0, days,
            (_, e, m) =>
            {
                two.Add(e.ToArray());
                Assert.Equal(-1, m.IndexOfAnyExcept(0.0));
            }, options, TestContext.Current.CancellationToken);

        var worst = one.Zip(two, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();
        output.WriteLine(FormattableString.Invariant($"largest difference {worst:E2}"));
        // Rounding where the reaction is exact, else the tolerance of its integration.
        Assert.InRange(worst, 0, tolerance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.07)]
    public void Two_kinds_that_are_alike_add_up_to_one_whatever_turns_into_what(double conversion)
    {
        var diffusion = Domain();
        var (e, m) = Kinds(diffusion);
        var alike = Growth(0.02, 0.06, 0.05, 0.5, 0.2);
        var options = new SimulationOptions { LargestStepDays = 1 };
        var one = Array.Empty<double>();
        new TumourModel(diffusion).Simulate(Sum(e, m), alike, Treated, 0, [9.7], (_, n) => one = n.ToArray(), options, TestContext.Current.CancellationToken);

        var (endE, endM) = At(diffusion, e, m, new TwoSpeciesParameters { Enhancing = alike, NonEnhancing = alike, ConversionPerDay = conversion }, Treated, 9.7, options);

        var worst = one.Zip(Sum(endE, endM), (x, y) => Math.Abs(x - y)).Max();
        output.WriteLine(FormattableString.Invariant($"largest difference {worst:E2}"));
        // Rounding of some 20 steps.
        Assert.InRange(worst, 0, 1e-13);
    }

    [Theory]
    [InlineData(0.06, 0.06, 0, 1e-12)]
    [InlineData(0.06, 0.06, 0.11, 1e-12)]
    [InlineData(-0.03, -0.03, 0.11, 1e-12)]
    [InlineData(0.08, 0.03, 0.11, 1e-8)]
    [InlineData(0.4, 0, 0.3, 1e-8)]
    public void The_reaction_solves_its_equations(double kE, double kM, double conversion, double tolerance)
    {
        double[] killE = [0.9, 0.05], killM = [0.2, 0.3], beta = [9.242, 0.7];
        var h = 3.3;
        var equal = kE == kM;
        TwoSpeciesReaction reaction = equal
            ? ProjectiveReaction.Growth(h, kE, conversion, killE, killM, beta)
            : IntegratedReaction.Growth(h, kE, kM, conversion, killE, killM, beta);
        double[] e = [0.37, 0.001, 0.6], m = [0.21, 0.9, 0];
        reaction.Apply(e, m);

        // Classical Runge-Kutta with 33,000 steps of the differential equations themselves: its error is below 1e-13.
        var starts = new[] { (0.37, 0.21), (0.001, 0.9), (0.6, 0.0) };
        for (var v = 0; v < 3; v++)
        {
            var (x, y) = starts[v];
            (double, double) Slope(double t, double a, double b)
            {
                var room = 1 - a - b;
                double Drugs(double[] kill) => kill[0] * Math.Exp(-beta[0] * t) + kill[1] * Math.Exp(-beta[1] * t);
                return (kE * room * a - Drugs(killE) * a + conversion * b, kM * room * b - Drugs(killM) * b - conversion * b);
            }

            for (var s = 0; s < 33000; s++)
            {
                var (t, d) = (h * s / 33000, h / 33000);
                var (a1, b1) = Slope(t, x, y);
                var (a2, b2) = Slope(t + d / 2, x + d / 2 * a1, y + d / 2 * b1);
                var (a3, b3) = Slope(t + d / 2, x + d / 2 * a2, y + d / 2 * b2);
                var (a4, b4) = Slope(t + d, x + d * a3, y + d * b3);
                (x, y) = (x + d / 6 * (a1 + 2 * a2 + 2 * a3 + a4), y + d / 6 * (b1 + 2 * b2 + 2 * b3 + b4));
            }

            output.WriteLine(FormattableString.Invariant($"k {kE} and {kM}, c {conversion}: errors {e[v] - x:E2} and {m[v] - y:E2}"));
            Assert.Equal(x, e[v], tolerance);
            Assert.Equal(y, m[v], tolerance);
        }
    }

    [Fact]
    public void Two_intervals_and_a_kill_after_each_other_are_one_change()
    {
        double[] beta = [0.7];
        var first = ProjectiveReaction.Growth(1.2, 0.04, 0.09, [0.5], [0.2], beta);
        var later = Math.Exp(-0.7 * 1.2);
        var second = ProjectiveReaction.Growth(1.7, 0.04, 0.09, [0.5 * later], [0.2 * later], beta);
        double[] e = [0.3, 0.05], m = [0.2, 0.8], wholeE = [0.3, 0.05], wholeM = [0.2, 0.8];
        first.Apply(e, m);
        second.Apply(e, m);
        (e[0], m[0], e[1], m[1]) = (0.4 * e[0], 0.7 * m[0], 0.4 * e[1], 0.7 * m[1]);

        first.Then(second).Then(ProjectiveReaction.Kill(0.4, 0.7)).Apply(wholeE, wholeM);

        for (var v = 0; v < 2; v++)
        {
            Assert.Equal(e[v], wholeE[v], 1e-15);
            Assert.Equal(m[v], wholeM[v], 1e-15);
        }

        // Not so by chance: the whole interval at once is the same change too.
        double[] onceE = [0.3], onceM = [0.2];
        ProjectiveReaction.Growth(2.9, 0.04, 0.09, [0.5], [0.2], beta).Then(ProjectiveReaction.Kill(0.4, 0.7)).Apply(onceE, onceM);
        Assert.Equal(e[0], onceE[0], 1e-14);
        Assert.Equal(m[0], onceM[0], 1e-14);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.35)]
    public void Halving_the_step_quarters_the_error(double otherProliferation)
    {
        var diffusion = Domain();
        var (e, m) = Kinds(diffusion);
        var parameters = new TwoSpeciesParameters
        {
            Enhancing = Growth(0.1, 0.2, 0.05, 0.5, 0.2), NonEnhancing = Growth(0.3, otherProliferation, 0.02, 0.1, 0.4), ConversionPerDay = 0.1,
        };
        var drug = new TreatmentSchedule([], [new DrugOnDays("fast", 2, [new(0, 0.5)]), new DrugOnDays("slow", 0.7, [new(0, 1)])]);
        var runs = new[] { 1, 2, 4, 8 }.Select(r => At(diffusion, e, m, parameters, drug, 2, new SimulationOptions { LargestStepDays = 0.25, Refinement = r })).ToArray();
        double Distance(int a) => Math.Sqrt(
            runs[a].E.Zip(runs[a + 1].E, (x, y) => (x - y) * (x - y)).Sum() + runs[a].M.Zip(runs[a + 1].M, (x, y) => (x - y) * (x - y)).Sum());

        var order = Math.Log2(Distance(1) / Distance(2));

        output.WriteLine(FormattableString.Invariant($"orders {Math.Log2(Distance(0) / Distance(1)):0.000} {order:0.000}"));
        Assert.InRange(order, 1.9, 2.1);
    }

    [Fact]
    public void Without_growth_each_kind_keeps_its_cells_and_conversion_keeps_their_sum()
    {
        var diffusion = Domain();
        var (e, m) = Kinds(diffusion);
        var parameters = new TwoSpeciesParameters { Enhancing = Growth(0.1, 0, 0.05, 0, 0), NonEnhancing = Growth(0.3, 0, 0.02, 0, 0) };

        var (stillE, stillM) = At(diffusion, e, m, parameters, TreatmentSchedule.None, 30.3);
        var (turnedE, turnedM) = At(diffusion, e, m, parameters with { ConversionPerDay = 0.04 }, TreatmentSchedule.None, 30.3);

        // Rounding of some 10² steps.
        Assert.Equal(1, TumourFixtures.ExactSum(stillE) / TumourFixtures.ExactSum(e), 1e-12);
        Assert.Equal(1, TumourFixtures.ExactSum(stillM) / TumourFixtures.ExactSum(m), 1e-12);
        Assert.Equal(1, (TumourFixtures.ExactSum(turnedE) + TumourFixtures.ExactSum(turnedM)) / (TumourFixtures.ExactSum(e) + TumourFixtures.ExactSum(m)), 1e-12);
        // First-order conversion, whatever diffusion does.
        Assert.Equal(Math.Exp(-0.04 * 30.3), TumourFixtures.ExactSum(turnedM) / TumourFixtures.ExactSum(m), 1e-12);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.03)]
    public void Each_kind_dies_by_its_own_radiosensitivity_after_the_scan_of_that_instant(double otherProliferation)
    {
        var diffusion = Domain();
        var (e, m) = Kinds(diffusion);
        var parameters = new TwoSpeciesParameters { Enhancing = Growth(0, 0.02, 0.31, 0, 0) with { SensitivityPerDay = [] }, NonEnhancing = Growth(0, otherProliferation, 0.12, 0, 0) with { Response = new() { AlphaBetaGy = 4 }, SensitivityPerDay = [] } };
        var schedule = new TreatmentSchedule([new(2.375, 1.8)], []);
        List<(double[] E, double[] M)> states = [];

        new TwoSpeciesModel(diffusion).Simulate(
            e, m, parameters, schedule, 2.375, [2.375, 2.375 + 1e-9], (_, a, b) => states.Add((a.ToArray(), b.ToArray())), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(e, states[0].E);
        // S = exp(−αd(1 + d/(α/β))); growth in 1e-9 days is 1e-11.
        for (var n = 0; n < e.Length; n++)
        {
            Assert.Equal(e[n] * Math.Exp(-0.31 * 1.8 * 1.18), states[1].E[n], 1e-10);
            Assert.Equal(m[n] * Math.Exp(-0.12 * 1.8 * 1.45), states[1].M[n], 1e-10);
        }
    }

    [Fact]
    public void A_dose_map_kills_each_voxel_by_its_own_dose_and_a_resection_takes_both_kinds()
    {
        var diffusion = Domain();
        var (e, m) = Kinds(diffusion);
        var grid = diffusion.Domain.Grid;
        var parameters = new TwoSpeciesParameters
        {
            Enhancing = Growth(0, 0, 0.31, 0, 0) with { SensitivityPerDay = [] }, NonEnhancing = Growth(0, 0, 0.12, 0, 0) with { SensitivityPerDay = [] },
        };
        var dose = Enumerable.Range(0, grid.Count).Select(n => 0.25f * (n % 17)).ToArray();
        var cut = Enumerable.Range(0, grid.Count).Select(n => n % grid.Nx > 8).ToArray();
        var schedule = new TreatmentSchedule([new(1.375, 99) { DoseMapGy = dose }], []) { Surgeries = [new SurgeryOnDay(2.5, cut, 0.9)] };

        var (endE, endM) = At(diffusion, e, m, parameters, schedule, 3);

        for (var n = 0; n < e.Length; n++)
        {
            if (diffusion.GridIndex[n] is var at and >= 0)
            {
                var left = cut[at] ? 0.1 : 1;
                // S = exp(−αd(1 + d/10)); nothing else happens.
                Assert.Equal(left * e[n] * Math.Exp(-0.31 * dose[at] * (1 + dose[at] / 10.0)), endE[n], 1e-14);
                Assert.Equal(left * m[n] * Math.Exp(-0.12 * dose[at] * (1 + dose[at] / 10.0)), endM[n], 1e-14);
            }
        }
    }

    [Fact]
    public void What_the_model_does_not_know_is_refused()
    {
        var diffusion = Domain();
        var (e, m) = Kinds(diffusion);
        var plain = Growth(0, 0, 0.1, 0, 0) with { SensitivityPerDay = [] };
        var good = new TwoSpeciesParameters { Enhancing = plain, NonEnhancing = plain };
        Assert.Throws<ArgumentException>(() => At(diffusion, e, m, good with { ConversionPerDay = double.NaN }, TreatmentSchedule.None, 1));
        Assert.Throws<ArgumentException>(() => At(diffusion, e, m, good with { ConversionPerDay = -0.1 }, TreatmentSchedule.None, 1));
        Assert.Throws<ArgumentException>(() => At(diffusion, e, m, good with { NonEnhancing = plain with { ClearancePerDay = 0.1 } }, TreatmentSchedule.None, 1));
        Assert.Throws<ArgumentException>(() => At(diffusion, e, [1, 2], good, TreatmentSchedule.None, 1));
    }

    [Fact]
    public void Densities_stay_above_nothing_and_together_below_capacity()
    {
        var diffusion = Domain();
        // The hardest start: full voxels of either kind and empty ones side by side.
        var e = diffusion.ToState(Enumerable.Range(0, diffusion.Domain.Grid.Count).Select(n => n * 7919L % 3 == 0 ? 1.0 : 0).ToArray());
        var m = diffusion.ToState(Enumerable.Range(0, diffusion.Domain.Grid.Count).Select(n => n * 7919L % 3 == 1 ? 1.0 : 0).ToArray());
        var parameters = new TwoSpeciesParameters { Enhancing = Growth(0.2, 0.2, 0.05, 0.5, 0.2), NonEnhancing = Growth(0.2, 0.4, 0.02, 0.1, 0.4), ConversionPerDay = 0.1 };
        new TwoSpeciesModel(diffusion).Simulate(
            e, m, parameters, Treated, 0, [0.5, 1, 2, 4, 8],
            (_, a, b) =>
            {
                for (var n = 0; n < a.Length; n++)
                {
                    Assert.InRange(a[n], 0, 1);
                    Assert.InRange(b[n], 0, 1);
                    Assert.InRange(a[n] + b[n], 0, 1 + 1e-12);
                }
            }, new SimulationOptions { LargestStepDays = 0.5 }, TestContext.Current.CancellationToken);
    }

    private static HeterogeneousDiffusion Domain() => HeterogeneousDiffusionTests.Patchy(19, 14, 11, 1.2, 2.3, 0.9, floor: 0.2);

    private static GrowthParameters Growth(double diffusivity, double proliferation, double alpha, double fast, double slow) =>
        new() { DiffusivityMm2PerDay = diffusivity, ProliferationPerDay = proliferation, AlphaPerGy = alpha, SensitivityPerDay = [fast, slow] };

    private static (double[] E, double[] M) Kinds(DiffusionOperator diffusion)
    {
        var lumps = TumourFixtures.Lumps(diffusion.Domain.Grid);
        return (diffusion.ToState(lumps), diffusion.ToState(lumps.Select((v, n) => 0.4 * lumps[(n + 53) % lumps.Length]).ToArray()));
    }

    private static double[] Sum(double[] a, double[] b) => a.Zip(b, (x, y) => x + y).ToArray();

    private static (double[] E, double[] M) At(
        DiffusionOperator diffusion, double[] e, double[] m, TwoSpeciesParameters parameters, TreatmentSchedule schedule, double day, SimulationOptions? options = null)
    {
        (double[], double[]) result = ([], []);
        if (parameters.Enhancing.SensitivityPerDay.Count != schedule.Drugs.Count)
        {
            parameters = parameters with { Enhancing = parameters.Enhancing with { SensitivityPerDay = [] }, NonEnhancing = parameters.NonEnhancing with { SensitivityPerDay = [] } };
        }

        new TwoSpeciesModel(diffusion).Simulate(e, m, parameters, schedule, 0, [day], (_, a, b) => result = (a.ToArray(), b.ToArray()), options);
        return result;
    }
}
