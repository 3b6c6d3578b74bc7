using Etalon.Imaging;
using MathNet.Numerics.Distributions;

namespace Etalon.Assays.Relaxation;

/// <summary>Noise of the volumes of a relaxation measurement.</summary>
internal static class RelaxationNoise
{
    /// <summary>Number of voxels that a pooled estimate rests on at most.</summary>
    private const int Most = 20_000;

    /// <summary>
    /// Standard deviation that the residuals of bright voxels tell: median of their sums of squares over that of χ². Bright: of the upper 40 % of those above
    /// 0 by their sum of squares.
    /// </summary>
    /// <param name="frames">Volumes.</param>
    /// <param name="dof">Degrees of freedom of each voxel.</param>
    /// <param name="fit">Sum of squared residuals of a voxel; null where it has no fit.</param>
    /// <returns>Null where there is no degree of freedom or no such voxel, or the residuals are 0.</returns>
    public static double? FromResiduals(IReadOnlyList<float[]> frames, int dof, Func<int, double?> fit)
    {
        if (dof < 1)
        {
            return null;
        }

        var squares = new double[frames[0].Length];
        foreach (var frame in frames)
        {
            for (var n = 0; n < squares.Length; n++)
            {
                squares[n] += (double)frame[n] * frame[n];
            }
        }

        var sorted = squares.Where(s => s > 0 && double.IsFinite(s)).Order().ToArray();
        if (sorted.Length == 0)
        {
            return null;
        }

        var bright = sorted[(int)(0.6 * (sorted.Length - 1))];
        var candidates = Enumerable.Range(0, squares.Length).Where(n => squares[n] >= bright && double.IsFinite(squares[n])).ToList();
        var stride = (candidates.Count + Most - 1) / Most;
        var residuals = candidates.Where((_, i) => i % stride == 0).Select(fit).OfType<double>().Order().ToArray();
        var median = residuals.Length == 0 ? 0 : residuals[residuals.Length / 2];
        return median > 0 ? Math.Sqrt(median / ChiSquared.InvCDF(dof, 0.5)) : null;
    }

    /// <summary>Noise of one volume from its background, else from what differs between neighbours (<see cref="NoiseEstimate"/>); null where neither tells it.</summary>
    public static double? FromImage(Grid grid, float[] brightest) => NoiseEstimate.FromDiffusion(grid, [0], [brightest]);

    /// <summary>
    /// What the uncertainty of a voxel is multiplied with: 1 where its residual is as the noise says; where noise would do so once in a thousand voxels,
    /// the model does not hold there, and the residual counts.
    /// </summary>
    public static double Inflation(double rss, int dof, double noiseSd) =>
        dof > 0 && rss > noiseSd * noiseSd * Critical[Math.Min(dof, Critical.Length - 1)] * (dof < Critical.Length ? 1 : dof / (Critical.Length - 1.0)) ? Math.Sqrt(rss / dof) / noiseSd : 1;

    private static readonly double[] Critical = [.. Enumerable.Range(0, 64).Select(dof => dof == 0 ? 0 : ChiSquared.InvCDF(dof, 0.999))];
}
