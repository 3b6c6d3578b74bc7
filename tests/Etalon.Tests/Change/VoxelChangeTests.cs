using Etalon.Assays;
using Etalon.Change.Maps;
using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Numerics;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Etalon.Tests.Change;

/// <summary>Change maps: false discoveries, fractions and shared errors in simulated maps with smoothed noise.</summary>
[Trait("Kind", "Numeric")]
public sealed class VoxelChangeTests(ITestOutputHelper output)
{
    private const double U = 0.07;

    private static readonly bool Full = Environment.GetEnvironmentVariable("ETALON_FULL") == "1";

    private static readonly Mask Region = VoxelFields.Ellipsoid(15, 10, 5.5, 8.5);
    private static readonly Mask Core = VoxelFields.Ellipsoid(12.4, 9, 5, 5.3);
    private static readonly Mask Far = new(VoxelFields.Grid, [.. Region.Inside.Select((inside, n) => !inside && n % VoxelFields.Grid.Nx < 9)]);

    [Fact]
    public void Adjusted_probabilities_are_those_of_the_papers()
    {
        // Benjamini and Hochberg 1995, section 3.2: fifteen comparisons of thrombolysis; four are rejected at 0.05, three by Bonferroni.
        double[] p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000];
        var adjusted = new double[p.Length];
        FalseDiscovery.Adjust(p, adjusted);
        Assert.Equal(4, adjusted.Count(q => q <= 0.05));
        // 15 · 0.0095 / 4 by hand; the 15 tests end in 1.
        Assert.Equal(0.035625, adjusted[3], 1e-12);
        Assert.Equal(1, adjusted[14]);

