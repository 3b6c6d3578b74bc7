namespace Etalon.Dicom.Deidentification;

/// <summary>What a person must know of an object that was de-identified, or was not.</summary>
public enum DeidentificationNote
{
    /// <summary>Not written: the pixels may show a name, as of screens, captures and ultrasound.</summary>
    PixelsRefused,

    /// <summary>Written, although the pixels may show a name: the user accepts it, or the object is a derived image of a scanner.</summary>
    PixelsMayIdentify,

    /// <summary>Written: the voxels show a head, and so a face can be rendered.</summary>
    FaceMayIdentify,

    /// <summary>Not written: it wraps a document whose content nothing here cleans.</summary>
    DocumentRefused,

    /// <summary>Not written: an index of files, which is made anew for new files.</summary>
    DirectoryRefused,

    /// <summary>Not written: it states no SOP class or no instance.</summary>
    InstanceNotStated,

    /// <summary>Not written: an identifier of the source was found in what was about to be written.</summary>
    IdentifierSurvives,

    /// <summary>Written: words of a structured report, or the content of annotations, were taken out.</summary>
    ContentRemoved,

    /// <summary>Written: weight, size or sex were removed from a PET object, whose uptake value needs them.</summary>
    CharacteristicsRemoved,

    /// <summary>Written: a date was none, so it could not be moved and was taken out.</summary>
    DateRemoved,

    /// <summary>Written: the object names no patient, so its study stands for one.</summary>
    PatientNotStated,

    /// <summary>Written: uncompressed pixels of a layout that is not read, so that bits beside the values and bytes behind the last frame are still there.</summary>
    PixelsNotCleaned,
}
