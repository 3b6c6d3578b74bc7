namespace Etalon.Numerics.Regression;

/// <summary>A fitted straight line y = intercept + slope × x.</summary>
/// <param name="Intercept">In the unit of y.</param>
/// <param name="Slope">Unit of y over unit of x.</param>
/// <param name="InterceptU">Standard uncertainty of the intercept, by the convention that the fit states.</param>
/// <param name="SlopeU">Standard uncertainty of the slope.</param>
/// <param name="Covariance">Covariance of intercept and slope.</param>
/// <param name="ChiSquared">Weighted sum of squared residuals; of an unweighted fit the plain sum.</param>
/// <param name="Dof">Points less two.</param>
/// <param name="Status">How the fit ended; where it is not converged, the numbers mean nothing.</param>
public sealed record StraightLine(
    double Intercept, double Slope, double InterceptU, double SlopeU, double Covariance, double ChiSquared, int Dof, RegressionStatus Status)
{
    /// <summary>What stands for a line that could not be found.</summary>
    internal static StraightLine None(int points, RegressionStatus status) => new(0, 0, 0, 0, 0, 0, Math.Max(0, points - 2), status);

    /// <summary>Whether there is a line.</summary>
    public bool IsConverged => Status == RegressionStatus.Converged;

    /// <summary>Forward prediction: y at x with its standard uncertainty.</summary>
    /// <param name="x">Where.</param>
    /// <param name="u">Standard uncertainty of x, independent of the line.</param>
    public (double Y, double U) At(double x, double u = 0) =>
        (Intercept + Slope * x, Math.Sqrt(Math.Max(0, InterceptU * InterceptU + 2 * x * Covariance + x * x * SlopeU * SlopeU + Slope * Slope * u * u)));

    /// <summary>Inverse prediction: the x that gives y, with its standard uncertainty.</summary>
    /// <param name="y">A reading.</param>
    /// <param name="u">Its standard uncertainty, independent of the line.</param>
    /// <exception cref="InvalidOperationException">The slope is 0: no reading tells x.</exception>
    /// <remarks>ISO/TS 28037:2010, 11.2: u²(x) = (u²(y) + u²(a) + 2x·u(a,b) + x²·u²(b)) / b².</remarks>
    public (double X, double U) InverseAt(double y, double u = 0)
    {
        if (Slope == 0)
        {
            throw new InvalidOperationException("A line of slope 0 has no inverse.");
        }

        var x = (y - Intercept) / Slope;
        var variance = u * u + InterceptU * InterceptU + 2 * x * Covariance + x * x * SlopeU * SlopeU;
        return (x, Math.Sqrt(Math.Max(0, variance)) / Math.Abs(Slope));
    }

    /// <summary>The same line with uncertainties multiplied by √(χ²/dof): for errors known only up to a common factor.</summary>
    public StraightLine ScaledByResiduals()
    {
        var factor = Dof > 0 ? ChiSquared / Dof : 1;
        return this with { InterceptU = InterceptU * Math.Sqrt(factor), SlopeU = SlopeU * Math.Sqrt(factor), Covariance = Covariance * factor };
    }
}
