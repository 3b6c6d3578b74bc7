namespace Etalon.Metrology;

/// <summary>One elementary error: its size is not known, but that it is one and the same wherever its identifier appears is.</summary>
/// <param name="Id">Identity. Two quantities that hold contributions of one identifier share that error.</param>
/// <param name="Source">What it comes from, in words that stand in the report.</param>
/// <param name="Kind">How its standard uncertainty was evaluated.</param>
/// <param name="Dof">Degrees of freedom of its standard uncertainty; null: infinite.</param>
public sealed record Influence(string Id, string Source, ComponentKind Kind, double? Dof = null)
{
    /// <summary>The inputs with which it is correlated; null where it is independent of every other influence.</summary>
    public CorrelatedSet? Set { get; init; }

    /// <summary>Whether it comes from how an image was acquired or calibrated, rather than from repeating the same measurement.</summary>
    public bool IsMismatch { get; init; }

    /// <summary>The constant from the literature that it rests on; null where it rests on data.</summary>
    public LiteratureConstant? Constant { get; init; }
}

/// <summary>A first-order contribution c·u(x) of an influence to a quantity, with the sign of its sensitivity coefficient.</summary>
/// <param name="Influence">The error.</param>
/// <param name="SignedU">c·u(x), in the unit of the quantity.</param>
public readonly record struct Contribution(Influence Influence, double SignedU);
