namespace Etalon.Metrology;

/// <summary>Trouble or a peculiarity in the data, told so that the reader finds the place and knows what to do.</summary>
/// <param name="Code">Kebab-case sentence-in-short, one of <see cref="FindingCodes"/>; documented in docs/findings.md.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="About">The place: file (relative to the input), visit, series, field.</param>
/// <param name="Found">What is there, with its numbers.</param>
/// <param name="Expected">What should be there.</param>
/// <param name="Remedy">What would mend it.</param>
public sealed record Finding(string Code, Severity Severity, string About, string Found, string Expected, string Remedy)
{
    /// <summary>The finding as one line of text for people.</summary>
    public override string ToString() => $"{Severity.ToString().ToLowerInvariant()} {Code}: {About}: found {Found}; expected {Expected}. {Remedy}";
}
