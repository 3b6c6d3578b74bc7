namespace Etalon.Dicom;

/// <summary>One object of a series: its pixels, or why they cannot be read.</summary>
/// <param name="File">The object.</param>
/// <param name="Pixels">Its pixels; null where there is an error.</param>
/// <param name="Error">The refusal; null where there are pixels. An encoded frame that is damaged is refused later, when it is read.</param>
public sealed record DicomPixelsEntry(DicomFile File, DicomPixels? Pixels, DicomException? Error);
