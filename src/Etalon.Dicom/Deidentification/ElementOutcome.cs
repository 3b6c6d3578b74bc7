namespace Etalon.Dicom.Deidentification;

/// <summary>What was done with one element.</summary>
public enum ElementOutcome
{
    /// <summary>Kept as it was.</summary>
    Kept,

    /// <summary>Taken out.</summary>
    Removed,

    /// <summary>Left without a value.</summary>
    Emptied,

    /// <summary>Replaced by a pseudonym or a dummy.</summary>
    Replaced,

    /// <summary>A text that lost words.</summary>
    Cleaned,

    /// <summary>A date that was moved.</summary>
    Shifted,

    /// <summary>A UID that was replaced.</summary>
    UidMapped,

    /// <summary>A private element that is known to be technical and stayed.</summary>
    PrivateKept,

    /// <summary>A private element that was taken out.</summary>
    PrivateRemoved,
}
