using MathNet.Numerics.Distributions;

namespace Etalon.Metrology.Precision;

/// <summary>Repeatability coefficient: the difference (on the scale of the errors) that two readings of an unchanged quantity seldom exceed.</summary>
/// <param name="Value">
/// t √2 s: the limit to decide by. A 5 % share of unchanged quantities exceeds the 95 % one, however small the study that s comes from.
/// </param>
/// <param name="Estimate">
/// z √2 s (2.77 s at 95 %): the estimate of the coefficient of the population. As a limit it gives too many false changes: 8.6 % after 8 pairs.
/// </param>
/// <param name="Interval">Where z √2 σ of the population lies: s √(ν/χ²).</param>
public readonly record struct RepeatabilityCoefficient(double Value, double Estimate, Interval Interval)
{
    /// <summary>From a standard deviation and its degrees of freedom.</summary>
    /// <param name="sd">Of one reading, at least 0.</param>
    /// <param name="dof">Above 0; null: the standard deviation is known.</param>
    /// <param name="coverage">Of the coefficient, in (0, 1).</param>
    /// <param name="confidence">Of its interval, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static RepeatabilityCoefficient Of(double sd, double? dof, double coverage = 0.95, double confidence = 0.95)
    {
        if (!(sd >= 0) || dof is not (null or > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(sd), sd, $"A standard deviation is at least 0 and has more than 0 degrees of freedom ({dof}).");
        }

        var estimate = Interval.CoverageFactor(null, coverage) * Math.Sqrt(2) * sd;
        var interval = SdInterval(estimate, dof, confidence);
        return new RepeatabilityCoefficient(Interval.CoverageFactor(dof, coverage) * Math.Sqrt(2) * sd, estimate, interval);
    }

    /// <summary>Interval of a standard deviation, or of a multiple of it: s √(ν/χ²).</summary>
    internal static Interval SdInterval(double sd, double? dof, double confidence) => dof is not { } nu
        ? new Interval(sd, sd, confidence)
        : new Interval(
            sd * Math.Sqrt(nu / ChiSquared.InvCDF(nu, 0.5 + 0.5 * confidence)), sd * Math.Sqrt(nu / ChiSquared.InvCDF(nu, 0.5 - 0.5 * confidence)), confidence);
}
