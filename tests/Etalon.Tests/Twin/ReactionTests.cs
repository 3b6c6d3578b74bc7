using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>Growth in place against closed forms, and the order of the splitting.</summary>
[Trait("Kind", "Numeric")]
public sealed class ReactionTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.01, 0.05, 37.3)]
    [InlineData(0.62, 0.03, 200)]
    [InlineData(0.3, -0.02, 60)]
    [InlineData(1.0, 0.08, 11.1)]
    public void Growth_alone_is_logistic(double first, double proliferation, double days)
    {
        var grid = TumourFixtures.ObliqueGrid(5, 4, 3, 1.1, 1.7, 2.9);
        var model = new TumourModel(new FluxDiffusion(TumourFixtures.Box(grid)));
        var initial = model.Diffusion.ToState(Enumerable.Repeat(first, grid.Count).ToArray());
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = 0.2, ProliferationPerDay = proliferation, AlphaPerGy = 0 };

        var final = TumourFixtures.At(model, initial, parameters, TreatmentSchedule.None, days, 0.9);

        // Verhulst; a constant density does not diffuse. Tolerance: rounding of some 200 steps.
        var e = Math.Exp(proliferation * days);
        foreach (var n in final.Where(n => n != 0))
        {
            Assert.Equal(first * e / (1 + first * (e - 1)), n, 1e-13);
        }
    }

    [Fact]
    public void Growth_under_a_fading_drug_solves_its_equation()
    {
        var (k, c, beta, h) = (0.06, new[] { 0.9, 0.05 }, new[] { 9.242, 0.7 }, 3.3);
        var reaction = Reaction.Growth(h, k, c, beta);

        // Classical Runge-Kutta with 33,000 steps of the differential equation itself: its error is below 1e-13.
        var (n, steps) = (0.37, 33000);
        double Slope(double t, double x) => k * x * (1 - x) - (c[0] * Math.Exp(-beta[0] * t) + c[1] * Math.Exp(-beta[1] * t)) * x;
        for (var s = 0; s < steps; s++)
        {
            var (t, d) = (h * s / steps, h / steps);
            var k1 = Slope(t, n);
            var k2 = Slope(t + d / 2, n + d / 2 * k1);
            var k3 = Slope(t + d / 2, n + d / 2 * k2);
            var k4 = Slope(t + d, n + d * k3);
            n += d / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        }

        Assert.Equal(n, reaction.Apply(0.37), 1e-12);
    }

    [Fact]
    public void Two_intervals_after_each_other_are_the_whole_interval()
    {
        double[] beta = [0.7];
        var whole = Reaction.Growth(2.9, 0.04, [0.5], beta);
        var parts = Reaction.Growth(1.2, 0.04, [0.5], beta).Then(Reaction.Growth(1.7, 0.04, [0.5 * Math.Exp(-0.7 * 1.2)], beta));

        foreach (var n in new[] { 1e-9, 0.03, 0.5, 1.0 })
        {
            Assert.Equal(whole.Apply(n), parts.Apply(n), 1e-14);
        }
    }

    [Fact]
    public void A_kill_before_growth_is_not_a_kill_after_it_unless_cells_are_few()
    {
        var (kill, growth) = (Reaction.Kill(0.3), Reaction.Growth(20, 0.05, [], []));

        Assert.True(kill.Then(growth).Apply(0.8) > growth.Then(kill).Apply(0.8));
        Assert.Equal(1, kill.Then(growth).Apply(1e-12) / growth.Then(kill).Apply(1e-12), 1e-11);
    }

    [Fact]
    public void Halving_the_step_divides_the_error_by_four()
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(25, 21, 16, 1.6, 1.9, 3.1));
        var model = new TumourModel(new FluxDiffusion(domain));
        var initial = model.Diffusion.ToState(TumourFixtures.Lumps(domain.Grid));
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = 0.25, ProliferationPerDay = 0.12, AlphaPerGy = 0.05, SensitivityPerDay = [0.25] };
        var schedule = new TreatmentSchedule([new(8, 2), new(9, 2)], [new DrugOnDays("drug", 0.4, [new(4, 1)])]);
        var states = new[] { 1.0, 0.5, 0.25, 0.125 }.Select(h => TumourFixtures.At(model, initial, parameters, schedule, 16, h)).ToArray();

        double Distance(int a, int b) => Math.Sqrt(states[a].Zip(states[b], (x, y) => (x - y) * (x - y)).Sum());
        var (first, second) = (Distance(0, 1) / Distance(1, 2), Distance(1, 2) / Distance(2, 3));

        output.WriteLine(FormattableString.Invariant($"ratios {first:0.000}, {second:0.000}; order {Math.Log2(second):0.000}"));
        // Order 2 means 4 in the limit; the next term still shows at these steps.
        Assert.InRange(first, 3.6, 4.4);
        Assert.InRange(second, 3.8, 4.2);
    }

    [Fact]
    public void Cutting_every_step_tells_the_time_error_also_where_stability_sets_the_step()
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(25, 21, 16, 1.6, 1.9, 3.1));
        var model = new TumourModel(new FluxDiffusion(domain));
        var initial = model.Diffusion.ToState(TumourFixtures.Lumps(domain.Grid));
        // D of 3 mm²/d holds the steps to about 0.1 d, far below the largest step of 2 d that is asked for.
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = 3, ProliferationPerDay = 0.6, AlphaPerGy = 0.05, SensitivityPerDay = [] };
        double[] Cells(int refinement)
        {
            double[] result = [];
            model.Simulate(initial, parameters, TreatmentSchedule.None, 0, [4], (_, n) => result = n.ToArray(), new SimulationOptions { Refinement = refinement }, TestContext.Current.CancellationToken);
            return result;
        }

        var states = new[] { 1, 2, 4 }.Select(Cells).ToArray();
        double Distance(int a, int b) => Math.Sqrt(states[a].Zip(states[b], (x, y) => (x - y) * (x - y)).Sum());

        output.WriteLine(FormattableString.Invariant($"ratio {Distance(0, 1) / Distance(1, 2):0.000}"));
        // Order 2 means 4 in the limit; near the stability bound the next term still shows.
        Assert.InRange(Distance(0, 1) / Distance(1, 2), 3.4, 4.6);
    }

    [Theory]
    [InlineData(0.9, 0.4)]
    [InlineData(30, 0.02)]
    public void Density_stays_between_nothing_and_capacity(double diffusivity, double proliferation)
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(19, 14, 11, 1.2, 2.3, 0.9));
        var model = new TumourModel(new FluxDiffusion(domain));
        // The hardest start: full and empty voxels side by side.
        var initial = model.Diffusion.ToState(Enumerable.Range(0, domain.Grid.Count).Select(n => (n * 7919L % 3) == 0 ? 1.0 : 0.0).ToArray());
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = diffusivity, ProliferationPerDay = proliferation, AlphaPerGy = 0.1, SensitivityPerDay = [0.8] };
        var schedule = new TreatmentSchedule([new(1.1, 4), new(2.9, 0)], [new DrugOnDays("drug", 2, [new(0.5, 1)])]);
        var days = Enumerable.Range(1, 40).Select(d => d * 0.1).ToList();

        model.Simulate(initial, parameters, schedule, 0, days, (_, state) =>
        {
            foreach (var n in state)
            {
                Assert.InRange(n, 0, 1 + 1e-14);
            }
        }, cancellation: TestContext.Current.CancellationToken);
    }
}
