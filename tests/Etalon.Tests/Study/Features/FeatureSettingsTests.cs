using System.Text;
using System.Text.Json;
using Etalon.Assays.Radiomics;
using Etalon.Assays.Radiomics.Filters;
using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Study.Features;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study.Features;

/// <summary>Settings of features as files.</summary>
public sealed class FeatureSettingsTests
{
    public static TheoryData<string> Presets => [.. RadiomicsPresets.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Presets))]
    public void What_is_written_reads_as_it_was_and_holds_to_the_schema(string name)
    {
        var preset = RadiomicsPresets.Find(name)!;
        var text = Written(preset);
        Assert.Equal(text, Written(Read(text)));
        Holds(text);
    }

    [Fact]
    public void Filters_read_as_they_were_written()
    {
        foreach (var filter in new ImageFilter[]
        {
            new RieszFilter(new SimoncelliFilter(2) { Boundary = FilterBoundary.Periodic }, 0, 2, 1), new LawsFilter("L5", "S5") { InSlices = true, Pooling = FilterPooling.Min },
            new GaborFilter(3, 4, 0.5, 1.25) { Pooling = FilterPooling.Max, Boundary = FilterBoundary.Nearest }, new WaveletFilter(WaveletKind.Coiflet1, "HHL", 3),
        })
        {
            var text = Written(RadiomicsPresets.Find("adc")! with { Filter = filter });
            Assert.Equal(text, Written(Read(text)));
            Holds(text);
        }
    }

    [Fact]
    public void A_base_is_changed_field_by_field()
    {
        var read = Read("""{"schema":"etalon-feature-settings-1","name":"mine","base":"ibsi-c","levels":{"kind":"fixed_bin_number","bins":64},"range":[null,300]}""");
        Assert.Equal(("mine", 64, (null, 300.0), (2.0, 2.0, 2.0)), (read.Name, read.Levels.Bins, read.Range, read.SpacingMm!.Value));
        Assert.Equal(RadiomicsSettings.OfSlices, Read("""{"base":"ibsi-c","in_slices":true}""").Aggregations);
    }

    [Fact]
    public void The_example_reads_and_holds_to_the_schema()
    {
        var text = Repository.Read("docs/examples/feature-settings.json");
        Holds(text);
        Assert.NotNull(Read(text).Filter);
    }

    [Theory]
    [InlineData("""{"base":"ibsi-f"}""", "base")]
    [InlineData("""{"spacing":[1,1,1]}""", "spacing")]
    [InlineData("""{"spacing_mm":[1,0,1]}""", "spacing_mm")]
    [InlineData("""{"levels":{"kind":"fixed_bin_size"}}""", "width")]
    [InlineData("""{"levels":{"kind":"fixed_bin_number","bins":1}}""", "bins")]
    [InlineData("""{"range":[5,1]}""", "range")]
    [InlineData("""{"families":["shape"]}""", "families")]
    [InlineData("""{"aggregations":[]}""", "aggregations")]
    [InlineData("""{"unit":"furlong"}""", "unit")]
    [InlineData("""{"interpolation":"sinc"}""", "interpolation")]
    [InlineData("""{"filter":{"kind":"sobel"}}""", "kind")]
    [InlineData("""{"filter":{"kind":"mean","size":4}}""", "size")]
    [InlineData("""{"filter":{"kind":"laws","kernels":"L5E5"}}""", "filter")]
    [InlineData("""{"filter":{"kind":"wavelet","wavelet":"db9","bands":"LLH"}}""", "wavelet")]
    [InlineData("""{"schema":"other"}""", "schema")]
    [InlineData("[]", "settings.json")]
    public void What_does_not_fit_is_refused_with_its_place(string json, string place)
    {
        var finding = Assert.Throws<CaseException>(() => Read(json)).Finding;
        Assert.Equal(FindingCodes.FeatureSettingsInvalid, finding.Code);
        Assert.Contains(place, finding.About + finding.Found, StringComparison.Ordinal);
    }

    private static RadiomicsSettings Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return FeatureSettingsJson.Of(document.RootElement, "settings.json");
    }

    private static string Written(RadiomicsSettings settings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            FeatureSettingsJson.Write(json, settings);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Holds(string text)
    {
        using var document = JsonDocument.Parse(text);
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/feature-settings.schema.json"));
        Assert.Empty(SchemaCheck.Violations(document.RootElement, schema.RootElement));
    }
}
