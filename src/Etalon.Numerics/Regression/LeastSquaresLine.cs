namespace Etalon.Numerics.Regression;

/// <summary>Straight lines through points whose x is exact.</summary>
public static class LeastSquaresLine
{
    /// <summary>Ordinary least squares; uncertainties from the scatter about the line (χ²/dof).</summary>
    /// <param name="x">Abscissae, exact, shape (points).</param>
    /// <param name="y">Ordinates, shape (points).</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static StraightLine Ordinary(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var line = Fit(x, y, []);
        return line.IsConverged ? line.ScaledByResiduals() : line;
    }

    /// <summary>Weighted least squares with known standard uncertainties of y; the uncertainties follow from them alone.</summary>
    /// <param name="x">Abscissae, exact, shape (points).</param>
    /// <param name="y">Ordinates, shape (points).</param>
    /// <param name="u">Standard uncertainties of y, above 0, shape (points).</param>
    /// <exception cref="ArgumentException">The shapes differ, or an uncertainty is not above 0.</exception>
    /// <remarks>ISO/TS 28037:2010, clause 6.</remarks>
    public static StraightLine Weighted(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> u)
    {
        Lengths.AreEqual(x, u);
        for (var i = 0; i < u.Length; i++)
        {
            if (!(u[i] > 0 && double.IsFinite(u[i])))
            {
                throw new ArgumentException($"Standard uncertainty {i} is {u[i]}; it must be above 0.", nameof(u));
            }
        }

        return Fit(x, y, u);
    }

    private static StraightLine Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> u)
    {
        Lengths.AreEqual(x, y);
        var n = x.Length;
        var (sw, sx, sy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            var w = u.IsEmpty ? 1 : 1 / (u[i] * u[i]);
            (sw, sx, sy) = (sw + w, sx + w * x[i], sy + w * y[i]);
        }

        var (xMean, yMean, sxx, sxy) = (sx / sw, sy / sw, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            var w = u.IsEmpty ? 1 : 1 / (u[i] * u[i]);
            (sxx, sxy) = (sxx + w * (x[i] - xMean) * (x[i] - xMean), sxy + w * (x[i] - xMean) * (y[i] - yMean));
        }

        if (n < 2 || !(sxx > 0))
        {
            return StraightLine.None(n, RegressionStatus.Degenerate);
        }

        var slope = sxy / sxx;
        var chi2 = 0.0;
        for (var i = 0; i < n; i++)
        {
            var r = y[i] - yMean - slope * (x[i] - xMean);
            chi2 += (u.IsEmpty ? 1 : 1 / (u[i] * u[i])) * r * r;
        }

        return new StraightLine(
            yMean - slope * xMean, slope, Math.Sqrt(1 / sw + xMean * xMean / sxx), Math.Sqrt(1 / sxx), -xMean / sxx, chi2, n - 2, RegressionStatus.Converged);
    }
}
