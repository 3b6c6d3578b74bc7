using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Tests.Twin;
using Xunit;

namespace Etalon.Tests.Imaging;

/// <summary>Rigid motions, resampling and registration.</summary>
[Trait("Kind", "Numeric")]
public sealed class RigidTransformTests(ITestOutputHelper output)
{
    private static readonly Vector3 Point = new(12.3, -45.6, 78.9);
    private static readonly Vector3 Centre = new(-5, 11, 27);

    private static void AssertNear(Vector3 expected, Vector3 actual, double tolerance = 1e-11) =>
        Assert.True((expected - actual).Length < tolerance, $"{expected} expected, {actual} found");

    [Fact]
    public void Rotations_turn_right_handed_about_each_axis()
    {
        // 90° about x takes y to z; about y, z to x; about z, x to y.
        AssertNear(new(12.3, -78.9, -45.6), RigidTransform.FromEuler(new(90, 0, 0), default).Apply(Point));
        AssertNear(new(78.9, -45.6, -12.3), RigidTransform.FromEuler(new(0, 90, 0), default).Apply(Point));
        AssertNear(new(45.6, 12.3, 78.9), RigidTransform.FromEuler(new(0, 0, 90), default).Apply(Point));
        // Both first y, then x, then z; with the other convention first x, then y, then z.
        var (a, b) = (RigidTransform.FromEuler(new(90, 90, 0), default), RigidTransform.FromEuler(new(90, 90, 0), default, isZyx: true));
        AssertNear(new(78.9, 12.3, -45.6), a.Apply(Point));
        AssertNear(new(-45.6, -78.9, -12.3), b.Apply(Point));
    }

    [Fact]
    public void A_motion_and_its_inverse_leave_every_point_in_place()
    {
        var motion = RigidTransform.FromEuler(new(13, -27, 61), new(4, -9, 2.5), Centre);

        AssertNear(Point, motion.Inverse().Apply(motion.Apply(Point)));
        AssertNear(Point, motion.Apply(motion.Inverse().Apply(Point)));
        AssertNear(Centre + new Vector3(4, -9, 2.5), motion.Apply(Centre));
        // Distances stay.
        Assert.Equal((Point - Centre).Length, (motion.Apply(Point) - motion.Apply(Centre)).Length, 1e-11);
    }

    [Fact]
    public void Composition_applies_the_first_one_first()
    {
        var first = RigidTransform.FromEuler(new(13, -27, 61), new(4, -9, 2.5), Centre);
        var second = RigidTransform.FromEuler(new(-41, 8, 3), new(-1, 0.5, 7));

        AssertNear(second.Apply(first.Apply(Point)), second.After(first).Apply(Point));
        AssertNear(first.Inverse().After(second.Inverse()).Apply(Point), second.After(first).Inverse().Apply(Point));
    }

    [Theory]
    [InlineData(13, -27, 61)]
    [InlineData(-88, 170, -179)]
    [InlineData(0, 0, 0)]
    [InlineData(3, 2, 4)]
    public void Angles_come_back_as_they_were_given(double x, double y, double z) =>
        AssertNear(new(x, y, z), RigidTransform.FromEuler(new(x, y, z), new(1, 2, 3), Centre).RotationDeg, 1e-9);

