namespace Etalon.Metrology.Precision;

/// <summary>Covariance of the two parameters of a variance function; zero for a parameter that the model does not have.</summary>
/// <param name="Constant">Variance of e.</param>
/// <param name="Cross">Covariance of e and f.</param>
/// <param name="Proportional">Variance of f.</param>
public readonly record struct ParameterCovariance(double Constant, double Cross, double Proportional);

/// <summary>One variance function that was fitted: a standard deviation of e + f·x.</summary>
/// <param name="Model">The function.</param>
/// <param name="Constant">e, in the unit of the measurand; 0 for a constant coefficient of variation.</param>
/// <param name="Proportional">f; 0 for a constant standard deviation.</param>
/// <param name="Covariance">Of e and f (inverse expected information).</param>
/// <param name="MinusTwoLogLikelihood">Of the contrasts within subjects (restricted likelihood), constants dropped that all functions share.</param>
/// <param name="Aicc">Akaike's criterion for small samples; null where there are too few contrasts for its parameters.</param>
/// <param name="Weight">exp(−ΔAICc / 2) over the sum of all: how much of the profile it is.</param>
public sealed record VarianceFunction(
    VarianceModel Model, double Constant, double Proportional, ParameterCovariance Covariance, double MinusTwoLogLikelihood, double? Aicc, double Weight)
{
    /// <summary>Standard deviation at x.</summary>
    internal double SdAt(double x) => Constant + Proportional * x;

    /// <summary>Variance of the logarithm of the standard deviation at x.</summary>
    internal double LogVarianceAt(double x)
    {
        var sd = SdAt(x);
        return (Covariance.Constant + 2 * x * Covariance.Cross + x * x * Covariance.Proportional) / (sd * sd);
    }

    /// <summary>
    /// The function with another variance, whose degrees of freedom replace those of all scatter; what the shape adds to its uncertainty stays.
    /// </summary>
    internal VarianceFunction Scaled(double variance, double dof, double dofBefore)
    {
        var further = 1 / (2 * dof) - 1 / (2 * dofBefore);
        return this with
        {
            Constant = Constant * Math.Sqrt(variance),
            Proportional = Proportional * Math.Sqrt(variance),
            Covariance = new ParameterCovariance(
                variance * (Covariance.Constant + further * Constant * Constant), variance * (Covariance.Cross + further * Constant * Proportional),
                variance * (Covariance.Proportional + further * Proportional * Proportional)),
        };
    }
}
