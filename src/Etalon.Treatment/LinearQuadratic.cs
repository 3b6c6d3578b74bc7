namespace Etalon.Treatment;

/// <summary>Cell kill by acute fractions: the linear-quadratic model.</summary>
/// <remarks>S = exp(−αd − βd²), β = α / (α/β). Fowler, Br J Radiol 62:679–694 (1989).</remarks>
public static class LinearQuadratic
{
    /// <summary>Surviving fraction after one acute fraction.</summary>
    /// <param name="doseGy">Dose, Gy, at least 0.</param>
    /// <param name="alphaPerGy">α, Gy⁻¹, at least 0.</param>
    /// <param name="alphaBetaGy">α/β, Gy, above 0.</param>
    /// <returns>S in (0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range (NaN is out of every range).</exception>
    public static double Survival(double doseGy, double alphaPerGy, double alphaBetaGy) => Math.Exp(LogSurvival(doseGy, alphaPerGy, alphaBetaGy));

    /// <summary>Natural logarithm of <see cref="Survival"/>.</summary>
    public static double LogSurvival(double doseGy, double alphaPerGy, double alphaBetaGy)
    {
        if (!(doseGy >= 0) || !(alphaPerGy >= 0) || !(alphaBetaGy > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(doseGy), FormattableString.Invariant($"d = {doseGy} Gy and α = {alphaPerGy} /Gy must be at least 0, α/β = {alphaBetaGy} Gy above 0."));
        }

        return -alphaPerGy * doseGy * (1 + doseGy / alphaBetaGy);
    }

    /// <summary>Biologically effective dose of equal fractions, Gy: n d (1 + d/(α/β)).</summary>
    public static double BiologicallyEffectiveDose(int fractions, double doseGy, double alphaBetaGy) =>
        fractions * doseGy * (1 + doseGy / alphaBetaGy);

    /// <summary>Dose in 2 Gy fractions with the same effect, Gy: BED / (1 + 2/(α/β)).</summary>
    public static double EquivalentDoseIn2Gy(double bedGy, double alphaBetaGy) => bedGy / (1 + 2 / alphaBetaGy);
}
