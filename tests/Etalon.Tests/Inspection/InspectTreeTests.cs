using System.Text.Json;
using Etalon.Dicom;
using Etalon.Tests.Dicom;
using Etalon.Tests.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Inspection;

/// <summary>What <c>etalon inspect</c> says of patients, series and acquisitions.</summary>
public sealed class InspectTreeTests
{
    [Fact]
    public void What_is_printed_and_the_example_obey_the_published_schema()
    {
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/inspect.schema.json"));
        using var example = JsonDocument.Parse(Repository.Read("docs/examples/inspect.json"));
        Assert.Empty(SchemaCheck.Violations(example.RootElement, schema.RootElement));
        using var folder = Series();
        Assert.Empty(SchemaCheck.Violations(Json(folder.Path, "."), schema.RootElement));
        Assert.Empty(SchemaCheck.Violations(Json(folder.Path, ".", "--identify", "--hash"), schema.RootElement));
    }

    [Fact]
    public void The_whole_reference_set_obeys_the_published_schema()
    {
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/inspect.schema.json"));
        Assert.Empty(SchemaCheck.Violations(Json(ReferenceData.Path(), "."), schema.RootElement));
    }

    [Fact]
    public void Nobody_is_named_unless_it_was_asked_for()
    {
        using var folder = Series();
        foreach (var arguments in new[] { new[] { "inspect", "." }, ["inspect", ".", "--json"] })
        {
            var text = EtalonCommand.Run(folder.Path, arguments).Out;
            Assert.All(["Doe", "Jane", "Hosp-4711"], name => Assert.DoesNotContain(name, text, StringComparison.OrdinalIgnoreCase));
            Assert.Contains("P-", text, StringComparison.Ordinal);
        }

        Assert.Contains("Doe^Jane", EtalonCommand.Run(folder.Path, ["inspect", ".", "--identify"]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_series_is_told_with_its_b_values_and_what_an_ADC_lacks()
    {
        using var folder = Series();
        var json = Json(folder.Path, ".");
        var stack = json.GetProperty("series")[0].GetProperty("stacks")[0];
        Assert.Equal((3, 2), (stack.GetProperty("slices").GetInt32(), stack.GetProperty("volumes").GetInt32()));
        Assert.Equal([0.0, 850.0], stack.GetProperty("b_values_s_per_mm2").EnumerateArray().Select(b => b.GetDouble()));
        var adc = json.GetProperty("missing").EnumerateArray().Single(m => m.GetProperty("measurand").GetString() == "adc");
        var absent = adc.GetProperty("absent").EnumerateArray().Select(a => a.GetProperty("attribute").GetString()).ToList();
        Assert.Contains("SoftwareVersions", absent);
        Assert.DoesNotContain("DiffusionBValue", absent);
        Assert.DoesNotContain("EchoTime", absent);
        var attributes = json.GetProperty("acquisitions")[0].GetProperty("attributes").EnumerateArray().ToDictionary(a => a.GetProperty("name").GetString()!);
        Assert.Equal(("present", 0.0817, "s"), (attributes["EchoTime"].GetProperty("state").GetString(), attributes["EchoTime"].GetProperty("numbers")[0].GetDouble(), attributes["EchoTime"].GetProperty("unit").GetString()));
        Assert.Equal(("absent", "derived"), (attributes["RepetitionTime"].GetProperty("state").GetString(), attributes["DiffusionBValueCounts"].GetProperty("state").GetString()));
    }

    [Fact]
    public void A_repetition_time_of_zero_and_two_b_values_in_one_header_are_told()
    {
        using var folder = Series();
        var findings = Json(folder.Path, ".").GetProperty("findings").EnumerateArray().Select(f => $"{f.GetProperty("code").GetString()} {f.GetProperty("about").GetString()}").ToList();
        Assert.Contains(findings, f => f.StartsWith("attribute-implausible", StringComparison.Ordinal) && f.Contains("RepetitionTime", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.StartsWith("attribute-contradicted", StringComparison.Ordinal) && f.Contains("DiffusionBValue", StringComparison.Ordinal));
    }

    [Fact]
    public void Doctor_says_the_same_to_machines()
    {
        var run = EtalonCommand.Run("doctor", "--json");
        Assert.Equal((0, ""), (run.Exit, run.Error));
        using var json = JsonDocument.Parse(run.Out);
        var parts = json.RootElement.GetProperty("parts").EnumerateArray().ToList();
        Assert.Contains(parts, p => p.GetProperty("name").GetString() == "dcmdjpeg");
        Assert.All(parts, p => Assert.Equal(p.GetProperty("status").GetString() == "missing", p.GetProperty("remedy").ValueKind == JsonValueKind.String));
    }

    /// <summary>Three slices at two b-values; a repetition time of zero, and a private b-value that says otherwise.</summary>
    private static TempFolder Series()
    {
        var folder = new TempFolder();
        foreach (var (b, v) in new[] { (0.0, 0), (850.0, 1) })
        {
            for (var k = 0; k < 3; k++)
            {
                var n = 3 * v + k + 1;
                folder.Write($"{n}.dcm", new SyntheticObject
                {
                    PatientId = "Hosp-4711", Description = "dwi of Jane Doe", Uid = $"1.2.3.4.{n}", InstanceNumber = n, Position = SyntheticObject.At(k), BValue = b,
                    More = bytes =>
                    {
                        bytes.Text(Tags.RepetitionTime, "DS", "0").Text(Tags.EchoTime, "DS", "81.7").Text(Tags.Manufacturer, "LO", "SIEMENS");
                        bytes.Text(new DicomTag(0x0019, 0x0010), "LO", "SIEMENS MR HEADER").Text(new DicomTag(0x0019, 0x100C), "IS", b > 0 ? "1200" : "0");
                    },
                }.ToFile());
            }
        }

        return folder;
    }

    private static JsonElement Json(string folder, params string[] arguments)
    {
        var run = EtalonCommand.Run(folder, ["inspect", .. arguments, "--json"]);
        Assert.True(run.Exit == 0 && run.Error.Length == 0, run.ToString());
        return JsonDocument.Parse(run.Out).RootElement;
    }
}
