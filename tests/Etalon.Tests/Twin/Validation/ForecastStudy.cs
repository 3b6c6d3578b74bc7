using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Phantoms.Tumours;
using Etalon.Twin;
using Etalon.Twin.Validation;

namespace Etalon.Tests.Twin.Validation;

/// <summary>One held-out visit: the twin's members, the baselines, what was measured and what was true.</summary>
internal sealed record HeldOut(double HorizonDays, double Measured, double MeasurementU, double Truth, double[] LogMembers, PredictiveSample[] Baselines)
{
    /// <summary>The twin's forecast of what is there.</summary>
    public PredictiveSample OfTruth(ModelDiscrepancy? error) => new(LogMembers.Select((l, m) => Math.Exp(l + (error?.Path(m, LogMembers.Length, [HorizonDays], 3)[0] ?? 0))));

    /// <summary>The twin's forecast of what a scan will show.</summary>
    public PredictiveSample OfMeasurement(ModelDiscrepancy? error) => OfTruth(error).Measured(MeasurementU, new RandomStream(5, "measurement"));
}

/// <summary>What one virtual patient gave.</summary>
/// <param name="Seed">Which patient.</param>
/// <param name="Covered">Whether the 90 % interval of D, k, α and s holds the truth; of no meaning where another model made the patient.</param>
/// <param name="Z">Errors of their logarithms over the posterior's standard deviation.</param>
/// <param name="Hindcasts">How the twin did on visits that it was fitted to later.</param>
/// <param name="HeldOut">The visits it never saw.</param>
internal sealed record StudyPatient(ulong Seed, double[] Z, bool[] Covered, IReadOnlyList<HindcastResidual> Hindcasts, IReadOnlyList<HeldOut> HeldOut)
{
    public ModelDiscrepancy Error(DiscrepancyPrior prior) => ModelDiscrepancy.Of(prior, Hindcasts);
}

/// <summary>Fits the first visits of virtual patients, forecasts the last two.</summary>
internal static class ForecastStudy
{
    public const int Held = 2;
    public const double LeastSurpriseP = 0.02;
    private const int Members = 100;

    private static readonly TwinFitOptions Options = new() { Threads = 1, VoxelsPerGrain = VirtualDensityPatient.VoxelsPerGrain };

    /// <summary>The cohort that virtual patients are drawn from, as priors of the fit and as the population's average.</summary>
    public static IReadOnlyList<ParameterPrior> Population { get; } = TwinPrior.Default(["temozolomide"])
        .Zip(TumourTruth.Population, (p, t) => p with { Median = t.Median, LogSd = t.LogSd, Source = new Source("virtual", "the virtual cohort", "baseline") }).ToList();

    /// <summary>Patients of one kind.</summary>
    /// <param name="kind">What makes them.</param>
    /// <param name="count">How many.</param>
    /// <param name="firstSeed">Of the first.</param>
    /// <param name="startIsKnown">Gives the fit the true density of the first visit, to tell its own faults from those of the initial state.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static IReadOnlyList<StudyPatient> Run(TumourKind kind, int count, ulong firstSeed, bool startIsKnown, CancellationToken cancellation)
    {
        var patients = new StudyPatient[count];
        Parallel.For(
            0, count, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation },
            n => patients[n] = Of(Draw(kind, firstSeed + (ulong)n, startIsKnown), firstSeed + (ulong)n, cancellation));
        return patients;
    }

    private static VirtualDensityPatient Draw(TumourKind kind, ulong seed, bool startIsKnown)
    {
        var patient = VirtualDensityPatient.Draw(kind, seed);
        return !startIsKnown ? patient : patient with
        {
            Observations = patient.Observations.Select((o, v) => v > 0 ? o : o with { Density = patient.States[0], VoxelU = 0, ScaleU = 1e-5, SharedScaleU = new Dictionary<string, double>() }).ToList(),
        };
    }

    private static StudyPatient Of(VirtualDensityPatient patient, ulong seed, CancellationToken cancellation)
    {
        var fitted = patient.Observations.Count - Held;
        var burdens = patient.Observations.Select(o => MeasuredBurden.Of(o, VirtualDensityPatient.Reference, Options.VoxelsPerGrain)).ToList();
        var (seen, before, last) = (patient.Observations.Take(fitted).ToList(), burdens.Take(fitted).ToList(), patient.Observations[fitted - 1]);
        var fit = TwinFit.Run(patient.Model, patient.Schedule, seen, Population, VirtualDensityPatient.Reference, Options, cancellation);
        var edge = DrawnEdge.Of(fit, seen, Options, cancellation);
        var days = patient.Observations.Skip(fitted).Select(o => o.Day).ToList();
        var us = burdens.Skip(fitted).Select(b => b.RelativeU).ToList();
        var forecast = Forecaster.Run(fit, fit.Draw(Members, new RandomStream(seed, "draws")), patient.Schedule, days, edge, Options, null, cancellation);
        var average = ForecastBaselines.Population(
            patient.Model, patient.Schedule, last, burdens[fitted - 1].RelativeU, Population, days, us, edge, new PopulationBaselineOptions { Members = Members, Threads = 1 }, cancellation);
        var hindcasts = Hindcasts.OneStepAhead(
            patient.Model, patient.Schedule, seen, Population, VirtualDensityPatient.Reference, Options, new HindcastOptions { Members = Members, Seed = seed }, cancellation);
        var truth = patient.Truth.Logs();
        return new StudyPatient(
            seed, truth.Select((t, p) => (fit.Posterior.LogMean[p] - t) / fit.Posterior.LogSd(p)).ToArray(),
            truth.Select((t, p) => Math.Exp(t) >= fit.Marginals[p].Lower90 && Math.Exp(t) <= fit.Marginals[p].Upper90).ToArray(),
            hindcasts,
            Enumerable.Range(0, Held).Select(h => new HeldOut(
                days[h] - last.Day, burdens[fitted + h].Cells, us[h], patient.VisibleCells(fitted + h),
                forecast.Members.Select(m => Math.Log(Math.Max(MeasuredBurden.Floor, m[h].VisibleCells))).ToArray(),
                [ForecastBaselines.LastValue(before, days[h], us[h]), ForecastBaselines.Exponential(before, days[h], us[h]), average[h]])).ToList());
    }
}
