namespace Etalon.Dicom.Web;

/// <summary>How far a transfer is.</summary>
/// <param name="Done">Objects that are settled, for better or worse.</param>
/// <param name="Total">Objects in all; null while that is not known.</param>
public readonly record struct DicomTransferProgress(int Done, int? Total);
