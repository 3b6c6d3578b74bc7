using Etalon.Cases;
using Etalon.Numerics;
using Etalon.Treatment;

namespace Etalon.Twin.Validation;

/// <summary>Effort of hindcasts.</summary>
public sealed record HindcastOptions
{
    /// <summary>Fitted visits that are predicted from those before, counted from the last one. The default is 2.</summary>
    public int Most { get; init; } = 2;

    /// <summary>Draws of each hindcast's posterior. The default is 100.</summary>
    public int Members { get; init; } = 100;

    /// <summary>A hindcast whose own spread (of the logarithm of cells, k = 1) exceeds this says nothing of the model's error and is left out. The default is 0.5.</summary>
    public double LargestSpread { get; init; } = 0.5;

    /// <summary>Of the draws.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>What the twin would have said of visits that it has been fitted to: refitted without them.</summary>
public static class Hindcasts
{
    /// <summary>Predicts fitted visits one step ahead from those before.</summary>
    /// <param name="model">Domain and stencil.</param>
    /// <param name="schedule">Treatment.</param>
    /// <param name="fitted">Fitted visits, in order of time.</param>
    /// <param name="priors">Of the fit.</param>
    /// <param name="reference">What density means.</param>
    /// <param name="fitOptions">Of the fit.</param>
    /// <param name="options">Effort.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>Those that were sure enough to say something, in order of time.</returns>
    public static IReadOnlyList<HindcastResidual> OneStepAhead(
        TumourModel model, TreatmentSchedule schedule, IReadOnlyList<DensityObservation> fitted, IReadOnlyList<ParameterPrior> priors,
        DensityReference reference, TwinFitOptions fitOptions, HindcastOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        ArgumentNullException.ThrowIfNull(fitOptions);
        ArgumentNullException.ThrowIfNull(options);
        var residuals = new List<HindcastResidual>();
        for (var seen = Math.Max(2, fitted.Count - options.Most); seen < fitted.Count; seen++)
        {
            var before = fitted.Take(seen).ToList();
            var fit = TwinFit.Run(model, schedule, before, priors, reference, fitOptions, cancellation);
            var draws = fit.Draw(options.Members, new RandomStream(options.Seed, FormattableString.Invariant($"hindcast/{seen}")));
            var edge = DrawnEdge.Of(fit, before, fitOptions, cancellation);
            var forecast = Forecaster.Run(fit, draws, schedule, [fitted[seen].Day], edge, fitOptions, null, cancellation);
            var logs = forecast.Members.Select(m => Math.Log(Math.Max(MeasuredBurden.Floor, m[0].VisibleCells))).ToArray();
            var measured = MeasuredBurden.Of(fitted[seen], reference, fitOptions.VoxelsPerGrain);
            var spread = FixedSum.StandardDeviation(logs);
            if (spread <= options.LargestSpread)
            {
                residuals.Add(new HindcastResidual(
                    measured.LogCells - FixedSum.Mean(logs), spread * spread + measured.RelativeU * measured.RelativeU, fitted[seen].Day - fitted[seen - 1].Day));
            }
        }

        return residuals;
    }
}
