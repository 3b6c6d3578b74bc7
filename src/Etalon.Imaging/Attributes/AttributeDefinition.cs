using Etalon.Dicom;

namespace Etalon.Imaging;

/// <summary>What kind of value an attribute has.</summary>
public enum AttributeKind
{
    /// <summary>One number.</summary>
    Number,

    /// <summary>Several numbers.</summary>
    Numbers,

    /// <summary>A text.</summary>
    Text,

    /// <summary>Several texts.</summary>
    Texts,

    /// <summary>A day.</summary>
    Date,

    /// <summary>A time of day.</summary>
    Time,

    /// <summary>An instant.</summary>
    DateTime,

    /// <summary>Meanings of codes.</summary>
    Codes,
}

/// <summary>A place of an attribute in an object.</summary>
/// <param name="Path">Tags of sequences, then that of the element.</param>
/// <param name="TimeOfDay">The element that holds the time of the day that the first holds; null where one element holds all.</param>
public sealed record AttributePlace(IReadOnlyList<DicomTag> Path, DicomTag? TimeOfDay)
{
    /// <summary>As people write it.</summary>
    public override string ToString() => string.Join("/", Path);
}

/// <summary>One row of the table of attributes: where an attribute stands in DICOM and in BIDS, and what it is.</summary>
public sealed record AttributeDefinition
{
    /// <summary>DICOM keyword, or BIDS' own where the two differ.</summary>
    public required string Name { get; init; }

    /// <summary>Modalities whose images have it; empty for all.</summary>
    public required IReadOnlyList<string> Modalities { get; init; }

    /// <summary>Kind of value.</summary>
    public required AttributeKind Kind { get; init; }

    /// <summary>UCUM unit of the record; null for what is no number.</summary>
    public string? Unit { get; init; }

    /// <summary>The record's value is DICOM's times this.</summary>
    public double DicomScale { get; init; } = 1;

    /// <summary>Where it stands: groups in order, a later one read only where those before hold nothing; places of one group must agree. Empty for derived ones.</summary>
    public required IReadOnlyList<IReadOnlyList<AttributePlace>> Places { get; init; }

    /// <summary>Name in a BIDS sidecar.</summary>
    public required string BidsName { get; init; }

    /// <summary>The sidecar's value is the record's times this.</summary>
    public double BidsScale { get; init; } = 1;

    /// <summary>Least number that can be true; null where any can.</summary>
    public double? Least { get; init; }

    /// <summary>Greatest number that can be true; null where any can.</summary>
    public double? Greatest { get; init; }

    /// <summary>Whether it stands beside every measurement of its modality.</summary>
    public bool IsEssential { get; init; }

    /// <summary>Whether frames of one volume series may each have their own; then the record holds the set.</summary>
    public bool IsOfFrames { get; init; }

    /// <summary>Whether images of a modality have it. What is neither PET nor CT is read as MR.</summary>
    public bool IsOf(string? modality) => Modalities.Count == 0 || Modalities.Contains(modality is "PT" or "CT" ? modality : "MR", StringComparer.Ordinal);
}
