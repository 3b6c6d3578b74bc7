using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>Distances to the edge of what was measured, and how density falls across it, against tumours of known form.</summary>
[Trait("Kind", "Numeric")]
public sealed class EdgeProfileTests
{
    private static readonly Grid Brain = TumourFixtures.ObliqueGrid(36, 34, 26, 2.3, 2.5, 3.1);

    [Fact]
    public void Distances_to_a_ball_of_voxels_are_those_to_the_ball()
    {
        const double Radius = 19.4;
        var ball = new Mask(Brain, Enumerable.Range(0, Brain.Count).Select(n => FromMiddle(n) < Radius).ToArray());

        var distance = EdgeDistance.Of(ball, TumourFixtures.Box(Brain), Radius);

        // A voxel's centre may lie half a diagonal, 2.3 mm, before or behind the surface that it stands for; counted by voxels the rms error is 0.7 mm.
        var near = Enumerable.Range(0, Brain.Count).Where(n => Math.Abs(FromMiddle(n) - Radius) < 4).Select(n => distance[n] - (FromMiddle(n) - Radius)).ToArray();
        var far = Enumerable.Range(0, Brain.Count).Where(n => FromMiddle(n) - Radius is > 4 and < 15).Select(n => distance[n] / (FromMiddle(n) - Radius) - 1).ToArray();
        Assert.InRange(FixedSum.Mean(near), -0.3, 0.3);
        Assert.InRange(FixedSum.StandardDeviation(near), 0, 0.35);
        Assert.InRange(FixedSum.Mean(far), -0.06, 0.06);
        Assert.InRange(FixedSum.StandardDeviation(far), 0, 0.05);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.03)]
    public void A_tumour_that_grew_from_a_few_cells_goes_on_as_it_fell_up_to_its_edge(double noise)
    {
        // N/(1 − N) = e^5 exp(−r²/4Dt) with 4Dt = 75 mm²: N = 0.13 at 22.7 mm, drawn at 0.15.
        var random = new RandomStream(5, "edge");
        var truth = Enumerable.Range(0, Brain.Count).Select(n => 1 / (1 + Math.Exp(Math.Pow(FromMiddle(n), 2) / 75 - 5))).ToArray();
        var drawn = new Mask(Brain, truth.Select(t => t > 0.15).ToArray());
        var apparent = truth.Select(t => t + noise * random.NextNormal()).ToArray();

        var profile = EdgeProfile.Of(apparent, drawn, TumourFixtures.Box(Brain));

        Assert.Equal(0.15, profile.Density, noise == 0 ? 0.02 : 0.03);
        var beyond = Enumerable.Range(0, Brain.Count).Where(n => !drawn.Inside[n] && truth[n] > 0.01).ToArray();
        var ratios = beyond.Select(n => Math.Log(EdgeProfile.After(profile.Density, profile.Fall(profile.DistanceMm[n])) / truth[n])).ToArray();
        Assert.InRange(FixedSum.Mean(ratios), -2 * profile.LogitU, 2 * profile.LogitU);
        Assert.InRange(FixedSum.Mean(ratios), -0.25, 0.25);
        Assert.InRange(FixedSum.StandardDeviation(ratios), 0, 0.2);
    }

    [Fact]
    public void What_was_not_read_of_a_profile_is_said_by_its_uncertainty()
    {
        var few = new Mask(Brain, Enumerable.Range(0, Brain.Count).Select(n => FromMiddle(n) < 3).ToArray());

        var profile = EdgeProfile.Of(new double[Brain.Count], few, TumourFixtures.Box(Brain));

        Assert.True(few.Count < 16 && profile.FallU > 0.5 && profile.LogitU >= 1);
        Assert.InRange(profile.Density, 1e-3, 0.95);
    }

    private static double FromMiddle(int n) =>
        (Brain.ToPatient(n % Brain.Nx, n / Brain.Nx % Brain.Ny, n / Brain.Nx / Brain.Ny) - Brain.ToPatient(17.3, 16.8, 12.6)).Length;
}
