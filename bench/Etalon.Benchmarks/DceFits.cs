using System.Diagnostics;
using System.Globalization;
using Etalon.Assays;
using Etalon.Assays.Dce;
using Etalon.Numerics;

namespace Etalon.Benchmarks;

/// <summary>
/// Rate of the fits of contrast curves on one thread, standard errors included, beside SciPy's least_squares on the same curves in the same run.
/// Run: <c>dotnet run -c Release --project bench/Etalon.Benchmarks -- dce</c>.
/// </summary>
internal static class DceFits
{
    public static void Run()
    {
        One(DceModel.ExtendedTofts, 56, 5.5, 1 << 16, 60);
        One(DceModel.ExtendedTofts, 331, 1, 1 << 15, 40);
        One(DceModel.Tofts, 1321, 0.5, 1 << 13, 0);
        One(DceModel.TwoCompartmentExchange, 600, 0.5, 1 << 11, 30);
    }

    private static void One(DceModel model, int points, double stepS, int count, int peers)
    {
        double[] t = [.. Enumerable.Range(0, points).Select(n => stepS * n)];
        double[] cp = [.. t.Select(s => PopulationInput.BloodMm(PopulationInputKind.Parker, s, 10.4) / (1 - 0.45))];
        var watch = Stopwatch.StartNew();
        var plan = new DceFit(model, t, cp);
        var planMs = watch.Elapsed.TotalMilliseconds;
        var curves = Curves(model, t, cp, count);
        var sum = 0.0;
        var rate = Timing.Rate(count, () =>
        {
            for (var n = 0; n < count; n++)
            {
                sum += plan.Fit(curves[n]).Rss;
            }
        });
        var curve = Array.ConvertAll(curves, c => plan.Fit(c));
        Timing.Say($"{model}, {points} points, {count} curves: {rate.Wall / 1e6:F4} M fits/s, {rate.Processor / 1e6:F4} M fits per second of processor time, {curve.Count(c => c.Values.All(v => v.Status == VoxelStatus.Ok))} ok, plan {planMs:F0} ms (sum of costs {sum:E3})");
        if (peers > 0)
        {
            Peer(model, t, cp, curves, curve, peers, rate.Wall);
        }
    }

    /// <summary>Truths over the range of the OSIPI cases, noise of a fiftieth of the peak.</summary>
    private static double[][] Curves(DceModel model, double[] t, double[] cp, int count)
    {
        var random = new RandomStream(3, $"bench-dce-{model}");
        var (e, f) = (new double[t.Length], new double[t.Length]);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var ktrans = random.NextUniform(0.02, 0.35) / 60;
            ExponentialConvolution.Convolve(t, cp, ktrans / random.NextUniform(0.1, 0.5), e);
            var vp = model == DceModel.ExtendedTofts ? random.NextUniform(0.005, 0.1) : 0;
            var fast = model == DceModel.TwoCompartmentExchange ? random.NextUniform(0.05, 0.6) / 60 : 0;
            ExponentialConvolution.Convolve(t, cp, random.NextUniform(3, 12) / 60, f);
            double[] clean = [.. cp.Select((c, i) => vp * c + ktrans * e[i] + fast * f[i])];
            var sd = clean.Max() / 50;
            return (double[])[.. clean.Select(c => c + sd * random.NextNormal())];
        })];
    }

    /// <summary>The first curves by SciPy, the convolution by the same recursion run by lfilter, from one start as its users write it; costs are compared.</summary>
    private static void Peer(DceModel model, double[] t, double[] cp, double[][] curves, DceEstimate[] fits, int count, double ours)
    {
        const string Script = """
            import sys, time
            import numpy as np
            from scipy.optimize import least_squares
            from scipy.signal import lfilter
            lines = sys.stdin.read().split('\n')
            model = lines[0].strip(); t = np.array(lines[1].split(), float); cp = np.array(lines[2].split(), float)
            y = np.array([l.split() for l in lines[3:] if l], float)
            h = t[1] - t[0]
            def conv(k):
                x = k * h
                e = np.exp(-x)
                w1 = (x - 1 + e) / x**2 if x > 1e-4 else 0.5 - x / 6
                w0 = (1 - e) / x - w1 if x > 1e-8 else 0.5
                u = np.concatenate(([0.0], h * (w0 * cp[:-1] + w1 * cp[1:])))
                return lfilter([1.0], [1.0, -e], u)
            if model == 'ExtendedTofts':
                f = lambda p: p[0] * conv(p[0] / p[1]) + p[2] * cp
                p0, lo, hi = [0.1 / 60, 0.2, 0.02], [1e-9, 1e-3, 0], [1, 3, 1]
            else:
                f = lambda p: p[0] * conv(p[1]) + p[2] * conv(p[3])
                p0, lo, hi = [0.3 / 60, 8 / 60, 0.1 / 60, 0.5 / 60], [0, 0, 0, 0], [1, 5, 1, 5]
            out = []
            start = time.perf_counter()
            for row in y:
                r = least_squares(lambda p: f(p) - row, p0, bounds=(lo, hi), x_scale=p0, ftol=1e-12, xtol=1e-12, gtol=1e-12)
                try:
                    c = np.linalg.inv(r.jac.T @ r.jac) * 2 * r.cost / (len(row) - len(p0))
                except np.linalg.LinAlgError:
                    c = None
                out.append(2 * r.cost)
            print(time.perf_counter() - start, ' '.join(repr(float(o)) for o in out))
            """;
        var words = SciPy.Run(Script, new[] { model.ToString(), SciPy.Line(t), SciPy.Line(cp) }.Concat(curves.Take(count).Select(SciPy.Line)));
        var numbers = Array.ConvertAll(words, w => double.Parse(w, CultureInfo.InvariantCulture));
        if (numbers.Length != count + 1)
        {
            Timing.Say($"{model}: python3 with SciPy is absent; no ratio");
            return;
        }

        var excess = Enumerable.Range(0, count).Select(n => fits[n].Rss / numbers[n + 1] - 1).ToArray();
        Timing.Say($"{model}: scipy least_squares {count / numbers[0]:F1} fits/s, ratio {ours * numbers[0] / count:F0}; our cost over SciPy's, less 1: {excess.Min():E1} to {excess.Max():E1}");
    }
}
