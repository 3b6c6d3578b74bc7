using Etalon.Assays.Habitats;
using Xunit;

namespace Etalon.Tests.Assays.Habitats;

/// <summary>Agreement of partitions.</summary>
public sealed class AdjustedRandTests
{
    [Theory]
    // By hand from the pair counts of the tables: (1 − 2·2/6)... first: both 1, rows 2·½, columns 2; expected 1·2/6; most 1.5.
    [InlineData(new[] { 0, 0, 1, 2 }, new[] { 0, 0, 1, 1 }, (1 - 1.0 * 2 / 6) / (1.5 - 1.0 * 2 / 6))]
    [InlineData(new[] { 0, 0, 1, 1 }, new[] { 0, 1, 0, 1 }, -0.5)]
    [InlineData(new[] { 0, 0, 1, 1, 2 }, new[] { 5, 5, 3, 3, 9 }, 1)]
    [InlineData(new[] { 4, 4, 4 }, new[] { 1, 1, 1 }, 1)]
    public void The_index_follows_the_counts_of_pairs_and_not_the_names(int[] a, int[] b, double expected)
    {
        Assert.Equal(expected, AdjustedRand.Index(a, b), 12);
        Assert.Equal(expected, AdjustedRand.Index(b, a), 12);
    }

    [Fact]
    public void Partitions_of_different_voxels_are_refused() => Assert.Throws<ArgumentException>(() => AdjustedRand.Index([0, 1], [0, 1, 1]));
}
