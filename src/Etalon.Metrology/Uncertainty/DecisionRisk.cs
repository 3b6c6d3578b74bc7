using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;

namespace Etalon.Metrology;

/// <summary>Risks of deciding by a measured value whether a property lies in a tolerance interval (JCGM 106:2012).</summary>
public static class DecisionRisk
{
    /// <summary>Points of one piece of an integral; pieces are at most a few standard deviations long, where this is exact to rounding.</summary>
    private const int Order = 32;

    /// <summary>Standard deviations beyond which a normal density is nothing (10⁻³³).</summary>
    private const double Reach = 12;

    /// <summary>
    /// Probability that the property conforms, given one measured value (7.3 to 7.5). Its complement is the specific consumer's risk of accepting it,
    /// itself the specific producer's risk of rejecting it (9.3.2, 9.4.2).
    /// </summary>
    /// <param name="measured">Measured value.</param>
    /// <param name="u">Standard uncertainty, above 0.</param>
    /// <param name="tolerance">Permissible values.</param>
    /// <param name="prior">Knowledge before the measurement; null: none (uniform).</param>
    /// <param name="dof">Degrees of freedom of u, without a prior only; null: infinite.</param>
    public static double ConformanceProbability(double measured, double u, ToleranceInterval tolerance, NormalPrior? prior = null, double? dof = null)
    {
        Check(u, prior);
        if (prior is null)
        {
            return Between(tolerance, x => Interval.ProbabilityBelow((x - measured) / u, dof));
        }

        if (dof is not null)
        {
            throw new ArgumentException("Degrees of freedom are for the case without a prior; with one, u is taken as known.");
        }

        // 7.2.1: the posterior of a normal prior and a normal measurement is normal.
        var (w0, wm) = (1 / (prior.Sd * prior.Sd), 1 / (u * u));
        var mean = (w0 * prior.Mean + wm * measured) / (w0 + wm);
        var sd = 1 / Math.Sqrt(w0 + wm);
        return Between(tolerance, x => Interval.ProbabilityBelow((x - mean) / sd, null));
    }

    /// <summary>Probability that an item of a given true value is accepted.</summary>
    public static double AcceptanceProbability(double trueValue, double u, ToleranceInterval acceptance)
    {
        Check(u, null);
        return Between(acceptance, x => Interval.ProbabilityBelow((x - trueValue) / u, null));
    }

    /// <summary>Global risks (equations (17) and (19)).</summary>
    /// <param name="prior">Distribution of the property over the process.</param>
    /// <param name="u">Standard uncertainty of a measurement, above 0.</param>
    /// <param name="tolerance">Values that conform.</param>
    /// <param name="acceptance">Measured values that are accepted.</param>
    public static GlobalRisk Global(NormalPrior prior, double u, ToleranceInterval tolerance, ToleranceInterval acceptance)
    {
        ArgumentNullException.ThrowIfNull(prior);
        Check(u, prior);
        var breaks = Breaks(prior, u, tolerance, acceptance);
        var (consumer, producer) = (0.0, 0.0);
        for (var i = 0; i + 1 < breaks.Count; i++)
        {
            var conforms = tolerance.Contains(0.5 * (breaks[i] + breaks[i + 1]));
            var part = GaussLegendreRule.Integrate(
                y => Normal.PDF(prior.Mean, prior.Sd, y) * (conforms ? 1 - AcceptanceProbability(y, u, acceptance) : AcceptanceProbability(y, u, acceptance)),
                breaks[i], breaks[i + 1], Order);
            (consumer, producer) = conforms ? (consumer, producer + part) : (consumer + part, producer);
        }

        var spread = Math.Sqrt(prior.Sd * prior.Sd + u * u);
        return new GlobalRisk(consumer, producer, Between(acceptance, x => Interval.ProbabilityBelow((x - prior.Mean) / spread, null)));
    }

    /// <summary>
    /// Guard band for a tolerated global consumer's risk: how far inside the tolerance limits the acceptance limits lie (guarded acceptance, 8.3.2).
    /// 0 where none is needed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The risk is not between 0 and 1.</exception>
    public static double GuardBandForConsumerRisk(NormalPrior prior, double u, ToleranceInterval tolerance, double tolerated) =>
        Smallest(g => Global(prior, u, tolerance, tolerance.Widened(-g)).ConsumerRisk, u, tolerated);

    /// <summary>
    /// Guard band for a tolerated global producer's risk: how far outside the tolerance limits the acceptance limits lie (guarded rejection, 8.3.3).
    /// 0 where none is needed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The risk is not between 0 and 1.</exception>
    public static double GuardBandForProducerRisk(NormalPrior prior, double u, ToleranceInterval tolerance, double tolerated) =>
        Smallest(g => Global(prior, u, tolerance, tolerance.Widened(g)).ProducerRisk, u, tolerated);

    /// <summary>
    /// Guard band at one limit that keeps the specific risk of every item at or below the tolerated one, without a prior: k·u with the one-sided quantile
    /// of Student's t (8.3.2.3). Negative where more than one half is tolerated.
    /// </summary>
    public static double GuardBandForSpecificRisk(double u, double? dof, double tolerated)
    {
        Check(u, null);
        CheckRisk(tolerated);
        return u * (dof is > 0 and < 1e6 ? StudentT.InvCDF(0, 1, dof.Value, 1 - tolerated) : Normal.InvCDF(0, 1, 1 - tolerated));
    }

    /// <summary>Bisection on a risk that falls with the guard band.</summary>
    private static double Smallest(Func<double, double> risk, double u, double tolerated)
    {
        CheckRisk(tolerated);
        if (risk(0) <= tolerated)
        {
            return 0;
        }

        var (low, high) = (0.0, Reach * u);
        while (high - low > 1e-9 * u)
        {
            var middle = 0.5 * (low + high);
            (low, high) = risk(middle) <= tolerated ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <summary>Where integrands change: limits, and a few standard deviations around them and around the prior's mean.</summary>
    private static List<double> Breaks(NormalPrior prior, double u, ToleranceInterval tolerance, ToleranceInterval acceptance)
    {
        double[] steps = [-Reach, -6, -3, -1, 0, 1, 3, 6, Reach];
        var points = steps.Select(s => prior.Mean + s * prior.Sd).ToList();
        foreach (var limit in new[] { tolerance.Lower, tolerance.Upper, acceptance.Lower, acceptance.Upper }.OfType<double>())
        {
            points.AddRange(steps.Select(s => limit + s * u));
        }

        var (first, last) = (prior.Mean - Reach * prior.Sd, prior.Mean + Reach * prior.Sd);
        return points.Where(p => p >= first && p <= last).Distinct().Order().ToList();
    }

    private static double Between(ToleranceInterval interval, Func<double, double> cdf) =>
        Math.Max(0, (interval.Upper is { } upper ? cdf(upper) : 1) - (interval.Lower is { } lower ? cdf(lower) : 0));

    private static void Check(double u, NormalPrior? prior)
    {
        if (!(u > 0) || double.IsInfinity(u) || prior is { Sd: not > 0 })
        {
            throw new ArgumentOutOfRangeException(nameof(u), u, $"A standard uncertainty and the prior's standard deviation ({prior?.Sd}) are above 0.");
        }
    }

    private static void CheckRisk(double tolerated)
    {
        if (!(tolerated is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(tolerated), tolerated, "A tolerated risk lies between 0 and 1.");
        }
    }
}
