using Etalon.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>What noise in a fixed initial state does to a fit: it adds to the misfit (and the more so the less it is smoothed away), and to the spread.</summary>
/// <remarks>
/// With e the noise, M(c + e) the states at the visits and W the weights, the expected misfit holds Q = ½ E‖W(M(c + e) − M(c))‖², which depends on the
/// parameters. A corrected score (Nakamura, Biometrika 77:127, 1990) takes it out: gradient and matrix lose those of Q, measured with drawn noise, each draw with both
/// signs. The score itself scatters by JᵀW²J₀e, whose covariance comes from adjoint runs.
/// </remarks>
/// <param name="Misfit">Q.</param>
/// <param name="Gradient">Of Q.</param>
/// <param name="Matrix">Gauss-Newton matrix of Q.</param>
/// <param name="Scatter">Covariance of the score by the noise.</param>
internal sealed record InitialNoiseEffect(double Misfit, Vector<double> Gradient, Matrix<double> Matrix, Matrix<double> Scatter)
{
    private const int Pairs = 3;
    private const int ScatterDraws = 200;

    /// <summary>Share of the information that must be left.</summary>
    private const double LeastLeft = 0.1;

    /// <summary>Measures it at a minimum of the exact scheme.</summary>
    /// <param name="problem">Whose initial state is fixed.</param>
    /// <param name="at">Equations at the minimum.</param>
    /// <param name="draw">Gives the noise of the initial state on the problem's domain.</param>
    public static InitialNoiseEffect Of(TwinFitProblem problem, FitEquations at, Func<RandomStream, double[]> draw)
    {
        var random = new RandomStream(1, "twin-initial-noise");
        return Inflated(problem, at, draw, random) with { Scatter = Scattered(problem, at, draw, random) };
    }

    /// <summary>What the data say, and the most probable point, with the noise of the initial state taken into account.</summary>
    /// <param name="data">Matrix of the data's misfit, over the divisor.</param>
    /// <param name="divisor">Of the misfit.</param>
    /// <param name="mode">The minimum.</param>
    /// <param name="layout">Of the parameters.</param>
    public (Matrix<double> Data, double[] Mode) Correct(Matrix<double> data, double divisor, double[] mode, FitLayout layout)
    {
        var known = layout.PriorInformation + layout.BoxInformation;
        // Where most of a parameter's information is noise's own, the correction would divide by what is hardly there.
        var share = 1.0;
        while (share > 0.05 && (LevenbergMarquardt.InverseOf(data * (1 - LeastLeft) - share * Matrix / divisor + known) is null))
        {
            share *= 0.8;
        }

        var kept = data - share * Matrix / divisor;
        var inverse = LevenbergMarquardt.InverseOf(kept + known);
        if (inverse is null)
        {
            return (data, mode);
        }

        var step = inverse * (share / divisor * Gradient);
        var moved = mode.Select((x, p) => p < layout.Growth && layout.Priors[p].Box is not null ? Math.Clamp(x + step[p], layout.Range(p).Low, layout.Range(p).High) : x + step[p]).ToArray();
        // (D⁻¹ + D⁻¹CD⁻¹)⁻¹ = D(D + C)⁻¹D, which needs no inverse of D.
        var scatter = Scatter / (divisor * divisor);
        return LevenbergMarquardt.InverseOf(kept + scatter + 1e-9 * known) is { } sum ? (kept * sum * kept, moved) : (kept, moved);
    }

    private static Matrix<double> Scattered(TwinFitProblem problem, FitEquations at, Func<RandomStream, double[]> draw, RandomStream random)
    {
        var count = problem.Layout.Count;
        var run = problem.Try(at.Trial.X, []).Run!;
        var toMeasured = problem.ToMeasured(at.Trial.X);
        var scores = new double[count][];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = problem.Options.Threads }, p =>
        {
            var weights = at.Rows.Select(r => r.Columns.Where(c => c.Parameter == p).Select(c => r.ToState(c.Values, toMeasured.Length)).FirstOrDefault()).ToArray();
            scores[p] = weights.All(w => w is null) ? new double[toMeasured.Length] : run.Adjoint(weights).Initial.Zip(toMeasured, (a, s) => a * s).ToArray();
        });
        var scatter = Matrix<double>.Build.Dense(count, count);
        for (var n = 0; n < ScatterDraws; n++)
        {
            var noise = draw(random);
            var score = Vector<double>.Build.Dense(count, p => StateAlgebra.Dot(scores[p], noise));
            scatter += score.OuterProduct(score) / ScatterDraws;
        }

        return scatter;
    }

    private static InitialNoiseEffect Inflated(TwinFitProblem problem, FitEquations at, Func<RandomStream, double[]> draw, RandomStream random)
    {
        var count = problem.Layout.Count;
        var (misfit, gradient, matrix) = (0.0, Vector<double>.Build.Dense(count), Matrix<double>.Build.Dense(count, count));
        for (var pair = 0; pair < Pairs; pair++)
        {
            var noise = draw(random);
            var (above, below) = (problem.WithFirst(noise, 1), problem.WithFirst(noise, -1));
            var (up, down) = (above.Try(at.Trial.X, []), below.Try(at.Trial.X, []));
            var (upSlopes, downSlopes) = (above.Slopes(up), below.Slopes(down));
            for (var v = 0; v < at.Rows.Count; v++)
            {
                var rows = at.Rows[v];
                var moved = rows.FromState(HalfDifference(up.States[v], down.States[v]));
                var turned = upSlopes.Select((s, d) => (s.Parameter, Values: rows.FromState(HalfDifference(s.States[v], downSlopes[d].States[v])))).ToList();
                misfit += 0.5 * StateAlgebra.Dot(moved, moved) / Pairs;
                foreach (var (p, values) in turned)
                {
                    gradient[p] += StateAlgebra.Dot(values, moved) / Pairs;
                    foreach (var (q, others) in turned)
                    {
                        matrix[p, q] += StateAlgebra.Dot(values, others) / Pairs;
                    }
                }
            }
        }

        return new InitialNoiseEffect(misfit, gradient, matrix, matrix);
    }

    private static double[] HalfDifference(double[] a, double[] b) => a.Zip(b, (x, y) => 0.5 * (x - y)).ToArray();
}
