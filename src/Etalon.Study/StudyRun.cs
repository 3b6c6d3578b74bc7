using Etalon.Assays;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Metrology;
using Etalon.Study.Fitness;

namespace Etalon.Study;

/// <summary>The path as one call: scan, assay, comparability, change, twin, plan.</summary>
public static class StudyRun
{
    /// <summary>Beyond this a date is more likely wrong than right, and a forecast would take hours.</summary>
    private const double LongestSpanDays = 20 * 365.25;

    /// <summary>Runs everything that one case can give.</summary>
    /// <param name="patient">The case as read.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Receives stage and share.</param>
    /// <param name="cancellation">Ends the run with <see cref="OperationCanceledException"/>.</param>
    public static StudyResult Execute(
        PatientCase patient, StudyOptions options, IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(patient);
        ArgumentNullException.ThrowIfNull(options);
        void Report(string stage, double share) => progress?.Report(new StudyProgress(stage, share));
        var findings = new List<Finding>(patient.Findings);
        Report("reading images", 0);
        var visits = Load(patient.Visits, options, findings, Report, cancellation);

        Report("calibrating", 0.15);
        var scale = MeasuringScale.Of(patient, options.Calibration, findings, cancellation);
        Report("measuring", 0.25);
        var measurements = Measure(patient, visits, scale, findings);
        var (comparisons, changes) = ChangeStage.Run(patient, measurements, options, findings);
        var result = new StudyResult
        {
            Case = patient,
            Visits = visits,
            Measurements = measurements,
            Calibrations = scale.Calibrations,
            Comparisons = comparisons,
            Changes = changes,
            Series = ChangeStage.Series(patient, measurements),
            Findings = [],
            Assumptions = [.. patient.Assumptions, .. visits.SelectMany(v => (v.Suv?.Assumptions ?? []).Select(a => new Assumption($"suv-visit-{v.Visit.Id}", a, v.Suv!.Rule, "etalon")))],
            Sources = [],
            StudyOptions = options,
            Remarks = visits.Select(v => v.Vendor?.Remark).OfType<string>().ToList(),
        };
        result = FitnessStage.Run(result, findings);
        result = result with { Pictures = PictureStage.OnOwnGrids(patient, visits, findings, cancellation) };
        Report("aligning visits", 0.3);
        result = WithTwin(result, scale, findings, Report, cancellation);
        Report("writing", 0.95);
        return result with
        {
            Findings = InOrder(findings),
            Sources = SourcesOf(result, scale),
        };
    }

    /// <summary>Reads the images of visits and brings those of one visit together.</summary>
    internal static List<VisitImages> Load(
        IReadOnlyList<Visit> of, StudyOptions options, List<Finding> findings, Action<string, double> report, CancellationToken cancellation)
    {
        var visits = new List<VisitImages>();
        foreach (var visit in of)
        {
            cancellation.ThrowIfCancellationRequested();
            visits.Add(new WithinVisitStage(options, findings, cancellation).Run(VisitLoader.Load(visit, findings, cancellation)));
            report("reading images", 0.15 * visits.Count / of.Count);
        }

        return visits;
    }

    /// <summary>Measures visits on the scale of the study.</summary>
    internal static List<Measurement> Measure(PatientCase patient, IReadOnlyList<VisitImages> visits, MeasuringScale scale, List<Finding> findings) =>
        visits.SelectMany(v => VisitAssay.Measure(v, patient.Subject, scale.Precision, findings).Select(m => scale.Correction.Apply(m, v.Visit.Day))).ToList();

    /// <summary>Brings the visits that the twin can use together, or says why that cannot be.</summary>
    internal static (Alignment? Alignment, List<VisitScale> Scales, string? Refusal) Align(
        PatientCase patient, StudyOptions options, IReadOnlyList<VisitImages> visits, IReadOnlyList<Measurement> measurements, MeasuringScale scale,
        List<Finding> findings, CancellationToken cancellation)
    {
        // A tumour whose ADC could not be measured, or cannot be true, tells no density either.
        var usable = visits.Where(v => v.Adc is not null && Tumour(v) is { } tumour
            && measurements.Any(m => m.IsOk && m.Measurand == "adc.mean" && m.Visit == v.Visit.Id && m.Region?.Id == tumour.Id)).ToList();
        var refusal = patient.Visits.Count < 2
            ? $"There is {(patient.Visits.Count == 0 ? "no" : "one")} visit: a growth model needs two or more, each with a tumour mask and an ADC map, and one more to check it against."
            : patient.Density is null
            ? "Nobody states how cell density follows from these images (free water and tissue reference of ADC)."
            : usable.Count < 2
                ? $"The twin needs two or more visits with a tumour mask and an ADC of it; {(usable.Count == 0 ? "no visit has" : "one visit has")} both."
                : Span(patient) is > LongestSpanDays and var days
                    ? FormattableString.Invariant($"The visits span {days / 365.25:0.#} years; the twin is computed day by day and takes at most {LongestSpanDays / 365.25:0} years.")
                    : null;
        if (refusal is not null)
        {
            return (null, [], refusal);
        }

        var alignment = new AlignmentStage(options, patient, scale, findings, cancellation).Run(usable);
        return alignment.Refusal is { } reason
            ? (null, [], reason)
            : (alignment, alignment.Visits.Select(v => VisitScale.Of(measurements, v.Images.Visit.Id, Tumour(v.Images)!.Id)).ToList(), null);
    }

