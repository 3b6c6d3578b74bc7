using Etalon.Metrology;

namespace Etalon.Change.Serial;

/// <summary>What a series says of a linear function of its outputs for one variance of the process.</summary>
/// <param name="Weight">How likely that variance is.</param>
/// <param name="Mean">Estimate.</param>
/// <param name="U">Standard uncertainty.</param>
/// <param name="Dof">Effective degrees of freedom; null: infinite.</param>
internal readonly record struct SeriesPart(double Weight, double Mean, double U, double? Dof)
{
    public double Cdf(double x) => U == 0 ? (x >= Mean ? 1 : 0) : Interval.ProbabilityBelow((x - Mean) / U, Dof);
}

/// <summary>A series solved for each variance of the process, by weight.</summary>
internal sealed class SeriesMixture(IReadOnlyList<SerialReading> readings, IReadOnlyList<(double Weight, SeriesSolution Solution)> solutions)
{
    /// <summary>Visits, and the slope where there is one.</summary>
    public int Outputs => solutions[0].Solution.Mean.Length;

    /// <summary>The parts of a linear function of the outputs.</summary>
    public IReadOnlyList<SeriesPart> Parts(double[] weights) => [.. solutions.Select(s => Part(s.Weight, s.Solution, weights))];

    /// <summary>Mean, standard uncertainty and interval of a linear function of the outputs.</summary>
    public SerialQuantity Quantity(double[] weights, double coverage)
    {
        var parts = Parts(weights);
        var mean = parts.Sum(p => p.Weight * p.Mean);
        var u = Math.Sqrt(parts.Sum(p => p.Weight * (p.U * p.U + (p.Mean - mean) * (p.Mean - mean))));
        var perDof = parts.Sum(p => p.Dof is { } dof ? p.Weight / dof : 0);
        double? mixedDof = perDof > 0 ? 1 / perDof : null;
        var interval = parts.Count == 1
            ? Interval.Symmetric(mean, u, mixedDof, coverage)
            : new Interval(Quantile(parts, 0.5 - 0.5 * coverage), Quantile(parts, 0.5 + 0.5 * coverage), coverage);
        return new SerialQuantity(mean, u, mixedDof, interval, 1 - Cdf(parts, 0));
    }

    /// <summary>Probability that the function is not above x.</summary>
    public static double Cdf(IReadOnlyList<SeriesPart> parts, double x) => Math.Clamp(parts.Sum(p => p.Weight * p.Cdf(x)), 0, 1);

    private static double Quantile(IReadOnlyList<SeriesPart> parts, double p)
    {
        // The quantile of a mixture lies between those of its parts.
        var at = parts.Select(q => q.Mean + Math.CopySign(q.U, p - 0.5) * Interval.CoverageFactor(q.Dof, Math.Abs(2 * p - 1))).ToList();
        var (low, high) = (at.Min(), at.Max());
        for (var step = 0; step < 60 && high - low > 1e-13 * Math.Max(Math.Abs(low), Math.Abs(high)); step++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = Cdf(parts, middle) < p ? (middle, high) : (low, middle);
        }

        return 0.5 * (low + high);
    }

    /// <summary>
    /// Components of one source have one estimate of their variance, as in the difference of two visits (<see cref="Budget.OfDifference"/>), so the
    /// degrees of freedom count once for it; those of a group add with their signs before they are squared.
    /// </summary>
    private SeriesPart Part(double weight, SeriesSolution solution, double[] weights)
    {
        var n = readings.Count;
        var gain = new double[n];
        var mean = 0.0;
        for (var k = 0; k < weights.Length; k++)
        {
            mean += weights[k] * solution.Mean[k];
            for (var i = 0; i < n && weights[k] != 0; i++)
            {
                gain[i] += weights[k] * solution.Gain[k, i];
            }
        }

        var process = 0.0;
        for (var k = 0; k < weights.Length; k++)
        {
            for (var l = 0; l < weights.Length && weights[k] != 0; l++)
            {
                process += weights[k] * weights[l] * solution.ProcessCovariance[k, l];
            }
        }

        var errors = readings.SelectMany((r, i) => r.Components.Select(c => (Component: c, U: gain[i] * c.U))).ToList();
        var components = errors.Where(e => e.Component.Group is null).GroupBy(e => e.Component with { U = 0 })
            .Select(g => g.Key with { U = Math.Sqrt(g.Sum(e => e.U * e.U)) })
            .Concat(errors.Where(e => e.Component.Group is not null).GroupBy(e => e.Component.Group, StringComparer.Ordinal).Select(g => g.First().Component with { U = Math.Abs(g.Sum(e => e.U)) }))
            .Append(new UncertaintyComponent("movement of the truth between visits", Math.Sqrt(Math.Max(process, 0)), null, ComponentKind.B)).ToList();
        return new SeriesPart(weight, mean, Budget.Combine(components), Budget.EffectiveDof(components));
    }
}
