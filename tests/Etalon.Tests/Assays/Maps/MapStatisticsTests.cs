using Etalon.Assays;
using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Maps;

[Trait("Kind", "Numeric")]
public sealed class MapStatisticsTests
{
    private static readonly NoiseGrain Independent = new(1, "independent");

    [Fact]
    public void Statistics_of_a_ramp_are_those_of_hand_calculation()
    {
        var map = Map(21, n => 10 + n, 0);
        var s = MapStatistics.Of(map, All(map), Independent)!;
        Assert.Equal(("mean", 20.0), (s.Statistics[0].Name, s.Statistics[0].Value));
        Assert.Equal(20, Of(s, "median").Value, 1e-12);
        Assert.Equal(12, Of(s, "p10").Value, 1e-12);
        Assert.Equal(28, Of(s, "p90").Value, 1e-12);
        Assert.Equal(21, s.Histogram.Counts.Sum());
    }

    [Fact]
    public void Voxels_without_a_value_take_no_part_and_are_counted()
    {
        var map = Map(20, n => 1 + n, 0.1);
        map.Status[3] = VoxelStatus.NotConverged;
        map.Status[19] = VoxelStatus.AtBound;
        var s = MapStatistics.Of(map, All(map), Independent)!;
        Assert.Equal((18, 2), (s.Voxels, s.WithoutValue));
        Assert.Equal((210.0 - 4 - 20) / 18, s.Statistics[0].Value, 1e-6);
    }

    [Fact]
    public void Noise_of_the_mean_grows_with_the_root_of_the_grain()
    {
        var map = Map(400, n => 5 + n % 7, 0.3);
        var one = MapStatistics.Of(map, All(map), Independent)!.Statistics[0].NoiseU!.Value;
        var four = MapStatistics.Of(map, All(map), new NoiseGrain(4, ""))!.Statistics[0].NoiseU!.Value;
        // 0.3 in single precision.
        Assert.Equal(0.3 / 20, one, 1e-8);
        Assert.Equal(2 * one, four, 1e-12);
    }

    /// <summary>500 repeats of the noise of one region: the spread of each statistic is what it says, and the pull outwards is of the stated size.</summary>
    [Theory]
    [InlineData("mean")]
    [InlineData("median")]
    [InlineData("p10")]
    [InlineData("p90")]
    public void The_noise_of_a_statistic_is_its_spread_over_repeats_of_the_noise(string name)
    {
        const int Voxels = 600, Repeats = 500;
        var random = new RandomStream(11, $"statistics {name}");
        // A skewed region whose noise differs from voxel to voxel.
        var truth = Enumerable.Range(0, Voxels).Select(n => 1 + 2 * Math.Pow((n + 0.5) / Voxels, 2)).ToArray();
        var u = Enumerable.Range(0, Voxels).Select(n => 0.1 + 0.2 * ((n * 7919) % Voxels) / Voxels).ToArray();
        var exact = MapStatistics.Of(Map(Voxels, n => truth[n], 0), All(Map(Voxels, n => truth[n], 0)), Independent)!;
        var values = new List<double>();
        var (stated, pull) = (0.0, 0.0);
        for (var r = 0; r < Repeats; r++)
        {
            var noisy = Enumerable.Range(0, Voxels).Select(n => truth[n] + u[n] * random.NextNormal()).ToArray();
            var map = Map(Voxels, n => noisy[n], n => u[n]);
            var s = Of(MapStatistics.Of(map, All(map), Independent)!, name);
            values.Add(s.Value);
            stated += s.NoiseU!.Value / Repeats;
            pull += s.BroadeningU!.Value / Repeats;
        }

        var mean = values.Average();
        var sd = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (Repeats - 1));
        // The standard deviation of 500 repeats is known to 3 %; the density at a quantile, from noisy values, to about a tenth.
        Assert.InRange(stated / sd, 0.88, 1.15);
        var bias = Math.Abs(mean - Of(exact, name).Value);
        // What remains of the pull after it is told is a fraction of it, and is small against it or against the noise.
        Assert.True(bias <= 1.6 * pull + 0.3 * sd, $"bias {bias:G3}, told {pull:G3}, sd {sd:G3}");
    }

    [Fact]
    public void Counts_of_a_histogram_vary_as_they_say()
    {
        const int Voxels = 2000, Repeats = 400;
        var random = new RandomStream(5, "histogram");
        var map = Map(Voxels, n => 3 + 2.0 * n / Voxels, 0.15);
        var histogram = MapStatistics.Of(map, All(map), Independent)!.Histogram;
        var bin = histogram.Counts.Count / 2;
        var (low, high) = (histogram.Edges[bin], histogram.Edges[bin + 1]);
        var counts = Enumerable.Range(0, Repeats).Select(_ => Enumerable.Range(0, Voxels).Count(n => 3 + 2.0 * n / Voxels + 0.15 * random.NextNormal() is var v && v >= low && v < high)).ToList();
        var mean = counts.Average();
        // 400 repeats give a standard deviation to 3.5 %; three of those.
        Assert.Equal(Math.Sqrt(counts.Sum(c => (c - mean) * (c - mean)) / (Repeats - 1)), histogram.CountsU![bin], 0.11 * histogram.CountsU[bin]);
    }

    [Fact]
    public void A_region_without_any_value_has_no_statistics()
    {
        var map = Map(12, n => n, 0.1);
        Array.Fill(map.Status, VoxelStatus.SignalTooLow);
        Assert.Null(MapStatistics.Of(map, All(map), Independent));
    }

    [Fact]
    public void A_region_of_one_value_has_one_bin()
    {
        var map = Map(9, _ => 4, 0);
        Assert.Equal([9], MapStatistics.Of(map, All(map), Independent)!.Histogram.Counts);
    }

    [Theory]
    [InlineData("256 0 0 128", 256, 256, 2)]
    [InlineData("0 64 64 0", 64, 64, 1)]
    [InlineData("0 512 512 0", 256, 256, 1)]
    public void The_grain_is_what_interpolation_made_of_a_sample(string matrix, int nx, int ny, double expected)
    {
        var record = new Acquisition("a", [new AcquisitionAttribute("AcquisitionMatrix", matrix, AttributeState.Present) { Numbers = [.. matrix.Split(' ').Select(double.Parse)], Unit = "1" }]);
        Assert.Equal(expected, NoiseGrain.Of(record, GridOf(nx, ny, 3)).Voxels);
    }

    private static Grid GridOf(int nx, int ny, int nz) => new(nx, ny, nz, new Vector3(3, -7, 11), new Vector3(1.1, 0.2, 0), new Vector3(-0.3, 1.7, 0), new Vector3(0, 0, 2.9));

    private static RegionStatistic Of(MapStatistics s, string name) => s.Statistics.First(t => t.Name == name);

    private static ParametricMap Map(int voxels, Func<int, double> value, double u) => Map(voxels, value, _ => u);

    private static ParametricMap Map(int voxels, Func<int, double> value, Func<int, double> u)
    {
        var grid = GridOf(voxels, 1, 1);
        return new ParametricMap(
            new Volume(grid, [.. Enumerable.Range(0, voxels).Select(n => (float)value(n))], null),
            new Volume(grid, [.. Enumerable.Range(0, voxels).Select(n => (float)u(n))], null),
            [.. Enumerable.Repeat(VoxelStatus.Ok, voxels)], null);
    }

    private static Mask All(ParametricMap map) => new(map.Value.Grid, [.. Enumerable.Repeat(true, map.Value.Grid.Count)]);
}
