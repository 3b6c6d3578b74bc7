using System.Globalization;
using System.Text.Json;
using Etalon.Comparability.Calibration;
using Etalon.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Comparability.Ledger;

/// <summary><c>etalon compare</c> as a user would run it.</summary>
public sealed class CompareCommandTests
{
    private const int Slices = 3;

    [Theory]
    [InlineData("EchoTime")]
    [InlineData("SoftwareVersions")]
    [InlineData("DiffusionBValue")]
    [InlineData("DeviceSerialNumber")]
    public void A_planted_difference_of_dicom_objects_is_ranked_first(string planted)
    {
        using var folder = new TempFolder();
        Session(folder, "a");
        Session(folder, "b", date: "20240901", planted: planted);
        var c = Only(Json(folder, "compare", "a", "b", "--for", "adc.mean", "--json"));
        Assert.Equal(planted, c.GetProperty("differences")[0].GetProperty("attribute").GetString());
        Assert.Equal(1, c.GetProperty("differences").GetArrayLength());
        // Another state that nobody calibrated.
        Assert.Contains(c.GetProperty("grade").GetString(), (string[])["C", "D"]);
        Assert.False(c.GetProperty("same_state").GetBoolean());
        var text = EtalonCommand.Run(folder.Path, ["compare", "a", "b", "--for", "adc.mean"]);
        Assert.Contains(planted, text.Out, StringComparison.Ordinal);
        Assert.Contains("lift", text.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Jane", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Identical_sessions_on_two_days_differ_in_nothing_and_are_of_one_state()
    {
        using var folder = new TempFolder();
        Session(folder, "a");
        Session(folder, "b", date: "20240901");
        var c = Only(Json(folder, "compare", "a", "b", "--for", "adc", "--json"));
        Assert.Empty(c.GetProperty("differences").EnumerateArray());
        Assert.True(c.GetProperty("same_state").GetBoolean());
        Assert.Equal("A", c.GetProperty("grade").GetString());
    }

    [Fact]
    public void One_folder_gives_the_matrix_of_its_visits_and_a_visit_can_be_chosen()
    {
        using var folder = new TempFolder();
        Session(folder, "in/1");
        Session(folder, "in/2", date: "20240512");
        Session(folder, "in/3", date: "20240901", planted: "SoftwareVersions");
        var all = Json(folder, "compare", "in", "--for", "adc", "--json");
        Assert.Equal(3, all.GetProperty("rows").GetArrayLength());
        // An upgrade of a scanner that nobody calibrated is C at best.
        Assert.Equal(["A", "C", "C"], all.GetProperty("comparisons").EnumerateArray().Select(c => c.GetProperty("grade").GetString()!).Order());
        var chosen = Only(Json(folder, "compare", "in#1", "in#3", "--for", "adc", "--json"));
        Assert.EndsWith("/3", chosen.GetProperty("to").GetString(), StringComparison.Ordinal);
        Assert.Contains("·", EtalonCommand.Run(folder.Path, ["compare", "in", "--for", "adc"]).Out, StringComparison.Ordinal);
        var none = EtalonCommand.Run(folder.Path, ["compare", "in#9", "in#1", "--for", "adc"]);
        Assert.Equal(3, none.Exit);
        Assert.Contains("no visit '9'", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_summary_names_nobody_and_compares_as_the_images_do()
    {
        using var folder = new TempFolder();
        Session(folder, "a");
        Session(folder, "b", date: "20240901", planted: "EchoTime");
        Assert.Equal(0, EtalonCommand.Run(folder.Path, ["compare", "a", "--export", "a.json"]).Exit);
        var text = File.ReadAllText(folder["a.json"]);
        Assert.All(["Doe", "Jane", "P1", "2024", "45123", "1.2.3"], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Valid("acquisition-summary.schema.json", text);
        var (direct, summary) = (Only(Json(folder, "compare", "a", "b", "--for", "adc", "--json")), Only(Json(folder, "compare", "a.json", "b", "--for", "adc", "--json")));
        foreach (var name in new[] { "grade", "q", "u_mismatch", "state_from", "state_to", "differences" })
        {
            Assert.True(JsonElement.DeepEquals(direct.GetProperty(name), summary.GetProperty(name)), $"{name}: {direct.GetProperty(name)} and {summary.GetProperty(name)}");
        }

        // The same device is found again, also between two summaries.
        Assert.Equal("A", Only(Json(folder, "compare", "a.json", "a", "--for", "adc", "--json")).GetProperty("grade").GetString());
        Assert.Equal("A", Only(Json(folder, "compare", "a.json", "a.json", "--for", "adc", "--json")).GetProperty("grade").GetString());
        // The output of a run holds such a summary.
        folder.Write("run/results.json", "{}");
        Assert.Equal(3, EtalonCommand.Run(folder.Path, ["compare", "run", "b", "--for", "adc"]).Exit);
        folder.Write("run/acquisitions.json", text);
        Assert.True(JsonElement.DeepEquals(summary, Only(Json(folder, "compare", "run", "b", "--for", "adc", "--json"))));
        // A file is not replaced unasked, and one that is no summary never.
        Assert.Equal(2, EtalonCommand.Run(folder.Path, ["compare", "a", "--export", "a.json"]).Exit);
        Assert.Equal(0, EtalonCommand.Run(folder.Path, ["compare", "a", "--export", "a.json", "--force"]).Exit);
        folder.Write("other.json", "{}");
        Assert.Equal(2, EtalonCommand.Run(folder.Path, ["compare", "a", "--export", "other.json", "--force"]).Exit);
        Assert.Equal("{}", File.ReadAllText(folder["other.json"]));
    }

    [Fact]
    public void Sessions_of_a_bids_data_set_compare_by_their_sidecars()
    {
        using var folder = new TempFolder();
        folder.Write("study/dataset_description.json", "{\"Name\":\"x\",\"BIDSVersion\":\"1.9.0\"}");
        foreach (var (session, te) in new[] { ("1", "0.08"), ("2", "0.1") })
        {
            var stem = $"study/sub-A/ses-{session}/dwi/sub-A_ses-{session}_dwi";
            folder.Write(stem + ".nii", [1, 2, 3]);
            folder.Write(stem + ".bval", "0 500 1000");
            folder.Write(stem + ".json", $$"""{"Manufacturer":"SIEMENS","ManufacturersModelName":"Skyra","DeviceSerialNumber":"45123","SoftwareVersions":"VE11C","MagneticFieldStrength":3,"EchoTime":{{te}},"RepetitionTime":5}""");
        }

        foreach (var arguments in new[] { new[] { "study" }, ["study#1", "study#2"], ["study/sub-A/ses-1", "study/sub-A/ses-2"], ["study/sub-A"] })
        {
            var c = Only(Json(folder, ["compare", .. arguments, "--for", "adc", "--json"]));
            Assert.Equal(("sub-A/ses-1", "sub-A/ses-2"), (c.GetProperty("from").GetString(), c.GetProperty("to").GetString()));
            Assert.Equal("EchoTime", c.GetProperty("differences")[0].GetProperty("attribute").GetString());
            Assert.DoesNotContain(c.GetProperty("unknown").EnumerateArray(), u => u.GetProperty("attribute").GetString() == "DiffusionBValue");
        }
    }

    [Fact]
    public void A_calibration_of_both_states_lifts_the_grade()
    {
        using var folder = new TempFolder();
        Session(folder, "a");
        Session(folder, "b", date: "20240901", planted: "DeviceSerialNumber");
        var before = Only(Json(folder, "compare", "a", "b", "--for", "adc", "--json"));
        var (a, b) = (before.GetProperty("state_from").GetString(), before.GetProperty("state_to").GetString());
        StateCalibration Line(string state) => new()
        {
            State = state, Measurand = "adc", Unit = "1e-3.mm2/s", Gain = 1.01, Offset = 0, Terms = [new CalibrationTerm("level", $"calibration:{state}:level", 0.005, 0, ComponentKind.A, 8)],
            ValidFrom = new DateOnly(2024, 1, 5), Lowest = 0.5, Highest = 1.5, Method = "test/1",
        };
        folder.Write("cal.json", CalibrationFile.Write(new CalibrationRecord("0", "adc", "1e-3.mm2/s", "phantom", [Line(a!), Line(b!)], [], [], 0.01, 0.01, [])));
        var after = Only(Json(folder, "compare", "a", "b", "--for", "adc", "--calibration", "cal.json", "--json"));
        Assert.True(after.GetProperty("calibrated").GetBoolean());
        Assert.True(after.GetProperty("u_mismatch").GetDouble() < before.GetProperty("u_mismatch").GetDouble());
        // A summary hides the serial numbers and states the keys: the calibration holds for it too.
        Assert.Equal(0, EtalonCommand.Run(folder.Path, ["compare", "a", "--export", "a.json"]).Exit);
        Assert.True(Only(Json(folder, "compare", "a.json", "b", "--for", "adc", "--calibration", "cal.json", "--json")).GetProperty("calibrated").GetBoolean());
        folder.Write("bad.json", """{"states":[{"state":"x"}]}""");
        Assert.Equal(3, EtalonCommand.Run(folder.Path, ["compare", "a", "b", "--for", "adc", "--calibration", "bad.json"]).Exit);
    }

    [Fact]
    public void A_ledger_of_ones_own_is_used_and_a_wrong_one_refused_with_its_line()
    {
        using var folder = new TempFolder();
        Session(folder, "a");
        Session(folder, "b", planted: "EchoTime");
        folder.Write("mine.txt", "# mine\nadc|EchoTime|ratio|power|exponent=-1|0.05..0.12|2|s|te|K|own measurement|own\n");
        var c = Only(Json(folder, "compare", "a", "b", "--for", "adc", "--ledger", "mine.txt", "--json"));
        Assert.Equal(-Math.Log(100.0 / 80), c.GetProperty("differences")[0].GetProperty("effect").GetProperty("mean").GetDouble(), 1e-9);
        folder.Write("wrong.txt", "adc|EchoTime|ratio|power|exponent=-1|0.05..0.12|2|s|te|K||own\n");
        var run = EtalonCommand.Run(folder.Path, ["compare", "a", "b", "--for", "adc", "--ledger", "wrong.txt"]);
        Assert.Equal(3, run.Exit);
        Assert.Contains("wrong.txt, line 1", run.Error, StringComparison.Ordinal);
        Assert.Contains("no source", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "compare", "a")]
    [InlineData(2, "compare", "a", "a", "a", "--for", "adc")]
    [InlineData(2, "compare", "a", "--for", "beauty")]
    [InlineData(2, "compare", "a", "--for", "dose")]
    [InlineData(2, "compare", "a", "a", "--for", "adc", "--lesion-mm", "0")]
    [InlineData(2, "compare", "a", "a", "--for", "adc", "--value", "-1")]
    [InlineData(3, "compare", "a", "--for", "adc")]
    [InlineData(3, "compare", "a", "nowhere", "--for", "adc")]
    [InlineData(3, "compare", "a", "empty", "--for", "adc")]
    [InlineData(3, "compare", "a", "junk.json", "--for", "adc")]
    [InlineData(3, "compare", "a", "list.json", "--for", "adc")]
    [InlineData(3, "compare", "a", "a", "--for", "suvbw")]
    [InlineData(3, "compare", "a", "a", "--for", "adc", "--ledger", "nowhere.txt")]
    public void What_cannot_be_used_is_told(int exit, params string[] arguments)
    {
        using var folder = new TempFolder();
        Session(folder, "a");
        Directory.CreateDirectory(folder["empty"]);
        folder.Write("junk.json", "{ \"schema\": ");
        folder.Write("list.json", "{ \"schema\": \"etalon-acquisition-summary-1\", \"visits\": [ { \"id\": 3 } ] }");
        var run = EtalonCommand.Run(folder.Path, arguments);
        Assert.True(run.Exit == exit, run.ToString());
        Assert.NotEmpty(run.Error);
        Assert.DoesNotContain("Etalon failed", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_examples_obey_the_published_schemas()
    {
        Valid("comparison.schema.json", Repository.Read("docs/examples/comparison.json"));
        Valid("acquisition-summary.schema.json", Repository.Read("docs/examples/acquisition-summary.json"));
    }

    [Fact]
    public void Every_visit_of_the_reference_data_is_compared_with_every_other()
    {
        using var folder = new TempFolder();
        var data = SharedData.Path("dicom", "dwi-philips");
        var run = EtalonCommand.Run(folder.Path, ["compare", data, SharedData.Path("dicom", "dwi-ge-mr750"), "--for", "adc", "--json"]);
        Assert.True(run.Exit == 0, run.ToString());
        Valid("comparison.schema.json", run.Out);
        using var json = JsonDocument.Parse(run.Out);
        // Two makers, no serial numbers in these headers: never A or B.
        Assert.All(json.RootElement.GetProperty("comparisons").EnumerateArray(), c =>
        {
            Assert.Contains(c.GetProperty("grade").GetString(), (string[])["D", "X"]);
            Assert.Contains(c.GetProperty("differences").EnumerateArray(), d => d.GetProperty("attribute").GetString() == "Manufacturer");
        });
    }

    private static JsonElement Only(JsonElement result) => Assert.Single(result.GetProperty("comparisons").EnumerateArray());

    private static JsonElement Json(TempFolder folder, params string[] arguments)
    {
        var run = EtalonCommand.Run(folder.Path, arguments);
        Assert.True(run.Exit == 0, run.ToString());
        Valid("comparison.schema.json", run.Out);
        using var json = JsonDocument.Parse(run.Out);
        return json.RootElement.Clone();
    }

    private static void Valid(string schemaName, string text)
    {
        using var schema = JsonDocument.Parse(Repository.Read($"docs/schemas/{schemaName}"));
        using var json = JsonDocument.Parse(text);
        Assert.Empty(SchemaCheck.Violations(json.RootElement, schema.RootElement));
    }

    /// <summary>A diffusion series of three slices under b of 0 and 1000 with a whole header; one value of it changed.</summary>
    private static void Session(TempFolder folder, string into, string date = "20240312", string? planted = null)
    {
        var values = new Dictionary<string, string>
        {
            ["DeviceSerialNumber"] = "45123", ["SoftwareVersions"] = "VE11C", ["EchoTime"] = "80", ["DiffusionBValue"] = "1000",
        };
        var changed = new Dictionary<string, string> { ["DeviceSerialNumber"] = "45999", ["SoftwareVersions"] = "VE11E", ["EchoTime"] = "100", ["DiffusionBValue"] = "1500" };
        if (planted is not null)
        {
            values[planted] = changed[planted];
        }

        for (var n = 0; n < 2 * Slices; n++)
        {
            var (volume, slice) = (n / Slices, n % Slices);
            var instance = new SyntheticObject
            {
                StudyDate = date, SeriesUid = $"1.2.3.{date}.7", Uid = $"1.2.3.{date}.7.{n + 1}", InstanceNumber = n + 1, Position = SyntheticObject.At(slice), PatientId = "P1",
                BValue = volume == 0 ? 0 : double.Parse(values["DiffusionBValue"], CultureInfo.InvariantCulture),
                // No two slices alike, or they would be told as copies.
                Stored = [.. Enumerable.Range(0, SyntheticObject.Columns * SyntheticObject.Rows).Select(v => (ushort)(100 * n + 7 * v + 1))],
                More = b => b.Text(Tags.Manufacturer, "LO", "SIEMENS").Text(Tags.ManufacturerModelName, "LO", "Skyra").Text(Tags.DeviceSerialNumber, "LO", values["DeviceSerialNumber"])
                    .Text(Tags.SoftwareVersions, "LO", values["SoftwareVersions"]).Text(Tags.EchoTime, "DS", values["EchoTime"]).Text(Tags.RepetitionTime, "DS", "5000").Text(Tags.MagneticFieldStrength, "DS", "3")
                    .Text(Tags.SliceThickness, "DS", "2.2").Text(Tags.NumberOfAverages, "DS", "2").Text(Tags.PixelBandwidth, "DS", "1500").Text(Tags.ScanningSequence, "CS", "EP").Text(Tags.DiffusionDirectionality, "CS", "ISOTROPIC"),
            };
            folder.Write($"{into}/{n:00}.dcm", instance.ToFile());
        }
    }
}
