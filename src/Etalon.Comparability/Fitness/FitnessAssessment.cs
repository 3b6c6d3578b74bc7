using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>Whether a measurement bears a decision.</summary>
public enum FitnessVerdict
{
    /// <summary>It bears the decision.</summary>
    Fit,

    /// <summary>It bears the decision where changes are claimed beyond the minimal important one and a guard band only.</summary>
    FitWithGuardBand,

    /// <summary>It may raise a hypothesis and bears no decision.</summary>
    ExploratoryOnly,

    /// <summary>It bears nothing.</summary>
    Unfit,
}

/// <summary>What a purpose asks.</summary>
public enum FitnessCriterion
{
    /// <summary>Something to judge: a value of the measurand.</summary>
    Measurand,

    /// <summary>The grade of comparability.</summary>
    Grade,

    /// <summary>Attributes of the acquisition.</summary>
    RequiredAttributes,

    /// <summary>Age of the last scan.</summary>
    Age,

    /// <summary>Minimal important change over U95.</summary>
    TestUncertaintyRatio,

    /// <summary>Risk of claiming an important change that is none.</summary>
    FalseAccept,

    /// <summary>Risk of missing an important change.</summary>
    FalseReject,
}

/// <summary>One criterion, with what was found and what was expected.</summary>
/// <param name="Criterion">What was asked.</param>
/// <param name="IsMet">Whether it holds, with the guard band where one is used.</param>
/// <param name="Found">What the study gives, with its numbers.</param>
/// <param name="Expected">What the purpose asks.</param>
/// <param name="Text">A sentence for the report.</param>
public sealed record FitnessReason(FitnessCriterion Criterion, bool IsMet, string Found, string Expected, string Text);

/// <summary>Kinds of mending, cheapest first.</summary>
public enum MendKind
{
    /// <summary>State the day of the decision.</summary>
    StateDay,

    /// <summary>Recover an attribute from headers, sidecars or the archive.</summary>
    RecoverAttribute,

    /// <summary>Scan a phantom in a scanner state, or draw again by one reader where a phantom does not help.</summary>
    Calibrate,

    /// <summary>Test-retest scans, so that the repeatability is this study's and known well.</summary>
    TestRetest,

    /// <summary>Several scans per visit.</summary>
    RepeatScans,

    /// <summary>Calibrate and repeat.</summary>
    CalibrateAndRepeat,

    /// <summary>A new scan, because the last one is too old.</summary>
    NewScan,
}

/// <summary>One thing that would make the measurement better.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Text">A sentence for the report.</param>
/// <param name="Reaches">The verdict it would reach, at best; null: cannot be told before it is done.</param>
/// <param name="Tur">The ratio it would reach, at best; null: cannot be told before it is done.</param>
public sealed record Mend(MendKind Kind, string Text, FitnessVerdict? Reaches, double? Tur);

/// <summary>Whether what a study gives bears the decision of a purpose, and why.</summary>
public sealed record FitnessAssessment
{
    /// <summary>The purpose.</summary>
    public required Purpose Purpose { get; init; }

    /// <summary>What was assessed.</summary>
    public required FitnessEvidence Evidence { get; init; }

    /// <summary>The verdict.</summary>
    public required FitnessVerdict Verdict { get; init; }

    /// <summary>Log ratios that are no important change.</summary>
    public required ToleranceInterval Unimportant { get; init; }

    /// <summary>Expanded uncertainty of the log ratio, 95 %.</summary>
    public required double U95 { get; init; }

    /// <summary>Test uncertainty ratio: the nearest limit of <see cref="Unimportant"/> over <see cref="U95"/>.</summary>
    public required double Tur { get; init; }

    /// <summary>Risks without a guard band (JCGM 106, 9.5): a false accept claims an important change where there is none.</summary>
    public required (double FalseAccept, double FalseReject) Risks { get; init; }

    /// <summary>How far beyond the limits a log ratio must lie to be claimed as an important change; 0 where the verdict is fit.</summary>
    public required double GuardBand { get; init; }

    /// <summary>Log ratios that are not claimed as an important change: <see cref="Unimportant"/> widened by the guard band.</summary>
    public required ToleranceInterval NotClaimed { get; init; }

    /// <summary>Risks with the guard band.</summary>
    public required (double FalseAccept, double FalseReject) GuardedRisks { get; init; }

    /// <summary>Probability that the change is important, given the measured one and nothing else; null where none was measured.</summary>
    public required double? PImportant { get; init; }

    /// <summary>Whether the measured change is claimed as important; null where none was measured or the verdict allows no claim.</summary>
    public required bool? ClaimsImportantChange { get; init; }

    /// <summary>The smallest change, as a ratio minus 1, that this uncertainty would serve with a guard band.</summary>
    public required double SmallestChangeServed { get; init; }

    /// <summary>Every criterion that the purpose has.</summary>
    public required IReadOnlyList<FitnessReason> Reasons { get; init; }

    /// <summary>What would make it better, cheapest first; empty where it is fit.</summary>
    public required IReadOnlyList<Mend> Mends { get; init; }

    /// <summary>The cheapest mend that lifts the verdict for certain; else the first that may; null where there is none.</summary>
    public Mend? CheapestMend => Mends.FirstOrDefault(m => m.Reaches < Verdict) ?? Mends.FirstOrDefault(m => m.Reaches is null);

    /// <summary>Whether the report may claim what the purpose asks.</summary>
    public bool MayClaim => Verdict is FitnessVerdict.Fit or FitnessVerdict.FitWithGuardBand;

    /// <summary>The verdict in words.</summary>
    public string VerdictText => Words(Verdict);

    /// <summary>A verdict in words.</summary>
    public static string Words(FitnessVerdict verdict) => verdict switch
    {
        FitnessVerdict.Fit => "fit",
        FitnessVerdict.FitWithGuardBand => "fit with guard band",
        FitnessVerdict.ExploratoryOnly => "exploratory only",
        _ => "unfit",
    };

    /// <summary>The verdict as a finding; null where the report may claim what was asked.</summary>
    public Finding? ToFinding()
    {
        var failed = Reasons.Where(r => !r.IsMet).ToList();
        return MayClaim ? null : new Finding(
            FindingCodes.UnfitForPurpose, Verdict == FitnessVerdict.Unfit ? Severity.Error : Severity.Warning, $"purpose {Purpose.Id}: {Evidence.About}",
            $"{VerdictText}: {string.Join("; ", failed.Select(r => r.Found))}", string.Join("; ", failed.Select(r => r.Expected)),
            CheapestMend?.Text ?? "Nothing that Etalon knows of would lift it: state a purpose with a larger change, or measure otherwise.");
    }
}
