namespace Etalon.Cases.Inspection;

/// <summary>What an inspection looks at.</summary>
public sealed record InspectOptions
{
    /// <summary>Whether pixels are decoded and hashed. Without it their length alone is checked, where they are not compressed.</summary>
    public bool WithHash { get; init; }

    /// <summary>Whether identifiers are shown as the input holds them; otherwise pseudonyms.</summary>
    public bool Identify { get; init; }
}
