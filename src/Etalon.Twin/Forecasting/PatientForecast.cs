using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Twin.Validation;

namespace Etalon.Twin.Forecasting;

/// <summary>How a patient is forecast.</summary>
public sealed record PatientForecastOptions
{
    /// <summary>Draws of the posterior. The default is 1,000.</summary>
    public int Members { get; init; } = 1000;

    /// <summary>Fixes every random stream. The default is 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Of the fit; also threads and steps of the forecast.</summary>
    public TwinFitOptions Fit { get; init; } = new();

    /// <summary>What is known of the model's own error before the patient; null: it is left out.</summary>
    public DiscrepancyPrior? Discrepancy { get; init; } = DiscrepancyPrior.VirtualCohort;

    /// <summary>Refits that tell the model's error of this patient.</summary>
    public HindcastOptions Hindcasts { get; init; } = new();

    /// <summary>What progression means.</summary>
    public ProgressionRule Progression { get; init; } = new();

    /// <summary>The population's average tumour, a baseline.</summary>
    public IReadOnlyList<ParameterPrior>? Population { get; init; }

    /// <summary>Below this probability of the patient's own hindcasts the model's error does not serve the patient. The default is 0.02.</summary>
    public double LeastSurpriseP { get; init; } = 0.02;
}

/// <summary>A patient's forecast, how it did on visits that the fit was not shown, and what is wrong with it.</summary>
/// <param name="Ensemble">Distributions at the days asked for and at the held-out visits.</param>
/// <param name="Validation">Against held-out visits.</param>
/// <param name="Discrepancy">The model's own error; null where it was left out.</param>
/// <param name="VisibleDensity">Density at the drawn edge, as the fit sees it.</param>
/// <param name="Findings">What to beware of.</param>
public sealed record PatientForecast(
    EnsembleForecast Ensemble, ForecastValidation Validation, ModelDiscrepancy? Discrepancy, double VisibleDensity, IReadOnlyList<Finding> Findings)
{
    /// <summary>Forecasts from a fit.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="observations">All visits with a density, in order of time.</param>
    /// <param name="fitted">How many of them, from the first, the fit was shown.</param>
    /// <param name="days">Days asked for, after the last fitted visit.</param>
    /// <param name="reference">What density means.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Receives the share done.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static PatientForecast Run(
        TwinFit fit, IReadOnlyList<DensityObservation> observations, int fitted, IReadOnlyList<double> days, DensityReference reference,
        PatientForecastOptions options, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(options);
        var (seen, held) = (observations.Take(fitted).ToList(), observations.Skip(fitted).ToList());
        var edge = DrawnEdge.Of(fit, seen, options.Fit, cancellation);
        var findings = new List<Finding>();
        var discrepancy = options.Discrepancy is not { } prior ? null : ModelDiscrepancy.Of(prior, Hindcasts.OneStepAhead(
            fit.Model, fit.Schedule, seen, fit.Posterior.Priors, reference, options.Fit, options.Hindcasts with { Seed = options.Seed }, cancellation));
        var draws = fit.Draw(options.Members, new RandomStream(options.Seed, "twin-forecast"));
        var ensemble = EnsembleForecast.Run(
            new EnsembleRequest
            {
                Model = fit.Model, Schedule = fit.Schedule, StartDay = fit.StartDay, LastSeenDay = seen[^1].Day, VisibleDensity = edge,
                Member = m => new ForecastMember(fit.InitialAt(draws[m]), fit.ParametersAt(draws[m])), Members = options.Members,
                Days = days.Concat(held.Select(o => o.Day)).Distinct().Order().ToList(), Discrepancy = discrepancy, Progression = options.Progression,
                Threads = options.Fit.Threads, Simulation = options.Fit.Simulation, Seed = options.Seed,
            },
            progress, cancellation);
        var validation = Validate(fit, seen, held, ensemble, edge, reference, options, cancellation);
        Tell(findings, discrepancy, validation, options);
        return new PatientForecast(ensemble, validation, discrepancy, edge, findings);
    }

    private static ForecastValidation Validate(
        TwinFit fit, List<DensityObservation> seen, List<DensityObservation> held, EnsembleForecast ensemble, double edge, DensityReference reference,
        PatientForecastOptions options, CancellationToken cancellation)
    {
        if (held.Count == 0)
        {
            return new ForecastValidation([]);
        }

        var before = seen.Select(o => MeasuredBurden.Of(o, reference, options.Fit.VoxelsPerGrain)).ToList();
        var measured = held.Select(o => MeasuredBurden.Of(o, reference, options.Fit.VoxelsPerGrain)).ToList();
        var days = held.Select(o => o.Day).ToList();
        var population = ForecastBaselines.Population(
            fit.Model, fit.Schedule, seen[^1], before[^1].RelativeU, options.Population ?? fit.Posterior.Priors, days, measured.Select(m => m.RelativeU).ToList(), edge,
            new PopulationBaselineOptions { Threads = options.Fit.Threads, Simulation = options.Fit.Simulation, Seed = options.Seed }, cancellation);
        var agreement = new FieldAgreement[held.Count];
        fit.Model.Simulate(
            fit.InitialAt(fit.Posterior.LogMean), fit.ParametersAt(fit.Posterior.LogMean), fit.Schedule, fit.StartDay, days,
            (output, state) => agreement[output] = FieldAgreement.Between(state, held[output], edge), options.Fit.Simulation, cancellation);
        return new ForecastValidation(held.Select((o, h) =>
        {
            var (cells, u) = (measured[h].Cells, measured[h].RelativeU);
            var said = ensemble.Days.First(d => d.Day == o.Day).VisibleCells.Measured(u, new RandomStream(options.Seed, FormattableString.Invariant($"measured/{h}")));
            return new HeldOutScore(
                measured[h], ForecastScore.Of("twin", said, cells),
                [
                    ForecastScore.Of("last-value", ForecastBaselines.LastValue(before, o.Day, u), cells),
                    ForecastScore.Of("exponential", ForecastBaselines.Exponential(before, o.Day, u), cells),
                    ForecastScore.Of("population", population[h], cells),
                ],
                agreement[h]);
        }).ToList());
    }

    private static void Tell(List<Finding> findings, ModelDiscrepancy? discrepancy, ForecastValidation validation, PatientForecastOptions options)
    {
        if (discrepancy is { } error && error.SurpriseP < options.LeastSurpriseP)
        {
            var furthest = error.Residuals.MaxBy(r => Math.Abs(r.LogError) / Math.Sqrt(r.Variance))!;
            findings.Add(new Finding(
                FindingCodes.ForecastOutsideModel, Severity.Warning, "twin: forecast",
                FormattableString.Invariant($"a fitted visit measured {100 * (Math.Exp(furthest.LogError) - 1):+0;-0} % from what the visits before it foretold, {Math.Abs(furthest.LogError) / Math.Sqrt(furthest.Variance):0.#} of that forecast's standard deviations"),
                FormattableString.Invariant($"a hindcast within the doubt of parameters, measurement and model (probability at least {options.LeastSurpriseP})"),
                "This patient's tumour does what the model does not know. Its error was widened by what was seen, which may not suffice: do not rest a decision on this forecast."));
        }

        if (validation.Baselines.Where(b => !b.IsBeaten).Select(b => b.Name).ToList() is { Count: > 0 } better)
        {
            findings.Add(new Finding(
                FindingCodes.ForecastNotBetter, Severity.Warning, "twin: forecast", $"on the held-out visits the twin scored no better than {string.Join(", ", better)}",
                "a smaller CRPS than each baseline", "For this patient the simpler forecast was as good; more fitted visits may help the twin."));
        }
    }
}
