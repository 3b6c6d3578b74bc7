using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>results.json of the small demo, held against FORMATS.md.</summary>
public sealed class ResultsJsonTests(DemoStudy demo)
{
    private static readonly string[] Lists = ["measurements", "changes", "comparisons", "parameters", "forecasts", "options", "assumptions", "findings", "sources"];

    [Fact]
    public void It_says_its_schema_its_version_its_subject_and_holds_every_list()
    {
        var json = demo.Results();
        Assert.Equal("etalon-results-1", json.GetProperty("schema").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+$", json.GetProperty("etalon").GetString()!);
        Assert.False(string.IsNullOrEmpty(json.GetProperty("subject").GetString()));
        Assert.All(Lists, name => Assert.Equal(JsonValueKind.Array, json.GetProperty(name).ValueKind));
        Assert.All(["measurements", "changes", "comparisons", "sources"], name => Assert.NotEqual(0, json.GetProperty(name).GetArrayLength()));
    }

    [Fact]
    public void It_obeys_its_published_schema()
    {
        var schema = Path.Combine(Repository.Root, "docs", "schemas", "results.schema.json");
        Assert.SkipUnless(File.Exists(schema), "docs/schemas/results.schema.json is not there.");
        using var document = JsonDocument.Parse(File.ReadAllBytes(schema));
        Assert.Empty(SchemaCheck.Violations(demo.Results(), document.RootElement));
    }

    [Fact]
    public void Every_measurement_has_unit_uncertainty_budget_method_inputs_and_provenance()
    {
        var measurements = demo.Results().GetProperty("measurements").EnumerateArray().ToList();
        Assert.Equal(measurements.Count, measurements.Select(m => m.GetProperty("id").GetString()).Distinct().Count());
        Assert.All(measurements, m =>
        {
            Assert.All(["id", "subject", "visit", "measurand", "unit", "status", "method", "acquisition"], field => Assert.False(string.IsNullOrEmpty(m.GetProperty(field).GetString()), field));
            Assert.NotEqual(0, m.GetProperty("inputs").GetArrayLength());
            Assert.All(m.GetProperty("inputs").EnumerateArray(), i => Assert.Matches("^[0-9a-f]{64}$", i.GetString()!));
            Assert.Matches("mask|point|whole", m.GetProperty("region").GetProperty("kind").GetString()!);
            if (m.GetProperty("status").GetString() != "ok")
            {
                Assert.All(["value", "u", "interval"], field => Assert.Equal(JsonValueKind.Null, m.GetProperty(field).ValueKind));
                return;
            }

            var (value, u) = (m.GetProperty("value").GetDouble(), m.GetProperty("u").GetDouble());
            var interval = m.GetProperty("interval");
            Assert.True(u > 0, "u");
            Assert.InRange(value, interval.GetProperty("lower").GetDouble(), interval.GetProperty("upper").GetDouble());
            Assert.InRange(interval.GetProperty("coverage").GetDouble(), 0.5, 1);
            // The budget is the uncertainty: components of one group add before they are squared.
            var parts = m.GetProperty("components").EnumerateArray().ToList();
            var sum = parts.GroupBy(c => c.GetProperty("group").GetString() ?? c.GetRawText()).Sum(g => Math.Pow(g.Sum(c => c.GetProperty("u").GetDouble()), 2));
            Assert.Equal(1, Math.Sqrt(sum) / u, 1e-9); // rounding of doubles
            Assert.All(parts, c => Assert.Matches("^[AB]$", c.GetProperty("kind").GetString()!));
        });
    }

    [Theory]
    [InlineData("volume", "mL")]
    [InlineData("adc", "mm2/s")]
    [InlineData("diameter", "mm")]
    public void A_measurand_has_the_unit_that_FORMATS_binds(string measurand, string unit)
    {
        var all = demo.Results().GetProperty("measurements").EnumerateArray().Where(m => m.GetProperty("measurand").GetString()!.Split('.')[0] == measurand).ToList();
        Assert.NotEmpty(all);
        Assert.All(all, m => Assert.Equal(unit, m.GetProperty("unit").GetString()));
    }

    [Fact]
    public void The_inputs_are_the_hashes_of_files_that_are_there()
    {
        var hashes = Directory.EnumerateFiles(Path.Combine(demo.Output, "patient"), "*.nii.gz", SearchOption.AllDirectories)
            .Select(f => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))).ToHashSet();
        Assert.All(demo.Results().GetProperty("measurements").EnumerateArray().SelectMany(m => m.GetProperty("inputs").EnumerateArray()), i => Assert.Contains(i.GetString()!, hashes));
    }

    [Fact]
    public void A_change_is_the_ratio_of_the_measurements_that_it_names()
    {
        var json = demo.Results();
        var values = json.GetProperty("measurements").EnumerateArray().Where(m => m.GetProperty("status").GetString() == "ok").ToDictionary(m => m.GetProperty("id").GetString()!, m => m.GetProperty("value").GetDouble());
        var changes = json.GetProperty("changes").EnumerateArray().ToList();
        Assert.NotEmpty(changes);
        Assert.All(changes, c =>
        {
            string Id(string end) => $"{c.GetProperty(end).GetString()}/{c.GetProperty("region").GetString()}/{c.GetProperty("measurand").GetString()}";
            var ratio = c.GetProperty("log_ratio").GetDouble();
            Assert.Equal(Math.Log(values[Id("to")] / values[Id("from")]), ratio, 1e-9); // rounding of doubles
            Assert.InRange(ratio, c.GetProperty("interval").GetProperty("lower").GetDouble(), c.GetProperty("interval").GetProperty("upper").GetDouble());
            Assert.All(["p_increase", "p_wrong_direction"], p => Assert.InRange(c.GetProperty(p).GetDouble(), 0, 1));
            Assert.Matches("^(increase|decrease|undetermined)$", c.GetProperty("verdict").GetString()!); // no --mic, so never equivalent
            Assert.Matches("^[ABCDX]$", c.GetProperty("grade").GetString()!);
            Assert.False(string.IsNullOrEmpty(c.GetProperty("limiting_term").GetString()));
        });
    }

    [Fact]
    public void Nothing_that_was_written_names_this_machine_a_path_or_a_clock()
    {
        string[] forbidden = [Environment.MachineName, Path.GetTempPath().TrimEnd('/') + "/", Repository.Root, "/ro" + "ot/", "/ho" + "me/", Environment.UserName + "@", DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)];
        foreach (var file in Directory.EnumerateFiles(demo.Output, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".gz", StringComparison.Ordinal)))
        {
            var text = File.ReadAllText(file);
            Assert.All(forbidden.Where(f => f.Length > 3), word => Assert.False(Own(file, text).Contains(word, StringComparison.Ordinal), $"{Path.GetFileName(file)} holds '{word}'"));
        }
    }

    [Fact]
    public void No_name_of_a_patient_is_in_anything_that_was_written()
    {
        using var patient = new SmallPatient();
        var path = Path.Combine(patient.Folder, "Jane Q. Public b1961x.json");
        File.Move(patient.Save(), path);
        using var folder = new TempFolder();
        Assert.Equal(0, EtalonCommand.Run(folder.Path, ["run", path, "-o", "out"]).Exit);
        foreach (var file in Directory.EnumerateFiles(folder["out"], "*", SearchOption.AllDirectories))
        {
            var content = file.EndsWith(".gz", StringComparison.Ordinal) ? "" : File.ReadAllText(file);
            Assert.DoesNotContain("Jane", file + content, StringComparison.Ordinal);
            Assert.DoesNotContain("b1961x", file + Own(file, content), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_findings_file_is_the_findings_of_the_results()
    {
        using var findings = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(demo.Output, "findings.json")));
        Assert.True(JsonElement.DeepEquals(findings.RootElement, demo.Results().GetProperty("findings")));
    }

    [Fact]
    public void The_acquisitions_beside_the_results_obey_their_schema_and_can_be_compared()
    {
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/acquisition-summary.schema.json"));
        using var acquisitions = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(demo.Output, "acquisitions.json")));
        Assert.Empty(SchemaCheck.Violations(acquisitions.RootElement, schema.RootElement));
        var run = EtalonCommand.Run("compare", demo.Output, "--for", "adc", "--json");
        Assert.True(run.Exit == 0, run.ToString());
        // The virtual scanner is upgraded between two visits: pairs of one software are A, others never A or B.
        Assert.All(JsonDocument.Parse(run.Out).RootElement.GetProperty("comparisons").EnumerateArray(), c =>
            Assert.Contains(c.GetProperty("grade").GetString(), c.GetProperty("same_state").GetBoolean() ? (string[])["A"] : ["C", "D", "X"]));
    }

    /// <summary>A report without its script, whose library names paths of its own.</summary>
    private static string Own(string file, string text) => file.EndsWith("report.html", StringComparison.Ordinal)
        ? Regex.Replace(Regex.Replace(text, "<script>\n.*?\n</script>", "", RegexOptions.Singleline, TimeSpan.FromSeconds(20)), "\"(nifti|still)\":\"[^\"]*\"", "", RegexOptions.None, TimeSpan.FromSeconds(20))
        : text;
}