        var any = new double[p.Length];
        FalseDiscovery.Adjust(p, any, underDependence: true);
        // Σ 1/i of 15 is 3.318229: 0.0001 · 15 · 3.318229.
        Assert.Equal(0.004977343, any[0], 1e-8);
        Assert.Equal(3, any.Count(q => q <= 0.05));
        Assert.Throws<ArgumentException>(() => FalseDiscovery.Adjust([double.NaN], new double[1]));
    }

    [Fact]
    public void The_correlation_of_smoothed_noise_is_found_in_the_reference()
    {
        var random = new RandomStream(41, "correlation");
        var all = new Mask(VoxelFields.Grid, [.. Enumerable.Repeat(true, VoxelFields.Grid.Count)]);
        var map = Between(Maps(random, _ => 0, 0), all, new VoxelChangeOptions { Reference = all });

        output.WriteLine($"{map.Correlation}, {map.VoxelsPerGrain} voxels per grain, noise {map.NoiseScale}");
        // The kernels as sampled: ρ(m) = Σ k(n) k(n+m) / Σ k². 6,552 voxels in 340 grains tell a correlation to 0.03, and the grain by three of them.
        double Lag(double sd, int m) => Enumerable.Range(-12, 25).Sum(n => Math.Exp(-0.5 * (n * n + (n + m) * (n + m)) / (sd * sd))) / Enumerable.Range(-12, 25).Sum(n => Math.Exp(-n * n / (sd * sd)));
        Assert.Equal(Lag(1.1, 1), map.Correlation.AlongI, 0.06);
        Assert.Equal(Lag(0.9, 1), map.Correlation.AlongJ, 0.06);
        Assert.Equal(Lag(0.6, 1), map.Correlation.AlongK, 0.06);
        // Of a mean over L voxels: Σ (1 − |m|/L) ρ(m).
        double Grain(double sd, int length) => 1 + 2 * Enumerable.Range(1, length - 1).Sum(m => (1 - (double)m / length) * Lag(sd, m));
        Assert.Equal(1, map.VoxelsPerGrain / (Grain(1.1, 26) * Grain(0.9, 21) * Grain(0.6, 12)), 0.15);
        var width = Math.Sqrt(8 * Math.Log(2));
        var spacing = VoxelFields.Grid.SpacingMm;
        var known = NoiseCorrelation.OfSmoothing(new Vector3(width * 1.1 * spacing.X, width * 0.9 * spacing.Y, width * 0.6 * spacing.Z), VoxelFields.Grid);
        Assert.Equal(Math.Exp(-1 / (4 * 0.9 * 0.9)), known.AlongJ, 1e-12);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 0.04)]
    public void False_discoveries_are_no_more_than_asked_for(bool anyDependence, double shared)
    {
        var random = new RandomStream(42, "fdr");
        const int Maps = 150;
        var (rate, power) = (0.0, 0.0);
        for (var n = 0; n < Maps; n++)
        {
            var map = Between(
                this.Maps(random, v => Core.Inside[v] ? 0.35 : 0, shared * random.NextNormal()), Region,
                new VoxelChangeOptions { SharedU = shared, Correlation = Known, UnderAnyDependence = anyDependence, FalseDiscoveryRate = 0.1 });
            var (called, wrong) = (0, 0);
            for (var v = 0; v < Core.Inside.Length; v++)
            {
                var isCalled = map.Increased.Inside[v] || map.Decreased.Inside[v];
                called += isCalled ? 1 : 0;
                wrong += isCalled && !Core.Inside[v] ? 1 : 0;
            }

            rate += called > 0 ? (double)wrong / called / Maps : 0;
            power += (double)(called - wrong) / Core.And(Region).Count / Maps;
        }

        output.WriteLine($"any dependence {anyDependence}, shared {shared}: false {rate:0.0000}, found {power:0.000}");
        // 10 % of the unchanged share, 0.7; the spread of the false share between maps is 0.05 at most: 0.004 over √150, three of them.
        Assert.True(rate <= 0.1 * (1 - (double)Core.And(Region).Count / Region.Count) + 0.013);
        Assert.True(power > (anyDependence ? 0.5 : 0.75));
    }

    [Fact]
    public void Maps_without_a_change_are_called_changed_once_in_twenty_at_most()
    {
        var random = new RandomStream(43, "null");
        const int Maps = 200;
        var (alone, shared, ignored) = (0, 0, 0.0);
        for (var n = 0; n < Maps; n++)
        {
            alone += Called(Between(this.Maps(random, _ => 0, 0), Region, new VoxelChangeOptions { Correlation = Known })) > 0 ? 1 : 0;
            // A gain that is off by twice the noise moves all voxels together.
            var maps = this.Maps(random, _ => 0, 0.2 * random.NextNormal());
            shared += Called(Between(maps, Region, new VoxelChangeOptions { SharedU = 0.2, Correlation = Known })) > 0 ? 1 : 0;
            ignored += (double)Called(Between(maps, Region, new VoxelChangeOptions { Correlation = Known })) / Region.Count / Maps;
        }

        output.WriteLine($"{alone} maps with a false voxel, {shared} with a gain error, of {Maps}; the gain ignored, {100 * ignored:0} % of voxels");
        // Where nothing is true the rate is the share of maps: 10 of 200 and four times 3.1.
        Assert.InRange(alone, 0, 22);
        Assert.InRange(shared, 0, 22);
        Assert.True(ignored > 0.2);
    }

    [Fact]
    public void A_reference_takes_a_gain_error_out()
    {
        var random = new RandomStream(44, "reference");
        var maps = Maps(random, v => Core.Inside[v] ? 0.4 : 0, 0.15);
        var map = Between(maps, Region, new VoxelChangeOptions { SharedU = 0.2, Reference = Far });
        var without = Between(maps, Region, new VoxelChangeOptions { SharedU = 0.2, Correlation = Known });

        // Some 1,000 voxels in 30 grains with noise of 0.1: 0.02.
        Assert.Equal(0.15, map.SharedError, 0.06);
        Assert.InRange(map.SharedErrorU, 0.008, 0.03);
        Assert.Equal(0.2, without.SharedErrorU, 1e-12);
        Assert.True(map.Increased.And(Core).Count > 0.6 * Core.And(Region).Count);
        Assert.Equal(0, Called(without));
    }

    [Theory]
    [InlineData(0.35, 0.17, 0, 0)]
    [InlineData(0.25, 0.12, 0, 0)]
    [InlineData(0.35, 0.17, 0.05, 0)]
    [InlineData(-0.3, 0.15, 0, 0.7)]
    public void The_changed_fraction_is_covered(double change, double threshold, double shared, double displacementMm)
    {
        var random = new RandomStream(45, "fraction");
        var maps = Full ? 200 : 40;
        var truth = (double)Core.And(Region).Count / Region.Count;
        var (held, other, mean, width, counted, said, most) = (0, 0, 0.0, 0.0, 0.0, 0.0, 0.0);
        var values = new List<double>();
        for (var n = 0; n < maps; n++)
        {
            var move = displacementMm * random.NextNormal();
            var map = Between(
                this.Maps(random, v => Core.Inside[v] ? change : 0, shared * random.NextNormal(), move), Region,
                new VoxelChangeOptions { SharedU = shared, Reference = Far, Displacement = displacementMm > 0 ? new DisplacementCovariance(displacementMm * displacementMm, 0, 0, 0, 0, 0) : null, MinimalChange = threshold });
            var (fraction, opposite) = change > 0 ? (map.IncreasedFraction!, map.DecreasedFraction!) : (map.DecreasedFraction!, map.IncreasedFraction!);
            held += fraction.Interval.Contains(truth) ? 1 : 0;
            other += opposite.Interval.Contains(0) || opposite.Interval.Lower < 0.003 ? 1 : 0;
            mean += fraction.Value / maps;
            values.Add(fraction.Value);
            said += fraction.U / maps;
            most += opposite.Interval.Upper / maps;
            width += (fraction.Interval.Upper - fraction.Interval.Lower) / maps;
            counted += (double)Region.Inside.Where((inside, v) => inside && Math.Sign(change) * map.Change.Values[v] > threshold).Count() / Region.Count / maps;
        }

        output.WriteLine($"change {change} at {threshold}, shared {shared}, displaced {displacementMm}: truth {truth:0.000}, mean {mean:0.000}, counted {counted:0.000}, width {width:0.000}, scatter {FixedSum.StandardDeviation(values.ToArray()):0.0000}, said {said:0.0000}; {held} and {other} of {maps}; of the other sign at most {most:0.000}");
        // 95 % less four binomial standard deviations; noise of grains is taken as wholly shared within each, so more is expected. The scatter of up to 0.035
        // over √40 gives 0.006, and the likelihood's own bias is of the order of a tenth of the share that noise makes ambiguous.
        Assert.InRange(held, 0.95 * maps - 4 * Math.Sqrt(0.0475 * maps), maps);
        Assert.InRange(other, 0.95 * maps - 4 * Math.Sqrt(0.0475 * maps), maps);
        Assert.Equal(truth, mean, 0.03);
        // Nothing changed the other way: 2,500 voxels in 130 grains leave room for two of them, and some more where noise is half the threshold.
        Assert.True(most < 0.07);
        Assert.True(Math.Abs(mean - truth) < Math.Abs(counted - truth));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.2)]
    public void The_fraction_of_a_change_that_fades_away_is_covered_too(double threshold)
    {
        // From −0.1 at one end to 0.4 at the other: no gap at the threshold.
        double Fading(int v) => -0.1 + 0.5 * (v % VoxelFields.Grid.Nx - 6.5) / 17;
        var truth = (double)Enumerable.Range(0, Region.Inside.Length).Count(v => Region.Inside[v] && Fading(v) > threshold) / Region.Count;
        var random = new RandomStream(49, "fading");
        var maps = Full ? 200 : 40;
        var (held, values, width) = (0, new List<double>(), 0.0);
        for (var n = 0; n < maps; n++)
        {
            var fraction = Between(Maps(random, Fading, 0), Region, new VoxelChangeOptions { Correlation = Known, MinimalChange = threshold }).IncreasedFraction!;
            held += fraction.Interval.Contains(truth) ? 1 : 0;
            width += (fraction.Interval.Upper - fraction.Interval.Lower) / maps;
            values.Add(fraction.Value);
        }

        output.WriteLine($"at {threshold}: truth {truth:0.000}, mean {values.Average():0.000}, scatter {FixedSum.StandardDeviation(values.ToArray()):0.0000}, width {width:0.000}; {held} of {maps}");
        // 95 % less four binomial standard deviations.
        Assert.InRange(held, 0.95 * maps - 4 * Math.Sqrt(0.0475 * maps), maps);
    }

    [Fact]
    public void A_shift_of_an_edge_is_not_a_change_of_tissue()
    {
        // A ramp along x of 0.2 per mm, moved by 1 mm: every voxel of it changes by 0.2, five times the noise.
        double Ramp(double x) => 0.2 * Math.Clamp(x, -6, 6);
        double At(int n) => VoxelFields.Grid.ToPatient(n % 26, n / 26 % 21, n / (26 * 21)).X + 10;
        var random = new RandomStream(46, "edge");
        var (first, second) = (VoxelFields.Map(n => Ramp(At(n)), VoxelFields.Noise(random), 0.03), VoxelFields.Map(n => Ramp(At(n) + 1), VoxelFields.Noise(random), 0.03));
        var blind = VoxelChangeAnalysis.Between(first, second, Region, new VoxelChangeOptions { Correlation = Known });
        var aware = VoxelChangeAnalysis.Between(first, second, Region, new VoxelChangeOptions { Correlation = Known, Displacement = new DisplacementCovariance(0.64, 0, 0, 0, 0, 0) });
        var across = VoxelChangeAnalysis.Between(first, second, Region, new VoxelChangeOptions { Correlation = Known, Displacement = new DisplacementCovariance(0, 0, 0, 0, 0, 0.64) });

        var onRamp = Region.Inside.Select((inside, n) => inside && Math.Abs(At(n)) < 4).ToList();
        Assert.True(blind.Increased.Inside.Where((x, n) => x && onRamp[n]).Count() > 0.9 * onRamp.Count(x => x));
        Assert.Equal(0, Called(aware));
        Assert.True(across.Increased.Count > 0.7 * blind.Increased.Count);
        // u² = 2 · 0.03² + (0.2 · 0.8)² on the ramp; the gradient carries noise of 0.03 / (2 · 1.8 mm) beside 0.2.
        var middle = onRamp.IndexOf(true);
        Assert.Equal(Math.Sqrt(2 * 0.0009 + 0.0256), aware.U.Values[middle], 0.02);
    }

    [Fact]
    public void Noise_that_no_map_states_comes_from_the_reference()
    {
        var random = new RandomStream(47, "unknown");
        var (a, b) = (VoxelFields.Map(_ => 0.4, VoxelFields.Noise(random), U, isUKnown: false), VoxelFields.Map(_ => 0.4, VoxelFields.Noise(random), U));
        var map = Between((a, b), Region, new VoxelChangeOptions { Reference = Far });

        // 40 grains tell a scatter to about 12 %, robustly.
        Assert.Equal(U * Math.Sqrt(2), map.U.Values[Array.IndexOf(Region.Inside, true)], 0.035);
        Assert.Throws<ArgumentException>(() => Between((a, b), Region, new VoxelChangeOptions { Correlation = Known }));
    }

    [Fact]
    public void A_voxel_without_a_value_says_why()
    {
        var (a, b) = Maps(new RandomStream(48, "status"), _ => 0, 0);
        var inside = Enumerable.Range(0, Region.Inside.Length).Where(n => Region.Inside[n]).Take(3).ToArray();
        a.Status[inside[0]] = VoxelStatus.NotConverged;
        b.Status[inside[1]] = VoxelStatus.AtBound;
        b.Value.Values[inside[2]] = -1;
        var map = Between((a, b), Region, new VoxelChangeOptions { Correlation = NoiseCorrelation.None });

        Assert.Equal(Region.Count - 3, map.Tested);
        Assert.Equal([VoxelStatus.NotConverged, VoxelStatus.AtBound, VoxelStatus.NotPhysical], inside.Select(n => map.Status[n]));
        Assert.All(inside, n => Assert.Equal((0f, 0f, 1f), (map.Change.Values[n], map.U.Values[n], map.P.Values[n])));
        Assert.Equal(VoxelStatus.Outside, map.Status[0]);
        // By hand for one voxel.
        var v = Enumerable.Range(0, Region.Inside.Length).Where(n => Region.Inside[n]).Skip(700).First();
        var d = Math.Log(b.Value.Values[v] / (double)a.Value.Values[v]);
        Assert.Equal(d, map.Change.Values[v], 1e-6);
        Assert.Equal(U * Math.Sqrt(2), map.U.Values[v], 1e-6);
        Assert.Equal(2 * Normal.CDF(0, 1, -Math.Abs(d) / (U * Math.Sqrt(2))), map.P.Values[v], 1e-5);
        Assert.Throws<ArgumentException>(() => Between((a, b), Region, new VoxelChangeOptions()));
        Assert.Throws<ArgumentException>(() => Between((a, b), Region, new VoxelChangeOptions { Correlation = Known, MinimalChange = 0 }));
    }

    private static NoiseCorrelation Known => new(Math.Exp(-1 / (4 * 1.1 * 1.1)), Math.Exp(-1 / (4 * 0.9 * 0.9)), Math.Exp(-1 / (4 * 0.6 * 0.6)));

    private static int Called(VoxelChangeMap map) => map.Increased.Count + map.Decreased.Count;

    private static VoxelChangeMap Between((ParametricMap First, ParametricMap Second) maps, Mask region, VoxelChangeOptions options) =>
        VoxelChangeAnalysis.Between(maps.First, maps.Second, region, options);

    /// <summary>Two maps of a smooth pattern along x with noise, the second with a change, a gain error and, along x, a displacement.</summary>
    private (ParametricMap First, ParametricMap Second) Maps(RandomStream random, Func<int, double> change, double gain, double moveMm = 0)
    {
        double Pattern(int n, double move) => 0.4 * Math.Sin(0.25 * (VoxelFields.Grid.ToPatient(n % 26, n / 26 % 21, n / (26 * 21)).X + move));
        return (VoxelFields.Map(n => Pattern(n, 0), VoxelFields.Noise(random), U), VoxelFields.Map(n => Pattern(n, moveMm) + change(n) + gain, VoxelFields.Noise(random), U));
    }
}
