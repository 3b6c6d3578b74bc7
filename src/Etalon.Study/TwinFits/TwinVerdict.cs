using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Twin;

namespace Etalon.Study;

/// <summary>Says what a fit could not tell, and what would help.</summary>
internal static class TwinVerdict
{
    /// <summary>Findings about how the fit ended and what it left open; the advice that goes with the latter.</summary>
    public static List<TwinAdvice> Tell(TwinFit fit, List<Finding> findings, CancellationToken cancellation)
    {
        var posterior = fit.Posterior;
        if (posterior.Status is not (FitStatus.Converged or FitStatus.SeveralMinima))
        {
            findings.Add(new Finding(
                FindingCodes.FitNotConverged, Severity.Warning, "twin", $"status {posterior.Status} after {posterior.Steps} steps", "a converged fit",
                "Read the forecast with care; more visits, or visits before treatment, would help."));
        }

        if (posterior.Other is { } other)
        {
            findings.Add(new Finding(
                FindingCodes.SeveralMinima, Severity.Warning, "twin",
                FormattableString.Invariant($"another tumour fits nearly as well (χ² larger by {other.DeltaChiSquared:0.##}): {string.Join(", ", other.Growth.Select((g, i) => FormattableString.Invariant($"{posterior.Priors[i].Name} {g:G3}")))}"),
                "one minimum", "Read both; a visit whose treatment since the last one differs would tell them apart."));
        }

        foreach (var s in ScaleSuspicion.Of(fit, cancellation).Where(s => Math.Abs(s.Score) > ScaleSuspicion.LargestScore))
        {
            findings.Add(new Finding(
                FindingCodes.VisitScaleSuspect, Severity.Warning, $"visit {s.Visit}",
                FormattableString.Invariant($"ADC scale {s.Scale:0.000} (u {s.U:0.0000}) would fit better than the 1 that was held, by {Math.Abs(s.Score):0.0} u"),
                FormattableString.Invariant($"a scale within {ScaleSuspicion.LargestScore} u of 1"), "Fit with --nuisance on, or calibrate the scanner of that visit. The parameters may be far off as they are."));
        }

        return Advice(fit, findings, cancellation);
    }

    private static List<TwinAdvice> Advice(TwinFit fit, List<Finding> findings, CancellationToken cancellation)
    {
        var p = fit.Posterior;
        var next = NextScanDay.Of(fit, cancellation);
        var advice = new List<TwinAdvice>();
        for (var i = 0; i < p.Priors.Count; i++)
        {
            if (p.IsIdentifiable(i))
            {
                continue;
            }

            var partner = Enumerable.Range(0, p.Priors.Count).Where(j => j != i).MaxBy(j => Math.Abs(p.Correlation(i, j)));
            var isJoint = Math.Abs(p.Correlation(i, partner)) > TwinPosterior.LargestCorrelation;
            var words = isJoint
                ? FormattableString.Invariant($"{p.Priors[i].Title} cannot be told from {p.Priors[partner].Title} (correlation {Report.Shown.Signed(p.Correlation(i, partner))}); only their joint effect is known")
                : FormattableString.Invariant($"{p.Priors[i].Title} is barely learned: its spread is {100 * p.LogSd(i) / p.Priors[i].LogSd:0} % of the prior's");
            var remedy = isJoint
                ? $"A visit before and after a time with only one of both at work would tell {p.Priors[i].Title} from {p.Priors[partner].Title}."
                : $"A visit after a time in which {p.Priors[i].Title} alone acts would teach it: before treatment for growth, after radiotherapy or a drug for their effects.";
            if (next is not null && next.Parameters.ToList().IndexOf(p.Priors[i].Name) is >= 0 and var at)
            {
                remedy += FormattableString.Invariant($" Of the days to come a scan on day {next.Day:0} helps most: its spread would be {100 * next.ShareOfPrior[at]:0} % of the prior's{(next.WouldBeIdentifiable[at] ? "" : ", which is not enough")}.");
            }

            advice.Add(new TwinAdvice(p.Priors[i].Name, isJoint ? p.Priors[partner].Name : null, words, remedy) { NextScanDay = next?.Day });
            findings.Add(new Finding(
                FindingCodes.ParameterNotIdentifiable, Severity.Warning, $"twin: {p.Priors[i].Name}", words, "a posterior less than half as wide as the prior, no correlation beyond 0.95",
                remedy));
        }

        return advice;
    }
}
