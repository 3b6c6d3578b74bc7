using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Assays.Radiomics;

/// <summary>
/// What features do when the image is measured again: with its noise drawn once more, with the contour drawn anew, with the voxels elsewhere. The standard uncertainty of each is the root
/// mean square by which the feature then departs from its value, so that a shift counts too: noise that is added once more shifts a feature about as much as the noise that is there has done.
/// </summary>
internal sealed class FeatureUncertainty(VoxelBox box, RadiomicsSettings settings, RadiomicsOptions options, CancellationToken cancellation)
{
    /// <summary>Noise, contour, place of the voxels.</summary>
    private const int Sources = 3;

    /// <summary>Uncertainties in the order of the values; null where a source was not studied.</summary>
    /// <param name="values">Of the image as it is.</param>
    /// <param name="noise">Noise of the voxels; null where not known.</param>
    /// <param name="contourSdMm">Standard deviation of the contour's place, mm.</param>
    public (double?[]? Noise, double?[]? Contour, double?[]? Resampling) Of(List<FeatureValue> values, VoxelNoise? noise, double contourSdMm)
    {
        if (options.Replicates == 0)
        {
            return (null, null, null);
        }

        var contour = new ContourNoise(box, contourSdMm);
        var runs = Enumerable.Range(0, Sources).Select(_ => new double?[options.Replicates][]).ToArray();

        // Each repetition has a stream of its own: their order and the number of threads change nothing.
        Parallel.For(0, Sources * options.Replicates, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.Threads), CancellationToken = cancellation }, n =>
        {
            var (source, r) = (n % Sources, n / Sources);
            var random = new RandomStream(options.Seed, FormattableString.Invariant($"radiomics {source} {r}"));
            runs[source][r] = source switch
            {
                0 when noise is null => [],
                0 => Departures(Measured(box.With(noise.Added(box, random), box.Region), default), values, 1),
                1 => Contour(contour, random),
                _ => Departures(Measured(box, Shift(random)), values, 1),
            };
        });
        return (noise is null ? null : Deviation(runs[0]), Deviation(runs[1]), Deviation(runs[2]));
    }

    /// <summary>
    /// Half of what lies between a contour and the one as far to the other side, on voxels that lie elsewhere, and both on the same: where the voxels stand under the contour is another
    /// source. A contour that moves less than half a voxel would else move nothing.
    /// </summary>
    private double?[] Contour(ContourNoise contour, RandomStream random)
    {
        var shift = Shift(random);
        var (one, other) = contour.Drawn(random, settings.MaskThreshold);
        return Departures(Measured(box.With(box.Image, one), shift), Measured(box.With(box.Image, other), shift), 0.5);
    }

    private static Vector3 Shift(RandomStream random) => new(random.NextUniform(-0.5, 0.5), random.NextUniform(-0.5, 0.5), random.NextUniform(-0.5, 0.5));

    private List<FeatureValue> Measured(VoxelBox changed, Vector3 shift)
    {
        var voxels = RadiomicsAssay.Filtered(Interpolation.Apply(changed, settings, shift), settings, 1);
        return RegionFeatures.Of(RegionBox.Of(voxels, settings), settings, 1, cancellation);
    }

    private static double?[] Departures(List<FeatureValue> from, List<FeatureValue> to, double factor) => [.. from.Zip(to, (a, b) => factor * (a.Value - b.Value))];

    /// <summary>Root mean square of the departures; null where less than half of the repetitions have one.</summary>
    private static double?[] Deviation(double?[][] runs)
    {
        var result = new double?[runs[0].Length];
        for (var f = 0; f < result.Length; f++)
        {
            var (sum, number) = (0.0, 0);
            foreach (var run in runs)
            {
                if (run[f] is { } departure)
                {
                    sum += departure * departure;
                    number++;
                }
            }

            result[f] = 2 * number >= runs.Length ? Math.Sqrt(sum / number) : null;
        }

        return result;
    }
}
