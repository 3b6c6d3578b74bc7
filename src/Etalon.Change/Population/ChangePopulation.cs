using Etalon.Metrology;

namespace Etalon.Change;

/// <summary>
/// What the patients of a study say together: how many of them changed, how far, and how far the readings of those who did not change scatter.
/// It is the prior from which <see cref="PTrueChange"/> of each patient follows, estimated rather than assumed.
/// </summary>
/// <remarks>
/// Two groups (Efron, Stat Sci 23:1, 2008): no change, a spike at log ratio 0; a change, whose distribution is a histogram with bins of four fifths of the median
/// standard uncertainty, finer than which the readings tell nothing. Weights, and one factor for the repeatability variance of each scanner state, are the maximum of the
/// posterior density by expectation-maximisation, and so are errors that pairs share, such as the gain of a scanner that nobody calibrated; the factor's prior is what test-retest scans say, an inverse gamma with their degrees of freedom.
/// The spread of the prevalence is its profile posterior.
/// </remarks>
public sealed record ChangePopulation
{
    /// <summary>Share of patients whose measurand truly changed, 0 to 1: the mean of its posterior.</summary>
    public required double Prevalence { get; init; }

    /// <summary>Standard deviation of the posterior of the prevalence.</summary>
    public required double PrevalenceU { get; init; }

    /// <summary>95 % interval of the prevalence.</summary>
    public required Interval PrevalenceInterval { get; init; }

    /// <summary>The distribution of changes, from the largest decrease to the largest increase; the shares sum to the most probable prevalence.</summary>
    public required IReadOnlyList<SlabBin> Changes { get; init; }

    /// <summary>
    /// Probability of a true change for each pair in the order given, at the most probable prevalence and changes. Averaged over what those may be it would be too high: changes
    /// smaller than the scatter cannot be ruled out, so that the posterior of the prevalence reaches further up than down.
    /// </summary>
    public required IReadOnlyList<double> PTrueChange { get; init; }

    /// <summary>Factor of the repeatability variance of each group; 1 where nothing was learnt.</summary>
    public required IReadOnlyList<double> RepeatFactors { get; init; }

    /// <summary>Degrees of freedom of each group's repeatability variance: those given, and what the study's patients add.</summary>
    public required IReadOnlyList<double> RepeatDof { get; init; }

    /// <summary>Estimates the population.</summary>
    /// <param name="pairs">One pair a patient.</param>
    /// <param name="groups">What was known of each group's repeatability before.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">No pair, a group that is not there, or a variance that is not above 0.</exception>
    public static ChangePopulation Estimate(
        IReadOnlyList<PairEvidence> pairs, IReadOnlyList<RepeatGroup> groups, ChangePopulationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(groups);
        if (pairs.Count == 0)
        {
            throw new ArgumentException("A population needs at least one pair of visits.", nameof(pairs));
        }

        if (pairs.FirstOrDefault(p => !(p.First.Variance + p.Second.Variance + p.OtherVariance > 0) || !double.IsFinite(p.LogRatio)
            || !IsGroup(p.First) || !IsGroup(p.Second) || p.Shared.Any(t => t.Unknown < 0)) is { } bad)
        {
            throw new ArgumentException($"{bad}: a pair needs a finite log ratio, a variance above 0, groups below {groups.Count} and shared errors from 0.", nameof(pairs));
        }

        if (groups.Any(g => !(g.Dof > 0)))
        {
            throw new ArgumentException("The degrees of freedom of a group lie above 0.", nameof(groups));
        }

        var fit = new PopulationFit(pairs, groups, options ?? new ChangePopulationOptions());
        fit.Run(cancellation);
        var prevalence = PrevalenceProfile.Of(fit, cancellation);
        return new ChangePopulation
        {
            Prevalence = prevalence.Mean,
            PrevalenceU = prevalence.Sd,
            PrevalenceInterval = prevalence.Interval,
            Changes = [.. Enumerable.Range(0, fit.Bins).Select(k => new SlabBin(fit.Edge(k), fit.Edge(k + 1), fit.Weights[k]))],
            PTrueChange = [.. fit.Unchanged.ToArray().Select(u => 1 - u)],
            RepeatFactors = fit.RepeatFactors,
            RepeatDof = fit.RepeatDof(),
        };

        bool IsGroup(RepeatTerm term) => term.Group >= 0 && term.Group < groups.Count && term.Variance >= 0;
    }
}
