using Etalon.Change;
using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Study.Fitness;

/// <summary>Whether a study bears the decision of the purpose that was stated.</summary>
/// <remarks>One measurand of one region is judged: its change from the first to the last visit that has a value, or what a second visit could show where one has.</remarks>
public sealed record StudyFitness
{
    /// <summary>The purpose.</summary>
    public required Purpose Purpose { get; init; }

    /// <summary>The measurement at the first visit; null where no visit has one.</summary>
    public required Measurement? First { get; init; }

    /// <summary>The measurement at the last visit; null where there is none other than the first.</summary>
    public required Measurement? Last { get; init; }

    /// <summary>The change between the two; null where there is none.</summary>
    public required MeasuredChange? Change { get; init; }

    /// <summary>The judgement; null where there is nothing to judge.</summary>
    public required FitnessAssessment? Assessment { get; init; }

    /// <summary>Every criterion, those that are not met first.</summary>
    public required IReadOnlyList<FitnessReason> Reasons { get; init; }

    /// <summary>The verdict: unfit where there is nothing to judge.</summary>
    public FitnessVerdict Verdict => Assessment?.Verdict ?? FitnessVerdict.Unfit;

    /// <summary>The verdict in words.</summary>
    public string VerdictText => FitnessAssessment.Words(Verdict);

    /// <summary>Whether the report may claim what the purpose asks.</summary>
    public bool MayClaim => Assessment is { MayClaim: true };

    /// <summary>What stands in place of a verdict that is withheld.</summary>
    public string Withheld => $"not claimed: {VerdictText} for the purpose {Purpose.Id}";

    /// <summary>What would mend it most cheaply, with what it would reach at best; null where it is fit or nothing is known that would.</summary>
    public string? CheapestMend => Assessment?.CheapestMend is { } mend ? mend.Text + (mend.Reaches is { } reached ? $" At best it is then {FitnessAssessment.Words(reached)}." : "")
        : Assessment is null ? MendOfNothing : null;

    private static string MendOfNothing => "Supply the images and regions that the measurand needs; the other findings say what is missing.";

    /// <summary>Whether the verdict on a change is withheld: it is of the purpose's measurand, which the study does not bear.</summary>
    public bool Withholds(MeasuredChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return !MayClaim && Purpose.IsAbout(change.Measurand);
    }

    /// <summary>What stands in place of the verdict on a change; null where it is not withheld.</summary>
    public string? WithheldText(MeasuredChange change) => Withholds(change) ? Withheld : null;

    /// <summary>The verdict as a finding; null where the report may claim what was asked.</summary>
    public Finding? ToFinding() => Assessment is not null ? Assessment.ToFinding() : new Finding(
        FindingCodes.UnfitForPurpose, Severity.Error, $"purpose {Purpose.Id}", $"{VerdictText}: {Reasons[0].Found}", Reasons[0].Expected, MendOfNothing);
}
