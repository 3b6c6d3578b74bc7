using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Change.Serial;

/// <summary>Smoothed values of a series for one variance of the process.</summary>
/// <param name="Mean">Of each output: the logarithms at the visits, then the slope at the last visit where there is one.</param>
/// <param name="Gain">Outputs as a linear function of the readings, shape (outputs, visits).</param>
/// <param name="ProcessCovariance">What the movement of the truth leaves uncertain; the errors of reading come on top, through the gain.</param>
/// <param name="LogLikelihood">Restricted: of the contrasts that the flat level and slope leave.</param>
internal sealed record SeriesSolution(double[] Mean, Matrix<double> Gain, Matrix<double> ProcessCovariance, double LogLikelihood)
{
    /// <summary>Every visit for itself.</summary>
    public static SeriesSolution Free(IReadOnlyList<SerialReading> readings)
    {
        var n = readings.Count;
        return new SeriesSolution([.. readings.Select(r => r.LogValue)], Matrix<double>.Build.DenseIdentity(n), Matrix<double>.Build.Dense(n, n), 0);
    }

    /// <summary>Conditions the process on the readings.</summary>
    /// <param name="readings">The visits.</param>
    /// <param name="years">Their times from the first.</param>
    /// <param name="course">Random walk or linear trend.</param>
    /// <param name="sd">σ of the process.</param>
    public static SeriesSolution Of(IReadOnlyList<SerialReading> readings, double[] years, TrueCourse course, double sd)
    {
        var n = readings.Count;
        var isTrend = course == TrueCourse.LinearTrend;
        var errors = ErrorCovariance(readings);
        var outputs = n + (isTrend ? 1 : 0);
        var (process, all) = (Matrix<double>.Build.Dense(outputs, outputs, (i, j) => sd * sd * Kernel(years, n, isTrend, i, j)), Basis(years, n, isTrend, outputs));
        var basis = all.SubMatrix(0, n, 0, all.ColumnCount);
        var cross = process.SubMatrix(0, outputs, 0, n);
        var total = process.SubMatrix(0, n, 0, n) + errors;
        var factor = total.Cholesky();
        var weighted = factor.Solve(basis);
        var information = (basis.TransposeThisAndMultiply(weighted)).Cholesky();
        // Generalised least squares for the flat part, then the process from what is left (Durbin and Koopman 2012, section 5).
        var flat = information.Solve(weighted.Transpose());
        var left = Matrix<double>.Build.DenseIdentity(n) - basis * flat;
        var smoother = cross * factor.Solve(left);
        var gain = all * flat + smoother;
        var y = Vector<double>.Build.Dense(n, i => readings[i].LogValue);
        var residual = left * y;
        var likelihood = -0.5 * (factor.DeterminantLn + information.DeterminantLn + residual * factor.Solve(residual));
        // Error of the estimate: gain·e + (gain·x at the visits − x at the outputs), in which the flat part cancels.
        var remainder = gain * process.SubMatrix(0, n, 0, n) * gain.Transpose() - gain * cross.Transpose() - cross * gain.Transpose() + process;
        return new SeriesSolution((gain * y).ToArray(), gain, remainder, likelihood);
    }

    /// <summary>Covariance of the errors of reading.</summary>
    private static Matrix<double> ErrorCovariance(IReadOnlyList<SerialReading> readings)
    {
        var n = readings.Count;
        var result = Matrix<double>.Build.Dense(n, n);
        for (var i = 0; i < n; i++)
        {
            result[i, i] += readings[i].Components.Where(c => c.Group is null).Sum(c => c.U * c.U);
        }

        foreach (var group in readings.SelectMany(r => r.Components).Where(c => c.Group is not null).Select(c => c.Group!).Distinct(StringComparer.Ordinal))
        {
            var u = Vector<double>.Build.Dense(n, i => readings[i].Components.Where(c => c.Group == group).Sum(c => c.U));
            result += u.OuterProduct(u);
        }

        return result;
    }

    /// <summary>Covariance of the process with σ = 1 that starts at 0; index n is the slope at the last visit.</summary>
    private static double Kernel(double[] years, int n, bool isTrend, int i, int j)
    {
        var (a, b) = (years[Math.Min(i, n - 1)], years[Math.Min(j, n - 1)]);
        if (!isTrend)
        {
            return Math.Min(a, b);
        }

        if (i < n && j < n)
        {
            var (s, t) = (Math.Min(a, b), Math.Max(a, b));
            return s * s * (t / 2 - s / 6);
        }

        // The slope is at the last visit, so no visit is later than it: ∫₀ˢ (s − u) du.
        var at = i == n ? b : a;
        return i == n && j == n ? a : at * at / 2;
    }

    /// <summary>Level, and for a trend the slope at the first visit.</summary>
    private static Matrix<double> Basis(double[] years, int n, bool isTrend, int outputs) => Matrix<double>.Build.Dense(
        outputs, isTrend ? 2 : 1, (i, k) => i < n ? (k == 0 ? 1 : years[i]) : k);
}
