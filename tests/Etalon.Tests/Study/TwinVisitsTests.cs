using System.Text.Json;
using System.Text.Json.Nodes;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>Which visits the twin is fitted to, and what may be compared from there.</summary>
public sealed class TwinVisitsTests
{
    [Fact]
    public void A_visit_without_ADC_keeps_its_number_and_is_named()
    {
        using var patient = new SmallPatient(4);
        patient.Visit(2).Remove("adc");

        var json = Run(patient, "1-3");

        Assert.Equal(["visit1.adc_scale", "visit3.adc_scale"], Names(json.GetProperty("parameters")).Where(n => n.EndsWith("adc_scale", StringComparison.Ordinal)));
        var left = Assert.Single(json.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == "visit-not-fitted");
        Assert.Equal("visit 2", left.GetProperty("about").GetString());
        Assert.True(json.GetProperty("forecasts").EnumerateArray().First(f => f.GetProperty("visit").GetString() == "4").GetProperty("held_out").GetBoolean());
    }

    [Fact]
    public void A_range_beyond_the_visits_is_wrong_usage_and_says_how_many_there_are()
    {
        using var folder = new TempFolder();
        using var patient = new SmallPatient(3);

        var run = EtalonCommand.Run(folder.Path, ["run", patient.Save(), "-o", folder["out"], "--fit-visits", "2-5"]);

        Assert.True(run.Exit == 2, run.ToString());
        Assert.Contains("visits 2-5 were asked for, and this case has 3 visits", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void Options_are_not_compared_over_treatment_that_lies_before_the_model_starts()
    {
        using var patient = new SmallPatient(3);
        // Three fractions between the first two visits, none later: a model that starts at the second visit begins with their effect.
        patient.Json["radiotherapy"] = new JsonArray(
            [.. new[] { 5, 6, 7 }.Select(day => (JsonNode)new JsonObject { ["time"] = $"2024-03-0{day}T08:10:00+01:00", ["dose"] = 2.0, ["units"] = "Gy" })]);

        var before = Run(patient, "1-2");
        var after = Run(patient, "2-3");

        Assert.Equal(["As given", "No treatment", "40 Gy in 15 fractions"], Names(before.GetProperty("options")));
        Assert.DoesNotContain("options-refused", Codes(before));
        Assert.Empty(Names(after.GetProperty("options")));
        Assert.Contains("options-refused", Codes(after));
    }

    [Fact]
    public void What_decides_the_posterior_without_being_measured_stands_under_the_assumptions()
    {
        using var patient = new SmallPatient(2);
        patient.Json["radiotherapy"] = new JsonArray(new JsonObject { ["time"] = "2024-03-09T08:10:00+01:00", ["dose"] = 2.0, ["units"] = "Gy" });

        var json = Run(patient, "1-2");

        var assumed = json.GetProperty("assumptions").EnumerateArray().ToDictionary(a => a.GetProperty("id").GetString()!, a => a.GetProperty("value").GetString()!);
        // A patient file has no noise maps: 0.05 is taken.
        Assert.Equal(
            ("0.05", "8 voxels", "10 Gy", "2 Gy", "0.02 to 0.2 /Gy"),
            (assumed["twin-voxel-u"], assumed["twin-voxels-per-grain"], assumed["tumour-alpha-beta"], assumed["late-alpha-beta"], assumed["prior.alpha_per_Gy"]));
        Assert.Contains("prior.diffusivity_mm2_per_day", assumed.Keys);
        Assert.Contains(json.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == "constant-unchecked"
            && f.GetProperty("found").GetString()!.Contains("Proliferation k 0.003 to 0.088 /d", StringComparison.Ordinal));
    }

    private static JsonElement Run(SmallPatient patient, string range)
    {
        using var folder = new TempFolder();
        var run = EtalonCommand.Run(folder.Path, ["run", patient.Save(), "-o", folder["out"], "--fit-visits", range, "--json"]);
        Assert.True(run.Exit == 0, run.ToString());
        using var document = JsonDocument.Parse(run.Out);
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "schemas", "results.schema.json")));
        Assert.Empty(SchemaCheck.Violations(document.RootElement, schema.RootElement));
        return document.RootElement.Clone();
    }

    private static List<string> Names(JsonElement list) => [.. list.EnumerateArray().Select(p => p.GetProperty("name").GetString()!)];

    private static List<string> Codes(JsonElement json) => [.. json.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString()!)];
}
