using System.Buffers;
using Etalon.Numerics;

namespace Etalon.Assays.Dce;

/// <summary>Least squares of a1 v(x1) + a2 v(x2), coefficients not negative, x1 ≥ x2 over their whole range; x2 = 0 where the second compartment gives nothing back.</summary>
internal readonly ref struct PairSearch(RateSpace space, bool isUptake)
{
    private readonly RateSpace _space = space;
    private readonly bool _isUptake = isUptake;

    /// <summary>The lowest minimum of all: every local minimum of the pairs of points is refined.</summary>
    public DceRaw Minimise(ReadOnlySpan<double> z, out bool hasConverged)
    {
        var nodes = _space.Nodes;
        var columns = _isUptake ? 1 : nodes;
        Span<double> on = stackalloc double[nodes];
        for (var n = 0; n < nodes; n++)
        {
            on[n] = Product.Dot(z, _space.NodeVectors.AsSpan(n * _space.Dimension, _space.Dimension));
        }

        var rented = ArrayPool<double>.Shared.Rent(nodes * columns);
        var gains = rented.AsSpan(0, nodes * columns);
        for (var n = 0; n < nodes; n++)
        {
            for (var m = 0; m < columns; m++)
            {
                gains[n * columns + m] = m < n ? Best(on, n, m).Gain : double.NegativeInfinity;
            }
        }

        var lowest = new DceRaw(0, 0, 0, 0, 0, double.PositiveInfinity);
        hasConverged = false;
        for (var n = 1; n < nodes; n++)
        {
            for (var m = 0; m < Math.Min(n, columns); m++)
            {
                if (!IsPeak(gains, columns, n, m))
                {
                    continue;
                }

                var (found, converged) = Refine(z, n, m, Best(on, n, m));
                if (found.Cost < lowest.Cost)
                {
                    (lowest, hasConverged) = (found, converged);
                }
            }
        }

        ArrayPool<double>.Shared.Return(rented);
        return lowest;
    }

    private bool IsPeak(ReadOnlySpan<double> gains, int columns, int n, int m)
    {
        var here = gains[n * columns + m];
        for (var a = Math.Max(n - 1, 0); a <= Math.Min(n + 1, _space.Nodes - 1); a++)
        {
            for (var b = Math.Max(m - 1, 0); b <= Math.Min(m + 1, columns - 1); b++)
            {
                if (gains[a * columns + b] > here)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private (double First, double Second, double Gain) Best(ReadOnlySpan<double> on, int n, int m)
    {
        var (q, s) = (on[n], on[m]);
        var (a, b, c) = (_space.NodeNode[n * _space.Nodes + n], _space.NodeNode[n * _space.Nodes + m], _space.NodeNode[m * _space.Nodes + m]);
        var determinant = a * c - b * b;
        if (determinant > 1e-13 * a * c)
        {
            var (x, y) = ((c * q - b * s) / determinant, (a * s - b * q) / determinant);
            if (x >= 0 && y >= 0)
            {
                return (x, y, x * q + y * s);
            }
        }

        var (first, second) = (q > 0 ? q * q / a : 0, s > 0 ? s * s / c : 0);
        return first >= second ? (Math.Max(q, 0) / a, 0, first) : (0, s / c, second);
    }

    private (DceRaw Raw, bool HasConverged) Refine(ReadOnlySpan<double> z, int n, int m, (double First, double Second, double Gain) start)
    {
        Span<double> p = [start.First, start.Second, _space.X(n), _space.X(m)];
        ReadOnlySpan<double> lower = [0, 0, 0, 0];
        ReadOnlySpan<double> upper = [double.PositiveInfinity, double.PositiveInfinity, _space.Highest, _isUptake ? 0 : _space.Highest];
        Span<double> scratch = stackalloc double[4 * _space.Dimension];
        var model = new Residuals(_space, z, scratch);
        var fit = SmallLeastSquares.Minimise(ref model, p, lower, upper);
        // The faster one stands first.
        return (p[2] >= p[3] ? new DceRaw(p[0], p[2], p[1], p[3], 0, fit.Cost) : new DceRaw(p[1], p[3], p[0], p[2], 0, fit.Cost), fit.HasConverged);
    }

    private readonly ref struct Residuals(RateSpace space, ReadOnlySpan<double> z, Span<double> scratch) : IResidualModel
    {
        private readonly RateSpace _space = space;
        private readonly ReadOnlySpan<double> _z = z;
        private readonly Span<double> _scratch = scratch;

        public int Parameters => 4;

        public int Points => _z.Length;

        public void Evaluate(scoped ReadOnlySpan<double> parameters, scoped Span<double> residuals, scoped Span<double> jacobian)
        {
            var count = _z.Length;
            var (v1, s1) = (0, count);
            _space.At(parameters[2], _scratch.Slice(v1, count), _scratch.Slice(s1, count));
            _space.At(parameters[3], _scratch.Slice(2 * count, count), _scratch.Slice(3 * count, count));
            for (var d = 0; d < count; d++)
            {
                var (first, second) = (_scratch[d], _scratch[2 * count + d]);
                residuals[d] = parameters[0] * first + parameters[1] * second - _z[d];
                jacobian[4 * d] = first;
                jacobian[4 * d + 1] = second;
                jacobian[4 * d + 2] = parameters[0] * _scratch[count + d];
                jacobian[4 * d + 3] = parameters[1] * _scratch[3 * count + d];
            }
        }
    }
}
