using Etalon.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>The posterior of a fit: normal in what the fit works with, logarithms but for offsets and displacements (Laplace).</summary>
/// <param name="Priors">One per growth parameter, in order.</param>
/// <param name="LogMean">At the maximum: logarithms of the growth parameters and of the visits' ADC scales, then offsets of ADC (mm²/s) and displacements (mm).</param>
/// <param name="LogCovariance">Their covariance; where the fit is worse than its noise, the data count less by the square of the Birge ratio.</param>
/// <param name="Visits">The fitted visits, in order.</param>
/// <param name="Status">How the fit ended.</param>
/// <param name="Steps">Gauss-Newton steps.</param>
/// <param name="ReducedChiSquared">Misfit per independent reading; 1 where the noise explains it.</param>
public sealed record TwinPosterior(
    IReadOnlyList<ParameterPrior> Priors, double[] LogMean, Matrix<double> LogCovariance, IReadOnlyList<string> Visits, FitStatus Status, int Steps,
    double ReducedChiSquared)
{
    /// <summary>A parameter whose correlation with another exceeds this cannot be told from it.</summary>
    public const double LargestCorrelation = 0.95;

    /// <summary>A posterior wider than this share of its prior has taught too little.</summary>
    public const double LargestShare = 0.5;

    /// <summary>All parameters, in the order of <see cref="LogMean"/>.</summary>
    public required IReadOnlyList<FitParameter> Parameters { get; init; }

    /// <summary>Another minimum that the data do not tell from the best one; null where none was found.</summary>
    public OtherMinimum? Other { get; init; }

    /// <summary>By what the data's misfit is divided: 1 or the square of the Birge ratio; without nuisance parameters the variance of the residuals against what was assumed.</summary>
    public required double MisfitDivisor { get; init; }

    /// <summary>Standard deviation of what the fit works with.</summary>
    public double LogSd(int parameter) => Math.Sqrt(LogCovariance[parameter, parameter]);

    /// <summary>Correlation of two parameters.</summary>
    public double Correlation(int a, int b) => LogCovariance[a, b] / (LogSd(a) * LogSd(b));

    /// <summary>
    /// Whether the data tell a parameter: its posterior is less than half as wide as its prior, and no other growth parameter is correlated
    /// with it beyond 0.95.
    /// </summary>
    public bool IsIdentifiable(int parameter) =>
        LogSd(parameter) <= LargestShare * Parameters[parameter].PriorSd
        && Enumerable.Range(0, Priors.Count).All(other => other == parameter || parameter >= Priors.Count || Math.Abs(Correlation(parameter, other)) <= LargestCorrelation);
}

/// <summary>One parameter of the posterior by itself.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Sd">Standard deviation.</param>
/// <param name="Lower90">5 % quantile.</param>
/// <param name="Upper90">95 % quantile.</param>
public sealed record ParameterMarginal(double Mean, double Sd, double Lower90, double Upper90)
{
    /// <summary>Of draws.</summary>
    public static ParameterMarginal Of(IEnumerable<double> draws)
    {
        var values = draws.Order().ToArray();
        return new ParameterMarginal(
            FixedSum.Mean(values), FixedSum.StandardDeviation(values), FixedSum.QuantileOfSorted(values, 0.05), FixedSum.QuantileOfSorted(values, 0.95));
    }
}
