using Etalon.Assays.Relaxation;
using MathNet.Numerics;

namespace Etalon.Tests.Assays.Relaxation;

/// <summary>Least sum of squares of an exponential: 300 values of T2, for a Rician floor times 200 amplitudes, and divided around the low ones.</summary>
internal sealed class T2BruteForce(double[] te, T2NoiseFloor floor, double lowest, double highest)
{
    private const int Points = 300;

    public double Least(double[] signal, double sd)
    {
        var costs = Enumerable.Range(0, Points).Select(k => Cost(k, signal, sd)).ToArray();
        var least = costs.Min();
        for (var k = 0; k < Points; k++)
        {
            // Of a Rician floor only the lowest are followed, for time.
            if ((k == 0 || costs[k] <= costs[k - 1]) && (k == Points - 1 || costs[k] <= costs[k + 1]) && (floor != T2NoiseFloor.RicianMean || costs[k] < 1.05 * least))
            {
                var (a, b) = ((double)Math.Max(k - 1, 0), (double)Math.Min(k + 1, Points - 1));
                for (var n = 0; n < 45; n++)
                {
                    var (c, d) = (b - 0.6180339887498949 * (b - a), a + 0.6180339887498949 * (b - a));
                    var (fc, fd) = (Cost(c, signal, sd), Cost(d, signal, sd));
                    least = Math.Min(least, Math.Min(fc, fd));
                    (a, b) = fc < fd ? (a, d) : (c, b);
                }
            }
        }

        return least;
    }

    private double Cost(double k, double[] signal, double sd)
    {
        var e = Array.ConvertAll(te, t => Math.Exp(-t / (lowest * Math.Pow(highest / lowest, k / (Points - 1)))));
        if (floor == T2NoiseFloor.RicianMean)
        {
            return Rician(e, signal, sd);
        }

        if (floor == T2NoiseFloor.None)
        {
            return Squares(e, signal, Math.Max(0, Dot(e, signal) / Dot(e, e)), 0);
        }

        // Normal equations of A and C; an amplitude below 0 is not allowed.
        var (n, se, ss) = (e.Length, e.Sum(), signal.Sum());
        var centred = Array.ConvertAll(e, x => x - se / n);
        var a = Math.Max(0, Dot(centred, signal) / Dot(centred, centred));
        return Squares(e, signal, a, ss / n - a * se / n);
    }

    private static double Rician(double[] e, double[] signal, double sd)
    {
        double At(double a) => Squares(Array.ConvertAll(e, x => Mean(a * x, sd)), signal, 1, 0);
        var highest = 3 * (signal.Max() + sd) / e.Max();
        var best = Enumerable.Range(0, 60).MinBy(j => At(highest * j / 59.0));
        var (low, high) = (highest * Math.Max(best - 1, 0) / 59.0, highest * Math.Min(best + 1, 59) / 59.0);
        var least = double.PositiveInfinity;
        for (var n = 0; n < 45; n++)
        {
            var (c, d) = (high - 0.6180339887498949 * (high - low), low + 0.6180339887498949 * (high - low));
            var (fc, fd) = (At(c), At(d));
            least = Math.Min(least, Math.Min(fc, fd));
            (low, high) = fc < fd ? (low, d) : (c, high);
        }

        return least;
    }

    private static double Mean(double a, double sd)
    {
        var z = a * a / (4 * sd * sd);
        return sd * Math.Sqrt(Math.PI / 2) * ((1 + 2 * z) * SpecialFunctions.BesselIScaled(0, z) + 2 * z * SpecialFunctions.BesselIScaled(1, z));
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Squares(double[] e, double[] signal, double a, double c) => e.Zip(signal, (x, s) => (s - a * x - c) * (s - a * x - c)).Sum();
}
