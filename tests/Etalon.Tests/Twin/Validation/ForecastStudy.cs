using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Phantoms.Tumours;
using Etalon.Twin;
using Etalon.Twin.Validation;

namespace Etalon.Tests.Twin.Validation;

/// <summary>One held-out visit: the forecast without and with the model's error, the baselines, what was measured and what was true.</summary>
internal sealed record HeldOut(
    double HorizonDays, double Measured, double MeasurementU, double Truth, double[] LogMembers, PredictiveSample[] Baselines)
{
    public const double Floor = 1;

    /// <summary>The twin's forecast of the truth.</summary>
    public PredictiveSample OfTruth(ModelDiscrepancy? error) => new(With(error).Select(Math.Exp));

    /// <summary>The twin's forecast of the measurement.</summary>
    public PredictiveSample OfMeasurement(ModelDiscrepancy? error) => OfTruth(error).Measured(MeasurementU, new RandomStream(5, "measurement"));

    private IEnumerable<double> With(ModelDiscrepancy? error) =>
        LogMembers.Select((l, m) => l + (error?.Path(m, LogMembers.Length, [HorizonDays], 3)[0] ?? 0));
}

/// <summary>What one virtual patient gave.</summary>
internal sealed record StudyPatient(TumourKind Kind, ulong Seed, double[] Z, bool[] Covered, bool[] Known, double ReducedChiSquared, IReadOnlyList<HindcastResidual> Hindcasts, IReadOnlyList<HeldOut> HeldOut);

/// <summary>Fits the first visits of virtual patients, forecasts the last two.</summary>
internal static class ForecastStudy
{
    public const int Held = 2;
    private const int Members = 100;

    private static readonly TwinFitOptions Options = new() { Threads = 1, VoxelsPerGrain = VirtualDensityPatient.VoxelsPerGrain };

    /// <summary>The cohort that virtual patients are drawn from, as priors.</summary>
    public static IReadOnlyList<ParameterPrior> Population { get; } = TwinPrior.Default(["temozolomide"])
        .Zip(TumourTruth.Population, (p, t) => p with { Median = t.Median, LogSd = t.LogSd, Source = new Source("virtual", "the virtual cohort", "baseline") }).ToList();

    public static IReadOnlyList<StudyPatient> Run(TumourKind kind, int count, ulong firstSeed, IReadOnlyList<ParameterPrior> priors, CancellationToken cancellation)
    {
        var patients = new StudyPatient[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation }, n => patients[n] = Of(kind, firstSeed + (ulong)n, priors, cancellation));
        return patients;
    }

    private static StudyPatient Of(TumourKind kind, ulong seed, IReadOnlyList<ParameterPrior> priors, CancellationToken cancellation)
    {
        var patient = VirtualDensityPatient.Draw(kind, seed);
        var fitted = patient.Observations.Count - Held;
        var burdens = patient.Observations.Select(o => MeasuredBurden.Of(o, VirtualDensityPatient.Reference, Options.VoxelsPerGrain)).ToList();
        var (fit, members) = Forecast(patient, fitted, patient.Observations.Count, priors, cancellation);
        var truth = patient.Truth.Logs();
        var days = patient.Observations.Skip(fitted).Select(o => o.Day).ToList();
        var us = burdens.Skip(fitted).Select(b => b.RelativeU).ToList();
        var last = patient.Observations[fitted - 1];
        var average = ForecastBaselines.Population(
            patient.Model, patient.Schedule, last, burdens[fitted - 1].RelativeU, Population, days, us, patient.DetectionLimit, new PopulationBaselineOptions { Members = Members, Threads = 1 }, cancellation);
        var before = burdens.Take(fitted).ToList();
        if (before.Any(b => !double.IsFinite(b.LogCells + b.RelativeU))) throw new InvalidOperationException($"seed {seed}: {string.Join("; ", burdens)} {patient.Truth}");
        var held = Enumerable.Range(0, Held).Select(h => new HeldOut(
            days[h] - last.Day, burdens[fitted + h].Cells, us[h], patient.VisibleCells(fitted + h), members[h],
            [ForecastBaselines.LastValue(before, days[h], us[h]), ForecastBaselines.Exponential(before, days[h], us[h]), average[h]])).ToList();
        return new StudyPatient(
            kind, seed, truth.Select((t, p) => (fit.Posterior.LogMean[p] - t) / fit.Posterior.LogSd(p)).ToArray(),
            truth.Select((t, p) => Math.Exp(t) >= fit.Marginals[p].Lower90 && Math.Exp(t) <= fit.Marginals[p].Upper90).ToArray(),
            truth.Select((_, p) => fit.Posterior.IsIdentifiable(p)).ToArray(), fit.Posterior.ReducedChiSquared, Etalon.Twin.Validation.Hindcasts.OneStepAhead(
                patient.Model, patient.Schedule, patient.Observations.Take(fitted).ToList(), priors, VirtualDensityPatient.Reference, Options, new HindcastOptions { Members = Members }, cancellation), held);
    }

    /// <summary>Fits the first visits and forecasts logarithms of visible cells at the next ones, up to <paramref name="until"/>.</summary>
    private static (TwinFit Fit, double[][] LogCells) Forecast(
        VirtualDensityPatient patient, int fitted, int until, IReadOnlyList<ParameterPrior> priors, CancellationToken cancellation)
    {
        var observations = patient.Observations.Take(fitted).ToList();
        var fit = TwinFit.Run(patient.Model, patient.Schedule, observations, priors, VirtualDensityPatient.Reference, Options, cancellation);
        var edge = DrawnEdge.Of(fit, observations, Options, cancellation);
        var days = patient.Observations.Skip(fitted).Take(until - fitted).Select(o => o.Day).ToList();
        var forecast = Forecaster.Run(fit, fit.Draw(Members, new RandomStream(patient.Schedule.Fractions.Count > 0 ? 7UL : 8UL, "draws")), patient.Schedule, days, edge, Options, null, cancellation);
        return (fit, days.Select((_, d) => forecast.Members.Select(m => Math.Log(Math.Max(HeldOut.Floor, m[d].VisibleCells))).ToArray()).ToArray());
    }
}
