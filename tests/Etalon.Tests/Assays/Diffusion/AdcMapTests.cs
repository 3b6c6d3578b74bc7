using Etalon.Assays;
using Etalon.Assays.Diffusion;
using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Diffusion;

/// <summary>Diffusion maps of made series, and the fast kernels against the plain ones.</summary>
public sealed class AdcMapTests
{
    private static readonly Grid Grid = new(13, 11, 7, new Vector3(-3, 4, 5), new Vector3(1.1, 0, 0), new Vector3(0, 1.3, 0), new Vector3(0, 0, 2.7));

    [Theory]
    [InlineData(AdcMapMethod.Linear)]
    [InlineData(AdcMapMethod.Weighted)]
    [InlineData(AdcMapMethod.Exact)]
    [InlineData(AdcMapMethod.Rician)]
    [Trait("Kind", "Numeric")]
    public void Maps_hold_the_truth_of_each_voxel_within_their_uncertainty(AdcMapMethod method)
    {
        var (series, truth) = Series([0, 400, 850], sd: 2);
        var outcome = new AdcMap(new AdcMapOptions { Method = method, NoiseSd = 2 }).Measure(new MapInput([series], []), TestContext.Current.CancellationToken);

        Assert.Empty(outcome.Findings);
        var map = outcome.Maps.Single();
        Assert.Equal("ADCmap", map.Name);
        var inside = Enumerable.Range(0, Grid.Count).Where(n => truth[n] > 0).ToList();
        Assert.All(inside, n => Assert.Equal(VoxelStatus.Ok, map.Map.Status[n]));
        var share = inside.Count(n => Math.Abs(map.Map.Value.Values[n] - truth[n]) <= 1.96 * map.Map.U.Values[n]) / (double)inside.Count;
        // 500 voxels: the standard deviation of the share is 1 %.
        Assert.InRange(share, 0.91, 0.99);
        Assert.All(Enumerable.Range(0, Grid.Count).Where(n => truth[n] == 0), n => Assert.Equal((VoxelStatus.SignalTooLow, 0f), (map.Map.Status[n], map.Map.Value.Values[n])));
    }

    [Theory]
    [InlineData(AdcMapMethod.Ivim)]
    [InlineData(AdcMapMethod.IvimSegmented)]
    [Trait("Kind", "Numeric")]
    public void IVIM_gives_three_maps_each_with_its_own_status(AdcMapMethod method)
    {
        double[] b = [0, 10, 30, 60, 120, 250, 500, 800];
        var frames = b.Select(x => new MapFrame(new float[Grid.Count]) { BValue = x }).ToArray();
        for (var f = 0; f < b.Length; f++)
        {
            for (var n = 0; n < Grid.Count; n++)
            {
                frames[f].Values[n] = (float)(n % 2 == 0 ? DecaySignals.Ivim(b, 3000, 0.2, 0.9e-3, 0.04)[f] : DecaySignals.Mono(b, 3000, 0.9e-3)[f]);
            }
        }

        var outcome = new AdcMap(new AdcMapOptions { Method = method, NoiseSd = 3 }).Measure(new MapInput([Of(frames)], []), TestContext.Current.CancellationToken);
        Assert.Equal(["Dmap", "fmap", "DStarmap"], outcome.Maps.Select(m => m.Name));
        Assert.Equal(0.2, outcome.Maps[1].Map.Value.Values[0], 0.01);
        Assert.Equal(0.9e-3, outcome.Maps[0].Map.Value.Values[0], 0.01e-3);
        Assert.Equal(VoxelStatus.Ok, outcome.Maps[2].Map.Status[0]);
        Assert.NotEqual(VoxelStatus.Ok, outcome.Maps[2].Map.Status[1]);
        Assert.Equal(VoxelStatus.Ok, outcome.Maps[0].Map.Status[1]);
    }

    [Fact]
    [Trait("Kind", "Numeric")]
    public void The_geometric_mean_over_directions_is_the_trace_and_the_arithmetic_one_reads_low()
    {
        double[] d = [0.3e-3, 0.6e-3, 1.5e-3];
        var frames = new List<MapFrame> { new(Filled(2000)) { BValue = 0 } };
        frames.AddRange(d.Select((x, n) => new MapFrame(Filled(2000 * Math.Exp(-1000 * x))) { BValue = 1000, Gradient = new Vector3(n == 0 ? 1 : 0, n == 1 ? 1 : 0, n == 2 ? 1 : 0) }));
        float First(AdcMapMethod method, DirectionMean rule) => new AdcMap(new AdcMapOptions { Method = method, Directions = rule, NoiseSd = 1 })
            .Measure(new MapInput([Of([.. frames])], []), TestContext.Current.CancellationToken).Maps[0].Map.Value.Values[0];

        // Single precision of the signals: 1e-7 of a signal is 1e-10 mm²/s.
        Assert.All(Enum.GetValues<AdcMapMethod>().Where(m => m <= AdcMapMethod.Linear), m => Assert.Equal(0.8e-3, First(m, DirectionMean.Geometric), 1e-8));
        Assert.Equal(Math.Log(3 / d.Sum(x => Math.Exp(-1000 * x))) / 1000, First(AdcMapMethod.Linear, DirectionMean.Arithmetic), 1e-8);
    }

