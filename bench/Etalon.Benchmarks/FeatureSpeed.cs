using System.Diagnostics;
using System.Globalization;
using Etalon.Assays.Radiomics;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Numerics;

namespace Etalon.Benchmarks;

/// <summary>
/// Features of a cube, two threads: all texture families in space, in slices, the other families, and textures of a cube of 256³. Run: <c>dotnet run -c Release --project bench/Etalon.Benchmarks -- features</c>.
/// </summary>
internal static class FeatureSpeed
{
    private static readonly FeatureFamily[] Textures = [FeatureFamily.Glcm, FeatureFamily.Glrlm, FeatureFamily.Glszm, FeatureFamily.Gldzm, FeatureFamily.Ngtdm, FeatureFamily.Ngldm];

    public static void Run()
    {
        var (image, region) = Cube(100);
        var settings = new RadiomicsSettings { Name = "speed", Levels = Discretisation.Number(32), VolumeHistogramLevels = Discretisation.Number(1000) };
        Measure("100³, textures in space", image, region, settings with { Families = [.. Textures] }, 9);
        Measure("100³, textures in slices", image, region, settings with { Families = [.. Textures], Aggregations = RadiomicsSettings.OfSlices }, 9);
        Measure("100³, shape and correlation in space", image, region, settings with { Families = [FeatureFamily.Morphology] }, 3);
        Measure("100³, peaks, statistics, histograms", image, region, settings with { Families = [FeatureFamily.LocalIntensity, FeatureFamily.IntensityStatistics, FeatureFamily.IntensityHistogram, FeatureFamily.IntensityVolumeHistogram] }, 5);
        (image, region) = Cube(256);
        Measure("256³, textures in space", image, region, settings with { Families = [.. Textures] }, 1);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB"));
    }

    private static void Measure(string what, RadiomicsImage image, RadiomicsRegion region, RadiomicsSettings settings, int runs)
    {
        var (wall, busy) = (new List<double>(), new List<double>());
        using var self = Process.GetCurrentProcess();
        for (var n = 0; n <= runs; n++)
        {
            self.Refresh();
            var (watch, before) = (Stopwatch.StartNew(), self.TotalProcessorTime);
            RadiomicsAssay.Measure(image, region, settings, new RadiomicsOptions { Replicates = 0, Threads = 2 }, []);
            wall.Add(watch.Elapsed.TotalSeconds);
            self.Refresh();
            busy.Add((self.TotalProcessorTime - before).TotalSeconds);
        }

        // The first run compiles.
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {wall.Skip(1).Min():0.000} s by the clock at best, {busy.Skip(1).Min():0.000} s of the processor"));
    }

    /// <summary>Smooth noise in a cube with a border of one voxel.</summary>
    private static (RadiomicsImage Image, RadiomicsRegion Region) Cube(int n)
    {
        var (size, random) = (n + 2, new RandomStream(5, "cube"));
        var values = new float[size * size * size];
        for (var v = 0; v < values.Length; v++)
        {
            var before = v < size ? 0 : 0.5f * values[v - 1] + 0.3f * values[v - size];
            values[v] = (float)random.NextNormal() + before;
        }

        var inside = Enumerable.Range(0, values.Length).Select(v => v % size is > 0 && v % size <= n && v / size % size is > 0 && v / size % size <= n && v / (size * size) is > 0 && v / (size * size) <= n).ToArray();
        var grid = new Grid(size, size, size, default, new Vector3(1, 0, 0), new Vector3(0, 1, 0), new Vector3(0, 0, 1));
        return (new RadiomicsImage("cube", new Volume(grid, values, Unit.Parse("1"))), new RadiomicsRegion("cube", new Mask(grid, inside), ""));
    }
}
