using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Numerics;

/// <summary>How a fit ended.</summary>
public enum FitStatus
{
    /// <summary>The predicted and the actual decrease, and the scaled step, are below tolerance.</summary>
    Converged,

    /// <summary>The iteration limit was reached first.</summary>
    TooManySteps,

    /// <summary>No damping gave a decrease: the model is not differentiable here or the derivatives are wrong.</summary>
    StepTooSmall,

    /// <summary>The normal matrix is singular: some combination of parameters cannot be told from the data.</summary>
    Singular,

    /// <summary>A minimum at which parameters lie at a bound, with the gradient pointing out of the box.</summary>
    AtBound,

    /// <summary>Further starts found another minimum, a different curve, that the data do not tell from the best one.</summary>
    SeveralMinima,

    /// <summary>The residuals or derivatives at the start are not finite.</summary>
    NotFinite,
}

/// <summary>Half the sum of squared weighted residuals with its Gauss-Newton derivatives at one point.</summary>
/// <param name="Cost">½ Σ r².</param>
/// <param name="Gradient">Jᵀ r, length n.</param>
/// <param name="Hessian">JᵀJ, n × n.</param>
public sealed record NormalEquations(double Cost, Vector<double> Gradient, Matrix<double> Hessian);

/// <summary>Options of <see cref="LevenbergMarquardt"/>.</summary>
public sealed record LevenbergMarquardtOptions
{
    /// <summary>Largest number of accepted steps. The default is 60.</summary>
    public int MaxSteps { get; init; } = 60;

    /// <summary>Stop where the Newton decrement gᵀH⁻¹g falls below this (twice the predicted decrease of the cost). The default is 1e-8.</summary>
    public double DecrementTolerance { get; init; } = 1e-8;

    /// <summary>First damping, relative to the diagonal. The default is 1e-3.</summary>
    public double FirstDamping { get; init; } = 1e-3;

    /// <summary>Largest change of one parameter in one step; null: none.</summary>
    public IReadOnlyList<double>? LargestStep { get; init; }
}

/// <summary>The result of a fit.</summary>
/// <param name="Parameters">Where it ended.</param>
/// <param name="Equations">Cost and derivatives there.</param>
/// <param name="Covariance">Inverse of JᵀJ; null where it is singular.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Steps">Accepted steps.</param>
public sealed record LeastSquaresResult(
    double[] Parameters, NormalEquations Equations, Matrix<double>? Covariance, FitStatus Status, int Steps);

/// <summary>Damped Gauss-Newton (Levenberg 1944, Marquardt 1963; gain-ratio damping of Nielsen 1999) on normal equations that the caller forms.</summary>
public static class LevenbergMarquardt
{
    /// <summary>Minimises from a start.</summary>
    /// <param name="start">First parameters.</param>
    /// <param name="evaluate">Cost and derivatives at a point.</param>
    /// <param name="costOnly">Cost at a point (+∞ where the point is not allowed).</param>
    /// <param name="options">Limits and tolerances.</param>
    /// <param name="cancellation">Ends the fit with <see cref="OperationCanceledException"/>.</param>
    public static LeastSquaresResult Minimise(
        ReadOnlySpan<double> start, Func<double[], NormalEquations> evaluate, Func<double[], double> costOnly,
        LevenbergMarquardtOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(evaluate);
        ArgumentNullException.ThrowIfNull(costOnly);
        ArgumentNullException.ThrowIfNull(options);
        var x = start.ToArray();
        var at = evaluate(x);
        var damping = options.FirstDamping;
        var growth = 2.0;
        for (var steps = 0; ; steps++)
        {
            if (Decrement(at) <= options.DecrementTolerance)
            {
                return Finish(x, at, FitStatus.Converged, steps);
            }

            if (steps == options.MaxSteps)
            {
                return Finish(x, at, FitStatus.TooManySteps, steps);
            }

            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                var step = Step(at, damping, options.LargestStep);
                var candidate = x.Zip(step, (a, b) => a + b).ToArray();
                var cost = costOnly(candidate);
                var predicted = PredictedDecrease(at, step);
                var gain = predicted > 0 ? (at.Cost - cost) / predicted : -1;
                if (double.IsFinite(cost) && gain > 0)
                {
                    x = candidate;
                    damping = Math.Max(damping * Math.Max(1.0 / 3, 1 - Math.Pow(2 * gain - 1, 3)), 1e-14);
                    growth = 2;
                    break;
                }

                damping *= growth;
                growth *= 2;
                if (damping > 1e14)
                {
                    // No descent left: at rounding level this is the minimum, else something is wrong.
                    var status = Decrement(at) <= 1e-4 * (1 + at.Cost) ? FitStatus.Converged : FitStatus.StepTooSmall;
                    return Finish(x, at, status, steps);
                }
            }

            at = evaluate(x);
        }
    }

    private static LeastSquaresResult Finish(double[] x, NormalEquations at, FitStatus status, int steps)
    {
        var covariance = InverseOf(at.Hessian);
        return new LeastSquaresResult(x, at, covariance, covariance is null ? FitStatus.Singular : status, steps);
    }

    /// <summary>Inverse of a symmetric positive definite matrix, scaled to unit diagonal first; null where it is not positive definite.</summary>
    public static Matrix<double>? InverseOf(Matrix<double> h)
    {
        ArgumentNullException.ThrowIfNull(h);
        var n = h.RowCount;
        var scale = h.Diagonal().Map(d => d > 0 ? 1 / Math.Sqrt(d) : 0);
        if (scale.Any(s => s == 0 || !double.IsFinite(s)))
        {
            return null;
        }

        var scaled = Matrix<double>.Build.Dense(n, n, (i, j) => h[i, j] * scale[i] * scale[j]);
        var eigen = scaled.Evd(Symmetricity.Symmetric);
        if (eigen.EigenValues.Any(e => !(e.Real > 1e-14)))
        {
            return null;
        }

        var inverse = eigen.EigenVectors * Matrix<double>.Build.DenseOfDiagonalVector(eigen.EigenValues.Map(e => 1 / e.Real)) * eigen.EigenVectors.Transpose();
        return Matrix<double>.Build.Dense(n, n, (i, j) => 0.5 * (inverse[i, j] + inverse[j, i]) * scale[i] * scale[j]);
    }

    private static double Decrement(NormalEquations at)
    {
        var damped = at.Hessian.Clone();
        for (var i = 0; i < damped.RowCount; i++)
        {
            damped[i, i] += 1e-12 * Math.Max(damped[i, i], 1e-300);
        }

        return at.Gradient.DotProduct(damped.Solve(at.Gradient)) is var d && double.IsFinite(d) ? Math.Abs(d) : double.PositiveInfinity;
    }

    private static Vector<double> Step(NormalEquations at, double damping, IReadOnlyList<double>? largest)
    {
        var damped = at.Hessian.Clone();
        for (var i = 0; i < damped.RowCount; i++)
        {
            damped[i, i] += damping * Math.Max(at.Hessian[i, i], 1e-12);
        }

        var step = -damped.Solve(at.Gradient);
        if (largest is null)
        {
            return step;
        }

        var shrink = 1.0;
        for (var i = 0; i < step.Count; i++)
        {
            shrink = Math.Min(shrink, largest[i] / Math.Max(Math.Abs(step[i]), 1e-300));
        }

        return step * shrink;
    }

    private static double PredictedDecrease(NormalEquations at, Vector<double> step) =>
        -(at.Gradient.DotProduct(step) + 0.5 * step.DotProduct(at.Hessian * step));
}
