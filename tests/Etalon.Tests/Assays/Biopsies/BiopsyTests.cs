using Etalon.Assays;
using Etalon.Assays.Biopsies;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Numerics.Regression;
using Etalon.Phantoms.Biopsies;
using Xunit;

namespace Etalon.Tests.Assays.Biopsies;

/// <summary>Clouds of places, and lines through what they show.</summary>
[Trait("Kind", "Numeric")]
public sealed class BiopsyTests(ITestOutputHelper output)
{
    private static readonly Grid Grid = new(41, 37, 29, new Vector3(-30, 14, 8), new Vector3(1.5, 0.2, 0), new Vector3(-0.2, 1.7, 0.1), new Vector3(0, -0.1, 2.6));

    [Fact]
    public void The_mean_of_an_even_slope_is_its_middle_and_its_spread_the_slope_times_the_places()
    {
        var slope = new Vector3(0.03, -0.02, 0.05);
        var map = Map(p => 7 + slope.Dot(p));
        var centre = Grid.ToPatient(20.3, 18.1, 14.4);
        double[] covariance = [9, 2, 0, 2, 4, -1, 0, -1, 6];
        var cloud = BiopsyCloud.Of(map, new PointLocation([centre.X, centre.Y, centre.Z], covariance), 1)!;
        var variance = 9 * slope.X * slope.X + 4 * slope.Y * slope.Y + 6 * slope.Z * slope.Z + 2 * (2 * slope.X * slope.Y - slope.Y * slope.Z);
        Assert.Equal(7 + slope.Dot(centre), cloud.Value, 1e-4);
        Assert.Equal(7 + slope.Dot(centre), cloud.AtPoint!.Value, 1e-4);
        // The cloud ends at three standard deviations, which takes 2.7 % of the variance of a normal.
        Assert.Equal(Math.Sqrt(variance), cloud.Spread, 0.02 * Math.Sqrt(variance) + 1e-3);
        Assert.Equal(1, cloud.Inside, 1e-9);
    }

    [Fact]
    public void A_cloud_outside_the_image_has_no_value_and_one_at_its_edge_says_how_much_is_inside()
    {
        var map = Map(_ => 1);
        Assert.Null(BiopsyCloud.Of(map, new PointLocation([500, 0, 0], [4, 0, 0, 0, 4, 0, 0, 0, 4]), 1));
        var edge = Grid.ToPatient(-0.5, 18, 14);
        Assert.InRange(BiopsyCloud.Of(map, new PointLocation([edge.X, edge.Y, edge.Z], [4, 0, 0, 0, 4, 0, 0, 0, 4]), 1)!.Inside, 0.35, 0.65);
        Assert.Throws<ArgumentException>(() => BiopsyCloud.Of(map, new PointLocation([0, 20, 20], [-1, 0, 0, 0, 1, 0, 0, 0, 1]), 1));
    }

    [Fact]
    public void Noise_is_averaged_over_the_cloud_and_less_where_voxels_share_it()
    {
        var map = Map(_ => 1) with { U = new Volume(Grid, [.. Enumerable.Repeat(0.5f, Grid.Count)], null) };
        var c = Grid.ToPatient(20, 18, 14);
        BiopsyCloud Of(double variance, double grain) => BiopsyCloud.Of(map, new PointLocation([c.X, c.Y, c.Z], [variance, 0, 0, 0, variance, 0, 0, 0, variance]), grain)!;
        Assert.Equal(0.5, Of(0, 1).NoiseU, 1e-6);
        // A Gaussian of variance v per axis weighs 1/∫w² = (4πv)^(3/2) mm³ evenly; interpolation widens it by a sixth of a voxel's square per axis.
        var voxel = Grid.VoxelVolumeMl * 1000;
        var effective = Math.Sqrt(Math.Pow(4 * Math.PI, 3) * (9 + 1.51 * 1.51 / 6) * (9 + 1.71 * 1.71 / 6) * (9 + 2.6 * 2.6 / 6));
        Assert.Equal(0.5 * Math.Sqrt(voxel / effective), Of(9, 1).NoiseU, 0.06 * 0.5 * Math.Sqrt(voxel / effective));
        Assert.Equal(Math.Sqrt(2) * Of(9, 1).NoiseU, Of(9, 2).NoiseU, 1e-9);
    }

    [Fact]
    public void Without_errors_of_place_or_map_the_line_is_that_of_least_squares()
    {
        var random = new RandomStream(4, "plain");
        List<BiopsyReading> readings = [.. Enumerable.Range(0, 25).Select(n => (X: random.NextNormal(), N: n)).Select(p => new BiopsyReading($"b{p.N}", "P", new BiopsyCloud(p.X, 0, 0, p.X, 1), 3 - 2 * p.X + 0.7 * random.NextNormal(), 0))];
        var fit = BiopsyRegression.Fit(readings)!;
        var line = LeastSquaresLine.Ordinary([.. readings.Select(r => r.Cloud.Value)], [.. readings.Select(r => r.Pathology)]);
        Assert.Equal(line.Slope, fit.Slope, 6);
        Assert.Equal(line.SlopeU, fit.SlopeU, 1e-4 * line.SlopeU + 1e-6);
        Assert.Equal(23, fit.Dof, 0.2);
        Assert.Empty(fit.LeftOut);
    }

