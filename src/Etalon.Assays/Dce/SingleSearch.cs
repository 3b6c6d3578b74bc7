using Etalon.Numerics;

namespace Etalon.Assays.Dce;

/// <summary>Least squares of a v(x) + vp cp, or of a v(x) alone: coefficients not negative and at their best for every x; x over its whole range.</summary>
internal readonly ref struct SingleSearch(RateSpace space, bool hasPlasma)
{
    private readonly RateSpace _space = space;
    private readonly bool _hasPlasma = hasPlasma;

    /// <summary>The lowest minimum of all.</summary>
    public DceRaw Minimise(ReadOnlySpan<double> z)
    {
        var (nodes, dimension) = (_space.Nodes, _space.Dimension);
        Span<double> gains = stackalloc double[nodes];
        var onPlasma = Product.Dot(z, _space.Plasma);
        for (var n = 0; n < nodes; n++)
        {
            gains[n] = Best(Product.Dot(z, _space.NodeVectors.AsSpan(n * dimension, dimension)), onPlasma, _space.NodeNode[n * nodes + n], _space.NodePlasma[n]).Gain;
        }

        var lowest = new DceRaw(0, 0, 0, 0, 0, double.PositiveInfinity);
        for (var n = 0; n < nodes; n++)
        {
            if ((n == 0 || gains[n] >= gains[n - 1]) && (n == nodes - 1 || gains[n] >= gains[n + 1]))
            {
                var found = Refine(z, _space.X(Math.Max(n - 1, 0)), _space.X(n), _space.X(Math.Min(n + 1, nodes - 1)));
                lowest = found.Cost < lowest.Cost ? found : lowest;
            }
        }

        return lowest;
    }

    /// <summary>The best coefficients at one x.</summary>
    /// <param name="z">The curve.</param>
    /// <param name="x">Place.</param>
    /// <param name="v">v there.</param>
    public DceRaw At(ReadOnlySpan<double> z, double x, ReadOnlySpan<double> v)
    {
        var (a, vp, _) = Best(Product.Dot(z, v), Product.Dot(z, _space.Plasma), Product.Dot(v, v), Product.Dot(v, _space.Plasma));
        var cost = 0.0;
        for (var d = 0; d < z.Length; d++)
        {
            var r = z[d] - a * v[d] - vp * _space.Plasma[d];
            cost += r * r;
        }

        return new DceRaw(a, x, 0, 0, vp, cost);
    }

    /// <summary>Cost with one parameter held: Ktrans (PS), ve or vp; all else at its best.</summary>
    public double CostOf(ReadOnlySpan<double> z, DceModel model, DceParameter parameter, double value)
    {
        var isVp = parameter == DceParameter.Vp;
        Span<double> rest = stackalloc double[z.Length];
        for (var d = 0; d < z.Length; d++)
        {
            rest[d] = z[d] - (isVp ? value * _space.Plasma[d] : 0);
        }

        if (model == DceModel.Patlak)
        {
            var v = _space.NodeVectors.AsSpan(0, _space.Dimension);
            return isVp ? new SingleSearch(_space, false).At(rest, 0, v).Cost : Held(rest, parameter, value, 0, v);
        }

        if (isVp)
        {
            return new SingleSearch(_space, false).Minimise(rest).Cost;
        }

        return LowestHeld(rest, parameter, value);
    }

    /// <summary>The lowest cost along x with Ktrans or ve held: every local minimum of the points, by their products alone, then the zero of the slope.</summary>
    private double LowestHeld(ReadOnlySpan<double> z, DceParameter parameter, double value)
    {
        var (nodes, dimension) = (_space.Nodes, _space.Dimension);
        Span<double> costs = stackalloc double[nodes];
        var (zz, onPlasma) = (Product.Dot(z, z), Product.Dot(z, _space.Plasma));
        for (var n = 0; n < nodes; n++)
        {
            var (a, on) = (Amount(parameter, value, _space.X(n)), Product.Dot(z, _space.NodeVectors.AsSpan(n * dimension, dimension)));
            var left = onPlasma - a * _space.NodePlasma[n];
            costs[n] = zz - 2 * a * on + a * a * _space.NodeNode[n * nodes + n] - (_hasPlasma && left > 0 ? left * left / _space.PlasmaPlasma : 0);
        }

        Span<double> v = stackalloc double[dimension];
        Span<double> slope = stackalloc double[dimension];
        var lowest = double.PositiveInfinity;
        for (var n = 0; n < nodes; n++)
        {
            if ((n == 0 || costs[n] <= costs[n - 1]) && (n == nodes - 1 || costs[n] <= costs[n + 1]))
            {
                lowest = Math.Min(lowest, RefineHeld(z, parameter, value, n, v, slope));
            }
        }

        return lowest;
    }

    private double RefineHeld(ReadOnlySpan<double> z, DceParameter parameter, double value, int node, Span<double> v, Span<double> slope)
    {
        var (low, high) = (_space.X(Math.Max(node - 1, 0)), _space.X(Math.Min(node + 1, _space.Nodes - 1)));
        var bracket = new SlopeBracket(low, _space.X(node), high);
        var best = double.PositiveInfinity;
        while (bracket.IsOpen)
        {
            _space.At(bracket.X, v, slope);
            var (cost, along) = HeldSlope(z, parameter, value, bracket.X, v, slope);
            best = Math.Min(best, cost);
            bracket.Add(along);
        }

        return best;
    }

    /// <summary>Coefficient of v that a held parameter sets.</summary>
    private double Amount(DceParameter parameter, double value, double x) => parameter == DceParameter.Ve ? value * _space.Rate(x) / _space.Scale(x) : value / _space.Scale(x);

    /// <summary>Cost at one x with a parameter held, and half its slope: of the coefficient a, da/dx is −a for Ktrans and ve exp(−x) for ve.</summary>
    private (double Cost, double Slope) HeldSlope(ReadOnlySpan<double> z, DceParameter parameter, double value, double x, ReadOnlySpan<double> v, ReadOnlySpan<double> slope)
    {
        var a = Amount(parameter, value, x);
        var byX = parameter == DceParameter.Ve ? value * Math.Exp(-x) : -a;
        var left = Product.Dot(z, _space.Plasma) - a * Product.Dot(v, _space.Plasma);
        var vp = _hasPlasma ? Math.Max(0, left / _space.PlasmaPlasma) : 0;
        var (cost, along) = (0.0, 0.0);
        for (var d = 0; d < z.Length; d++)
        {
            var r = z[d] - a * v[d] - vp * _space.Plasma[d];
            cost += r * r;
            along -= r * (a * slope[d] + byX * v[d]);
        }

        return (cost, along);
    }

    /// <summary>Cost at one x where the coefficient of v follows from the held parameter.</summary>
    private double Held(ReadOnlySpan<double> z, DceParameter parameter, double value, double x, ReadOnlySpan<double> v)
    {
        var a = Amount(parameter, value, x);
        var (onPlasma, cost) = (0.0, 0.0);
        for (var d = 0; d < z.Length; d++)
        {
            onPlasma += (z[d] - a * v[d]) * _space.Plasma[d];
        }

        var vp = _hasPlasma ? Math.Max(0, onPlasma / _space.PlasmaPlasma) : 0;
        for (var d = 0; d < z.Length; d++)
        {
            var r = z[d] - a * v[d] - vp * _space.Plasma[d];
            cost += r * r;
        }

        return cost;
    }

    /// <summary>
    /// Coefficients that are not negative, and by how much they lower the sum of squares, from the products of the curve with v (q) and cp (s), v·v (vv) and v·cp (vp).
    /// </summary>
    private (double A, double Vp, double Gain) Best(double q, double s, double vv, double vp)
    {
        if (_hasPlasma && _space.PlasmaPlasma > 0)
        {
            var determinant = vv * _space.PlasmaPlasma - vp * vp;
            if (determinant > 1e-13 * vv * _space.PlasmaPlasma)
            {
                var (a, p) = ((_space.PlasmaPlasma * q - vp * s) / determinant, (vv * s - vp * q) / determinant);
                if (a >= 0 && p >= 0)
                {
                    return (a, p, a * q + p * s);
                }
            }

            if (s > 0 && !(q > 0 && q * q / vv >= s * s / _space.PlasmaPlasma))
            {
                return (0, s / _space.PlasmaPlasma, s * s / _space.PlasmaPlasma);
            }
        }

        return q > 0 ? (q / vv, 0, q * q / vv) : (0, 0, 0);
    }

    /// <summary>The minimum between the neighbours of a point of the search.</summary>
    public DceRaw Refine(ReadOnlySpan<double> z, int node) => Refine(z, _space.X(Math.Max(node - 1, 0)), _space.X(node), _space.X(Math.Min(node + 1, _space.Nodes - 1)));

    /// <summary>The zero of the slope of the cost between the neighbours of a point.</summary>
    private DceRaw Refine(ReadOnlySpan<double> z, double low, double middle, double high)
    {
        var dimension = _space.Dimension;
        Span<double> v = stackalloc double[dimension];
        Span<double> slope = stackalloc double[dimension];
        var bracket = new SlopeBracket(low, middle, high);
        var best = new DceRaw(0, 0, 0, 0, 0, double.PositiveInfinity);
        while (bracket.IsOpen)
        {
            var (found, s) = Slope(z, bracket.X, v, slope);
            best = found.Cost < best.Cost ? found : best;
            bracket.Add(s);
        }

        return best;
    }

    /// <summary>The best coefficients at x, and half the slope of the cost there: the residual on −a dv/dx.</summary>
    private (DceRaw Raw, double Slope) Slope(ReadOnlySpan<double> z, double x, Span<double> v, Span<double> slope)
    {
        _space.At(x, v, slope);
        var raw = At(z, x, v);
        var sum = 0.0;
        for (var d = 0; d < z.Length; d++)
        {
            sum -= (z[d] - raw.A1 * v[d] - raw.Vp * _space.Plasma[d]) * slope[d];
        }

        return (raw, raw.A1 * sum);
    }
}
