using Etalon.Assays;
using Etalon.Assays.Diffusion;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Diffusion;

/// <summary>The cost of a fit against a search that tries everything.</summary>
[Trait("Kind", "Numeric")]
public sealed class GlobalOptimumTests(ITestOutputHelper output)
{
    // The bar is 1e-9 of the cost; 1e-14 of the squared signals is where doubles cannot tell two costs apart.
    private static double Excess(double cost, double brute, double[] s) => (cost - brute) / Math.Max(brute, 1e-5 * s.Sum(x => x * x) * 1e-9);

    [Fact]
    public void Exact_ADC_of_10000_random_curves_is_no_dearer_than_a_brute_force_search()
    {
        var random = new RandomStream(11, "mono-global");
        double[] b = [0, 130, 480, 1010];
        var fitter = new AdcExact(b);
        var (worst, atBound) = (double.NegativeInfinity, 0);
        for (var n = 0; n < 10_000; n++)
        {
            // SNR 2 to 200, ADC from below 0 to above the bound: bounds are met.
            var s = DecaySignals.Added(DecaySignals.Mono(b, 100, random.NextUniform(-0.5e-3, 12e-3)), 100 / Math.Pow(10, random.NextUniform(0.3, 2.3)), random);
            var fit = fitter.Fit(s, 0);
            if (fit.Status == VoxelStatus.SignalTooLow)
            {
                continue;
            }

            atBound += fit.Status == VoxelStatus.AtBound ? 1 : 0;
            worst = Math.Max(worst, Excess(fit.Cost, BruteMono(b, s), s));
        }

        output.WriteLine(FormattableString.Invariant($"worst excess of cost {worst:E1}, {atBound} at a bound"));
        Assert.True(worst <= 1e-9, $"{worst}");
        Assert.InRange(atBound, 200, 5000);
    }

    [Fact]
    public void IVIM_costs_no_more_than_a_brute_force_search()
    {
        var curves = Environment.GetEnvironmentVariable("ETALON_FULL") == "1" ? 10_000 : 300;
        double[] b = [0, 10, 20, 40, 80, 150, 250, 400, 600, 800, 1000];
        var solver = new DecaySolver<IvimModel>(b);
        var brute = new BruteIvim(b);
        var random = new RandomStream(12, "ivim-global");
        double[] scaled = new double[b.Length], p = new double[4];
        var (worst, over, bounds) = (double.NegativeInfinity, 0, 0);
        for (var n = 0; n < curves; n++)
        {
            // A fifth has no blood, so that f meets its bound.
            var f = random.NextUniform() < 0.2 ? 0 : random.NextUniform(0, 1);
            var s = DecaySignals.Added(
                DecaySignals.Ivim(b, 100, f, random.NextUniform(0.2e-3, 3e-3), random.NextUniform(6e-3, 0.15)), 100 / Math.Pow(10, random.NextUniform(1, 2.5)), random);
            var outcome = solver.Solve(s, null, NoiseLaw.Gaussian, scaled, p, []);
            var excess = Excess(outcome.Cost, brute.Cost(scaled), scaled);
            (worst, over) = (Math.Max(worst, excess), over + (excess > 1e-9 ? 1 : 0));
            bounds += p[1] is 0 or 1 ? 1 : 0;
        }

        output.WriteLine(FormattableString.Invariant($"{curves} curves: worst excess of cost {worst:E1}, {over} above 1e-9, {bounds} with f at a bound"));
        Assert.Equal(0, over);
        Assert.True(bounds > 0.03 * curves);
    }

    [Fact]
    public void Kurtosis_costs_no_more_than_a_brute_force_search()
    {
        var curves = Environment.GetEnvironmentVariable("ETALON_FULL") == "1" ? 10_000 : 500;
        double[] b = [0, 300, 700, 1000, 1500, 2000];
        var solver = new DecaySolver<KurtosisModel>(b);
        var brute = new BruteKurtosis(b);
        var random = new RandomStream(13, "kurtosis-global");
        double[] scaled = new double[b.Length], p = new double[3];
        var (worst, over) = (double.NegativeInfinity, 0);
        for (var n = 0; n < curves; n++)
        {
            var s = DecaySignals.Added(DecaySignals.Kurtosis(b, 100, random.NextUniform(0.2e-3, 2e-3), random.NextUniform(0, 1.5)), 100 / Math.Pow(10, random.NextUniform(1, 2.5)), random);
            var outcome = solver.Solve(s, null, NoiseLaw.Gaussian, scaled, p, []);
            var excess = Excess(outcome.Cost, brute.Cost(scaled), scaled);
            (worst, over) = (Math.Max(worst, excess), over + (excess > 1e-9 ? 1 : 0));
        }

        output.WriteLine(FormattableString.Invariant($"{curves} curves: worst excess of cost {worst:E1}, {over} above 1e-9"));
        Assert.Equal(0, over);
    }

    /// <summary>Cost with the best S0 of at least 0, at 1001 D and then by ten-fold zooms around the best.</summary>
    private static double BruteMono(double[] b, double[] s)
    {
        double At(double d)
        {
            var (sy, see) = (0.0, 0.0);
            for (var f = 0; f < b.Length; f++)
            {
                var e = Math.Exp(-b[f] * d);
                (sy, see) = (sy + s[f] * e, see + e * e);
            }

            var s0 = Math.Max(0, sy / see);
            var sum = 0.0;
            for (var f = 0; f < b.Length; f++)
            {
                sum += Math.Pow(s[f] - s0 * Math.Exp(-b[f] * d), 2);
            }

            return sum;
        }

        var (low, high, best, at) = (0.0, 10e-3, double.PositiveInfinity, 0.0);
        for (var zoom = 0; zoom < 6; zoom++)
        {
            var points = zoom == 0 ? 1000 : 20;
            for (var n = 0; n <= points; n++)
            {
                var d = low + (high - low) * n / points;
                if (At(d) is var c && c < best)
                {
                    (best, at) = (c, d);
                }
            }

            var cell = (high - low) / points;
            (low, high) = (Math.Max(0, at - cell), Math.Min(10e-3, at + cell));
        }

        return best;
    }

