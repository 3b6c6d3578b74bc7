namespace Etalon.Dicom.Deidentification;

/// <summary>What became of one object. Nothing in it leads back to the patient without the key.</summary>
public sealed record DeidentifiedObject
{
    /// <summary>The file to write; empty where the object was refused.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Whether the object may be written.</summary>
    public bool IsAccepted => Bytes.Length > 0;

    /// <summary>Pseudonym of the patient.</summary>
    public string Patient { get; init; } = "";

    /// <summary>New StudyInstanceUID; empty where there is none.</summary>
    public string StudyUid { get; init; } = "";

    /// <summary>New SeriesInstanceUID; empty where there is none.</summary>
    public string SeriesUid { get; init; } = "";

    /// <summary>New SOPInstanceUID.</summary>
    public string SopUid { get; init; } = "";

    /// <summary>How many elements were treated in each way, nested ones included.</summary>
    public IReadOnlyDictionary<ElementOutcome, int> Counts { get; init; } = new Dictionary<ElementOutcome, int>();

    /// <summary>What a person must know.</summary>
    public IReadOnlyList<DeidentificationNote> Notes { get; init; } = [];

    /// <summary>Tag path of an identifier that survived; empty where none did, or where it stands in no element.</summary>
    public string Place { get; init; } = "";
}
