using Etalon.Numerics;

namespace Etalon.Twin;

/// <summary>
/// What leaving the initial state's own spread out of a maximum would cost: the gradient of ½ log det(I + SJᵀJS), by which the density of the
/// parameters alone differs from that of parameters and best initial state together. Without it spread is taken for too small, because a
/// state that diffusion has smoothed is known better.
/// </summary>
/// <remarks>
/// tr(A⁻¹ dA) = E[(A⁻¹z)ᵀ dA z] over random signs z (Hutchinson 1990). Where several voxels count as one reading, so do their shares of the
/// determinant.
/// </remarks>
internal static class DeterminantTilt
{
    private const int Probes = 2;
    private const double DifferenceStep = 1e-3;

    /// <summary>The gradient at a minimum.</summary>
    public static double[] Of(TwinFitProblem problem, FitMinimum minimum)
    {
        var (layout, at) = (problem.Layout, minimum.At);
        var trial = problem.Try(at.Trial.X, at.Trial.Deviation);
        var elimination = new StateElimination(problem, trial, at.Rows);
        var random = new RandomStream(1, "twin-determinant");
        var probes = Enumerable.Range(0, Probes).Select(_ => elimination.Signs(random)).ToList();
        var solved = new double[Probes][];
        Parallel.For(0, Probes, Options(problem), i => solved[i] = elimination.Solve(probes[i], null));
        var (before, slope) = (Pairs(elimination, trial.Run!, problem, probes, solved), new double[layout.Count]);
        for (var v = 0; v < at.Rows.Count; v++)
        {
            if (layout.Scale[v + 1] >= 0)
            {
                slope[layout.Scale[v + 1]] = before[v] / problem.Options.VoxelsPerGrain;
            }
        }

        for (var p = 0; p < layout.Growth; p++)
        {
            var moved = at.Trial.X.ToArray();
            moved[p] += DifferenceStep;
            if (problem.Try(moved, at.Trial.Deviation).Run is { } run)
            {
                slope[p] = 0.5 * (Pairs(elimination, run, problem, probes, solved).Sum() - before.Sum()) / DifferenceStep / problem.Options.VoxelsPerGrain;
            }
        }

        return slope;
    }

    /// <summary>(J z)·(J A⁻¹z) of each visit, the mean over the probes.</summary>
    private static double[] Pairs(StateElimination elimination, ModelRun run, TwinFitProblem problem, List<double[]> probes, double[][] solved)
    {
        var images = new double[2 * Probes][][];
        Parallel.For(0, images.Length, Options(problem), i => images[i] = elimination.Image(run, i < Probes ? probes[i] : solved[i - Probes]));
        return images[0].Select((_, v) => Enumerable.Range(0, Probes).Sum(i => images[i][v].Zip(images[Probes + i][v], (a, b) => a * b).Sum()) / Probes).ToArray();
    }

    private static ParallelOptions Options(TwinFitProblem problem) => new() { MaxDegreeOfParallelism = problem.Options.Threads };
}
