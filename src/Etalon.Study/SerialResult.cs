using Etalon.Change.Serial;

namespace Etalon.Study;

/// <summary>All visits of one measurand and region as one estimate.</summary>
/// <param name="Measurand">Code.</param>
/// <param name="Region">Region.</param>
/// <param name="Estimate">Each visit in the light of all, and the changes between them.</param>
public sealed record SerialResult(string Measurand, string Region, SerialEstimate Estimate);
