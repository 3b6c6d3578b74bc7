namespace Etalon.Dicom.Web;

/// <summary>What a search found.</summary>
/// <param name="Instances">The objects, in the order of their paths.</param>
/// <param name="Unasked">How many entries the server listed that did not fit the query; they were left out.</param>
/// <param name="Issues">Where the server's list contradicts itself.</param>
public sealed record DicomWebListing(IReadOnlyList<DicomWebInstance> Instances, int Unasked, IReadOnlyList<DicomWebException> Issues);
