namespace Etalon.Imaging.Fusion;

/// <summary>Smears a map along the axes of its grid by a Gaussian; voxels without a value take no part.</summary>
internal static class GaussianSmear
{
    /// <summary>A variance below this share of a squared voxel changes nothing that interpolation does not.</summary>
    private const double LeastShare = 0.01;

    /// <summary>Weighted values, weighted uncertainties and weights: value over weight is the mean over the neighbours that have one.</summary>
    public static (Volume Value, Volume U, Volume Weight) Of(MapToFuse map, PointSpread by)
    {
        var grid = map.Value.Grid;
        var (value, variance, weight) = (new double[grid.Count], new double[grid.Count], new double[grid.Count]);
        for (var n = 0; n < grid.Count; n++)
        {
            if (map.HasValue[n])
            {
                (value[n], weight[n]) = (map.Value.Values[n], 1);
                variance[n] = (double)map.U.Values[n] * map.U.Values[n];
            }
        }

        var shared = 1.0;
        var h = grid.SpacingMm;
        foreach (var (v, mm, size, stride) in new[] { (by.I, h.X, grid.Nx, 1), (by.J, h.Y, grid.Ny, grid.Nx), (by.K, h.Z, grid.Nz, grid.Nx * grid.Ny) })
        {
            if (v / (mm * mm) < LeastShare || size == 1)
            {
                continue;
            }

            var kernel = Kernel(v / (mm * mm));
            value = Along(value, kernel, size, stride);
            weight = Along(weight, kernel, size, stride);
            var squared = Array.ConvertAll(kernel, w => w * w);
            variance = Along(variance, squared, size, stride);
            shared *= squared.Sum();
        }

        // Voxels that share draws are averaged away less: as if there were fewer of them, but never worse than one alone.
        var factor = shared < 1 ? Math.Min(Math.Max(1, map.VoxelsPerDraw), 1 / shared) : 1;
        return (Single(value), new Volume(grid, Array.ConvertAll(variance, s => (float)Math.Sqrt(factor * s)), map.Value.Unit), Single(weight));

        Volume Single(double[] of) => new(grid, Array.ConvertAll(of, v => (float)v), map.Value.Unit);
    }

    /// <summary>A Gaussian integrated over each voxel, out to four standard deviations, with sum 1.</summary>
    internal static double[] Kernel(double varianceInVoxels)
    {
        var sd = Math.Sqrt(varianceInVoxels);
        var half = Math.Max(1, (int)Math.Ceiling(4 * sd));
        var kernel = Enumerable.Range(-half, 2 * half + 1).Select(t => MathNet.Numerics.Distributions.Normal.CDF(0, sd, t + 0.5) - MathNet.Numerics.Distributions.Normal.CDF(0, sd, t - 0.5)).ToArray();
        var sum = kernel.Sum();
        return Array.ConvertAll(kernel, w => w / sum);
    }

    private static double[] Along(double[] values, double[] kernel, int size, int stride)
    {
        var (half, result) = (kernel.Length / 2, new double[values.Length]);
        Parallel.For(0, values.Length / size, line =>
        {
            var first = line / stride * stride * size + line % stride;
            for (var p = 0; p < size; p++)
            {
                var sum = 0.0;
                for (var t = Math.Max(0, p - half); t <= Math.Min(size - 1, p + half); t++)
                {
                    sum += kernel[t - p + half] * values[first + t * stride];
                }

                result[first + p * stride] = sum;
            }
        });
        return result;
    }
}
