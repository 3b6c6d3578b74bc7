using Etalon.Comparability;
using Etalon.Metrology;
using MathNet.Numerics.Distributions;

namespace Etalon.Change;

/// <summary>What can be said of a change.</summary>
public enum Verdict
{
    /// <summary>The interval of the change lies above zero.</summary>
    Increase,

    /// <summary>The interval lies below zero.</summary>
    Decrease,

    /// <summary>The interval lies within ± the minimal important change, which must have been given.</summary>
    Equivalent,

    /// <summary>None of these. It does not mean stable.</summary>
    Undetermined,
}

/// <summary>The change of one measurand of one region between two visits of one patient.</summary>
public sealed record MeasuredChange
{
    /// <summary>Code.</summary>
    public required string Measurand { get; init; }

    /// <summary>Region.</summary>
    public required string Region { get; init; }

    /// <summary>First visit.</summary>
    public required string From { get; init; }

    /// <summary>Second visit.</summary>
    public required string To { get; init; }

    /// <summary>ln(second / first).</summary>
    public required double LogRatio { get; init; }

    /// <summary>Standard uncertainty of the log ratio.</summary>
    public required double U { get; init; }

    /// <summary>Interval of the log ratio, 95 %.</summary>
    public required Interval Interval { get; init; }

    /// <summary>Probability that the true change is above zero, flat prior.</summary>
    public required double PIncrease { get; init; }

    /// <summary>Probability that there is a change at all (<see cref="ChangePrior"/>).</summary>
    public required double PTrueChange { get; init; }

    /// <summary>Probability that the true change has the other sign than the estimate.</summary>
    public required double PWrongDirection { get; init; }

    /// <summary>Minimal important change as a log ratio; null where none was given.</summary>
    public required double? MinimalImportantChange { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Grade of comparability.</summary>
    public required Grade Grade { get; init; }

    /// <summary>Budget of the log ratio.</summary>
    public required IReadOnlyList<UncertaintyComponent> Components { get; init; }

    /// <summary>The component with the largest share.</summary>
    public required string LimitingTerm { get; init; }
}

/// <summary>Prior of <see cref="MeasuredChange.PTrueChange"/>: a spike at no change and a normal slab.</summary>
/// <param name="PChange">Prior probability of a change. The default is one half.</param>
/// <param name="SlabSd">Standard deviation of the log ratio where there is one. The default is 0.3 (about ±30 %), an assumption.</param>
public sealed record ChangePrior(double PChange = 0.5, double SlabSd = 0.3);

/// <summary>Decides about a change.</summary>
public static class ChangeAnalysis
{
    /// <summary>Values of an uncertain u over which a probability is averaged.</summary>
    private const int Quantiles = 32;

    /// <summary>The change between two measurements of one measurand and region.</summary>
    /// <param name="a">First; must have a value above 0.</param>
    /// <param name="b">Second.</param>
    /// <param name="comparison">How the two compare.</param>
    /// <param name="minimalImportantChange">As a ratio minus 1 (0.25 for 25 %), or null; without it the verdict is never equivalent.</param>
    /// <param name="prior">For the probability of a true change.</param>
    /// <exception cref="ArgumentException">A value is missing or not above zero.</exception>
    public static MeasuredChange Between(
        Measurement a, Measurement b, VisitComparison comparison, double? minimalImportantChange = null, ChangePrior? prior = null)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(comparison);
        if (!(a.Value > 0) || !(b.Value > 0) || a.Measurand != b.Measurand || a.Unit != b.Unit)
        {
            throw new ArgumentException($"{a.Id} and {b.Id}: a change needs two values above zero of one measurand in one unit.");
        }

        List<UncertaintyComponent> components =
        [
            .. Budget.OfDifference(a.Components.Select(c => c.Scaled(1 / a.Value.Value)).ToList(), b.Components.Select(c => c.Scaled(1 / b.Value.Value)).ToList()),
            .. comparison.Protocol,
        ];
        var u = Budget.Combine(components);
        var dof = Budget.EffectiveDof(components);
        var logRatio = Math.Log(b.Value.Value / a.Value.Value);
        var interval = Interval.Symmetric(logRatio, u, dof);
        var pIncrease = u > 0 ? Interval.ProbabilityBelow(logRatio / u, dof) : logRatio > 0 ? 1 : logRatio < 0 ? 0 : 0.5;
        var mic = minimalImportantChange is { } m ? Math.Log(1 + m) : (double?)null;
        return new MeasuredChange
        {
            Measurand = a.Measurand,
            Region = a.Region?.Id ?? "",
            From = a.Visit,
            To = b.Visit,
            LogRatio = logRatio,
            U = u,
            Interval = interval,
            PIncrease = pIncrease,
            PTrueChange = TrueChange(logRatio, u, dof, prior ?? new ChangePrior()),
            PWrongDirection = Math.Min(pIncrease, 1 - pIncrease),
            MinimalImportantChange = mic,
            Verdict = Decide(interval, mic, comparison.Grade),
            Grade = comparison.Grade,
            Components = components.OrderByDescending(c => c.U).ToList(),
            LimitingTerm = components.MaxBy(c => c.U)?.Source ?? "",
        };
    }

    internal static Verdict Decide(Interval interval, double? mic, Grade grade)
    {
        // Grade D tells a direction at most: what the same reader on the same scanner would have found is not known well enough to call two values equal.
        if (grade == Grade.X)
        {
            return Verdict.Undetermined;
        }

        return interval.Lower > 0 ? Verdict.Increase
            : interval.Upper < 0 ? Verdict.Decrease
            : grade != Grade.D && mic is { } m && interval.Lower > -m && interval.Upper < m ? Verdict.Equivalent
            : Verdict.Undetermined;
    }

    /// <summary>
    /// Posterior probability of the slab. Both hypotheses give a normal marginal for the estimate where u is known; where u itself has degrees of
    /// freedom, both are averaged over what it may be (u²ν/χ²), which makes the spike Student's t.
    /// </summary>
    private static double TrueChange(double estimate, double u, double? dof, ChangePrior prior)
    {
        if (u == 0)
        {
            return estimate == 0 ? 0 : 1;
        }

        if (dof is not (> 0 and < 1e4) || estimate * estimate > 1e3 * u * u)
        {
            return Posterior(LogNormal(estimate, u), LogNormal(estimate, Wide(u)));
        }

        var slab = 0.0;
        for (var n = 0; n < Quantiles; n++)
        {
            var chi2 = ChiSquared.InvCDF(dof.Value, (n + 0.5) / Quantiles);
            slab += Math.Exp(LogNormal(estimate, Wide(u * Math.Sqrt(dof.Value / chi2)))) / Quantiles;
        }

        return Posterior(StudentT.PDFLn(0, u, dof.Value, estimate) + 0.5 * Math.Log(2 * Math.PI), Math.Log(slab));

        double Wide(double sd) => Math.Sqrt(sd * sd + prior.SlabSd * prior.SlabSd);

        double Posterior(double logSpike, double logSlab) => 1 / (1 + Math.Exp(logSpike - logSlab - Math.Log(prior.PChange / (1 - prior.PChange))));
    }

    /// <summary>Logarithm of a normal density about 0, without the constant −½ ln 2π.</summary>
    private static double LogNormal(double x, double sd) => -0.5 * x * x / (sd * sd) - Math.Log(sd);
}
