namespace Etalon.Phantoms;

/// <summary>Soft edges.</summary>
internal static class Smooth
{
    /// <summary>0 below the first edge, 1 above the second, 3t² − 2t³ between.</summary>
    public static double Step(double from, double to, double x)
    {
        var t = Math.Clamp((x - from) / (to - from), 0, 1);
        return t * t * (3 - 2 * t);
    }

    /// <summary>From a to b.</summary>
    public static double Lerp(double a, double b, double weight) => a + weight * (b - a);
}
