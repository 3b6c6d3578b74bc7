using System.Numerics;

namespace Etalon.Numerics;

/// <summary>Discrete Fourier transform of one length, whose only prime factors are 2, 3 and 5 (Stockham's form: no reordering of indices).</summary>
public sealed class FourierPlan
{
    private readonly int[] _radices;
    private readonly Complex[] _roots;

    /// <summary>Prepares a length.</summary>
    /// <exception cref="ArgumentException">The length is below 1 or has another prime factor.</exception>
    public FourierPlan(int length)
    {
        if (length < 1 || NextLength(length) != length)
        {
            throw new ArgumentException($"A length of {length} is not made of the factors 2, 3 and 5.", nameof(length));
        }

        var (radices, rest) = (new List<int>(), length);
        foreach (var radix in new[] { 4, 2, 3, 5 })
        {
            for (; rest % radix == 0; rest /= radix)
            {
                radices.Add(radix);
            }
        }

        (Length, _radices) = (length, [.. radices]);
        _roots = [.. Enumerable.Range(0, length).Select(k => Complex.FromPolarCoordinates(1, -2 * Math.PI * k / length))];
    }

    /// <summary>Number of values.</summary>
    public int Length { get; }

    /// <summary>The least length from a given one on that can be transformed.</summary>
    public static int NextLength(int least)
    {
        for (var n = Math.Max(1, least); ; n++)
        {
            var rest = n;
            foreach (var p in new[] { 2, 3, 5 })
            {
                while (rest % p == 0)
                {
                    rest /= p;
                }
            }

            if (rest == 1)
            {
                return n;
            }
        }
    }

    /// <summary>Transforms in place: X(k) = Σ x(n) exp(−2πi kn/N).</summary>
    /// <param name="values">As many as the length.</param>
    /// <param name="work">As many, overwritten.</param>
    public void Forward(Span<Complex> values, Span<Complex> work)
    {
        if (values.Length != Length || work.Length < Length)
        {
            throw new ArgumentException($"{values.Length} values and {work.Length} places to work do not fit a transform of {Length}.");
        }

        var x = values;
        var y = work[..Length];
        var (n, s) = (Length, 1);
        foreach (var radix in _radices)
        {
            switch (radix)
            {
                case 2: Two(x, y, n, s); break;
                case 3: Three(x, y, n, s); break;
                case 4: Four(x, y, n, s); break;
                default: Five(x, y, n, s); break;
            }

            (n, s) = (n / radix, s * radix);
            var swap = x;
            x = y;
            y = swap;
        }

        if (_radices.Length % 2 == 1)
        {
            x.CopyTo(values);
        }
    }

    /// <summary>Transforms back in place, with the factor 1/N.</summary>
    public void Inverse(Span<Complex> values, Span<Complex> work)
    {
        foreach (ref var v in values)
        {
            v = Complex.Conjugate(v);
        }

        Forward(values, work);
        foreach (ref var v in values)
        {
            v = Complex.Conjugate(v) / Length;
        }
    }

    // In each: n values at stride s; m = n / radix groups; twiddle factors are powers of exp(−2πi p/n).
    private void Two(ReadOnlySpan<Complex> x, Span<Complex> y, int n, int s)
    {
        var (m, turn) = (n / 2, Length / n);
        for (var p = 0; p < m; p++)
        {
            var w = _roots[p * turn];
            for (var q = 0; q < s; q++)
            {
                var (a, b) = (x[q + s * p], x[q + s * (p + m)]);
                y[q + s * 2 * p] = a + b;
                y[q + s * (2 * p + 1)] = (a - b) * w;
            }
        }
    }

    private void Three(ReadOnlySpan<Complex> x, Span<Complex> y, int n, int s)
    {
        var (m, turn, sine) = (n / 3, Length / n, Math.Sqrt(3) / 2);
        for (var p = 0; p < m; p++)
        {
            var (w1, w2) = (_roots[p * turn], _roots[2 * p * turn]);
            for (var q = 0; q < s; q++)
            {
                var (a, b, c) = (x[q + s * p], x[q + s * (p + m)], x[q + s * (p + 2 * m)]);
                var (sum, difference) = (b + c, b - c);
                var (real, turned) = (a - 0.5 * sum, new Complex(sine * difference.Imaginary, -sine * difference.Real));
                y[q + s * 3 * p] = a + sum;
                y[q + s * (3 * p + 1)] = (real + turned) * w1;
                y[q + s * (3 * p + 2)] = (real - turned) * w2;
            }
        }
    }

    private void Four(ReadOnlySpan<Complex> x, Span<Complex> y, int n, int s)
    {
        var (m, turn) = (n / 4, Length / n);
        for (var p = 0; p < m; p++)
        {
            var (w1, w2, w3) = (_roots[p * turn], _roots[2 * p * turn], _roots[3 * p * turn]);
            for (var q = 0; q < s; q++)
            {
                var (a, b, c, d) = (x[q + s * p], x[q + s * (p + m)], x[q + s * (p + 2 * m)], x[q + s * (p + 3 * m)]);
                var (even, odd, difference, other) = (a + c, b + d, a - c, b - d);
                var turned = new Complex(other.Imaginary, -other.Real);
                y[q + s * 4 * p] = even + odd;
                y[q + s * (4 * p + 1)] = (difference + turned) * w1;
                y[q + s * (4 * p + 2)] = (even - odd) * w2;
                y[q + s * (4 * p + 3)] = (difference - turned) * w3;
            }
        }
    }

    private void Five(ReadOnlySpan<Complex> x, Span<Complex> y, int n, int s)
    {
        var (m, turn) = (n / 5, Length / n);
        var (c1, c2, s1, s2) = (Math.Cos(2 * Math.PI / 5), Math.Cos(4 * Math.PI / 5), Math.Sin(2 * Math.PI / 5), Math.Sin(4 * Math.PI / 5));
        for (var p = 0; p < m; p++)
        {
            var (w1, w2, w3, w4) = (_roots[p * turn], _roots[2 * p * turn], _roots[3 * p * turn], _roots[4 * p * turn]);
            for (var q = 0; q < s; q++)
            {
                var a = x[q + s * p];
                var (b, c, d, e) = (x[q + s * (p + m)], x[q + s * (p + 2 * m)], x[q + s * (p + 3 * m)], x[q + s * (p + 4 * m)]);
                var (outer, inner, outerLess, innerLess) = (b + e, c + d, b - e, c - d);
                var (real1, real2) = (a + c1 * outer + c2 * inner, a + c2 * outer + c1 * inner);
                var (odd1, odd2) = (s1 * outerLess + s2 * innerLess, s2 * outerLess - s1 * innerLess);
                var (turned1, turned2) = (new Complex(odd1.Imaginary, -odd1.Real), new Complex(odd2.Imaginary, -odd2.Real));
                y[q + s * 5 * p] = a + outer + inner;
                y[q + s * (5 * p + 1)] = (real1 + turned1) * w1;
                y[q + s * (5 * p + 2)] = (real2 + turned2) * w2;
                y[q + s * (5 * p + 3)] = (real2 - turned2) * w3;
                y[q + s * (5 * p + 4)] = (real1 - turned1) * w4;
            }
        }
    }
}
