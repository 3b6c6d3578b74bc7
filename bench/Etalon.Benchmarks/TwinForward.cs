using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Etalon.Imaging;
using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Benchmarks;

/// <summary>
/// 270 days of a treated tumour on 77 x 116 x 36 voxels of 1.5 x 1.5 x 3 mm, against array programming in NumPy (the classical Runge-Kutta method at half-day
/// steps) and against the memory traffic that one pass a step needs at the rate of a triad over arrays of the same size, all in one run.
/// </summary>
internal static class TwinForward
{
    private const int Nx = 77, Ny = 116, Nz = 36, Days = 270;

    /// <summary>Runs it.</summary>
    public static void Run()
    {
        var grid = new Grid(Nx, Ny, Nz, new Etalon.Imaging.Vector3(0, 0, 0), new Etalon.Imaging.Vector3(1.5, 0, 0), new Etalon.Imaging.Vector3(0, 1.5, 0), new Etalon.Imaging.Vector3(0, 0, 3));
        var (inside, density) = (new bool[grid.Count], new double[grid.Count]);
        for (var n = 0; n < inside.Length; n++)
        {
            var (i, j, k) = (n % Nx, n / Nx % Ny, n / Nx / Ny);
            double Square(double v, double middle, double half) => (v - middle) * (v - middle) / (half * half);
            inside[n] = Square(i, 38, 38.2) + Square(j, 57.5, 57.7) + Square(k, 17.5, 19.3) < 1;
            density[n] = 0.85 * Math.Exp(-3 * Math.Pow(Square(i, 27, 20) + Square(j, 70, 24) + Square(k, 20, 10), 2));
            density[n] = inside[n] && density[n] > 0.01 ? density[n] : 0;
        }

        var model = new TumourModel(new FluxDiffusion(new Mask(grid, inside)));
        var initial = model.Diffusion.ToState(density);
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = 0.1, ProliferationPerDay = 0.05, AlphaPerGy = 0.05, SensitivityPerDay = [0.2] };
        var schedule = Schedule();
        double[] outputs = [.. Enumerable.Range(1, 9).Select(v => 30.0 * v)];
        double[][] Simulate(double step, int refinement, int threads)
        {
            var states = new double[outputs.Length][];
            var options = new SimulationOptions { LargestStepDays = step, Refinement = refinement, Threads = threads };
            model.Simulate(initial, parameters, schedule, 0, outputs, (o, s) => states[o] = s.ToArray(), options);
            return states;
        }

        var converged = Simulate(1, 16, 2);
        foreach (var threads in new[] { 1, 2 })
        {
            var states = Simulate(1, 1, threads);
            var cells = states.Zip(converged, (a, b) => Math.Abs(a.Sum() / b.Sum() - 1)).Max();
            var largest = states.Zip(converged, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();
            var (wall, processor) = Timing.Rate(1, () => Simulate(1, 1, threads));
            var withError = Timing.Rate(1, () => TimeError.Simulate(model, initial, parameters, schedule, 0, outputs, new SimulationOptions { LargestStepDays = 2, Threads = threads }));
            Timing.Say($"exact, steps of 1 day, {threads} threads: {1 / wall:0.000} s ({1 / processor:0.000} s of processor), {1e-6 * inside.Count(x => x) * Days * wall:0} million voxel-steps/s; cells within {cells:0.0E0}, N within {largest:0.0E0}; with its time error {1 / withError.Wall:0.000} s");
            var limit = Days * 3 * sizeof(double) * (double)initial.Length / TriadRate(initial.Length, threads);
            Timing.Say($"  one pass a step at the rate of a triad: {limit:0.000} s, {100 * limit * wall:0} % of it reached (where there is no tumour yet nothing is stepped)");
        }

        var peer = Peer(inside, density, schedule);
        if (peer is { } seconds)
        {
            var (wall, _) = Timing.Rate(1, () => Simulate(1, 1, 2));
            Timing.Say($"NumPy, Runge-Kutta 4 at half-day steps: {seconds:0.0} s, {seconds * wall:0} times as long as ours on two threads");
        }
        else
        {
            Console.WriteLine("NumPy: not installed (apt-get install python3-numpy)");
        }
    }

