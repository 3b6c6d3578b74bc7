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

    private readonly TwinFitOptions _fitOptions = new() { Threads = options.Threads };

    /// <summary>Runs the stage.</summary>
    /// <param name="aligned">Visits with ADC and tumour on the domain's grid, in order of time.</param>
    /// <param name="domain">Where the tumour can live.</param>
    /// <param name="scales">What is unknown of each visit's ADC scale.</param>
    public TwinOutcome Run(IReadOnlyList<AlignedVisit> aligned, Mask domain, IReadOnlyList<VisitScale> scales)
    {
        var reference = patient.Density!;
        var diffusion = new FluxDiffusion(domain);
        var observations = aligned.Select((v, n) => Observe(v, diffusion, reference, scales[n])).ToList();
        var fitted = FittedCount(observations);
        if (fitted.Refusal is not null)
        {
            return new TwinOutcome(null, [], fitted.Refusal, null);
        }

        var used = observations.Skip(fitted.Skip).ToList();
        var schedule = Schedule();
        var model = new TumourModel(diffusion);
        report("fitting the twin", 0.35);
        var priors = TwinPrior.Default(schedule.Drugs.Select(d => d.Name));
        var fit = TwinFit.Run(model, schedule, used.Take(fitted.Count).ToList(), priors, reference, _fitOptions, cancellation);
        if (fit.Posterior.Status != FitStatus.Converged)
        {
            findings.Add(new Finding(
                FindingCodes.FitNotConverged, Severity.Warning, "twin", $"status {fit.Posterior.Status} after {fit.Posterior.Steps} steps", "a converged fit",
                "Read the forecast with care; more visits, or visits before treatment, would help."));
        }

        var advice = Advice(fit);
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

    private DensityObservation Observe(AlignedVisit visit, DiffusionOperator diffusion, DensityReference reference, VisitScale scale)
    {
        var reading = DensityReader.Read(visit.Adc, visit.HasAdc, visit.Tumour, diffusion.Domain, reference, visit.IsResampled ? 2 : 1);
        var above = visit.Tumour.Inside.Zip(visit.Adc, (t, adc) => t && adc >= reference.FreeWaterMm2PerS).Count(x => x);
        Tell(visit, above, visit.Tumour.Count - reading.IsTumour.Count(t => t));
        return new DensityObservation
        {
            Visit = visit.Images.Visit.Id,
            Day = patient.DayOf(visit.Images.Visit.Time),
            Density = diffusion.ToState(reading.Density),
            IsMeasured = diffusion.ToState(reading.IsMeasured),
            IsTumour = diffusion.ToState(reading.IsTumour),
            IsBelowLimit = diffusion.ToState(reading.IsBelowLimit),
            DetectionLimit = reading.DetectionLimit,
            VoxelU = VoxelU(visit, reference),
            PositionU = (visit.PositionUMm ?? 0) * DensityReader.RmsSlopePerMm(reading, diffusion.Domain.Grid),
            ScaleU = scale.U,
            SharedScaleU = scale.Shared,
        };
    }

    private void Tell(AlignedVisit visit, int above, int outside)
    {
        var about = $"visit {visit.Images.Visit.Id}";
        if (above > 0)
        {
            findings.Add(new Finding(
                FindingCodes.AdcAboveFreeWater, Severity.Info, about, $"{above} of {visit.Tumour.Count} tumour voxels with ADC at or above free water",
                "ADC below free water where there are cells", "Their density is 0. Cysts and necrosis look so; exclude them from the mask if they are."));
        }

        if (outside > 0)
        {
            findings.Add(new Finding(
                FindingCodes.TumourOutsideDomain, Severity.Info, about, $"{outside} of {visit.Tumour.Count} tumour voxels outside the brain mask",
                "a tumour inside the brain", "They take no part in the twin; check both masks."));
        }
    }

    private static double VoxelU(AlignedVisit visit, DensityReference reference)
    {
        var map = visit.Images.Adc!;
        if (map.NoiseSd is null)
        {
            return TwinAssumptions.VoxelU;
        }

        var (sum, count) = (0.0, 0);
        for (var n = 0; n < visit.AdcU.Length; n++)
        {
            if (visit.Tumour.Inside[n] && visit.AdcU[n] > 0)
            {
                (sum, count) = (sum + (double)visit.AdcU[n] * visit.AdcU[n], count + 1);
            }
        }

        var noise = count == 0 ? 0 : Math.Sqrt(sum / count) / (reference.FreeWaterMm2PerS - reference.CapacityMm2PerS);
        return Math.Max(noise, TwinAssumptions.LeastVoxelU);
    }

    private (int Skip, int Count, string? Refusal) FittedCount(List<DensityObservation> observations)
    {
        var usable = observations.Count;
        if (usable < 2)
        {
            return (0, 0, $"The twin needs two or more visits with a tumour mask and an ADC map; there {(usable == 1 ? "is one" : "are none")}.");
        }

        if (options.FitVisits is not { } range)
        {
            return (0, usable > 3 ? usable - 2 : Math.Max(2, usable - 1), null);
        }

        if (VisitNumbers.Misfit(range, patient) is { } misfit)
        {
            return (0, 0, $"V{misfit[1..]}");
        }

        var numbers = VisitNumbers.Of(patient);
        var asked = patient.Visits.Where((_, n) => numbers[n] >= range.First && numbers[n] <= range.Last).Select(v => v.Id).ToList();
        var fitted = asked.Where(id => observations.Exists(o => o.Visit == id)).ToList();
        foreach (var left in asked.Except(fitted, StringComparer.Ordinal))
        {
            findings.Add(new Finding(
                FindingCodes.VisitNotFitted, Severity.Warning, $"visit {left}", FormattableString.Invariant($"no tumour mask or no ADC map on the twin's grid, within the visits {range.First}-{range.Last} to be fitted"),
                "a visit with both", "The fit does without this visit; supply what is missing."));
        }

        return fitted.Count < 2
            ? (0, 0, FormattableString.Invariant($"Visits {range.First} to {range.Last} were asked for; {(fitted.Count == 0 ? "none" : "one")} of them has a tumour mask and an ADC map, and a fit needs two."))
            : (observations.FindIndex(o => o.Visit == fitted[0]), fitted.Count, null);
    }

    private TreatmentSchedule Schedule() => TreatmentSchedule.From(patient.Treatment, patient.Visits[0].Time, drug =>
    {
        if (DrugKinetics.DecayOf(drug) is { } known)
        {
            return known.Value;
        }

        findings.Add(new Finding(
            FindingCodes.ValueAssumed, Severity.Warning, $"drug {JsonSafe(drug)}", "a drug whose kinetics Etalon does not know", "a known decay",
            FormattableString.Invariant($"The decay of temozolomide, {DrugKinetics.TemozolomideDecay.Value:0.###} per day, was taken.")));
        return DrugKinetics.TemozolomideDecay.Value;
    });

    private static string JsonSafe(string text) => text.Length <= 40 ? text : text[..40];

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

    private List<TwinAdvice> Advice(TwinFit fit)
    {
        var p = fit.Posterior;
        var advice = new List<TwinAdvice>();
        for (var i = 0; i < p.Priors.Count; i++)
        {
            if (p.IsIdentifiable(i))
            {
                continue;
            }

            var partner = Enumerable.Range(0, p.Priors.Count).Where(j => j != i).MaxBy(j => Math.Abs(p.Correlation(i, j)));
            var isJoint = Math.Abs(p.Correlation(i, partner)) > 0.95;
            var words = isJoint
                ? FormattableString.Invariant($"{p.Priors[i].Title} cannot be told from {p.Priors[partner].Title} (correlation {Report.Shown.Signed(p.Correlation(i, partner))}); only their joint effect is known")
                : FormattableString.Invariant($"{p.Priors[i].Title} is barely learned: its spread is {100 * p.LogSd(i) / p.Priors[i].LogSd:0} % of the prior's");
            var remedy = isJoint
                ? $"A visit before and after a time with only one of both at work would tell {p.Priors[i].Title} from {p.Priors[partner].Title}."
                : $"A visit after a time in which {p.Priors[i].Title} alone acts would teach it: before treatment for growth, after radiotherapy or a drug for their effects.";
            advice.Add(new TwinAdvice(p.Priors[i].Name, isJoint ? p.Priors[partner].Name : null, words, remedy));
            findings.Add(new Finding(
                FindingCodes.ParameterNotIdentifiable, Severity.Warning, $"twin: {p.Priors[i].Name}", words, "a posterior less than half as wide as the prior, no correlation beyond 0.95",
                remedy));
        }

        return advice;
    }
}
