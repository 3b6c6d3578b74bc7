using Etalon.Numerics;
using Etalon.Study;
using Etalon.Tests.Support;
using Etalon.Tests.Twin;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Study.TwinFits;

/// <summary>A fit that was killed goes on where it stood.</summary>
public sealed class TwinCheckpointTests
{
    private readonly FitFixture _fixture = new();

    [Fact]
    public void A_place_is_read_back_digit_for_digit_and_only_by_the_same_fit()
    {
        using var folder = new TempFolder();
        var at = new FitCheckpoint([0.1, -2.5, 1 / 3.0], [0, 0, Math.PI, -1e-17], 3e-4, 7);
        new TwinCheckpoint(folder["place"], "key").Write(at);

        var read = new TwinCheckpoint(folder["place"], "key").Read();

        Assert.Equal((at.Damping, at.Steps), (read!.Damping, read.Steps));
        Assert.Equal(at.Parameters, read.Parameters);
        Assert.Equal(at.State, read.State);
        Assert.Null(new TwinCheckpoint(folder["place"], "another").Read());
        File.WriteAllText(folder["place"], "{\"schema\":\"etalon-twin-checkpoint-1\",\"key\":\"key\",\"parameters\":[");
        Assert.Null(new TwinCheckpoint(folder["place"], "key").Read());
    }

    [Fact]
    public void A_fit_that_was_stopped_goes_on_and_ends_where_it_would_have_ended()
    {
        var observations = _fixture.Observe(0.03, 0.01, new RandomStream(3, "checkpoint"), 0.03, 0.01);
        var options = new TwinFitOptions { Starts = 0 };
        FitCheckpoint? place = null;
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Run(options with { Accepted = c => { place = c; if (c.Steps == 2) { stop.Cancel(); } } }, stop.Token));
        var whole = Run(options, TestContext.Current.CancellationToken);
        var accepted = 0;

        var resumed = Run(options with { Resume = place, Accepted = _ => accepted++ }, TestContext.Current.CancellationToken);

        Assert.Equal(2, place!.Steps);
        Assert.Equal(FitStatus.Converged, resumed.Posterior.Status);
        // Stopping at a decrement of 1e-3 leaves 3 % of u.
        Assert.All(Enumerable.Range(0, 3), p => Assert.Equal(whole.Posterior.LogMean[p], resumed.Posterior.LogMean[p], 0.1 * whole.Posterior.LogSd(p)));

        TwinFit Run(TwinFitOptions with, CancellationToken cancellation) =>
            TwinFit.Run(_fixture.Model, FitFixture.Schedule, observations, FitFixture.Priors(1.2), FitFixture.Water, with, cancellation);
    }
}
