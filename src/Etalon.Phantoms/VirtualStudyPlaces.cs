namespace Etalon.Phantoms;

/// <summary>Where a virtual study is written; a layout without a place is not written.</summary>
/// <param name="Bids">Folder of Etalon's own layout, or null.</param>
/// <param name="Dicom">Folder of DICOM objects, or null.</param>
public sealed record VirtualStudyPlaces(string? Bids, string? Dicom);
