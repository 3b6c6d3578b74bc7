using Etalon.Numerics;
using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>A patient whose growth and kill nearly balance, and a start from which everything is killed: no parameter then moves anything.</summary>
[Trait("Kind", "Numeric")]
public sealed class StartSearchTests(ITestOutputHelper output)
{
    private static readonly double[] Truth = [0.12, 0.13, 0.19];

    // Daily fractions between every two visits: each visit shows growth less kill alone, and only saturation tells them apart.
    private static readonly TreatmentSchedule Schedule = new([.. Enumerable.Range(0, 30).Select(n => new FractionOnDay(2 + 1.9 * n, 0.6))], []);

    [Fact]
    public void The_right_basin_is_found_from_a_start_in_the_wrong_one()
    {
        var fixture = new FitFixture();
        var observations = Observations(fixture);
        // Fast growth, and a kill that leaves nothing before the first visit that could tell: a plateau without a slope back.
        double[] wrong = [0.3, 0.5, 15];
        var alone = new TwinFitOptions { VoxelsPerGrain = 1, Starts = 0, Initial = InitialState.Fixed };
        ParameterPrior[] Priors(double[] median) => FitFixture.Priors(1.2).Select((p, i) => p with { Median = median[i], Box = (1e-4, 20) }).ToArray();

        var stuck = TwinFit.Run(fixture.Model, Schedule, observations, Priors(wrong), FitFixture.Water, alone, TestContext.Current.CancellationToken);
        var found = TwinFit.Run(fixture.Model, Schedule, observations, Priors(wrong), FitFixture.Water, alone with { Starts = 20 }, TestContext.Current.CancellationToken);

        output.WriteLine($"alone {stuck.Posterior.Status}, {string.Join(", ", stuck.Posterior.LogMean.Take(3).Select(Math.Exp))}, χ² {stuck.Posterior.ReducedChiSquared}");
        output.WriteLine($"search {found.Posterior.Status}, {string.Join(", ", found.Posterior.LogMean.Take(3).Select(Math.Exp))}, χ² {found.Posterior.ReducedChiSquared}");
        // Three standard deviations of a fit to noise of 0.01.
        Assert.All(Enumerable.Range(0, 3), p => Assert.InRange(Math.Abs(found.Posterior.LogMean[p] - Math.Log(Truth[p])) / found.Posterior.LogSd(p), 0, 3.5));
        Assert.True(Math.Abs(stuck.Posterior.LogMean[2] - Math.Log(Truth[2])) > 1, "A start alone was to end in the wrong basin, else this patient tests nothing.");
    }

    private static List<DensityObservation> Observations(FitFixture fixture)
    {
        var random = new RandomStream(12, "basins");
        var initial = fixture.Model.Diffusion.ToState(TumourFixtures.Lumps(fixture.Model.Diffusion.Domain.Grid));
        double[] days = [0, 20, 41, 58.5];
        var states = new double[days.Length][];
        fixture.Model.Simulate(
            initial, new GrowthParameters { DiffusivityMm2PerDay = Truth[0], ProliferationPerDay = Truth[1], AlphaPerGy = Truth[2] }, Schedule, 0, days, (o, n) => states[o] = n.ToArray());
        var inside = fixture.Model.Diffusion.Inside;
        return states.Select((s, v) => new DensityObservation
        {
            Visit = $"{v + 1}", Day = days[v], Density = s.Select((n, at) => inside[at] ? n + (v == 0 ? 0 : 0.01 * random.NextNormal()) : 0).ToArray(),
            IsMeasured = [.. inside], IsTumour = [.. inside], IsBelowLimit = new bool[s.Length], DetectionLimit = 0.01, VoxelU = v == 0 ? 0 : 0.01, ScaleU = 0.005,
        }).ToList();
    }
}
