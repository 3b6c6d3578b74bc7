using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Etalon.Comparability;
using Etalon.Metrology;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Comparability;

/// <summary>Purposes from files: the schema, the example, those that are built in, and files that are wrong.</summary>
public sealed class PurposeFileTests
{
    private const string Example = "docs/examples/purpose.json";

    private static JsonElement Schema()
    {
        using var document = JsonDocument.Parse(Repository.Read("docs/schemas/purpose.schema.json"));
        return document.RootElement.Clone();
    }

    private static List<string> Violations(string json)
    {
        using var document = JsonDocument.Parse(json);
        return SchemaCheck.Violations(document.RootElement, Schema());
    }

    private static PurposeReading Parse(string json) => PurposeFile.Parse(Encoding.UTF8.GetBytes(json), "p.json");

    /// <summary>The example with one change.</summary>
    private static string With(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Repository.Read(Example))!.AsObject();
        change(json);
        return json.ToJsonString();
    }

    [Fact]
    public void The_example_obeys_its_schema_and_is_read_in_full()
    {
        Assert.Empty(Violations(Repository.Read(Example)));
        var reading = PurposeFile.Read(Path.Combine(Repository.Root, Example));
        Assert.Empty(reading.Findings);
        var purpose = reading.Purpose!;
        Assert.Equal(("liver-adc-early-response", "adc.mean", ChangeDirection.Increase), (purpose.Id, purpose.Measurand, purpose.Direction));
        Assert.Equal((null, 0.25, "10*-3.mm2/s"), (purpose.MinimalImportantChange.Percent, purpose.MinimalImportantChange.Absolute, purpose.MinimalImportantChange.Unit));
        Assert.Equal((25, 0.05, 0.1, 14, Grade.B), (purpose.ExpectedSpread!.Percent, purpose.ToleratedRisk.FalseAccept, purpose.ToleratedRisk.FalseReject, purpose.MaximumAge!.Days, purpose.LowestGrade!.Grade));
        Assert.Equal(["DiffusionBValue", "DeviceSerialNumber", "SoftwareVersions"], purpose.RequiredAttributes!.Names);
        Assert.Equal((4, 2, 1), (purpose.TurLimits.Fit, purpose.TurLimits.GuardBand, purpose.TurLimits.Exploratory));
        Assert.False(purpose.RequiredAttributes.Basis.IsAssumption);
        // A rise by 0.25e-3 mm²/s from 1.0e-3 is ln 1.25; a fall is no change that this purpose asks about.
        Assert.Null(purpose.Unimportant(1.0e-3).Lower);
        Assert.Equal(Math.Log(1.25), purpose.Unimportant(1.0e-3).Upper!.Value, 1e-14);
    }

    [Fact]
    public void Built_in_purposes_obey_the_schema_and_every_number_says_what_it_rests_on()
    {
        Assert.Equal(["adc-response", "suv-response", "volume-progression"], BuiltInPurposes.All.Select(p => p.Id));
        foreach (var purpose in BuiltInPurposes.All)
        {
            Assert.Empty(Violations(Repository.Read($"src/Etalon.Comparability/Fitness/Purposes/{purpose.Id}.json")));
            Assert.Equal(purpose, BuiltInPurposes.Find(purpose.Id).Purpose);
            Assert.True(purpose.MinimalImportantChange.Basis.Text.Length > 20 && purpose.ToleratedRisk.Basis.Text.Length > 20);
            // The risks that are borne are nobody's publication in any of the three.
            Assert.Contains(purpose.Assumptions(), a => a.Id == $"purpose-{purpose.Id}-tolerated-risk");
        }

        // 25 % of the product of diameters is 1.25^1.5 in volume; PERCIST's 30 %.
        Assert.Equal(100 * (Math.Pow(1.25, 1.5) - 1), BuiltInPurposes.All[2].MinimalImportantChange.Percent!.Value, 0.5);
        Assert.Equal((30, false), (BuiltInPurposes.All[1].MinimalImportantChange.Percent, BuiltInPurposes.All[1].MinimalImportantChange.Basis.IsAssumption));
        Assert.True(BuiltInPurposes.All[0].MinimalImportantChange.Basis.IsAssumption);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "schema", With(j => j["schema"] = "etalon-purpose-2") },
        { "schema", With(j => j.Remove("schema")) },
        { "id", With(j => j["id"] = " ") },
        { "decision", With(j => j.Remove("decision")) },
        { "direction", With(j => j["direction"] = "sideways") },
        { "minimal_important_change", With(j => j.Remove("minimal_important_change")) },
        { "minimal_important_change", With(j => j["minimal_important_change"] = 25) },
        { "percent", With(j => j["minimal_important_change"] = JsonNode.Parse("""{"percent": 0, "source": "s"}""")) },
        { "percent", With(j => j["minimal_important_change"] = JsonNode.Parse("""{"percent": 5, "absolute": 1, "unit": "mm2/s", "source": "s"}""")) },
        { "percent", With(j => j["minimal_important_change"] = JsonNode.Parse("""{"source": "s"}""")) },
        { "unit", With(j => j["minimal_important_change"] = JsonNode.Parse("""{"absolute": 1, "source": "s"}""")) },
        { "minimal_important_change", With(j => j["minimal_important_change"] = JsonNode.Parse("""{"percent": 25}""")) },
        { "minimal_important_change", With(j => j["minimal_important_change"] = JsonNode.Parse("""{"percent": 25, "source": "s", "assumption": "a"}""")) },
        { "false_accept", With(j => j["tolerated_risk"]!["false_accept"] = 0.6) },
        { "false_reject", With(j => j["tolerated_risk"]!["false_reject"] = "0.1") },
        { "false_reject", With(j => j["tolerated_risk"]!.AsObject().Remove("false_reject")) },
        { "percent", With(j => j["expected_spread"]!["percent"] = -1) },
        { "names", With(j => j["required_attributes"]!["names"] = new JsonArray()) },
        { "names", With(j => j["required_attributes"]!["names"] = new JsonArray(3)) },
        { "days", With(j => j["maximum_age"]!["days"] = 1e9) },
        { "grade", With(j => j["lowest_grade"]!["grade"] = "X") },
        { "exploratory", With(j => j["tur_limits"]!.AsObject().Remove("exploratory")) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_the_schema_refuses_the_reader_refuses_and_names_the_place(string field, string json)
    {
        Assert.NotEmpty(Violations(json));
        var reading = Parse(json);
        Assert.Null(reading.Purpose);
        Assert.Contains(reading.Findings, f => f.Code == FindingCodes.FieldInvalid && f.Severity == Severity.Error && f.About.StartsWith("p.json", StringComparison.Ordinal)
            && f.About.Contains(field, StringComparison.Ordinal) && f.Found.Length > 0 && f.Expected.Length > 0 && f.Remedy.Length > 0);
    }

    [Fact]
    public void What_no_schema_can_say_the_reader_refuses()
    {
        foreach (var (field, json) in new[]
        {
            ("measurand", With(j => j["measurand"] = "adcc.mean")),
            ("unit", With(j => j["minimal_important_change"]!["unit"] = "mL")),
            ("unit", With(j => j["minimal_important_change"]!["unit"] = "furlong")),
            ("fit", With(j => j["tur_limits"]!["fit"] = 1.5)),
            ("percent", With(j => { j["direction"] = "decrease"; j["minimal_important_change"] = JsonNode.Parse("""{"percent": 100, "source": "s"}"""); })),
        })
        {
            var reading = Parse(json);
            Assert.Null(reading.Purpose);
            Assert.Contains(reading.Findings, f => f.Code == FindingCodes.FieldInvalid && f.About.EndsWith(field, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_field_that_nobody_knows_is_told_and_passed_over()
    {
        var json = With(j => { j["minimal_importand_change"] = 3; j["tolerated_risk"]!["false_positive"] = 0.1; });
        Assert.NotEmpty(Violations(json));
        var reading = Parse(json);
        Assert.NotNull(reading.Purpose);
        Assert.Equal(["p.json", "p.json: tolerated_risk"], reading.Findings.Select(f => f.About).Order());
        Assert.All(reading.Findings, f => Assert.Equal((FindingCodes.FieldUnknown, Severity.Warning), (f.Code, f.Severity)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("25")]
    [InlineData("{\"id\":\"a\",\"id\":\"b\"}")]
    [InlineData("{\"id\":\"\\ud800\"}")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}")]
    public void A_file_that_is_no_purpose_becomes_a_finding_and_never_an_exception(string text)
    {
        var reading = Parse(text);
        Assert.Null(reading.Purpose);
        Assert.NotEmpty(reading.Findings);
        Assert.All(reading.Findings, f => Assert.True(f.Found.Length > 0 && f.Expected.Length > 0 && f.Remedy.Length > 0, f.ToString()));
    }

    [Fact]
    public void A_file_that_is_not_there_or_too_large_and_a_name_that_is_not_known_are_told()
    {
        using var folder = new TempFolder();
        var large = Path.Combine(folder.Path, "large.json");
        File.WriteAllText(large, "\"" + new string('x', (1 << 20) + 10) + "\"");
        foreach (var name in new[] { Path.Combine(folder.Path, "absent.json"), folder.Path, large, "no-such-purpose" })
        {
            var reading = BuiltInPurposes.Find(name);
            Assert.Null(reading.Purpose);
            Assert.Equal(FindingCodes.PurposeUnusable, Assert.Single(reading.Findings).Code);
            Assert.DoesNotContain(folder.Path, reading.Findings[0].ToString(), StringComparison.Ordinal);
        }

        Assert.Contains("adc-response", BuiltInPurposes.Find("no-such-purpose").Findings[0].Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Cut_off_or_damaged_files_never_throw()
    {
        var bytes = Encoding.UTF8.GetBytes(Repository.Read(Example));
        for (var length = 0; length < bytes.Length - 2; length += 7)
        {
            Assert.Null(PurposeFile.Parse(bytes.AsMemory(0, length), "p.json").Purpose);
            var damaged = (byte[])bytes.Clone();
            damaged[length] ^= 0xFF; // no longer UTF-8
            Assert.Null(PurposeFile.Parse(damaged, "p.json").Purpose);
        }
    }
}
