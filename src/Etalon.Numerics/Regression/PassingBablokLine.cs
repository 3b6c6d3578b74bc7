using MathNet.Numerics.Distributions;

namespace Etalon.Numerics.Regression;

/// <summary>A line found by ranks, with intervals; a side that the points leave open is null.</summary>
/// <param name="Intercept">Median of y − slope × x.</param>
/// <param name="Slope">Shifted median of the slopes of all pairs.</param>
/// <param name="InterceptLower">Lower end of the intercept's interval; null: open.</param>
/// <param name="InterceptUpper">Upper end; null: open.</param>
/// <param name="SlopeLower">Lower end of the slope's interval; null: open.</param>
/// <param name="SlopeUpper">Upper end; null: open.</param>
/// <param name="Status">How the fit ended.</param>
public sealed record RankLine(
    double Intercept, double Slope, double? InterceptLower, double? InterceptUpper, double? SlopeLower, double? SlopeUpper, RegressionStatus Status);

/// <summary>Passing-Bablok regression: robust, symmetric in x and y, free of the error's law.</summary>
/// <remarks>
/// Passing and Bablok, J Clin Chem Clin Biochem 21:709–720 (1983). Slopes are ordered by their angle, so that a vertical pair has its place; as in
/// the R package mcr, medians and limits that fall between two angles take the middle angle, and pairs at exactly 45 degrees against the trend
/// count half on either side.
/// </remarks>
public static class PassingBablokLine
{
    /// <summary>Fits a line; memory grows with the square of the points.</summary>
    /// <param name="x">Shape (points).</param>
    /// <param name="y">Shape (points).</param>
    /// <param name="isRising">Whether y rises with x; false: it falls.</param>
    /// <param name="coverage">Of the intervals.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static RankLine Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y, bool isRising = true, double coverage = 0.95)
    {
        Lengths.AreEqual(x, y);
        var angles = Angles(x, y, isRising);
        if (angles.Length == 0)
        {
            return new RankLine(0, 0, null, null, null, null, RegressionStatus.Degenerate);
        }

        const double Half = Math.PI / 4;
        var (belowOrAt, below, aboveOrAt, above) = (0, 0, 0, 0);
        foreach (var a in angles)
        {
            belowOrAt += a <= -Half ? 1 : 0;
            below += a < -Half ? 1 : 0;
            aboveOrAt += a >= Half ? 1 : 0;
            above += a > Half ? 1 : 0;
        }

        // Twice the number of ranks by which the median is shifted.
        var shift = isRising ? belowOrAt + below : -(aboveOrAt + above);
        var n = x.Length;
        var z = Normal.InvCDF(0, 1, 0.5 + 0.5 * coverage);
        var width = z * Math.Sqrt(n * (n - 1.0) * (2 * n + 5) / 18);
        var slope = AtTwiceRank(angles, angles.Length + shift);
        var lower = (int)Math.Round(angles.Length - width + shift, MidpointRounding.ToEven);
        var upper = (int)Math.Round(angles.Length + width + shift, MidpointRounding.ToEven);
        var least = 2 * (isRising ? belowOrAt - below : aboveOrAt - above) + 1;
        var slopeLower = lower < least ? null : AtTwiceRank(angles, lower);
        var slopeUpper = upper > 2 * angles.Length - 1 ? null : AtTwiceRank(angles, upper);
        return slope is not { } s
            ? new RankLine(0, 0, null, null, null, null, RegressionStatus.Degenerate)
            : new RankLine(
                MedianIntercept(x, y, s), s, slopeUpper is { } high ? MedianIntercept(x, y, high) : null, slopeLower is { } low ? MedianIntercept(x, y, low) : null,
                slopeLower, slopeUpper, RegressionStatus.Converged);
    }

    private static double[] Angles(ReadOnlySpan<double> x, ReadOnlySpan<double> y, bool isRising)
    {
        var angles = new List<double>(x.Length * Math.Max(0, x.Length - 1) / 2);
        for (var j = 0; j < x.Length; j++)
        {
            for (var k = j + 1; k < x.Length; k++)
            {
                var (dx, dy) = (Difference(x[k], x[j]), Difference(y[k], y[j]));
                if (dx != 0)
                {
                    angles.Add(Math.Atan(dy / dx));
                }
                else if (dy != 0)
                {
                    angles.Add(isRising ? Math.PI / 2 : -Math.PI / 2);
                }
            }
        }

        var sorted = angles.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>Difference of two readings; what lies within rounding of their size is a tie.</summary>
    private static double Difference(double a, double b)
    {
        var d = a - b;
        return Math.Abs(d) < 1e-12 * 0.5 * Math.Abs(a + b) ? 0 : d;
    }

    /// <summary>Tangent of the angle at half of a twice counted rank (from 1); null where it is out of the list.</summary>
    private static double? AtTwiceRank(double[] angles, int twice)
    {
        var rank = (twice + 1) / 2;
        var isOdd = (twice & 1) == 1;
        return rank < 1 || rank > angles.Length || (!isOdd && rank + 1 > angles.Length) ? null
            : Math.Tan(isOdd ? angles[rank - 1] : 0.5 * (angles[rank - 1] + angles[rank]));
    }

    private static double MedianIntercept(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double slope)
    {
        var d = new double[x.Length];
        for (var i = 0; i < d.Length; i++)
        {
            d[i] = y[i] - slope * x[i];
        }

        Array.Sort(d);
        var middle = d.Length / 2;
        return d.Length % 2 == 1 ? d[middle] : 0.5 * (d[middle - 1] + d[middle]);
    }
}
