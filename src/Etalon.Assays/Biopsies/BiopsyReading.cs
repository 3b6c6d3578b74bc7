namespace Etalon.Assays.Biopsies;

/// <summary>A biopsy with what the map shows of it and what pathology says.</summary>
/// <param name="Id">Unique within the patient.</param>
/// <param name="Patient">Pseudonym.</param>
/// <param name="Cloud">The map over the cloud of its place.</param>
/// <param name="Pathology">Value of pathology, in its unit.</param>
/// <param name="PathologyU">Standard uncertainty of it, at least 0.</param>
public sealed record BiopsyReading(string Id, string Patient, BiopsyCloud Cloud, double Pathology, double PathologyU);
