using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Twin;

namespace Etalon.Study;

/// <summary>From a case to a fitted twin.</summary>
public static class TwinFitRun
{
    private const int CheckDraws = 400;

    /// <summary>Fits.</summary>
    /// <param name="patient">The case as read.</param>
    /// <param name="options">Visits, seed, threads, calibration and registration as of a study.</param>
    /// <param name="settings">How the twin is fitted.</param>
    /// <param name="progress">Receives stage and share.</param>
    /// <param name="cancellation">Ends the fit with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The result; null where there is none, with the findings that say why.</returns>
    public static (TwinFitResult? Result, IReadOnlyList<Finding> Findings) Execute(
        PatientCase patient, StudyOptions options, TwinFitSettings settings, IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(patient);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(settings);
        void Report(string stage, double share) => progress?.Report(new StudyProgress(stage, share));
        var findings = new List<Finding>(patient.Findings);
        var visits = new TwinVisits(patient, findings);
        var schedule = visits.Schedule();
        if (TwinPriorFile.Priors(settings.Prior, schedule.Drugs.Select(d => d.Name).ToList(), findings) is not { } priors
            || !TwinPriorFile.TryStart(settings.Start, priors, findings, out var start))
        {
            return (null, StudyRun.InOrder(findings));
        }

        var numbers = VisitNumbers.Of(patient);
        var within = patient.Visits.Where((_, n) => options.FitVisits is not { } range || (numbers[n] >= range.First && numbers[n] <= range.Last)).ToList();
        var images = StudyRun.Load(within, options, findings, Report, cancellation);
        var scale = MeasuringScale.Of(patient, options.Calibration, findings, cancellation);
        Report("measuring", 0.2);
        var measurements = StudyRun.Measure(patient, images, scale, findings);
        Report("aligning visits", 0.25);
        var (alignment, scales, refusal) = StudyRun.Align(patient, options, images, measurements, scale, findings, cancellation);
        if (alignment is null)
        {
            return Refused(refusal!);
        }

        var diffusion = new FluxDiffusion(alignment.Domain!);
        var all = alignment.Visits.Select((v, n) => visits.Observe(v, diffusion, scales[n])).ToList();
        var fitted = visits.FittedCount(all, options.FitVisits);
        if (fitted.Refusal is not null)
        {
            return Refused(fitted.Refusal);
        }

        var observations = all.Skip(fitted.Skip).Take(fitted.Count).ToList();
        var fitOptions = new TwinFitOptions
        {
            Threads = options.Threads, IsPlain = true, WithNuisance = settings.WithNuisance, Start = start, Simulation = new SimulationOptions { Scheme = settings.Scheme },
        };
        var journal = settings.Checkpoint is { } path ? new TwinCheckpoint(path, TwinCheckpoint.Key(observations, schedule, priors, fitOptions)) : null;
        Report("fitting the twin", 0.3);
        var fit = TwinFit.Run(
            new TumourModel(diffusion), schedule, observations, priors, patient.Density!,
            fitOptions with { Resume = journal?.Read(), Accepted = c => { journal?.Write(c); Report("fitting the twin", Math.Min(0.75, 0.3 + 0.05 * c.Steps)); } }, cancellation);
        Report("asking what it could not tell", 0.8);
        var advice = TwinVerdict.Tell(fit, findings, cancellation);
        var fields = FittedField.Of(fit, cancellation);
        Report("comparing models", 0.85);
        var evidence = ModelEvidence.Of(fit, cancellation);
        Report("checking the posterior", 0.9);
        var check = settings.WithCheck ? PosteriorCheck.Run(fit, CheckDraws, options.Seed, cancellation) : null;
        if (check is not null && check.EffectiveDraws < PosteriorCheck.LeastShare * check.Draws)
        {
            findings.Add(new Finding(
                FindingCodes.PosteriorApproximate, Severity.Warning, "twin", FormattableString.Invariant($"{check.EffectiveDraws:0} effective of {check.Draws} draws, {100 * check.Acceptance:0} % of moves accepted"),
                FormattableString.Invariant($"{PosteriorCheck.LeastShare * check.Draws:0} or more"), "Read the intervals as approximate; the check's own means and spreads are nearer."));
        }

        findings.Add(TwinAssumptions.Unchecked(fit.Posterior, schedule.Fractions.Count > 0, false));
        var result = new TwinFitResult
        {
            Subject = patient.Subject, Fit = fit, Settings = settings, Observations = observations, Fields = fields, Seed = options.Seed,
            Inputs = observations.Select(o => images.First(v => v.Visit.Id == o.Visit).AdcInput.Sha256).ToList(),
            Agreement = observations.Select((o, v) => FieldAgreement.Between(fields[v].Density, o, o.DetectionLimit)).ToList(),
            NetKill = KnownCombination.NetKill(fit), Advice = advice, Evidence = evidence, Check = check, Samples = fit.Draw(settings.Samples, new RandomStream(options.Seed, "twin-posterior")),
            Findings = StudyRun.InOrder(findings), Assumptions = [.. patient.Assumptions, .. TwinAssumptions.OfFit(fit, observations, patient.Density!, fitOptions)],
        };
        return (result, result.Findings);

        (TwinFitResult?, IReadOnlyList<Finding>) Refused(string why)
        {
            findings.Add(new Finding(
                FindingCodes.TwinRefused, Severity.Error, "twin", why, "two or more visits with tumour mask and ADC on a known scale, and a brain mask", "Supply what is missing and run again."));
            return (null, StudyRun.InOrder(findings));
        }
    }
}
