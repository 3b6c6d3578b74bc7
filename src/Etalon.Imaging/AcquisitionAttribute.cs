namespace Etalon.Imaging;

/// <summary>What is known about one attribute of an acquisition.</summary>
public enum AttributeState
{
    /// <summary>Stated by the input.</summary>
    Present,

    /// <summary>Computed from other attributes.</summary>
    Derived,

    /// <summary>Not there.</summary>
    Absent,

    /// <summary>Taken from a layout's documentation or the user.</summary>
    Assumed,

    /// <summary>Stated twice with different values.</summary>
    Contradicted,
}

/// <summary>One attribute that matters to a measurand.</summary>
/// <param name="Name">DICOM keyword, which BIDS shares where it can.</param>
/// <param name="Value">As text; null where absent. Of a contradicted one, the value that counts first.</param>
/// <param name="State">What is known.</param>
public sealed record AcquisitionAttribute(string Name, string? Value, AttributeState State)
{
    /// <summary>The numbers, in the unit of <see cref="Unit"/>; empty where the value is no number.</summary>
    public IReadOnlyList<double> Numbers { get; init; } = [];

    /// <summary>UCUM; null where the value is no number.</summary>
    public string? Unit { get; init; }

    /// <summary>The instant, local to the scanner; null where the value is none.</summary>
    public DateTime? Instant { get; init; }

    /// <summary>Of a derived value, from what; of a contradicted one, what is said where; of an absent one, what stands there that cannot be true. Else null.</summary>
    public string? How { get; init; }

    /// <summary>The first number; null where there is none.</summary>
    public double? Number => Numbers.Count > 0 ? Numbers[0] : null;

    /// <summary>An attribute that is not there.</summary>
    public static AcquisitionAttribute Absent(string name) => new(name, null, AttributeState.Absent);
}
