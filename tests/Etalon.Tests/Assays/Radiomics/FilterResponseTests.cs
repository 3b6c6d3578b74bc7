using Etalon.Assays.Radiomics.Filters;
using Etalon.Imaging;
using Xunit;

namespace Etalon.Tests.Assays.Radiomics;

/// <summary>Filters against the response maps of IBSI: within 1 % of the range of the map, which is the initiative's tolerance.</summary>
[Trait("Kind", "Numeric")]
public sealed class FilterResponseTests
{
    public static TheoryData<string, string, ImageFilter> Maps => new()
    {
        { "1_a_1", "checkerboard", new MeanFilter(15) { Boundary = FilterBoundary.Zero } },
        { "1_b_1", "impulse", new MeanFilter(15) { Boundary = FilterBoundary.Zero, InSlices = true } },
        { "2_a", "impulse", new LaplacianOfGaussianFilter(3) { Boundary = FilterBoundary.Zero } },
        { "3_a_1", "impulse", new LawsFilter("E5", "L5", "S5") { Boundary = FilterBoundary.Zero } },
        { "3_b_1", "checkerboard", new LawsFilter("E3", "W5", "R5") },
        { "4_a_1", "impulse", new GaborFilter(10, 4, 0.5, Math.PI / 3) { Boundary = FilterBoundary.Zero } },
        { "5_a_1", "impulse", new WaveletFilter(WaveletKind.Daubechies2, "LHL") { Boundary = FilterBoundary.Zero } },
        { "6_a_1", "sphere", new WaveletFilter(WaveletKind.Coiflet1, "HHL") { Boundary = FilterBoundary.Periodic } },
        { "7_a_1", "checkerboard", new WaveletFilter(WaveletKind.Haar, "LLL", 2) { Pooling = FilterPooling.Mean } },
        { "8_a_1", "checkerboard", new SimoncelliFilter(1) { Boundary = FilterBoundary.Periodic } },
        { "9_a", "impulse", new RieszFilter(new LaplacianOfGaussianFilter(3) { Boundary = FilterBoundary.Zero }, 1, 0, 0) { Boundary = FilterBoundary.Zero } },
    };

    [Theory]
    [MemberData(nameof(Maps))]
    public void A_response_map_is_met_within_a_hundredth_of_its_range(string map, string phantom, ImageFilter filter)
    {
        var expected = IbsiReference.Image("metrology", "ibsi2", $"response_{map}.nii.gz").Values;
        var found = filter.Response(IbsiReference.Image("metrology", "ibsi2", $"{phantom}.nii.gz"), threads: 2).Values;
        var largest = expected.Zip(found, (e, f) => Math.Abs(e - f)).Max();
        Assert.InRange(largest / (expected.Max() - expected.Min()), 0, 0.01);
    }

    [Theory]
    [InlineData(FilterBoundary.Mirror, "CBA|ABC|CBA")]
    [InlineData(FilterBoundary.Periodic, "ABC|ABC|ABC")]
    [InlineData(FilterBoundary.Nearest, "AAA|ABC|CCC")]
    [InlineData(FilterBoundary.Zero, "000|ABC|000")]
    public void Beyond_the_edge_stands_what_the_boundary_says(FilterBoundary boundary, string expected) =>
        Assert.Equal(expected.Replace("|", "", StringComparison.Ordinal), string.Concat(Enumerable.Range(-3, 9).Select(i => FilterStack.Place(i, 3, boundary)).Select(p => p < 0 ? '0' : "ABC"[p])));

    [Theory]
    [MemberData(nameof(Invariant))]
    public void A_filter_that_is_pooled_over_turns_does_not_see_a_turn_of_the_image(ImageFilter filter)
    {
        // A quarter turn about z takes (x, y) to (−y, x); periodic edges turn with the image, and 12 is even so that a kernel's middle may shift by none.
        const int N = 12;
        var random = new Etalon.Numerics.RandomStream(5, "turned");
        var values = Enumerable.Range(0, N * N * N).Select(_ => (float)random.NextNormal()).ToArray();
        var grid = new Grid(N, N, N, default, new Vector3(2, 0, 0), new Vector3(0, 2, 0), new Vector3(0, 0, 2));
        var turned = Turned(values, N);
        var (plain, other) = (filter.Response(new Volume(grid, values, null)).Values, filter.Response(new Volume(grid, turned, null), threads: 2).Values);
        // Single precision of the response.
        Assert.All(Turned(plain, N).Zip(other), p => Assert.Equal(p.First, p.Second, 1e-4));
    }

    public static TheoryData<ImageFilter> Invariant =>
    [
        new LawsFilter("L5", "E5", "S3") { Pooling = FilterPooling.Max, EnergyDistance = 2, Boundary = FilterBoundary.Periodic },
        new LawsFilter("L5", "E5", "E5") { Pooling = FilterPooling.Mean, Boundary = FilterBoundary.Periodic },
        new WaveletFilter(WaveletKind.Daubechies3, "LLH") { Pooling = FilterPooling.Mean, Boundary = FilterBoundary.Periodic },
        new WaveletFilter(WaveletKind.Haar, "HHH", 2) { Pooling = FilterPooling.Max, Boundary = FilterBoundary.Periodic },
        new GaborFilter(3, 5, 0.8) { ThetaStep = Math.PI / 4, OrthogonalPlanes = true, Boundary = FilterBoundary.Periodic },
    ];

    private static float[] Turned(float[] values, int n)
    {
        var result = new float[values.Length];
        for (var k = 0; k < n; k++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var i = 0; i < n; i++)
                {
                    result[n - 1 - j + n * (i + n * k)] = values[i + n * (j + n * k)];
                }
            }
        }

        return result;
    }
}
