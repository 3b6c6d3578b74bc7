using Etalon.Cases;
using Etalon.Change;
using Etalon.Comparability;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Study.Report;

namespace Etalon.Study.Fitness;

/// <summary>Judges a study by the purpose that was stated.</summary>
internal static class FitnessStage
{
    /// <summary>Attributes that make a scanner state.</summary>
    private static readonly string[] OfState = ["DeviceSerialNumber", "SoftwareVersions"];

    /// <summary>The study with its judgement and the purpose's assumptions; as it is where no purpose was stated.</summary>
    public static StudyResult Run(StudyResult result, List<Finding> findings)
    {
        if (result.StudyOptions.Purpose is not { } purpose)
        {
            return result;
        }

        var fitness = Judge(result, purpose);
        if (fitness.ToFinding() is { } finding)
        {
            findings.Add(finding);
        }

        return result with { Fitness = fitness, Assumptions = [.. result.Assumptions, .. purpose.Assumptions()] };
    }

    private static StudyFitness Judge(StudyResult result, Purpose purpose)
    {
        var main = ReportModel.MainRegion(result);
        var series = result.Measurements.Where(m => purpose.IsAbout(m.Measurand) && m is { IsOk: true, Value: > 0, U: > 0 })
            .GroupBy(m => (m.Measurand, Region: m.Region?.Id)).OrderBy(g => g.Key.Region == main ? 0 : 1).FirstOrDefault()?.ToList() ?? [];
        var (first, last) = (series.FirstOrDefault(), series.Count > 1 ? series[^1] : null);
        var change = result.Changes.FirstOrDefault(c => c.Measurand == first?.Measurand && c.Region == first.Region?.Id && c.From == first.Visit && c.To == last?.Visit);
        // Changes are judged between neighbours, and from the first visit with a value to the last: where that one has no uncertainty, one visit is left to judge.
        last = change is null ? null : last;
        var assessment = first is null || Evidence(result, purpose, first, last, change) is not { U: > 0 } evidence ? null : FitnessForPurpose.Assess(purpose, evidence);
        return new StudyFitness
        {
            Purpose = purpose,
            First = first,
            Last = last,
            Change = change,
            Assessment = assessment,
            Reasons = assessment?.Reasons.OrderBy(r => r.IsMet).ToList() ?? [Nothing(result, purpose, first)],
        };
    }

    private static FitnessEvidence Evidence(StudyResult result, Purpose purpose, Measurement first, Measurement? last, MeasuredChange? change)
    {
        var region = first.Region?.Id ?? "the image";
        var evidence = change is null
            ? FitnessEvidence.OfOneVisit(first, $"{region}, visit {first.Visit}")
            : FitnessEvidence.OfChange(first.Measurand, $"{region}, visits {change.From} to {change.To}", change.LogRatio, change.Components, change.Grade);
        var acquisitions = new[] { first, last }.OfType<Measurement>().Select(m => AcquisitionOf(result.Case, m)).ToList();
        var newest = result.Case.Visits.First(v => v.Id == (last ?? first).Visit);
        // Signs within a group can make a part larger than the whole; what repeating does not lower is then all of it.
        return evidence with
        {
            UMismatch = Math.Min(evidence.UMismatch, evidence.U),
            FirstValue = first.Value,
            AbsentAttributes = purpose.RequiredAttributes?.Names.Where(n => acquisitions.Exists(a => !IsStated(a, n))).ToList() ?? [],
            AgeDays = result.StudyOptions.DecisionDay is { } day ? day.DayNumber - newest.Day.DayNumber : null,
            Recoveries = change is null ? [] : Recoveries(change, acquisitions),
        };
    }

    /// <summary>Whatever was measured came with the size of its voxels: a NIfTI header states it where no record of the acquisition does.</summary>
    private static bool IsStated(Acquisition acquisition, string attribute) => attribute == "PixelSpacing" || acquisition.States(attribute);

    /// <summary>A scanner state that is not known may at best turn out to be one and the same: grade A, and the repeatability alone.</summary>
    private static List<AttributeRecovery> Recoveries(MeasuredChange change, List<Acquisition> acquisitions)
    {
        var repeatability = Budget.Combine(change.Components.Where(c => !c.IsMismatch));
        return repeatability > 0 && acquisitions.Exists(a => a.ScannerState() is null)
            ? [.. OfState.Where(n => acquisitions.Exists(a => !a.States(n))).Select(n => new AttributeRecovery(n, Math.Min(repeatability, change.U), Grade.A))]
            : [];
    }

    /// <summary>A region drawn on another series was acquired as that series was.</summary>
    private static Acquisition AcquisitionOf(PatientCase patient, Measurement m)
    {
        var visit = patient.Visits.First(v => v.Id == m.Visit);
        return visit.Images.Select(i => i.Acquisition).FirstOrDefault(a => a is not null && a.Id == m.Acquisition) ?? visit.Acquisition;
    }

    private static FitnessReason Nothing(StudyResult result, Purpose purpose, Measurement? first)
    {
        var others = result.Measurements.Where(m => m.IsOk).Select(m => m.Measurand).Distinct(StringComparer.Ordinal).ToList();
        var found = first is not null ? $"{purpose.Measurand} without an uncertainty"
            : others.Count == 0 ? $"no value of {purpose.Measurand}" : $"no value of {purpose.Measurand}, only of {string.Join(", ", others)}";
        const string Expected = "a value above 0 with its uncertainty at one visit or more";
        return new FitnessReason(FitnessCriterion.Measurand, false, found, Expected, $"The study gives {found}; the purpose needs {Expected}.");
    }
}
