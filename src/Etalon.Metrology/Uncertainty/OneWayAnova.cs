using MathNet.Numerics.Distributions;

namespace Etalon.Metrology;

/// <summary>A group of repeated observations.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Sd">Experimental standard deviation of one observation; 0 for a single one.</param>
/// <param name="Count">Number of observations, at least 1.</param>
public readonly record struct ObservationGroup(double Mean, double Sd, int Count);

/// <summary>
/// One-way analysis of variance: whether groups (days, scanners, readers) scatter more than the observations within them explain, and what that
/// makes of the uncertainty of the overall mean (JCGM 100, H.5).
/// </summary>
public sealed record OneWayAnova
{
    private OneWayAnova()
    {
    }

    /// <summary>Mean of all observations.</summary>
    public required double Mean { get; init; }

    /// <summary>Mean square between groups, J − 1 degrees of freedom.</summary>
    public required double BetweenMeanSquare { get; init; }

    /// <summary>Mean square within groups, N − J degrees of freedom.</summary>
    public required double WithinMeanSquare { get; init; }

    /// <summary>J − 1.</summary>
    public required int BetweenDof { get; init; }

    /// <summary>N − J.</summary>
    public required int WithinDof { get; init; }

    /// <summary>Standard deviation of the group means about their own mean.</summary>
    public required double GroupMeanSd { get; init; }

    /// <summary>The number of observations per group that unequal groups are worth: (N − Σn²/N)/(J − 1).</summary>
    public required double EffectiveGroupSize { get; init; }

    /// <summary>Ratio of the mean squares.</summary>
    public double F => BetweenMeanSquare / WithinMeanSquare;

    /// <summary>Probability of an F as large where the groups do not differ.</summary>
    public double PValue => 1 - FisherSnedecor.CDF(BetweenDof, WithinDof, F);

    /// <summary>Repeatability standard deviation: within groups.</summary>
    public double RepeatabilitySd => Math.Sqrt(WithinMeanSquare);

    /// <summary>Standard deviation between groups beyond the repeatability; 0 where the groups scatter less than it explains.</summary>
    public double BetweenSd => Math.Sqrt(Math.Max(0, BetweenMeanSquare - WithinMeanSquare) / EffectiveGroupSize);

    /// <summary>Reproducibility standard deviation of one observation: between and within.</summary>
    public double ReproducibilitySd => Math.Sqrt(BetweenSd * BetweenSd + WithinMeanSquare);

    /// <summary>Value of F that is exceeded with probability 1 − level where the groups do not differ.</summary>
    public double CriticalF(double level = 0.95) => FisherSnedecor.InvCDF(BetweenDof, WithinDof, level);

    /// <summary>
    /// Standard uncertainty of the mean and its degrees of freedom: from the scatter of the group means where the groups differ at the level,
    /// else from all observations together (JCGM 100, H.5.2.5 and H.5.2.6).
    /// </summary>
    public (double U, double Dof) MeanUncertainty(double level = 0.95)
    {
        var n = BetweenDof + WithinDof + 1.0;
        return F > CriticalF(level)
            ? (Math.Sqrt(BetweenMeanSquare / n), BetweenDof)
            : (Math.Sqrt((BetweenDof * BetweenMeanSquare + WithinDof * WithinMeanSquare) / ((n - 1) * n)), n - 1);
    }

    /// <summary>Of groups of observations.</summary>
    /// <exception cref="ArgumentException">Fewer than two groups, an empty group, or no group with two observations.</exception>
    public static OneWayAnova Of(IReadOnlyList<IReadOnlyList<double>> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return Of(groups.Select(g => g.Count == 0 ? default : new ObservationGroup(
            g.Average(), g.Count == 1 ? 0 : Math.Sqrt(g.Sum(x => Math.Pow(x - g.Average(), 2)) / (g.Count - 1)), g.Count)).ToList());
    }

    /// <summary>Of groups of which mean, standard deviation and number are known.</summary>
    /// <exception cref="ArgumentException">Fewer than two groups, an empty group, or no group with two observations.</exception>
    public static OneWayAnova Of(IReadOnlyList<ObservationGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var n = groups.Sum(g => g.Count);
        if (groups.Count < 2 || groups.Any(g => g.Count < 1 || !double.IsFinite(g.Mean) || !(g.Sd >= 0)) || n == groups.Count)
        {
            throw new ArgumentException($"{groups.Count} groups of {string.Join(", ", groups.Select(g => g.Count))} observations: at least two groups are needed, each with one, and one of them with two.");
        }

        var mean = groups.Sum(g => g.Count * g.Mean) / n;
        var ofMeans = groups.Average(g => g.Mean);
        return new OneWayAnova
        {
            Mean = mean,
            BetweenDof = groups.Count - 1,
            WithinDof = n - groups.Count,
            BetweenMeanSquare = groups.Sum(g => g.Count * (g.Mean - mean) * (g.Mean - mean)) / (groups.Count - 1),
            WithinMeanSquare = groups.Sum(g => (g.Count - 1) * g.Sd * g.Sd) / (n - groups.Count),
            GroupMeanSd = Math.Sqrt(groups.Sum(g => (g.Mean - ofMeans) * (g.Mean - ofMeans)) / (groups.Count - 1)),
            EffectiveGroupSize = (n - groups.Sum(g => (double)g.Count * g.Count) / n) / (groups.Count - 1),
        };
    }
}
