using Etalon.Assays.Suv;
using Etalon.Imaging;
using Xunit;

namespace Etalon.Tests.Assays.Suv;

/// <summary>What an SUV image says of a region.</summary>
public sealed class SuvStatisticsTests
{
    private static readonly Grid Grid = new(23, 19, 15, new Vector3(1, 2, 3), new Vector3(2.1, 0, 0), new Vector3(0, 2.7, 0), new Vector3(0, 0, 3.3));

    [Fact]
    public void A_uniform_region_has_one_value()
    {
        var s = SuvStatistics.Of(Image((_, _, _) => 3.2), Box(5, 15))!;
        Assert.Equal((3.2, 3.2, 3.2), (Math.Round(s.Mean, 6), Math.Round(s.Max, 6), Math.Round(s.Peak!.Value, 6)));
    }

    [Fact]
    [Trait("Kind", "Numeric")]
    public void The_peak_of_a_slope_is_the_value_at_the_highest_centre()
    {
        // A linear field averages to its value at the centre of the sphere, by symmetry.
        var s = SuvStatistics.Of(Image((i, _, _) => 0.5 * i), Box(5, 15))!;
        Assert.Equal(7.5, s.Peak!.Value, 1e-5);
        Assert.Equal(5, s.Mean, 1e-5);
    }

    [Fact]
    [Trait("Kind", "Numeric")]
    public void One_hot_voxel_counts_by_its_share_of_a_millilitre()
    {
        var s = SuvStatistics.Of(Image((i, j, k) => (i, j, k) == (10, 9, 7) ? 50 : 0), Box(5, 15))!;
        // Voxel 2.1 × 2.7 × 3.3 mm = 18.711 µL of 1000; the sphere is built of 125ths of voxels, good to 2 %.
        Assert.Equal(50 * 0.018711, s.Peak!.Value, 0.02 * 50 * 0.018711);
        Assert.Equal(50, s.Max);
    }

    [Fact]
    public void There_is_no_peak_where_no_sphere_lies_within_the_image() => Assert.Null(SuvStatistics.Of(Image((_, _, _) => 1), Box(0, 0))!.Peak);

    [Fact]
    public void There_is_no_peak_in_voxels_of_more_than_half_a_millilitre()
    {
        var coarse = new Grid(9, 9, 9, new Vector3(0, 0, 0), new Vector3(8, 0, 0), new Vector3(0, 8.5, 0), new Vector3(0, 0, 9));
        var all = new bool[coarse.Count];
        Array.Fill(all, true);
        Assert.Null(SuvStatistics.Of(new Volume(coarse, new float[coarse.Count], null), new Mask(coarse, all))!.Peak);
    }

    [Fact]
    public void An_empty_region_has_no_statistics() => Assert.Null(SuvStatistics.Of(Image((_, _, _) => 1), new Mask(Grid, new bool[Grid.Count])));

    private static Volume Image(Func<int, int, int, double> of) =>
        new(Grid, [.. Enumerable.Range(0, Grid.Count).Select(n => (float)of(n % Grid.Nx, n / Grid.Nx % Grid.Ny, n / Grid.Nx / Grid.Ny))], null);

    private static Mask Box(int low, int high) => new(Grid, [.. Enumerable.Range(0, Grid.Count).Select(n =>
        n % Grid.Nx >= low && n % Grid.Nx <= high && n / Grid.Nx % Grid.Ny >= Math.Min(low, 6) && n / Grid.Nx % Grid.Ny <= Math.Min(high, 12) && n / Grid.Nx / Grid.Ny >= Math.Min(low, 5) && n / Grid.Nx / Grid.Ny <= Math.Min(high, 9))]);
}
