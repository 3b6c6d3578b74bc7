namespace Etalon.Assays.Habitats;

/// <summary>What speaks for a number of habitats.</summary>
/// <param name="K">Number.</param>
/// <param name="LogLikelihood">Of all voxels as if independent.</param>
/// <param name="Bic">−2 × log likelihood per grain + parameters × ln(independent voxels); lower is better.</param>
/// <param name="Icl">Bic + 2 × entropy of the labels per grain; lower is better.</param>
public sealed record HabitatCandidate(int K, double LogLikelihood, double Bic, double Icl);
