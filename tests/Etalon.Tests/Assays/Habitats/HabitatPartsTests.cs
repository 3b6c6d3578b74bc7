using Etalon.Assays.Habitats;
using Etalon.Imaging;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Habitats;

/// <summary>The parts of the sampler against laws that are known in closed form.</summary>
[Trait("Kind", "Numeric")]
public sealed class HabitatPartsTests
{
    private const int Draws = 40_000;

    [Fact]
    public void Inverse_Wishart_draws_have_the_mean_that_the_law_has()
    {
        var (random, sum) = (new RandomStream(3, "iw"), new double[4]);
        double[] scale = [2, 0.7, 0.7, 1.1], draw = new double[4];
        for (var n = 0; n < Draws; n++)
        {
            InverseWishart.Draw([.. scale], 11, 2, random, draw);
            for (var e = 0; e < 4; e++)
            {
                sum[e] += draw[e] / Draws;
            }
        }

        // Ψ/(ν − d − 1); its standard error over these draws is below 0.3 % of 2/8.
        for (var e = 0; e < 4; e++)
        {
            Assert.Equal(scale[e] / 8, sum[e], 0.003);
        }
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(2)]
    [InlineData(4)]
    public void Shared_noise_has_variance_one_and_as_many_voxels_to_a_draw_as_asked(double grain)
    {
        // A large slice: its edge, where neighbours are missing, is a small part.
        var grid = new Grid(90, 80, 1, default, new Vector3(1.5, 0, 0), new Vector3(0, 1.7, 0), new Vector3(0, 0, 3));
        var voxels = new HabitatVoxels(["a"], new double[grid.Count], [.. Enumerable.Repeat(1.0, grid.Count)], [new ScanPlaces("1", grid, [.. Enumerable.Range(0, grid.Count)])]);
        var (neighbours, noise, random) = (VoxelNeighbours.Of(voxels), SharedNoise.OfGrain(grain), new RandomStream(5, "noise"));
        var (variance, ofMean) = (0.0, 0.0);
        const int Fields = 60;
        for (var f = 0; f < Fields; f++)
        {
            var field = noise.Draw(neighbours, 1, random);
            variance += field.Sum(v => v * v) / field.Length / Fields;
            // Blocks of 30 × 40 voxels: their sums know all covariances.
            for (var b = 0; b < 6; b++)
            {
                var sum = Enumerable.Range(0, 1200).Sum(n => field[grid.Index(n % 30 + 30 * (b % 3), n / 30 + 40 * (b / 3), 0)]);
                ofMean += sum * sum / 1200 / (6 * Fields);
            }
        }

        // 360 blocks tell a variance to 7.5 %; edges take a few percent.
        Assert.Equal(1, variance, 0.03);
        Assert.InRange(ofMean, 0.78 * grain, 1.22 * grain);
    }

    [Fact]
    public void One_component_without_noise_to_speak_of_is_the_mean_and_the_covariance()
    {
        var random = new RandomStream(7, "one");
        double[] x = [.. Enumerable.Range(0, 4000).SelectMany(_ =>
        {
            var a = random.NextNormal();
            return new[] { 1.5 + 0.8 * a, -0.4 + 0.3 * a + 0.5 * random.NextNormal() };
        })];
        var fit = HabitatMixture.Fit(x, [.. Enumerable.Repeat(1e-8, x.Length)], 2, 1, 1, null, random, CancellationToken.None);
        // The prior of four voxels moves a covariance of 4000 by a thousandth.
        Assert.Equal(1.5, fit.Means[0], 0.04);
        Assert.Equal(0.64, fit.Covariances[0], 0.04);
        Assert.Equal(0.24, fit.Covariances[1], 0.03);
        Assert.Equal(0.34, fit.Covariances[3], 0.03);
    }

    [Fact]
    public void Noise_that_is_stated_is_taken_out_of_the_spread()
    {
        var random = new RandomStream(8, "noise out");
        var (x, v) = (new double[8000], new double[8000]);
        for (var i = 0; i < x.Length; i++)
        {
            var u = random.NextUniform(0.5, 2);
            (x[i], v[i]) = (0.7 * random.NextNormal() + u * random.NextNormal(), u * u);
        }

        var fit = HabitatMixture.Fit(x, v, 1, 1, 1, null, random, CancellationToken.None);
        // 0.49 true; noise of variance 1.75 over 8000 voxels leaves it known to 0.03.
        Assert.Equal(0.49, fit.Covariances[0], 0.12);
    }
}
