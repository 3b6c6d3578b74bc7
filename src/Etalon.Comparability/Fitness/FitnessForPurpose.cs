using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>Judges whether what a study gives bears the decision of a purpose (JCGM 106:2012).</summary>
/// <remarks>
/// A change is claimed as important where its log ratio lies beyond the minimal important change and a guard band. The guard band is the one that keeps
/// the specific risk of every claim at the tolerated one (8.3.2.3: a one-sided quantile of t times u), wider where the global risk over the expected
/// spread of changes asks for it. Risks over that spread are joint probabilities (9.5.2). Few degrees of freedom enter them by taking U95/1.96 for u.
/// </remarks>
public static class FitnessForPurpose
{
    private const double Coverage = 0.95;

    /// <summary>Assesses one measurand of one region.</summary>
    /// <exception cref="ArgumentException">The evidence is of another measurand, or a number that the purpose needs is missing or out of range.</exception>
    public static FitnessAssessment Assess(Purpose purpose, FitnessEvidence evidence)
    {
        var assessment = Judge(purpose, evidence);
        return assessment.Verdict == FitnessVerdict.Fit ? assessment : assessment with { Mends = FitnessMends.Of(assessment) };
    }

    /// <summary>The assessment without mends.</summary>
    internal static FitnessAssessment Judge(Purpose purpose, FitnessEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ArgumentNullException.ThrowIfNull(evidence);
        evidence.Validate();
        if (!purpose.IsAbout(evidence.Measurand))
        {
            throw new ArgumentException($"The purpose {purpose.Id} is about {purpose.Measurand} and the evidence of {evidence.About} about {evidence.Measurand}.");
        }

        var unimportant = purpose.Unimportant(evidence.FirstValue);
        var u95 = Interval.CoverageFactor(evidence.Dof, Coverage) * evidence.U;
        var tur = Nearest(unimportant) / u95;
        var limits = purpose.TurLimits;
        var prior = new NormalPrior(0, purpose.ExpectedSpread is { } s ? Math.Log(1 + s.Percent / 100) : Nearest(unimportant));
        var u = u95 / Interval.CoverageFactor(null, Coverage);
        var plain = Risks(prior, u, unimportant, unimportant);
        var tolerated = purpose.ToleratedRisk;
        var needsBand = !(tur >= limits.Fit && plain.FalseAccept <= tolerated.FalseAccept && plain.FalseReject <= tolerated.FalseReject);
        var band = needsBand ? Band(prior, u, evidence, unimportant, tolerated.FalseAccept) : 0;
        var notClaimed = unimportant.Widened(band);
        var guarded = needsBand ? Risks(prior, u, unimportant, notClaimed) : plain;
        var requirements = Requirements(purpose, evidence);
        var isBorne = guarded.FalseAccept <= tolerated.FalseAccept * (1 + 1e-6) && guarded.FalseReject <= tolerated.FalseReject;
        var verdict = requirements.Any(r => !r.IsMet) || tur < limits.Exploratory ? FitnessVerdict.Unfit
            : tur < limits.GuardBand || !isBorne ? FitnessVerdict.ExploratoryOnly
            : needsBand ? FitnessVerdict.FitWithGuardBand : FitnessVerdict.Fit;
        return new FitnessAssessment
        {
            Purpose = purpose,
            Evidence = evidence,
            Verdict = verdict,
            Unimportant = unimportant,
            U95 = u95,
            Tur = tur,
            Risks = plain,
            GuardBand = band,
            NotClaimed = notClaimed,
            GuardedRisks = guarded,
            PImportant = evidence.LogRatio is { } d ? 1 - DecisionRisk.ConformanceProbability(d, evidence.U, unimportant, null, evidence.Dof) : null,
            ClaimsImportantChange = evidence.LogRatio is { } measured && verdict is FitnessVerdict.Fit or FitnessVerdict.FitWithGuardBand ? !notClaimed.Contains(measured) : null,
            SmallestChangeServed = Math.Exp(limits.GuardBand * u95) - 1,
            Reasons = [.. requirements, .. Statistics(purpose, tur, unimportant, u95, guarded, needsBand ? band : 0)],
            Mends = [],
        };
    }

    private static double Nearest(ToleranceInterval unimportant) => Math.Min(-unimportant.Lower ?? double.PositiveInfinity, unimportant.Upper ?? double.PositiveInfinity);

