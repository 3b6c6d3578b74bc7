using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Twin;
using Etalon.Twin.Forecasting;

namespace Etalon.Study.Forecasts;

/// <summary>What a forecast came to.</summary>
/// <param name="Result">The forecast; null where there is none.</param>
/// <param name="Misuse">What is wrong with the days asked for; null where nothing is.</param>
/// <param name="Findings">Of the case, where there is no forecast.</param>
public sealed record TwinForecastOutcome(TwinForecastResult? Result, string? Misuse, IReadOnlyList<Finding> Findings);

/// <summary>From a case to a forecast of its tumour.</summary>
public static class TwinForecastRun
{
    /// <summary>Beyond this the parameters of a tumour under treatment are no longer what they were.</summary>
    private const double LongestHorizonDays = 2 * 365.25;

    /// <summary>Fits the twin as <see cref="StudyRun"/> does and forecasts.</summary>
    /// <param name="patient">The case as read.</param>
    /// <param name="options">How the twin is fitted; its members are those of the forecast.</param>
    /// <param name="days">Days since the first visit, in any order; those of held-out visits are added.</param>
    /// <param name="progress">Receives stage and share.</param>
    /// <param name="cancellation">Ends the run with <see cref="OperationCanceledException"/>.</param>
    public static TwinForecastOutcome Execute(
        PatientCase patient, StudyOptions options, IReadOnlyList<double> days, IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(patient);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(days);
        // The study's own forecast is only looked at for its fit; options are compared by run, not here.
        var study = StudyRun.Execute(patient, options with { Members = 20, WithTwin = true }, new Part(progress, 0, 0.4), cancellation);
        if (study.Twin is not { } twin)
        {
            return new TwinForecastOutcome(null, null, study.Findings);
        }

        var last = twin.Observations[twin.Fitted - 1];
        if (days.FirstOrDefault(d => !(d > last.Day && d <= last.Day + LongestHorizonDays), double.NaN) is var wrong && !double.IsNaN(wrong))
        {
            return new TwinForecastOutcome(
                null, FormattableString.Invariant($"day {wrong} is not within the forecast: the last fitted visit ({last.Visit}) is day {last.Day:0.##} since the first, and it reaches {LongestHorizonDays:0} days beyond."), study.Findings);
        }

        var fitOptions = new TwinFitOptions { Threads = options.Threads };
        var forecast = PatientForecast.Run(
            twin.Fit, twin.Observations, twin.Fitted, days, patient.Density!, new PatientForecastOptions { Members = options.Members, Seed = options.Seed, Fit = fitOptions },
            new Relay(share => progress?.Report(new StudyProgress("forecasting", 0.4 + 0.6 * share))), cancellation);
        return new TwinForecastOutcome(
            new TwinForecastResult(patient.Subject, twin, forecast, options.Members, options.Seed, [.. forecast.Findings, .. study.Findings], study.Assumptions), null, study.Findings);
    }

    private sealed class Part(IProgress<StudyProgress>? to, double from, double until) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value) => to?.Report(value with { Share = from + (until - from) * value.Share });
    }

    private sealed class Relay(Action<double> to) : IProgress<double>
    {
        public void Report(double value) => to(value);
    }
}
