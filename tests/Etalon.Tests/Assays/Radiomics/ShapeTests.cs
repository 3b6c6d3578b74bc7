using Etalon.Assays.Radiomics;
using Etalon.Assays.Radiomics.Shape;
using Etalon.Imaging;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Radiomics;

/// <summary>Shape against bodies whose size is known, and convolutions against plain sums.</summary>
[Trait("Kind", "Numeric")]
public sealed class ShapeTests
{
    private static readonly Vector3 Spacing = new(0.8, 1.1, 2.3);

    [Fact]
    public void The_surface_of_a_ball_closes_and_has_nearly_its_volume_and_area()
    {
        const double R = 24;
        var (inside, nx, ny, nz) = Ball(R);
        var mesh = SurfaceMesh.Of(inside, nx, ny, nz, Spacing);
        // The surface lies half-way between centres: volume as counted within a percent, area larger by the steps of the voxels (a tenth for cubes, more for long voxels).
        Assert.InRange(mesh.VolumeMm3 / (4 * Math.PI / 3 * R * R * R), 0.99, 1.01);
        Assert.InRange(mesh.AreaMm2 / (4 * Math.PI * R * R), 1.0, 1.2);
        var hull = ConvexHull.Of(mesh.Outermost);
        var (volume, area) = hull.Measure(Spacing / 2);
        // The hull spans the outer corners of the steps, which stand out by up to half a voxel (0.4 to 1.15 mm): 3 x 0.65 / 24 of the volume, 2 x 0.65 / 24 of the area at most.
        Assert.InRange(volume / (4 * Math.PI / 3 * R * R * R), 1, 1.08);
        Assert.InRange(area / (4 * Math.PI * R * R), 1, 1.055);
        // Twice the radius, and half a voxel at most to either side.
        Assert.InRange(hull.Diameter(Spacing / 2), 2 * R - 1, 2 * R + 2.3);
    }

    [Fact]
    public void The_hull_of_a_box_with_holes_is_the_box()
    {
        const int Nx = 9, Ny = 5, Nz = 4;
        var random = new RandomStream(3, "holes");
        var inside = Enumerable.Range(0, Nx * Ny * Nz).Select(n => n % Nx is 0 or Nx - 1 || random.NextUniform() < 0.5).ToArray();
        foreach (var (i, j, k) in from i in new[] { 0, Nx - 1 } from j in new[] { 0, Ny - 1 } from k in new[] { 0, Nz - 1 } select (i, j, k))
        {
            inside[i + Nx * (j + Ny * k)] = true;
        }

        var hull = ConvexHull.Of(SurfaceMesh.Of(inside, Nx, Ny, Nz, Spacing).Outermost);
        // A box of voxel centres, out by half a voxel over faces: its edges are cut, so less than the whole and more than the box of centres.
        var (whole, centres) = (Nx * 0.8 * Ny * 1.1 * Nz * 2.3, (Nx - 1) * 0.8 * (Ny - 1) * 1.1 * (Nz - 1) * 2.3);
        Assert.InRange(hull.Measure(Spacing / 2).VolumeMm3, centres, whole);
    }

    [Fact]
    public void No_point_lies_outside_its_hull()
    {
        var random = new RandomStream(9, "points");
        var points = Enumerable.Range(0, 400).Select(_ => ((int)random.NextUniform(-9, 9), (int)random.NextUniform(-5, 5), (int)random.NextUniform(-3, 3))).ToList();
        var hull = ConvexHull.Of(points);
        var volume = hull.Measure(new Vector3(1, 1, 1)).VolumeMm3;
        // Adding points that are in it changes nothing, and its corners alone make it.
        Assert.Equal(volume, ConvexHull.Of([.. hull.Corners]).Measure(new Vector3(1, 1, 1)).VolumeMm3, 1e-9);
        Assert.Equal(16.0 * 8 * 4, volume, 16.0 * 8 * 4 * 0.35);
    }