    private static double Span(PatientCase patient) => patient.DayOf(patient.Visits[^1].Time);

    private static StudyResult WithTwin(
        StudyResult result, MeasuringScale scale, List<Finding> findings, Action<string, double> report, CancellationToken cancellation)
    {
        var (patient, options) = (result.Case, result.StudyOptions);
        if (!options.WithTwin)
        {
            return result with { TwinRefusal = "The twin was not asked for." };
        }

        var (alignment, scales, refusal) = Align(patient, options, result.Visits, result.Measurements, scale, findings, cancellation);
        if (alignment is not null)
        {
            result = result with { Alignments = alignment.Visits.Where(v => v.PositionUMm is not null).ToDictionary(v => v.Images.Visit.Id, v => v.PositionUMm!.Value, StringComparer.Ordinal) };
            result = result with { Pictures = PictureStage.Aligned(result.Pictures, alignment.Visits, alignment.Domain!.Grid) };
            var stage = new TwinStage(options, patient, findings, report, cancellation);
            var outcome = stage.Run(alignment.Visits, alignment.Domain!, scales);
            if (outcome.Twin is not null)
            {
                return result with { Twin = outcome.Twin, Options = outcome.Options, OptionsRefusal = outcome.OptionsRefusal, Assumptions = [.. result.Assumptions, .. outcome.Assumptions] };
            }

            refusal = outcome.Refusal;
        }

        findings.Add(new Finding(
            FindingCodes.TwinRefused, Severity.Warning, "twin", refusal!, "two or more visits with tumour mask and ADC on a known scale, and a brain mask",
            "Supply what is missing and run again."));
        return result with { TwinRefusal = refusal };
    }

    /// <summary>The tumour of a visit: the first region that holds a voxel, <c>enhancing</c> before others.</summary>
    internal static VisitRegion? Tumour(VisitImages visit) =>
        visit.Regions.Where(r => r.Mask.Count > 0 && r is { Kind: RegionKind.Mask, IsTransferred: false }).OrderBy(r => r.Id == "enhancing" ? 0 : 1).FirstOrDefault();

    /// <summary>The tumour of a visit on the grid of its ADC, as it was carried there if it was drawn elsewhere.</summary>
    internal static Mask TumourOnAdc(VisitImages visit)
    {
        var (tumour, grid) = (Tumour(visit)!, visit.Adc!.Value.Grid);
        return tumour.Mask.Grid.IsSameAs(grid)
            ? tumour.Mask
            : visit.Regions.FirstOrDefault(r => r.Id == tumour.Id && r.Mask.Grid.IsSameAs(grid))?.Mask ?? Resampler.Resample(tumour.Mask, grid, RigidTransform.Identity);
    }

    /// <summary>Worst first; findings that differ only in the place they are about become one that names the places.</summary>
    internal static List<Finding> InOrder(IEnumerable<Finding> findings) => findings
        .GroupBy(f => f with { About = "" })
        .Select(g => g.Key with { About = Places(g.Select(f => f.About).Distinct(StringComparer.Ordinal).ToList()) })
        .OrderByDescending(f => f.Severity).ThenBy(f => f.Code, StringComparer.Ordinal).ThenBy(f => f.About, StringComparer.Ordinal).ToList();

    private static string Places(List<string> places) =>
        places.Count <= 4 ? string.Join(", ", places) : $"{string.Join(", ", places.Take(3))} and {places.Count - 3} more";

    private static List<Source> SourcesOf(StudyResult result, MeasuringScale scale)
    {
        var sources = scale.Constants.Select(c => c.Source).ToList();
        if (result.Twin is { } twin)
        {
            sources.AddRange(twin.Fit.Posterior.Priors.Select(p => p.Source));
            sources.Add(new Source("lq", "Fowler, Br J Radiol 62:679–694 (1989): S = exp(−αd − βd²)", "cell kill by a fraction"));
            if (result.Options.Count > 0)
            {
                sources.Add(new Source(
                    "schedule-trial", "Phase I trial of a schedule optimised in a model (Dean and others, n = 14), survival in the authors' repository; external controls unadjusted, trial patients more pretreated",
                    "what a simulated gain is worth"));
            }

            sources.Add(new Source("strang", "Strang, SIAM J Numer Anal 5:506–517 (1968): operator splitting", "steps of the growth model"));
            sources.AddRange(twin.Fit.Schedule.Drugs.Count > 0 ? [Treatment.DrugKinetics.TemozolomideDecay.Source] : []);
        }

        if (result.Fitness is { } fitness)
        {
            sources.AddRange(fitness.Purpose.Sources());
            sources.Add(new Source("jcgm-106", "JCGM 106:2012, The role of measurement uncertainty in conformity assessment", "fitness for the stated purpose"));
        }

        sources.Add(new Source("gum", "JCGM 100:2008, Guide to the expression of uncertainty in measurement", "uncertainty"));
        return sources.DistinctBy(s => s.Id).OrderBy(s => s.Id, StringComparer.Ordinal).ToList();
    }
}
