using System.Text.Json;
using System.Text.Json.Nodes;
using Etalon.Imaging;
using Etalon.Tests.Support;
using Etalon.Tests.Twin;
using Xunit;

namespace Etalon.Tests.Cli;

/// <summary><c>etalon twin simulate</c> as a user would run it.</summary>
public sealed class TwinSimulateTests
{
    private static readonly Grid Grid = TumourFixtures.ObliqueGrid(23, 19, 14, 1.6, 2.1, 2.9);

    [Fact]
    public void A_simulation_leaves_a_density_for_every_day_and_a_summary_that_obeys_its_schema()
    {
        using var folder = Case(out var spec);
        var run = Run(folder, spec, "--json");
        Assert.True(run.Exit == 0, run.ToString());
        using var summary = JsonDocument.Parse(run.Out);
        Valid("twin-simulation.schema.json", run.Out);
        var outputs = summary.RootElement.GetProperty("outputs");
        Assert.Equal([0, 30.5, 44], outputs.EnumerateArray().Select(o => o.GetProperty("day").GetDouble()));
        foreach (var (output, name) in outputs.EnumerateArray().Zip(["N_day0.nii.gz", "N_day30.5.nii.gz", "N_day44.nii.gz"]))
        {
            Assert.Equal(name, output.GetProperty("file").GetString());
            var image = NiftiReader.Read(folder[Path.Combine("out", name)]);
            Assert.True(image.Grid.IsSameAs(Grid));
            // The image is in single precision.
            Assert.Equal(output.GetProperty("cells_relative").GetDouble(), image.Frames[0].Sum(n => (double)n), 1e-4);
            Assert.Equal(output.GetProperty("volume_ml").GetDouble(), image.Frames[0].Count(n => n > 0.5) * Grid.VoxelVolumeMl, 1e-6);
        }

        Assert.True(outputs[2].GetProperty("time_error").GetDouble() is > 0 and < 1e-3);
    }

    [Fact]
    public void Two_runs_and_any_number_of_threads_write_the_same_bytes()
    {
        using var folder = Case(out var spec);
        Assert.Equal(0, Run(folder, spec, "--threads", "1").Exit);
        var first = File.ReadAllBytes(folder["out/N_day44.nii.gz"]);
        Assert.Equal(0, Run(folder, spec, "--threads", "2", "--force").Exit);
        Assert.Equal(first, File.ReadAllBytes(folder["out/N_day44.nii.gz"]));
        Assert.Equal(2, Run(folder, spec).Exit);
    }

    [Fact]
    public void Everything_a_spec_can_say_is_used()
    {
        using var folder = Case(out var plain);
        Assert.Equal(0, Run(folder, plain).Exit);
        var reference = Cells(folder);
        void Differs(Action<JsonObject> change, int sign)
        {
            var spec = JsonNode.Parse(plain.ToJsonString())!.AsObject();
            change(spec);
            var run = Run(folder, spec, "--force");
            Assert.True(run.Exit == 0, run.ToString());
            Assert.Equal(sign, Math.Sign(Cells(folder) - reference));
        }

        var radiotherapy = (JsonObject s) => s["radiotherapy"]!.AsObject();
        Differs(s => s["proliferation_per_day"] = "k.nii.gz", 1);
        Differs(s => s["capacity"] = 0.95, -1);
        Differs(s => s["surgery"] = JsonNode.Parse("""[{ "time_day": 12.5, "region": "cut.nii.gz" }]"""), -1);
        Differs(s => radiotherapy(s)["alpha_beta_Gy"] = 5, -1);
        Differs(s => radiotherapy(s)["oxygen_mmHg"] = 2.5, 1);
        Differs(s => radiotherapy(s)["oxygen_mmHg"] = "oxygen.nii.gz", 1);
        Differs(s => { radiotherapy(s)["repair_half_time_hours"] = 1.5; radiotherapy(s)["fractions"]![0]!["duration_minutes"] = 90; }, 1);
        Differs(s => radiotherapy(s)["clearance_half_time_days"] = 30, 1);
        Differs(s => radiotherapy(s)["fractions"]![0]!["dose_map"] = "dose.nii.gz", -1);
        Differs(s => s["drugs"]![0]!["doses"]![0]!["amount"] = 300, -1);
        Differs(s => s["drugs"] = null, 1);
        // More spread finds more room.
        Differs(s => s["diffusivity_mm2_per_day"] = JsonNode.Parse("""{ "tissue": "tissue.nii.gz", "white": 0.5, "grey": 0.2 }"""), 1);
    }

