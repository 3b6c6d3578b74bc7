using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>Resections beside fractions whose victims stay visible, against closed forms.</summary>
[Trait("Kind", "Numeric")]
public sealed class ResectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_resection_takes_killed_cells_that_are_still_visible_with_the_living(int threads)
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(14, 11, 9, 1.4, 2.2, 0.9));
        var model = new TumourModel(new FluxDiffusion(domain));
        var initial = model.Diffusion.ToState(TumourFixtures.Lumps(domain.Grid));
        var cut = Enumerable.Range(0, domain.Grid.Count).Select(n => n % 14 < 6).ToArray();
        var inCut = model.Diffusion.ToState(cut);
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = 0, ProliferationPerDay = 0, AlphaPerGy = 0.3, ClearancePerDay = 0.05 };
        var schedule = new TreatmentSchedule([new(2.34, 2), new(6.5, 3)], []) { Surgeries = [new SurgeryOnDay(4.4, cut, 0.9)] };
        var seen = new double[2][];

        model.Simulate(initial, parameters, schedule, 0, [4.4, 9.1], (o, s) => seen[o] = s.ToArray(), new SimulationOptions { Threads = threads }, TestContext.Current.CancellationToken);

        // αΣd(1 + d/10): 0.3 · 2.4 and 0.3 · 3.9.
        var (first, second) = (Math.Exp(-0.72), Math.Exp(-1.17));
        for (var n = 0; n < initial.Length; n++)
        {
            var left = inCut[n] ? 0.1 : 1;
            // The scan at the instant of the resection sees the state before it.
            Assert.Equal(initial[n] * (first + (1 - first) * Math.Exp(-0.05 * (4.4 - 2.34))), seen[0][n], 1e-13);
            Assert.Equal(
                left * initial[n] * (first * second + (1 - first) * Math.Exp(-0.05 * (9.1 - 2.34)) + first * (1 - second) * Math.Exp(-0.05 * (9.1 - 6.5))), seen[1][n], 1e-13);
        }
    }
}
