using Etalon.Numerics;
using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>The fast forward run against the plain one, operation by operation.</summary>
[Trait("Kind", "Numeric")]
public sealed class FusedStepperTests
{
    private static readonly GrowthParameters Parameters = new() { DiffusivityMm2PerDay = 0.19, ProliferationPerDay = 0.052, AlphaPerGy = 0.047, SensitivityPerDay = [0.4] };

    private static readonly TreatmentSchedule Schedule = new(
        [.. Enumerable.Range(0, 6).Select(n => new FractionOnDay(12 + n + 0.31, 2))], [new DrugOnDays("slow", 0.9, [new DoseOnDay(5.5, 1), new DoseOnDay(21.2, 0.7)])]);

    private static readonly double[] Days = [0, 7.3, 12.31, 40.6];

    private readonly FluxDiffusion _diffusion = new(TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(47, 31, 26, 1.3, 1.9, 2.6)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_run_in_one_pass_equals_the_plain_one_for_any_number_of_threads(int threads)
    {
        var model = new TumourModel(_diffusion);
        // A small lump, so that the part of the box that is stepped has to grow.
        var initial = Lump();
        var plain = Plainly(model, initial);

        var states = new double[Days.Length][];
        model.Simulate(initial, Parameters, Schedule, 0, Days, (o, s) => states[o] = s.ToArray(), new SimulationOptions { LargestStepDays = 1.1, Threads = threads }, TestContext.Current.CancellationToken);

        for (var o = 0; o < Days.Length; o++)
        {
            // What the tumour's reach leaves out is below 1e-12 at a time, and grows at most e² times in 40 days.
            Assert.True(plain[o].Zip(states[o]).Max(v => Math.Abs(v.First - v.Second)) < 1e-10, $"output {o}");
        }
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        var (one, two) = (Run(1), Run(2));
        Assert.Equal(one, two);

        double[] Run(int threads)
        {
            double[] last = [];
            new TumourModel(_diffusion).Simulate(Lump(), Parameters, Schedule, 0, Days, (_, s) => last = s.ToArray(), new SimulationOptions { Threads = threads }, TestContext.Current.CancellationToken);
            return last;
        }
    }

    [Fact]
    public void Single_precision_is_good_to_a_few_millionths()
    {
        var model = new TumourModel(_diffusion);
        double[] twice = [];
        float[] once = [];
        model.Simulate(Lump(), Parameters, Schedule, 0, Days, (_, s) => twice = s.ToArray(), cancellation: TestContext.Current.CancellationToken);
        model.SimulateSingle(Lump(), Parameters, Schedule, 0, Days, (_, s) => once = s.ToArray(), cancellation: TestContext.Current.CancellationToken);
        // 40 steps of a few roundings of 6e-8 each.
        Assert.True(twice.Zip(once).Max(v => Math.Abs(v.First - v.Second)) < 5e-6);
    }

    [Fact]
    public void Killed_cells_that_stay_visible_fade_as_their_rate_says()
    {
        var model = new TumourModel(_diffusion);
        var parameters = Parameters with { DiffusivityMm2PerDay = 0, ProliferationPerDay = 0, SensitivityPerDay = [], ClearancePerDay = 0.12 };
        var schedule = new TreatmentSchedule([new FractionOnDay(2.25, 2), new FractionOnDay(5.5, 3)], []);
        var initial = Lump();
        var seen = new Dictionary<int, double[]>();
        model.Simulate(initial, parameters, schedule, 0, [2.25, 4, 20.5], (o, s) => seen[o] = s.ToArray(), cancellation: TestContext.Current.CancellationToken);
        var (first, second) = (LinearQuadratic.Survival(2, 0.047, 10), LinearQuadratic.Survival(3, 0.047, 10));
        double Visible(double day) => day <= 2.25 ? 1
            : day <= 5.5 ? first + (1 - first) * Math.Exp(-0.12 * (day - 2.25))
            : first * second + (1 - first) * Math.Exp(-0.12 * (day - 2.25)) + first * (1 - second) * Math.Exp(-0.12 * (day - 5.5));

        foreach (var (o, day) in new[] { (0, 2.25), (1, 4.0), (2, 20.5) })
        {
            for (var n = 0; n < initial.Length; n++)
            {
                Assert.Equal(initial[n] * Visible(day), seen[o][n], 1e-14);
            }
        }
    }

    [Fact]
    public void A_failing_receiver_and_a_cancelled_run_end_all_threads()
    {
        var model = new TumourModel(_diffusion);
        Assert.Throws<InvalidOperationException>(() => model.Simulate(
            Lump(), Parameters, Schedule, 0, Days, (o, _) => throw new InvalidOperationException("full"), new SimulationOptions { Threads = 2 }, TestContext.Current.CancellationToken));
        using var ended = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => model.Simulate(
            Lump(), Parameters, Schedule, 0, Days, (o, _) => ended.Cancel(), new SimulationOptions { Threads = 2 }, ended.Token));
    }

    private double[] Lump()
    {
        var grid = _diffusion.Domain.Grid;
        var random = new RandomStream(3, "lump");
        return _diffusion.ToState(Enumerable.Range(0, grid.Count).Select(n =>
        {
            var (i, j, k) = (n % grid.Nx - 22, n / grid.Nx % grid.Ny - 11, n / grid.Nx / grid.Ny - 15);
            return i * i + j * j + 2 * k * k < 20 ? 0.6 + 0.3 * random.NextUniform() : 0;
        }).ToArray());
    }

    private double[][] Plainly(TumourModel model, double[] initial)
    {
        var (state, scratch, result) = ((double[])initial.Clone(), new double[initial.Length], new double[Days.Length][]);
        foreach (var operation in model.Plan(Parameters, Schedule, 0, Days, new SimulationOptions { LargestStepDays = 1.1 }).Operations)
        {
            switch (operation)
            {
                case ModelOperation.Emit emit:
                    result[emit.Output] = [.. state];
                    break;
                case ModelOperation.Diffuse diffuse:
                    _diffusion.StepPlainly(state, scratch, diffuse.Days * Parameters.DiffusivityMm2PerDay, Reaction.Identity);
                    break;
                case ModelOperation.React react:
                    for (var n = 0; n < state.Length; n++)
                    {
                        state[n] = react.Nodes[0].Map.Apply(state[n]);
                    }

                    break;
            }
        }

        return result;
    }
}