    [Fact]
    public void What_is_no_rotation_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new RigidTransform(new(1, 0, 0), new(0, 1, 0), new(0, 0, -1), default));
        Assert.Throws<ArgumentException>(() => new RigidTransform(new(1.01, 0, 0), new(0, 1, 0), new(0, 0, 1), default));
        Assert.Throws<ArgumentException>(() => new RigidTransform(new(1, 0, 0), new(0, 1, 0), new(0, 0, 1), new(double.NaN, 0, 0)));
    }

    [Fact]
    public void A_linear_field_is_resampled_exactly_and_nothing_is_invented_outside()
    {
        var source = TumourFixtures.ObliqueGrid(17, 13, 9, 1.3, 2.1, 2.9);
        var motion = RigidTransform.FromEuler(new(5, -12, 21), new(3, 1, -2), new(-20, 20, 55));
        static double Field(Vector3 p) => 3.5 + 0.31 * p.X - 0.17 * p.Y + 0.23 * p.Z;
        var volume = new Volume(source, Enumerable.Range(0, source.Count).Select(n => (float)Field(At(source, n))).ToArray(), Unit.Parse("mm2/s"));
        var target = new Grid(11, 12, 13, motion.Inverse().Apply(source.ToPatient(1.5, 1.5, 1.5)), new(1.1, 0.2, 0), new(-0.3, 1.4, 0.1), new(0, -0.1, 1.9));

        var (resampled, inside) = Resampler.Trilinear(volume, target, motion);

        for (var n = 0; n < target.Count; n++)
        {
            var where = source.ToIndex(motion.Apply(At(target, n)));
            var isInside = where is { X: >= 0 and <= 16, Y: >= 0 and <= 12, Z: >= 0 and <= 8 };
            Assert.Equal(isInside, inside.Inside[n]);
            // Single precision of values up to some 30.
            Assert.Equal(isInside ? Field(motion.Apply(At(target, n))) : 0, resampled.Values[n], 1e-5);
        }

        Assert.InRange(inside.Count, 200, target.Count - 200);
        Assert.Equal("mm2/s", resampled.Unit!.Code);
    }

    [Fact]
    public void Resampling_onto_its_own_grid_changes_nothing()
    {
        var grid = TumourFixtures.ObliqueGrid(8, 1, 5, 1.3, 2.1, 2.9);
        var random = new RandomStream(1, "same");
        var volume = new Volume(grid, Enumerable.Range(0, grid.Count).Select(_ => (float)random.NextNormal()).ToArray(), null);
        var mask = new Mask(grid, volume.Values.Select(v => v > 0.3f).ToArray());

        var (same, inside) = Resampler.Trilinear(volume, grid, RigidTransform.Identity);

        Assert.Equal(grid.Count, inside.Count);
        for (var n = 0; n < grid.Count; n++)
        {
            Assert.Equal(volume.Values[n], same.Values[n], 1e-5f);
        }

        Assert.Equal(mask.Inside, Resampler.Resample(mask, grid, RigidTransform.Identity).Inside);
    }

    [Fact]
    public void A_body_keeps_its_volume_on_another_grid()
    {
        var fine = TumourFixtures.ObliqueGrid(41, 45, 37, 1.1, 1.0, 1.3);
        var middle = fine.ToPatient(20, 22, 18);
        var ball = new Mask(fine, Enumerable.Range(0, fine.Count).Select(n => (At(fine, n) - middle).Length < 13.7).ToArray());
        var motion = RigidTransform.FromEuler(new(7, 3, -31), new(2, -1, 4), middle);
        var other = new Grid(40, 40, 20, motion.Inverse().Apply(middle) - new Vector3(29, 27, 30), new(1.5, 0, 0), new(0, 1.4, 0), new(0, 0, 3.1));

        var moved = Resampler.Resample(ball, other, motion);

        // Counting error of a ball of 10.8 mL on voxels of 6.5 mm³ is 0.5 %; four of them.
        Assert.Equal(1, moved.Count * other.VoxelVolumeMl / (4 / 3.0 * Math.PI * Math.Pow(13.7, 3) / 1000), 0.02);
    }

    [Theory]
    [InlineData(3, -2, 4, 5, -3, 2)]
    [InlineData(-4, 1, -2, -3, 6, -5)]
    [InlineData(0.5, 3.5, 1, 1, -1, 4)]
    public void Elastix_finds_a_known_motion(double rx, double ry, double rz, double tx, double ty, double tz)
    {
        var grid = TumourFixtures.ObliqueGrid(48, 52, 30, 3.4, 3.1, 4.6);
        var middle = grid.ToPatient(23.5, 25.5, 14.5);
        var motion = RigidTransform.FromEuler(new(rx, ry, rz), new(tx, ty, tz), middle);
        var fixedImage = new Volume(grid, Enumerable.Range(0, grid.Count).Select(n => Brightness(At(grid, n) - middle)).ToArray(), null);
        var back = motion.Inverse();
        var moving = new Volume(grid, Enumerable.Range(0, grid.Count).Select(n => 700 - 0.6f * Brightness(back.Apply(At(grid, n)) - middle)).ToArray(), null);

        var result = new ElastixRegistration().Run(fixedImage, moving, TestContext.Current.CancellationToken);

        Assert.SkipWhen(result.Status == RegistrationStatus.NotInstalled, "elastix is not installed: apt-get install elastix.");
        Assert.Equal(RegistrationStatus.Ok, result.Status);
        var worst = new[] { (10, 12, 6), (38, 12, 22), (23, 40, 14), (15, 30, 25) }
            .Select(v => grid.ToPatient(v.Item1, v.Item2, v.Item3)).Max(p => (result.Transform.Apply(p) - motion.Apply(p)).Length);
        output.WriteLine(FormattableString.Invariant($"largest error {worst:0.000} mm, directions disagree by {result.InconsistencyMm:0.000} mm; {result.Detail}"));
        // A tenth of the smallest voxel; AAPM TG-132 asks for half a voxel.
        Assert.InRange(worst, 0, 0.31);
        Assert.InRange(result.InconsistencyMm!.Value, 0, 0.31);
    }

    [Fact]
    public void A_program_that_is_not_there_is_a_status()
    {
        var grid = TumourFixtures.ObliqueGrid(5, 4, 3, 1, 2, 3);
        var volume = new Volume(grid, Enumerable.Range(0, 60).Select(n => (float)n).ToArray(), null);

        var result = new ElastixRegistration("no-such-program").Run(volume, volume, TestContext.Current.CancellationToken);

        Assert.Equal(RegistrationStatus.NotInstalled, result.Status);
        Assert.Equal(RigidTransform.Identity, result.Transform);
        Assert.Null(result.InconsistencyMm);
    }

    [Fact]
    public void Alike_images_share_all_information_and_unlike_ones_none()
    {
        var grid = TumourFixtures.ObliqueGrid(40, 30, 20, 1, 2, 3);
        var random = new RandomStream(7, "likeness");
        var a = new Volume(grid, Enumerable.Range(0, grid.Count).Select(_ => (float)random.NextUniform(0, 8)).ToArray(), null);
        var b = new Volume(grid, Enumerable.Range(0, grid.Count).Select(_ => (float)random.NextUniform(0, 8)).ToArray(), null);

        Assert.Equal(2, ImageSimilarity.NormalisedMutualInformation(a, a, RigidTransform.Identity), 1e-9);
        // 1 plus the finite sample's 31²/(2 · 24,000)/(2 ln 32) = 0.003.
        Assert.InRange(ImageSimilarity.NormalisedMutualInformation(a, b, RigidTransform.Identity), 1, 1.006);
    }

    /// <summary>A head-like body: a shell, an inside, and unequal lumps.</summary>
    private static float Brightness(Vector3 p)
    {
        var r = Math.Sqrt(p.X * p.X / (68.0 * 68) + p.Y * p.Y / (74.0 * 74) + p.Z * p.Z / (58.0 * 58));
        double Lump(double x, double y, double z, double width) => Math.Exp(-((p.X - x) * (p.X - x) + (p.Y - y) * (p.Y - y) + (p.Z - z) * (p.Z - z)) / (2 * width * width));
        var body = 1 / (1 + Math.Exp((r - 0.95) * 40));
        return (float)(body * (400 - 120 / (1 + Math.Exp((r - 0.8) * 30)) + 300 * Lump(20, -15, 8, 9) - 200 * Lump(-25, 20, -10, 13) + 180 * Lump(-5, -38, 20, 7) + 250 * Lump(31, 27, -22, 6)));
    }

    private static Vector3 At(Grid g, int n) => g.ToPatient(n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny);
}
