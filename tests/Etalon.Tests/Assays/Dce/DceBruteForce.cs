using Etalon.Assays.Dce;

namespace Etalon.Tests.Assays.Dce;

/// <summary>
/// Least squares over all samples by a dense search of rates and descent from every valley: written apart from the fits, slow, and with no space of few dimensions.
/// </summary>
internal sealed class DceBruteForce
{
    private const int SingleNodes = 1200;
    private const int PairNodes = 90;
    private readonly double[] _t;
    private readonly double[] _cp;
    private readonly double[][] _single;
    private readonly double[][] _pair;
    private readonly double[,] _products;

    public DceBruteForce(double[] times, double[] plasma)
    {
        (_t, _cp) = (times, plasma);
        _single = [.. Enumerable.Range(0, SingleNodes).Select(n => Exponential(Rate(n, SingleNodes)))];
        _pair = [.. Enumerable.Range(0, PairNodes).Select(n => Exponential(Rate(n, PairNodes)))];
        _products = new double[PairNodes, PairNodes];
        for (var i = 0; i < PairNodes; i++)
        {
            for (var j = 0; j < PairNodes; j++)
            {
                _products[i, j] = Dot(_pair[i], _pair[j]);
            }
        }
    }

    /// <summary>The least sum of squares, coefficients not negative, rates from 0 to the largest that the fits allow.</summary>
    public double Lowest(DceModel model, double[] tissue) => model switch
    {
        DceModel.Patlak => Cost(tissue, _single[0], _cp),
        DceModel.Tofts => Single(tissue, null),
        DceModel.ExtendedTofts => Single(tissue, _cp),
        DceModel.TwoCompartmentUptake => Single(tissue, _single[0]),
        _ => Pair(tissue),
    };

    /// <summary>The curve of a model's own parameters (per second, per volume) by its differential equations: Runge-Kutta of order 4 with many steps between samples.</summary>
    public static double[] Compartments(double[] t, double[] cp, double fp, double ps, double ve, double vp, int steps)
    {
        var (c, e) = (0.0, 0.0);
        var tissue = new double[t.Length];
        for (var i = 1; i < t.Length; i++)
        {
            var h = (t[i] - t[i - 1]) / steps;
            for (var s = 0; s < steps; s++)
            {
                double Arterial(double share) => cp[i - 1] + (cp[i] - cp[i - 1]) * (s + share) / steps;
                (double C, double E) Slope(double x, double y, double share) =>
                    ((fp * (Arterial(share) - x) + ps * (y - x)) / vp, double.IsInfinity(ve) ? 0 : ps * (x - y) / ve);
                var k1 = Slope(c, e, 0);
                var k2 = Slope(c + 0.5 * h * k1.C, e + 0.5 * h * k1.E, 0.5);
                var k3 = Slope(c + 0.5 * h * k2.C, e + 0.5 * h * k2.E, 0.5);
                var k4 = Slope(c + h * k3.C, e + h * k3.E, 1);
                c += h / 6 * (k1.C + 2 * k2.C + 2 * k3.C + k4.C);
                e += h / 6 * (k1.E + 2 * k2.E + 2 * k3.E + k4.E);
            }

            tissue[i] = vp * c + ve * e;
        }

        return tissue;
    }

    private double Top => Math.Log(1 + RateSpace.LargestRate * (_t[^1] - _t[0]));

    private double Rate(int n, int nodes) => RateOf(Top * n / (nodes - 1));

    private double RateOf(double x) => (Math.Exp(x) - 1) / (_t[^1] - _t[0]);

    /// <summary>∫ cp exp(−k (t − s)) ds, an interval at a time: in closed form, by five points of Gauss where k is so small that this would cancel.</summary>
    public static double[] Exponential(double[] t, double[] cp, double k)
    {
        var result = new double[t.Length];
        for (var i = 1; i < t.Length; i++)
        {
            var (d, a, m) = (t[i] - t[i - 1], cp[i - 1], (cp[i] - cp[i - 1]) / (t[i] - t[i - 1]));
            var own = 0.0;
            if (k * d > 0.05)
            {
                own = (a - m / k) * (1 - Math.Exp(-k * d)) / k + m * d / k;
            }
            else
            {
                ReadOnlySpan<double> places = [0, 0.538469310105683, -0.538469310105683, 0.906179845938664, -0.906179845938664];
                ReadOnlySpan<double> weights = [0.568888888888889, 0.478628670499366, 0.478628670499366, 0.236926885056189, 0.236926885056189];
                for (var g = 0; g < 5; g++)
                {
                    var s = 0.5 * d * (1 + places[g]);
                    own += 0.5 * d * weights[g] * (a + m * s) * Math.Exp(-k * (d - s));
                }
            }

            result[i] = result[i - 1] * Math.Exp(-k * d) + own;
        }

        return result;
    }

    private double[] Exponential(double k) => Exponential(_t, _cp, k);

    private double Single(double[] y, double[]? beside)
    {
        var costs = Array.ConvertAll(_single, e => Cost(y, e, beside));
        var best = costs.Min();
        for (var n = 0; n < SingleNodes; n++)
        {
            if ((n == 0 || costs[n] <= costs[n - 1]) && (n == SingleNodes - 1 || costs[n] <= costs[n + 1]))
            {
                best = Math.Min(best, Golden(x => Cost(y, Exponential(RateOf(x)), beside), Top * Math.Max(n - 1, 0) / (SingleNodes - 1), Top * Math.Min(n + 1, SingleNodes - 1) / (SingleNodes - 1)));
            }
        }

        return best;
    }

