using System.Text.Json;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study.Maps;

/// <summary><c>etalon map</c> and <c>etalon fit</c> as commands.</summary>
public sealed class MapCommandTests
{
    [Fact]
    public void A_map_of_real_objects_leaves_files_that_hold_to_their_schemas_and_objects_beside_them()
    {
        using var folder = new TempFolder();
        var output = Path.Combine(folder.Path, "out");
        var run = EtalonCommand.Run("map", "adc", SharedData.Path("dicom", "dwi-siemens-xa30"), "-o", output, "--dicom");
        Assert.True(run.Exit == 0, run.ToString());
        Holds(Path.Combine(output, "results.json"), "results.schema.json");
        Holds(Path.Combine(output, "histograms.json"), "histograms.schema.json");
        Holds(Path.Combine(output, "findings.json"), "findings.schema.json");
        var files = Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToList();
        foreach (var part in new[] { "_ADCmap.nii.gz", "_desc-u_ADCmap.nii.gz", "_desc-status_ADCmap.nii.gz", "_ADCmap.json", "adc-pm-adc.dcm", "adc-pm-adc-u.dcm", "adc-sr.dcm" })
        {
            Assert.Contains(files, f => f!.EndsWith(part, StringComparison.Ordinal));
        }

        // In vivo brain and skull at b = 2500: between the densest tissue and free water.
        using var results = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "results.json")));
        var median = results.RootElement.GetProperty("measurements").EnumerateArray().First(m => m.GetProperty("measurand").GetString() == "adc.median");
        Assert.InRange(median.GetProperty("value").GetDouble(), 0.4e-3, 1.2e-3);
        Assert.True(median.GetProperty("u").GetDouble() > 0);
        // The output is there; without --force it stays as it is.
        Assert.Equal(2, EtalonCommand.Run("map", "adc", SharedData.Path("dicom", "dwi-siemens-xa30"), "-o", output).Exit);
    }

    [Theory]
    [InlineData("adc", "no image")]
    [InlineData("suv", "no image")]
    public void A_folder_without_images_is_refused_with_the_reason_and_leaves_nothing(string kind, string found)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "in"));
        var run = EtalonCommand.Run("map", kind, Path.Combine(folder.Path, "in"), "-o", Path.Combine(folder.Path, "out"));
        Assert.True(run.Exit == 3, run.ToString());
        Assert.Contains(found, run.Error, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("map", "adc", "x", "-o", "y", "--method", "magic")]
    [InlineData("map", "dce", "x", "-o", "y", "--baseline", "5-2")]
    [InlineData("map", "adc", "x", "-o", "y", "--mask", "nameless")]
    [InlineData("fit", "magic")]
    [InlineData("fit", "adc", "--input", "nowhere.jsonl")]
    public void Words_that_mean_nothing_are_wrong_usage(params string[] arguments)
    {
        var run = EtalonCommand.Run(arguments);
        Assert.True(run.Exit == 2, run.ToString());
        Assert.True(run.Error.Length > 0);
    }

    [Fact]
    public void Curves_from_a_file_come_out_line_by_line_and_hold_to_the_schema()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "curves.jsonl");
        File.WriteAllText(file, """
            {"id":"a","b_s_per_mm2":[0,500,1000],"signal":[1003,611,372],"noise_sd":5}
            {"id":"b","b_s_per_mm2":[0,500],"signal":[1003]}
            {"id":"c","b_s_per_mm2":[0,250,500,1000],"signal":[1000,779,607,368]}
            """);
        var run = EtalonCommand.Run("fit", "adc", "--input", file);
        Assert.True(run.Exit == 0, run.ToString());
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(["a", "b", "c"], lines.Select(l => l.GetProperty("id").GetString()));
        Assert.Equal(["ok", "input-invalid", "ok"], lines.Select(l => l.GetProperty("status").GetString()));
        // exp(−1) over b = 1000: signals were rounded to three digits.
        Assert.Equal(1e-3, lines[2].GetProperty("adc_mm2_per_s").GetProperty("value").GetDouble(), 2e-6);
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/fit.schema.json"));
        Assert.All(lines, l => Assert.Empty(SchemaCheck.Violations(l, schema.RootElement)));
    }

    private static void Holds(string file, string schemaName)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        using var schema = JsonDocument.Parse(Repository.Read($"docs/schemas/{schemaName}"));
        Assert.Empty(SchemaCheck.Violations(document.RootElement, schema.RootElement));
    }
}
