using Etalon.Assays;
using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Tests.Change;

/// <summary>Maps with a known change and smoothed noise, on an oblique grid of three sizes and spacings.</summary>
internal static class VoxelFields
{
    /// <summary>Smoothing of the noise, voxels along each index.</summary>
    public static readonly double[] KernelSd = [1.1, 0.9, 0.6];

    public static Grid Grid { get; } = new(26, 21, 12, new Vector3(-31, 12, 7), new Vector3(1.8, 0.3, 0), new Vector3(-0.35, 2.1, 0), new Vector3(0, 0, 3.1));

    /// <summary>Voxels within an ellipsoid about a point of the index space.</summary>
    public static Mask Ellipsoid(double i, double j, double k, double radius)
    {
        var inside = new bool[Grid.Count];
        for (var n = 0; n < inside.Length; n++)
        {
            var (x, y, z) = (n % Grid.Nx - i, n / Grid.Nx % Grid.Ny - j, n / (Grid.Nx * Grid.Ny) - k);
            inside[n] = x * x + y * y + 2.5 * z * z <= radius * radius;
        }

        return new Mask(Grid, inside);
    }

    /// <summary>A map with noise of standard deviation u on its logarithm.</summary>
    public static ParametricMap Map(Func<int, double> logarithm, double[] noise, double u, bool isUKnown = true)
    {
        var (values, us) = (new float[Grid.Count], new float[Grid.Count]);
        for (var n = 0; n < values.Length; n++)
        {
            values[n] = (float)Math.Exp(logarithm(n) + u * noise[n]);
            us[n] = isUKnown ? (float)(u * values[n]) : 0;
        }

        return new ParametricMap(new Volume(Grid, values, null), new Volume(Grid, us, null), [.. Enumerable.Repeat(VoxelStatus.Ok, Grid.Count)], null) { IsUKnown = isUKnown };
    }

    /// <summary>Independent normal noise smoothed along each index, edges wrapped, variance 1.</summary>
    public static double[] Noise(RandomStream random)
    {
        var field = new double[Grid.Count];
        random.FillNormal(field);
        field = Smoothed(field, KernelSd[0], Grid.Nx, 1);
        field = Smoothed(field, KernelSd[1], Grid.Ny, Grid.Nx);
        return Smoothed(field, KernelSd[2], Grid.Nz, Grid.Nx * Grid.Ny);
    }

    private static double[] Smoothed(double[] field, double sd, int size, int step)
    {
        const int Reach = 4;
        var kernel = Enumerable.Range(-Reach, 2 * Reach + 1).Select(n => Math.Exp(-0.5 * n * n / (sd * sd))).ToArray();
        var norm = Math.Sqrt(kernel.Sum(k => k * k));
        var result = new double[field.Length];
        for (var n = 0; n < field.Length; n++)
        {
            var at = n / step % size;
            for (var m = -Reach; m <= Reach; m++)
            {
                result[n] += kernel[m + Reach] / norm * field[n + ((at + m + size) % size - at) * step];
            }
        }

        return result;
    }
}
