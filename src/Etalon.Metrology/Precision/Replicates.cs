namespace Etalon.Metrology.Precision;

/// <summary>Readings of one thing between which nothing changed: the scans of a subject in a test-retest study, or of one region of it.</summary>
/// <param name="Subject">Whose they are; readings of one subject that are told apart otherwise (regions) may repeat it.</param>
/// <param name="Values">The readings, in the unit of the measurand; one alone says nothing of precision and is passed over.</param>
/// <param name="Group">What may have a precision of its own: a scanner state, a class of region, a reader; null: not told.</param>
public sealed record Replicates(string Subject, IReadOnlyList<double> Values, string? Group = null);