    [Fact]
    public void The_series_with_most_b_values_is_taken_and_the_others_are_told()
    {
        var (few, _) = Series([0, 900], 2);
        var (many, _) = Series([0, 400, 850], 2);
        var outcome = new AdcMap(new AdcMapOptions { NoiseSd = 2 }).Measure(
            new MapInput([few with { Name = "series 3" }, many with { Name = "series 8" }, many with { Name = "series 9", Content = "ADC" }], []), TestContext.Current.CancellationToken);
        Assert.Equal("series 8", outcome.Inputs.Single().Name);
        Assert.Equal(FindingCodes.DiffusionSeriesChosen, outcome.Findings.Single().Code);
        Assert.Contains("series 3", outcome.Findings.Single().Found, StringComparison.Ordinal);
    }

    [Fact]
    public void No_series_and_too_few_b_values_in_the_range_are_findings_and_no_map()
    {
        var none = new AdcMap().Measure(new MapInput([], []), TestContext.Current.CancellationToken);
        Assert.Equal((0, FindingCodes.DiffusionSeriesMissing), (none.Maps.Count, none.Findings.Single().Code));
        var (series, _) = Series([0, 400, 850], 2);
        var few = new AdcMap(new AdcMapOptions { BMin = 500 }).Measure(new MapInput([series], []), TestContext.Current.CancellationToken);
        Assert.Equal((0, FindingCodes.FieldInvalid), (few.Maps.Count, few.Findings.Single().Code));
        Assert.Contains("850", few.Findings.Single().Found, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "Numeric")]
    public void Many_lines_at_once_equal_the_plain_loop()
    {
        var (series, _) = Series([0, 150, 400, 850], 9);
        var frames = series.Frames.Select(f => f.Values).ToList();
        (frames[1][5], frames[2][17], frames[0][40]) = (0, float.NaN, float.PositiveInfinity);
        double[] b = [0, 150, 400, 850];
        // 997 voxels from the third on: no multiple of any number of lanes, and no aligned start.
        float[] adc = new float[997], u = new float[997], adcPlain = new float[997], uPlain = new float[997];
        AdcLine.FitMany(b, frames, 3, 9, adc, u);
        AdcLine.FitManyPlain(b, frames, 3, 9, adcPlain, uPlain);
        // Two roundings of single precision.
        Assert.All(Enumerable.Range(0, 997), n => Assert.True(Math.Abs(adc[n] - adcPlain[n]) <= 3e-7f * adcPlain[n] && Math.Abs(u[n] - uPlain[n]) <= 3e-7f * uPlain[n], $"{n}: {adc[n]} {adcPlain[n]}"));
        Assert.Equal(0, adc[2]);
    }

    [Fact]
    [Trait("Kind", "Numeric")]
    public void One_line_and_the_exact_fit_agree_with_the_closed_form_of_two_signals()
    {
        var line = AdcLine.Fit([50, 850], [702.5, 311.0], 4.2, false);
        Assert.Equal(Math.Log(702.5 / 311.0) / 800, line.Adc, 1e-15);
        Assert.Equal(Math.Sqrt(Math.Pow(4.2 / 702.5, 2) + Math.Pow(4.2 / 311.0, 2)) / 800, line.AdcU!.Value, 1e-15);
        var exact = new AdcExact([50, 850]).Fit([702.5, 311.0], 4.2);
        Assert.Equal(line.Adc, exact.Adc, 1e-10);
        Assert.Equal(line.AdcU.Value, exact.U, 1e-10);
    }

    private static float[] Filled(double value)
    {
        var values = new float[Grid.Count];
        Array.Fill(values, (float)value);
        return values;
    }

    private static MapSeries Of(IReadOnlyList<MapFrame> frames) => new() { Name = "series 5", Grid = Grid, Frames = frames, Modality = "MR", Acquisition = Acquisition.Unknown("a"), Sha256 = "" };

    /// <summary>Two thirds of tissue of S0 about 300, the rest below the noise.</summary>
    private static (MapSeries Series, double[] Truth) Series(double[] b, double sd)
    {
        var random = new RandomStream(3, FormattableString.Invariant($"map/{b.Length}"));
        var frames = b.Select(x => new MapFrame(new float[Grid.Count]) { BValue = x }).ToArray();
        var truth = new double[Grid.Count];
        for (var n = 0; n < Grid.Count; n++)
        {
            truth[n] = n % 3 == 2 ? 0 : 0.5e-3 + 1e-6 * n;
            for (var f = 0; f < b.Length; f++)
            {
                var a = truth[n] > 0 ? (300 + n % 17) * Math.Exp(-b[f] * truth[n]) : 0;
                frames[f].Values[n] = (float)(truth[n] > 0 ? DecaySignals.Magnitudes([a], sd, random)[0] : sd * random.NextUniform(0.2, 2.5));
            }
        }

        return (Of(frames), truth);
    }
}