    [Fact]
    public void Correlation_in_space_by_convolution_is_that_by_pairs()
    {
        const int Nx = 12, Ny = 9, Nz = 5;
        var random = new RandomStream(4, "correlation");
        var image = Enumerable.Range(0, Nx * Ny * Nz).Select(n => (float)(random.NextNormal() + 0.3 * (n % Nx) + 7)).ToArray();
        var inside = image.Select(_ => random.NextUniform() < 0.7).ToArray();
        var number = inside.Count(i => i);
        var mean = image.Where((_, n) => inside[n]).Average(v => (double)v);
        var plain = SpatialCorrelation.Pairs(image, inside, (Nx, Ny, Nz), Spacing, number, mean);
        var fast = SpatialCorrelation.Of(image, inside, (Nx, Ny, Nz), Spacing, threads: 2)!.Value;
        Assert.Equal(plain.MoranI, fast.MoranI, 1e-10);
        Assert.Equal(plain.GearyC, fast.GearyC, 1e-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(64)]
    [InlineData(150)]
    public void A_transform_is_the_sum_it_stands_for_and_comes_back(int n)
    {
        var random = new RandomStream(6, "fourier");
        var x = Enumerable.Range(0, n).Select(_ => new System.Numerics.Complex(random.NextNormal(), random.NextNormal())).ToArray();
        var (plan, y, work) = (new FourierPlan(n), (System.Numerics.Complex[])x.Clone(), new System.Numerics.Complex[n]);
        plan.Forward(y, work);
        for (var k = 0; k < n; k++)
        {
            var sum = System.Numerics.Complex.Zero;
            for (var m = 0; m < n; m++)
            {
                sum += x[m] * System.Numerics.Complex.FromPolarCoordinates(1, -2 * Math.PI * k * m / n);
            }

            Assert.Equal(0, (sum - y[k]).Magnitude, 1e-10);
        }

        plan.Inverse(y, work);
        Assert.All(x.Zip(y), p => Assert.Equal(0, (p.First - p.Second).Magnitude, 1e-12));
    }

    [Fact]
    public void Interpolation_gives_back_a_plane_and_the_whole_image()
    {
        // A plane has no curvature: lines and splines meet it exactly, whatever the grid.
        var grid = new Grid(9, 7, 5, default, new Vector3(1.7, 0, 0), new Vector3(0, 2.1, 0), new Vector3(0, 0, 3.3));
        var values = Enumerable.Range(0, grid.Count).Select(n => (float)(2 + 0.5 * (n % 9) * 1.7 - 0.25 * (n / 9 % 7) * 2.1 + 0.125 * (n / 63) * 3.3)).ToArray();
        var inside = Enumerable.Range(0, grid.Count).Select(n => n % 9 is > 2 and < 6).ToArray();
        foreach (var kind in new[] { InterpolationKind.Linear, InterpolationKind.Cubic })
        {
            var settings = new RadiomicsSettings { Name = "plane", SpacingMm = (1, 1, 1), Interpolation = kind };
            var box = Interpolation.Apply(VoxelBox.Cut(new Volume(grid, values, null), new Mask(grid, inside)), settings, default);
            Assert.Equal((16, 15, 17), (box.Nx, box.Ny, box.Nz));
            // Sizes are rounded up and centres shared; places are mm from the first old centre.
            double X(int i) => 4 * 1.7 + i - 7.5;
            double Y(int j) => 3 * 2.1 + j - 7;
            double Z(int k) => 2 * 3.3 + k - 8;
            // Inside by three millimetres, where the edge is not felt by splines at single precision of the values.
            var (i, j, k) = (8, 7, 8);
            Assert.Equal(2 + 0.5 * X(i) - 0.25 * Y(j) + 0.125 * Z(k), box.Image[i + 16 * (j + 15 * k)], kind == InterpolationKind.Linear ? 1e-5 : 0.02);
        }
    }

    private static (bool[] Inside, int Nx, int Ny, int Nz) Ball(double r)
    {
        var (nx, ny, nz) = ((int)(2 * r / Spacing.X) + 3, (int)(2 * r / Spacing.Y) + 4, (int)(2 * r / Spacing.Z) + 5);
        var inside = new bool[nx * ny * nz];
        for (var n = 0; n < inside.Length; n++)
        {
            var d = new Vector3((n % nx - nx / 2.0 + 0.3) * Spacing.X, (n / nx % ny - ny / 2.0 + 0.1) * Spacing.Y, (n / (nx * ny) - nz / 2.0 + 0.2) * Spacing.Z);
            inside[n] = d.Length <= r;
        }

        return (inside, nx, ny, nz);
    }
}
