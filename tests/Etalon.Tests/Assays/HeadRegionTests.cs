using Etalon.Assays;
using Etalon.Imaging;
using Etalon.Metrology;
using Xunit;

namespace Etalon.Tests.Assays;

/// <summary>The whole of what a diffusion image shows.</summary>
public sealed class HeadRegionTests
{
    private static readonly Grid Grid = new(31, 27, 17, new Vector3(-20, 3, 8), new Vector3(1.4, 0, 0), new Vector3(0, 1.6, 0), new Vector3(0, 0, 2.3));

    [Fact]
    public void Tissue_far_from_the_coils_belongs_to_the_head_and_air_does_not()
    {
        var (signal, head) = Head(1);
        var region = HeadRegion.Of(Grid, [0, 1000], [signal, signal], "series 10 (MR)", "")!;
        Assert.Equal(head, region.Mask.Inside);
        Assert.Equal(RegionKind.Whole, region.Kind);
        Assert.Contains("no tumour", region.Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e-4f)]
    [InlineData(37f)]
    public void The_scale_of_the_signal_does_not_matter(float scale)
    {
        var (signal, head) = Head(scale);
        Assert.Equal(head, HeadRegion.Of(Grid, [0, 1000], [signal, signal], "", "")!.Mask.Inside);
    }

    [Fact]
    public void An_image_without_signal_has_no_head() =>
        Assert.Null(HeadRegion.Of(Grid, [0, 1000], [new float[Grid.Count], new float[Grid.Count]], "", ""));

    /// <summary>An ellipsoid twelve times brighter at its rim than in its middle, in air of a hundredth of the brightest, with a bright speck apart from it.</summary>
    private static (float[] Signal, bool[] Head) Head(float scale)
    {
        var (signal, head) = (new float[Grid.Count], new bool[Grid.Count]);
        for (var n = 0; n < Grid.Count; n++)
        {
            var (i, j, k) = (n % Grid.Nx, n / Grid.Nx % Grid.Ny, n / Grid.Nx / Grid.Ny);
            var r = Math.Sqrt(Math.Pow((i - 15.2) / 12, 2) + Math.Pow((j - 13.1) / 10, 2) + Math.Pow((k - 8.3) / 6, 2));
            head[n] = r < 1;
            signal[n] = scale * (float)(r < 1 ? 80 + 900 * r * r : 2 + n * 7919 % 9);
        }

        signal[Grid.Index(0, 0, 0)] = 900 * scale;
        return (signal, head);
    }
}
