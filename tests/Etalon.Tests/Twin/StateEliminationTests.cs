using Etalon.Numerics;
using Etalon.Twin;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>The equations of the parameters with the initial state eliminated, against dense matrices over all voxels.</summary>
[Trait("Kind", "Numeric")]
public sealed class StateEliminationTests(ITestOutputHelper output)
{
    [Fact]
    public void Eliminating_the_initial_state_gives_the_matrix_and_gradient_of_dense_algebra()
    {
        var model = new TumourModel(new FluxDiffusion(TumourFixtures.Box(TumourFixtures.ObliqueGrid(7, 5, 4, 2.1, 2.9, 3.7))));
        var observations = Observations(model);
        var options = new TwinFitOptions { VoxelsPerGrain = 1, EliminationTolerance = 1e-9 };
        var layout = new FitLayout(FitFixture.Priors(1.2), observations, withNuisance: true);
        var problem = new TwinFitProblem(model, FitFixture.Schedule, observations, layout, FitFixture.Water, options, true, TestContext.Current.CancellationToken);
        var random = new RandomStream(4, "deviation");
        var deviation = Enumerable.Range(0, model.Diffusion.Length).Select(n => problem.Initial.Sd[n] > 0 ? 0.2 * random.NextNormal() : 0).ToArray();
        double[] x = [Math.Log(0.15), Math.Log(0.04), Math.Log(0.05), 0.01, -0.02, 0.015, 1e-5, -2e-5, 0.1, -0.2, 0.05, 0.3, 0.1, -0.1];
        Assert.Equal(layout.Count, x.Length);
        var trial = problem.Try(x, deviation);

        var equations = FitEquations.Of(problem, trial, null);

        var rows = problem.Rows(trial);
        var inside = Enumerable.Range(0, model.Diffusion.Length).Where(n => problem.Initial.Sd[n] > 0).ToList();
        Vector<double> Stack(Func<VisitRows, double[]> of) => Vector<double>.Build.DenseOfEnumerable(rows.SelectMany(of));
        var columns = Enumerable.Range(0, layout.Count).Select(p => Stack(r => r.Columns.Where(c => c.Parameter == p).Select(c => c.Values).FirstOrDefault() ?? new double[r.At.Length])).ToList();
        var slopes = InitialSlopes.For(model.Diffusion.Length);
        problem.Initial.At(x, deviation, slopes);
        var tangent = inside.Select(n =>
        {
            var direction = new double[model.Diffusion.Length];
            direction[n] = problem.Initial.Sd[n] * slopes.ToDeviation[n];
            var states = trial.Run!.Tangent(direction, new double[3]);
            return Vector<double>.Build.DenseOfEnumerable(rows.SelectMany((r, v) => r.FromState(states[v])));
        }).ToList();
        var (c, j) = (Matrix<double>.Build.DenseOfColumnVectors(columns), Matrix<double>.Build.DenseOfColumnVectors(tangent));
        // Woodbury: the noise of the first visit adds JS·(JS)ᵀ to the covariance of the later ones.
        var weighted = (Matrix<double>.Build.DenseIdentity(j.RowCount) + j * j.Transpose()).Inverse();
        var matrix = c.Transpose() * weighted * c + layout.PriorInformation;
        var dev = Vector<double>.Build.DenseOfEnumerable(inside.Select(n => deviation[n]));
        var residual = Stack(r => r.Residual);
        var gradient = c.Transpose() * weighted * (residual - j * dev) + layout.PriorInformation * Vector<double>.Build.Dense(x.Zip(layout.PriorMean, (a, b) => a - b).ToArray());

        var scale = matrix.Diagonal().Map(Math.Sqrt);
        var worst = 0.0;
        for (var a = 0; a < layout.Count; a++)
        {
            worst = Math.Max(worst, Math.Abs(equations.Equations.Gradient[a] - gradient[a]) / scale[a]);
            for (var b = 0; b < layout.Count; b++)
            {
                worst = Math.Max(worst, Math.Abs(equations.Equations.Hessian[a, b] - matrix[a, b]) / (scale[a] * scale[b]));
            }
        }

        output.WriteLine(FormattableString.Invariant($"largest difference over the diagonal {worst:E2}"));
        // Conjugate gradients to 1e-9 and inverses of a matrix of condition some 10.
        Assert.InRange(worst, 0, 1e-6);
    }