    private static TreatmentSchedule Schedule()
    {
        var fractions = Enumerable.Range(0, 30).Select(n => new FractionOnDay(26 + n / 5 * 7 + n % 5, 2)).ToList();
        var daily = Enumerable.Range(26, 49).Select(d => new DoseOnDay(d, 105.0 / 215));
        var cycles = Enumerable.Range(0, 5).SelectMany(c => Enumerable.Range(133 + 28 * c, 5)).Select(d => new DoseOnDay(d, 1));
        return new TreatmentSchedule(fractions, [new DrugOnDays("temozolomide", 9.242, [.. daily.Concat(cycles)])]);
    }

    /// <summary>Bytes a second of a = b + s·c over arrays of one length, by several threads.</summary>
    private static double TriadRate(int length, int threads)
    {
        var (a, b, c) = (new double[length], new double[length], new double[length]);
        Array.Fill(b, 1.5);
        Array.Fill(c, 0.25);
        const int Repeats = 200;
        var best = double.PositiveInfinity;
        for (var run = 0; run < 5; run++)
        {
            var watch = Stopwatch.StartNew();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
            {
                var (from, to) = (length * part / threads, length * (part + 1) / threads);
                for (var n = 0; n < Repeats; n++)
                {
                    Triad(a.AsSpan(from..to), b.AsSpan(from..to), c.AsSpan(from..to));
                }
            });
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }

        return Repeats * 3.0 * sizeof(double) * length / best;
    }

    private static void Triad(Span<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c)
    {
        var (half, width) = (new Vector<double>(0.5), Vector<double>.Count);
        for (var n = 0; n <= a.Length - width; n += width)
        {
            (new Vector<double>(b[n..]) + half * new Vector<double>(c[n..])).CopyTo(a[n..]);
        }
    }

    private static double? Peer(bool[] inside, double[] density, TreatmentSchedule schedule)
    {
        string[] lines =
        [
            SciPy.Line(inside.Select(i => i ? 1.0 : 0)), SciPy.Line(density), SciPy.Line(schedule.Fractions.Select(f => f.Day)),
            SciPy.Line(schedule.Drugs[0].Doses.Select(d => d.Day)), SciPy.Line(schedule.Drugs[0].Doses.Select(d => d.RelativeAmount)),
        ];
        return SciPy.Run(Script, lines) is [var seconds, ..] ? double.Parse(seconds, CultureInfo.InvariantCulture) : null;
    }

    private const string Script = """
        import sys, time
        import numpy as np
        read = lambda: np.array(sys.stdin.readline().split(), dtype=float)
        mask = read().reshape(36, 116, 77); n = read().reshape(mask.shape)
        fractions = set(read()); day = read(); amount = read()
        d, k, s, beta, h = 0.1, 0.05, 0.2, 9.242, 0.5
        faces = [d / 9 * mask[1:] * mask[:-1], d / 2.25 * mask[:, 1:] * mask[:, :-1], d / 2.25 * mask[:, :, 1:] * mask[:, :, :-1]]
        def slope(n, t):
            given = day <= t
            c = s * np.sum(amount[given] * np.exp(-beta * (t - day[given])))
            f = (k * (1 - n) - c) * n
            g = faces[0] * (n[1:] - n[:-1]); f[:-1] += g; f[1:] -= g
            g = faces[1] * (n[:, 1:] - n[:, :-1]); f[:, :-1] += g; f[:, 1:] -= g
            g = faces[2] * (n[:, :, 1:] - n[:, :, :-1]); f[:, :, :-1] += g; f[:, :, 1:] -= g
            return f
        begin = time.perf_counter()
        for step in range(540):
            t = step * h
            if t in fractions:
                n = n * np.exp(-0.05 * 2 * 1.2)
            k1 = slope(n, t); k2 = slope(n + h / 2 * k1, t + h / 2); k3 = slope(n + h / 2 * k2, t + h / 2); k4 = slope(n + h * k3, t + h)
            n = n + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        print(time.perf_counter() - begin, n.sum())
        """;
}
