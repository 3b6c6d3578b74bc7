using System.Globalization;
using Etalon.Assays;
using Etalon.Assays.Relaxation;
using Etalon.Numerics;

namespace Etalon.Benchmarks;

/// <summary>
/// Rate of the fits of relaxation on one thread, standard errors included, beside SciPy's curve_fit on the same curves in the same run.
/// Run: <c>dotnet run -c Release --project bench/Etalon.Benchmarks -- relaxation</c>.
/// </summary>
internal static class RelaxationFits
{
    private static readonly double[] FlipDeg = [3, 6, 9, 15, 24, 35];
    private const double TrS = 0.005;

    public static void Run()
    {
        const int Count = 1 << 18;
        var random = new RandomStream(3, "bench-vfa");
        var (plan, signals, b1) = (new VfaFit(FlipDeg, [TrS]), new double[Count * FlipDeg.Length], new double[Count]);
        for (var n = 0; n < Count; n++)
        {
            var t1 = Math.Exp(random.NextUniform(Math.Log(0.3), Math.Log(4)));
            b1[n] = random.NextUniform(0.7, 1.3);
            for (var f = 0; f < FlipDeg.Length; f++)
            {
                signals[f * Count + n] = SpoiledGradientEcho.Signal(1000, t1, FlipDeg[f], TrS) + 0.5 * random.NextNormal();
            }
        }

        var (t, u, m, rss, status) = (new double[Count], new double[Count], new double[Count], new double[Count], new VoxelStatus[Count]);
        var vector = Timing.Rate(Count, () => plan.FitBlock(signals, [], null, t, u, m, rss, status)).Wall;
        Timing.Say($"VFA T1, 6 angles, {Count} curves, lanes {System.Numerics.Vector<double>.Count}: {vector / 1e6:F2} M fits/s ({status.Count(s => s == VoxelStatus.Ok)} ok)");
        Peer("vfa", signals, Count, 2000, t, vector);
        Timing.Say($"VFA T1 with a B1 for each voxel: {Timing.Rate(Count, () => plan.FitBlock(signals, b1, null, t, u, m, rss, status)).Wall / 1e6:F2} M fits/s");
        var column = new double[FlipDeg.Length];
        Timing.Say($"VFA T1, plain form: {Timing.Rate(Count / 16, () => Plain(plan, signals, Count, column)).Wall / 1e6:F3} M fits/s");
    }

    private static void Plain(VfaFit plan, double[] signals, int count, double[] column)
    {
        for (var n = 0; n < count / 16; n++)
        {
            for (var f = 0; f < column.Length; f++)
            {
                column[f] = signals[f * count + n];
            }

            plan.Fit(column);
        }
    }

    /// <summary>The first curves by SciPy, one call a curve as its users write it, from the same start; its T1 must agree with ours.</summary>
    private static void Peer(string model, double[] signals, int count, int fits, double[] t1, double ours)
    {
        const string Script = """
            import sys, time, warnings
            import numpy as np
            from scipy.optimize import curve_fit
            warnings.filterwarnings('ignore')
            lines = sys.stdin.read().split('\n')
            a = np.radians(np.array(lines[0].split(), float)); tr = float(lines[1])
            s, c = np.sin(a), np.cos(a)
            y = np.array([l.split() for l in lines[2:] if l], float)
            def f(x, m, t1):
                e = np.exp(-tr / t1)
                return m * s * (1 - e) / (1 - e * c)
            out = []
            start = time.perf_counter()
            for row in y:
                p, v = curve_fit(f, a, row, p0=[10 * row.max(), 1.0])
                out.append((p[1], np.sqrt(v[1, 1])))
            t = time.perf_counter() - start
            print(t, ' '.join(repr(float(o[0])) for o in out))
            """;
        var curves = Enumerable.Range(0, fits).Select(n => SciPy.Line(Enumerable.Range(0, FlipDeg.Length).Select(f => signals[f * count + n])));
        var words = SciPy.Run(Script, new[] { SciPy.Line(FlipDeg), SciPy.Line([TrS]) }.Concat(curves));
        var numbers = Array.ConvertAll(words, w => double.Parse(w, CultureInfo.InvariantCulture));
        if (numbers.Length != fits + 1)
        {
            Timing.Say($"{model}: python3 with SciPy is absent; no ratio");
            return;
        }

        var difference = Enumerable.Range(0, fits).Select(n => Math.Abs(numbers[n + 1] / t1[n] - 1)).Order().ToArray();
        Timing.Say($"{model}: scipy curve_fit {fits / numbers[0]:F0} fits/s, ratio {ours * numbers[0] / fits:F0}; T1 differ by {difference[fits / 2]:E1} (median), {difference[^1]:E1} (largest)");
    }
}
