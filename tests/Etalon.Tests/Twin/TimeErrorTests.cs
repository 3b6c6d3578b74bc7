using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>What a run states of its own time error, against a run whose steps are sixteen times finer.</summary>
[Trait("Kind", "Numeric")]
public sealed class TimeErrorTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.1, 0.05, 0.2, 2)]
    [InlineData(0.4, 0.11, 0.9, 2)]
    [InlineData(0.03, 0.02, 0.0, 4)]
    [InlineData(2.5, 0.08, 0.3, 1)]
    public void The_stated_error_covers_the_true_one_and_is_no_more_than_ten_times_it(double diffusivity, double proliferation, double sensitivity, double step)
    {
        var model = new TumourModel(new FluxDiffusion(TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(31, 27, 19, 1.5, 1.7, 3.1))));
        var initial = model.Diffusion.ToState(TumourFixtures.Lumps(model.Diffusion.Domain.Grid));
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = diffusivity, ProliferationPerDay = proliferation, AlphaPerGy = 0.05, SensitivityPerDay = [sensitivity] };
        var schedule = new TreatmentSchedule(
            [.. Enumerable.Range(0, 10).Select(n => new FractionOnDay(14.4 + n / 5 * 7 + n % 5, 2))], [new DrugOnDays("temozolomide", 9.242, [.. Enumerable.Range(14, 12).Select(d => new DoseOnDay(d + 0.3, 1))])]);
        double[] days = [20, 45.5, 90];
        var options = new SimulationOptions { LargestStepDays = step };

        var stated = TimeError.Simulate(model, initial, parameters, schedule, 0, days, options, TestContext.Current.CancellationToken);

        model.Simulate(initial, parameters, schedule, 0, days, (o, state) =>
        {
            var cells = Math.Abs(TumourFixtures.ExactSum(stated[o].State) / TumourFixtures.ExactSum(state) - 1);
            var density = stated[o].State.Zip(state.ToArray(), (a, b) => Math.Abs(a - b)).Max();
            output.WriteLine(FormattableString.Invariant($"day {days[o]}: cells {cells:E1}, stated {stated[o].CellsError:E1}; N {density:E1}, stated {stated[o].DensityError:E1}"));
            Assert.InRange(density, 0, stated[o].DensityError);
            Assert.InRange(stated[o].DensityError, 0, 10 * density + 1e-5);
            // Cells may be right by chance where errors of both signs cancel; rounding of the coarse run in single precision is below 1e-6.
            Assert.InRange(cells, 0, stated[o].CellsError + 1e-6);
        }, options with { Refinement = 32 }, TestContext.Current.CancellationToken);
    }
}
