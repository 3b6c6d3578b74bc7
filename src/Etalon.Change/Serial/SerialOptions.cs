namespace Etalon.Change.Serial;

/// <summary>How the true logarithm may move between visits.</summary>
public enum TrueCourse
{
    /// <summary>Anyhow: each visit stands for itself, and no visit informs on another but through the errors they share.</summary>
    Free,

    /// <summary>A random walk: variance σ² per year between visits, no direction preferred.</summary>
    RandomWalk,

    /// <summary>A line whose slope is a random walk (local linear trend, integrated random walk): the slope's variance grows by σ² per year.</summary>
    LinearTrend,
}

/// <summary>How a series is put together.</summary>
public sealed record SerialOptions
{
    /// <summary>How the truth moves. Two visits are always taken as free: they cannot tell movement from error.</summary>
    public TrueCourse Course { get; init; } = TrueCourse.RandomWalk;

    /// <summary>
    /// σ, where it is known: standard deviation of the true logarithm after a year (random walk), or of its slope per year (linear trend). Null: averaged over
    /// what the series and <see cref="PriorScale"/> allow, by marginal likelihood.
    /// </summary>
    public double? ProcessSd { get; init; }

    /// <summary>
    /// Scale of the half-Cauchy prior of σ: even odds of less or more. 0.3 is an assumption (a third in a year); its long tail lets the visits speak.
    /// </summary>
    public double PriorScale { get; init; } = 0.3;

    /// <summary>Coverage of the intervals, in (0, 1).</summary>
    public double Coverage { get; init; } = 0.95;
}
