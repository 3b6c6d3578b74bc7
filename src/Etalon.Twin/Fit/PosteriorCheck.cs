using Etalon.Numerics;

namespace Etalon.Twin;

/// <summary>The posterior's own draws weighed by the real misfit of the model: how far Laplace's approximation holds.</summary>
/// <param name="Draws">Draws weighed.</param>
/// <param name="EffectiveDraws">Effective number of independent draws under the weights (Kish).</param>
/// <param name="Acceptance">Share of accepted moves of a Metropolis chain that proposes them in turn.</param>
/// <param name="Means">Weighted mean of each parameter, in its unit.</param>
/// <param name="Sds">Weighted standard deviation of each.</param>
/// <param name="Shifts">Weighted less unweighted mean of the same draws, in unweighted standard deviations.</param>
public sealed record PosteriorCheck(
    int Draws, double EffectiveDraws, double Acceptance, IReadOnlyList<double> Means, IReadOnlyList<double> Sds, IReadOnlyList<double> Shifts)
{
    /// <summary>With fewer effective draws than this share the approximation is doubtful.</summary>
    public const double LeastShare = 0.2;

    /// <summary>Weighs draws, one run of the model each.</summary>
    public static PosteriorCheck Run(TwinFit fit, int draws, ulong seed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var (problem, divisor) = (fit.Problem, fit.Posterior.MisfitDivisor);
        var points = fit.Draw(draws, new RandomStream(seed, "twin-check"));
        var logs = new double[draws];
        Parallel.For(0, draws, new ParallelOptions { MaxDegreeOfParallelism = problem.Options.Threads, CancellationToken = cancellation }, n =>
        {
            var prior = problem.Prior(points[n], []);
            var cost = problem.Cost(points[n], problem.IsFree ? fit.DeviationAt(points[n]) : []);
            logs[n] = -((cost - prior) / divisor + prior) + fit.Sampler.CostAt(points[n]);
        });
        var largest = logs.Max();
        var weights = Array.ConvertAll(logs, l => Math.Exp(l - largest));
        var sum = FixedSum.Of(weights);
        var random = new RandomStream(seed, "twin-check-chain");
        var (at, accepted) = (logs[0], 0);
        for (var n = 1; n < draws; n++)
        {
            if (random.NextUniform() < Math.Exp(logs[n] - at))
            {
                (at, accepted) = (logs[n], accepted + 1);
            }
        }

        var values = fit.Posterior.Parameters.Select((p, i) => points.Select(x => p.Value(x[i])).ToArray()).ToList();
        var means = values.Select(v => v.Zip(weights, (a, w) => a * w).Sum() / sum).ToList();
        var sds = values.Select((v, i) => Math.Sqrt(v.Zip(weights, (a, w) => w * (a - means[i]) * (a - means[i])).Sum() / sum)).ToList();
        return new PosteriorCheck(
            draws, sum * sum / weights.Sum(w => w * w), draws < 2 ? 0 : accepted / (draws - 1.0), means, sds,
            values.Select((v, i) => (means[i] - FixedSum.Mean(v)) / Math.Max(FixedSum.StandardDeviation(v), 1e-300)).ToList());
    }
}
