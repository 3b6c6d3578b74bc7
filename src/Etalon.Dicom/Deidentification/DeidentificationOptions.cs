namespace Etalon.Dicom.Deidentification;

/// <summary>Choices of de-identification. Always applied: the basic profile, clean descriptors, retain device identity, retain longitudinal temporal information
/// with modified dates, and the private elements that are known to be technical.</summary>
public sealed record DeidentificationOptions
{
    /// <summary>Whether age (up to 89), sex, size and weight stay: an uptake value needs them.</summary>
    public bool RetainPatientCharacteristics { get; init; }

    /// <summary>Whether objects whose pixels may show a name are written all the same.</summary>
    public bool AcceptBurnedIn { get; init; }

    /// <summary>Limits for reading back what was written.</summary>
    public DicomReadOptions Read { get; init; } = DicomReadOptions.Default;
}
