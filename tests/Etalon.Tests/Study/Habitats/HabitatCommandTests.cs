using System.Text.Json;
using Etalon.Imaging;
using Etalon.Phantoms.Habitats;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study.Habitats;

/// <summary><c>etalon habitats</c> as a user would run it.</summary>
public sealed class HabitatCommandTests
{
    private static readonly VirtualHabitatOptions Two = new() { HalfAxes = (7, 6, 4), Scans = 2, Separation = 3.5 };

    [Fact]
    public void Habitats_of_two_scans_leave_labels_probabilities_measurements_and_verdicts_that_obey_their_schemas()
    {
        using var folder = new HabitatFolder(Two);
        string[] call = ["habitats", folder.Maps, "--mask", $"tumour={folder.Mask}", "--habitats", "3", "--value", "proliferation_per_day=0.01,0.02,0.05", "--dicom", "--voxels-per-draw", "1", "--json", "-o"];
        var run = EtalonCommand.Run([.. call, folder["out"], "--threads", "2"]);
        Assert.True(run.Exit == 0, run.ToString());
        Valid("habitats.schema.json", run.Out);
        Valid("results.schema.json", File.ReadAllText(folder["out/results.json"]));
        Valid("findings.schema.json", File.ReadAllText(folder["out/findings.json"]));
        using var json = JsonDocument.Parse(run.Out);
        foreach (var visit in json.RootElement.GetProperty("visits").EnumerateArray())
        {
            var labels = NiftiReader.Read(folder[Path.Combine("out", visit.GetProperty("labels").GetString()!)]);
            var probabilities = NiftiReader.Read(folder[Path.Combine("out", visit.GetProperty("probabilities").GetString()!)]);
            Assert.Equal(3, probabilities.Frames.Count);
            Assert.Equal(visit.GetProperty("voxels").GetInt32(), labels.Frames[0].Count(l => l > 0));
            var values = NiftiReader.Read(folder[Path.Combine("out", visit.GetProperty("labels").GetString()!.Replace("_dseg", "_proliferation_per_day"))]).Frames[0];
            for (var n = 0; n < values.Length; n++)
            {
                var sum = probabilities.Frames.Sum(f => f[n]);
                Assert.Equal(labels.Frames[0][n] > 0 ? 1 : 0, sum, 1e-4);
                Assert.Equal(0.01 * probabilities.Frames[0][n] + 0.02 * probabilities.Frames[1][n] + 0.05 * probabilities.Frames[2][n], values[n], 1e-6);
            }

            var lines = File.ReadLines(folder[Path.Combine("out", visit.GetProperty("voxel_table").GetString()!)]).ToList();
            Assert.Equal(visit.GetProperty("voxels").GetInt32() + 1, lines.Count);
        }

        Assert.True(json.RootElement.GetProperty("rand")[0].GetProperty("adjusted_rand").GetDouble() > 0.6);
        using var results = JsonDocument.Parse(File.ReadAllText(folder["out/results.json"]));
        // Nothing changed between two scans of one truth; six verdicts at 95 % say so.
        Assert.All(results.RootElement.GetProperty("changes").EnumerateArray(), c => Assert.Equal("undetermined", c.GetProperty("verdict").GetString()));
        Assert.Equal(6, results.RootElement.GetProperty("changes").GetArrayLength());
        Assert.Equal(2, Directory.EnumerateFiles(folder["out/dicom"], "*.dcm", SearchOption.AllDirectories).Count());
        var again = EtalonCommand.Run([.. call, folder["again"], "--threads", "1"]);
        Assert.Equal(run.Out, again.Out);
        Assert.Equal(2, EtalonCommand.Run([.. call, folder["out"]]).Exit);
        Assert.Equal(2, EtalonCommand.Run(["habitats", folder.Maps, "--mask", $"tumour={folder.Mask}", "--thresholds", "nonsense", "-o", folder["no"]]).Exit);
    }

    [Theory]
    [InlineData("no unit", "unit-not-stated")]
    [InlineData("five voxels", "habitats-refused")]
    [InlineData("no mask", "habitats-refused")]
    [InlineData("another map", "habitats-refused")]
    [InlineData("elsewhere", "mask-empty")]
    public void Wrong_use_is_a_finding_without_a_number(string wrong, string code)
    {
        using var folder = new HabitatFolder(Two with { Scans = 1 }, withUnits: wrong != "no unit");
        var grid = folder.Tumour.Voxels.Places[0].Grid;
        var few = new float[grid.Count];
        foreach (var voxel in folder.Tumour.Voxels.Places[0].Voxels.Take(5))
        {
            few[voxel] = 1;
        }

        folder.Write("few.nii.gz", grid, few);
        folder.Write("far.nii.gz", new Grid(4, 5, 6, new Vector3(900, 900, 900), grid.StepI, grid.StepJ, grid.StepK), [.. Enumerable.Repeat(1f, 120)]);
        string[] mask = wrong switch { "no mask" => [], "five voxels" => ["--mask", $"t={folder["few.nii.gz"]}"], "elsewhere" => ["--mask", $"t={folder["far.nii.gz"]}"], _ => ["--mask", $"t={folder.Mask}"] };
        var run = EtalonCommand.Run(["habitats", folder.Maps, .. mask, .. wrong == "another map" ? new[] { "--maps", "ktrans" } : [], "--json", "-o", folder["out"]]);
        Assert.Equal(3, run.Exit);
        Assert.DoesNotContain("Etalon failed", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
        using var findings = JsonDocument.Parse(run.Out);
        Assert.Contains(findings.RootElement.EnumerateArray(), f => f.GetProperty("code").GetString() == code);
        Valid("findings.schema.json", run.Out);
    }

    [Fact]
    public void A_map_without_an_uncertainty_is_read_with_what_its_neighbours_show_and_says_so()
    {
        using var folder = new HabitatFolder(Two with { Scans = 1 }, withU: false);
        var run = EtalonCommand.Run("habitats", folder.Maps, "--mask", $"t={folder.Mask}", "--thresholds", "suvbw:4", "--maps", "suvbw", "--json", "-o", folder["out"]);
        Assert.True(run.Exit == 0, run.ToString());
        Valid("habitats.schema.json", run.Out);
        using var json = JsonDocument.Parse(run.Out);
        Assert.Contains(json.RootElement.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == "voxel-noise-estimated");
        Assert.Equal(2, json.RootElement.GetProperty("habitats").GetArrayLength());
    }

    [Fact]
    public void The_example_obeys_the_published_schema() => Valid("habitats.schema.json", Repository.Read("docs/examples/habitats.json"));

    private static void Valid(string schema, string text)
    {
        using var of = JsonDocument.Parse(Repository.Read($"docs/schemas/{schema}"));
        using var json = JsonDocument.Parse(text);
        Assert.Empty(SchemaCheck.Violations(json.RootElement, of.RootElement));
    }
}
