namespace Etalon.Comparability;

/// <summary>What one attribute does to a comparison: it differs, or it is missing.</summary>
public sealed record AttributeEffect
{
    /// <summary>The ledger's group of what a calibration takes out: one scanner or another.</summary>
    private const string ScannerGroup = "scanner";

    /// <summary>Name, as the table of attributes has it.</summary>
    public required string Attribute { get; init; }

    /// <summary>Value at the first visit; null: absent.</summary>
    public required string? From { get; init; }

    /// <summary>Value at the second visit; null: absent.</summary>
    public required string? To { get; init; }

    /// <summary>UCUM unit of the values; null where they are no numbers.</summary>
    public string? Unit { get; init; }

    /// <summary>The row of the ledger that says so.</summary>
    public required LedgerRow Row { get; init; }

    /// <summary>ln(second reading / first reading) for one true value.</summary>
    public required LogEffect Effect { get; init; }

    /// <summary>Whether a calibration of both states takes it out: it counts nothing then.</summary>
    public bool IsCalibratedOut { get; init; }

    /// <summary>Share of the variance of the difference of two values, repeatability included, 0 to 1.</summary>
    public double Share { get; init; }

    /// <summary>Whether it is missing at a visit or at both.</summary>
    public bool IsMissing => From is null || To is null;

    /// <summary>Whether it is a known difference of the protocol: not that it was another scanner or another software, which a calibration, or a figure for scanners without one, stands for.</summary>
    public bool IsOfProtocol => !IsMissing && Row.Group != ScannerGroup;

    /// <summary>Whether it is missing at both visits.</summary>
    public bool IsMissingAtBoth => From is null && To is null;
}
