using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Tests.Twin;
using Xunit;

namespace Etalon.Tests.Imaging;

/// <summary>Indices and positions, masks and their neighbourhoods.</summary>
[Trait("Kind", "Numeric")]
public sealed class GridTests(ITestOutputHelper output)
{
    [Fact]
    public void An_index_goes_to_the_patient_and_back()
    {
        // A sheared grid (a tilted gantry) as well as a turned one.
        var sheared = new Grid(9, 8, 7, new(3, -4, 5), new(1.1, 0.2, 0), new(-0.1, 0.9, 0.05), new(0.3, -0.4, 2.7));
        foreach (var grid in new[] { TumourFixtures.ObliqueGrid(9, 8, 7, 1.1, 0.7, 3.3), sheared })
        {
            var index = grid.ToIndex(grid.ToPatient(2.25, -1.5, 6.125));
            Assert.True((index - new Vector3(2.25, -1.5, 6.125)).Length < 1e-12, index.ToString());
            Assert.Equal(grid.Origin, grid.ToPatient(0, 0, 0));
            Assert.Equal(grid.ToPatient(1, 2, 3) + grid.StepJ, grid.ToPatient(1, 3, 3), (a, b) => (a - b).Length < 1e-12);
            Assert.Equal(1 + 9 * (2 + 8 * 3), grid.Index(1, 2, 3));
        }

        // Determinant by hand: 1.1(0.9·2.7 + 0.05·0.4) − 0.2(−0.1·2.7 − 0.05·0.3) = 2.695 + 0.057.
        Assert.Equal(2.752e-3, sheared.VoxelVolumeMl, 1e-12);
    }

    [Fact]
    public void Grids_are_one_only_where_their_corners_meet()
    {
        var grid = TumourFixtures.ObliqueGrid(90, 80, 30, 1.1, 0.7, 3.3);
        Grid With(Vector3 shift, double stretch) => new(90, 80, 30, grid.Origin + shift, stretch * grid.StepI, grid.StepJ, grid.StepK);

        Assert.True(grid.IsSameAs(With(new(0.005, 0, 0), 1)));
        Assert.False(grid.IsSameAs(With(new(0.02, 0, 0), 1)));
        // 89 voxels of 1.1 mm: a stretch of 2e-4 moves the far corner by 0.02 mm.
        Assert.False(grid.IsSameAs(With(default, 1.0002)));
        Assert.False(grid.IsSameAs(new Grid(80, 90, 30, grid.Origin, grid.StepI, grid.StepJ, grid.StepK)));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(-4, 3, -2)]
    [InlineData(65536, 65536, 1)]
    [InlineData(1 << 22, 1 << 22, 1 << 22)]
    public void Impossible_sizes_are_refused(int nx, int ny, int nz) =>
        Assert.Throws<ArgumentException>(() => new Grid(nx, ny, nz, default, new(1, 0, 0), new(0, 1, 0), new(0, 0, 1)));

