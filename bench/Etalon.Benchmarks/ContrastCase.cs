using System.Diagnostics;
using System.Globalization;
using Etalon.Assays;
using Etalon.Assays.Dce;
using Etalon.Assays.Maps;
using Etalon.Assays.Relaxation;
using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Benchmarks;

/// <summary>
/// A whole case without input and output: T1 from three flip angles, concentration, extended Tofts with uncertainty of every parameter, 256 × 256 × 32 voxels, 60 frames, all cores.
/// Run: <c>dotnet run -c Release --project bench/Etalon.Benchmarks -- contrast-case</c>.
/// </summary>
internal static class ContrastCase
{
    private const int Nx = 256, Ny = 256, Nz = 32, Frames = 60;
    private const double TrS = 0.005, FlipDeg = 15, FrameS = 5, R1 = 4.5;

    public static void Run()
    {
        var grid = new Grid(Nx, Ny, Nz, new Vector3(0, 0, 0), new Vector3(0.9, 0, 0), new Vector3(0, 0.9, 0), new Vector3(0, 0, 3));
        var input = Input(grid);
        var map = new DceMap(new DceMapOptions { Population = PopulationInputKind.Parker, Haematocrit = 0.42, Baseline = (0, 5) });
        for (var run = 0; run < 3; run++)
        {
            var (watch, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
            var outcome = map.Measure(input, CancellationToken.None);
            var ok = outcome.Maps[0].Map.Status.Count(s => s == VoxelStatus.Ok);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Nx} x {Ny} x {Nz} voxels, {Frames} frames, T1 to Ktrans, ve, vp with u: {watch.Elapsed.TotalSeconds:0.0} s on {Environment.ProcessorCount} cores, {(Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds:0.0} s of them together, which is what idle cores would share ({ok} voxels with Ktrans)"));
        }
    }

    private static MapInput Input(Grid grid)
    {
        double[] flips = [4, 10, 20];
        double[] times = [.. Enumerable.Range(0, Frames).Select(n => n * FrameS)];
        double[] plasma = [.. times.Select(t => PopulationInput.BloodMm(PopulationInputKind.Parker, t, 5 * FrameS) / 0.58)];
        var vfa = flips.Select(_ => new float[grid.Count]).ToArray();
        var dynamic = times.Select(_ => new float[grid.Count]).ToArray();
        Parallel.For(0, Nz * Ny, row =>
        {
            var random = new RandomStream(7, $"contrast-case-{row}");
            var tissue = new double[Frames];
            for (var i = 0; i < Nx; i++)
            {
                var n = row * Nx + i;
                var (t1, ktrans, ve, vp) = (random.NextUniform(0.8, 1.8), random.NextUniform(0.01, 0.3) / 60, random.NextUniform(0.1, 0.5), random.NextUniform(0, 0.08));
                ExponentialConvolution.Convolve(times, plasma, ktrans / ve, tissue);
                for (var f = 0; f < flips.Length; f++)
                {
                    vfa[f][n] = (float)(SpoiledGradientEcho.Signal(10_000, t1, flips[f], TrS) + 3 * random.NextNormal());
                }

                for (var t = 0; t < Frames; t++)
                {
                    var t1WithContrast = 1 / (1 / t1 + R1 * (vp * plasma[t] + ktrans * tissue[t]));
                    dynamic[t][n] = (float)(SpoiledGradientEcho.Signal(10_000, t1WithContrast, FlipDeg, TrS) + 3 * random.NextNormal());
                }
            }
        });
        MapSeries Series(string name, IEnumerable<MapFrame> frames) => new() { Name = name, Grid = grid, Modality = "MR", Acquisition = Acquisition.Unknown(name), Sha256 = name, Frames = [.. frames] };
        return new MapInput(
            [
                .. flips.Select((flip, f) => Series($"flip {flip}", [new MapFrame(vfa[f]) { FlipAngleDeg = flip, RepetitionTimeS = TrS, EchoTimeS = 0.002 }])),
                Series("dynamic", dynamic.Select((v, t) => new MapFrame(v) { FlipAngleDeg = FlipDeg, RepetitionTimeS = TrS, EchoTimeS = 0.001, TimeS = times[t] })),
            ], []);
    }
}
