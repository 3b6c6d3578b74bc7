using Etalon.Numerics;

namespace Etalon.Assays.Dce;

/// <summary>
/// The same search as <see cref="SingleSearch"/> by a table: v at each point split into a share of the plasma curve and a unit vector across it. The part of a curve along that vector is
/// a smooth function of x, and where it is stationary so is the cost: its polynomial through the points near a peak gives the minimum without touching vectors again.
/// </summary>
/// <remarks>A peak at an end, or at which a coefficient is held at 0, goes to the plain form. Immutable.</remarks>
internal sealed class SingleTable
{
    private const int Most = 16;
    private static readonly int Stencil = 2 * RateSpace.Beyond + 1;
    private static readonly int Powers = (Stencil + 7) / 8 * 8;
    private static readonly double[] Monomials = MakeMonomials();
    private readonly RateSpace _space;
    private readonly bool _hasPlasma;
    private readonly double[] _unit;
    private readonly double[] _directions;
    private readonly double[] _inverseAcross;
    private readonly double[] _along;
    private readonly double[] _inverseSquare;
    private readonly int _width;

    /// <summary>Makes the table of a reduced space.</summary>
    public SingleTable(RateSpace space, bool hasPlasma)
    {
        (_space, _hasPlasma) = (space, hasPlasma);
        var (dimension, reach) = (space.Dimension, RateSpace.Beyond);
        _width = (space.Nodes + 2 * reach + 7) / 8 * 8;
        var length = Math.Sqrt(space.PlasmaPlasma);
        _unit = [.. space.Plasma.Select(p => hasPlasma ? p / length : 0)];
        (_directions, _inverseAcross, _along, _inverseSquare) = (new double[dimension * _width], new double[_width], new double[_width], new double[_width]);
        var across = new double[dimension];
        for (var n = 0; n < space.Nodes + 2 * reach; n++)
        {
            space.Point(n - reach).CopyTo(across);
            _along[n] = Product.Dot(across, _unit);
            for (var round = 0; round < 2; round++)
            {
                var share = Product.Dot(across, _unit);
                for (var d = 0; d < dimension; d++)
                {
                    across[d] -= share * _unit[d];
                }
            }

            var square = Product.Dot(across, across);
            (_inverseAcross[n], _inverseSquare[n]) = (1 / Math.Sqrt(square), 1 / (square + _along[n] * _along[n]));
            for (var d = 0; d < dimension; d++)
            {
                _directions[d * _width + n] = across[d] * _inverseAcross[n];
            }
        }
    }

    /// <summary>The lowest minimum of all.</summary>
    public DceRaw Minimise(ReadOnlySpan<double> z)
    {
        var (nodes, reach) = (_space.Nodes, RateSpace.Beyond);
        Span<double> shares = stackalloc double[_width];
        Product.Combine(z, _directions, shares);
        var b = _hasPlasma ? Product.Dot(z, _unit) : 0;
        Span<double> v = stackalloc double[_space.Dimension];
        Span<double> slope = stackalloc double[_space.Dimension];
        var plain = new SingleSearch(_space, _hasPlasma);
        var lowest = new DceRaw(0, 0, 0, 0, 0, double.PositiveInfinity);
        var (before, here) = (double.NegativeInfinity, Gain(shares, b, 0, out var isInside));
        for (var n = 0; n < nodes; n++)
        {
            var isNextInside = false;
            var after = n + 1 < nodes ? Gain(shares, b, n + 1, out isNextInside) : double.NegativeInfinity;
            if (here >= before && here >= after)
            {
                DceRaw found;
                if (isInside && n > 0 && n < nodes - 1 && TryStationary(shares[n..], out var offset))
                {
                    var x = (n + offset) * _space.Highest / (nodes - 1);
                    _space.At(x, v, slope);
                    found = plain.At(z, x, v);
                    // A coefficient that ends at 0: then this is not where the cost is stationary.
                    found = found.A1 > 0 && (!_hasPlasma || found.Vp > 0) ? found : plain.Refine(z, n);
                }
                else
                {
                    found = plain.Refine(z, n);
                }

                lowest = found.Cost < lowest.Cost ? found : lowest;
            }

            (before, here, isInside) = (here, after, isNextInside);
        }

        return lowest;
    }

    /// <summary>How much the best coefficients at a point lower the sum of squares, and whether both are above 0.</summary>
    private double Gain(ReadOnlySpan<double> shares, double b, int node, out bool isInside)
    {
        var n = node + RateSpace.Beyond;
        var s = shares[n];
        var a = s * _inverseAcross[n];
        isInside = a > 0 && (!_hasPlasma || b > a * _along[n]);
        if (isInside)
        {
            return s * s + b * b;
        }

        var q = s / _inverseAcross[n] + _along[n] * b;
        var alone = q > 0 ? q * q * _inverseSquare[n] : 0;
        return b > 0 ? Math.Max(alone, b * b) : alone;
    }

    /// <summary>Where the polynomial through the points around one is stationary and highest, by Newton's steps; false where these leave the neighbours.</summary>
    private static bool TryStationary(ReadOnlySpan<double> shares, out double offset)
    {
        Span<double> c = stackalloc double[Powers];
        Product.Combine(shares[..Stencil], Monomials, c);
        offset = 0;
        for (var step = 0; step < Most; step++)
        {
            var (first, second) = (0.0, 0.0);
            for (var p = Stencil - 1; p >= 1; p--)
            {
                second = second * offset + first;
                first = first * offset + p * c[p];
            }

            if (!(second < 0))
            {
                return false;
            }

            var change = -first / second;
            offset += change;
            if (!(Math.Abs(offset) <= 1))
            {
                return false;
            }

            if (Math.Abs(change) < 1e-11)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Coefficients of the powers of x in Lagrange's polynomials through the points, one row for each point.</summary>
    private static double[] MakeMonomials()
    {
        var reach = RateSpace.Beyond;
        var rows = new double[Stencil * Powers];
        for (var j = -reach; j <= reach; j++)
        {
            var row = rows.AsSpan((j + reach) * Powers, Powers);
            row[0] = 1;
            var degree = 0;
            for (var k = -reach; k <= reach; k++)
            {
                if (k == j)
                {
                    continue;
                }

                degree++;
                for (var p = degree; p >= 0; p--)
                {
                    row[p] = ((p > 0 ? row[p - 1] : 0) - k * row[p]) / (j - k);
                }
            }
        }

        return rows;
    }
}
