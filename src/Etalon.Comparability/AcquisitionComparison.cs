using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>What would lift a grade.</summary>
/// <param name="Attribute">The attribute to recover; null where it is something else.</param>
/// <param name="Action">In words.</param>
/// <param name="Grade">The grade that it would give, if the value turns out to be the same at both visits.</param>
public sealed record GradeLift(string? Attribute, string Action, Grade Grade);

/// <summary>A scanner state that a phantom calibrated.</summary>
/// <param name="Key">As <see cref="ScannerState.Of"/> gives it.</param>
/// <param name="Measurand">Code without a statistic.</param>
/// <param name="RelativeU">Relative standard uncertainty that is left of its gain.</param>
public sealed record CalibratedState(string Key, string Measurand, double RelativeU);

/// <summary>How two acquisitions compare for one measurand: what differs, what is not known, and what both do to a difference of its values.</summary>
public sealed record AcquisitionComparison
{
    /// <summary>Code, with its statistic where one was asked for.</summary>
    public required string Measurand { get; init; }

    /// <summary>Id of the first acquisition.</summary>
    public required string From { get; init; }

    /// <summary>Id of the second acquisition.</summary>
    public required string To { get; init; }

    /// <summary>Scanner state of the first; null where unknown.</summary>
    public required string? StateFrom { get; init; }

    /// <summary>Scanner state of the second.</summary>
    public required string? StateTo { get; init; }

    /// <summary>Whether both states are calibrated.</summary>
    public required bool IsCalibrated { get; init; }

    /// <summary>The grade.</summary>
    public required Grade Grade { get; init; }

    /// <summary>
    /// u of the mismatch over that of repeatability, both of the difference. Null where nothing bounds the mismatch. What is missing at both visits of one known state is not in it,
    /// since one state is one protocol; it is in <see cref="UMismatch"/>.
    /// </summary>
    public required double? Q { get; init; }

    /// <summary>Standard uncertainty of a log ratio by repeatability: √2 times the within-subject coefficient of variation.</summary>
    public required double URepeat { get; init; }

    /// <summary>Standard uncertainty of a log ratio by all that differs or is missing; shifts that are not taken out count as their size. Null where nothing bounds it.</summary>
    public required double? UMismatch { get; init; }

    /// <summary>Expected shift of ln(second / first) by known differences; not taken out of any value.</summary>
    public required double Shift { get; init; }

    /// <summary>A value of usual size, in the measurand's UCUM unit, at which effects are shown in that unit.</summary>
    public required double TypicalValue { get; init; }

    /// <summary>What differs, largest share first.</summary>
    public required IReadOnlyList<AttributeEffect> Differences { get; init; }

    /// <summary>What is missing at a visit or at both, largest share first.</summary>
    public required IReadOnlyList<AttributeEffect> Unknown { get; init; }

    /// <summary>What would lift the grade; null where it is A or nothing that can be recovered would.</summary>
    public required GradeLift? Lift { get; init; }

    /// <summary>Whether both were acquired in one known scanner state.</summary>
    public bool IsSameState => StateFrom is not null && StateFrom == StateTo;

    /// <summary>
    /// The mismatch as components of the logarithm of a ratio (relative, for small u), one for each group of the ledger, marked as mismatch. Calibration is not in it: the caller
    /// has its own components for that.
    /// </summary>
    public required IReadOnlyList<UncertaintyComponent> Components { get; init; }

    /// <summary>
    /// The part of <see cref="Components"/> that known differences of the protocol make. What is missing, and that it was another scanner or another software, is not in it: a caller that has
    /// calibrations, or a figure for scanners without one, counts those itself.
    /// </summary>
    public required IReadOnlyList<UncertaintyComponent> ProtocolComponents { get; init; }

    /// <summary>Whether a known difference makes the two readings those of different measurands, or nothing bounds what it does.</summary>
    public bool IsBeyondComparison => Differences.Any(d => d.Effect.U is null && !d.IsCalibratedOut);
}
