using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Etalon.Imaging;
using Etalon.Phantoms.Biopsies;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study.Biopsies;

/// <summary><c>etalon biopsy</c> as a user would run it.</summary>
public sealed class BiopsyCommandTests
{
    private const int Patients = 5;

    [Fact]
    public void A_fit_and_a_map_leave_files_that_obey_their_schemas()
    {
        using var folder = new TempFolder();
        var study = Write(folder);
        var fit = Fit(folder, "out");
        Assert.True(fit.Exit == 0, fit.ToString());
        Valid("biopsy.schema.json", fit.Out);
        Assert.Equal(2, Fit(folder, "out").Exit);
        Assert.Equal(fit.Out, Fit(folder, "again", "--threads", "1").Out);
        using var json = JsonDocument.Parse(fit.Out);
        var slope = json.RootElement.GetProperty("slope");
        // One study of 20 biopsies; four standard uncertainties hold it.
        Assert.InRange(slope.GetProperty("value").GetDouble(), -4e6 - 4 * slope.GetProperty("u").GetDouble(), -4e6 + 4 * slope.GetProperty("u").GetDouble());
        Assert.Equal(Patients, json.RootElement.GetProperty("left_out").GetArrayLength());
        var map = EtalonCommand.Run("biopsy", "map", folder["p1"], "--model", folder["out"], "--mask", $"tumour={folder["mask.nii.gz"]}", "--voxels-per-draw", "1", "--json", "-o", folder["map"]);
        Assert.True(map.Exit == 0, map.ToString());
        Valid("biopsy-map.schema.json", map.Out);
        Valid("results.schema.json", File.ReadAllText(folder["map/results.json"]));
        var stem = folder["map/derivatives/etalon/sub-P1/ses-1/biopsy/sub-P1_ses-1_label-tumour_"];
        var (status, value, u) = (NiftiReader.Read(stem + "desc-status_cellularitymap.nii.gz").Frames[0], NiftiReader.Read(stem + "cellularitymap.nii.gz").Frames[0], NiftiReader.Read(stem + "desc-u_cellularitymap.nii.gz").Frames[0]);
        Assert.Contains(status, s => s == 1);
        Assert.All(Enumerable.Range(0, status.Length), n => Assert.Equal(status[n] == 1, u[n] > 0));
        Assert.Equal(study.Maps[0].Value.Grid.Count, value.Length);
        using var next = JsonDocument.Parse(map.Out);
        Assert.Equal(3, next.RootElement.GetProperty("visits")[0].GetProperty("next_biopsy").GetProperty("mm").GetArrayLength());
    }

    [Theory]
    [InlineData("outside", "biopsy-outside")]
    [InlineData("one class", "biopsy-one-class")]
    [InlineData("another name", "biopsies-refused")]
    [InlineData("no covariance", "field-invalid")]
    [InlineData("two units", "biopsies-refused")]
    public void Wrong_use_is_a_finding_without_a_number(string wrong, string code)
    {
        using var folder = new TempFolder();
        Write(folder, (b, patient) =>
        {
            switch (wrong)
            {
                case "outside":
                    b["location"]!["mm"] = new JsonArray(700, 20, 30);
                    break;
                case "one class":
                    b["pathology"]!["cellularity"]!["value"] = 3;
                    break;
                case "no covariance":
                    b["location"]!.AsObject().Remove("sd_mm");
                    break;
                case "two units" when patient == 0:
                    b["pathology"]!["cellularity"]!["unit"] = "/cm2";
                    break;
            }
        });
        var run = wrong == "another name" ? Fit(folder, "out", "--pathology", "ki67") : Fit(folder, "out");
        Assert.True(run.Exit == 3, run.ToString());
        Assert.False(Directory.Exists(folder["out"]));
        using var findings = JsonDocument.Parse(run.Out);
        Assert.Contains(findings.RootElement.EnumerateArray(), f => f.GetProperty("code").GetString() == code);
    }

    [Fact]
    public void The_examples_obey_the_published_schemas()
    {
        Valid("biopsies.schema.json", Repository.Read("docs/examples/biopsies.json"));
        Valid("biopsy.schema.json", Repository.Read("docs/examples/biopsy.json"));
    }

    private static VirtualBiopsies Write(TempFolder folder, Action<JsonObject, int>? spoil = null)
    {
        var study = VirtualBiopsies.Of(new VirtualBiopsyOptions { Patients = Patients, BiopsiesEach = 4, PlaceSdMm = 2 });
        for (var p = 0; p < Patients; p++)
        {
            var map = study.Maps[p];
            var stem = $"p{p + 1}/derivatives/etalon/sub-P{p + 1}/ses-1/adc/sub-P{p + 1}_ses-1";
            folder.Write($"{stem}_ADCmap.nii.gz", NiftiWriter.Encode(map.Value));
            folder.Write($"{stem}_desc-u_ADCmap.nii.gz", NiftiWriter.Encode(map.U));
            folder.Write($"{stem}_ADCmap.json", """{"Units":"mm2/s"}""");
            var list = new JsonArray();
            for (var b = 0; b < study.Places[p].Count; b++)
            {
                var reading = study.Readings[4 * p + b];
                var entry = new JsonObject
                {
                    ["id"] = reading.Id,
                    ["time"] = $"2024-03-0{b + 1}T09:10:00+01:00",
                    ["location"] = new JsonObject { ["mm"] = new JsonArray([.. study.Places[p][b].Mm.Select(m => (JsonNode)m)]), ["sd_mm"] = new JsonObject { ["navigation"] = 1.2, ["brain_shift"] = 1.6 } },
                    ["pathology"] = new JsonObject { ["cellularity"] = new JsonObject { ["value"] = reading.Pathology, ["u"] = reading.PathologyU, ["unit"] = "/mm2" } },
                };
                spoil?.Invoke(entry, p);
                list.Add(entry);
            }

            folder.Write($"p{p + 1}/biopsies.json", new JsonObject { ["biopsies"] = list }.ToJsonString());
        }

        var g = study.Maps[0].Value.Grid;
        float[] inside = [.. Enumerable.Range(0, g.Count).Select(n => n % g.Nx is > 8 and < 20 && n / g.Nx % g.Ny is > 8 and < 18 && n / g.Nx / g.Ny is > 3 and < 11 ? 1f : 0f)];
        folder.Write("mask.nii.gz", NiftiWriter.Encode(new Volume(g, inside, null)));
        return study;
    }

    private static CommandResult Fit(TempFolder folder, string output, params string[] more) => EtalonCommand.Run(
        ["biopsy", "fit", .. Enumerable.Range(1, Patients).Select(p => folder[string.Create(CultureInfo.InvariantCulture, $"p{p}")]), .. more.Contains("--pathology") ? [] : new[] { "--pathology", "cellularity" }, .. more, "--voxels-per-draw", "1", "--json", "-o", folder[output]]);

    private static void Valid(string schema, string text)
    {
        using var of = JsonDocument.Parse(Repository.Read($"docs/schemas/{schema}"));
        using var json = JsonDocument.Parse(text);
        Assert.Empty(SchemaCheck.Violations(json.RootElement, of.RootElement));
    }
}
