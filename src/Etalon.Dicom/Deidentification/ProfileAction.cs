namespace Etalon.Dicom.Deidentification;

/// <summary>What the profile does with an attribute (PS3.15 table E.1-1a), compound actions resolved to the safest one that keeps an object whole.</summary>
public enum ProfileAction
{
    /// <summary>X: removed, with all items of a sequence. Also X/D and X/Z/D, whose attributes no image needs once the options have spoken.</summary>
    Remove,

    /// <summary>Z and X/Z: left there without a value.</summary>
    Empty,

    /// <summary>D and Z/D: replaced by a keyed dummy of its representation; items of sequences are treated one by one.</summary>
    Replace,

    /// <summary>U: replaced by a keyed UID, the same wherever it stands. X/Z/U*: the items stay and their UIDs are replaced.</summary>
    MapUid,

    /// <summary>K: kept, without the identifiers that the object itself names.</summary>
    Keep,

    /// <summary>C of dates: moved by the patient's days; times of day stay.</summary>
    ShiftDate,

    /// <summary>C of texts: only words of imaging and numbers stay.</summary>
    CleanText,
}
