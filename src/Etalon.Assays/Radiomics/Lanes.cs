using System.Numerics;

namespace Etalon.Assays.Radiomics;

/// <summary>Whole-array sums in lanes of neighbouring elements; each element is computed alike whatever the width of a vector.</summary>
internal static class Lanes
{
    /// <summary>Adds to each element.</summary>
    public static void Add(ReadOnlySpan<int> values, Span<int> to)
    {
        var n = 0;
        for (; n <= to.Length - Vector<int>.Count; n += Vector<int>.Count)
        {
            (new Vector<int>(to[n..]) + new Vector<int>(values[n..])).CopyTo(to[n..]);
        }

        for (; n < to.Length; n++)
        {
            to[n] += values[n];
        }
    }

    /// <summary>Adds to each element a multiple of another's.</summary>
    public static void AddScaled(ReadOnlySpan<double> values, double factor, Span<double> to)
    {
        var (n, f) = (0, new Vector<double>(factor));
        for (; n <= to.Length - Vector<double>.Count; n += Vector<double>.Count)
        {
            (new Vector<double>(to[n..]) + f * new Vector<double>(values[n..])).CopyTo(to[n..]);
        }

        for (; n < to.Length; n++)
        {
            to[n] += factor * values[n];
        }
    }

    /// <summary>Keeps the larger of two elements.</summary>
    public static void Max(ReadOnlySpan<double> values, Span<double> to)
    {
        for (var n = 0; n < to.Length; n++)
        {
            to[n] = Math.Max(to[n], values[n]);
        }
    }

    /// <summary>Keeps the lesser of two elements.</summary>
    public static void Min(ReadOnlySpan<double> values, Span<double> to)
    {
        for (var n = 0; n < to.Length; n++)
        {
            to[n] = Math.Min(to[n], values[n]);
        }
    }
}
