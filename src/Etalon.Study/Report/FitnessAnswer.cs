using Etalon.Comparability;
using Etalon.Metrology;
using Etalon.Study.Fitness;

namespace Etalon.Study.Report;

/// <summary>The answer where a purpose was stated: it claims no more than the study bears.</summary>
internal static class FitnessAnswer
{
    public static Answer Of(StudyResult result, StudyFitness fitness)
    {
        var (sentence, limit) = fitness switch
        {
            { Assessment: null } => ($"Nothing is claimed for the stated purpose: this study has no value of {fitness.Purpose.Measurand}.", Answer.Remarks(result) + Why(fitness)),
            { Last: null } => OneVisit(result, fitness),
            { MayClaim: false } => Withheld(result, fitness),
            _ => Claimed(result, fitness, fitness.Assessment),
        };
        var reasons = fitness.Reasons.Where(r => !r.IsMet).Select(r => r.Text).ToList();
        if (fitness.Assessment is { } judged && fitness.Reasons.Any(r => r.IsMet))
        {
            reasons.Add($"{(reasons.Count == 0 ? "Asked for and met" : "Met")}: {string.Join("; ", fitness.Reasons.Where(r => r.IsMet).Select(r => Short(r, judged)))}.");
        }

        if (fitness.CheapestMend is { } mend)
        {
            reasons.Add($"Cheapest mend: {mend}");
        }

        return new Answer(sentence, limit, fitness.VerdictText, fitness.Purpose.Title, reasons, [.. new[] { fitness.First, fitness.Last }.OfType<Measurement>().Select(m => m.Id)]);
    }

    private static (string Sentence, string Limit) OneVisit(StudyResult result, StudyFitness fitness)
    {
        var m = fitness.First!;
        var value = $"On {Day(result, m)} the {Answer.Title(m)} of {Answer.Name(m)} was {Answer.Value(m)} (k = 2)";
        return fitness.MayClaim
            ? ($"{value}.", Answer.Remarks(result) + FormattableString.Invariant(
                $"One visit tells no change. A second one under the same conditions would bear the decision for changes from {100 * fitness.Assessment!.SmallestChangeServed:0} % on."))
            : ($"{value}; the stated purpose is not served by it.", Answer.Remarks(result) + Why(fitness));
    }

    private static (string Sentence, string Limit) Withheld(StudyResult result, StudyFitness fitness) => (
        $"Whether {Answer.Name(fitness.First!)} changed in {Answer.Title(fitness.First!)} {Between(result, fitness)} is not claimed: these visits {(fitness.Verdict == FitnessVerdict.Unfit ? "do not bear the stated purpose" : "bear exploration only, not the stated purpose")}.",
        Absent(result, fitness) + Answer.Remarks(result) + Why(fitness));

    private static (string Sentence, string Limit) Claimed(StudyResult result, StudyFitness fitness, FitnessAssessment assessment)
    {
        var (first, change) = (fitness.First!, fitness.Change!);
        var what = $"the {Answer.Title(first)} of {Answer.Name(first)}";
        var isWithin = !(change.Interval.Lower < assessment.Unimportant.Lower) && !(change.Interval.Upper > assessment.Unimportant.Upper);
        var sentence = assessment.ClaimsImportantChange == true
            ? $"{Answer.Capital(what)} {(change.LogRatio > 0 ? "rose" : "fell")} by {Shown.PercentSize(change.LogRatio)} (95 %: {Shown.PercentSizeRange(change.Interval)}) {Between(result, fitness)}: an important change for the stated purpose."
            : $"No important change of {what} is claimed {Between(result, fitness)}: {Shown.Percent(change.LogRatio)} (95 %: {Shown.PercentRange(change.Interval)}). {(isWithin ? "It stayed within the change that matters." : "That does not mean it was stable.")}";
        return (sentence, Absent(result, fitness) + $"Only a change {Beyond(assessment.NotClaimed)} is claimed. " + Answer.LimitOf(result, change));
    }

    /// <summary>A criterion that is met, as a word or two with its number; results.json has it in full.</summary>
    private static string Short(FitnessReason reason, FitnessAssessment a) => reason.Criterion switch
    {
        FitnessCriterion.TestUncertaintyRatio => FormattableString.Invariant($"test uncertainty ratio {a.Tur:0.0}"),
        FitnessCriterion.FalseAccept => FormattableString.Invariant($"risk of a false claim {100 * a.GuardedRisks.FalseAccept:0.0} %"),
        FitnessCriterion.FalseReject => FormattableString.Invariant($"risk of a missed change {100 * a.GuardedRisks.FalseReject:0.0} %"),
        _ => reason.Found,
    };

    /// <summary>What was found, what was expected, and the cheapest mend.</summary>
    private static string Why(StudyFitness fitness)
    {
        var failed = fitness.Reasons.Where(r => !r.IsMet).ToList();
        return $"Found: {string.Join("; ", failed.Select(r => r.Found))}. Expected: {string.Join("; ", failed.Select(r => r.Expected))}."
            + (fitness.CheapestMend is { } mend ? $" Cheapest mend: {mend}" : " Nothing that Etalon knows of would mend it: state a purpose with a larger change, or measure otherwise.");
    }

    private static string Beyond(ToleranceInterval notClaimed) =>
        string.Join(" or ", new[] { notClaimed.Lower is { } l ? $"below {Shown.Percent(l)}" : null, notClaimed.Upper is { } u ? $"above {Shown.Percent(u)}" : null }.OfType<string>());

    /// <summary>Visits that have no value: the sentence does not speak of them.</summary>
    private static string Absent(StudyResult result, StudyFitness fitness)
    {
        var first = fitness.First!;
        var with = result.Measurements.Where(m => m.IsOk && m.Measurand == first.Measurand && m.Region?.Id == first.Region?.Id).Select(m => m.Visit).ToHashSet(StringComparer.Ordinal);
        var without = result.Case.Visits.Where(v => !with.Contains(v.Id)).Select(v => v.Id).ToList();
        return without.Count == 0 ? "" : $"No {Answer.Title(first)} at {(without.Count == 1 ? "visit" : "visits")} {string.Join(", ", without)}. ";
    }

    private static string Between(StudyResult result, StudyFitness fitness) => $"between {Day(result, fitness.First!)} and {Day(result, fitness.Last!)}";

    private static string Day(StudyResult result, Measurement m) => Shown.Day(result.Case.Visits.First(v => v.Id == m.Visit).Time);
}
