using Etalon.Assays.Radiomics;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Radiomics;

/// <summary>Uncertainty of features where it is known beforehand, and what is refused.</summary>
[Trait("Kind", "Numeric")]
public sealed class RadiomicsAssayTests
{
    private static readonly Grid Field = new(31, 27, 19, new Vector3(-7, 11, 5), new Vector3(1.5, 0, 0), new Vector3(0, 1.2, 0), new Vector3(0, 0, 2));
    private static readonly Unit Adc = Unit.Parse("mm2/s");

    private static RadiomicsSettings Settings { get; } = new() { Name = "test", Levels = Discretisation.Number(16), VolumeHistogramLevels = Discretisation.Number(1000) };

    [Fact]
    public void Noise_of_a_flat_region_gives_the_mean_its_standard_error()
    {
        const double Sd = 2e-5;
        var findings = new List<Finding>();
        var found = Measure(Image(_ => 1e-3f) with { VoxelU = Fill((float)Sd), NoiseWidth = (0, 0, "none shared") }, Region(8), Settings with { Families = [FeatureFamily.IntensityStatistics] }, new RadiomicsOptions { Replicates = 200, ContourSdMm = 0 }, findings)!;
        var mean = Get(found, "stat_mean");
        // Of 200 replicates the standard deviation is known to 5 %; four of these.
        Assert.Equal(1, mean.NoiseU!.Value / (Sd / Math.Sqrt(Region(8).Mask.Count)), 0.2);
        Assert.Equal(0, mean.ContourU!.Value, 1e-12);
        Assert.Contains(findings, f => f.Code == FindingCodes.RegionOneIntensity);
        Assert.Equal(FeatureStatus.Undefined, Get(found, "stat_skew").Status);
        Assert.Equal(FeatureStatus.Ok, mean.Status);
    }

    [Fact]
    public void Noise_that_neighbours_share_is_averaged_less()
    {
        double NoiseU(double width) => Get(
            Measure(Image(Pattern) with { VoxelU = Fill(2e-5f) }, Region(8), Settings with { Families = [FeatureFamily.IntensityStatistics] }, new RadiomicsOptions { Replicates = 60, NoiseWidthMm = width }, [])!, "stat_mean").NoiseU!.Value;
        // A Gaussian of this width joins (4π s²)^(3/2) mm³ with s = 4 / 2.355: 97 mm³ of 3.6 mm³ a voxel, less at the border; the root is 5.
        Assert.InRange(NoiseU(4) / NoiseU(0), 3, 7);
    }

    [Fact]
    public void A_contour_further_out_or_in_moves_the_volume_by_its_surface()
    {
        const double Sd = 0.5;
        var region = Region(10);
        var found = Measure(Image(Pattern), region, Settings with { Families = [FeatureFamily.Morphology] }, new RadiomicsOptions { Replicates = 100, ContourSdMm = Sd }, [])!;
        var (volume, area) = (Get(found, "morph_vol"), Get(found, "morph_area"));
        // The whole contour moves by Sd; what moves over 15 mm adds about half as much again in squares. Steps of voxels are 1.2 to 2 mm.
        Assert.InRange(volume.ContourU!.Value / (area.Value!.Value * Sd), 0.75, 1.6);
        Assert.InRange(volume.ResamplingU!.Value / volume.Value!.Value, 1e-4, 0.05);
        Assert.True(volume.U >= volume.ContourU);
    }

    [Fact]
    public void A_feature_that_its_uncertainty_swallows_is_hidden_and_one_seed_gives_one_answer()
    {
        var random = new RandomStream(2, "skew");
        var image = Image(_ => (float)(1e-3 + 5e-5 * random.NextNormal())) with { VoxelU = Fill(5e-5f) };
        var one = Measure(image, Region(6), Settings, new RadiomicsOptions { Replicates = 10, Threads = 1 }, [])!;
        var two = Measure(image, Region(6), Settings, new RadiomicsOptions { Replicates = 10, Threads = 3 }, [])!;
        Assert.Equal(one.Features, two.Features);
        // The skewness of normal deviates is 0.
        Assert.Equal(FeatureStatus.Hidden, Get(one, "stat_skew").Status);
        Assert.Equal(FeatureStatus.Ok, Get(one, "stat_mean").Status);
        var other = Measure(image, Region(6), Settings, new RadiomicsOptions { Replicates = 10, Seed = 2 }, [])!;
        Assert.NotEqual(Get(one, "stat_mean").NoiseU, Get(other, "stat_mean").NoiseU);
        Assert.Equal(Get(one, "stat_mean").Value, Get(other, "stat_mean").Value);
    }

    [Fact]
    public void Without_replicates_there_is_no_uncertainty_and_nothing_is_assumed_of_it()
    {
        var found = Measure(Image(Pattern), Region(6), Settings, new RadiomicsOptions { Replicates = 0 }, [])!;
        Assert.All(found.Features, f => Assert.Null(f.U));
        Assert.Empty(found.Assumptions);
    }

