using Etalon.Numerics.Regression;
using MathNet.Numerics.Distributions;

namespace Etalon.Comparability.Calibration;

/// <summary>The same specimens (or subjects) measured before and after a change: of reagent lot, software, scanner.</summary>
/// <param name="Name">Which change.</param>
/// <param name="Before">Values before, above 0, shape (specimens).</param>
/// <param name="After">Values after, above 0, shape (specimens).</param>
public sealed record LotComparison(string Name, IReadOnlyList<double> Before, IReadOnlyList<double> After);

/// <summary>What a change did.</summary>
/// <param name="Name">Which change.</param>
/// <param name="Line">Deming line of after on before, jackknife intervals.</param>
/// <param name="RelativeSd">Scatter of one value about the line of the logarithms: relative to its size.</param>
/// <param name="ScatterP">Probability of a scatter as large or larger beside that of the changes kept, multiplied by the number of changes it was tested among (at most 1).</param>
/// <param name="Outliers">Specimens that lie off the line beyond chance, in order of their distance.</param>
/// <param name="IsFlagged">Whether the comparison cannot be trusted.</param>
/// <param name="Reason">Why; null where it is not flagged.</param>
public sealed record LotChange(string Name, JackknifeLine Line, double RelativeSd, double ScatterP, IReadOnlyList<int> Outliers, bool IsFlagged, string? Reason)
{
    /// <summary>Family-wise probability that a chain in which nothing is wrong has any change flagged.</summary>
    public const double FalseAlarm = 0.01;

    /// <summary>Judges a chain of changes.</summary>
    /// <param name="comparisons">The chain; each of four specimens or more.</param>
    /// <param name="falseAlarm">Probability that a chain in which nothing is wrong has any change flagged.</param>
    /// <exception cref="ArgumentException">A comparison is shorter, of unlike lengths, or has a value not above 0.</exception>
    /// <remarks>
    /// Residuals are those of the logarithms about their Deming line, whose sum of squares has the law that the tests need. A change whose
    /// variance stands out from the others' is flagged by the generalised Cochran test of ISO 5725-2 ('t Lam, Anal Chim Acta 659:68–84, 2010), the largest first
    /// and until none stands out: this finds outliers, excess noise and a group of specimens that were handled wrongly, alike, because each of them widens the
    /// scatter. A change alone is judged by its extreme residuals (Grubbs) only. Half of the risk goes to either test.
    /// </remarks>
    public static IReadOnlyList<LotChange> Judge(IReadOnlyList<LotComparison> comparisons, double falseAlarm = FalseAlarm)
    {
        ArgumentNullException.ThrowIfNull(comparisons);
        var residuals = comparisons.Select(Residuals).ToList();
        var variances = residuals.Select(r => r.Sum(v => v * v) / (r.Length - 2)).ToArray();
        var p = Widest(variances, residuals.Select(r => r.Length - 2).ToArray(), 0.5 * falseAlarm);
        return comparisons.Select((c, i) =>
        {
            var outliers = Farthest(residuals[i], 0.5 * falseAlarm / comparisons.Count);
            var isWide = p[i] < 0.5 * falseAlarm;
            var reason = (isWide, outliers.Count) switch
            {
                (_, > 0) when outliers.Count <= residuals[i].Length / 4 => $"{outliers.Count} specimens off the line",
                (true, _) => "scatter larger than that of the other changes",
                (false, > 0) => $"{outliers.Count} specimens off the line",
                _ => null,
            };
            return new LotChange(c.Name, DemingLine.Fit([.. c.Before], [.. c.After]), Math.Sqrt(variances[i]), p[i], outliers, reason is not null, reason);
        }).ToList();
    }

    /// <summary>Slope of the whole chain: the product of its changes' slopes, with its standard uncertainty.</summary>
    public static (double Slope, double U) Chain(IReadOnlyList<LotChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var slope = changes.Aggregate(1.0, (product, c) => product * c.Line.Line.Slope);
        return (slope, Math.Abs(slope) * Math.Sqrt(changes.Sum(c => Math.Pow(c.Line.Line.SlopeU / c.Line.Line.Slope, 2))));
    }

    /// <summary>Residuals of one value: of the logarithms about their line, so that errors in proportion to the value count alike from end to end.</summary>
    private static double[] Residuals(LotComparison c)
    {
        if (c.Before.Count != c.After.Count || c.Before.Count < 4 || c.Before.Concat(c.After).Any(v => !(v > 0 && double.IsFinite(v))))
        {
            throw new ArgumentException($"Change '{c.Name}': expected four pairs or more of values above 0.");
        }

        var (x, y) = (c.Before.Select(v => Math.Log(v)).ToArray(), c.After.Select(v => Math.Log(v)).ToArray());
        var line = DemingLine.Analytical(x, y);
        if (!line.IsConverged)
        {
            throw new ArgumentException($"Change '{c.Name}': the pairs define no line.");
        }

        // The residual of a pair holds the errors of both.
        return x.Select((v, i) => (y[i] - line.Intercept - line.Slope * v) / Math.Sqrt(1 + line.Slope * line.Slope)).ToArray();
    }

    /// <summary>Cochran's test for unequal degrees of freedom, from the largest share of the pooled variance on; p-values times the number tested.</summary>
    private static double[] Widest(double[] variances, int[] dof, double risk)
    {
        var p = Enumerable.Repeat(1.0, variances.Length).ToArray();
        var kept = Enumerable.Range(0, variances.Length).ToList();
        while (kept.Count > 1)
        {
            // The one that stands out most by its own probability, as sizes differ.
            var tested = kept.Select(i =>
            {
                var others = kept.Where(k => k != i).ToList();
                var rest = others.Sum(k => variances[k] * dof[k]) / others.Sum(k => dof[k]);
                return (Index: i, P: rest > 0 ? 1 - FisherSnedecor.CDF(dof[i], others.Sum(k => dof[k]), variances[i] / rest) : 1);
            }).OrderBy(t => t.P).ThenByDescending(t => variances[t.Index]).ToList();
            foreach (var (index, probability) in tested)
            {
                p[index] = Math.Min(1, probability * kept.Count);
            }

            if (p[tested[0].Index] >= risk)
            {
                break;
            }

            kept.Remove(tested[0].Index);
        }

        return p;
    }

    /// <summary>Grubbs' test, two-sided, the farthest first and until none stands out.</summary>
    private static List<int> Farthest(double[] residuals, double risk)
    {
        var outliers = new List<int>();
        var kept = Enumerable.Range(0, residuals.Length).ToList();
        while (kept.Count > 4)
        {
            var n = kept.Count;
            var mean = kept.Average(i => residuals[i]);
            var sd = Math.Sqrt(kept.Sum(i => (residuals[i] - mean) * (residuals[i] - mean)) / (n - 1));
            var farthest = kept.MaxBy(i => Math.Abs(residuals[i] - mean));
            var t = StudentT.InvCDF(0, 1, n - 2, 1 - risk / (2 * n));
            var limit = (n - 1) / Math.Sqrt(n) * Math.Sqrt(t * t / (n - 2 + t * t));
            if (!(sd > 0) || Math.Abs(residuals[farthest] - mean) / sd <= limit)
            {
                break;
            }

            outliers.Add(farthest);
            kept.Remove(farthest);
        }

        return outliers;
    }
}
