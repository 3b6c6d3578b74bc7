namespace Etalon.Assays.Dsc;

/// <summary>Columns of the linear part of a leakage model, orthonormal, and the curves that follow from one reference curve.</summary>
internal static class LeakageBasis
{
    /// <summary>
    /// e(t) = ∫₀ᵗ r(τ) exp(−k (t − τ)) dτ and f(t) = −∂e/∂k = ∫₀ᵗ r(τ)(t − τ) exp(−k (t − τ)) dτ at the samples, exact for r linear between them:
    /// over one step h, e ← e q + r₀ a₀ + r₁ a₁ with q = exp(−kh).
    /// </summary>
    public static void Convolve(ReadOnlySpan<double> r, double h, double k, Span<double> e, Span<double> f)
    {
        var x = k * h;
        var q = Math.Exp(-x);
        // p0 = ∫₀¹ e^{−xs} ds, p1 = ∫ s e^{−xs} ds, p2 = ∫ s² e^{−xs} ds, s = (t − τ)/h; series below x = 0.05, where the closed forms cancel.
        var (p0, p1, p2) = Moments(x, q);
        e[0] = f[0] = 0;
        for (var n = 1; n < r.Length; n++)
        {
            var (before, now) = (r[n - 1], r[n]);
            f[n] = q * (f[n - 1] + h * e[n - 1]) + h * h * (now * (p1 - p2) + before * p2);
            e[n] = q * e[n - 1] + h * (now * (p0 - p1) + before * p1);
        }
    }

    private static (double P0, double P1, double P2) Moments(double x, double q)
    {
        if (x >= 0.05)
        {
            var p0 = (1 - q) / x;
            var p1 = (p0 - q) / x;
            return (p0, p1, (2 * p1 - q) / x);
        }

        var (s0, s1, s2, term) = (0.0, 0.0, 0.0, 1.0);
        for (var n = 0; n < 12; n++)
        {
            (s0, s1, s2) = (s0 + term / (n + 1), s1 + term / (n + 2), s2 + term / (n + 3));
            term *= -x / (n + 1);
        }

        return (s0, s1, s2);
    }

    /// <summary>Slope of r, central differences; one-sided at the ends.</summary>
    public static void Slope(ReadOnlySpan<double> r, double h, Span<double> slope)
    {
        for (var n = 0; n < r.Length; n++)
        {
            var (low, high) = (Math.Max(n - 1, 0), Math.Min(n + 1, r.Length - 1));
            slope[n] = (r[high] - r[low]) / ((high - low) * h);
        }
    }

    /// <summary>Integral over the samples from <paramref name="from"/> to <paramref name="to"/>, both included, by the trapezoidal rule, as weights.</summary>
    public static double[] Trapezoid(int length, int from, int to, double h)
    {
        var weights = new double[length];
        for (var n = from; n < to; n++)
        {
            weights[n] += 0.5 * h;
            weights[n + 1] += 0.5 * h;
        }

        return weights;
    }

    /// <summary>Takes out of a column what lies along earlier orthonormal ones (twice, for digits), and scales it to length 1.</summary>
    /// <param name="column">Becomes orthonormal; left at 0 where it depends on the others.</param>
    /// <param name="q">Orthonormal columns, one after another.</param>
    /// <param name="count">How many of them count.</param>
    /// <param name="r">Receives the coefficients along them, and the remaining length at [count].</param>
    /// <returns>Whether more than 1e-9 of its length remained.</returns>
    public static bool Orthonormalise(Span<double> column, ReadOnlySpan<double> q, int count, Span<double> r)
    {
        var t = column.Length;
        var length = Math.Sqrt(Dot(column, column));
        r[..(count + 1)].Clear();
        for (var pass = 0; pass < 2; pass++)
        {
            for (var c = 0; c < count; c++)
            {
                var along = q.Slice(c * t, t);
                var dot = Dot(column, along);
                r[c] += dot;
                for (var n = 0; n < t; n++)
                {
                    column[n] -= dot * along[n];
                }
            }
        }

        var rest = Math.Sqrt(Dot(column, column));
        r[count] = rest;
        if (!(rest > 1e-9 * length))
        {
            column.Clear();
            return false;
        }

        for (var n = 0; n < t; n++)
        {
            column[n] /= rest;
        }

        return true;
    }

    /// <summary>Σ aₙbₙ in order.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var n = 0; n < a.Length; n++)
        {
            sum += a[n] * b[n];
        }

        return sum;
    }
}
