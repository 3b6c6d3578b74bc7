namespace Etalon.Dicom;

/// <summary>A stretch of the bytes of an object.</summary>
/// <param name="Offset">From the start of the object.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct DicomExtent(int Offset, int Length);
