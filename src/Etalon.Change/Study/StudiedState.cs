using Etalon.Metrology.Precision;

namespace Etalon.Change;

/// <summary>A scanner state of a study.</summary>
public sealed record StudiedState
{
    /// <summary>The state, or the station where it is not known.</summary>
    public required string Key { get; init; }

    /// <summary>The scanner.</summary>
    public required string Station { get; init; }

    /// <summary>Whether its software is stated.</summary>
    public required bool IsKnown { get; init; }

    /// <summary>Whether it is calibrated.</summary>
    public required bool IsCalibrated { get; init; }

    /// <summary>Readings of the study in this state.</summary>
    public required int Readings { get; init; }

    /// <summary>Median of them, on the reference scale.</summary>
    public required double MedianValue { get; init; }

    /// <summary>Repeatability as test-retest scans tell it.</summary>
    public required PrecisionProfile Profile { get; init; }

    /// <summary>Test-retest contrasts of this state itself; 0 where it leans on the others alone.</summary>
    public required double Retests { get; init; }

    /// <summary>Degrees of freedom of the repeatability at the median reading, from test-retest.</summary>
    public required double Dof { get; init; }

    /// <summary>What the study's own patients multiply its variance by.</summary>
    public double LearntFactor { get; init; } = 1;

    /// <summary>Degrees of freedom with the study's own patients.</summary>
    public double LearntDof { get; init; }
}
