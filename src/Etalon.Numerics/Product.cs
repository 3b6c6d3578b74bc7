using System.Numerics;
using System.Runtime.InteropServices;

namespace Etalon.Numerics;

/// <summary>Inner products.</summary>
public static class Product
{
    /// <summary>Σ aᵢ bᵢ, as many at once as a vector has lanes.</summary>
    /// <param name="a">First factor.</param>
    /// <param name="b">Second factor, as long.</param>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var left = MemoryMarshal.Cast<double, Vector<double>>(a);
        var right = MemoryMarshal.Cast<double, Vector<double>>(b[..a.Length]);
        var (even, odd) = (Vector<double>.Zero, Vector<double>.Zero);
        var n = 0;
        for (; n + 1 < left.Length; n += 2)
        {
            even += left[n] * right[n];
            odd += left[n + 1] * right[n + 1];
        }

        if (n < left.Length)
        {
            even += left[n] * right[n];
        }

        var sum = Vector.Sum(even + odd);
        for (var i = left.Length * Vector<double>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
