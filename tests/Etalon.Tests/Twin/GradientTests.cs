using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>Derivatives of the discrete scheme against differences of it, for any list of output times.</summary>
[Trait("Kind", "Numeric")]
public sealed class GradientTests(ITestOutputHelper output)
{
    private static readonly double[][] OutputLists = [[61.3], [0, 61.3], [0, 12.5, 26, 26.4, 40, 61.3], [.. Enumerable.Range(1, 61).Select(d => (double)d)]];

    private static readonly TreatmentSchedule Schedule = new(
        [.. Enumerable.Range(0, 12).Select(n => new FractionOnDay(26 + n / 5 * 7 + n % 5 + 0.34, 2))],
        [
            new DrugOnDays("temozolomide", 9.242, [.. Enumerable.Range(0, 20).Select(n => new DoseOnDay(26 + n, n % 3 == 0 ? 0.5 : 1))]),
            new DrugOnDays("slow", 0.7, [new DoseOnDay(5.5, 1), new DoseOnDay(33.2, 0.8)]),
        ]);

    private static readonly GrowthParameters Parameters = new()
    {
        DiffusivityMm2PerDay = 0.21, ProliferationPerDay = 0.061, AlphaPerGy = 0.043, SensitivityPerDay = [0.31, 0.052],
    };

    private readonly TumourModel _uniform = new(new FluxDiffusion(Domain));

