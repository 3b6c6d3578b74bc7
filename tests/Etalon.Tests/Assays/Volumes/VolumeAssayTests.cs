using Etalon.Assays;
using Etalon.Assays.Maps;
using Etalon.Assays.Volumes;
using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Metrology;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Volumes;

/// <summary>Volumes of bodies with known size, and whether their stated uncertainty is true.</summary>
[Trait("Kind", "Numeric")]
public sealed class VolumeAssayTests(ITestOutputHelper output)
{
    [Fact]
    public void The_reciprocal_sum_of_cubes_is_the_published_one_and_scales()
    {
        // Σ |n|⁻⁴ over Z³ without 0 is 16.5323 (Borwein, Lattice Sums); over 8π³ this is Kendall and Rankin's 0.0666.
        Assert.Equal(16.5323, VolumeUncertainty.ReciprocalSum(1, 1, 1), 0.01);
        Assert.Equal(16, VolumeUncertainty.ReciprocalSum(2, 2.6, 6.2) / VolumeUncertainty.ReciprocalSum(1, 1.3, 3.1), 1e-9);
        // Thick slices: the terms along the long side alone are 2 ζ(4) c⁴.
        Assert.InRange(VolumeUncertainty.ReciprocalSum(1, 1, 20) / (2 * Math.Pow(Math.PI, 4) / 90 * 160_000), 1, 1.15);
    }

    [Theory]
    [InlineData(1.0, 1.0, 1.0)]
    [InlineData(0.6, 0.7, 3.0)]
    [InlineData(1.1, 0.9, 5.0)]
    [InlineData(2.7, 2.5, 2.0)]
    public void The_true_volume_lies_within_the_interval_of_placement_as_often_as_stated(double hx, double hy, double hz)
    {
        var random = new RandomStream(17, FormattableString.Invariant($"bodies {hx} {hy} {hz}"));
        const int Bodies = 400;
        var (inside, squares, sum) = (0, 0.0, 0.0);
        for (var n = 0; n < Bodies; n++)
        {
            var (a, b, c) = (random.NextUniform(6, 16), random.NextUniform(6, 16), random.NextUniform(6, 16));
            var grid = Oblique((int)(36 / hx) + 2, (int)(36 / hy) + 3, (int)(36 / hz) + 4, hx, hy, hz);
            var mask = Ellipsoid(grid, (a, b, c), RigidTransform.FromEuler(new Vector3(random.NextUniform(-90, 90), random.NextUniform(-90, 90), random.NextUniform(-90, 90)), default),
                new Vector3(random.NextUniform(-0.5, 0.5) * hx, random.NextUniform(-0.5, 0.5) * hy, random.NextUniform(-0.5, 0.5) * hz));
            var error = (RegionShape.VolumeMl(mask) - 4 / 3.0 * Math.PI * a * b * c / 1000) / VolumeUncertainty.PlacementUMl(mask);
            inside += Math.Abs(error) <= 1.96 ? 1 : 0;
            squares += error * error / Bodies;
            sum += error / Bodies;
        }

        output.WriteLine(FormattableString.Invariant($"voxels {hx} x {hy} x {hz} mm: coverage {100.0 * inside / Bodies:0.0} %, error over u {Math.Sqrt(squares):0.000}, mean {sum:0.00}"));
        // 400 bodies: 95 ± 1.1 %, √mean square to 3.5 %, mean to 0.05; ellipsoids are not quite averaged over orientation, and their surface is estimated to a few per cent.
        Assert.InRange(100.0 * inside / Bodies, 92, 98.5);
        Assert.InRange(Math.Sqrt(squares), 0.85, 1.15);
        Assert.InRange(sum, -0.15, 0.15);
    }

    [Fact]
    public void The_surface_of_a_sphere_is_near_its_own()
    {
        var mask = Ellipsoid(Oblique(44, 40, 16, 0.9, 1.0, 2.6), (15.3, 15.3, 15.3), RigidTransform.FromEuler(default, default), new Vector3(0.2, 0.1, 0.6));
        // The mean over directions is exact for a sphere; digitising leaves a per cent or two.
        Assert.Equal(1, VolumeUncertainty.SurfaceMm2(mask) / (4 * Math.PI * 15.3 * 15.3), 0.03);
    }

