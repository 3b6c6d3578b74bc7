using Etalon.Metrology;

namespace Etalon.Change;

/// <summary>One reading of one patient, on the reference scale as far as its scanner is calibrated.</summary>
public sealed record ScanReading
{
    /// <summary>The patient.</summary>
    public required string Patient { get; init; }

    /// <summary>The visit, as the table calls it.</summary>
    public required string Visit { get; init; }

    /// <summary>The day.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>The scanner.</summary>
    public required string Station { get; init; }

    /// <summary>Its state; null where the software is not stated: two unknown states never count as one.</summary>
    public required string? State { get; init; }

    /// <summary>The reading as the scanner gave it, above 0.</summary>
    public required double Raw { get; init; }

    /// <summary>The value on the reference scale; the reading itself where the state is not calibrated. Above 0.</summary>
    public required double Value { get; init; }

    /// <summary>What the calibration leaves, as components of ln(value) with their signs; empty where the state is not calibrated.</summary>
    public required IReadOnlyList<UncertaintyComponent> Calibration { get; init; }

    /// <summary>Whether the state is calibrated.</summary>
    public required bool IsCalibrated { get; init; }
}
