namespace Etalon.Dicom;

/// <summary>Makes the exception for a frame that cannot be decoded; the pixel data know the file, the tag and the offset.</summary>
internal delegate DicomException PixelRefusal(DicomErrorCode code, string found, string expected, string remedy);
