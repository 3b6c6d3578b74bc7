namespace Etalon.Tests.Numerics;

/// <summary>Agreement with a certified number.</summary>
internal static class Digits
{
    /// <summary>Log relative error of the worst; 16 where all agree to the last bit.</summary>
    public static double Worst(IReadOnlyList<double> found, IReadOnlyList<double> certified) =>
        certified.Select((c, p) => double.IsNaN(found[p]) ? 0 : -Math.Log10(Math.Max(1e-16, Math.Abs(found[p] / c - 1)))).Min();
}