    [Fact]
    public void Values_in_another_unit_give_the_same_features_in_that_of_the_settings()
    {
        var settings = RadiomicsPresets.Find("adc")!;
        var plain = Measure(Image(Pattern), Region(8), settings, new RadiomicsOptions { Replicates = 0 }, [])!;
        var scaled = new RadiomicsImage("ADCmap", new Volume(Field, [.. Image(Pattern).Image.Values.Select(v => v * 1e6f)], Unit.Parse("10*-6.mm2/s")));
        var other = Measure(scaled, Region(8), settings, new RadiomicsOptions { Replicates = 0 }, [])!;
        Assert.Equal("mm2/s", Get(other, "stat_mean").Unit);
        Assert.All(plain.Features.Zip(other.Features).Where(p => p.First.Feature.Family != FeatureFamily.IntensityVolumeHistogram), p => Assert.Equal(p.First.Value ?? 0, p.Second.Value ?? 0, 1e-3 * Math.Max(1e-3, Math.Abs(p.First.Value ?? 0))));
    }

    [Fact]
    public void What_cannot_be_measured_is_told_with_its_reason_and_gives_no_number()
    {
        var small = new bool[Field.Count];
        small.AsSpan(Field.Index(10, 10, 10), 5).Fill(true);
        var all = new bool[Field.Count];
        Array.Fill(all, true);
        var far = new Grid(Field.Nx, Field.Ny, Field.Nz, new Vector3(900, 0, 0), Field.StepI, Field.StepJ, Field.StepK);
        var near = new Grid(Field.Nx, Field.Ny, Field.Nz, Field.Origin + new Vector3(3, 0, 0), Field.StepI, Field.StepJ, Field.StepK);
        Refused(FindingCodes.UnitNotStated, new RadiomicsImage("T1w", new Volume(Field, Fill(7), null)), Region(8));
        Refused(FindingCodes.MaskOneClass, Image(Pattern), new RadiomicsRegion("gtv", new Mask(Field, all), ""));
        Refused(FindingCodes.RegionTooSmall, Image(Pattern), new RadiomicsRegion("gtv", new Mask(Field, small), ""));
        Refused(FindingCodes.MaskEmpty, Image(Pattern), new RadiomicsRegion("gtv", new Mask(Field, new bool[Field.Count]), ""));
        Refused(FindingCodes.MaskOutsideImage, Image(Pattern), new RadiomicsRegion("gtv", new Mask(far, Region(8).Mask.Inside), ""));
        Refused(FindingCodes.GridsDiffer, Image(Pattern), new RadiomicsRegion("gtv", new Mask(near, Region(8).Mask.Inside), ""));
        Refused(FindingCodes.VoxelsNotFinite, Image(n => n % 7 == 0 ? float.NaN : Pattern(n)), Region(8));
        Refused(FindingCodes.SettingsUnitDiffers, Image(Pattern), Region(8), RadiomicsPresets.Find("ct"));
        var sheared = new Grid(Field.Nx, Field.Ny, Field.Nz, Field.Origin, Field.StepI, Field.StepJ, new Vector3(0, 0.6, 2));
        Refused(FindingCodes.GridNotRectangular, new RadiomicsImage("ADCmap", new Volume(sheared, Image(Pattern).Image.Values, Adc)), new RadiomicsRegion("gtv", new Mask(sheared, Region(8).Mask.Inside), ""));
    }

    [Fact]
    public void Levels_that_cannot_be_leave_textures_without_a_value_and_say_so()
    {
        var findings = new List<Finding>();
        var found = Measure(Image(Pattern), Region(8), Settings with { Levels = Discretisation.AsTheyAre }, new RadiomicsOptions { Replicates = 0 }, findings)!;
        Assert.Contains(findings, f => f.Code == FindingCodes.GreyLevelsUnusable);
        Assert.All(found.Features.Where(f => f.Feature.Family >= FeatureFamily.Glcm), f => Assert.Equal(FeatureStatus.Undefined, f.Status));
        Assert.Equal(FeatureStatus.Ok, Get(found, "stat_mean").Status);
    }

    private static void Refused(string code, RadiomicsImage image, RadiomicsRegion region, RadiomicsSettings? settings = null)
    {
        var findings = new List<Finding>();
        Assert.Null(Measure(image, region, settings ?? Settings, new RadiomicsOptions(), findings));
        var finding = Assert.Single(findings, f => f.Code == code);
        Assert.Equal(Severity.Error, finding.Severity);
        Assert.All(new[] { finding.About, finding.Found, finding.Expected, finding.Remedy }, text => Assert.NotEmpty(text));
    }

    private static RegionMeasurement? Measure(RadiomicsImage image, RadiomicsRegion region, RadiomicsSettings settings, RadiomicsOptions options, List<Finding> findings) =>
        RadiomicsAssay.Measure(image, region, settings, options, findings, TestContext.Current.CancellationToken);

    private static FeatureMeasurement Get(RegionMeasurement found, string tag) => found.Features.First(f => f.Feature.Tag == tag);

    private static float Pattern(int n) => (float)(1e-3 + 2e-4 * Math.Sin(0.7 * (n % 31)) * Math.Cos(0.4 * (n / 31 % 27)) + 1e-5 * (n % 13));

    private static float[] Fill(float value) => [.. Enumerable.Repeat(value, Field.Count)];

    private static RadiomicsImage Image(Func<int, float> value) => new("ADCmap", new Volume(Field, [.. Enumerable.Range(0, Field.Count).Select(value)], Adc));

    private static RadiomicsRegion Region(double radiusMm)
    {
        var middle = Field.ToPatient(15.3, 13.1, 9.2);
        var inside = new bool[Field.Count];
        for (var n = 0; n < inside.Length; n++)
        {
            inside[n] = (Field.ToPatient(n % 31, n / 31 % 27, n / (31 * 27)) - middle).Length < radiusMm;
        }

        return new RadiomicsRegion("gtv", new Mask(Field, inside), "");
    }
}
