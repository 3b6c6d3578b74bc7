using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Planning;
using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Study;

/// <summary>What the stage gives.</summary>
/// <param name="Twin">The twin; null where it was refused.</param>
/// <param name="Options">Options beside each other; empty where they were not compared.</param>
/// <param name="Refusal">Why there is no twin; null where there is one.</param>
/// <param name="OptionsRefusal">Why no options were compared; null where they were, or where there is no twin.</param>
internal sealed record TwinOutcome(TwinResult? Twin, IReadOnlyList<OptionResult> Options, string? Refusal, string? OptionsRefusal)
{
    /// <summary>What the twin takes as true without having measured it.</summary>
    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];
}

/// <summary>Builds, fits and forecasts the twin from aligned visits, or says why not.</summary>
internal sealed class TwinStage(StudyOptions options, PatientCase patient, List<Finding> findings, Action<string, double> report, CancellationToken cancellation)
{
    private const double DaysAfterLastVisit = 90;

    private readonly TwinFitOptions _fitOptions = new() { Threads = options.Threads, IsPlain = true };

    /// <summary>Runs the stage.</summary>
    /// <param name="aligned">Visits with ADC and tumour on the domain's grid, in order of time.</param>
    /// <param name="domain">Where the tumour can live.</param>
    /// <param name="scales">What is unknown of each visit's ADC scale.</param>
    public TwinOutcome Run(IReadOnlyList<AlignedVisit> aligned, Mask domain, IReadOnlyList<VisitScale> scales)
    {
        var reference = patient.Density!;
        var diffusion = new FluxDiffusion(domain);
        var visits = new TwinVisits(patient, findings);
        var observations = aligned.Select((v, n) => visits.Observe(v, diffusion, scales[n])).ToList();
        var fitted = visits.FittedCount(observations, options.FitVisits);
        if (fitted.Refusal is not null)
        {
            return new TwinOutcome(null, [], fitted.Refusal, null);
        }

        var used = observations.Skip(fitted.Skip).ToList();
        var schedule = visits.Schedule();
        var model = new TumourModel(diffusion);
        report("fitting the twin", 0.35);
        var priors = TwinPrior.Default(schedule.Drugs.Select(d => d.Name));
        var fit = TwinFit.Run(model, schedule, used.Take(fitted.Count).ToList(), priors, reference, _fitOptions, cancellation);
        var advice = TwinVerdict.Tell(fit, findings, cancellation);
        report("forecasting", 0.6);
        return Forecast(fit, used, fitted.Count, schedule, advice);
    }

    private TwinOutcome Forecast(
        TwinFit fit, List<DensityObservation> used, int fitted, TreatmentSchedule schedule, List<TwinAdvice> advice)
    {
        var start = TreatmentStart(schedule);
        var days = Days(used, start);
        var limit = used[fitted - 1].DetectionLimit;
        var draws = fit.Draw(options.Members, new RandomStream(options.Seed, "twin-posterior"));
        var plans = TreatmentOption.Standard(schedule);
        var optionsRefusal = OptionsRefusal(plans, start, fit.StartDay, used[0].Visit);
        var compare = optionsRefusal is null;
        var runs = compare ? plans.Count : 1;
        var done = 0;
        Forecast Simulate(TreatmentSchedule s)
        {
            var first = done++;
            var progress = new Relay(p => report("forecasting", 0.6 + 0.35 * (first + p) / runs));
            return Forecaster.Run(fit, draws, s, days, limit, _fitOptions, progress, cancellation);
        }

        IReadOnlyList<OptionResult> results = compare ? OptionComparison.Compare(plans, Simulate, draws, fit.Posterior.Priors, start!.Value) : [];
        var forecast = compare ? results[0].Forecast : Simulate(schedule);
        var (fields, agreement) = Fields(fit, used, schedule, limit);
        var twin = new TwinResult
        {
            Fit = fit,
            Observations = used,
            Fitted = fitted,
            Agreement = agreement,
            Forecast = forecast,
            TimeError = TimeError(fit, schedule, days, limit, forecast),
            Fields = fields,
            Advice = advice,
        };
        TellOutside(twin);
        findings.Add(TwinAssumptions.Unchecked(fit.Posterior, schedule.Fractions.Count > 0, compare));
        return new TwinOutcome(twin, results, null, optionsRefusal) { Assumptions = TwinAssumptions.Of(twin, patient.Density!, _fitOptions, compare).ToList() };
    }

