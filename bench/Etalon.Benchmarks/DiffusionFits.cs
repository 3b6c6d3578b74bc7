using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Etalon.Assays;
using Etalon.Assays.Diffusion;
using Etalon.Numerics;

namespace Etalon.Benchmarks;

/// <summary>
/// Fits per second of one thread, standard errors included, and the ratio to scipy.optimize.curve_fit on the same curves in the same run. Run:
/// <c>dotnet run -c Release --project bench/Etalon.Benchmarks -- diffusion</c>. Where python3 or scipy is absent it says so and gives our rates alone.
/// </summary>
internal static class DiffusionFits
{
    private const string Peer = """
        import json, sys, time, warnings
        import numpy as np
        from scipy.optimize import curve_fit
        warnings.simplefilter("ignore")
        job = json.load(sys.stdin)
        mono = lambda b, s, d: s * np.exp(-b * d)
        ivim = lambda b, s, f, d, g: s * ((1 - f) * np.exp(-b * d) + f * np.exp(-b * g))
        models = {"exact": (mono, [1, 1], ([0, 0], [np.inf, 10])), "ivim": (ivim, [1, 0.1, 1, 20], ([0, 0, 0, 5], [np.inf, 1, 5, 300]))}
        for name, (model, start, bounds) in models.items():
            b, curves = np.array(job[name]["b"]), np.array(job[name]["curves"])
            begin = time.perf_counter()
            for y in curves:
                try:
                    curve_fit(model, b, y, p0=start, bounds=bounds)
                except RuntimeError:
                    pass
            print(name, len(curves) / (time.perf_counter() - begin))
        b, curves = np.array(job["exact"]["b"]), np.array(job["exact"]["curves"])
        begin = time.perf_counter()
        for y in curves:
            np.polyfit(b, np.log(y), 1, cov=True)
        print("linear", len(curves) / (time.perf_counter() - begin))
        """;

    private static readonly double[] B = [0, 300, 600, 1000];
    private static readonly double[] IvimB = [0, 1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 250, 350, 400, 550, 700, 850, 1000];

    public static void Run()
    {
        var random = new RandomStream(1, "diffusion-bench");
        var mono = Enumerable.Range(0, 20_000).Select(_ => (D: random.NextUniform(0.4e-3, 2.5e-3), 0)).Select(c => Noisy(B.Select(b => Math.Exp(-b * c.D)), random)).ToArray();
        var ivim = Enumerable.Range(0, 5_000).Select(_ => (F: random.NextUniform(0.05, 0.4), D: random.NextUniform(0.5e-3, 2.2e-3), S: random.NextUniform(0.01, 0.1)))
            .Select(c => Noisy(IvimB.Select(b => (1 - c.F) * Math.Exp(-b * c.D) + c.F * Math.Exp(-b * c.S)), random)).ToArray();
        var rates = new Dictionary<string, double>
        {
            ["linear"] = Linear(mono),
            ["exact"] = Exact(mono),
            ["rician"] = Decay(DiffusionModel.MonoExponential, B, mono, NoiseLaw.Rician),
            ["ivim"] = Decay(DiffusionModel.Ivim, IvimB, ivim, NoiseLaw.Gaussian),
        };
        var peer = Scipy(mono, ivim);
        foreach (var (name, rate) in rates)
        {
            var ratio = peer.TryGetValue(name, out var theirs) ? string.Create(CultureInfo.InvariantCulture, $"; scipy {theirs:F0} fits/s, ratio {rate / theirs:F0}") : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {rate / 1e6:F3} M fits/s{ratio}"));
        }
    }

    private static double[] Noisy(IEnumerable<double> signal, RandomStream random) => [.. signal.Select(s => Math.Abs(s + random.NextNormal() / 50))];

    /// <summary>Best of seven rounds: other work on the machine only ever adds time.</summary>
    private static double Best(int fits, Action round)
    {
        var best = double.PositiveInfinity;
        for (var n = 0; n < 7; n++)
        {
            var watch = Stopwatch.StartNew();
            round();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }

        return fits / best;
    }

    private static double Linear(double[][] curves)
    {
        const int Voxels = 400_000;
        var frames = Enumerable.Range(0, B.Length).Select(f => Enumerable.Range(0, Voxels).Select(n => (float)curves[n % curves.Length][f]).ToArray()).ToArray();
        float[] adc = new float[Voxels], u = new float[Voxels];
        return Best(Voxels, () => AdcLine.FitMany(B, frames, 0, 0.02, adc, u));
    }

    private static double Exact(double[][] curves)
    {
        var fitter = new AdcExact(B);
        var sum = 0.0;
        return Best(10 * curves.Length, () =>
        {
            for (var n = 0; n < 10 * curves.Length; n++)
            {
                sum += fitter.Fit(curves[n % curves.Length], 0).U;
            }
        });
    }

    private static double Decay(DiffusionModel model, double[] b, double[][] curves, NoiseLaw law)
    {
        var fitter = new DiffusionVoxel(model, b);
        double[] value = new double[4], u = new double[4];
        var sum = 0;
        return Best(curves.Length, () =>
        {
            foreach (var curve in curves)
            {
                sum += fitter.Fit(curve, null, law, value, u) == VoxelStatus.Ok ? 1 : 0;
            }
        });
    }

    private static Dictionary<string, double> Scipy(double[][] mono, double[][] ivim)
    {
        var job = JsonSerializer.Serialize(new
        {
            exact = new { b = B.Select(x => x / 1000), curves = mono.Take(1000) },
            ivim = new { b = IvimB.Select(x => x / 1000), curves = ivim.Take(200) },
        });
        var rates = SciPy.Run(Peer, [job]).Chunk(2).ToDictionary(words => words[0], words => double.Parse(words[1], CultureInfo.InvariantCulture));
        if (rates.Count == 0)
        {
            Console.WriteLine("No ratio: python3 with numpy and scipy is not installed.");
        }

        return rates;
    }
}
