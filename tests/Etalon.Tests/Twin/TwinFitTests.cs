using Etalon.Numerics;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>The fit finds what a simulation was made with, and its intervals hold it as often as they say.</summary>
[Trait("Kind", "Numeric")]
public sealed class TwinFitTests(ITestOutputHelper output)
{
    private readonly FitFixture _fixture = new();

    [Fact]
    public void Noise_free_data_give_the_parameters_back()
    {
        var observations = _fixture.Observe(0, 0, new RandomStream(1, "none"), 1e-3, 1e-6);

        var fit = TwinFit.Run(_fixture.Model, FitFixture.Schedule, observations, FitFixture.Priors(2), FitFixture.Water, new TwinFitOptions { VoxelsPerGrain = 1 }, TestContext.Current.CancellationToken);

        var errors = FitFixture.Truth.Select((t, p) => Math.Exp(fit.Posterior.LogMean[p]) / t - 1).ToArray();
        output.WriteLine($"{fit.Posterior.Status} in {fit.Posterior.Steps} steps: relative errors {string.Join(", ", errors.Select(e => e.ToString("E1", null)))}");
        Assert.Equal(FitStatus.Converged, fit.Posterior.Status);
        // A wide prior (a factor of 7) pulls by (u/2)² of the distance; stopping at a decrement of 1e-3 leaves 3 % of u. u is some 1e-3 here.
        Assert.All(errors, e => Assert.InRange(Math.Abs(e), 0, 1e-3));
    }

    [Fact]
    public void A_visit_whose_ADC_scale_is_off_does_not_move_the_truth_out_of_the_interval()
    {
        var observations = _fixture.Observe(0.01, 0, new RandomStream(5, "scale"), 0.01, 0.03);
        var biased = observations.Select((o, v) => v != 2 ? o : o with { Density = o.Density.Select((n, at) => o.IsMeasured[at] ? 1.04 * n - 0.04 : 0).ToArray() }).ToList();

        var fit = TwinFit.Run(_fixture.Model, FitFixture.Schedule, biased, FitFixture.Priors(1.2), FitFixture.Water, new TwinFitOptions { VoxelsPerGrain = 1 }, TestContext.Current.CancellationToken);

        // The scale of visit 3 follows the three growth parameters and the scales of visits 1 and 2; 4 % off is its ln.
        Assert.Equal(Math.Log(1.04), fit.Posterior.LogMean[5], 0.005);
        for (var p = 0; p < FitFixture.Truth.Length; p++)
        {
            Assert.InRange(Math.Abs(fit.Posterior.LogMean[p] - Math.Log(FitFixture.Truth[p])) / fit.Posterior.LogSd(p), 0, 3);
        }
    }

    [Fact]
    public void The_number_of_threads_does_not_change_a_digit()
    {
        var observations = _fixture.Observe(0.03, 0.01, new RandomStream(3, "threads"), 0.03, 0.01);
        var results = new[] { 1, 2, 5 }.Select(t => TwinFit.Run(
            _fixture.Model, FitFixture.Schedule, observations, FitFixture.Priors(1.2), FitFixture.Water, new TwinFitOptions { Threads = t, MaxSteps = 3 }, TestContext.Current.CancellationToken).Posterior.LogMean).ToList();

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void Radiosensitivity_is_not_called_known_without_a_scan_after_a_fraction()
    {
        var observations = _fixture.Observe(0.03, 0.01, new RandomStream(4, "early"), 0.03, 0.01).Take(2).ToList();

        var fit = TwinFit.Run(_fixture.Model, FitFixture.Schedule, observations, FitFixture.Priors(1.2), FitFixture.Water, new TwinFitOptions { VoxelsPerGrain = 1 }, TestContext.Current.CancellationToken);

        Assert.False(fit.Posterior.IsIdentifiable(2));
        // Nothing was learnt of it: the posterior is the prior.
        Assert.Equal(1.2, fit.Posterior.LogSd(2), 1e-6);
        Assert.Equal(Math.Log(0.04), fit.Posterior.LogMean[2], 1e-6);
    }

    [Fact]
    public void Draws_of_a_well_known_posterior_have_its_mean_and_covariance()
    {
        var observations = _fixture.Observe(0.03, 0.01, new RandomStream(6, "draws"), 0.03, 0.01);
        var fit = TwinFit.Run(_fixture.Model, FitFixture.Schedule, observations, FitFixture.Priors(1.2), FitFixture.Water, new TwinFitOptions(), TestContext.Current.CancellationToken);

        var draws = fit.Draw(20000, new RandomStream(8, "draws"));

        for (var a = 0; a < fit.Posterior.LogMean.Length; a++)
        {
            var mean = draws.Average(d => d[a]);
            // Ten standard errors of a mean of 20,000 neighbours in a chain, and the skew that a straight kill has over its logarithm: of order sd².
            Assert.Equal(fit.Posterior.LogMean[a], mean, 10 * fit.Posterior.LogSd(a) / 141 + Math.Pow(fit.Posterior.LogSd(a), 2));
            for (var b = 0; b <= a; b++)
            {
                var covariance = draws.Average(d => (d[a] - fit.Posterior.LogMean[a]) * (d[b] - fit.Posterior.LogMean[b]));
                Assert.Equal(fit.Posterior.LogCovariance[a, b], covariance, 0.1 * fit.Posterior.LogSd(a) * fit.Posterior.LogSd(b));
            }
        }
    }

    [Fact]
    public void Noise_of_the_first_visit_and_doubt_of_place_widen_the_posterior()
    {
        var quiet = _fixture.Observe(0.03, 0.01, new RandomStream(9, "first"), 0.03, 0.01);
        double[] Sds(IEnumerable<DensityObservation> o) =>
            [.. Enumerable.Range(0, 3).Select(TwinFit.Run(_fixture.Model, FitFixture.Schedule, [.. o], FitFixture.Priors(1.2), FitFixture.Water, new TwinFitOptions(), TestContext.Current.CancellationToken).Posterior.LogSd)];

        var plain = Sds(quiet);
        var noisyFirst = Sds(quiet.Select((o, v) => v == 0 ? o with { VoxelU = 0.04 } : o));
        var displaced = Sds(quiet.Select((o, v) => v == 0 ? o : o with { PositionU = 0.04 }));

        // Doubt of place makes 0.05 of 0.03; D hangs on the voxels alone, so its spread grows by 5/3, but for its prior and the point of the maximum.
        Assert.Equal(5 / 3.0, displaced[0] / plain[0], 0.2);
        // Noise of the start is followed through the runs (InitialNoiseTests); it tells on D before all.
        Assert.True(noisyFirst[0] > 1.05 * plain[0] && noisyFirst[1] > plain[1] && noisyFirst[2] > plain[2], string.Join(" ", noisyFirst.Zip(plain, (a, b) => a / b)));
    }
}
