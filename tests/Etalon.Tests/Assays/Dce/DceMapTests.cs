using Etalon.Assays;
using Etalon.Assays.Dce;
using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Assays.Dce;

/// <summary>Contrast maps of real and of digital objects.</summary>
public sealed class DceMapTests
{
    /// <summary>QIBA's Tofts object, version 6: 6 × 5 blocks of known Ktrans and ve, the vessel below them. The bar: concordance of 0.9999.</summary>
    [Fact]
    public void The_tofts_object_of_qiba_comes_back()
    {
        var input = Read(["osipi", "extra", "qiba_dce", "qiba_v6_tofts_dicom.zip"]);
        var grid = input.Series[0].Grid;
        var vessel = new Mask(grid, [.. Enumerable.Range(0, grid.Count).Select(n => n / grid.Nx >= 70)]);
        var outcome = new DceMap(new DceMapOptions { Model = DceMapModel.Tofts, T1S = 1, BloodT1S = 1.44, FrameS = 0.5 }).Measure(input with { Masks = [new MapMask("aif", vessel, "x")] }, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(outcome.Findings, f => f.Severity == Severity.Error);
        double[] ktrans = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35], ve = [0.01, 0.05, 0.1, 0.2, 0.5];
        var (k, v) = (Map(outcome, "Ktransmap"), Map(outcome, "vemap"));
        var blocks = Enumerable.Range(0, grid.Count).Where(n => n / grid.Nx is >= 10 and < 70).ToList();
        Assert.All(blocks, n => Assert.Equal(VoxelStatus.Ok, k.Status[n]));
        var (ck, cv) = (Concordance(blocks, n => ktrans[(n / grid.Nx - 10) / 10], k), Concordance(blocks, n => ve[n % grid.Nx / 10], v));
        TestContext.Current.TestOutputHelper?.WriteLine($"CCC Ktrans {ck:F7}, ve {cv:F7} over {blocks.Count} voxels");
        Assert.True(ck >= 0.9999 && cv >= 0.9999, $"Ktrans {ck}, ve {cv}");
    }

    /// <summary>What the scanner's workstation wrote beside the three phases: early enhancement in whole percent and the ratio in thousandths.</summary>
    [Fact]
    public void Enhancement_without_a_model_is_that_of_the_workstation()
    {
        var input = Read(["dicom", "dce-breast-ge"]);
        var outcome = new DceMap(new DceMapOptions { Model = DceMapModel.Semiquantitative }).Measure(input, TestContext.Current.CancellationToken);
        foreach (var (name, content, step) in new[] { ("PE1map", "PE1", 1.0), ("SERmap", "SER", 0.001) })
        {
            var ours = Map(outcome, name);
            var theirs = input.Series.First(s => s.Content == content).Frames[0].Values;
            var shown = Enumerable.Range(0, theirs.Length).Where(n => theirs[n] != 0).ToList();
            Assert.True(shown.Count > 10_000);
            // Theirs are stored in steps, cut or rounded: nothing may differ by more than one.
            var off = shown.Where(n => ours.Status[n] != VoxelStatus.Ok || Math.Abs(ours.Value.Values[n] - theirs[n]) > 1.000_1 * step).ToList();
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {shown.Count - off.Count} of {shown.Count} within one step");
            Assert.Empty(off);
        }
    }

    [Fact]
    public void Without_times_flip_angle_artery_or_T1_it_says_what_is_missing_and_makes_nothing()
    {
        var grid = new Grid(5, 4, 3, new Vector3(1, 2, 3), new Vector3(1.5, 0, 0), new Vector3(0, 1.7, 0), new Vector3(0, 0, 4));
        MapSeries Dynamic(Func<int, MapFrame, MapFrame> change) => new()
        {
            Name = "series 7 (MR)", Grid = grid, Modality = "MR", Acquisition = Acquisition.Unknown("a"), Sha256 = "s",
            Frames = [.. Enumerable.Range(0, 20).Select(t => change(t, new MapFrame([.. Enumerable.Range(0, grid.Count).Select(n => 100f + n % 7 + Math.Max(0, t - 5) * 3)]) { TimeS = 4 * t, FlipAngleDeg = 15, RepetitionTimeS = 0.005 }))],
        };
        (string Why, MapSeries Series, DceMapOptions Options, string Found)[] cases =
        [
            ("times", Dynamic((_, f) => f with { TimeS = null }), new DceMapOptions { T1S = 1, Population = PopulationInputKind.Parker }, "no times"),
            ("flip", Dynamic((_, f) => f with { FlipAngleDeg = null }), new DceMapOptions { T1S = 1, Population = PopulationInputKind.Parker }, "FlipAngle"),
            ("artery", Dynamic((_, f) => f), new DceMapOptions { T1S = 1 }, "no region"),
            ("T1", Dynamic((_, f) => f), new DceMapOptions { Population = PopulationInputKind.Parker }, "T1"),
        ];
        foreach (var (why, series, options, found) in cases)
        {
            var outcome = new DceMap(options).Measure(new MapInput([series], []), TestContext.Current.CancellationToken);
            Assert.True(outcome.Maps.Count == 0, why);
            Assert.Contains(outcome.Findings, f => f.Severity == Severity.Error && f.Found.Contains(found, StringComparison.Ordinal) && f.Remedy.Length > 10);
        }

        var whole = new DceMap(new DceMapOptions { T1S = 1, Population = PopulationInputKind.Parker }).Measure(new MapInput([Dynamic((_, f) => f)], []), TestContext.Current.CancellationToken);
        Assert.Equal(4, whole.Maps.Count);
        Assert.Contains(whole.Findings, f => f.Code == FindingCodes.ValueAssumed);
    }

    private static MapInput Read(string[] path)
    {
        var findings = new List<Finding>();
        return DicomMapReader.Read([SharedData.Path(path)], findings, TestContext.Current.CancellationToken)[0].Input;
    }

    private static ParametricMap Map(MapOutcome outcome, string name) => outcome.Maps.First(m => m.Name == name).Map;

    private static double Concordance(List<int> voxels, Func<int, double> truth, ParametricMap map)
    {
        var (x, y) = (voxels.ConvertAll(n => truth(n)), voxels.ConvertAll(n => (double)map.Value.Values[n]));
        var (mx, my) = (x.Average(), y.Average());
        var sxy = x.Zip(y, (a, b) => (a - mx) * (b - my)).Average();
        return 2 * sxy / (x.Average(a => (a - mx) * (a - mx)) + y.Average(b => (b - my) * (b - my)) + (mx - my) * (mx - my));
    }
}
