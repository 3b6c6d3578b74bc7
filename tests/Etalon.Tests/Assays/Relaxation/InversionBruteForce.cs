namespace Etalon.Tests.Assays.Relaxation;

/// <summary>Least sum of squares of magnitudes after inversion: every pattern of signs at each of 400 values of T1, and divided around the low ones.</summary>
internal sealed class InversionBruteForce(double[] ti, double lowest, double highest)
{
    private const int Points = 400;
    private readonly double[][] _shapes = Enumerable.Range(0, Points).Select(k => Shape(ti, At(k, lowest, highest))).ToArray();

    public double Least(double[] signal)
    {
        var costs = Array.ConvertAll(_shapes, shape => Cost(shape, signal));
        var least = costs.Min();
        for (var k = 0; k < Points; k++)
        {
            if ((k == 0 || costs[k] <= costs[k - 1]) && (k == Points - 1 || costs[k] <= costs[k + 1]))
            {
                var (a, b) = ((double)Math.Max(k - 1, 0), (double)Math.Min(k + 1, Points - 1));
                for (var n = 0; n < 70; n++)
                {
                    var (c, d) = (b - 0.6180339887498949 * (b - a), a + 0.6180339887498949 * (b - a));
                    var (fc, fd) = (Cost(Shape(ti, At(c, lowest, highest)), signal), Cost(Shape(ti, At(d, lowest, highest)), signal));
                    least = Math.Min(least, Math.Min(fc, fd));
                    (a, b) = fc < fd ? (a, d) : (c, b);
                }
            }
        }

        return least;
    }

    private static double At(double k, double lowest, double highest) => lowest * Math.Pow(highest / lowest, k / (Points - 1));

    private static double[] Shape(double[] ti, double t1) => Array.ConvertAll(ti, t => Math.Exp(-t / t1));

    private static double Cost(double[] e, double[] signal)
    {
        var (n, mean) = (e.Length, e.Average());
        var least = double.PositiveInfinity;
        Span<double> s = stackalloc double[n];
        for (var signs = 0; signs < 1 << (n - 1); signs++)
        {
            var level = 0.0;
            for (var i = 0; i < n; i++)
            {
                s[i] = (signs >> i & 1) == 1 ? -signal[i] : signal[i];
                level += s[i] / n;
            }

            var (q, p, cost) = (0.0, 0.0, 0.0);
            for (var i = 0; i < n; i++)
            {
                (q, p) = (q + (s[i] - level) * (e[i] - mean), p + (e[i] - mean) * (e[i] - mean));
            }

            for (var i = 0; i < n; i++)
            {
                var r = s[i] - level - (p > 0 ? q / p : 0) * (e[i] - mean);
                cost += r * r;
            }

            least = Math.Min(least, cost);
        }

        return least;
    }
}
