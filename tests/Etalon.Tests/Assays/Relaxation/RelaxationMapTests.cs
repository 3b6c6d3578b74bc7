using System.Globalization;
using Etalon.Assays;
using Etalon.Assays.Maps;
using Etalon.Assays.Relaxation;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Assays.Relaxation;

/// <summary>Scans of the spheres of the NIST/ISMRM system phantom, simulated from their reference values, go through the maps.</summary>
[Trait("Kind", "Numeric")]
public sealed class RelaxationMapTests
{
    /// <summary>A sphere takes 12 × 9 × 2 voxels; beside it as much air.</summary>
    private static readonly Grid Where = new(24, 9 * 14, 2, new Vector3(-31, 12, 7), new Vector3(1.2, 0.1, 0), new Vector3(-0.07, 0.84, 0), new Vector3(0, 0, 3.5));

    private delegate double Signal(double t1, double t2, double b1);

    [Fact]
    public void Flip_angles_with_a_field_map_give_the_T1_of_every_sphere()
    {
        var spheres = Spheres("Ni");
        double[] flips = [2, 5, 10, 18, 30];
        var series = flips.Select((flip, n) => Series($"series {n + 2} (MR)", (t1, _, b1) => SpoiledGradientEcho.Signal(4000, t1, b1 * flip, 0.0068), spheres, 1, n,
            f => f with { FlipAngleDeg = flip, RepetitionTimeS = 0.0068, EchoTimeS = 0.0024 })).ToList();
        var field = new float[Where.Count];
        for (var n = 0; n < field.Length; n++)
        {
            field[n] = (float)(100 * B1(n));
        }

        var b1Map = new MapSeries { Name = "series 9 (MR)", Grid = Where, Frames = [new MapFrame(field)], Modality = "MR", Content = "TB1", Unit = Unit.Parse("%"), Acquisition = Acquisition.Unknown("b1"), Sha256 = "" };

        var outcome = new T1Map(new T1MapOptions { WithR1 = true }).Measure(new MapInput([.. series, b1Map], []), TestContext.Current.CancellationToken);

        Assert.Empty(outcome.Findings);
        Assert.Equal("t1-vfa.exact-least-squares.b1/1", outcome.Method);
        Assert.Equal(["T1map", "R1map"], outcome.Maps.Select(m => m.Name));
        Assert.Equal(6, outcome.Inputs.Count);
        // Noise has a standard deviation of 1; its pooled estimate rests on hundreds of voxels.
        Assert.Equal(1, outcome.Maps[0].Map.NoiseSd!.Value, 0.05);
        Judge(outcome.Maps[0].Map, spheres, s => s.T1, 12);
        var (t, r) = (outcome.Maps[0].Map, outcome.Maps[1].Map);
        var at = Array.FindIndex(t.Status, s => s == VoxelStatus.Ok);
        Assert.Equal(1 / t.Value.Values[at], r.Value.Values[at], 1e-5f * r.Value.Values[at]);
        Assert.Equal(t.U.Values[at] / t.Value.Values[at], r.U.Values[at] / r.Value.Values[at], 1e-5f);
    }

