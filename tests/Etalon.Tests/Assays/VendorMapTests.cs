using Etalon.Assays;
using Etalon.Assays.Diffusion;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;
using Xunit;

namespace Etalon.Tests.Assays;

/// <summary>A scanner's ADC map held against ours.</summary>
public sealed class VendorMapTests
{
    private static readonly Grid Grid = new(7, 6, 5, new Vector3(-3, 4, 5), new Vector3(1.1, 0, 0), new Vector3(0, 1.3, 0), new Vector3(0, 0, 2.7));

    private readonly List<Finding> _findings = [];

    [Fact]
    [Trait("Kind", "Numeric")]
    public void A_map_by_the_geometric_mean_agrees_and_its_scale_is_called_estimated()
    {
        var (frames, adc) = Frames();
        var comparison = Compare(frames, [.. adc.Select(a => (float)Math.Round(a.Geometric * 1e6))], null);
        Assert.Equal(1e-6, comparison.ScaleMm2PerS, 1e-18);
        Assert.True(comparison.IsScaleEstimated);
        Assert.Equal(1, comparison.WithinOnePercent);
        // Rounding to whole numbers near 700: half a step is 0.07 %.
        Assert.Equal(1, comparison.MedianRatio, 1e-3);
        // Rounding to whole steps: no difference above half a step. The fixture's ADC lie near whole steps, so that most differences are smaller.
        Assert.InRange(comparison.DifferenceSteps.Largest, 0.3, 0.5 + 1e-9);
        Assert.InRange(comparison.DifferenceSteps.Low, -0.5, -0.05);
        Assert.InRange(comparison.DifferenceSteps.High, 0.05, 0.5);
        Assert.Contains("geometric mean too", comparison.Remark, StringComparison.Ordinal);
        Assert.Contains(_findings, f => f.Code == FindingCodes.VendorMapCompared);
    }

    [Fact]
    [Trait("Kind", "Numeric")]
    public void A_map_by_the_arithmetic_mean_is_told_apart()
    {
        var (frames, adc) = Frames();
        var comparison = Compare(frames, [.. adc.Select(a => (float)Math.Round(a.Arithmetic * 1e6))], null);
        Assert.True(comparison.MedianRatio > 1.005);
        Assert.Equal(1, comparison.ArithmeticRatio!.Value, 1e-3);
        Assert.Contains("arithmetic one", comparison.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stated_unit_is_taken_even_where_another_would_fit_better()
    {
        var (frames, adc) = Frames();
        var comparison = Compare(frames, [.. adc.Select(a => (float)Math.Round(a.Geometric * 1e6))], Unit.Parse("1e-5.mm2/s"));
        Assert.False(comparison.IsScaleEstimated);
        Assert.Equal(0.1, comparison.MedianRatio, 1e-3);
        Assert.Equal(0, comparison.WithinOnePercent);
    }

    [Fact]
    public void A_stored_zero_counts_as_one_step_in_the_comparison_and_has_no_value_in_ours()
    {
        var (frames, adc) = Frames();
        frames[3][40] = 0;
        var map = adc.Select(a => (float)Math.Round(a.Geometric * 1e6)).ToArray();
        map[40] = (float)Math.Round((Math.Log(frames[0][40]) - (Math.Log(frames[1][40]) + Math.Log(frames[2][40]) + 0) / 3) / 1500 * 1e6);
        var comparison = Compare(frames, map, null);
        Assert.Equal(comparison.VendorVoxels - 1, comparison.Compared);
        Assert.Equal(1, comparison.WithinOnePercent);
    }

    private VendorMapComparison Compare(float[][] frames, float[] map, Unit? unit)
    {
        var image = new LoadedImage { Grid = Grid, Frames = frames, BValues = [0, 1500, 1500, 1500], StorageU = 1 / Math.Sqrt(12), Sha256 = "" };
        var ours = AdcFit.Fit(Grid, image.BValues, frames, AdcMethod.LogLinear, null, TestContext.Current.CancellationToken);
        return VendorMap.Compare(new LoadedImage { Grid = Grid, Frames = [map], Unit = unit, Sha256 = "" }, "series 11", ours, image, "visit 1", _findings, TestContext.Current.CancellationToken)!;
    }

    /// <summary>Whole-number signals of three directions whose ADC differ by a quarter; both means from the rounded signals.</summary>
    private static (float[][] Frames, (double Geometric, double Arithmetic)[] Adc) Frames()
    {
        var frames = Enumerable.Range(0, 4).Select(_ => new float[Grid.Count]).ToArray();
        var adc = new (double, double)[Grid.Count];
        for (var n = 0; n < Grid.Count; n++)
        {
            var (s0, d) = (2000 + 13 * (n % 17), 6e-4 + 2e-6 * (n % 101));
            frames[0][n] = s0;
            var (logs, sum) = (0.0, 0.0);
            for (var f = 1; f <= 3; f++)
            {
                frames[f][n] = (float)Math.Round(s0 * Math.Exp(-1500 * d * (0.5 + 0.25 * f)));
                (logs, sum) = (logs + Math.Log(frames[f][n]), sum + frames[f][n]);
            }

            adc[n] = ((Math.Log(s0) - logs / 3) / 1500, Math.Log(s0 / (sum / 3)) / 1500);
        }

        return (frames, adc);
    }
}
