using System.Globalization;
using Etalon.Assays;
using Etalon.Assays.Dsc;
using Xunit;

namespace Etalon.Tests.Assays.Dsc;

/// <summary>
/// The correction against the simulator, which was written from the papers by another hand: signals of a gradient echo with T1 and T2* leakage and backflow, through ΔR2* and a
/// reference of voxels that do not leak, to blood volumes. The bar: leakage of −0.1 to +0.1 of the first-pass area, truth within 5 %.
/// </summary>
[Trait("Kind", "Numeric")]
public sealed class LeakageRecoveryTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(LeakageModel.BoxermanSchmaindaWeisskoff, 72, 1.5, 1)]
    [InlineData(LeakageModel.BoxermanSchmaindaWeisskoff, 90, 2.0, 1)]
    [InlineData(LeakageModel.BoxermanSchmaindaWeisskoff, 60, 1.25, 2)]
    public void Blood_volume_is_recovered_within_five_percent_whatever_leaks(LeakageModel model, double flipDeg, double trS, int stages)
    {
        var slice = LeakageSlice.Of(new LeakageSliceSettings { Base = new LeakageSettings { FlipDeg = flipDeg, TrS = trS, TransitStages = stages, Frames = (int)(120 / trS) } });
        var (errors, uncorrected) = (new List<(double Leakage, double Error)>(), new List<double>());
        foreach (var (voxel, corrected, plain) in Corrected(slice, model))
        {
            errors.Add((voxel.RelativeLeakage, corrected - 1));
            uncorrected.Add(plain - 1);
        }

        foreach (var group in errors.GroupBy(e => Math.Round(e.Leakage, 2)))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"leakage {group.Key:+0.00;-0.00}: mean error {100 * group.Average(e => e.Error):0.0} %, worst {100 * group.Max(e => Math.Abs(e.Error)):0.0} %"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"without correction: worst {100 * uncorrected.Max(Math.Abs):0.0} %"));
        Assert.True(errors.Max(e => Math.Abs(e.Error)) <= 0.05, $"worst {errors.MaxBy(e => Math.Abs(e.Error))}");
    }

    /// <summary>Ratio of corrected (and plain) blood volume over the reference to the true ratio, of each leaking voxel.</summary>
    private static IEnumerable<(LeakageVoxel Voxel, double Corrected, double Plain)> Corrected(LeakageSlice slice, LeakageModel model)
    {
        var settings = slice.Voxels[0].Settings;
        var (count, arrival) = (slice.Voxels[0].TimeS.Length, (int)(settings.ArrivalS / settings.TrS));
        var baseline = new BaselineFrames(1, arrival - 2);
        double[] Rates(LeakageVoxel v)
        {
            var (rates, sd) = (new double[count], new double[count]);
            Assert.Equal(VoxelStatus.Ok, RelaxationRateChange.Compute(v.Signal, settings.TeS, baseline, 0, rates, sd));
            return rates;
        }

        var quiet = slice.Voxels.Take(slice.NonEnhancing).Select(Rates).ToList();
        double[] reference = [.. Enumerable.Range(0, count).Select(t => quiet.Average(r => r[t]))];
        var correction = new LeakageCorrection(reference, settings.TrS, arrival, new LeakageOptions { Model = model });
        var work = new LeakageWorkspace(correction);
        double Area(double[] curve) => Enumerable.Range(correction.Arrival - 1, correction.LastFrame - correction.Arrival + 1).Sum(t => 0.5 * settings.TrS * (curve[t] + curve[t + 1]));
        var trueReference = Area(slice.TrueReference());
        foreach (var voxel in slice.Voxels.Skip(slice.NonEnhancing))
        {
            var fit = correction.Fit(Rates(voxel), new double[count], baseline, work);
            Assert.Equal(VoxelStatus.Ok, fit.Status);
            var truth = Area(voxel.TrueDeltaR2) / trueReference;
            yield return (voxel, fit.Area / correction.ReferenceArea / truth, fit.UncorrectedArea / correction.ReferenceArea / truth);
        }
    }
}