    [Fact]
    public void Without_the_field_map_T1_is_wrong_and_a_finding_says_what_is_missing()
    {
        var spheres = Spheres("Ni");
        var series = new[] { 3.0, 15.0 }.Select((flip, n) => Series($"series {n}", (t1, _, b1) => SpoiledGradientEcho.Signal(4000, t1, b1 * flip, 0.0068), spheres, 0.2, n,
            f => f with { FlipAngleDeg = flip, RepetitionTimeS = 0.0068, EchoTimeS = 0.0024 })).ToList();

        var outcome = new T1Map().Measure(new MapInput(series, []), TestContext.Current.CancellationToken);

        Assert.Equal(FindingCodes.B1NotCorrected, Assert.Single(outcome.Findings).Code);
        var inside = Where.Index(13, 9 * 3 + 2, 1);
        // T1 goes with the square of the angle; of this voxel noise makes 2 %.
        Assert.InRange(outcome.Maps[0].Map.Value.Values[inside] / spheres[3].T1, Math.Pow(B1(inside), 2) - 0.08, Math.Pow(B1(inside), 2) + 0.08);
        var far = Where.Index(23, 9 * 13 + 8, 0);
        Assert.True(B1(far) > 1.15 && outcome.Maps[0].Map.Value.Values[far] > 1.2 * spheres[13].T1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Inversion_times_give_the_T1_of_every_sphere(bool isSigned)
    {
        var spheres = Spheres("Ni");
        double[] ti = [0.03, 0.08, 0.2, 0.45, 1.0, 2.2, 4.0];
        var series = ti.Select((t, n) => Series($"series {n}", (t1, _, _) => 300 * (1 - 1.94 * Math.Exp(-t / t1)), spheres, 1, n,
            f => f with { InversionTimeS = t, RepetitionTimeS = 9, EchoTimeS = 0.012, FlipAngleDeg = 90 }, isSigned)).ToList();

        var outcome = new T1Map().Measure(new MapInput(series, []), TestContext.Current.CancellationToken);

        Assert.Empty(outcome.Findings);
        Assert.Equal($"t1-ir.reduced-dimension.{(isSigned ? "signed" : "magnitude")}/1", outcome.Method);
        // Of magnitudes the sphere whose null is at the first time is left out of the judgement: no other point tells its T1, and noise at the null biases it by
        // about its own u (docs/maps/t1.md). Spheres of shorter T1 have nearly recovered by then.
        Judge(outcome.Maps[0].Map, isSigned ? spheres : [.. spheres.Take(11)], s => s.T1, 10);
        Assert.All(Enumerable.Range(0, Where.Count).Where(n => SphereOf(n) == 11), n => Assert.InRange(outcome.Maps[0].Map.Value.Values[n], 0.9 * spheres[11].T1, 1.1 * spheres[11].T1));
    }

    [Fact]
    public void Echoes_give_the_T2_of_every_sphere_down_to_those_that_decay_into_the_noise()
    {
        var spheres = Spheres("Mn");
        var series = Enumerable.Range(1, 12).Select(n => Series($"series {n}", (_, t2, _) => 300 * Math.Exp(-0.008 * n / t2), spheres, 1, n,
            f => f with { EchoTimeS = 0.008 * n, RepetitionTimeS = 3.2, FlipAngleDeg = 90 })).ToList();

        var outcome = new T2Map().Measure(new MapInput(series, []), TestContext.Current.CancellationToken);

        Assert.Empty(outcome.Findings);
        Assert.Equal(("t2.rician-mean/1", "T2map"), (outcome.Method, outcome.Maps[0].Name));
        Judge(outcome.Maps[0].Map, spheres, s => s.T2, 13);
        var air = Enumerable.Range(0, Where.Count).Where(n => n % Where.Nx < 12).ToList();
        Assert.True(air.Count(n => outcome.Maps[0].Map.Status[n] == VoxelStatus.SignalTooLow) > 0.98 * air.Count);
    }

    [Fact]
    public void Real_echoes_of_a_body_give_T2_of_tissue_with_its_noise_from_the_image()
    {
        var visits = DicomMapReader.Read([SharedData.Path("dicom", "qt2-siemens-16echo.zip")], [], TestContext.Current.CancellationToken);

        var outcome = new T2Map().Measure(visits[0].Input, TestContext.Current.CancellationToken);

        Assert.Equal(2, outcome.Inputs.Count);
        var map = Assert.Single(outcome.Maps).Map;
        var t2 = Enumerable.Range(0, map.Status.Length).Where(n => map.Status[n] == VoxelStatus.Ok).Select(n => (double)map.Value.Values[n]).Order().ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"{outcome.Method}; {string.Join("; ", outcome.Facts)}; {t2.Length} of {map.Status.Length} ok; quartiles {t2[t2.Length / 4]:F4} {t2[t2.Length / 2]:F4} {t2[3 * t2.Length / 4]:F4} s");
        // Muscle, fat, cartilage and marrow lie between 25 and 150 ms at 3 T.
        Assert.InRange(t2[t2.Length / 2], 0.025, 0.15);
        Assert.True(map.IsUKnown);
    }

    [Fact]
    public void What_cannot_be_a_measurement_is_refused_with_what_is_there()
    {
        var spheres = Spheres("Ni");
        MapSeries One(string name, Func<MapFrame, MapFrame> change) => Series(name, (_, _, _) => 100, spheres, 1, 1, change);
        MapOutcome T1(params MapSeries[] series) => new T1Map().Measure(new MapInput(series, []), TestContext.Current.CancellationToken);
        MapFrame Flip(MapFrame f, double flip, double te) => f with { FlipAngleDeg = flip, RepetitionTimeS = 0.006, EchoTimeS = te };
        MapFrame Ti(MapFrame f, double ti) => f with { InversionTimeS = ti, RepetitionTimeS = 5, EchoTimeS = 0.01, FlipAngleDeg = 90 };

        var alone = T1(One("a", f => Flip(f, 5, 0.002)));
        var otherEcho = T1(One("a", f => Flip(f, 5, 0.002)), One("b", f => Flip(f, 15, 0.004)));
        var both = T1(One("a", f => Flip(f, 5, 0.002)), One("b", f => Flip(f, 15, 0.002)), One("c", f => Ti(f, 0.1)), One("d", f => Ti(f, 0.5)), One("e", f => Ti(f, 2)));
        var noEcho = new T2Map().Measure(new MapInput([One("a", f => Flip(f, 90, 0.02))], []), TestContext.Current.CancellationToken);

        Assert.All([alone, otherEcho, noEcho], o => Assert.Equal((FindingCodes.RelaxationSeriesNotFound, 0), (Assert.Single(o.Findings).Code, o.Maps.Count)));
        Assert.Equal(FindingCodes.RelaxationSeriesAmbiguous, Assert.Single(both.Findings).Code);
        var field = new MapSeries { Name = "b1", Grid = Where, Frames = [new MapFrame(new float[Where.Count])], Modality = "MR", Content = "B1", Acquisition = Acquisition.Unknown("b1"), Sha256 = "" };
        var noUnit = T1(One("a", f => Flip(f, 5, 0.002)), One("b", f => Flip(f, 15, 0.002)), field);
        Assert.Equal((FindingCodes.B1MapUnusable, 0), (Assert.Single(noUnit.Findings).Code, noUnit.Maps.Count));
    }

    /// <summary>Mean of each sphere within four standard errors, and the u of its voxels as large as their spread: χ² of 216 voxels is within 30 %.</summary>
    private static void Judge(ParametricMap map, (double T1, double T2)[] spheres, Func<(double T1, double T2), double> truth, int least)
    {
        var judged = 0;
        for (var s = 0; s < spheres.Length; s++)
        {
            var voxels = Enumerable.Range(0, Where.Count).Where(n => SphereOf(n) == s).ToList();
            var ok = voxels.Where(n => map.Status[n] == VoxelStatus.Ok).ToList();
            if (ok.Count < voxels.Count)
            {
                continue; // not told by these times, and says so
            }

            judged++;
            var values = ok.Select(n => (double)map.Value.Values[n]).ToArray();
            var (sd, u) = (FixedSum.StandardDeviation(values), Math.Sqrt(ok.Average(n => (double)map.U.Values[n] * map.U.Values[n])));
            TestContext.Current.TestOutputHelper?.WriteLine($"{truth(spheres[s]):F4} s: {values.Average():F5}, SD {sd:F5}, u {u:F5}");
            Assert.True(Math.Abs(values.Average() - truth(spheres[s])) < 4 * sd / Math.Sqrt(values.Length) + 0.5 * sd * sd / truth(spheres[s]), $"{truth(spheres[s])}: {values.Average()} ± {sd}");
            Assert.InRange(u / sd, 0.7, 1.4);
        }

        Assert.True(judged >= least, $"{judged} spheres");
    }

    private static double B1(int n) => 0.88 + 0.24 * (n % Where.Nx) / Where.Nx + 0.0006 * (n / Where.Nx % Where.Ny);

    /// <summary>Sphere of a voxel; −1: air.</summary>
    private static int SphereOf(int n) => n % Where.Nx >= 12 ? n / Where.Nx % Where.Ny / 9 : -1;

    private static MapSeries Series(string name, Signal signal, (double T1, double T2)[] spheres, double sd, int number, Func<MapFrame, MapFrame> change, bool isSigned = false)
    {
        var (values, random) = (new float[Where.Count], new RandomStream(19, $"{name}-{number}-{sd}"));
        for (var n = 0; n < values.Length; n++)
        {
            var s = SphereOf(n);
            var clean = s < 0 ? 0 : signal(spheres[s].T1, spheres[s].T2, B1(n));
            var (real, imaginary) = (clean + sd * random.NextNormal(), sd * random.NextNormal());
            values[n] = (float)(isSigned ? real : Math.Sqrt(real * real + imaginary * imaginary));
        }

        return new MapSeries { Name = name, Grid = Where, Frames = [change(new MapFrame(values))], Modality = "MR", Acquisition = Acquisition.Unknown(name), Sha256 = "" };
    }

    /// <summary>Reference values at 3 T, s.</summary>
    private static (double T1, double T2)[] Spheres(string array) =>
        [.. File.ReadLines(SharedData.Path("metrology", "phantoms", "nist_ismrm_system_phantom_20C.csv")).Skip(1).Select(l => l.Split(','))
            .Where(c => c[0] == "K3290" && c[1] == array && c[4] == "3.0")
            .Select(c => (double.Parse(c[5], CultureInfo.InvariantCulture) / 1000, double.Parse(c[6], CultureInfo.InvariantCulture) / 1000))];
}
