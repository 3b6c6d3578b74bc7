using Etalon.Dicom.Deidentification;
using Etalon.Metrology;

namespace Etalon.Study.Deidentify;

/// <summary>The notes of de-identification as findings.</summary>
internal static class DeidentifyFindings
{
    private const string Source = "Fetch the object again from its source.";

    public static string CodeOf(DeidentificationNote note) => Of(note, "", "").Code;

    public static Finding Of(DeidentificationNote note, string about, string place) => note switch
    {
        DeidentificationNote.PixelsRefused => new(FindingCodes.PixelsMayIdentify, Severity.Error, about, "a screen, a capture, ultrasound, a photograph, pixels that say they hold text, or an overlay inside the cells of compressed pixels",
            "pixels without text", "Not written. Look at the pixels; if they show no name, run again with --accept-burned-in."),
        DeidentificationNote.PixelsMayIdentify => new(FindingCodes.PixelsMayIdentify, Severity.Warning, about, "images made after the examination, or accepted with --accept-burned-in, and no statement that no text is burned in",
            "BurnedInAnnotation NO", "Written. Look at the pixels before they leave the house."),
        DeidentificationNote.FaceMayIdentify => new(FindingCodes.FaceMayIdentify, Severity.Info, about, "voxels of a head", "voxels no face can be rendered from",
            "Written. Take the face out with a tool for it where that matters."),
        DeidentificationNote.DocumentRefused => new(FindingCodes.ObjectNotDeidentified, Severity.Error, about, "a wrapped document (PDF, CDA, a model)", "images and what refers to them", "Not written. De-identify the document by hand."),
        DeidentificationNote.DirectoryRefused => new(FindingCodes.ObjectNotDeidentified, Severity.Info, about, "an index of files (DICOMDIR)", "objects", "Not written. Make a new index of the new files."),
        DeidentificationNote.InstanceNotStated => new(FindingCodes.ObjectNotDeidentified, Severity.Error, about, "no SOPClassUID or no SOPInstanceUID", "both", $"Not written. {Source}"),
        DeidentificationNote.IdentifierSurvives => new(FindingCodes.IdentifierSurvives, Severity.Error, about, place.Length > 0 ? $"an identifier or a date of the source at {place} of the new object" : "an identifier or a date of the source in the new object",
            "none", "Not written. Take the element out of the source, or correct it there, and run again."),
        DeidentificationNote.ContentRemoved => new(FindingCodes.ContentRemoved, Severity.Warning, about, "texts of a structured report or annotations on an image, of which words or all were taken out", "coded content",
            "Read the result before it is used."),
        DeidentificationNote.CharacteristicsRemoved => new(FindingCodes.CharacteristicsRemoved, Severity.Warning, about, "PET objects whose weight was taken out", "a weight, for an uptake value",
            "Run again with --retain-patient-characteristics if uptake values are to be measured."),
        DeidentificationNote.DateRemoved => new(FindingCodes.DateRemoved, Severity.Warning, about, "dates or times that are none, and so could not be moved", "dates as YYYYMMDD, times as HHMMSS", "They were taken out. Correct them in the source if they matter."),
        DeidentificationNote.PatientNotStated => new(FindingCodes.PatientNotStated, Severity.Warning, about, "no PatientID and no PatientName", "a patient",
            "Every study became a patient of its own."),
        DeidentificationNote.PixelsNotCleaned => new(FindingCodes.PixelsMayIdentify, Severity.Warning, about, "uncompressed pixels of a layout that is not read",
            "8, 16 or 32 bits a sample at full resolution", "Written; bits beside the values and bytes behind the last frame are still there. Look at them, or have the pixels written again."),
        _ => throw new ArgumentOutOfRangeException(nameof(note), note, "Not a note."),
    };

    public static Finding Unreadable(string code, string about) => code == FindingCodes.ObjectContradicted
        ? new(FindingCodes.ObjectContradicted, Severity.Error, about, "an instance with the UID of another one and other content", "one content for one UID", "Not written; the first one was. Find out which is right.")
        : new(FindingCodes.DicomUnreadable, Severity.Error, about, $"an object that was refused by the reader: {code}", "a sound object", $"Not written. {Source}");
}