    private double Pair(double[] y)
    {
        var on = Array.ConvertAll(_pair, e => Dot(e, y));
        var all = Dot(y, y);
        var costs = new double[PairNodes, PairNodes];
        for (var i = 0; i < PairNodes; i++)
        {
            for (var j = 0; j < PairNodes; j++)
            {
                costs[i, j] = j < i ? all - Gain(on[i], on[j], _products[i, i], _products[i, j], _products[j, j]) : double.PositiveInfinity;
            }
        }

        var best = Single(y, null);
        foreach (var (i, j) in Valleys(costs).OrderBy(v => costs[v.I, v.J]).Take(5))
        {
            var step = Top / (PairNodes - 1);
            best = Math.Min(best, Simplex(x => Cost(y, Exponential(RateOf(x[0])), Exponential(RateOf(x[1]))), [i * step, j * step], 0.5 * step));
        }

        return best;
    }

    private static IEnumerable<(int I, int J)> Valleys(double[,] costs)
    {
        for (var i = 1; i < PairNodes; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var isLowest = true;
                for (var a = Math.Max(i - 1, 0); a <= Math.Min(i + 1, PairNodes - 1); a++)
                {
                    for (var b = Math.Max(j - 1, 0); b <= Math.Min(j + 1, PairNodes - 1); b++)
                    {
                        isLowest &= costs[a, b] >= costs[i, j];
                    }
                }

                if (isLowest)
                {
                    yield return (i, j);
                }
            }
        }
    }

    /// <summary>Sum of squares of what is left of y by the best amounts of two curves that are not negative: of all sets that may be free, the best that is allowed.</summary>
    private static double Cost(double[] y, double[] a, double[]? b)
    {
        var (aa, ya) = (Dot(a, a), Dot(y, a));
        var choices = new List<(double A, double B)> { (0, 0), (aa > 0 ? Math.Max(0, ya / aa) : 0, 0) };
        if (b is not null)
        {
            var (bb, ab, yb) = (Dot(b, b), Dot(a, b), Dot(y, b));
            choices.Add((0, bb > 0 ? Math.Max(0, yb / bb) : 0));
            var determinant = aa * bb - ab * ab;
            if (determinant > 1e-14 * aa * bb)
            {
                choices.Add(((bb * ya - ab * yb) / determinant, (aa * yb - ab * ya) / determinant));
            }
        }

        return choices.Where(c => c.A >= 0 && c.B >= 0).Min(c =>
        {
            var sum = 0.0;
            for (var i = 0; i < y.Length; i++)
            {
                var r = y[i] - c.A * a[i] - (b is null ? 0 : c.B * b[i]);
                sum += r * r;
            }

            return sum;
        });
    }

    private static double Gain(double ya, double yb, double aa, double ab, double bb)
    {
        var determinant = aa * bb - ab * ab;
        var (a, b) = ((bb * ya - ab * yb) / determinant, (aa * yb - ab * ya) / determinant);
        return a >= 0 && b >= 0 ? a * ya + b * yb : Math.Max(ya > 0 ? ya * ya / aa : 0, yb > 0 ? yb * yb / bb : 0);
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static double Golden(Func<double, double> f, double low, double high)
    {
        var ratio = (Math.Sqrt(5) - 1) / 2;
        var (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        var (fa, fb) = (f(a), f(b));
        for (var n = 0; n < 45; n++)
        {
            if (fa < fb)
            {
                (high, b, fb) = (b, a, fa);
                a = high - ratio * (high - low);
                fa = f(a);
            }
            else
            {
                (low, a, fa) = (a, b, fb);
                b = low + ratio * (high - low);
                fb = f(b);
            }
        }

        return Math.Min(Math.Min(fa, fb), Math.Min(f(low), f(high)));
    }

    /// <summary>Nelder and Mead 1965 in two dimensions within the box, begun again once where it ends.</summary>
    private double Simplex(Func<double[], double> f, double[] start, double size)
    {
        var best = double.PositiveInfinity;
        for (var round = 0; round < 2; round++)
        {
            double[][] p = [start, [start[0] + (start[0] + size > Top ? -size : size), start[1]], [start[0], start[1] + (start[1] + size > Top ? -size : size)]];
            var v = Array.ConvertAll(p, x => f(x));
            for (var n = 0; n < 120; n++)
            {
                Array.Sort(v, p);
                double[] middle = [0.5 * (p[0][0] + p[1][0]), 0.5 * (p[0][1] + p[1][1])];
                double[] Along(double s) => Box([middle[0] + s * (p[2][0] - middle[0]), middle[1] + s * (p[2][1] - middle[1])]);
                var reflected = Along(-1);
                var r = f(reflected);
                if (r < v[0])
                {
                    var far = Along(-2);
                    var e = f(far);
                    (p[2], v[2]) = e < r ? (far, e) : (reflected, r);
                }
                else if (r < v[1])
                {
                    (p[2], v[2]) = (reflected, r);
                }
                else
                {
                    var near = Along(r < v[2] ? -0.5 : 0.5);
                    var c = f(near);
                    if (c < Math.Min(r, v[2]))
                    {
                        (p[2], v[2]) = (near, c);
                    }
                    else
                    {
                        for (var k = 1; k < 3; k++)
                        {
                            p[k] = [0.5 * (p[0][0] + p[k][0]), 0.5 * (p[0][1] + p[k][1])];
                            v[k] = f(p[k]);
                        }
                    }
                }
            }

            Array.Sort(v, p);
            best = Math.Min(best, v[0]);
            start = p[0];
            size *= 0.1;
        }

        return best;
    }

    private double[] Box(double[] x) => [Math.Clamp(x[0], 0, Top), Math.Clamp(x[1], 0, Top)];
}
