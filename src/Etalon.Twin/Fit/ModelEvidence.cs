using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>How well a simpler model explains the visits.</summary>
/// <param name="Model">Which effects it has, e.g. <c>radiotherapy, chemotherapy</c> or <c>no effect of treatment</c>.</param>
/// <param name="LogEvidence">Logarithm of its evidence, but for a constant that all share.</param>
/// <param name="Probability">Among the models compared, all equally likely before.</param>
/// <param name="ReducedChiSquared">Misfit per independent reading.</param>
public sealed record ModelEvidence(string Model, double LogEvidence, double Probability, double ReducedChiSquared)
{
    /// <summary>What stands for no effect at all: e⁻⁴⁰ in any unit.</summary>
    private const double LogOfNothing = -40;

    private const int Steps = 8;

    /// <summary>A logarithm of evidence lower by so much is a probability below 1e-8.</summary>
    private const double WorthKnowing = 20;

    /// <summary>Every subset of the kills that acted between the fitted visits; a single entry where none did.</summary>
    /// <remarks>
    /// Laplace: −cost + ½ log|prior| − ½ log|posterior| over the parameters that the variant has. The first visit's state is held and its noise
    /// counted with that of the others, on the grid that starts are looked for on; the misfit is divided as in the fit.
    /// </remarks>
    public static IReadOnlyList<ModelEvidence> Of(TwinFit fit, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var (whole, posterior) = (fit.Problem, fit.Posterior);
        var exposure = KnownCombination.Exposures(fit);
        var kills = Enumerable.Range(0, exposure.Length).ToList();
        var acting = kills.Where(i => exposure[i] > 0).Take(4).ToList();
        var search = TwinFit.SearchProblem(whole, cancellation);
        // The whole model comes first; one that cannot come near it is not worth a full fit, and its evidence is at least this small.
        var worth = double.PositiveInfinity;
        var variants = Enumerable.Range(0, 1 << acting.Count).OrderByDescending(bits => System.Numerics.BitOperations.PopCount((uint)bits)).ThenBy(bits => bits)
            .Select(bits => Variant(acting.Where((_, i) => (bits >> i & 1) == 1).ToList())).ToList();
        var best = variants.Max(v => v.Log);
        var norm = variants.Sum(v => Math.Exp(v.Log - best));
        return variants.Select(v => new ModelEvidence(v.Name, v.Log, Math.Exp(v.Log - best) / norm, v.Chi2)).ToList();

        (string Name, double Log, double Chi2) Variant(List<int> effects)
        {
            var held = whole.Layout.Parameters.Select((_, p) => acting.Contains(p - TwinFit.FirstKill) && !effects.Contains(p - TwinFit.FirstKill) && p < whole.Layout.Growth).ToArray();
            var problem = search.Holding(held);
            var minimum = FitMinimiser.Run(problem, new FitCheckpoint(fit.Minimum.X.Select((x, p) => held[p] ? LogOfNothing : x).ToArray(), [], 1e-3, 0), Steps, 0.1, null, cancellation, null, worth);
            worth = Math.Min(worth, minimum.Cost + WorthKnowing * posterior.MisfitDivisor);
            var free = Enumerable.Range(0, held.Length).Where(p => !held[p]).ToList();
            var prior = problem.Layout.PriorInformation;
            var priorCost = problem.Prior(minimum.X, []);
            var data = minimum.At.Equations.Hessian - prior;
            var information = data / posterior.MisfitDivisor + prior + problem.Layout.BoxInformation;
            var boxes = free.Where(p => p < problem.Layout.Growth && problem.Layout.Priors[p].Box is not null).ToList();
            var normal = free.Except(boxes).ToList();
            var log = -(minimum.Cost - priorCost) / posterior.MisfitDivisor - priorCost + 0.5 * LogDeterminant(prior, normal) - 0.5 * LogDeterminant(information, free)
                + boxes.Sum(p => 0.5 * Math.Log(2 * Math.PI) - Math.Log(problem.Layout.Range(p).High - problem.Layout.Range(p).Low));
            var name = string.Join(", ", effects.Select(i => i == 0 ? "radiotherapy" : fit.Schedule.Drugs[i - 1].Name));
            return (name.Length > 0 ? name : "no effect of treatment", log, 2 * (minimum.Cost - priorCost) / Math.Max(1, problem.Readings - free.Count));
        }
    }

    private static double LogDeterminant(Matrix<double> of, List<int> rows)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        var part = Matrix<double>.Build.Dense(rows.Count, rows.Count, (i, j) => of[rows[i], rows[j]]);
        return part.Evd(Symmetricity.Symmetric).EigenValues.Sum(e => Math.Log(Math.Max(e.Real, 1e-300)));
    }
}
