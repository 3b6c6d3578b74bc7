using Etalon.Dicom;

namespace Etalon.Cases.Inspection;

/// <summary>What became of one DICOM object.</summary>
/// <param name="Path">As the user gave it, with the place below a folder; <c>zip!entry</c> inside a zip.</param>
/// <param name="Error">Why it, or its pixels, were refused; null where all is well.</param>
/// <param name="PixelsMd5">MD5 of the decoded stored values, little-endian, frames in order; null where it was not asked for, or there are no pixels, or they were refused.</param>
public sealed record InspectedObject(string Path, ObjectError? Error, string? PixelsMd5)
{
    /// <summary>The status of an object that was read.</summary>
    public const string Ok = "ok";

    /// <summary><see cref="Ok"/>, or the code of the error.</summary>
    public string Status => Error?.Code ?? Ok;
}

/// <summary>Why an object was refused, as <see cref="DicomException"/> says it.</summary>
/// <param name="Code">In kebab-case.</param>
/// <param name="Found">What was found.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Tag">Path of tags to the place; null where no element is to blame.</param>
/// <param name="Offset">Byte from the start of the file; null where no single place is to blame.</param>
/// <param name="Remedy">What to do.</param>
public sealed record ObjectError(string Code, string Found, string Expected, string? Tag, long? Offset, string Remedy)
{
    /// <summary>A file that bears the name of a DICOM object and does not begin like one.</summary>
    internal static ObjectError NotDicom { get; } = new(
        "not-dicom", "neither the mark DICM at byte 128 nor an element of group 0002 or 0008 at byte 0", "a DICOM object", null, 0, "The file is damaged or misnamed; fetch it again, or leave it out");

    internal static ObjectError Of(DicomException error) =>
        new(error.CodeText, error.Found, error.Expected, error.TagPath.Length > 0 ? error.TagPath : null, error.Offset, error.Remedy);
}
