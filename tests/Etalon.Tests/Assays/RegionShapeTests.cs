using Etalon.Assays;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Tests.Twin;
using Xunit;

namespace Etalon.Tests.Assays;

/// <summary>Volumes, diameters and statistics of bodies with known size, on oblique grids of unequal spacing.</summary>
[Trait("Kind", "Numeric")]
public sealed class RegionShapeTests(ITestOutputHelper output)
{
    /// <summary>Voxels whose centres fulfil a condition, in mm along the grid's axes from its middle.</summary>
    private static Mask Body(Grid grid, Func<double, double, double, bool> isInside, (double X, double Y, double Z) shift = default)
    {
        var s = grid.SpacingMm;
        var inside = new bool[grid.Count];
        for (var n = 0; n < inside.Length; n++)
        {
            var (i, j, k) = (n % grid.Nx, n / grid.Nx % grid.Ny, n / grid.Nx / grid.Ny);
            inside[n] = isInside(
                (i - (grid.Nx - 1) / 2.0) * s.X - shift.X, (j - (grid.Ny - 1) / 2.0) * s.Y - shift.Y, (k - (grid.Nz - 1) / 2.0) * s.Z - shift.Z);
        }

        return new Mask(grid, inside);
    }

    /// <summary>A turned ellipse in the plane and a third axis along z.</summary>
    private static Func<double, double, double, bool> Ellipsoid(double a, double b, double c, double degrees)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        return (x, y, z) =>
        {
            var (u, v) = ((cosine * x + sine * y) / a, (cosine * y - sine * x) / b);
            return u * u + v * v + z * z / (c * c) <= 1;
        };
    }

    [Fact]
    public void An_ellipsoid_has_its_volume_and_diameters()
    {
        var grid = TumourFixtures.ObliqueGrid(61, 53, 31, 0.9, 1.1, 2.3);
        var mask = Body(grid, Ellipsoid(22.3, 13.1, 17.7, 33), (0.31, -0.27, 0.8));

        var volume = 4 / 3.0 * Math.PI * 22.3 * 13.1 * 17.7 / 1000;
        var diameters = RegionShape.Diameters(mask)!;
        output.WriteLine(FormattableString.Invariant(
            $"volume {RegionShape.VolumeMl(mask):0.000} of {volume:0.000} mL, u {RegionShape.DiscretisationUMl(mask):0.000}; diameters {diameters.LongestMm:0.00} x {diameters.PerpendicularMm:0.00}"));
        Assert.Equal(volume, RegionShape.VolumeMl(mask), 3 * RegionShape.DiscretisationUMl(mask));
        // Each end is known to half a voxel of about 1 mm; the slice nearest to the middle may lie 1.15 mm off it (0.2 %).
        Assert.Equal(44.6, diameters.LongestMm, 1.2);
        Assert.Equal(26.2, diameters.PerpendicularMm, 1.2);
        Assert.Equal(diameters.LongestMm * diameters.PerpendicularMm, diameters.ProductMm2, 1e-12);
    }

    [Fact]
    public void A_box_has_its_volume_exactly_and_its_faces()
    {
        var grid = TumourFixtures.ObliqueGrid(40, 30, 20, 1.3, 0.7, 2.9);
        var mask = Body(grid, (x, y, z) => Math.Abs(x) < 14.3 && Math.Abs(y) < 3.5 && Math.Abs(z) < 8.7);

        // 22 x 10 x 6 voxels.
        Assert.Equal(1320, mask.Count);
        Assert.Equal(22 * 1.3 * 10 * 0.7 * 6 * 2.9 / 1000, RegionShape.VolumeMl(mask), 1e-12);
        Assert.Equal(2 * (28.6 * 7.0 + 28.6 * 17.4 + 7.0 * 17.4), RegionShape.FaceAreaMm2(mask), 1e-9);
        Assert.False(RegionShape.TouchesEdge(mask));
    }

    [Fact]
    public void The_perpendicular_diameter_of_an_oblong_is_a_chord_of_it()
    {
        // 60 x 10 mm: the diagonal is 60.83 mm; the longest chord across it is 10/cos(9.46°) = 10.14 mm, whatever its projection (19.7 mm).
        var grid = TumourFixtures.ObliqueGrid(140, 50, 5, 0.5, 0.4, 3.1);
        var mask = Body(grid, (x, y, z) => Math.Abs(x) < 30 && Math.Abs(y) < 5 && Math.Abs(z) < 4);

        var diameters = RegionShape.Diameters(mask)!;

        Assert.Equal(Math.Sqrt(3700), diameters.LongestMm, 0.7);
        Assert.Equal(10 / Math.Cos(Math.Atan2(10, 60)), diameters.PerpendicularMm, 0.7);
    }

    [Fact]
    public void Two_lesions_far_apart_are_not_measured_as_one()
    {
        // 14 x 8 mm and 20.4 x 9 mm, 76 mm apart in one slice; one hull about both would read 90 mm.
        var grid = TumourFixtures.ObliqueGrid(90, 40, 5, 1.2, 0.9, 3.1);
        bool Left(double x, double y) => Math.Abs(x + 38) < 7 && Math.Abs(y - 4) < 4;
        bool Right(double x, double y) => Math.Abs(x - 38) < 10 && Math.Abs(y + 5) < 4.5;
        var both = RegionShape.Diameters(Body(grid, (x, y, z) => Math.Abs(z) < 4 && (Left(x, y) || Right(x, y))))!;
        var alone = RegionShape.Diameters(Body(grid, (x, y, z) => Math.Abs(z) < 4 && Right(x, y)))!;

        Assert.Equal(alone, both);
        // The diagonal of 20 by 9 mm, each end known to half a voxel of about 1 mm.
        Assert.Equal(Math.Sqrt(400 + 81), both.LongestMm, 1.2);
        Assert.InRange(both.PerpendicularMm, 8.5, 11.5);
    }

    [Fact]
    public void Voxels_that_touch_by_a_corner_are_one_lesion()
    {
        var grid = TumourFixtures.ObliqueGrid(9, 7, 3, 1.2, 0.8, 2.5);
        var inside = new bool[grid.Count];
        foreach (var n in new[] { 1, 2, 3, 4 })
        {
            inside[grid.Index(n, n, 1)] = true;
        }

        // Three steps of a diagonal of 1.2 by 0.8 mm, and one voxel for the two halves at the ends.
        Assert.Equal(3 * Math.Sqrt(1.44 + 0.64) + 1, RegionShape.Diameters(new Mask(grid, inside))!.LongestMm, 1e-9);
    }

    [Fact]
    public void One_voxel_is_one_voxel()
    {
        var grid = TumourFixtures.ObliqueGrid(5, 4, 3, 1.2, 0.8, 2.5);
        var mask = Body(grid, (x, y, z) => Math.Abs(x) < 0.1 && Math.Abs(y - 0.4) < 0.1 && Math.Abs(z) < 0.1);

        Assert.Equal(1, mask.Count);
        var diameters = RegionShape.Diameters(mask)!;
        Assert.Equal((1.0, 1.0), (diameters.LongestMm, diameters.PerpendicularMm));
        Assert.Null(RegionShape.Diameters(new Mask(grid, new bool[grid.Count])));
    }

    [Fact]
    public void A_mask_at_the_edge_is_noticed_on_every_side()
    {
        var grid = TumourFixtures.ObliqueGrid(6, 5, 4, 1.2, 0.8, 2.5);
        foreach (var (i, j, k) in new[] { (0, 2, 1), (5, 2, 1), (2, 0, 1), (2, 4, 1), (2, 2, 0), (2, 2, 3) })
        {
            var inside = new bool[grid.Count];
            inside[grid.Index(i, j, k)] = true;
            Assert.True(RegionShape.TouchesEdge(new Mask(grid, inside)), $"{i}, {j}, {k}");
        }
    }

    [Fact]
    public void The_stated_uncertainty_of_a_volume_is_that_of_placing_it_on_the_grid()
    {
        var grid = TumourFixtures.ObliqueGrid(31, 35, 19, 1.6, 1.4, 2.7);
        var random = new Etalon.Numerics.RandomStream(3, "shift");
        const int Bodies = 200;
        var squares = 0.0;
        for (var n = 0; n < Bodies; n++)
        {
            var size = random.NextUniform(0.85, 1.1);
            var mask = Body(grid, Ellipsoid(15.2 * size, 11.9 * size, 13.3 * size, 20), (random.NextUniform(-1, 1), random.NextUniform(-1, 1), random.NextUniform(-1.5, 1.5)));
            var error = RegionShape.VolumeMl(mask) - 4 / 3.0 * Math.PI * 15.2 * 11.9 * 13.3 * Math.Pow(size, 3) / 1000;
            squares += Math.Pow(error / RegionShape.DiscretisationUMl(mask), 2) / Bodies;
        }

        output.WriteLine(FormattableString.Invariant($"error over stated uncertainty {Math.Sqrt(squares):0.00}"));
        // The variance of lattice points in a ball is 0.0666 of its surface (Kendall and Rankin 1953), stated is 1/12: 0.89; 200 bodies give it to 5 %,
        // and unequal spacings move it by some 10 %.
        Assert.InRange(Math.Sqrt(squares), 0.7, 1.1);
    }

    [Fact]
    public void Statistics_of_a_region_leave_out_voxels_without_a_value()
    {
        var grid = TumourFixtures.ObliqueGrid(4, 3, 2, 1.5, 1, 3);
        var values = Enumerable.Range(0, 24).Select(n => 1e-3f * (n + 1)).ToArray();
        var status = Enumerable.Range(0, 24).Select(n => n == 7 ? VoxelStatus.NotConverged : VoxelStatus.Ok).ToArray();
        var unit = Unit.Parse("mm2/s");
        var u = new float[24];
        Array.Fill(u, 2e-4f);
        var map = new ParametricMap(new Volume(grid, values, unit), new Volume(grid, u, unit), status, null);
        var region = new Mask(grid, Enumerable.Range(0, 24).Select(n => n is 3 or 7 or 8 or 20 or 11).ToArray());

        var statistics = RegionStatistics.Of(map, region)!;

        // Values 4, 9, 12, 21 of a thousandth; voxel 8 of them has none.
        Assert.Equal((4, 1), (statistics.Voxels, statistics.WithoutValue));
        Assert.Equal(11.5e-3, statistics.Mean, 1e-8);
        Assert.Equal(10.5e-3, statistics.Median, 1e-8);
        // √(2 · 4) · 2e-4 / 4: two voxels count as one reading.
        Assert.Equal(Math.Sqrt(8) * 2e-4 / 4, statistics.NoiseU!.Value, 1e-9);
        Assert.Null(RegionStatistics.Of(map, new Mask(grid, Enumerable.Range(0, 24).Select(n => n == 7).ToArray())));
    }

    [Fact]
    public void Repeatability_is_the_root_of_half_the_mean_square_of_log_ratios()
    {
        // ln ratios 0.04, −0.02, 0.1 exactly: √(0.0120/6).
        var precision = Precision.FromPairs("volume", [(5, 5 * Math.Exp(0.04)), (12, 12 * Math.Exp(-0.02)), (0.7, 0.7 * Math.Exp(0.1))]);

        Assert.Equal(Math.Sqrt(0.012 / 6), precision.RelativeSd, 1e-12);
        Assert.Equal(3.0, precision.Dof);
        Assert.Throws<ArgumentException>(() => Precision.FromPairs("volume", []));
        Assert.Throws<ArgumentException>(() => Precision.FromPairs("volume", [(1, double.NaN)]));
        Assert.Throws<ArgumentException>(() => LiteraturePrecision.For("mass"));
        // QIBA: 8 % is 2.77 wCV.
        Assert.Equal(0.0289, LiteraturePrecision.For("adc.mean").RelativeSd, 5e-5);
    }
}
