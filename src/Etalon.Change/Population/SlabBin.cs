namespace Etalon.Change;

/// <summary>A piece of the distribution of true changes: uniform between two log ratios.</summary>
/// <param name="Lower">Lower end, log ratio.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="Share">Share of all patients whose change lies here, 0 to 1.</param>
public readonly record struct SlabBin(double Lower, double Upper, double Share);
