namespace Etalon.Numerics.Regression;

/// <summary>How the uncertainties of a York line are evaluated; two conventions are in print and both are right to first order.</summary>
public enum YorkUncertainty
{
    /// <summary>At the adjusted points on the line (York et al. 2004, ISO/TS 28037): our default.</summary>
    AdjustedPoints,

    /// <summary>By the law of propagation from the errors of the observed points, with the derivatives of the solution there (Kalantar 1992).</summary>
    ObservedPoints,
}

/// <summary>Straight line through points with errors in both x and y, correlated within a point where stated.</summary>
/// <remarks>
/// York, Evensen, López Martínez and De Basabe Delgado, Am J Phys 72:367–375 (2004), equations 13a to 13d: generalised distance regression of ISO/TS
/// 28037 clauses 7 and 8. Written in variances, so that a point may be exact in x or in y.
/// </remarks>
public static class YorkLine
{
    private const int MaxSteps = 500;

    /// <summary>Fits a line.</summary>
    /// <param name="x">Observed x, shape (points).</param>
    /// <param name="xU">Standard uncertainties of x, at least 0, shape (points).</param>
    /// <param name="y">Observed y, shape (points).</param>
    /// <param name="yU">Standard uncertainties of y, at least 0; not 0 where that of x is, shape (points).</param>
    /// <param name="correlation">Correlation of the errors of x and y of each point, −1 to 1, shape (points); empty: none.</param>
    /// <param name="uncertainty">The convention of the uncertainties; the line is the same.</param>
    /// <exception cref="ArgumentException">Shapes differ, or uncertainties or correlations are out of range.</exception>
    public static StraightLine Fit(
        ReadOnlySpan<double> x, ReadOnlySpan<double> xU, ReadOnlySpan<double> y, ReadOnlySpan<double> yU, ReadOnlySpan<double> correlation = default,
        YorkUncertainty uncertainty = YorkUncertainty.AdjustedPoints)
    {
        Check(x, xU, y, yU, correlation);
        var start = LeastSquaresLine.Ordinary(x, y);
        if (!start.IsConverged)
        {
            return start;
        }

        var slope = start.Slope;
        var (previous, status) = (double.PositiveInfinity, RegressionStatus.TooManySteps);
        var sums = new Sums();
        for (var step = 0; step < MaxSteps && status != RegressionStatus.Converged; step++)
        {
            sums = Sum(x, xU, y, yU, correlation, slope);
            if (!(sums.Beta != 0) || !double.IsFinite(sums.Slope))
            {
                return StraightLine.None(x.Length, RegressionStatus.Degenerate);
            }

            var change = Math.Abs(sums.Slope - slope);
            slope = sums.Slope;
            // The last digits may swing by an ulp or two; that is as far as doubles go.
            if (change <= 1e-15 * Math.Abs(slope) || (change <= 1e-12 * Math.Abs(slope) && change >= previous))
            {
                status = RegressionStatus.Converged;
            }

            previous = change;
        }

        sums = Sum(x, xU, y, yU, correlation, slope);
        var intercept = sums.YMean - slope * sums.XMean;
        var chi2 = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var r = y[i] - intercept - slope * x[i];
            chi2 += Weight(xU, yU, correlation, slope, i) * r * r;
        }