    [Fact]
    public void A_contour_further_out_by_one_deviation_gives_one_deviation_more_volume()
    {
        var grid = Oblique(60, 55, 30, 0.8, 0.9, 1.7);
        var level = RigidTransform.FromEuler(default, default);
        var (inner, outer) = (Ellipsoid(grid, (16, 16, 16), level, default), Ellipsoid(grid, (16.6, 16.6, 16.6), level, default));
        // 4πr² Δr to first order; of second order Δr/r = 3.75 % more. Placing the two adds 3 %, the surface 2 %.
        Assert.Equal(1.0375, (RegionShape.VolumeMl(outer) - RegionShape.VolumeMl(inner)) / VolumeUncertainty.ContourUMl(inner, 0.6), 0.08);
    }

    [Fact]
    public void A_region_is_measured_with_both_components_and_the_source_of_the_contour()
    {
        var mask = Ellipsoid(Oblique(50, 45, 30, 0.9, 1.0, 1.7), (16.84, 16.84, 16.84), RigidTransform.FromEuler(default, default), default);
        var outcome = new VolumeAssay().Measure(new MapInput([], [new MapMask("GTV", mask, "abc")]), TestContext.Current.CancellationToken);
        var m = Assert.Single(outcome.Measurements);
        Assert.Equal(("GTV/volume", "volume", "mL", Measurement.StatusOk), (m.Id, m.Measurand, m.Unit, m.Status));
        Assert.Equal(20, m.Value!.Value, 0.1);
        Assert.Equal(2, m.Components.Count);
        // By construction the repeatability of 8.2 % at 20 mL.
        Assert.Equal(0.082, m.Components[1].U / m.Value.Value, 0.003);
        Assert.Equal(0.46, VolumeAssay.ContourDisplacement.Value, 0.005);
        Assert.Contains("assumption", Assert.Single(outcome.Constants).Source, StringComparison.Ordinal);
        var stated = new VolumeAssay { ContourDisplacementMm = 0.1 }.Measure(new MapInput([], [new MapMask("GTV", mask, "abc")]), TestContext.Current.CancellationToken);
        Assert.True(stated.Measurements[0].U < 0.3 * m.U);
        Assert.Equal("user", stated.Constants[0].Source);
    }

    [Fact]
    public void An_empty_mask_a_cut_one_and_none_are_told()
    {
        var grid = Oblique(5, 4, 3, 1.1, 1.3, 2);
        var cut = new bool[60];
        cut[0] = true;
        var outcome = new VolumeAssay().Measure(new MapInput([], [new MapMask("none", new Mask(grid, new bool[60]), "0"), new MapMask("cut", new Mask(grid, cut), "1")]), TestContext.Current.CancellationToken);
        Assert.Equal((FindingCodes.MaskEmpty, null), (outcome.Measurements[0].Status, outcome.Measurements[0].Value));
        Assert.Equal([(FindingCodes.MaskEmpty, "none"), (FindingCodes.MaskAtEdge, "cut")], outcome.Findings.Select(f => (f.Code, f.About)));
        Assert.Contains(new VolumeAssay().Measure(new MapInput([], []), TestContext.Current.CancellationToken).Findings, f => f.Severity == Severity.Error);
    }

    private static Grid Oblique(int nx, int ny, int nz, double hx, double hy, double hz)
    {
        var turn = RigidTransform.FromEuler(new Vector3(17, -8, 31), default);
        return new Grid(nx, ny, nz, new Vector3(-31.7, 12.3, 45.1), hx * turn.Rotate(new(1, 0, 0)), hy * turn.Rotate(new(0, 1, 0)), hz * turn.Rotate(new(0, 0, 1)));
    }

    /// <summary>Voxels whose centres lie in an ellipsoid turned against the grid's axes, its centre off the middle of the grid.</summary>
    private static Mask Ellipsoid(Grid grid, (double A, double B, double C) axes, RigidTransform turn, Vector3 centre)
    {
        var s = grid.SpacingMm;
        var inside = new bool[grid.Count];
        for (var n = 0; n < inside.Length; n++)
        {
            var (i, j, k) = (n % grid.Nx, n / grid.Nx % grid.Ny, n / grid.Nx / grid.Ny);
            var p = turn.Rotate(new Vector3((i - (grid.Nx - 1) / 2.0) * s.X, (j - (grid.Ny - 1) / 2.0) * s.Y, (k - (grid.Nz - 1) / 2.0) * s.Z) - centre);
            var (x, y, z) = (p.X / axes.A, p.Y / axes.B, p.Z / axes.C);
            inside[n] = x * x + y * y + z * z <= 1;
        }

        return new Mask(grid, inside);
    }
}
