using MathNet.Numerics.Distributions;

namespace Etalon.Metrology;

/// <summary>A coverage interval.</summary>
/// <param name="Lower">Lower end, in the unit of the value.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="Coverage">Coverage probability in (0, 1).</param>
public readonly record struct Interval(double Lower, double Upper, double Coverage)
{
    /// <summary>Value ± t·u, Student's t with the given degrees of freedom (normal where they are null).</summary>
    public static Interval Symmetric(double value, double u, double? dof, double coverage = 0.95)
    {
        var k = CoverageFactor(dof, coverage);
        return new Interval(value - k * u, value + k * u, coverage);
    }

    /// <summary>
    /// The interval of a positive quantity whose logarithm is normal: value·exp(±t·s) with s = √ln(1 + (u/value)²). It cannot reach below
    /// zero and is asymmetric as percent changes are.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero.</exception>
    public static Interval LogNormal(double value, double u, double? dof, double coverage = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        var relative = u / value;
        var factor = Math.Exp(CoverageFactor(dof, coverage) * Math.Sqrt(Math.Log(1 + relative * relative)));
        return new Interval(value / factor, value * factor, coverage);
    }

    /// <summary>Whether the interval holds the value, ends included.</summary>
    public bool Contains(double value) => value >= Lower && value <= Upper;

    /// <summary>Probability that a standardised quantity lies at or below z: Student's t (normal where dof is null or above 10⁶).</summary>
    public static double ProbabilityBelow(double z, double? dof) => dof is > 0 and < 1e6 ? StudentT.CDF(0, 1, dof.Value, z) : Normal.CDF(0, 1, z);

    /// <summary>Two-sided coverage factor of Student's t (normal where dof is null or above 10⁶).</summary>
    public static double CoverageFactor(double? dof, double coverage)
    {
        if (!(coverage is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "A coverage probability lies between 0 and 1.");
        }

        var p = 0.5 + 0.5 * coverage;
        return dof is > 0 and < 1e6 ? StudentT.InvCDF(0, 1, dof.Value, p) : Normal.InvCDF(0, 1, p);
    }
}