    [Fact]
    public void One_value_or_too_few_biopsies_give_no_line()
    {
        BiopsyReading Of(double x, double y) => new("b", "P", new BiopsyCloud(x, 0, 0, x, 1), y, 0.1);
        Assert.Null(BiopsyRegression.Fit([.. Enumerable.Range(0, 9).Select(n => Of(n, 4))]));
        Assert.Null(BiopsyRegression.Fit([.. Enumerable.Range(0, 9).Select(n => Of(4, n))]));
        Assert.Null(BiopsyRegression.Fit([.. Enumerable.Range(0, 5).Select(n => Of(n, n))]));
    }

    [Fact]
    public void Some_studies_find_the_slope_that_naive_regression_loses()
    {
        var s = Study(24, 3);
        output.WriteLine(s.ToString());
        // The slope of one study is known to 9 %, so the mean of 24 to 2 %; the naive one loses a fifth and more.
        Assert.InRange(s.Ratio, 0.93, 1.07);
        Assert.InRange(s.Naive, 0.4, 0.85);
        Assert.True(s.Coverage >= 0.79);
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(3.0)]
    [InlineData(4.0)]
    public void A_thousand_studies_are_unbiased_and_cover_as_often_as_they_say(double sd)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ETALON_FULL") == "1", "A study of many minutes: ./etalon test --full runs it.");
        var s = Study(1000, sd);
        output.WriteLine(s.ToString());
        Assert.InRange(s.Ratio, 0.95, 1.05);
        Assert.InRange(s.Coverage, 0.93, 0.97);
    }

    [Fact]
    public void What_lies_outside_the_biopsies_is_not_foretold_and_the_next_one_is_sought_where_it_teaches()
    {
        var study = VirtualBiopsies.Of(new VirtualBiopsyOptions { Patients = 5, BiopsiesEach = 4 });
        var fit = BiopsyRegression.Fit(study.Readings)!;
        var map = study.Maps[0];
        var g = map.Value.Grid;
        var region = new Mask(g, [.. Enumerable.Range(0, g.Count).Select(n => n % g.Nx is > 8 and < 24 && n / g.Nx % g.Ny is > 8 and < 20 && n / g.Nx / g.Ny is > 3 and < 12)]);
        var prediction = BiopsyPrediction.Of(fit, map, region, new NextBiopsyOptions([9, 0, 0, 0, 9, 0, 0, 0, 9], 200, 1, 300));
        for (var n = 0; n < g.Count; n++)
        {
            var isOutside = map.Value.Values[n] < fit.Support.Low || map.Value.Values[n] > fit.Support.High;
            Assert.Equal(!region.Inside[n] ? VoxelStatus.Outside : isOutside ? VoxelStatus.AtBound : VoxelStatus.Ok, prediction.Status[n]);
            Assert.Equal(prediction.Status[n] == VoxelStatus.Ok, prediction.U.Values[n] > 0);
        }

        Assert.NotNull(prediction.Next);
        Assert.True(region.Inside[prediction.Next.Voxel]);
        Assert.InRange(prediction.Next.Gain, 0, 1);
        Assert.Equal(prediction.Next.Gain, prediction.Gain.Values.Max(), 1e-6);
    }

    private static ParametricMap Map(Func<Vector3, double> value)
    {
        float[] values = [.. Enumerable.Range(0, Grid.Count).Select(n => (float)value(Grid.ToPatient(n % Grid.Nx, n / Grid.Nx % Grid.Ny, n / Grid.Nx / Grid.Ny)))];
        return new ParametricMap(new Volume(Grid, values, null), new Volume(Grid, new float[Grid.Count], null), [.. Enumerable.Repeat(VoxelStatus.Ok, Grid.Count)], null);
    }

    private static SlopeStudy Study(int studies, double sd)
    {
        var (ratios, naive, covered) = (new double[studies], new double[studies], 0);
        Parallel.For(0, studies, t =>
        {
            var options = new VirtualBiopsyOptions { PlaceSdMm = sd, Seed = (ulong)(t + 1) };
            var fit = BiopsyRegression.Fit(VirtualBiopsies.Of(options).Readings)!;
            (ratios[t], naive[t]) = (fit.Slope / options.Slope, fit.NaiveSlope / options.Slope);
            if (fit.SlopeInterval.Contains(options.Slope))
            {
                Interlocked.Increment(ref covered);
            }
        });
        return new SlopeStudy(FixedSum.Mean(ratios), FixedSum.StandardDeviation(ratios) / Math.Sqrt(studies), FixedSum.Mean(naive), (double)covered / studies);
    }

    private sealed record SlopeStudy(double Ratio, double RatioU, double Naive, double Coverage);
}