    [Theory]
    [InlineData("output_days", "[30, 10]", "output_days")]
    [InlineData("output_days", "[]", "output_days")]
    [InlineData("proliferation_per_dy", "0.05", "proliferation_per_dy")]
    [InlineData("proliferation_per_day", "\"dose2.nii.gz\"", "dose2.nii.gz")]
    [InlineData("diffusivity_mm2_per_day", "-1", "diffusivity_mm2_per_day")]
    [InlineData("diffusivity_mm2_per_day", "\"../k.nii.gz\"", "diffusivity_mm2_per_day")]
    [InlineData("diffusivity_mm2_per_day", "{ \"tissue\": \"k.nii.gz\", \"white\": 1, \"grey\": 1 }", "tissue")]
    [InlineData("capacity", "0.5", "initial")]
    [InlineData("capacity", "0", "capacity")]
    [InlineData("domain", "\"empty.nii.gz\"", "domain")]
    [InlineData("initial", "\"nan.nii.gz\"", "initial")]
    [InlineData("initial", "\"other.nii.gz\"", "initial")]
    [InlineData("scheme", "\"euler\"", "scheme")]
    [InlineData("step_day", "0", "step_day")]
    [InlineData("step_day", "0.0002", "step_day")]
    [InlineData("drugs", "[{ \"name\": \"a\", \"sensitivity_per_day\": 1, \"decay_per_day\": 1, \"reference_amount\": 0, \"doses\": [] }]", "reference_amount")]
    [InlineData("radiotherapy", "{ \"alpha_per_Gy\": 0.05, \"fractions\": [{ \"time_day\": 3 }] }", "dose_Gy")]
    [InlineData("radiotherapy", "{ \"alpha_per_Gy\": 0.05, \"fractions\": [{ \"time_day\": 3, \"dose_map\": \"negative.nii.gz\" }] }", "dose_map")]
    [InlineData("surgery", "{}", "surgery")]
    public void What_cannot_be_simulated_is_told_with_its_place(string field, string value, string place)
    {
        using var folder = Case(out var spec);
        spec[field] = JsonNode.Parse(value);
        var run = Run(folder, spec);
        Assert.True(run.Exit == 3, run.ToString());
        Assert.Contains(place, run.Error, StringComparison.Ordinal);
        Assert.Contains("expected", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Etalon failed", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void The_scheme_for_comparison_says_so_and_refuses_what_it_does_not_know()
    {
        using var folder = Case(out var spec);
        spec["scheme"] = "rk38-compat";
        spec["capacity"] = 1;
        var run = Run(folder, spec);
        Assert.True(run.Exit == 0, run.ToString());
        Assert.Contains("comparison-scheme", run.Error, StringComparison.Ordinal);
        spec["proliferation_per_day"] = "k.nii.gz";
        Assert.Equal(3, Run(folder, spec, "--force").Exit);
    }

    [Fact]
    public void An_interrupted_simulation_leaves_nothing()
    {
        using var folder = Case(out var spec);
        spec["step_day"] = 0.01;
        spec["output_days"] = JsonNode.Parse("[999]");
        folder.Write("spec.json", spec.ToJsonString());
        using var running = EtalonCommand.Start(folder.Path, ["twin", "simulate", "spec.json", "-o", "out"]);
        Assert.False(running.EndsWithin(TimeSpan.FromSeconds(1.5)));
        running.Signal(2);
        Assert.True(running.EndsWithin(TimeSpan.FromSeconds(60)));
        Assert.Equal(130, running.Result().Exit);
        Assert.False(Directory.Exists(folder["out"]));
        Assert.Empty(Directory.EnumerateDirectories(folder.Path, ".out*"));
    }

    [Fact]
    public void The_example_obeys_the_published_schema() => Valid("twin-spec.schema.json", Repository.Read("docs/examples/twin-spec.json"));

    private static double Cells(TempFolder folder)
    {
        using var summary = JsonDocument.Parse(File.ReadAllText(folder["out/summary.json"]));
        return summary.RootElement.GetProperty("outputs").EnumerateArray().Last().GetProperty("cells_relative").GetDouble();
    }

    private static CommandResult Run(TempFolder folder, JsonObject spec, params string[] more)
    {
        folder.Write("spec.json", spec.ToJsonString());
        return EtalonCommand.Run(folder.Path, ["twin", "simulate", "spec.json", "-o", "out", .. more]);
    }

    private static TempFolder Case(out JsonObject spec)
    {
        var folder = new TempFolder();
        var domain = TumourFixtures.IrregularDomain(Grid);
        void Image(string name, Func<int, double> value, Grid? grid = null)
        {
            var on = grid ?? Grid;
            folder.Write(name, NiftiWriter.Encode(new Volume(on, [.. Enumerable.Range(0, on.Count).Select(n => (float)value(n))], null)));
        }

        var density = TumourFixtures.Lumps(Grid);
        Image("mask.nii.gz", n => domain.Inside[n] ? 1 : 0);
        Image("n0.nii.gz", n => domain.Inside[n] ? 0.9 * density[n] : 0);
        Image("k.nii.gz", n => 0.08 + 0.02 * (n % 3));
        Image("tissue.nii.gz", n => 1 + n % 2);
        Image("cut.nii.gz", n => n % Grid.Nx < 12 ? 1 : 0);
        Image("dose.nii.gz", n => 4 + n % 3);
        Image("oxygen.nii.gz", n => 2 + n % 40);
        Image("empty.nii.gz", _ => 0);
        Image("nan.nii.gz", n => n == Grid.Index(11, 8, 7) ? double.NaN : 0.1);
        Image("negative.nii.gz", n => n == 5 ? -1 : 2);
        Image("other.nii.gz", _ => 0.1, TumourFixtures.ObliqueGrid(23, 19, 14, 1.6, 2.1, 2.8));
        spec = JsonNode.Parse("""
            {
              "domain": "mask.nii.gz", "initial": "n0.nii.gz", "diffusivity_mm2_per_day": 0.1, "proliferation_per_day": 0.06,
              "radiotherapy": { "alpha_per_Gy": 0.05, "fractions": [ { "time_day": 20.34, "dose_Gy": 2 }, { "time_day": 21.36, "dose_Gy": 2 } ] },
              "drugs": [ { "name": "temozolomide", "sensitivity_per_day": 0.2, "decay_per_day": 9.242, "reference_amount": 150, "doses": [ { "time_day": 20.3, "amount": 150 } ] } ],
              "output_days": [0, 30.5, 44]
            }
            """)!.AsObject();
        return folder;
    }

    private static void Valid(string schemaName, string text)
    {
        using var schema = JsonDocument.Parse(Repository.Read($"docs/schemas/{schemaName}"));
        using var value = JsonDocument.Parse(text);
        Assert.Empty(SchemaCheck.Violations(value.RootElement, schema.RootElement));
    }
}
