namespace Etalon.Metrology.Precision;

/// <summary>
/// Limits within which the percent change between two readings of an unchanged quantity lies. They are not symmetric: what goes up by a third
/// comes down by a quarter.
/// </summary>
/// <param name="LowerPercent">Below 0; −24.6 stands for −24.6 %.</param>
/// <param name="UpperPercent">Above 0.</param>
/// <param name="Coverage">Probability that an unchanged quantity stays inside; one half of the rest lies on either side.</param>
public readonly record struct PercentLimits(double LowerPercent, double UpperPercent, double Coverage)
{
    /// <summary>Limits where the logarithm of each reading is normal: exp(±t √2 s) − 1, exact for any s and any degrees of freedom.</summary>
    /// <param name="logSd">Standard deviation of the logarithm of a reading, at least 0.</param>
    /// <param name="dof">Its degrees of freedom; null: known.</param>
    /// <param name="coverage">In (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is below 0 or not a number.</exception>
    public static PercentLimits OfLogarithms(double logSd, double? dof = null, double coverage = 0.95)
    {
        if (!(logSd >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(logSd), logSd, "A standard deviation is at least 0.");
        }

        var reach = Interval.CoverageFactor(dof, coverage) * Math.Sqrt(2) * logSd;
        return new PercentLimits(100 * (Math.Exp(-reach) - 1), 100 * (Math.Exp(reach) - 1), coverage);
    }

    /// <summary>Limits from a within-subject coefficient of variation, the standard deviation of a reading over its mean.</summary>
    /// <param name="wCv">At least 0; 0.1 for 10 %.</param>
    /// <param name="scale">
    /// Absolute: readings are normal, and the limits are quantiles of the ratio of two independent normal readings of one mean (<see cref="NormalRatio"/>);
    /// published limits (−13.0 / +14.9 % at 5 %, −44.8 / +81.1 % at 20 %) are these. Beyond about 50 % such a reading is often below 0 and the lower
    /// limit may fall below −100 %: a quantity that cannot is better described by Logarithm: readings are log-normal with this coefficient of
    /// variation, so their logarithm has the standard deviation √ln(1 + wCV²).
    /// </param>
    /// <param name="dof">Degrees of freedom of the coefficient; null: known.</param>
    /// <param name="coverage">In (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The coefficient is below 0 or not a number.</exception>
    public static PercentLimits OfCoefficientOfVariation(double wCv, ErrorScale scale = ErrorScale.Absolute, double? dof = null, double coverage = 0.95)
    {
        if (!(wCv >= 0) || !double.IsFinite(wCv))
        {
            throw new ArgumentOutOfRangeException(nameof(wCv), wCv, "A coefficient of variation is a number of at least 0.");
        }

        if (scale == ErrorScale.Logarithm)
        {
            return OfLogarithms(Math.Sqrt(Math.Log(1 + wCv * wCv)), dof, coverage);
        }

        var tail = 0.5 - 0.5 * coverage;
        return wCv == 0
            ? new PercentLimits(0, 0, coverage)
            : new PercentLimits(100 * (NormalRatio.Quantile(tail, wCv, dof) - 1), 100 * (NormalRatio.Quantile(1 - tail, wCv, dof) - 1), coverage);
    }

    /// <summary>Whether a change between two readings lies inside, ends included.</summary>
    /// <param name="first">Not 0.</param>
    /// <param name="second">In the same unit.</param>
    public bool Contain(double first, double second) => 100 * (second / first - 1) >= LowerPercent && 100 * (second / first - 1) <= UpperPercent;
}
