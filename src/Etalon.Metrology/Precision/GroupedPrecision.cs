using MathNet.Numerics.Distributions;

namespace Etalon.Metrology.Precision;

/// <summary>How far a group's precision leans on the others.</summary>
public enum Pooling
{
    /// <summary>Each group from its own replicates alone.</summary>
    Separate,

    /// <summary>Each group's variance drawn towards the others' as far as the groups are alike (<see cref="ModeratedVariance"/>).</summary>
    Moderated,

    /// <summary>One precision for all groups.</summary>
    Pooled,
}

/// <summary>Whether groups share one precision.</summary>
/// <param name="Statistic">Bartlett's, about χ² with <paramref name="Dof"/> degrees of freedom where they do.</param>
/// <param name="Dof">Groups less one.</param>
/// <param name="P">Probability of a statistic as large where they do.</param>
public readonly record struct HomogeneityTest(double Statistic, int Dof, double P);

/// <summary>The replicates of one group.</summary>
/// <param name="Group">Its name; empty for replicates without one.</param>
/// <param name="VarianceRatio">Its variance over that of all groups as one, sizes of what was measured allowed for.</param>
/// <param name="Dof">Its degrees of freedom, readings less subjects.</param>
public readonly record struct GroupScatter(string Group, double VarianceRatio, double Dof);

/// <summary>Precision profiles of groups (scanner states, readers, classes of region) that share the shape of one variance function.</summary>
public sealed class GroupedPrecision
{
    private GroupedPrecision(PrecisionProfile pooled, IReadOnlyList<GroupScatter> groups, HomogeneityTest? homogeneity, ModeratedVariance? prior) =>
        (Pooled, Groups, Homogeneity, Prior) = (pooled, groups, homogeneity, prior);

    /// <summary>The profile of all groups as one.</summary>
    public PrecisionProfile Pooled { get; }

    /// <summary>The groups in the order in which they first appear.</summary>
    public IReadOnlyList<GroupScatter> Groups { get; }

    /// <summary>Whether the groups share one precision; null with one group, or where one does not scatter at all.</summary>
    public HomogeneityTest? Homogeneity { get; }

    /// <summary>Distribution of the groups' variances relative to the pooled profile; null where half of the groups do not scatter.</summary>
    public ModeratedVariance? Prior { get; }

    /// <summary>Fits the shape to all groups at once, each with a scale of its own, so that a group of small subjects does not bend it.</summary>
    /// <param name="replicates">As for <see cref="PrecisionProfile.Fit"/>, with groups.</param>
    /// <param name="scale">On which scale the errors are normal.</param>
    /// <param name="model">The variance function; null: all three, weighed by AICc.</param>
    /// <exception cref="ArgumentException">As for <see cref="PrecisionProfile.Fit"/>.</exception>
    public static GroupedPrecision Fit(IReadOnlyList<Replicates> replicates, ErrorScale scale = ErrorScale.Logarithm, VarianceModel? model = null)
    {
        var scatter = ReplicateScatter.Of(replicates, scale, grouped: true);
        var fit = VarianceFit.Of(scatter, scale, model);
        var groups = scatter.Groups.Select((name, g) => new GroupScatter(name, fit.GroupVariances[g], fit.GroupDofs[g])).ToList();
        var (variances, dofs) = (fit.GroupVariances, fit.GroupDofs);
        var isSilent = 2 * variances.Count(v => v <= 0) >= variances.Length;
        return new GroupedPrecision(fit.Profile, groups, Bartlett(variances, dofs), isSilent ? null : ModeratedVariance.Of(variances, dofs));
    }

    /// <summary>The profile of a group.</summary>
    /// <param name="group">
    /// Its name. A group without replicates has, moderated, the typical variance with the degrees of freedom of the prior (how much groups differ), and
    /// pooled, that of all.
    /// </param>
    /// <param name="pooling">How far it leans on the others.</param>
    /// <returns>The profile; null where the group has no replicates and is asked for on its own.</returns>
    public PrecisionProfile? Of(string? group, Pooling pooling = Pooling.Moderated)
    {
        var at = Groups.Select((g, n) => (g, n)).FirstOrDefault(x => x.g.Group == (group ?? ""), (default, -1)).n;
        var (ratio, dof) = at < 0 ? (1.0, 0.0) : (Groups[at].VarianceRatio, Groups[at].Dof);
        switch (pooling)
        {
            case Pooling.Pooled:
                return Pooled;
            case Pooling.Separate:
                return at < 0 ? null : Scaled(ratio, dof);
            case Pooling.Moderated:
                if (Prior is not { } prior || Groups.Count == 1)
                {
                    return Pooled;
                }

                // No more than all replicates together hold (Smyth 2004; Phipson and others, Ann Appl Stat 10:946, 2016).
                return Scaled(prior.Moderate(ratio, dof), Math.Min(prior.PriorDof is { } d ? d + dof : double.PositiveInfinity, Pooled.ScatterDof));
            default:
                throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "There is no such way of pooling.");
        }
    }

    private PrecisionProfile Scaled(double variance, double dof) => Pooled with
    {
        Functions = [.. Pooled.Functions.Select(f => f.Scaled(variance, dof, Pooled.ScatterDof))],
        ScatterDof = dof,
    };

    /// <summary>Bartlett 1937, with his correction.</summary>
    private static HomogeneityTest? Bartlett(double[] variances, double[] dofs)
    {
        var n = variances.Length;
        if (n < 2 || variances.Any(v => v <= 0))
        {
            return null;
        }

        var total = dofs.Sum();
        var pooled = variances.Zip(dofs, (v, d) => v * d).Sum() / total;
        var statistic = total * Math.Log(pooled) - variances.Zip(dofs, (v, d) => d * Math.Log(v)).Sum();
        statistic /= 1 + (dofs.Sum(d => 1 / d) - 1 / total) / (3 * (n - 1));
        return new HomogeneityTest(statistic, n - 1, 1 - ChiSquared.CDF(n - 1, statistic));
    }
}
