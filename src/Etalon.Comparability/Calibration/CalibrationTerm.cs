using Etalon.Metrology;

namespace Etalon.Comparability.Calibration;

/// <summary>One independent source of doubt about a calibration line: what one standard uncertainty of it does to offset and gain, signed.</summary>
/// <param name="Source">In words that stand in the report.</param>
/// <param name="Group">Terms of one group are one and the same error wherever they occur, and cancel or add with their signs.</param>
/// <param name="Offset">Effect on the offset, in the unit of the readings.</param>
/// <param name="Gain">Effect on the gain.</param>
/// <param name="Kind">How it was evaluated.</param>
/// <param name="Dof">Degrees of freedom; null: infinite.</param>
public sealed record CalibrationTerm(string Source, string Group, double Offset, double Gain, ComponentKind Kind, double? Dof);

/// <summary>What one source of doubt does to a corrected value.</summary>
/// <param name="Source">In words.</param>
/// <param name="Effect">Effect of one standard uncertainty on the value, signed, in the unit of the value.</param>
/// <param name="Group">Effects of one group are one and the same error.</param>
/// <param name="Kind">How it was evaluated.</param>
/// <param name="Dof">Degrees of freedom; null: infinite.</param>
public sealed record CalibrationEffect(string Source, double Effect, string Group, ComponentKind Kind, double? Dof)
{
    /// <summary>The effect as a component of a budget, signed, in another unit.</summary>
    /// <param name="factor">Unit of the value in that of the budget, above 0; one over the value for a relative budget.</param>
    public UncertaintyComponent ToComponent(double factor) => new(Source, Math.Abs(Effect) * factor, Group, Kind, Dof) { IsNegative = Effect < 0, IsMismatch = true };
}

/// <summary>A reading brought to the reference scale.</summary>
/// <param name="Value">In the unit of the readings.</param>
/// <param name="Effects">What the calibration is in doubt about; the reading's own noise is not among them.</param>
public sealed record CorrectedReading(double Value, IReadOnlyList<CalibrationEffect> Effects)
{
    /// <summary>Standard uncertainty that the calibration adds.</summary>
    public double U => Math.Sqrt(Effects.Sum(e => e.Effect * e.Effect));
}