    [Fact]
    public void The_gradient_is_that_of_the_cost_with_the_best_initial_state()
    {
        var model = new TumourModel(new FluxDiffusion(TumourFixtures.Box(TumourFixtures.ObliqueGrid(7, 5, 4, 2.1, 2.9, 3.7))));
        var observations = Observations(model);
        var options = new TwinFitOptions { VoxelsPerGrain = 1, EliminationTolerance = 1e-8 };
        var layout = new FitLayout(FitFixture.Priors(1.2), observations, withNuisance: true);
        var problem = new TwinFitProblem(model, FitFixture.Schedule, observations, layout, FitFixture.Water, options, true, TestContext.Current.CancellationToken);
        double[] x = [Math.Log(0.15), Math.Log(0.04), Math.Log(0.05), 0.01, -0.02, 0.015, 1e-5, -2e-5, 0.1, -0.2, 0.05, 0.3, 0.1, -0.1];

        (double Cost, FitEquations At) Best(double[] at)
        {
            // The initial state alone by Gauss-Newton: with the parameters still, its own step is all there is.
            var deviation = new double[model.Diffusion.Length];
            for (var step = 0; ; step++)
            {
                var equations = FitEquations.Of(problem, problem.Try(at, deviation), null);
                if (step == 6)
                {
                    return (equations.Trial.Cost, equations);
                }

                deviation = equations.Deviation(Vector<double>.Build.Dense(layout.Count), 1);
            }
        }

        var gradient = Best(x).At.Equations.Gradient;

        foreach (var p in new[] { 0, 1, 2, 3, 5, 6, 9 })
        {
            var step = 1e-3 * layout.Parameters[p].PriorSd;
            double[] At(double s) => [.. x.Select((v, i) => i == p ? v + s : v)];
            var difference = (Best(At(step)).Cost - Best(At(-step)).Cost) / (2 * step);
            output.WriteLine(FormattableString.Invariant($"{layout.Parameters[p].Name}: {gradient[p]:G8} against {difference:G8}"));
            // Central differences at a thousandth of the prior's spread: truncation below 1e-5 of the curvature's scale.
            Assert.Equal(difference, gradient[p], 2e-3 * Math.Max(1 / layout.Parameters[p].PriorSd, Math.Abs(difference)));
        }
    }

    /// <summary>Three visits of a small box, every nuisance present, the first one as noisy as the others; densities between 0.1 and 0.7.</summary>
    private static List<DensityObservation> Observations(TumourModel model)
    {
        var random = new RandomStream(9, "elimination");
        var grid = model.Diffusion.Domain.Grid;
        var truth = model.Diffusion.ToState(Enumerable.Range(0, grid.Count).Select(n => 0.3 + 0.2 * Math.Sin(0.9 * (n % grid.Nx)) * Math.Cos(0.7 * (n / grid.Nx % grid.Ny)) + 0.02 * (n / grid.Nx / grid.Ny)).ToArray());
        double[] days = [0, 14.3, 30.4];
        var states = new double[3][];
        model.Simulate(truth, new GrowthParameters { DiffusivityMm2PerDay = 0.13, ProliferationPerDay = 0.045, AlphaPerGy = 0.06 }, FitFixture.Schedule, 0, days, (o, n) => states[o] = n.ToArray());
        return states.Select((s, v) => new DensityObservation
        {
            Visit = $"{v + 1}", Day = days[v], Density = s.Select((n, at) => model.Diffusion.Inside[at] ? n + 0.02 * random.NextNormal() : 0).ToArray(),
            IsMeasured = [.. model.Diffusion.Inside], IsTumour = [.. model.Diffusion.Inside], IsBelowLimit = new bool[s.Length], DetectionLimit = 0.05, VoxelU = 0.03,
            ScaleU = 0.03, OffsetU = v == 2 ? 0 : 3e-5, DisplacementUMm = v == 0 ? 0 : 0.5,
        }).ToList();
    }
}
