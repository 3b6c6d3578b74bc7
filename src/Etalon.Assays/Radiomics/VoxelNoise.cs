using Etalon.Assays.Radiomics.Filters;
using Etalon.Numerics;

namespace Etalon.Assays.Radiomics;

/// <summary>Noise to be added to a box: a standard deviation for each voxel, and over how many voxels it is shared.</summary>
internal sealed class VoxelNoise
{
    /// <summary>Standard deviation of a Gaussian in widths at half its height.</summary>
    private const double SigmaOfWidth = 0.42466090014400953;

    /// <summary>Median of the modulus of a normal deviate.</summary>
    private const double MedianOfModulus = 0.674489750196;

    private const int FewestBlocks = 60;

    private readonly float[]? _sds;
    private readonly double _sd;
    private readonly (double X, double Y, double Z) _width;

    private VoxelNoise(float[]? sds, double sd, (double, double, double) width) => (_sds, _sd, _width) = (sds, sd, width);

    /// <summary>The same standard deviation everywhere.</summary>
    public static VoxelNoise Even(double sd, (double X, double Y, double Z) widthMm) => new(null, sd, widthMm);

    /// <summary>One for each voxel of the box.</summary>
    public static VoxelNoise Of(float[] sds, (double X, double Y, double Z) widthMm) => new(sds, 0, widthMm);

    /// <summary>The image with noise.</summary>
    public float[] Added(VoxelBox box, RandomStream random)
    {
        var field = Field(box, _width, random);
        var result = new float[field.Length];
        for (var n = 0; n < result.Length; n++)
        {
            result[n] = (float)(box.Image[n] + (_sds?[n] ?? _sd) * field[n]);
        }

        return result;
    }

    /// <summary>A random field of mean 0 and standard deviation 1 that is smooth over a width (FWHM of the kernel), mm.</summary>
    public static double[] Field(VoxelBox box, (double X, double Y, double Z) widthMm, RandomStream random)
    {
        var values = new double[box.Count];
        random.FillNormal(values);
        var stack = new FilterStack(box.Nx, box.Ny, box.Nz, box.SpacingMm) { Values = values };
        return stack.Convolved(Kernel(widthMm.X / box.SpacingMm.X), Kernel(widthMm.Y / box.SpacingMm.Y), Kernel(widthMm.Z / box.SpacingMm.Z), FilterBoundary.Periodic).Values;
    }

    /// <summary>
    /// Standard deviation of the noise of an image of which nothing is known, from what differs between neighbours in a slice: a − b − c + d of 2 × 2 voxels of the region takes out
    /// gradients and edges along the axes; structure that is left adds to it, so that it is an upper limit where voxels do not share noise. Null where there are too few blocks or
    /// nothing differs.
    /// </summary>
    public static double? Estimate(VoxelBox box)
    {
        var sizes = new List<double>();
        for (var k = 0; k < box.Nz; k++)
        {
            for (var j = 0; j + 1 < box.Ny; j++)
            {
                for (var i = 0; i + 1 < box.Nx; i++)
                {
                    var (a, c) = (i + box.Nx * (j + box.Ny * k), i + box.Nx * (j + 1 + box.Ny * k));
                    if (box.Region[a] > 0 && box.Region[a + 1] > 0 && box.Region[c] > 0 && box.Region[c + 1] > 0)
                    {
                        sizes.Add(Math.Abs((double)box.Image[a] - box.Image[a + 1] - box.Image[c] + box.Image[c + 1]) / 2);
                    }
                }
            }
        }

        sizes.Sort();
        return sizes.Count >= FewestBlocks && sizes[sizes.Count / 2] is > 0 and var median ? median / MedianOfModulus : null;
    }

    /// <summary>A Gaussian whose squares sum to 1, so that it keeps the variance of independent values; empty where it is narrower than a voxel can show.</summary>
    private static double[] Kernel(double widthVoxels)
    {
        var sigma = widthVoxels * SigmaOfWidth;
        if (!(sigma > 0.2))
        {
            return [];
        }

        var half = (int)Math.Ceiling(3.5 * sigma);
        var kernel = Enumerable.Range(-half, 2 * half + 1).Select(k => Math.Exp(-k * k / (2 * sigma * sigma))).ToArray();
        var norm = Math.Sqrt(kernel.Sum(v => v * v));
        return Array.ConvertAll(kernel, v => v / norm);
    }
}