        // York 2004, 13c and 13d: variance of the slope at the chosen points, of the intercept through their mean.
        var slopeVariance = 1 / sums.Spread;
        var line = new StraightLine(
            intercept, slope, Math.Sqrt(1 / sums.Weight + sums.PointMean * sums.PointMean * slopeVariance), Math.Sqrt(slopeVariance),
            -sums.PointMean * slopeVariance, chi2, x.Length - 2, status);
        return uncertainty == YorkUncertainty.AdjustedPoints || !line.IsConverged ? line : Propagated(line, x, xU, y, yU, correlation);
    }

    private readonly record struct Sums(double Weight, double XMean, double YMean, double Beta, double Slope, double PointMean, double Spread);

    private static Sums Sum(
        ReadOnlySpan<double> x, ReadOnlySpan<double> xU, ReadOnlySpan<double> y, ReadOnlySpan<double> yU, ReadOnlySpan<double> correlation, double slope)
    {
        var (sw, sx, sy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var w = Weight(xU, yU, correlation, slope, i);
            (sw, sx, sy) = (sw + w, sx + w * x[i], sy + w * y[i]);
        }

        var (xMean, yMean, upper, lower, point) = (sx / sw, sy / sw, 0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var w = Weight(xU, yU, correlation, slope, i);
            var beta = Beta(x, xU, y, yU, correlation, slope, i, xMean, yMean, w);
            (upper, lower) = (upper + w * beta * (y[i] - yMean), lower + w * beta * (x[i] - xMean));
            point += w * (xMean + beta);
        }

        var (pointMean, spread) = (point / sw, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var w = Weight(xU, yU, correlation, slope, i);
            var d = xMean + Beta(x, xU, y, yU, correlation, slope, i, xMean, yMean, w) - pointMean;
            spread += w * d * d;
        }

        return new Sums(sw, xMean, yMean, lower, upper / lower, pointMean, spread);
    }

    /// <summary>
    /// Covariance J·C·Jᵀ, where J holds the derivatives of the solution by the points: the gradient of χ² is 0 at the solution, so that J is minus the
    /// inverse of its second derivatives times its mixed ones.
    /// </summary>
    private static StraightLine Propagated(
        StraightLine line, ReadOnlySpan<double> x, ReadOnlySpan<double> xU, ReadOnlySpan<double> y, ReadOnlySpan<double> yU, ReadOnlySpan<double> correlation)
    {
        var b = line.Slope;
        var (aa, ab, bb) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var (w, r) = (Weight(xU, yU, correlation, b, i), y[i] - line.Intercept - b * x[i]);
            var g = w * w * VarianceSlope(xU, yU, correlation, b, i);
            aa += 2 * w;
            ab += 2 * w * x[i] + 2 * g * r;
            bb += 2 * w * x[i] * x[i] + 4 * g * r * x[i] + 2 * g * g / w * r * r - 2 * w * w * xU[i] * xU[i] * r * r;
        }

        var determinant = aa * bb - ab * ab;
        var (va, vb, cov) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var (w, r) = (Weight(xU, yU, correlation, b, i), y[i] - line.Intercept - b * x[i]);
            var g = w * w * VarianceSlope(xU, yU, correlation, b, i);
            var (ay, by) = (-2 * w, -2 * w * x[i] - 2 * g * r);
            var (ax, bx) = (2 * w * b, 2 * w * (b * x[i] - r) + 2 * g * r * b);
            var (dAy, dBy) = (-(bb * ay - ab * by) / determinant, -(aa * by - ab * ay) / determinant);
            var (dAx, dBx) = (-(bb * ax - ab * bx) / determinant, -(aa * bx - ab * ax) / determinant);
            var (vx, vy, c) = (xU[i] * xU[i], yU[i] * yU[i], correlation.IsEmpty ? 0 : correlation[i] * xU[i] * yU[i]);
            va += dAx * dAx * vx + dAy * dAy * vy + 2 * dAx * dAy * c;
            vb += dBx * dBx * vx + dBy * dBy * vy + 2 * dBx * dBy * c;
            cov += dAx * dBx * vx + dAy * dBy * vy + (dAx * dBy + dAy * dBx) * c;
        }

        return line with { InterceptU = Math.Sqrt(va), SlopeU = Math.Sqrt(vb), Covariance = cov };
    }

    /// <summary>Derivative by the slope of the variance that weighs a point.</summary>
    private static double VarianceSlope(ReadOnlySpan<double> xU, ReadOnlySpan<double> yU, ReadOnlySpan<double> correlation, double slope, int i) =>
        2 * (slope * xU[i] * xU[i] - (correlation.IsEmpty ? 0 : correlation[i] * xU[i] * yU[i]));

    private static double Weight(ReadOnlySpan<double> xU, ReadOnlySpan<double> yU, ReadOnlySpan<double> correlation, double slope, int i) =>
        1 / (yU[i] * yU[i] + slope * slope * xU[i] * xU[i] - (correlation.IsEmpty ? 0 : 2 * slope * correlation[i] * xU[i] * yU[i]));

    /// <summary>Distance of the adjusted x from the mean (York 2004, 13b).</summary>
    private static double Beta(
        ReadOnlySpan<double> x, ReadOnlySpan<double> xU, ReadOnlySpan<double> y, ReadOnlySpan<double> yU, ReadOnlySpan<double> correlation,
        double slope, int i, double xMean, double yMean, double w)
    {
        var (u, v) = (x[i] - xMean, y[i] - yMean);
        return w * (u * yU[i] * yU[i] + slope * v * xU[i] * xU[i] - (correlation.IsEmpty ? 0 : (slope * u + v) * correlation[i] * xU[i] * yU[i]));
    }

    private static void Check(ReadOnlySpan<double> x, ReadOnlySpan<double> xU, ReadOnlySpan<double> y, ReadOnlySpan<double> yU, ReadOnlySpan<double> correlation)
    {
        Lengths.AreEqual(x, xU);
        Lengths.AreEqual(x, y);
        Lengths.AreEqual(x, yU);
        if (!correlation.IsEmpty)
        {
            Lengths.AreEqual(x, correlation);
        }

        for (var i = 0; i < x.Length; i++)
        {
            var r = correlation.IsEmpty ? 0 : correlation[i];
            if (!(xU[i] >= 0 && yU[i] >= 0 && xU[i] + yU[i] > 0 && double.IsFinite(xU[i] + yU[i]) && Math.Abs(r) <= 1))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Point {i}: uncertainties {xU[i]} and {yU[i]}, correlation {r}; expected at least 0, not both 0, and −1 to 1."));
            }
        }
    }
}
