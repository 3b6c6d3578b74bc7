using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Phantoms;

/// <summary>Random fields of variance 1 with a chosen smoothness.</summary>
internal static class SmoothNoise
{
    /// <summary>A Gaussian in voxels, not normalised; a single 1 where it is narrower than voxels tell.</summary>
    internal static double[] Kernel(double s) => s < 0.05 ? [1] : [.. Enumerable.Range(-(int)Math.Ceiling(4 * s), 2 * (int)Math.Ceiling(4 * s) + 1).Select(t => Math.Exp(-0.5 * t * t / (s * s)))];

    /// <summary>White noise convolved by Gaussians along the axes, on a torus so that every voxel has variance 1.</summary>
    public static double[] Of(Grid g, double[] sd, RandomStream random)
    {
        var values = new double[g.Count];
        random.FillNormal(values);
        int[] sizes = [g.Nx, g.Ny, g.Nz];
        int[] strides = [1, g.Nx, g.Nx * g.Ny];
        for (var axis = 0; axis < 3; axis++)
        {
            var kernel = Kernel(sd[axis]);
            var norm = Math.Sqrt(kernel.Sum(w => w * w));
            var (half, result) = (kernel.Length / 2, new double[g.Count]);
            for (var n = 0; n < g.Count; n++)
            {
                var place = n / strides[axis] % sizes[axis];
                for (var t = 0; t < kernel.Length; t++)
                {
                    var at = ((place + t - half) % sizes[axis] + sizes[axis]) % sizes[axis];
                    result[n] += kernel[t] / norm * values[n + (at - place) * strides[axis]];
                }
            }

            values = result;
        }

        return values;
    }
}
