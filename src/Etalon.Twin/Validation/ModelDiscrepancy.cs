using Etalon.Numerics;
using MathNet.Numerics.Distributions;

namespace Etalon.Twin.Validation;

/// <summary>
/// Error of the model itself: the logarithm of forecast cells gets a further normal error whose variance grows with the horizon, τ² · (h/30 d), as that of a random
/// walk does. τ² has a scaled-inverse-χ² prior and is learnt from the patient's own hindcasts, so that a forecast is a scale mixture of normals: Student's t where
/// the fit's own spread is small.
/// </summary>
/// <remarks>
/// A residual eᵢ of a hindcast over hᵢ days is N(0, vᵢ + τ² hᵢ/30), vᵢ what the posterior and the measurement explain. Because vᵢ differ the posterior of τ² is no
/// scaled-inverse-χ²; it is kept on a grid over log τ². With vᵢ = 0 it is the conjugate one: ν + n degrees of freedom, scale (ν s² + Σ 30 eᵢ²/hᵢ)/(ν + n).
/// Kennedy and O'Hagan, J R Stat Soc B 63:425–464 (2001), for a discrepancy beside the parameters.
/// </remarks>
public sealed class ModelDiscrepancy
{
    private const int GridSize = 241;
    private const double LowestLog = -16, HighestLog = 3;

    private readonly double[] _cumulative;

    private ModelDiscrepancy(DiscrepancyPrior prior, IReadOnlyList<HindcastResidual> residuals)
    {
        (Prior, Residuals) = (prior, residuals);
        var log = LogPriorOnGrid(prior).Zip(LogLikelihoodOnGrid(residuals), (a, b) => a + b).ToArray();
        var norm = LogSumExp(log);
        _cumulative = new double[GridSize];
        var sum = 0.0;
        for (var g = 0; g < GridSize; g++)
        {
            _cumulative[g] = sum += Math.Exp(log[g] - norm);
        }
    }

    /// <summary>Before the patient.</summary>
    public DiscrepancyPrior Prior { get; }

    /// <summary>The patient's own hindcasts.</summary>
    public IReadOnlyList<HindcastResidual> Residuals { get; }

    /// <summary>Median of τ²: variance of the logarithm of cells in 30 days.</summary>
    public double MedianVariance => Quantile(0.5);

    /// <summary>Learns from a patient's hindcasts; without one the prior stands.</summary>
    public static ModelDiscrepancy Of(DiscrepancyPrior prior, IReadOnlyList<HindcastResidual> residuals)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(residuals);
        if (!(prior.Dof > 0 && prior.Variance > 0) || !residuals.All(r => double.IsFinite(r.LogError) && r.Variance >= 0 && r.HorizonDays > 0))
        {
            throw new ArgumentException("A discrepancy needs a prior above 0 and finite residuals over a time.");
        }

        return new ModelDiscrepancy(prior, residuals);
    }

    /// <summary>
    /// Two-sided probability, before the patient's own residuals are used, of a residual as far out as the patient's furthest: below some percent the prior's error of the
    /// model does not serve this patient. With n residuals it is corrected for their number (Šidák). 1 where there is none.
    /// </summary>
    public double SurpriseP
    {
        get
        {
            var smallest = 1.0;
            var weights = Weights(LogPriorOnGrid(Prior));
            foreach (var r in Residuals)
            {
                var p = 0.0;
                for (var g = 0; g < GridSize; g++)
                {
                    p += weights[g] * 2 * Normal.CDF(0, 1, -Math.Abs(r.LogError) / Math.Sqrt(r.Variance + VarianceAt(g) * r.HorizonDays / 30 + 1e-300));
                }

                smallest = Math.Min(smallest, p);
            }

            return Residuals.Count == 0 ? 1 : 1 - Math.Pow(1 - smallest, Residuals.Count);
        }
    }

    /// <summary>Logarithms to add along a member's course: a random walk with the member's own τ.</summary>
    /// <param name="member">Index of the member; each has a stream of its own, so the result depends on no order.</param>
    /// <param name="members">How many there are; τ² is spread evenly over its distribution.</param>
    /// <param name="horizonDays">Ascending days since the last visit that the fit has seen; at or below 0 nothing is added.</param>
    /// <param name="seed">Of the draws.</param>
    public double[] Path(int member, int members, IReadOnlyList<double> horizonDays, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(horizonDays);
        // A fixed scramble, so that a member's τ does not go with its place in the posterior's chain.
        var place = (int)((member * 7919L + 31) % members);
        var random = new RandomStream(seed, FormattableString.Invariant($"discrepancy/{member}"));
        var tau = Math.Sqrt(Quantile((place + 0.5) / members));
        var (path, at, before) = (new double[horizonDays.Count], 0.0, 0.0);
        for (var d = 0; d < path.Length; d++)
        {
            var now = Math.Max(0, horizonDays[d]);
            at += tau * Math.Sqrt(Math.Max(0, now - before) / 30) * random.NextNormal();
            before = Math.Max(before, now);
            path[d] = at;
        }

        return path;
    }

    /// <summary>Quantile of τ².</summary>
    public double Quantile(double p)
    {
        var g = Array.FindIndex(_cumulative, c => c >= p * _cumulative[^1]);
        var below = g == 0 ? 0 : _cumulative[g - 1];
        var share = (p * _cumulative[^1] - below) / Math.Max(_cumulative[g] - below, 1e-300);
        return Math.Exp(LogAt(g) + (share - 0.5) * (HighestLog - LowestLog) / (GridSize - 1));
    }

    internal static double[] LogLikelihoodOnGrid(IReadOnlyList<HindcastResidual> residuals) => Enumerable.Range(0, GridSize).Select(g => residuals.Sum(r =>
    {
        var variance = r.Variance + VarianceAt(g) * r.HorizonDays / 30;
        return -0.5 * (Math.Log(variance) + r.LogError * r.LogError / variance);
    })).ToArray();

    /// <summary>Logarithm of the prior's weights over log τ², which sum to 1.</summary>
    internal static double[] LogPriorOnGrid(DiscrepancyPrior prior)
    {
        var log = Enumerable.Range(0, GridSize).Select(g => -0.5 * prior.Dof * (LogAt(g) + prior.Variance / VarianceAt(g))).ToArray();
        var norm = LogSumExp(log);
        return Array.ConvertAll(log, l => l - norm);
    }

    internal static double LogSumExp(double[] log)
    {
        var largest = log.Max();
        return largest + Math.Log(FixedSum.Of(Array.ConvertAll(log, l => Math.Exp(l - largest))));
    }

    private static double[] Weights(double[] log) => Array.ConvertAll(log, Math.Exp);

    private static double LogAt(int g) => LowestLog + (HighestLog - LowestLog) * g / (GridSize - 1);

    private static double VarianceAt(int g) => Math.Exp(LogAt(g));
}