    private static Mask Domain => TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(15, 13, 11, 1.7, 2.1, 3.2));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_adjoint_agrees_with_differences_whatever_the_outputs(int list)
    {
        var (model, days) = (_uniform, OutputLists[list]);
        var initial = model.Diffusion.ToState(TumourFixtures.Lumps(model.Diffusion.Domain.Grid));
        var run = ModelRun.Forward(model, initial, Parameters, Schedule, 0, days, cancellation: TestContext.Current.CancellationToken);
        var weights = Weights(run);

        var gradient = run.Adjoint(weights);

        for (var p = 0; p < 5; p++)
        {
            var q = p;
            var difference = Central(step => Value(model, initial, Changed(q, step), Schedule, days, weights), 1e-4);
            output.WriteLine(FormattableString.Invariant($"parameter {p}: adjoint {gradient.Parameters[p]:R}, difference {difference:R}"));
            // Central differences of fourth order at 1e-4: truncation 1e-14, rounding 1e-16 / 1e-4 · values.
            Assert.Equal(difference, gradient.Parameters[p], 1e-6 * Math.Abs(difference));
        }

        var direction = Direction(model);
        var along = Central(step => Value(model, [.. initial.Zip(direction, (n, d) => n + step * d)], Parameters, Schedule, days, weights), 1e-4);
        Assert.Equal(along, gradient.Initial.Zip(direction, (g, d) => g * d).Sum(), 1e-6 * Math.Abs(along));
    }

    [Fact]
    public void Tangent_and_adjoint_are_transposes()
    {
        var (model, days) = (_uniform, OutputLists[2]);
        var initial = model.Diffusion.ToState(TumourFixtures.Lumps(model.Diffusion.Domain.Grid));
        var run = ModelRun.Forward(model, initial, Parameters, Schedule, 0, days, cancellation: TestContext.Current.CancellationToken);
        var (weights, direction, change) = (Weights(run), Direction(model), new[] { 0.03, -0.002, 0.011, 0.05, -0.01 });

        var forward = run.Tangent(direction, change).Zip(weights, (t, w) => t.Zip(w, (a, b) => a * b).Sum()).Sum();
        var gradient = run.Adjoint(weights);
        var backward = gradient.Initial.Zip(direction, (g, d) => g * d).Sum() + gradient.Parameters.Zip(change, (g, d) => g * d).Sum();

        // Exact transposes: only rounding of 1e5 products.
        Assert.Equal(forward, backward, 1e-10 * Math.Abs(forward));
    }

    [Fact]
    public void The_remainder_of_the_tangent_falls_with_the_square_of_the_step()
    {
        var (model, days) = (_uniform, OutputLists[2]);
        var initial = model.Diffusion.ToState(TumourFixtures.Lumps(model.Diffusion.Domain.Grid));
        var run = ModelRun.Forward(model, initial, Parameters, Schedule, 0, days, cancellation: TestContext.Current.CancellationToken);
        var weights = Weights(run);
        var (direction, change) = (Direction(model), new[] { 0.5, 0.15, 0.1, 0.8, 0.13 });
        var slope = run.Tangent(direction, change).Zip(weights, (t, w) => t.Zip(w, (a, b) => a * b).Sum()).Sum();
        var value = run.States.Zip(weights, (s, w) => s.Zip(w, (a, b) => a * b).Sum()).Sum();

        var remainders = new[] { 1e-1, 1e-2, 1e-3 }.Select(step => Math.Abs(
            Value(model, [.. initial.Zip(direction, (n, d) => n + step * d)], All(change, step), Schedule, days, weights) - value - step * slope)).ToArray();

        for (var n = 1; n < remainders.Length; n++)
        {
            var order = Math.Log10(remainders[n - 1] / remainders[n]);
            output.WriteLine(FormattableString.Invariant($"remainder {remainders[n]:E3}, order {order:0.000}"));
            Assert.Equal(2, order, 0.15);
        }
    }

    [Fact]
    public void Fields_of_proliferation_capacity_and_dose_have_exact_gradients_too()
    {
        var domain = Domain;
        var diffusion = new FluxDiffusion(domain);
        var random = new RandomStream(5, "fields");
        double[] Field(double low, double high) => [.. Enumerable.Range(0, diffusion.Length).Select(_ => low + (high - low) * random.NextUniform())];
        var (factor, capacity) = (Field(0.3, 1.8), Field(0.7, 1.2));
        var dose = Enumerable.Range(0, domain.Grid.Count).Select(n => (float)(1 + 2 * random.NextUniform())).ToArray();
        var schedule = Schedule with
        {
            Fractions = [.. Schedule.Fractions.Select((f, n) => n % 2 == 0 ? f with { DoseMapGy = dose } : f)],
            Surgeries = [new SurgeryOnDay(20.4, [.. Enumerable.Range(0, domain.Grid.Count).Select(n => n % domain.Grid.Nx < 6)], 0.9)],
        };
        TumourModel Model(double[] k) => new(diffusion, new TumourFields { ProliferationFactor = k, Capacity = capacity });
        var (model, days) = (Model(factor), OutputLists[2]);
        var initial = diffusion.ToState(TumourFixtures.Lumps(domain.Grid));
        var run = ModelRun.Forward(model, initial, Parameters, schedule, 0, days, cancellation: TestContext.Current.CancellationToken);
        var weights = Weights(run);

        var gradient = run.Adjoint(weights, withFields: true);

        for (var p = 0; p < 5; p++)
        {
            var q = p;
            var difference = Central(step => Value(model, initial, Changed(q, step), schedule, days, weights), 1e-4);
            Assert.Equal(difference, gradient.Parameters[p], 1e-6 * Math.Abs(difference));
        }

        var direction = Direction(model);
        var along = Central(step => Value(Model([.. factor.Zip(direction, (f, d) => f + step * d)]), initial, Parameters, schedule, days, weights), 1e-3);
        // The step is larger since the factor's direction is small; fourth order leaves 1e-10.
        Assert.Equal(along, gradient.ProliferationFactor!.Zip(direction, (g, d) => g * d).Sum(), 1e-6 * Math.Abs(along));
    }

    [Fact]
    public void A_field_that_is_the_same_everywhere_changes_nothing()
    {
        var diffusion = new FluxDiffusion(Domain);
        var ones = diffusion.ToState(Enumerable.Repeat(1.0, Domain.Grid.Count).ToArray());
        var initial = diffusion.ToState(TumourFixtures.Lumps(Domain.Grid));
        var plain = TumourFixtures.At(_uniform, initial, Parameters, Schedule, 47.7);
        var field = TumourFixtures.At(new TumourModel(diffusion, new TumourFields { ProliferationFactor = ones, Capacity = ones }), initial, Parameters, Schedule, 47.7);
        // Interpolation over a range of nothing: rounding only.
        Assert.All(plain.Zip(field), v => Assert.Equal(v.First, v.Second, 1e-13));
    }

    [Fact]
    public void Checkpoints_give_the_same_derivatives_as_a_whole_trajectory()
    {
        var model = new TumourModel(new FluxDiffusion(TumourFixtures.Box(TumourFixtures.ObliqueGrid(61, 57, 53, 1.7, 2.1, 3.2))));
        var initial = model.Diffusion.ToState(TumourFixtures.Lumps(model.Diffusion.Domain.Grid));
        double[] days = [31.5, 130];
        var parameters = Parameters with { SensitivityPerDay = [0.31, 0.052], ProliferationPerDay = 0.01 };
        // 130 days of steps of half a day are more than fits the memory allowed for whole trajectories.
        var run = ModelRun.Forward(model, initial, parameters, Schedule, 0, days, new SimulationOptions { LargestStepDays = 0.5 }, TestContext.Current.CancellationToken);
        var (weights, direction, change) = (Weights(run), Direction(model), new[] { 0.03, -0.002, 0.011, 0.05, -0.01 });

        var forward = run.Tangent(direction, change).Zip(weights, (t, w) => t.Zip(w, (a, b) => a * b).Sum()).Sum();
        var gradient = run.Adjoint(weights);
        var backward = gradient.Initial.Zip(direction, (g, d) => g * d).Sum() + gradient.Parameters.Zip(change, (g, d) => g * d).Sum();

        Assert.Equal(forward, backward, 1e-10 * Math.Abs(forward));
    }

    private static List<double[]> Weights(ModelRun run)
    {
        var random = new RandomStream(9, "weights");
        return run.States.Select(s => s.Select(n => n == 0 ? 0 : random.NextNormal() + 0.5).ToArray()).ToList();
    }

    private static double[] Direction(TumourModel model)
    {
        var random = new RandomStream(10, "direction");
        return model.Diffusion.ToState(Enumerable.Range(0, model.Diffusion.Domain.Grid.Count).Select(_ => 0.05 * random.NextUniform()).ToArray());
    }

    private static GrowthParameters Changed(int p, double step) => p switch
    {
        0 => Parameters with { DiffusivityMm2PerDay = Parameters.DiffusivityMm2PerDay + step },
        1 => Parameters with { ProliferationPerDay = Parameters.ProliferationPerDay + step },
        2 => Parameters with { AlphaPerGy = Parameters.AlphaPerGy + step },
        _ => Parameters with { SensitivityPerDay = [.. Parameters.SensitivityPerDay.Select((s, i) => s + (i == p - 3 ? step : 0))] },
    };

    private static GrowthParameters All(double[] change, double step)
    {
        var all = Parameters with
        {
            DiffusivityMm2PerDay = Parameters.DiffusivityMm2PerDay + step * change[0],
            ProliferationPerDay = Parameters.ProliferationPerDay + step * change[1],
            AlphaPerGy = Parameters.AlphaPerGy + step * change[2],
        };
        return all with { SensitivityPerDay = [.. all.SensitivityPerDay.Select((s, i) => s + step * change[3 + i])] };
    }

    private static double Value(TumourModel model, double[] initial, GrowthParameters parameters, TreatmentSchedule schedule, double[] days, List<double[]> weights)
    {
        var sum = 0.0;
        model.Simulate(initial, parameters, schedule, 0, days, (o, state) =>
        {
            for (var n = 0; n < state.Length; n++)
            {
                sum += weights[o][n] * state[n];
            }
        });
        return sum;
    }

    private static double Central(Func<double, double> value, double step) =>
        (8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step))) / (12 * step);
}
