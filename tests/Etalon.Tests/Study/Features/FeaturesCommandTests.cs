using System.Globalization;
using System.Text.Json;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Study.Features;
using Etalon.Tests.Assays.Radiomics;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study.Features;

/// <summary><c>etalon features</c> as a command.</summary>
public sealed class FeaturesCommandTests
{
    [Fact]
    public void The_digital_phantom_gives_its_table_and_a_sidecar_that_holds_to_the_schema()
    {
        using var folder = new TempFolder();
        var output = folder["out/phantom.csv"];
        string[] call =
        [
            "features", "--image", SharedData.Path("metrology", "ibsi1", "digital_phantom_image.nii.gz"), "--mask", "gtv=" + SharedData.Path("metrology", "ibsi1", "digital_phantom_mask.nii.gz"),
            "--settings", "ibsi-digital", "--assume", "unit=[arb'U]", "--replicates", "2", "-o", output,
        ];
        var run = EtalonCommand.Run(call);
        Assert.True(run.Exit == 0, run.ToString());
        var rows = Rows(output);
        Assert.Equal(482, rows.Count);
        // Mean of the phantom: 2.15, in the unit that was stated; an uncertainty from each source.
        var mean = rows.Single(r => r["tag"] == "stat_mean");
        Assert.Equal(("image", "1", "gtv", "Q4LE", "[arb'U]", "ok"), (mean["subject"], mean["visit"], mean["region"], mean["ibsi_id"], mean["unit"], mean["status"]));
        Assert.Equal(2.15, Number(mean["value"]), 0.005);
        Assert.All(new[] { "u", "u_contour", "u_resampling" }, c => Assert.True(Number(mean[c]) > 0));
        Holds(folder["out/phantom.json"]);
        Assert.Equal(2, EtalonCommand.Run(call).Exit);
        Assert.Equal(0, EtalonCommand.Run([.. call, "--force"]).Exit);
    }

    [Fact]
    public void A_folder_of_sessions_gives_rows_for_each_and_repeatability_from_those_that_were_repeated()
    {
        using var bids = new Sessions();
        var output = bids["features.csv"];
        var run = EtalonCommand.Run("features", bids.Folder, "-o", output, "--replicates", "3", "--region", "gtv", "--json");
        Assert.True(run.Exit == 0, run.ToString());
        var rows = Rows(output);
        Assert.Equal(["1", "1", "2", "2"], rows.Where(r => r["tag"] == "stat_mean").Select(r => r["visit"]).Order(StringComparer.Ordinal));
        Assert.Equal(["ADCmap", "T1map"], rows.Select(r => r["image"]).Distinct().Order(StringComparer.Ordinal));
        var mean = rows.First(r => r["tag"] == "stat_mean" && r["image"] == "ADCmap");
        // Values of the second session are 4 % higher: wCV = 0.04 / 1.02 / √2 = 2.77 %.
        Assert.Equal(2.77, Number(mean["wcv_percent"]), 0.02);
        Assert.Equal(("high", "1", "mm2/s", "adc"), (mean["repeatability"], mean["retest_pairs"], mean["unit"], mean["settings"]));
        Assert.Equal("s", rows.First(r => r["image"] == "T1map" && r["tag"] == "stat_mean")["unit"]);
        using var sidecar = JsonDocument.Parse(run.Out);
        Assert.Contains(sidecar.RootElement.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == FindingCodes.RetestPairsFew);
        // T1w has no unit: it is left out, and that is said.
        Assert.Contains(sidecar.RootElement.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == FindingCodes.UnitNotStated);
    }

