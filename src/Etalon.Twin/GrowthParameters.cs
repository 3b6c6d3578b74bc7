using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>The parameters of one tumour.</summary>
public sealed record GrowthParameters
{
    /// <summary>D, mm²/day, at least 0.</summary>
    public required double DiffusivityMm2PerDay { get; init; }

    /// <summary>k, per day.</summary>
    public required double ProliferationPerDay { get; init; }

    /// <summary>α of the linear-quadratic model, Gy⁻¹, at least 0.</summary>
    public required double AlphaPerGy { get; init; }

    /// <summary>How fractions act: α/β, repair, oxygen.</summary>
    public RadiationResponse Response { get; init; } = new();

    /// <summary>Sensitivity to each drug of the schedule, per day at the reference amount, in the schedule's order.</summary>
    public IReadOnlyList<double> SensitivityPerDay { get; init; } = [];

    /// <summary>Rate at which cells killed by a fraction vanish from sight, per day; null: at once.</summary>
    public double? ClearancePerDay { get; init; }
}
