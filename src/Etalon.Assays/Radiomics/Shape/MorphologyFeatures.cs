using Etalon.Imaging;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Assays.Radiomics.Shape;

/// <summary>Shape of a region, and where its intensities lie within it.</summary>
internal static class MorphologyFeatures
{
    /// <summary>Terms of the series for the area of an ellipsoid.</summary>
    private const int AreaTerms = 20;

    /// <summary>In the order of the catalogue; NaN where a feature is not defined or the region is too large for it.</summary>
    public static double[] Of(RegionBox region, int threads)
    {
        var box = Shrunk.Of(region);
        var s = box.SpacingMm;
        var mesh = SurfaceMesh.Of(box.Shape, box.Nx, box.Ny, box.Nz, s);
        var (volume, area) = (mesh.VolumeMm3, mesh.AreaMm2);
        var half = s / 2;
        var hull = ConvexHull.Of(mesh.Outermost);
        var (hullVolume, hullArea) = hull.Measure(half);
        var corners = hull.Corners;
        var (wx, wy, wz) = (Width(corners.Select(c => c.X), half.X), Width(corners.Select(c => c.Y), half.Y), Width(corners.Select(c => c.Z), half.Z));
        var axes = Axes(box);
        var (a, b, c) = (2 * Math.Sqrt(axes[0]), 2 * Math.Sqrt(axes[1]), 2 * Math.Sqrt(axes[2]));
        var sphericity = Math.Cbrt(36 * Math.PI * volume * volume) / area;
        var mean = region.Count == 0 ? double.NaN : Etalon.Numerics.FixedSum.Of(region.Sorted) / region.Count;
        var correlation = region.Count < 2 ? (double.NaN, double.NaN) : SpatialCorrelation.Of(box.Image, box.Inside, (box.Nx, box.Ny, box.Nz), s, threads) ?? (double.NaN, double.NaN);
        return
        [
            volume, region.ShapeCount * region.Voxels.VoxelMm3, area, area / volume,
            volume / (Math.Sqrt(Math.PI) * Math.Pow(area, 1.5)), 36 * Math.PI * volume * volume / (area * area * area), 1 / sphericity, sphericity, 1 / sphericity - 1,
            CentreShift(box), hull.Diameter(half), 2 * a, 2 * b, 2 * c, b / a, c / a,
            volume / (wx * wy * wz), area / (2 * (wx * wy + wx * wz + wy * wz)),
            volume / (4 * Math.PI / 3 * a * b * c), area / EllipsoidArea(a, b, c),
            volume / hullVolume, area / hullArea,
            mean * volume, correlation.Item1, correlation.Item2,
        ];
    }

    private static double Width(IEnumerable<int> places, double step)
    {
        var (least, most) = (int.MaxValue, int.MinValue);
        foreach (var p in places)
        {
            (least, most) = (Math.Min(least, p), Math.Max(most, p));
        }

        return (most - least) * step;
    }

    /// <summary>Distance from the centre of the voxels to the centre of their intensities, mm.</summary>
    private static double CentreShift(Shrunk box)
    {
        var (shape, weighted, number, sum) = (default(Vector3), default(Vector3), 0, 0.0);
        box.ForEach((n, at) =>
        {
            if (box.Shape[n])
            {
                shape += at;
                number++;
            }

            if (box.Inside[n])
            {
                weighted += box.Image[n] * at;
                sum += box.Image[n];
            }
        });
        return sum != 0 ? (weighted / sum - shape / number).Length : double.NaN;
    }

    /// <summary>Variances of voxel centres along the principal axes, mm², largest first (n − 1, as the reference values have it).</summary>
    private static double[] Axes(Shrunk box)
    {
        var (sum, number) = (default(Vector3), 0);
        box.ForEach((n, at) => (sum, number) = box.Shape[n] ? (sum + at, number + 1) : (sum, number));
        var mean = sum / number;
        var m = new double[6];
        box.ForEach((n, at) =>
        {
            if (box.Shape[n])
            {
                var d = at - mean;
                m[0] += d.X * d.X;
                m[1] += d.Y * d.Y;
                m[2] += d.Z * d.Z;
                m[3] += d.X * d.Y;
                m[4] += d.X * d.Z;
                m[5] += d.Y * d.Z;
            }
        });
        var f = 1.0 / Math.Max(1, number - 1);
        var covariance = Matrix<double>.Build.DenseOfRowArrays([f * m[0], f * m[3], f * m[4]], [f * m[3], f * m[1], f * m[5]], [f * m[4], f * m[5], f * m[2]]);
        return [.. covariance.Evd(Symmetricity.Symmetric).EigenValues.Select(v => Math.Max(0, v.Real)).OrderDescending()];
    }

    /// <summary>Area of an ellipsoid by its half axes a ≥ b ≥ c: 4πab Σ (αβ)ⁿ Pₙ((α² + β²)/(2αβ)) / (1 − 4n²), with α² = 1 − b²/a², β² = 1 − c²/a² and Legendre's polynomials Pₙ.</summary>
    private static double EllipsoidArea(double a, double b, double c)
    {
        var (alpha2, beta2) = (1 - b * b / (a * a), 1 - c * c / (a * a));
        // (αβ)ⁿ Pₙ follows the recurrence of Legendre's polynomials times powers of αβ, which holds for a sphere too.
        var (before, now, sum) = (0.0, 1.0, 0.0);
        for (var n = 0; n <= AreaTerms; n++)
        {
            sum += now / (1 - 4.0 * n * n);
            var next = ((2 * n + 1) * (alpha2 + beta2) / 2 * now - n * alpha2 * beta2 * before) / (n + 1);
            (before, now) = (now, next);
        }

        return 4 * Math.PI * a * b * sum;
    }

    /// <summary>The smallest box that holds the shape.</summary>
    private sealed record Shrunk(int Nx, int Ny, int Nz, Vector3 SpacingMm, bool[] Shape, bool[] Inside, float[] Image)
    {
        public static Shrunk Of(RegionBox region)
        {
            var (b, v) = (region.Bounds(), region.Voxels);
            var (nx, ny, nz) = (b.I1 - b.I0 + 1, b.J1 - b.J0 + 1, b.K1 - b.K0 + 1);
            var result = new Shrunk(nx, ny, nz, v.SpacingMm, new bool[nx * ny * nz], new bool[nx * ny * nz], new float[nx * ny * nz]);
            for (var k = 0; k < nz; k++)
            {
                for (var j = 0; j < ny; j++)
                {
                    var (from, to) = (b.I0 + v.Nx * (j + b.J0 + v.Ny * (k + b.K0)), nx * (j + ny * k));
                    region.Shape.AsSpan(from, nx).CopyTo(result.Shape.AsSpan(to));
                    region.Inside.AsSpan(from, nx).CopyTo(result.Inside.AsSpan(to));
                    v.Image.AsSpan(from, nx).CopyTo(result.Image.AsSpan(to));
                }
            }

            return result;
        }

        public void ForEach(Action<int, Vector3> visit)
        {
            var n = 0;
            for (var k = 0; k < Nz; k++)
            {
                for (var j = 0; j < Ny; j++)
                {
                    for (var i = 0; i < Nx; i++, n++)
                    {
                        visit(n, new Vector3(i * SpacingMm.X, j * SpacingMm.Y, k * SpacingMm.Z));
                    }
                }
            }
        }
    }
}
