using Etalon.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>Where a minimisation ended.</summary>
/// <param name="At">The equations there.</param>
/// <param name="Status">How.</param>
/// <param name="Steps">Accepted steps.</param>
internal sealed record FitMinimum(FitEquations At, FitStatus Status, int Steps)
{
    public double[] X => At.Trial.X;

    public double Cost => At.Trial.Cost;
}

/// <summary>Damped Gauss-Newton (as <see cref="LevenbergMarquardt"/>) within bounds, the initial state carried along.</summary>
internal static class FitMinimiser
{
    private const double LargestDamping = 1e7;
    private const double LooserOnTheWay = 8;

    /// <summary>Minimises from a point.</summary>
    /// <param name="problem">What.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="maxSteps">Largest number of accepted steps.</param>
    /// <param name="tolerance">Decrement at which it has converged.</param>
    /// <param name="accepted">Told of each accepted step; null: nobody.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="hopeless">A cost that must be in reach, judged by twice the decrease that the equations promise; else the minimisation is given up.</param>
    /// <param name="before">Equations nearby, whose elimination is a good start; null: there are none.</param>
    public static FitMinimum Run(
        TwinFitProblem problem, FitCheckpoint start, int maxSteps, double tolerance, Action<FitCheckpoint>? accepted, CancellationToken cancellation, FitEquations? before = null, double hopeless = double.PositiveInfinity)
    {
        // On the way the elimination may be loose; at the end it is done as asked.
        var looser = problem.IsFree ? LooserOnTheWay : 1;
        var at = FitEquations.Of(problem, problem.Try(start.Parameters, start.State), before, looser);
        var (damping, growth) = (start.Damping, 2.0);
        for (var steps = start.Steps; ; steps++)
        {
            var isFree = Free(problem, at);
            var decrement = Decrement(at.Equations, isFree);
            if (decrement <= tolerance && at.StateDecrement <= Math.Max(1, tolerance))
            {
                if (looser > 1)
                {
                    looser = 1;
                    at = FitEquations.Of(problem, problem.Try(at.Trial.X, at.Trial.Deviation), at);
                    steps--;
                    continue;
                }

                return new FitMinimum(at, isFree.Zip(problem.IsHeld, (f, h) => f || h).All(x => x) ? FitStatus.Converged : FitStatus.AtBound, steps);
            }

            if (steps - start.Steps >= maxSteps || at.Trial.Cost - decrement > hopeless)
            {
                return new FitMinimum(at, FitStatus.TooManySteps, steps);
            }

            FitTrial? next = null;
            while (next is null)
            {
                cancellation.ThrowIfCancellationRequested();
                var step = Step(problem, at, damping, isFree);
                var shorter = 1 / (1 + damping);
                var trial = problem.Try(at.Trial.X.Zip(step, (a, b) => a + b).ToArray(), at.Deviation(step, shorter));
                var predicted = -(at.Equations.Gradient.DotProduct(step) + 0.5 * step.DotProduct(at.Equations.Hessian * step)) + shorter * (1 - 0.5 * shorter) * at.StateDecrement;
                var gain = predicted > 0 ? (at.Trial.Cost - trial.Cost) / predicted : -1;
                if (double.IsFinite(trial.Cost) && gain > 0)
                {
                    next = trial;
                    damping = Math.Max(damping * Math.Max(1.0 / 3, 1 - Math.Pow(2 * gain - 1, 3)), 1e-14);
                    growth = 2;
                    continue;
                }

                damping *= growth;
                growth *= 2;
                if (damping > LargestDamping)
                {
                    // No descent left: at rounding level this is the minimum, else something is wrong.
                    var isMinimum = decrement <= 1e-4 * (1 + at.Trial.Cost);
                    return new FitMinimum(at, isMinimum ? FitStatus.Converged : FitStatus.StepTooSmall, steps);
                }
            }

            at = FitEquations.Of(problem, next, at, looser);
            accepted?.Invoke(new FitCheckpoint(at.Trial.X, at.Trial.Deviation, damping, steps + 1));
        }
    }

    /// <summary>Parameters that may move: not held, and not at a bound that the gradient pushes against.</summary>
    private static bool[] Free(TwinFitProblem problem, FitEquations at) => at.Trial.X.Select((x, p) =>
    {
        var (low, high) = problem.Layout.Range(p);
        var slope = at.Equations.Gradient[p];
        return !problem.IsHeld[p] && !(x <= low && slope > 0) && !(x >= high && slope < 0);
    }).ToArray();

    private static double Decrement(NormalEquations at, bool[] isFree)
    {
        var (matrix, gradient) = Reduced(at, isFree, 1e-12);
        var decrement = gradient.DotProduct(matrix.Solve(gradient));
        return double.IsFinite(decrement) ? Math.Abs(decrement) : double.PositiveInfinity;
    }

    private static (Matrix<double>, Vector<double>) Reduced(NormalEquations at, bool[] isFree, double damping)
    {
        var (matrix, gradient) = (at.Hessian.Clone(), at.Gradient.Clone());
        for (var p = 0; p < isFree.Length; p++)
        {
            matrix[p, p] += damping * Math.Max(matrix[p, p], 1e-12);
            if (!isFree[p])
            {
                matrix.ClearRow(p);
                matrix.ClearColumn(p);
                (matrix[p, p], gradient[p]) = (1, 0);
            }
        }

        return (matrix, gradient);
    }

    private static Vector<double> Step(TwinFitProblem problem, FitEquations at, double damping, bool[] isFree)
    {
        var (matrix, gradient) = Reduced(at.Equations, isFree, damping);
        var step = -matrix.Solve(gradient);
        var shrink = 1.0;
        for (var p = 0; p < step.Count; p++)
        {
            var largest = p < problem.Layout.Growth ? 1 : 3 * problem.Layout.Parameters[p].PriorSd;
            shrink = Math.Min(shrink, largest / Math.Max(Math.Abs(step[p]), 1e-300));
        }

        step *= double.IsFinite(shrink) ? shrink : 0;
        for (var p = 0; p < step.Count; p++)
        {
            var (low, high) = problem.Layout.Range(p);
            step[p] = isFree[p] ? Math.Clamp(at.Trial.X[p] + step[p], low, high) - at.Trial.X[p] : 0;
        }

        return step;
    }
}
