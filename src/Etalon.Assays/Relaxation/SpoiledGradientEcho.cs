namespace Etalon.Assays.Relaxation;

/// <summary>Steady-state signal of a spoiled gradient echo (SPGR, FLASH): S = M sin α (1 − E)/(1 − E cos α), E = exp(−TR/T1).</summary>
/// <remarks>Ernst and Anderson, Rev Sci Instrum 37:93–102 (1966); Haase et al., J Magn Reson 67:258–266 (1986). M holds proton density, gain and exp(−TE/T2*).</remarks>
public static class SpoiledGradientEcho
{
    /// <summary>Signal, in the unit of the magnetisation.</summary>
    /// <param name="magnetisation">M.</param>
    /// <param name="t1S">T1, s.</param>
    /// <param name="flipDeg">Flip angle that the spins see, degrees.</param>
    /// <param name="trS">Repetition time, s.</param>
    public static double Signal(double magnetisation, double t1S, double flipDeg, double trS)
    {
        var angle = double.DegreesToRadians(flipDeg);
        var saturation = Saturation(trS / t1S);
        return magnetisation * Math.Sin(angle) * saturation / (Versine(angle) + saturation * Math.Cos(angle));
    }

    /// <summary>1 − cos α without loss of digits at small angles.</summary>
    internal static double Versine(double angle)
    {
        var half = Math.Sin(0.5 * angle);
        return 2 * half * half;
    }

    /// <summary>1 − exp(−z), z ≥ 0, without loss of digits: by its series below 0.03, where eight terms leave 1e-17 of it.</summary>
    internal static double Saturation(double z) =>
        z > 0.03 ? 1 - Math.Exp(-z) : z * (1 - z / 2 * (1 - z / 3 * (1 - z / 4 * (1 - z / 5 * (1 - z / 6 * (1 - z / 7 * (1 - z / 8)))))));
}
