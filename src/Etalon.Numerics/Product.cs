using System.Numerics;
using System.Runtime.CompilerServices;
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

    /// <summary>Adds a multiple of a row: resultᵢ += factor · rowᵢ.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="row">The row.</param>
    /// <param name="result">Receives the sum, as long as the row.</param>
    public static void Add(double factor, ReadOnlySpan<double> row, Span<double> result)
    {
        var from = MemoryMarshal.Cast<double, Vector<double>>(row);
        var to = MemoryMarshal.Cast<double, Vector<double>>(result[..row.Length]);
        for (var n = 0; n < from.Length; n++)
        {
            to[n] += factor * from[n];
        }

        for (var i = from.Length * Vector<double>.Count; i < row.Length; i++)
        {
            result[i] += factor * row[i];
        }
    }

    /// <summary>Σ xᵢ rowᵢ: the rows of a matrix combined, eight vectors of a row at a time, so that no sum waits for its own last step.</summary>
    /// <param name="x">Factors, one for each row.</param>
    /// <param name="rows">The rows, one after the other.</param>
    /// <param name="result">Receives the sum; its length is that of a row, a multiple of the lanes of a vector.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Combine(ReadOnlySpan<double> x, ReadOnlySpan<double> rows, Span<double> result)
    {
        var width = result.Length;
        if (width % Vector<double>.Count != 0 || rows.Length < x.Length * width)
        {
            throw new ArgumentException($"{x.Length} rows of {width} in {rows.Length} numbers.");
        }

        var lanes = Vector<double>.Count;
        ref var first = ref MemoryMarshal.GetReference(rows);
        var at = 0;
        for (; at + 8 * lanes <= width; at += 8 * lanes)
        {
            var (a, b, c, d) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
            var (e, f, g, h) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
            for (var i = 0; i < x.Length; i++)
            {
                var factor = new Vector<double>(x[i]);
                ref var row = ref Unsafe.Add(ref first, i * width + at);
                a = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref row), a);
                b = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref row, (nuint)lanes), b);
                c = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref row, (nuint)(2 * lanes)), c);
                d = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref row, (nuint)(3 * lanes)), d);
                e = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref row, (nuint)(4 * lanes)), e);
                f = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref row, (nuint)(5 * lanes)), f);
                g = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref row, (nuint)(6 * lanes)), g);
                h = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref row, (nuint)(7 * lanes)), h);
            }

            a.CopyTo(result[at..]);
            b.CopyTo(result[(at + lanes)..]);
            c.CopyTo(result[(at + 2 * lanes)..]);
            d.CopyTo(result[(at + 3 * lanes)..]);
            e.CopyTo(result[(at + 4 * lanes)..]);
            f.CopyTo(result[(at + 5 * lanes)..]);
            g.CopyTo(result[(at + 6 * lanes)..]);
            h.CopyTo(result[(at + 7 * lanes)..]);
        }

        for (; at + 4 * lanes <= width; at += 4 * lanes)
        {
            var (a, b, c, d) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
            for (var i = 0; i < x.Length; i++)
            {
                var factor = new Vector<double>(x[i]);
                var place = (nuint)(i * width + at);
                a = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref first, place), a);
                b = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref first, place + (nuint)lanes), b);
                c = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref first, place + (nuint)(2 * lanes)), c);
                d = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref first, place + (nuint)(3 * lanes)), d);
            }

            a.CopyTo(result[at..]);
            b.CopyTo(result[(at + lanes)..]);
            c.CopyTo(result[(at + 2 * lanes)..]);
            d.CopyTo(result[(at + 3 * lanes)..]);
        }

        for (; at < width; at += lanes)
        {
            var a = Vector<double>.Zero;
            for (var i = 0; i < x.Length; i++)
            {
                a = Vector.FusedMultiplyAdd(new Vector<double>(x[i]), Vector.LoadUnsafe(ref first, (nuint)(i * width + at)), a);
            }

            a.CopyTo(result[at..]);
        }
    }
}
