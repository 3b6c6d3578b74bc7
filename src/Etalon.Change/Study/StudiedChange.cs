using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Change;

/// <summary>The change of one patient of a study.</summary>
public sealed record StudiedChange
{
    /// <summary>The patient.</summary>
    public required string Patient { get; init; }

    /// <summary>First reading.</summary>
    public required ScanReading From { get; init; }

    /// <summary>Last reading.</summary>
    public required ScanReading To { get; init; }

    /// <summary>ln(last / first) on the reference scale.</summary>
    public required double LogRatio { get; init; }

    /// <summary>Standard uncertainty.</summary>
    public required double U { get; init; }

    /// <summary>Degrees of freedom of u (Welch-Satterthwaite); null: infinite.</summary>
    public required double? Dof { get; init; }

    /// <summary>95 % interval of the log ratio.</summary>
    public required Interval Interval { get; init; }

    /// <summary>Probability that the true change is above 0, flat prior.</summary>
    public required double PIncrease { get; init; }

    /// <summary>Probability that there is a true change, with the prior that the study itself tells (<see cref="ChangePopulation"/>).</summary>
    public required double PTrueChange { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Grade of comparability.</summary>
    public required Grade Grade { get; init; }

    /// <summary>Budget of the log ratio, largest first.</summary>
    public required IReadOnlyList<UncertaintyComponent> Components { get; init; }

    /// <summary>The component with the largest share of the variance.</summary>
    public string LimitingTerm => Components[0].Source;
}
