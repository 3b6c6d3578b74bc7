using MathNet.Numerics.Distributions;

namespace Etalon.Numerics.Regression;

/// <summary>A line with leave-one-out standard errors and Student intervals of n − 2 degrees of freedom.</summary>
/// <param name="Line">The line; its uncertainties are those of the jackknife.</param>
/// <param name="InterceptLower">Lower end of the intercept's interval.</param>
/// <param name="InterceptUpper">Upper end.</param>
/// <param name="SlopeLower">Lower end of the slope's interval.</param>
/// <param name="SlopeUpper">Upper end.</param>
/// <param name="Coverage">Coverage probability of both.</param>
public sealed record JackknifeLine(StraightLine Line, double InterceptLower, double InterceptUpper, double SlopeLower, double SlopeUpper, double Coverage);

/// <summary>Straight line through points with errors in both coordinates whose ratio is known.</summary>
/// <remarks>
/// Linnet, Clin Chem 39:424–432 (1993), and Stat Med 9:1463–1473 (1990) for errors in proportion to the value. The error ratio is the variance of x over
/// that of y. Uncertainties come from leaving out one point at a time.
/// </remarks>
public static class DemingLine
{
    private const int MaxSteps = 200;

    /// <summary>Deming regression: one variance for all x, one for all y.</summary>
    /// <param name="x">Shape (points).</param>
    /// <param name="y">Shape (points).</param>
    /// <param name="errorRatio">Variance of the errors of x over that of y, above 0.</param>
    /// <param name="coverage">Of the intervals.</param>
    /// <exception cref="ArgumentException">Shapes differ, or the ratio is not above 0.</exception>
    public static JackknifeLine Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double errorRatio = 1, double coverage = 0.95) =>
        Jackknife(x, y, errorRatio, coverage, isProportional: false);

    /// <summary>Weighted Deming regression: errors in proportion to the value, weights iterated from the adjusted points.</summary>
    /// <param name="x">Above 0, shape (points).</param>
    /// <param name="y">Above 0, shape (points).</param>
    /// <param name="errorRatio">Variance of the errors of x over that of y, above 0.</param>
    /// <param name="coverage">Of the intervals.</param>
    /// <exception cref="ArgumentException">Shapes differ, the ratio is not above 0, or a point is below 0.</exception>
    public static JackknifeLine FitProportional(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double errorRatio = 1, double coverage = 0.95)
    {
        Lengths.AreEqual(x, y);
        for (var i = 0; i < x.Length; i++)
        {
            if (!(x[i] >= 0 && y[i] >= 0))
            {
                throw new ArgumentException(FormattableString.Invariant($"Point {i} is ({x[i]}, {y[i]}); errors in proportion to the value need values of at least 0."));
            }
        }

        return Jackknife(x, y, errorRatio, coverage, isProportional: true);
    }

    /// <summary>Deming regression with the analytical standard errors of normal errors and a correlation that is known as it was observed.</summary>
    /// <param name="x">Shape (points).</param>
    /// <param name="y">Shape (points).</param>
    /// <param name="errorRatio">Variance of the errors of x over that of y, above 0.</param>
    /// <exception cref="ArgumentException">Shapes differ, or the ratio is not above 0.</exception>
    /// <remarks>u(b) = b·√((1 − r²)/r²/(n − 2)), u(a) = u(b)·√(mean of x²); Strike, Measurement in Laboratory Medicine (1996).</remarks>
    public static StraightLine Analytical(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double errorRatio = 1)
    {
        Check(x, y, errorRatio);
        var line = Line(x, y, errorRatio, isProportional: false, -1);
        if (!line.IsConverged || x.Length < 3)
        {
            return line.IsConverged ? line with { Status = RegressionStatus.Degenerate } : line;
        }

        var (n, xMean, yMean, xx) = (x.Length, 0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            (xMean, yMean, xx) = (xMean + x[i] / n, yMean + y[i] / n, xx + x[i] * x[i] / n);
        }

        var (u, q, p) = (0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            var (dx, dy) = (x[i] - xMean, y[i] - yMean);
            (u, q, p) = (u + dx * dx, q + dy * dy, p + dx * dy);
        }

        var r2 = p * p / (u * q);
        var slopeU = Math.Abs(line.Slope) * Math.Sqrt(Math.Max(0, (1 - r2) / r2 / (n - 2)));
        return line with { SlopeU = slopeU, InterceptU = slopeU * Math.Sqrt(xx), Covariance = -xMean * slopeU * slopeU };
    }

    private static void Check(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double errorRatio)
    {
        Lengths.AreEqual(x, y);
        if (!(errorRatio > 0 && double.IsFinite(errorRatio)))
        {
            throw new ArgumentException($"The error ratio is {errorRatio}; it must be above 0.", nameof(errorRatio));
        }
    }

    private static JackknifeLine Jackknife(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double errorRatio, double coverage, bool isProportional)
    {
        Check(x, y, errorRatio);
        var n = x.Length;
        var line = Line(x, y, errorRatio, isProportional, -1);
        if (!line.IsConverged || n < 3)
        {
            return new JackknifeLine(line.IsConverged ? line with { Status = RegressionStatus.Degenerate } : line, 0, 0, 0, 0, coverage);
        }

        var (a, b) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            var without = Line(x, y, errorRatio, isProportional, i);
            if (!without.IsConverged)
            {
                return new JackknifeLine(without, 0, 0, 0, 0, coverage);
            }

            (a[i], b[i]) = (without.Intercept, without.Slope);
        }

        // Variance of the pseudovalues over n, which is (n − 1)/n times the sum of squares of the leave-one-out estimates.
        var (meanA, meanB) = (FixedMean(a), FixedMean(b));
        var (aa, bb, ab) = (0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            (aa, bb, ab) = (aa + (a[i] - meanA) * (a[i] - meanA), bb + (b[i] - meanB) * (b[i] - meanB), ab + (a[i] - meanA) * (b[i] - meanB));
        }

        var factor = (n - 1.0) / n;
        var (ua, ub) = (Math.Sqrt(factor * aa), Math.Sqrt(factor * bb));
        var t = StudentT.InvCDF(0, 1, n - 2, 0.5 + 0.5 * coverage);
        return new JackknifeLine(
            line with { InterceptU = ua, SlopeU = ub, Covariance = factor * ab }, line.Intercept - t * ua, line.Intercept + t * ua, line.Slope - t * ub, line.Slope + t * ub, coverage);
    }

    private static double FixedMean(double[] values)
    {
        var sum = 0.0;
        foreach (var v in values)
        {
            sum += v;
        }

        return sum / values.Length;
    }

    /// <summary>The line through all points but one (none where it is −1).</summary>
    private static StraightLine Line(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double ratio, bool isProportional, int leftOut)
    {
        var weights = new double[x.Length];
        Array.Fill(weights, 1);
        if (leftOut >= 0)
        {
            weights[leftOut] = 0;
        }

        var line = Step(x, y, ratio, weights, leftOut >= 0);
        if (!isProportional || !line.IsConverged)
        {
            return line;
        }

        for (var step = 0; step < MaxSteps; step++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var d = y[i] - line.Intercept - line.Slope * x[i];
                var shift = d / (1 + ratio * line.Slope * line.Slope);
                var (xAdjusted, yAdjusted) = (x[i] + ratio * line.Slope * shift, y[i] - shift);
                var level = (xAdjusted + ratio * yAdjusted) / (1 + ratio);
                weights[i] = i == leftOut ? 0 : 1 / (level * level);
            }

            var next = Step(x, y, ratio, weights, leftOut >= 0);
            if (!next.IsConverged)
            {
                return next;
            }

            var isStill = Math.Abs(next.Slope - line.Slope) <= 1e-13 * Math.Abs(next.Slope) && Math.Abs(next.Intercept - line.Intercept) <= 1e-12 * (Math.Abs(next.Intercept) + Math.Abs(next.Slope) * Level(x));
            line = next;
            if (isStill)
            {
                return line;
            }
        }

        return line with { Status = RegressionStatus.TooManySteps };
    }

    private static double Level(ReadOnlySpan<double> x)
    {
        var least = double.PositiveInfinity;
        foreach (var v in x)
        {
            least = Math.Min(least, Math.Abs(v));
        }

        return least;
    }

    private static StraightLine Step(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double ratio, ReadOnlySpan<double> weights, bool isOneLess)
    {
        var n = x.Length - (isOneLess ? 1 : 0);
        var (sw, sx, sy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            (sw, sx, sy) = (sw + weights[i], sx + weights[i] * x[i], sy + weights[i] * y[i]);
        }

        var (xMean, yMean, u, q, p) = (sx / sw, sy / sw, 0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var (dx, dy) = (x[i] - xMean, y[i] - yMean);
            (u, q, p) = (u + weights[i] * dx * dx, q + weights[i] * dy * dy, p + weights[i] * dx * dy);
        }

        if (n < 2 || p == 0 || !double.IsFinite(p))
        {
            return StraightLine.None(n, RegressionStatus.Degenerate);
        }

        // Linnet 1993, equation 3; the form without cancellation is taken on either side.
        var difference = ratio * q - u;
        var root = Math.Sqrt(difference * difference + 4 * ratio * p * p);
        var slope = difference >= 0 ? (difference + root) / (2 * ratio * p) : 2 * p / (root - difference);
        var intercept = yMean - slope * xMean;
        var chi2 = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var d = y[i] - intercept - slope * x[i];
            chi2 += weights[i] * d * d / (1 + ratio * slope * slope);
        }

        return new StraightLine(intercept, slope, 0, 0, 0, chi2, n - 2, RegressionStatus.Converged);
    }
}
