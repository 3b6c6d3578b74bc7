using Etalon.Numerics;

namespace Etalon.Assays.Dsc;

/// <summary>Columns of the linear part of a leakage model, orthonormal, and the curves that follow from one reference curve.</summary>
internal static class LeakageBasis
{
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
        var length = Math.Sqrt(Product.Dot(column, column));
        r[..(count + 1)].Clear();
        for (var pass = 0; pass < 2; pass++)
        {
            for (var c = 0; c < count; c++)
            {
                var along = q.Slice(c * t, t);
                var dot = Product.Dot(column, along);
                r[c] += dot;
                for (var n = 0; n < t; n++)
                {
                    column[n] -= dot * along[n];
                }
            }
        }

        var rest = Math.Sqrt(Product.Dot(column, column));
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
}