    [Theory]
    [InlineData("empty", FindingCodes.MaskEmpty)]
    [InlineData("all", FindingCodes.MaskOneClass)]
    [InlineData("five", FindingCodes.RegionTooSmall)]
    [InlineData("outside", FindingCodes.MaskOutsideImage)]
    [InlineData("nan", FindingCodes.VoxelsNotFinite)]
    [InlineData("unitless", FindingCodes.UnitNotStated)]
    [InlineData("settings", FindingCodes.FeatureSettingsInvalid)]
    [InlineData("truncated", FindingCodes.FileTruncated)]
    [InlineData("nowhere", FindingCodes.ImageUnreadable)]
    public void What_cannot_be_measured_ends_with_status_3_a_finding_and_no_file(string how, string code)
    {
        using var folder = new TempFolder();
        var grid = new Grid(14, 12, 10, default, new Vector3(1.5, 0, 0), new Vector3(0, 1.2, 0), new Vector3(0, 0, 2));
        var values = Enumerable.Range(0, grid.Count).Select(n => how == "nan" && n == grid.Index(6, 6, 5) ? float.NaN : 1 + n % 7).ToArray();
        var inside = Enumerable.Range(0, grid.Count).Select(n => how switch
        {
            "empty" => false,
            "all" => true,
            "five" => n - grid.Index(5, 5, 5) is >= 0 and < 5,
            _ => n % 14 is > 3 and < 10 && n / 14 % 12 is > 3 and < 9 && n / 168 is > 2 and < 8,
        }).ToArray();
        var place = how == "outside" ? new Grid(14, 12, 10, new Vector3(500, 0, 0), grid.StepI, grid.StepJ, grid.StepK) : grid;
        var (image, mask) = (folder["image.nii.gz"], folder["mask.nii.gz"]);
        var bytes = NiftiWriter.Encode(new Volume(grid, values, null));
        File.WriteAllBytes(image, how == "truncated" ? bytes[..(bytes.Length / 2)] : bytes);
        File.WriteAllBytes(mask, NiftiWriter.Encode(place, Array.ConvertAll(inside, i => i ? (byte)1 : (byte)0)));
        string[] unit = how == "unitless" ? [] : ["--assume", "unit=1"];
        var run = EtalonCommand.Run(["features", "--image", how == "nowhere" ? folder["none.nii.gz"] : image, "--mask", mask, .. unit, "--settings", how == "settings" ? "none.json" : "relative", "-o", folder["out.csv"]]);
        Assert.True(run.Exit == 3, run.ToString());
        Assert.Contains(code, run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*out*"));
    }

    [Theory]
    [InlineData("features", "-o", "y.csv")]
    [InlineData("features", "x", "--image", "a.nii.gz", "--mask", "b.nii.gz", "-o", "y.csv")]
    [InlineData("features", "--image", "a.nii.gz", "-o", "y.csv")]
    [InlineData("features", "x", "-o", "y.json")]
    [InlineData("features", "x", "-o", "y.csv", "--replicates", "1")]
    [InlineData("features", "x", "-o", "y.csv", "--assume", "unit=furlong")]
    [InlineData("features", "x", "-o", "y.csv", "--retest", "1")]
    [InlineData("features", "x", "-o", "y.csv", "--contour-sd-mm", "-1")]
    public void Words_that_mean_nothing_are_wrong_usage(params string[] arguments)
    {
        var run = EtalonCommand.Run(arguments);
        Assert.True(run.Exit == 2, run.ToString());
        Assert.True(run.Error.Length > 0);
    }

    [Fact]
    public void The_example_holds_to_the_schema() => Holds(Path.Combine(Repository.Root, "docs", "examples", "features.json"));

    [Fact]
    public void Pairs_give_the_published_within_subject_standard_deviation()
    {
        // Differences of 2, −2 and 4 around 100: wSD = √(24 / 6) = 2; RC = 1.96 √2 · 2.
        var found = FeatureRepeatability.Of([(101, 99), (99, 101), (102, 98)])!;
        Assert.Equal((2.0, RepeatabilityClass.High, 3), (found.Wsd, found.Class, found.Pairs));
        Assert.Equal(5.544, found.Rc, 0.001);
        Assert.Equal(0.02, found.Wcv!.Value, 1e-6);
        Assert.Equal(RepeatabilityClass.Undetermined, FeatureRepeatability.Of([(1, -1)])!.Class);
        Assert.Equal(RepeatabilityClass.Low, FeatureRepeatability.Of([(1, 2)])!.Class);
        Assert.Null(FeatureRepeatability.Of([]));
    }

    private static List<Dictionary<string, string>> Rows(string path)
    {
        var lines = File.ReadAllLines(path).Select(IbsiReference.Cells).ToList();
        return lines.Skip(1).Select(l => lines[0].Zip(l).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal)).ToList();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static void Holds(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/features.schema.json"));
        Assert.Empty(SchemaCheck.Violations(document.RootElement, schema.RootElement));
    }

    /// <summary>Two sessions of one person who was scanned twice: an ADC map with its uncertainty, a T1 map among the derivatives, an image without a unit, two regions.</summary>
    private sealed class Sessions : IDisposable
    {
        private readonly TempFolder _folder = new();

        public Sessions()
        {
            Write("dataset_description.json", """{"Name":"small","BIDSVersion":"1.9.0"}"""u8.ToArray());
            Write("etalon.json", """{"test_retest":[{"subject":"X1","sessions":["1","2"]}]}"""u8.ToArray());
            var grid = new Grid(20, 18, 12, new Vector3(3, 4, 5), new Vector3(1.5, 0, 0), new Vector3(0, 1.2, 0), new Vector3(0, 0, 2));
            foreach (var session in new[] { 1, 2 })
            {
                var (folder, stem) = ($"sub-X1/ses-{session}", $"sub-X1_ses-{session}");
                var scale = session == 1 ? 1 : 1.04f;
                var values = Enumerable.Range(0, grid.Count).Select(n => scale * (1e-3f + 1e-5f * (n * 7 % 23))).ToArray();
                Write($"{folder}/dwi/{stem}_ADCmap.nii.gz", NiftiWriter.Encode(new Volume(grid, values, null)));
                Write($"{folder}/dwi/{stem}_desc-u_ADCmap.nii.gz", NiftiWriter.Encode(new Volume(grid, [.. values.Select(_ => 1e-5f)], null)));
                Write($"{folder}/dwi/{stem}_ADCmap.json", """{"Units":"mm2/s"}"""u8.ToArray());
                Write($"{folder}/anat/{stem}_T1w.nii.gz", NiftiWriter.Encode(new Volume(grid, values, null)));
                Write($"derivatives/etalon/{folder}/t1/{stem}_T1map.nii.gz", NiftiWriter.Encode(new Volume(grid, [.. values.Select(v => 1000 * v)], null)));
                Write($"derivatives/etalon/{folder}/t1/{stem}_T1map.json", """{"Units":"s"}"""u8.ToArray());
                foreach (var (label, radius) in new[] { ("gtv", 8.0), ("other", 5.0) })
                {
                    var inside = Enumerable.Range(0, grid.Count).Select(n => (grid.ToPatient(n % 20, n / 20 % 18, n / 360) - grid.ToPatient(9.7, 8.2, 5.6)).Length < radius ? (byte)1 : (byte)0).ToArray();
                    Write($"derivatives/masks/{folder}/{stem}_label-{label}_mask.nii.gz", NiftiWriter.Encode(grid, inside));
                }
            }
        }

        public string Folder => _folder["study"];

        public string this[string name] => _folder[name];

        public void Dispose() => _folder.Dispose();

        private void Write(string name, byte[] content)
        {
            var path = Path.Combine(Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }
}
