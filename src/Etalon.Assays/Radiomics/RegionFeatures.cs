using Etalon.Assays.Radiomics.Shape;
using Etalon.Assays.Radiomics.Textures;
using Etalon.Imaging;

namespace Etalon.Assays.Radiomics;

/// <summary>All features of one region of one image.</summary>
internal static class RegionFeatures
{
    /// <summary>Processes an image and measures its region. Where nothing is left to measure, features have no value.</summary>
    /// <param name="box">The image around the region.</param>
    /// <param name="settings">How.</param>
    /// <param name="shift">Place of the grid of interpolation relative to where it belongs, in its voxels.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static List<FeatureValue> Of(VoxelBox box, RadiomicsSettings settings, Vector3 shift = default, int threads = 1, CancellationToken cancellation = default)
    {
        var voxels = Interpolation.Apply(box, settings, shift);
        if (settings.Filter is { } filter)
        {
            voxels = voxels.With(filter.Apply(voxels, threads), voxels.Region);
        }

        return Of(RegionBox.Of(voxels, settings), settings, threads, cancellation);
    }

    /// <summary>Measures a region that is processed already.</summary>
    public static List<FeatureValue> Of(RegionBox region, RadiomicsSettings settings, int threads = 1, CancellationToken cancellation = default)
    {
        var found = new List<FeatureValue>();
        bool Wants(FeatureFamily family) => settings.Families.Contains(family);
        void Add(FeatureFamily family, Func<double[]?> measure, bool isMeasurable)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Wants(family))
            {
                found.AddRange(FeatureValue.Of(family, FeatureAggregation.None, isMeasurable ? measure() : null));
            }
        }

        var hasVoxels = region.Count > 0;
        Add(FeatureFamily.Morphology, () => MorphologyFeatures.Of(region, threads), region.ShapeCount > 0);
        Add(FeatureFamily.LocalIntensity, () => LocalPeaks.Of(region), hasVoxels);
        Add(FeatureFamily.IntensityStatistics, () => IntensityFeatures.Statistics(region.Sorted), hasVoxels);
        var wantsLevels = settings.Families.Any(f => f is FeatureFamily.IntensityHistogram or >= FeatureFamily.Glcm);
        var levels = hasVoxels && wantsLevels ? region.Levels(settings) : null;
        Add(FeatureFamily.IntensityHistogram, () => IntensityFeatures.Histogram(Histogram(levels!)), levels is not null);
        Add(FeatureFamily.IntensityVolumeHistogram, () => IntensityVolume.Of(region.Sorted, settings.VolumeHistogramLevels, settings.Range), hasVoxels);
        found.AddRange(Textures(levels, settings, threads, cancellation));
        return found;
    }

    private static IEnumerable<FeatureValue> Textures(LevelBox? levels, RadiomicsSettings settings, int threads, CancellationToken cancellation)
    {
        var families = settings.Families.Where(f => f >= FeatureFamily.Glcm).ToHashSet();
        if (families.Count == 0)
        {
            return [];
        }

        var wanted = settings.Aggregations.ToHashSet();
        var values = levels is not null ? TextureFeatures.Of(levels, wanted, threads, cancellation) : [.. families.Order().SelectMany(f => wanted.Where(a => Fits(f, a)).Order().SelectMany(a => FeatureValue.Of(f, a, null)))];
        return values.Where(v => families.Contains(v.Feature.Family));
    }

    /// <summary>Whether a family has matrices of that kind.</summary>
    private static bool Fits(FeatureFamily family, FeatureAggregation aggregation) =>
        (aggregation is FeatureAggregation.Slices or FeatureAggregation.AcrossSlices or FeatureAggregation.Volume) == family is not (FeatureFamily.Glcm or FeatureFamily.Glrlm);

    private static int[] Histogram(LevelBox box)
    {
        var counts = new int[box.GreyLevels + 1];
        foreach (var level in box.Levels)
        {
            counts[level]++;
        }

        counts[0] = 0;
        // Levels above the last that is there are none.
        return counts[..(Array.FindLastIndex(counts, n => n > 0) + 1)];
    }
}
