namespace Etalon.Twin.Validation;

/// <summary>One forecast of a visit that has since been measured.</summary>
/// <param name="LogError">Logarithm of measured over forecast cells.</param>
/// <param name="Variance">Of that logarithm as the fit (its posterior's spread) and the measurement explain it.</param>
/// <param name="HorizonDays">From the last visit that the forecast had seen.</param>
public sealed record HindcastResidual(double LogError, double Variance, double HorizonDays);

/// <summary>What is known of the model's own error before a patient is seen: τ² ~ scaled-inverse-χ².</summary>
/// <param name="Dof">How many residuals the knowledge counts as.</param>
/// <param name="Variance">Scale of τ²: variance of the logarithm of cells that the model's error makes in 30 days.</param>
public sealed record DiscrepancyPrior(double Dof, double Variance)
{
    /// <summary>
    /// What the hindcasts of 24 virtual patients taught: six of the twin's own model and six of each of three that it does not know, with the density of the first visit
    /// known (docs/twin-forecast.md). To be learnt again where the fit changes: the study prints it.
    /// </summary>
    public static DiscrepancyPrior VirtualCohort { get; } = new(12, 0.024);

    /// <summary>
    /// Learns the prior from patients whose hindcasts were measured: the pair that makes their residuals likeliest, each patient with a τ² of its own (empirical Bayes).
    /// </summary>
    public static DiscrepancyPrior Learn(IReadOnlyList<IReadOnlyList<HindcastResidual>> cohort)
    {
        ArgumentNullException.ThrowIfNull(cohort);
        var best = (LogLikelihood: double.NegativeInfinity, Prior: new DiscrepancyPrior(4, 1e-2));
        var likelihoods = cohort.Where(c => c.Count > 0).Select(ModelDiscrepancy.LogLikelihoodOnGrid).ToList();
        if (likelihoods.Count == 0)
        {
            throw new ArgumentException("No residual to learn from.");
        }

        foreach (var dof in new[] { 1.0, 1.5, 2, 3, 4, 6, 8, 12, 20, 40 })
        {
            for (var logScale = Math.Log(1e-5); logScale < Math.Log(2); logScale += 0.1)
            {
                var prior = new DiscrepancyPrior(dof, Math.Exp(logScale));
                var density = ModelDiscrepancy.LogPriorOnGrid(prior);
                var total = likelihoods.Sum(l => ModelDiscrepancy.LogSumExp(l.Zip(density, (a, b) => a + b).ToArray()));
                best = total > best.LogLikelihood ? (total, prior) : best;
            }
        }

        return best.Prior;
    }
}