    private sealed class BruteIvim(double[] b)
    {
        private const int Size = 160;
        private readonly double[][] _tissue = [.. Enumerable.Range(0, Size + 1).Select(n => Shape(b, 5.0 * n / Size))];
        private readonly double[][] _blood = [.. Enumerable.Range(0, Size + 1).Select(n => Shape(b, 5 * Math.Pow(60, n / (double)Size)))];

        public double Cost(double[] s)
        {
            var (best, bi, bj) = (double.PositiveInfinity, 0, 0);
            var total = s.Sum(x => x * x);
            var x = _tissue.Select(e => Dot(e, s)).ToArray();
            var y = _blood.Select(e => Dot(e, s)).ToArray();
            for (var i = 0; i <= Size; i++)
            {
                for (var j = 0; j <= Size; j++)
                {
                    var c = total - Explained(x[i], y[j], Dot(_tissue[i], _blood[j]));
                    (best, bi, bj) = c < best ? (c, i, j) : (best, bi, bj);
                }
            }

            var (d, l, wd, wl) = (5.0 * bi / Size, bj / (double)Size, 5.0 / Size, 1.0 / Size);
            best = double.PositiveInfinity;
            for (var zoom = 0; zoom < 14; zoom++)
            {
                var (cd, cl) = (d, l);
                for (var i = -4; i <= 4; i++)
                {
                    for (var j = -4; j <= 4; j++)
                    {
                        var (td, tl) = (Math.Clamp(cd + wd * i / 4, 0, 5), Math.Clamp(cl + wl * j / 4, 0, 1));
                        var c = Residual(s, Shape(b, td), Shape(b, 5 * Math.Pow(60, tl)));
                        (best, d, l) = c < best ? (c, td, tl) : (best, d, l);
                    }
                }

                (wd, wl) = (wd / 2, wl / 2);
            }

            return best;
        }

        private static double Residual(double[] s, double[] e, double[] g)
        {
            var (x, y, o) = (Dot(e, s), Dot(g, s), Dot(e, g));
            var q = 1 - o * o;
            var (tissue, blood) = q > 1e-13 && x > o * y && y > o * x ? ((x - o * y) / q, (y - o * x) / q) : x >= y ? (Math.Max(0, x), 0) : (0, Math.Max(0, y));
            return s.Select((v, f) => Math.Pow(v - tissue * e[f] - blood * g[f], 2)).Sum();
        }

        private static double Explained(double x, double y, double o) =>
            1 - o * o > 1e-13 && x > o * y && y > o * x ? (x * x + y * y - 2 * o * x * y) / (1 - o * o) : Math.Pow(Math.Max(0, Math.Max(x, y)), 2);

        private static double[] Shape(double[] b, double d)
        {
            var e = b.Select(x => Math.Exp(-x / 1000 * d)).ToArray();
            var norm = Math.Sqrt(Dot(e, e));
            return [.. e.Select(v => v / norm)];
        }
    }

    private sealed class BruteKurtosis(double[] b)
    {
        private const int Size = 140;
        private readonly double[][] _shapes = [.. from i in Enumerable.Range(0, Size + 1) from j in Enumerable.Range(0, Size + 1) select Shape(b, D(i / (double)Size), K(j / (double)Size))];

        public double Cost(double[] s)
        {
            var (best, at) = (double.NegativeInfinity, 0);
            for (var n = 0; n < _shapes.Length; n++)
            {
                var c = Dot(_shapes[n], s);
                (best, at) = c > best ? (c, n) : (best, at);
            }

            var (x, y, w, least) = (at / (Size + 1) / (double)Size, at % (Size + 1) / (double)Size, 1.0 / Size, double.PositiveInfinity);
            for (var zoom = 0; zoom < 16; zoom++)
            {
                var (cx, cy) = (x, y);
                for (var i = -5; i <= 5; i++)
                {
                    for (var j = -5; j <= 5; j++)
                    {
                        var (tx, ty) = (Math.Clamp(cx + w * i / 5, 0, 1), Math.Clamp(cy + w * j / 5, 0, 1));
                        var e = Shape(b, D(tx), K(ty));
                        var a = Math.Max(0, Dot(e, s));
                        var c = s.Select((v, f) => Math.Pow(v - a * e[f], 2)).Sum();
                        (least, x, y) = c < least ? (c, tx, ty) : (least, x, y);
                    }
                }

                w /= 2;
            }

            return least;
        }

        private static double D(double x) => 10 * x * x;

        private static double K(double y) => -3.0 / 7 + (10 + 3.0 / 7) * y * y;

        private static double[] Shape(double[] b, double d, double k)
        {
            var e = b.Select(x => x / 1000 * d).Select(x => Math.Exp(Math.Min(60, x * x * k / 6 - x))).ToArray();
            var norm = Math.Sqrt(Dot(e, e));
            return [.. e.Select(v => v / norm)];
        }
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var n = 0; n < a.Length; n++)
        {
            sum += a[n] * b[n];
        }

        return sum;
    }
}
