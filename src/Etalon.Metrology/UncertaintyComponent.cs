namespace Etalon.Metrology;

/// <summary>How a component was evaluated (JCGM 100, 2.3.2 and 2.3.3).</summary>
public enum ComponentKind
{
    /// <summary>From the statistics of repeated observations.</summary>
    A,

    /// <summary>By other means: a certificate, the literature, a model, a judgement.</summary>
    B,
}

/// <summary>One component of a standard uncertainty.</summary>
/// <param name="Source">What it comes from, in words that stand in the report.</param>
/// <param name="U">Standard uncertainty (k = 1) that it contributes, in the unit of the measurement, at least 0.</param>
/// <param name="Group">Components with the same group are fully correlated between measurements and cancel or add in differences; null: independent.</param>
/// <param name="Kind">How it was evaluated.</param>
/// <param name="Dof">Degrees of freedom; null: infinite.</param>
public sealed record UncertaintyComponent(string Source, double U, string? Group, ComponentKind Kind, double? Dof = null)
{
    /// <summary>
    /// Whether a positive error of its group lowers the value: the sign of the sensitivity coefficient. It matters between members of one group
    /// only, where two of unlike sign add in a difference and cancel in a sum.
    /// </summary>
    public bool IsNegative { get; init; }

    /// <summary>Whether it comes from how an image was acquired or calibrated, rather than from repeating the same measurement.</summary>
    public bool IsMismatch { get; init; }

    /// <summary>The constant from the literature that it rests on; null where it rests on data.</summary>
    public LiteratureConstant? Constant { get; init; }

    /// <summary>The contribution with its sign.</summary>
    public double SignedU => IsNegative ? -U : U;

    /// <summary>The same component multiplied by a sensitivity coefficient; a negative one turns the sign.</summary>
    public UncertaintyComponent Scaled(double sensitivity) =>
        this with { U = U * Math.Abs(sensitivity), IsNegative = IsNegative ^ (sensitivity < 0) };
}
