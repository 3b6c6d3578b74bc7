namespace Etalon.Twin;

/// <summary>What of a tumour's surroundings differs from place to place; each a state of the model's domain, null: the same everywhere.</summary>
public sealed record TumourFields
{
    /// <summary>Proliferation relative to the parameter k, at least 0.</summary>
    public double[]? ProliferationFactor { get; init; }

    /// <summary>Capacity θ, above 0 inside the domain. Null: 1.</summary>
    public double[]? Capacity { get; init; }

    /// <summary>Nothing differs.</summary>
    public static TumourFields Uniform { get; } = new();
}
