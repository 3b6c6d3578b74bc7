using Etalon.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>
/// Gauss-Newton equations of the parameters at a point, the initial state eliminated exactly: with y_j = (I + SJᵀJS)⁻¹SJᵀc_j for the column c_j
/// of each parameter, S the standard deviations of the initial state and J its tangent, the matrix is cᵢᵀcⱼ − (SJᵀcᵢ)ᵀyⱼ (Schur complement).
/// </summary>
internal sealed class FitEquations
{
    private readonly double[][] _elimination;
    private readonly double[] _stateStep;

    private FitEquations(FitTrial trial, NormalEquations equations, List<VisitRows> rows, double[][] elimination, double[] stateStep, double stateDecrement) =>
        (Trial, Equations, Rows, _elimination, _stateStep, StateDecrement) = (trial with { Run = null }, equations, rows, elimination, stateStep, stateDecrement);

    /// <summary>The point, without its run.</summary>
    public FitTrial Trial { get; }

    /// <summary>Cost, gradient and matrix with what is known before the images.</summary>
    public NormalEquations Equations { get; }

    /// <summary>Rows of each visit after the first.</summary>
    public List<VisitRows> Rows { get; }

    /// <summary>Derivatives of the states at the visits after the first where the initial state is fixed; empty where it is free.</summary>
    public IReadOnlyList<(int Parameter, double[][] States)> Slopes { get; private init; } = [];

    /// <summary>Twice the decrease that the initial state alone would bring.</summary>
    public double StateDecrement { get; }

    /// <summary>How the deviation of the initial state follows each parameter, with a minus: its best value moves by −Σ yⱼ δxⱼ; empty where it is fixed.</summary>
    public IReadOnlyList<double[]> Elimination => _elimination;

    /// <summary>Forms the equations.</summary>
    /// <param name="problem">What is solved.</param>
    /// <param name="trial">Where, with its run.</param>
    /// <param name="before">Those of the step before, whose elimination is a good start; null: there are none.</param>
    /// <param name="looser">By how much the elimination may be looser than asked for, on the way.</param>
    public static FitEquations Of(TwinFitProblem problem, FitTrial trial, FitEquations? before, double looser = 1)
    {
        var slopes = problem.Slopes(trial);
        var rows = problem.Rows(trial, slopes);
        var count = problem.Layout.Count;
        var (gradient, matrix) = OfRows(rows, count);
        var prior = problem.Layout.PriorInformation;
        gradient += prior * (Vector<double>.Build.Dense(trial.X) - Vector<double>.Build.Dense(problem.Layout.PriorMean));
        matrix += prior;
        if (!problem.IsFree)
        {
            Hold(problem, gradient, matrix);
            return new FitEquations(trial, new NormalEquations(trial.Cost, gradient, matrix), rows, [], [], 0) { Slopes = slopes };
        }

        var elimination = new StateElimination(problem, trial, rows);
        var columns = new double[count + 1][];
        var solutions = new double[count + 1][];
        // The last one is the gradient to the initial state itself.
        Parallel.For(0, count + 1, new ParallelOptions { MaxDegreeOfParallelism = problem.Options.Threads }, j =>
        {
            columns[j] = j < count ? elimination.Column(j) : elimination.Gradient(trial.Deviation);
            solutions[j] = elimination.Solve(columns[j], j < count && before is { _elimination.Length: > 0 } ? before._elimination[j] : null, looser);
        });
        for (var i = 0; i < count; i++)
        {
            gradient[i] -= StateAlgebra.Dot(solutions[i], columns[count]);
            for (var j = 0; j < count; j++)
            {
                matrix[i, j] -= 0.5 * (StateAlgebra.Dot(columns[i], solutions[j]) + StateAlgebra.Dot(columns[j], solutions[i]));
            }
        }

        Hold(problem, gradient, matrix);
        return new FitEquations(
            trial, new NormalEquations(trial.Cost, gradient, matrix), rows, solutions[..count], solutions[count], StateAlgebra.Dot(columns[count], solutions[count]));
    }

    /// <summary>The deviation of the initial state after a step of the parameters, its own step shortened by a factor.</summary>
    public double[] Deviation(Vector<double> step, double factor)
    {
        var next = Trial.Deviation.ToArray();
        for (var n = 0; n < _stateStep.Length; n++)
        {
            var move = _stateStep[n];
            for (var j = 0; j < _elimination.Length; j++)
            {
                move += _elimination[j][n] * step[j];
            }

            next[n] -= factor * move;
        }

        return next;
    }

    /// <summary>Gradient and Gauss-Newton matrix of rows, without what is known before.</summary>
    public static (Vector<double> Gradient, Matrix<double> Matrix) OfRows(IEnumerable<VisitRows> rows, int count)
    {
        var (gradient, matrix) = (Vector<double>.Build.Dense(count), Matrix<double>.Build.Dense(count, count));
        foreach (var visit in rows)
        {
            foreach (var (i, a) in visit.Columns)
            {
                gradient[i] += StateAlgebra.Dot(a, visit.Residual);
                foreach (var (j, b) in visit.Columns)
                {
                    if (j <= i)
                    {
                        var product = StateAlgebra.Dot(a, b);
                        matrix[i, j] += product;
                        matrix[j, i] += i == j ? 0 : product;
                    }
                }
            }
        }

        return (gradient, matrix);
    }

    private static void Hold(TwinFitProblem problem, Vector<double> gradient, Matrix<double> matrix)
    {
        for (var p = 0; p < problem.Layout.Count; p++)
        {
            if (problem.IsHeld[p])
            {
                gradient[p] = 0;
                matrix.ClearRow(p);
                matrix.ClearColumn(p);
                matrix[p, p] = 1;
            }
        }
    }
}