    [Fact]
    public void Steps_that_span_no_volume_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Grid(2, 2, 2, default, new(1, 0, 0), new(0, 1, 0), new(1, 1, 0)));
        Assert.Throws<ArgumentException>(() => new Grid(2, 2, 2, default, new(double.NaN, 0, 0), new(0, 1, 0), new(0, 0, 1)));
        Assert.Throws<ArgumentException>(() => new Grid(2, 2, 2, new(double.NaN, 0, 0), new(1, 0, 0), new(0, 1, 0), new(0, 0, 1)));
        // Steps as small as an electron microscope's are still a grid.
        Assert.Equal(1e-15, new Grid(2, 2, 2, default, new(1e-4, 0, 0), new(0, 1e-4, 0), new(0, 0, 1e-4)).VoxelVolumeMl, 1e-20);
    }

    [Fact]
    public void What_is_not_a_number_is_outside_a_mask()
    {
        var grid = TumourFixtures.ObliqueGrid(3, 2, 1, 1, 2, 3);
        var mask = Mask.FromNonZero(new Volume(grid, [0, 1, float.NaN, -2, float.NaN, 0.25f], null));

        Assert.Equal([false, true, false, true, false, true], mask.Inside);
        Assert.Equal(3, mask.Count);
    }

    [Fact]
    public void Eroding_what_was_dilated_gives_a_box_back_and_counts_are_known()
    {
        var grid = TumourFixtures.ObliqueGrid(15, 14, 13, 1, 2, 3);
        var box = new Mask(grid, Enumerable.Range(0, grid.Count).Select(n => n % 15 is >= 4 and < 9 && n / 15 % 14 is >= 5 and < 9 && n / 210 is >= 4 and < 7).ToArray());

        // 5 x 4 x 3: six faces are added, 2(20 + 15 + 12); the inside is 3 x 2 x 1.
        Assert.Equal(60 + 94, MaskMorphology.Dilated(box, 1).Count);
        Assert.Equal(6, MaskMorphology.Eroded(box, 1).Count);
        Assert.Equal(0, MaskMorphology.Eroded(box, 2).Count);
        Assert.Equal(box.Inside, MaskMorphology.Eroded(MaskMorphology.Dilated(box, 3), 3).Inside);
        Assert.Equal((4, 8, 5, 8, 4, 6), box.Bounds());
        // At the image's edge, outside counts as outside.
        Assert.Equal(13 * 12 * 11, MaskMorphology.Eroded(TumourFixtures.Box(grid), 1).Count);
    }

    [Theory]
    [InlineData(1.0, 1.0, 1.0)]
    [InlineData(1.5, 1.4, 3.0)]
    [InlineData(0.8, 0.9, 6.5)]
    public void Distances_are_those_between_voxel_centres(double hx, double hy, double hz)
    {
        var grid = TumourFixtures.ObliqueGrid(21, 17, 11, hx, hy, hz);
        var random = new RandomStream(3, "seeds");
        var mask = new Mask(grid, Enumerable.Range(0, grid.Count).Select(_ => random.NextUniform() < 0.002).ToArray());
        var seeds = Enumerable.Range(0, grid.Count).Where(n => mask.Inside[n]).Select(Centre).ToList();

        var distance = MaskMorphology.DistanceMm(mask);

        var worst = 0.0;
        for (var n = 0; n < grid.Count; n++)
        {
            var nearest = seeds.Min(s => (s - Centre(n)).Length);
            worst = Math.Max(worst, Math.Abs(distance[n] - nearest) / Math.Max(nearest, 1e-9));
        }

        output.WriteLine(FormattableString.Invariant($"{seeds.Count} seeds, worst relative error {100 * worst:0.0} %"));
        // Single precision.
        Assert.InRange(worst, 0, 1e-6);
        Assert.All(MaskMorphology.DistanceMm(new Mask(grid, new bool[grid.Count])), d => Assert.Equal(float.PositiveInfinity, d));

        Vector3 Centre(int n) => grid.ToPatient(n % grid.Nx, n / grid.Nx % grid.Ny, n / grid.Nx / grid.Ny);
    }

    [Fact]
    public void Distances_on_a_sheared_grid_are_never_too_short_and_at_most_two_fifths_too_long()
    {
        var grid = new Grid(15, 13, 9, default, new(1.1, 0.2, 0), new(-0.1, 0.9, 0.05), new(0.3, -0.4, 2.7));
        var inside = new bool[grid.Count];
        inside[grid.Index(4, 9, 3)] = true;

        var distance = MaskMorphology.DistanceMm(new Mask(grid, inside));

        for (var n = 0; n < grid.Count; n++)
        {
            var exact = (grid.ToPatient(n % 15, n / 15 % 13, n / 195) - grid.ToPatient(4, 9, 3)).Length;
            Assert.InRange(distance[n], exact * (1 - 1e-5), 1.4 * exact);
        }
    }
}
