namespace Etalon.Study.Dicom;

/// <summary>How results are written as DICOM objects.</summary>
public sealed record DicomOutputOptions
{
    /// <summary>Whether objects are written for input that is not DICOM too. The default is no.</summary>
    public bool WithoutSource { get; init; }

    /// <summary>Whether regions are written as label maps. The default is no: binary segmentations, which more programs read.</summary>
    public bool LabelMap { get; init; }

    /// <summary>Whether the objects carry the patient and the study of the input, so that they join its record. The default is no: a pseudonym.</summary>
    public bool Identify { get; init; }
}
