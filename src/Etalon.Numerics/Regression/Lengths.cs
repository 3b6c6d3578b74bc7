namespace Etalon.Numerics.Regression;

/// <summary>Shapes that must agree.</summary>
internal static class Lengths
{
    public static void AreEqual(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"Shapes differ: {a.Length} and {b.Length} points.");
        }
    }
}