    private void TellOutside(TwinResult twin)
    {
        var held = twin.HeldOut();
        var outside = held.Where(h => !h.IsInside).Select(h => h.Visit).ToList();
        if (outside.Count > 0.2 * held.Count)
        {
            findings.Add(new Finding(
                FindingCodes.ForecastOutsideInterval, Severity.Warning, "twin: forecast", $"{outside.Count} of {held.Count} held-out visits measured outside the forecast's 95 % interval ({string.Join(", ", outside)})",
                "about 19 in 20 inside", "The interval holds what the visits leave open about the parameters, not errors of the model or of the measurement: read it as a lower limit of the doubt."));
        }
    }

    /// <summary>Why options cannot be compared: what was done before the model starts is in its initial state, whatever an option says.</summary>
    private string? OptionsRefusal(IReadOnlyList<TreatmentOption> plans, double? treatmentStart, double fitStart, string firstFitted)
    {
        if (treatmentStart is null || patient.Treatment.IsNone)
        {
            return "No treatment is recorded, so there is nothing to compare with.";
        }

        if (!(TreatmentSchedule.FirstDifference(plans.Select(p => p.Schedule).ToList()) < fitStart))
        {
            return null;
        }

        var found = FormattableString.Invariant($"treatment that the options differ in began on day {treatmentStart:0.#}, before visit {firstFitted} (day {fitStart:0.#})");
        findings.Add(new Finding(
            FindingCodes.OptionsRefused, Severity.Warning, "options", found, "options that differ only after the first fitted visit",
            "Fit from a visit before treatment (--fit-visits); the state that the model starts from would then not hold the effect of treatment."));
        return $"No options were compared: {found}, where the model starts. Its effect is in the state that the model starts from, so an option could not leave it out.";
    }

    private sealed class Relay(Action<double> to) : IProgress<double>
    {
        public void Report(double value) => to(value);
    }

    private static double? TreatmentStart(TreatmentSchedule s)
    {
        var days = s.Fractions.Select(f => f.Day).Concat(s.Drugs.SelectMany(d => d.Doses.Select(x => x.Day))).ToList();
        return days.Count == 0 ? null : days.Min();
    }

    /// <summary>All visits, the start of treatment, and a grid between the first visit and some months after the last.</summary>
    private static List<double> Days(List<DensityObservation> used, double? start)
    {
        var last = used[^1].Day + DaysAfterLastVisit;
        var step = Math.Max(2, Math.Ceiling((last - used[0].Day) / 36));
        var grid = Enumerable.Range(0, (int)((last - used[0].Day) / step) + 1).Select(n => used[0].Day + n * step);
        var extra = start is { } s && s > used[0].Day && s < last ? [s] : Array.Empty<double>();
        return grid.Concat(used.Select(o => o.Day)).Concat(extra).Append(last).Distinct().Order().ToList();
    }

    private (List<float[]> Fields, List<FieldAgreement> Agreement) Fields(TwinFit fit, List<DensityObservation> used, TreatmentSchedule schedule, double limit)
    {
        var fields = new List<float[]>();
        var agreement = new List<FieldAgreement>();
        var best = fit.Posterior.LogMean;
        fit.Model.Simulate(
            fit.InitialAt(best), fit.ParametersAt(best), schedule, fit.StartDay, used.Skip(1).Select(o => o.Day).ToList(),
            (output, state) =>
            {
                fields.Add(fit.Model.Diffusion.ToGrid(state));
                agreement.Add(FieldAgreement.Between(state, used[output + 1], limit));
            },
            _fitOptions.Simulation, cancellation);
        return (fields, agreement);
    }

    /// <summary>Against half of every step: of order two, what is left there is a quarter.</summary>
    private double TimeError(TwinFit fit, TreatmentSchedule schedule, List<double> days, double limit, Forecast used)
    {
        var fine = Forecaster.Run(
            fit, [], schedule, days, limit, _fitOptions with { Simulation = _fitOptions.Simulation with { Refinement = 2 } },
            null, cancellation);
        return 4.0 / 3 * days.Select((_, d) => Math.Abs(used.Best[d].Cells / Math.Max(fine.Best[d].Cells, 1e-12) - 1)).Max();
    }
}
