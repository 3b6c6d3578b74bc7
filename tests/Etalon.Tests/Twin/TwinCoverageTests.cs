using Etalon.Numerics;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>How often intervals of the fit hold the truth. Many fits, so it is not run again without vector instructions; <see cref="TwinFitTests"/> are.</summary>
[Trait("Kind", "Study")]
public sealed class TwinCoverageTests(ITestOutputHelper output)
{
    private readonly FitFixture _fixture = new();

    [Fact]
    public void Intervals_cover_the_truth_of_noisy_data()
    {
        // Scale error of 1 % and voxel noise of 0.03, as stated to the fit.
        var (covered, all, sum) = (0, 0, 0.0);
        for (var seed = 0; seed < 24; seed++)
        {
            var observations = _fixture.Observe(0.03, 0.01, new RandomStream((ulong)seed, "coverage"), 0.03, 0.01);
            var fit = TwinFit.Run(_fixture.Model, FitFixture.Schedule, observations, FitFixture.Priors(1.2), FitFixture.Water, new TwinFitOptions { VoxelsPerGrain = 1 }, TestContext.Current.CancellationToken);
            for (var p = 0; p < FitFixture.Truth.Length; p++)
            {
                var z = (fit.Posterior.LogMean[p] - Math.Log(FitFixture.Truth[p])) / fit.Posterior.LogSd(p);
                covered += Math.Abs(z) < 1.96 ? 1 : 0;
                all++;
                sum += z * z;
            }
        }

        output.WriteLine(FormattableString.Invariant($"{covered} of {all} intervals of 95 % hold the truth; mean z² {sum / all:0.00}"));
        // Binomial: 72 at 95 % give 68.4 ± 1.9; correlated within a fit, so three and a half standard deviations.
        Assert.InRange(covered, 61, 72);
        // Mean z² is 1 ± 0.17 for independent ones.
        Assert.InRange(sum / all, 0.4, 1.7);
    }

    [Theory]
    [InlineData(1.0, 61, 1.9)]
    [InlineData(8.0, 67, 0.9)]
    public void Intervals_cover_the_truth_where_the_first_visit_is_noisy_too(double voxelsPerGrain, int least, double largestPull)
    {
        // Noise of the first visit is noise of the initial state; smoothing it away looks like diffusion, which pulls D up. The fit counts that noise
        // in the variance of its residuals, not in the state: with every voxel counted alone D is still pulled by more than a standard deviation (a
        // limit of the method); the default of 8 voxels per grain covers it.
        // Only what is denser than 0.15 is measured, as in a drawn tumour; the rest of the first visit is known to be there.
        var (covered, all, sum) = (0, 0, 0.0);
        var states = _fixture.States();
        var mean = new double[FitFixture.Truth.Length];
        for (var seed = 0; seed < 24; seed++)
        {
            var random = new RandomStream((ulong)seed, "first visit");
            var observations = _fixture.Observe(0, 0.01, random, 0.03, 0.01).Select((o, v) =>
            {
                var measured = states[v].Select(n => n > 0.15).ToArray();
                return o with { VoxelU = 0.03, IsMeasured = measured, IsTumour = measured, Density = o.Density.Select((n, at) => measured[at] ? n + 0.03 * random.NextNormal() : states[v][at]).ToArray() };
            }).ToList();
            var fit = TwinFit.Run(_fixture.Model, FitFixture.Schedule, observations, FitFixture.Priors(1.2), FitFixture.Water, new TwinFitOptions { VoxelsPerGrain = voxelsPerGrain }, TestContext.Current.CancellationToken);
            for (var p = 0; p < FitFixture.Truth.Length; p++)
            {
                var z = (fit.Posterior.LogMean[p] - Math.Log(FitFixture.Truth[p])) / fit.Posterior.LogSd(p);
                covered += Math.Abs(z) < 1.96 ? 1 : 0;
                all++;
                sum += z * z;
                mean[p] += z / 24;
            }
        }

        output.WriteLine(FormattableString.Invariant($"{covered} of {all} intervals of 95 % hold the truth; mean z² {sum / all:0.00}; mean z {mean[0]:0.00}, {mean[1]:0.00}, {mean[2]:0.00}"));
        Assert.InRange(covered, least, 72);
        Assert.All(mean, m => Assert.InRange(Math.Abs(m), 0, largestPull));
    }
}
