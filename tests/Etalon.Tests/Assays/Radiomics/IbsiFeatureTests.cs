using System.Globalization;
using Etalon.Assays.Radiomics;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Assays.Radiomics;

/// <summary>Features against the reference values of IBSI, each inside its tolerance.</summary>
[Trait("Kind", "Numeric")]
public sealed class IbsiFeatureTests
{
    [Fact]
    public void All_482_values_of_the_digital_phantom_are_met()
    {
        var values = IbsiReference.Values("digital_phantom");
        Assert.Equal(482, values.Count);
        Assert.Empty(IbsiReference.Misses(values, RegionFeatures.Of(IbsiReference.DigitalPhantom(), RadiomicsPresets.Find("ibsi-digital")!, threads: 2, cancellation: TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("ibsi-a", "config_A")]
    [InlineData("ibsi-b", "config_B")]
    [InlineData("ibsi-c", "config_C")]
    [InlineData("ibsi-d", "config_D")]
    [InlineData("ibsi-e", "config_E")]
    public void Every_value_of_a_configuration_of_the_lung_CT_is_met(string preset, string configuration)
    {
        var settings = RadiomicsPresets.Find(preset)!;
        var features = RegionFeatures.Of(IbsiReference.CtPhantom(settings), settings, threads: 2, cancellation: TestContext.Current.CancellationToken);
        Assert.Empty(IbsiReference.Misses(IbsiReference.Values(configuration), features));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Every_value_of_the_filtered_lung_CT_is_met(int filter)
    {
        foreach (var form in new[] { "a", "b" })
        {
            var settings = RadiomicsPresets.Find(FormattableString.Invariant($"ibsi2-{filter}{form}"))!;
            var features = RegionFeatures.Of(IbsiReference.CtPhantom(settings), settings, threads: 2, cancellation: TestContext.Current.CancellationToken);
            var id = FormattableString.Invariant($"{filter}.{form.ToUpperInvariant()}");
            var expected = File.ReadLines(SharedData.Path("metrology", "ibsi2", "reference_feature_values.csv")).Skip(1).Select(l => l.Split(';')).Where(r => r[0] == id && r[3].Length > 0)
                .Select(r => new IbsiValue("intensity_statistics", r[2], r[1], "", double.Parse(r[3], CultureInfo.InvariantCulture), double.Parse(r[4], CultureInfo.InvariantCulture))).ToList();
            Assert.True(expected.Count >= 17);
            Assert.Empty(IbsiReference.Misses(expected, features));
        }
    }

    [Fact]
    public void Every_feature_of_the_catalogue_has_reference_values_and_an_identifier_of_four_signs()
    {
        var tags = IbsiReference.Values("digital_phantom").Select(v => v.Tag).ToHashSet(StringComparer.Ordinal);
        Assert.All(FeatureCatalogue.All, f => Assert.Contains(f.Tag, tags));
        Assert.Equal(tags.Count, FeatureCatalogue.All.Length);
        Assert.All(FeatureCatalogue.All, f => Assert.Matches("^[0-9A-Z]{4}$", f.IbsiId));
    }

    [Fact]
    public void Units_of_features_follow_from_that_of_the_image()
    {
        string Unit(string tag, string of) => FeatureCatalogue.All.Single(f => f.Tag == tag).Unit(of);
        Assert.Equal("mm3", Unit("morph_vol", "mm2/s"));
        Assert.Equal("/mm", Unit("morph_av", "[hnsf'U]"));
        Assert.Equal("mm2/s", Unit("stat_mean", "mm2/s"));
        Assert.Equal("(mm2/s).(mm2/s)", Unit("stat_var", "mm2/s"));
        Assert.Equal("[hnsf'U].mm3", Unit("morph_integ_int", "[hnsf'U]"));
        Assert.Equal("1", Unit("cm_contrast", "g/mL"));
        Assert.All(FeatureCatalogue.All, f => Assert.True(Etalon.Metrology.Unit.TryParse(f.Unit("10*-6.mm2/s"), out _), f.Tag));
    }
}