    /// <summary>A false accept claims a change that is not important: rejecting what conforms, where "not important" is what conforms.</summary>
    private static (double FalseAccept, double FalseReject) Risks(NormalPrior prior, double u, ToleranceInterval unimportant, ToleranceInterval notClaimed)
    {
        var risk = DecisionRisk.Global(prior, u, unimportant, notClaimed);
        return (risk.ProducerRisk, risk.ConsumerRisk);
    }

    private static double Band(NormalPrior prior, double u, FitnessEvidence evidence, ToleranceInterval unimportant, double tolerated) => Math.Max(
        DecisionRisk.GuardBandForSpecificRisk(evidence.U, evidence.Dof, tolerated),
        DecisionRisk.GuardBandForProducerRisk(prior, u, unimportant, tolerated));

    private static List<FitnessReason> Requirements(Purpose purpose, FitnessEvidence evidence)
    {
        var result = new List<FitnessReason>();
        var lowest = purpose.LowestGrade?.Grade ?? Grade.D;
        if (evidence.Grade is { } grade)
        {
            result.Add(Reason(FitnessCriterion.Grade, grade <= lowest, $"grade {grade}", $"grade {lowest} or better", "The visits compare with {0}; {1} is asked for."));
        }

        if (purpose.RequiredAttributes is { } required)
        {
            var absent = required.Names.Where(n => evidence.AbsentAttributes.Contains(n, StringComparer.Ordinal)).ToList();
            result.Add(Reason(
                FitnessCriterion.RequiredAttributes, absent.Count == 0, absent.Count == 0 ? "every required attribute" : $"no {string.Join(", ", absent)}",
                string.Join(", ", required.Names), "The acquisitions state {0}; the purpose needs {1}."));
        }

        if (purpose.MaximumAge is { } age)
        {
            result.Add(Reason(
                FitnessCriterion.Age, evidence.AgeDays <= age.Days, evidence.AgeDays is { } days ? FormattableString.Invariant($"a last scan {days:0.#} days old") : "a last scan of unknown age",
                FormattableString.Invariant($"at most {age.Days:0.#} days"), "The decision rests on {0}; {1} are allowed."));
        }

        return result;
    }

    private static IEnumerable<FitnessReason> Statistics(
        Purpose purpose, double tur, ToleranceInterval unimportant, double u95, (double FalseAccept, double FalseReject) risks, double band)
    {
        var limits = purpose.TurLimits;
        yield return Reason(
            FitnessCriterion.TestUncertaintyRatio, tur >= limits.GuardBand,
            FormattableString.Invariant($"a test uncertainty ratio of {tur:0.00} (a change of {Percent(Nearest(unimportant))} against U95 = {Percent(u95)})"),
            FormattableString.Invariant($"{limits.Fit} or more, or {limits.GuardBand} with a guard band"), "The measurement has {0}; {1} is needed.");
        var with = band > 0 ? FormattableString.Invariant($" with a guard band of {Percent(band)}") : "";
        var tolerated = purpose.ToleratedRisk;
        yield return Reason(
            FitnessCriterion.FalseAccept, risks.FalseAccept <= tolerated.FalseAccept * (1 + 1e-6),
            FormattableString.Invariant($"a risk of {100 * risks.FalseAccept:0.0} %{with} of claiming an important change where there is none"),
            FormattableString.Invariant($"at most {100 * tolerated.FalseAccept:0.0} %"), "There is {0}; {1} is tolerated.");
        yield return Reason(
            FitnessCriterion.FalseReject, risks.FalseReject <= tolerated.FalseReject,
            FormattableString.Invariant($"a risk of {100 * risks.FalseReject:0.0} %{with} of missing an important change"),
            FormattableString.Invariant($"at most {100 * tolerated.FalseReject:0.0} %"), "There is {0}; {1} is tolerated.");
    }

    private static string Percent(double logRatio) => FormattableString.Invariant($"{100 * (Math.Exp(logRatio) - 1):0.0} %");

    private static FitnessReason Reason(FitnessCriterion criterion, bool isMet, string found, string expected, string sentence) =>
        new(criterion, isMet, found, expected, sentence.Replace("{0}", found, StringComparison.Ordinal).Replace("{1}", expected, StringComparison.Ordinal));
}
