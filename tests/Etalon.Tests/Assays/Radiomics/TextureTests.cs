using Etalon.Assays.Radiomics;
using Etalon.Assays.Radiomics.Textures;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Radiomics;

/// <summary>Fast texture matrices against plain ones, and laws that features hold to.</summary>
[Trait("Kind", "Numeric")]
public sealed class TextureTests
{
    // Three different sizes; wider than any vector of 16-bit lanes in x.
    private const int Nx = 41, Ny = 13, Nz = 7;

    [Theory]
    [InlineData(2, 0.9)]
    [InlineData(5, 0.7)]
    [InlineData(40, 0.95)]
    public void Fast_matrices_hold_what_the_plain_ones_do(int greyLevels, double share)
    {
        var levels = Levels(greyLevels, share);
        var (box, plain) = (Box(levels, greyLevels), new TextureReference(Nx, Ny, Nz, levels));
        var found = Of(box, RadiomicsSettings.InSpace.ToHashSet(), threads: 2);
        var (sizes, distances) = plain.Zones();
        double voxels = levels.Count(l => l != 0);
        Same(found, FeatureFamily.Glszm, FeatureAggregation.Volume, Shared(sizes, voxels));
        Same(found, FeatureFamily.Gldzm, FeatureAggregation.Volume, Shared(distances, voxels));
        Same(found, FeatureFamily.Glrlm, FeatureAggregation.VolumeMerged, Shared(plain.Runs(), 13 * voxels));
        Same(found, FeatureFamily.Ngldm, FeatureAggregation.Volume, Shared(plain.Dependence(), voxels));
        // Of pairs: contrast and the angular second moment, from the counts alone.
        var pairs = plain.CoOccurrence();
        double total = pairs.Values.Sum();
        Equal(pairs.Sum(p => Math.Pow(p.Key.Item1 - p.Key.Item2, 2) * p.Value) / total, found, "cm_contrast");
        Equal(pairs.Sum(p => Math.Pow(p.Value / total, 2)), found, "cm_energy");
        Equal(-pairs.Sum(p => p.Value / total * Math.Log2(p.Value / total)), found, "cm_joint_entr");
    }

    [Fact]
    public void The_number_of_threads_changes_no_digit()
    {
        var box = Box(Levels(11, 0.8), 11);
        FeatureAggregation[] all = [.. RadiomicsSettings.OfSlices, .. RadiomicsSettings.InSpace];
        Assert.Equal(Of(box, all.ToHashSet(), threads: 1), Of(box, all.ToHashSet(), threads: 3));
    }

    [Fact]
    public void Turning_the_region_over_changes_no_texture_of_the_volume()
    {
        var levels = Levels(6, 0.8);
        var turned = levels.Reverse().ToArray();
        var (a, b) = (Of(Box(levels, 6), RadiomicsSettings.InSpace.ToHashSet(), 1), Of(Box(turned, 6), RadiomicsSettings.InSpace.ToHashSet(), 1));
        // Sums in another order: the last digits differ.
        Assert.All(a.Zip(b), p => Assert.Equal(p.First.Value!.Value, p.Second.Value!.Value, 1e-9 * Math.Max(1, Math.Abs(p.First.Value.Value))));
    }

    [Fact]
    public void One_level_leaves_those_features_without_a_value_that_divide_by_nothing()
    {
        var found = Of(Box(Levels(1, 1), 1), RadiomicsSettings.InSpace.ToHashSet(), 1);
        Assert.Equal(
            ["cm_corr", "cm_info_corr_1", "ngt_busyness", "ngt_coarseness", "ngt_contrast", "ngt_strength"],
            found.Where(f => f.Value is null).Select(f => f.Feature.Tag).Distinct().Order(StringComparer.Ordinal));
    }

    private static ushort[] Levels(int greyLevels, double share)
    {
        var random = new RandomStream(11, FormattableString.Invariant($"textures {greyLevels} {share}"));
        // Every other draw repeats the one before, so that there are runs and zones.
        var last = (ushort)1;
        return [.. Enumerable.Range(0, Nx * Ny * Nz).Select(_ => random.NextUniform() >= share ? (ushort)0 : last = random.NextUniform() < 0.5 ? last : (ushort)(1 + (int)(greyLevels * random.NextUniform())))];
    }

    private static List<FeatureValue> Of(LevelBox box, IReadOnlySet<FeatureAggregation> wanted, int threads) => TextureFeatures.Of(box, wanted, threads, TestContext.Current.CancellationToken);

    private static LevelBox Box(ushort[] levels, int greyLevels) => new(Nx, Ny, Nz, levels, Array.ConvertAll(levels, l => l != 0), greyLevels);

    private static void Equal(double expected, List<FeatureValue> found, string tag) =>
        Assert.Equal(expected, found.Single(f => f.Feature.Tag == tag && f.Aggregation is FeatureAggregation.VolumeMerged).Value!.Value, 1e-9 * Math.Max(1, Math.Abs(expected)));

    private static void Same(List<FeatureValue> found, FeatureFamily family, FeatureAggregation aggregation, double[] expected)
    {
        var values = found.Where(f => f.Feature.Family == family && f.Aggregation == aggregation).Select(f => f.Value!.Value).ToArray();
        Assert.All(expected.Zip(values), p => Assert.Equal(p.First, p.Second, 1e-9 * Math.Max(1, Math.Abs(p.First))));
    }

    /// <summary>The sixteen features that runs, zones and dependence share, by their formulas.</summary>
    private static double[] Shared(Dictionary<(int I, int J), int> counts, double voxels)
    {
        double total = counts.Values.Sum();
        double Mean(Func<double, double, double> of) => counts.Sum(c => of(c.Key.I, c.Key.J) * c.Value) / total;
        double Margin(Func<(int I, int J), int> by) => counts.GroupBy(c => by(c.Key)).Sum(g => Math.Pow(g.Sum(c => c.Value), 2)) / total;
        var (i, j) = (Mean((a, _) => a), Mean((_, b) => b));
        return
        [
            Mean((_, b) => 1 / (b * b)), Mean((_, b) => b * b), Mean((a, _) => 1 / (a * a)), Mean((a, _) => a * a), Mean((a, b) => 1 / (a * a * b * b)), Mean((a, b) => a * a / (b * b)),
            Mean((a, b) => b * b / (a * a)), Mean((a, b) => a * a * b * b), Margin(k => k.I), Margin(k => k.I) / total, Margin(k => k.J), Margin(k => k.J) / total, total / voxels,
            Mean((a, _) => (a - i) * (a - i)), Mean((_, b) => (b - j) * (b - j)), -counts.Sum(c => c.Value / total * Math.Log2(c.Value / total)),
        ];
    }
}
