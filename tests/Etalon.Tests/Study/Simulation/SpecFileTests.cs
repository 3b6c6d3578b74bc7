using System.Text.Json.Nodes;
using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Simulation;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study.Simulation;

/// <summary>What a SPEC may say, and what is said of one that cannot be simulated as it may be meant.</summary>
public sealed class SpecFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<Finding> _findings = [];
    private readonly JsonObject _spec = JsonNode.Parse("""
        {
          "domain": "brain.nii.gz", "initial": "n0.nii.gz", "diffusivity_mm2_per_day": 0.1, "proliferation_per_day": 0.06,
          "radiotherapy": { "alpha_per_Gy": 0.05, "fractions": [ { "time_day": 2.34, "dose_Gy": 2 }, { "time_day": 3.36, "dose_Gy": 2 } ] },
          "drugs": [ { "name": "temozolomide", "sensitivity_per_day": 0.2, "decay_per_day": 9.242, "reference_amount": 150, "doses": [ { "time_day": 2.3, "amount": 150 } ] } ],
          "output_days": [0, 4.5]
        }
        """)!.AsObject();

    public SpecFileTests()
    {
        Image("brain.nii.gz", (i, j, k) => SmallGrid.InBrain(i, j, k) ? 1 : 0);
        Image("n0.nii.gz", (i, j, k) => SmallGrid.InTumour(i, j, k, 0.8) ? 0.7f : 0);
        Image("map.nii.gz", (i, j, k) => 0.1f + 0.01f * i + 0.002f * k);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_whole_spec_is_read_without_any_finding()
    {
        var spec = Read();

        Assert.NotNull(spec);
        Assert.Empty(_findings);
        Assert.Equal([_folder["brain.nii.gz"], _folder["n0.nii.gz"]], spec.Inputs);
        Assert.Equal([2.34, 3.36], spec.Schedule.Fractions.Select(f => f.Day));
    }

    [Theory]
    [InlineData("proliferation_per_day", "-0.01", "proliferation_per_day")]
    [InlineData("proliferation_per_day", "\"n0\\u0000.nii.gz\"", "proliferation_per_day")]
    [InlineData("proliferation_per_day", "true", "proliferation_per_day")]
    [InlineData("diffusivity_mm2_per_day", "[0.1]", "diffusivity_mm2_per_day")]
    [InlineData("diffusivity_mm2_per_day", "1e999", "diffusivity_mm2_per_day")]
    [InlineData("radiotherapy", "[]", "radiotherapy")]
    [InlineData("radiotherapy", """{ "alpha_per_Gy": -0.1, "fractions": [] }""", "alpha_per_Gy")]
    [InlineData("radiotherapy", """{ "alpha_per_Gy": 0.1, "alpha_beta_Gy": 0, "fractions": [] }""", "alpha_beta_Gy")]
    [InlineData("radiotherapy", """{ "alpha_per_Gy": 0.1, "fractions": [ { "time_day": 1, "dose_Gy": -2 } ] }""", "fractions, entry 1: dose_Gy")]
    [InlineData("radiotherapy", """{ "alpha_per_Gy": 0.1, "fractions": [ { "time_day": 1, "dose_gy": 2, "dose_Gy": 2 } ] }""", "fractions, entry 1")]
    [InlineData("radiotherapy", """{ "alpha_per_Gy": 0.1, "fractions": [ { "time_day": "1", "dose_Gy": 2 } ] }""", "time_day")]
    [InlineData("radiotherapy", """{ "alpha_per_Gy": 0.1, "repair_half_time_hours": 0, "fractions": [] }""", "repair_half_time_hours")]
    [InlineData("radiotherapy", """{ "alpha_per_Gy": 0.1, "oxygen_mmHg": -1, "fractions": [] }""", "oxygen_mmHg")]
    [InlineData("drugs", """[ { "name": "a", "sensitivity_per_day": -1, "decay_per_day": 1, "reference_amount": 1, "doses": [] } ]""", "sensitivity_per_day")]
    [InlineData("drugs", """[ { "name": "a", "sensitivity_per_day": 1, "decay_per_day": -1, "reference_amount": 1, "doses": [] } ]""", "decay_per_day")]
    [InlineData("drugs", """[ { "name": "a", "sensitivity_per_day": 1, "decay_per_day": 1, "reference_amount": 1, "doses": [ { "time_day": 1, "amount": -1 } ] } ]""", "doses, entry 1: amount")]
    [InlineData("drugs", """[ { "name": "a", "sensitivity_per_day": 1, "decay_per_day": 1, "doses": [] } ]""", "reference_amount")]
    [InlineData("surgery", """[ { "time_day": 1, "region": "brain.nii.gz", "removed": 1.5 } ]""", "removed")]
    [InlineData("surgery", """[ { "time_day": -1, "region": "brain.nii.gz" } ]""", "time_day")]
    [InlineData("output_days", "[-1, 4]", "output_days")]
    [InlineData("output_days", "[4, 4]", "output_days")]
    [InlineData("output_days", "30", "output_days")]
    [InlineData("initial", "null", "initial")]
    public void A_value_out_of_its_range_or_of_the_wrong_kind_is_an_error_that_names_its_place(string field, string value, string place)
    {
        _spec[field] = JsonNode.Parse(value);

        Assert.Null(Read());
        Assert.Contains(_findings, f => f.Severity == Severity.Error && f.About.StartsWith("SPEC", StringComparison.Ordinal) && f.About.Contains(place, StringComparison.Ordinal)
            && f.Expected.Length > 0 && f.Remedy.Length > 0);
    }

    [Theory]
    [InlineData("absent.nii.gz", "image-missing")]
    [InlineData("../map.nii.gz", "path-outside-folder")]
    [InlineData("/map.nii.gz", "path-outside-folder")]
    [InlineData("spec.json", "image-unreadable")]
    public void An_image_that_cannot_be_read_is_told_by_its_own_code(string path, string code)
    {
        _spec["capacity"] = path;

        Assert.Null(Read());
        var finding = Assert.Single(_findings, f => f.Severity == Severity.Error);
        Assert.Equal(code, finding.Code);
        Assert.Contains("SPEC: capacity", finding.About, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_faults_are_told_at_once()
    {
        _spec["capacity"] = -1;
        _spec["outputdays"] = 3;
        _spec["drugs"]![0]!["decay_per_day"] = -1;

        Assert.Null(Read());
        Assert.Equal(3, _findings.Count(f => f.Severity == Severity.Error));
    }

    [Theory]
    [InlineData("initial", "n0", "1", "%")]
    [InlineData("diffusivity_mm2_per_day", "map", "mm2/d", "mm2/s")]
    [InlineData("proliferation_per_day", "map", "/d", "/h")]
    public void A_unit_in_a_sidecar_that_is_not_the_specs_is_refused_and_its_own_is_taken(string field, string image, string right, string wrong)
    {
        _spec[field] = $"{image}.nii.gz";
        Assert.NotNull(Read());
        _folder.Write($"{image}.json", $$"""{ "Description": "a map", "Units": "{{right}}" }""");
        Assert.NotNull(Read());
        _folder.Write($"{image}.json", $$"""{ "Units": "{{wrong}}" }""");

        Assert.Null(Read());
        var finding = Assert.Single(_findings);
        Assert.Contains(field, finding.About, StringComparison.Ordinal);
        Assert.Contains(wrong, finding.Found, StringComparison.Ordinal);
        Assert.Contains($"in {right}", finding.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dose_map_in_centigray_and_a_pressure_in_another_unit_are_refused()
    {
        var radiotherapy = _spec["radiotherapy"]!.AsObject();
        radiotherapy["fractions"]![1]!["dose_map"] = "map.nii.gz";
        _folder.Write("map.json", """{ "Units": "cGy" }""");
        Assert.Null(Read());
        Assert.Contains("cGy", Assert.Single(_findings).Found, StringComparison.Ordinal);

        radiotherapy["fractions"]![1]!.AsObject().Remove("dose_map");
        radiotherapy["oxygen_mmHg"] = "map.nii.gz";
        Assert.Null(Read());
        _folder.Write("map.json", """{ "Units": "mm[Hg]" }""");
        Assert.NotNull(Read());
    }

    [Fact]
    public void A_duration_without_repair_and_a_fraction_before_the_start_are_told()
    {
        var radiotherapy = _spec["radiotherapy"]!.AsObject();
        radiotherapy["fractions"]![0]!["duration_minutes"] = 20;
        radiotherapy["fractions"]![1]!["time_day"] = -0.5;

        Assert.NotNull(Read());
        Assert.Equal(2, _findings.Count);
        Assert.All(_findings, f => Assert.Equal(Severity.Warning, f.Severity));
        Assert.Contains(_findings, f => f.Found.Contains("duration_minutes", StringComparison.Ordinal));
        Assert.Contains(_findings, f => f.Found.Contains("before day 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Fractions_that_overlap_are_refused_where_repair_makes_it_matter()
    {
        var radiotherapy = _spec["radiotherapy"]!.AsObject();
        radiotherapy["fractions"] = JsonNode.Parse("""[ { "time_day": 2.5, "dose_Gy": 2, "duration_minutes": 90 }, { "time_day": 2.55, "dose_Gy": 2 } ]""");
        radiotherapy["repair_half_time_hours"] = 1.5;

        Assert.Null(Read());
        Assert.Contains("day 2.55", Assert.Single(_findings).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void One_map_that_many_fractions_name_is_held_once()
    {
        foreach (var fraction in _spec["radiotherapy"]!["fractions"]!.AsArray())
        {
            fraction!["dose_map"] = "map.nii.gz";
        }

        var fractions = Read()!.Schedule.Fractions;
        Assert.Same(fractions[0].DoseMapGy, fractions[1].DoseMapGy);
    }

    [Fact]
    public void Where_pixdim_and_affine_disagree_pixdim_counts_and_a_finding_says_so()
    {
        // As in the reference patients: the affine states other spacings than pixdim.
        var affine = SmallGrid.Affine(1, 1, 1);
        foreach (var (name, value) in new (string, Func<int, int, int, float>)[] { ("brain.nii.gz", (i, j, k) => SmallGrid.InBrain(i, j, k) ? 1 : 0), ("n0.nii.gz", (i, j, k) => SmallGrid.InTumour(i, j, k, 0.8) ? 0.7f : 0) })
        {
            _folder.Write(name, (NiftiBytes.Of(SmallGrid.Fill(value)) with { Affine = affine }).Gzip());
        }

        var spec = Read();

        var spacing = spec!.Grid.SpacingMm;
        // The header holds single precision.
        Assert.Equal((SmallGrid.Dx, SmallGrid.Dy, SmallGrid.Dz), (Math.Round(spacing.X, 5), Math.Round(spacing.Y, 5), Math.Round(spacing.Z, 5)));
        Assert.Equal(FindingCodes.SpacingContradicted, Assert.Single(_findings).Code);
    }

    [Fact]
    public void An_output_folder_that_holds_an_image_of_the_spec_is_not_replaced()
    {
        _spec["initial"] = "out/N_day4.5.nii.gz";
        _folder.Write("out/N_day4.5.nii.gz", File.ReadAllBytes(_folder["n0.nii.gz"]));
        _folder.Write("out/summary.json", $"{{\n  \"schema\": \"{SimulationRun.Schema}\",\n  \"etalon\": \"0.0.0\"\n}}\n");
        var spec = Read()!;
        using var output = AtomicOutput.Begin(_folder["out"], force: true, _folder["spec.json"]);

        var refused = Assert.Throws<OutputException>(() => output.RequireOutside(spec.Inputs));

        Assert.Contains("'out' holds the input of this run", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{ \"domain\": \"a\", \"domain\": \"b\" }")]
    [InlineData("{ // a comment\n }")]
    public void Text_that_is_no_object_of_fields_is_told(string text)
    {
        _folder.Write("spec.json", text);

        try
        {
            Assert.Null(SpecFile.Read(_folder["spec.json"], false, 1, _findings));
            Assert.Contains(_findings, f => f.Severity == Severity.Error);
        }
        catch (CaseException e)
        {
            Assert.Equal(FindingCodes.JsonInvalid, e.Finding.Code);
        }
    }

    private SimulationSpec? Read()
    {
        _findings.Clear();
        return SpecFile.Read(_folder.Write("spec.json", _spec.ToJsonString()), allowOutside: false, threads: 1, _findings);
    }

    private void Image(string name, Func<int, int, int, float> value) => _folder.Write(name, NiftiBytes.Of(SmallGrid.Fill(value)).Gzip());
}
