using Etalon.Assays;
using Etalon.Assays.Maps;
using Etalon.Assays.Suv;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Assays.Suv;

/// <summary>Maps of uptake.</summary>
public sealed class SuvAssayTests
{
    private static readonly Grid Grid = new(5, 4, 3, new Vector3(-3, 7, 11), new Vector3(2.1, 0, 0), new Vector3(0, 2.7, 0), new Vector3(0, 0, 3.3));

    private static readonly PetHeader Header = new()
    {
        Units = "BQML", DecayCorrection = "START", Corrections = ["DECY", "ATTN"], WeightKg = 68.5, HeightM = 1.71, Sex = "F", Dose = 2.9e8, HalfLifeS = 6586.2,
        InjectionTime = new TimeSpan(9, 10, 11), Series = new DateTime(2024, 5, 6, 10, 14, 31), Acquisition = new DateTime(2024, 5, 6, 10, 14, 40), FrameReferenceTimeS = 75, FrameDurationS = 150,
    };

    [Theory]
    [Trait("Kind", "Numeric")]
    [InlineData("DRO_0_0", "series-time")]
    [InlineData("DRO_1_0", "series-time")]
    [InlineData("DRO_2_0", "stored-suv")]
    [InlineData("DRO_2_3", "stored-suv")]
    [InlineData("DRO_2_4", "philips-suv-scale")]
    [InlineData("DRO_3_1", "injection")]
    [InlineData("DRO_3_2", "frame-reference-time")]
    [InlineData("DRO_4_1", "series-time")]
    [InlineData("DRO_5_0", "series-time")]
    public void Reference_objects_have_their_published_SUV(string name, string rule)
    {
        var (series, mask) = Load(name);
        var outcome = new SuvAssay { Kinds = [.. SuvKindInfo.All.Select(k => k.Kind)] }.Measure(new MapInput([series], []), TestContext.Current.CancellationToken);
        var map = outcome.Maps[0];
        Assert.Equal(("SUVbwmap", "suvbw"), (map.Name, map.Measurand));
        Assert.Contains(outcome.Facts, f => f == ("RuleName", rule));
        var (low, middle, high) = Within(map, mask);
        // Two decimals are published; DRO_2_3 stores steps of 0.038 g/mL, for which its readers allow 0.03.
        var tolerance = name == "DRO_2_3" ? 0.03 : 0.005;
        Assert.Equal(0.20, low, tolerance);
        Assert.Equal(1.00, middle, tolerance);
        Assert.Equal(4.00, high, tolerance);
        TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"{name}: {low:0.0000} {middle:0.0000} {high:0.0000}; kinds {string.Join(" ", outcome.Maps.Select(m => m.Name))}; u storage {map.Map.U.Values.Max():0.0e0}, shared {map.SharedRelativeU:0.0000}; {outcome.Method}"));
        foreach (var finding in outcome.Findings)
        {
            TestContext.Current.SendDiagnosticMessage(finding.ToString());
        }
    }

    [Fact]
    [Trait("Kind", "Numeric")]
    public void The_reference_object_keeps_its_SUV_when_its_header_is_told_in_other_ways()
    {
        var (series, mask) = Load("DRO_0_0");
        var h = series.Pet[0];
        Func<PetHeader, PetHeader>[] retold =
        [
            p => p with { Dose = p.Dose / 1e6 },
            p => p with { InjectionTime = null },
            p => p with { InjectionDateTime = null },
            p => p with { Series = p.Series!.Value.AddHours(5), GeScan = p.Series },
            p => p with { Nuclide = "F-18", HalfLifeS = p.HalfLifeS },
        ];
        foreach (var way in retold)
        {
            var outcome = new SuvAssay().Measure(new MapInput([series with { Pet = [.. series.Pet.Select(way)] }], []), TestContext.Current.CancellationToken);
            var (low, middle, high) = Within(outcome.Maps[0], mask);
            Assert.Equal((0.20, 1.00, 4.00), (Math.Round(low, 2), Math.Round(middle, 2), Math.Round(high, 2)));
        }

        // Stored as a lean or ideal-weight SUV of a person of no stated sex, it comes back to body weight.
        foreach (var type in new[] { "LBMJAMES128", "LBM", "LBMJANMA", "IBW" })
        {
            var person = h with { HeightM = 1.74, Sex = "O" };
            var ratio = SuvRule.Of([person], SuvKindInfo.OfStored(type)!.Kind, new SuvEvidence()).Factor!.Factors[0];
            var stored = series with { Pet = [.. series.Pet.Select(_ => person with { Units = "GML", SuvType = type })], Frames = [new MapFrame([.. series.Frames[0].Values.Select(v => (float)(v * ratio))])] };
            var (low, middle, high) = Within(new SuvAssay().Measure(new MapInput([stored], []), TestContext.Current.CancellationToken).Maps[0], mask);
            Assert.Equal((0.20, 1.00, 4.00), (Math.Round(low, 2), Math.Round(middle, 2), Math.Round(high, 2)));
        }
    }

    [Fact]
    public void The_uncertainty_of_a_voxel_is_the_step_of_its_own_slice()
    {
        var series = Series("a", n => 1000 + n, slopes: [2, 6, 0.5]);
        var map = new SuvAssay().Measure(new MapInput([series], []), TestContext.Current.CancellationToken).Maps[0];
        var factor = SuvRule.Of(series.Pet).Factor!.Factors[0];
        // step/√12, times the factor; float storage.
        Assert.Equal(1, map.Map.U.Values[3] / (2 / Math.Sqrt(12) * factor), 1e-6);
        Assert.Equal(1, map.Map.U.Values[25] / (6 / Math.Sqrt(12) * factor), 1e-6);
        Assert.Equal(1, map.Map.U.Values[59] / (0.5 / Math.Sqrt(12) * factor), 1e-6);
        Assert.Equal(1, map.Map.Value.Values[25] / (1025 * factor), 1e-6);
        Assert.Contains("noise", map.Description, StringComparison.Ordinal);
        Assert.InRange(map.SharedRelativeU, 0.0615, 0.0645);
    }

    [Fact]
    public void A_voxel_that_is_no_number_has_a_status_and_no_value()
    {
        var map = new SuvAssay().Measure(new MapInput([Series("a", n => n == 7 ? float.NaN : 900)], []), TestContext.Current.CancellationToken).Maps[0].Map;
        Assert.Equal((VoxelStatus.InputMissing, 0f, 0f), (map.Status[7], map.Value.Values[7], map.U.Values[7]));
        Assert.Equal(59, map.Status.Count(s => s == VoxelStatus.Ok));
    }

    [Fact]
    public void The_series_with_attenuation_correction_is_measured_and_the_others_are_told()
    {
        var raw = Series("raw", n => 5, h => h with { Corrections = ["DECY"] });
        var outcome = new SuvAssay().Measure(new MapInput([raw, Series("good", n => 900), Series("second", n => 800)], []), TestContext.Current.CancellationToken);
        Assert.Equal("good", Assert.Single(outcome.Inputs).Name);
        Assert.Equal((float)(900 * SuvRule.Of([Header]).Factor!.Factors[0]), outcome.Maps[0].Map.Value.Values[0]);
        Assert.Equal([("raw", Severity.Info), ("second", Severity.Warning)], outcome.Findings.Where(f => f.Code == FindingCodes.SeriesNotMeasured).Select(f => (f.About, f.Severity)).OrderBy(f => f.About, StringComparer.Ordinal));
        var alone = new SuvAssay().Measure(new MapInput([raw], []), TestContext.Current.CancellationToken);
        Assert.Empty(alone.Maps);
        Assert.Contains(alone.Findings, f => f.Code == FindingCodes.SuvNotPossible && f.Found.Contains(SuvReason.NotAttenuationCorrected, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_frame_of_a_dynamic_series_has_a_map_by_one_reference()
    {
        var one = Series("dynamic", n => 900);
        var pet = Enumerable.Range(0, 4).SelectMany(f => one.Pet.Select(p => p with { Acquisition = p.Acquisition!.Value.AddSeconds(300 * f) })).ToList();
        var series = one with { Frames = [.. Enumerable.Range(0, 4).Select(f => new MapFrame([.. Enumerable.Repeat(900f + f, 60)]) { TimeS = 300 * f })], Pet = pet };
        var outcome = new SuvAssay().Measure(new MapInput([series], []), TestContext.Current.CancellationToken);
        Assert.Equal(["frame-001_SUVbwmap", "frame-002_SUVbwmap", "frame-003_SUVbwmap", "frame-004_SUVbwmap"], outcome.Maps.Select(m => m.Name));
        Assert.Equal(903.0 / 900, outcome.Maps[3].Map.Value.Values[0] / outcome.Maps[0].Map.Value.Values[0], 1e-6);
        // Without decay correction a later frame counts for more, by its own time: 2^(900/6586.2).
        var none = new SuvAssay().Measure(new MapInput([series with { Pet = [.. pet.Select(p => p with { DecayCorrection = "NONE", Corrections = ["ATTN"] })] }], []), TestContext.Current.CancellationToken);
        Assert.Equal(903.0 / 900 * Math.Pow(2, 900 / 6586.2), none.Maps[3].Map.Value.Values[0] / none.Maps[0].Map.Value.Values[0], 1e-6);
        Assert.Contains(outcome.Facts, f => f.Name == "FrameTimes" && f.Text.Contains("4: 900 s", StringComparison.Ordinal));
    }

    [Fact]
    public void A_kind_that_the_header_does_not_support_is_refused_alone()
    {
        var outcome = new SuvAssay { Kinds = [SuvKind.BodyWeight, SuvKind.LeanJanmahasatian, SuvKind.BodySurface] }.Measure(new MapInput([Series("a", n => 900, h => h with { Sex = null })], []), TestContext.Current.CancellationToken);
        Assert.Equal(["SUVbwmap", "SUVbsamap"], outcome.Maps.Select(m => m.Name));
        Assert.Equal(["g/mL", "cm2/mL"], outcome.Maps.Select(m => m.Map.Value.Unit!.Code));
        Assert.Contains(outcome.Findings, f => f.About.Contains("SUVlbmjanmahasatianmap", StringComparison.Ordinal) && f.Found.Contains(SuvReason.NoSex, StringComparison.Ordinal));
        Assert.Contains(outcome.Constants, c => c.Name == "HeightRelativeU");
    }

    [Fact]
    public void Nothing_to_measure_is_a_finding()
    {
        Assert.Contains(new SuvAssay().Measure(new MapInput([], []), TestContext.Current.CancellationToken).Findings, f => f.Code == FindingCodes.SuvNotPossible);
        var missing = Series("a", n => 900) with { Pet = [Header] };
        Assert.Contains(new SuvAssay().Measure(new MapInput([missing], []), TestContext.Current.CancellationToken).Findings, f => f.Found.Contains("1 headers for 1 volumes of 3 slices", StringComparison.Ordinal));
        var given = Series("a", n => 1.5f) with { Pet = [], Unit = Unit.Parse("g/mL") };
        Assert.Equal(1.5f, new SuvAssay().Measure(new MapInput([given], []), TestContext.Current.CancellationToken).Maps[0].Map.Value.Values[0]);
    }

    [Theory]
    [InlineData("Bq/mL", 1)]
    [InlineData("kBq/mL", 1000)]
    public void A_sidecar_that_holds_what_the_header_did_gives_the_same_SUV(string unit, double factor)
    {
        static AcquisitionAttribute Number(string name, double value) => new(name, "a number", AttributeState.Present) { Numbers = [value] };
        static AcquisitionAttribute At(string name, DateTime value) => new(name, "an instant", AttributeState.Present) { Instant = value };
        var record = new Acquisition("a",
        [
            new("DecayCorrection", "START", AttributeState.Present), new("CorrectedImage", "DECY\\ATTN", AttributeState.Present), new("PatientSex", "F", AttributeState.Present), new("RadionuclideCode", "18F", AttributeState.Present),
            new("RadiopharmaceuticalStartTime", "09:10:11", AttributeState.Present), Number("PatientWeight", 68.5), Number("PatientSize", 1.71), Number("RadionuclideTotalDose", 2.9e8), Number("RadionuclideHalfLife", 6586.2),
            At("SeriesDateTime", Header.Series!.Value), At("AcquisitionDateTime", Header.Acquisition!.Value),
        ]);
        SuvKind[] kinds = [SuvKind.BodyWeight, SuvKind.LeanJanmahasatian];
        var given = Series("a", n => (float)((900 + n) / factor)) with { Pet = [], Acquisition = record, Unit = Unit.Parse(unit) };
        var (expected, found) = (new SuvAssay { Kinds = kinds }.Measure(new MapInput([Series("a", n => 900 + n)], []), TestContext.Current.CancellationToken), new SuvAssay { Kinds = kinds }.Measure(new MapInput([given], []), TestContext.Current.CancellationToken));
        Assert.Equal(2, found.Maps.Count);
        for (var m = 0; m < 2; m++)
        {
            // Two roundings to float.
            Assert.Equal(1, found.Maps[m].Map.Value.Values[47] / expected.Maps[m].Map.Value.Values[47], 1e-6);
        }

        Assert.Contains(("RuleName", "series-time"), found.Facts);
        // Without the word on decay there is nothing to go by.
        Assert.Empty(new SuvAssay().Measure(new MapInput([given with { Acquisition = Acquisition.Unknown("a") }], []), TestContext.Current.CancellationToken).Maps);
    }

    private static MapSeries Series(string name, Func<int, float> value, Func<PetHeader, PetHeader>? change = null, double[]? slopes = null) => new()
    {
        Name = name, Grid = Grid, Modality = "PT", Frames = [new MapFrame([.. Enumerable.Range(0, Grid.Count).Select(value)])], Acquisition = Acquisition.Unknown(name), Unit = Unit.Parse("Bq/mL"), StorageU = 1, Sha256 = "0",
        Pet = [.. Enumerable.Range(0, Grid.Nz).Select(k => (change?.Invoke(Header) ?? Header) with { Slope = slopes?[k] })],
    };

    private static (MapSeries Series, Mask Mask) Load(string name)
    {
        var patient = DicomCase.Read(SharedData.Path("osipi", "extra", "suv_dro", name + ".zip"), new CaseOptions(), TestContext.Current.CancellationToken);
        var visit = Assert.Single(patient.Visits);
        var image = visit.Image(ImageKind.Suv)!.Load(TestContext.Current.CancellationToken);
        var mask = Assert.Single(VisitLoader.Load(visit, [], TestContext.Current.CancellationToken).Regions).Mask;
        return (new MapSeries
        {
            Name = name, Grid = image.Grid, Modality = "PT", Frames = [.. image.Frames.Select(f => new MapFrame(f))], Acquisition = Acquisition.Unknown(name), Unit = image.Unit, StorageU = image.StorageU, Sha256 = image.Sha256, Pet = image.Pet,
        }, mask);
    }

    private static (double Low, double Middle, double High) Within(NamedMap map, Mask mask)
    {
        var values = Enumerable.Range(0, mask.Inside.Length).Where(n => mask.Inside[n]).Select(n => (double)map.Map.Value.Values[n]).Order().ToArray();
        return (values[0], values[values.Length / 2], values[^1]);
    }
}
