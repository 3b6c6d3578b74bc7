using System.Text.Json;
using Etalon.Comparability;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cli;

/// <summary><c>etalon run --purpose</c>: what the report may claim, and the exit status that says it may not.</summary>
public sealed class RunPurposeTests(DemoStudy demo)
{
    /// <summary>A purpose that a fourfold growth would serve, whoever drew it on whatever scanner.</summary>
    private const string Lenient = """
        { "schema": "etalon-purpose-1", "id": "fourfold", "title": "Fourfold growth & more", "measurand": "volume", "decision": "Has it grown fourfold?", "direction": "increase",
          "minimal_important_change": { "percent": 900, "assumption": "for a test" }, "tolerated_risk": { "false_accept": 0.05, "false_reject": 0.2, "assumption": "for a test" }, "maxmum_age": {} }
        """;

    private sealed record Ran(CommandResult Command, JsonElement Results, JsonElement Model)
    {
        public JsonElement Fitness => Results.GetProperty("fitness");

        public JsonElement Answer => Model.GetProperty("answer");

        public string Sentence => Answer.GetProperty("sentence").GetString()!;

        public IEnumerable<string> Verdicts(string measurand) => Model.GetProperty("rows").EnumerateArray().Where(r => r.GetProperty("measurand").GetString() == measurand)
            .SelectMany(r => r.GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("verdict").GetString()).Append(r.GetProperty("verdict").GetString())).OfType<string>().Distinct();
    }

    /// <summary>Runs, and holds what was written against the schema; the page must be there whatever the verdict.</summary>
    private static Ran Run(string input, int exit, params string[] more)
    {
        using var around = new TempFolder();
        var run = EtalonCommand.Run(around.Path, ["run", input, "-o", "out", "--no-twin", .. more]);
        Assert.True(run.Exit == exit, run.ToString());
        using var results = JsonDocument.Parse(File.ReadAllBytes(around["out/results.json"]));
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/results.schema.json"));
        Assert.Empty(SchemaCheck.Violations(results.RootElement, schema.RootElement));
        var page = File.ReadAllText(around["out/report.html"]);
        const string Start = "id=\"etalon-model\">";
        var model = page[(page.IndexOf(Start, StringComparison.Ordinal) + Start.Length)..];
        using var json = JsonDocument.Parse(model[..model.IndexOf("</script>", StringComparison.Ordinal)]);
        return new Ran(run, results.RootElement.Clone(), json.RootElement.Clone());
    }

    private string Patient => Path.Combine(demo.Output, "patient");

    [Fact]
    public void A_study_that_bears_its_purpose_is_fit_and_its_seal_says_for_what()
    {
        // Two calibrated scanner states and 16 test-retest pairs: u of ADC is some 2 %, and 25 % is asked for.
        var ran = Run(Patient, 0, "--purpose", "adc-response");
        Assert.Equal(("adc-response", "adc.mean", "enhancing", "fit"), (
            ran.Fitness.GetProperty("purpose").GetString(), ran.Fitness.GetProperty("measurand").GetString(), ran.Fitness.GetProperty("region").GetString(), ran.Fitness.GetProperty("verdict").GetString()));
        Assert.True(ran.Fitness.GetProperty("may_claim").GetBoolean());
        Assert.All(ran.Fitness.GetProperty("reasons").EnumerateArray(), r => Assert.True(r.GetProperty("met").GetBoolean()));
        // ln(1 + 0.25) over U95, both written; the interval of the change, which is symmetric, is ± the same U95.
        var u95 = ran.Fitness.GetProperty("u95").GetDouble();
        var change = ran.Results.GetProperty("changes").EnumerateArray().Single(c => c.GetProperty("measurand").GetString() == "adc.mean" && c.GetProperty("region").GetString() == "enhancing" && c.GetProperty("from").GetString() == "1" && c.GetProperty("to").GetString() == "4");
        var interval = change.GetProperty("interval");
        Assert.Equal(0.5 * (interval.GetProperty("upper").GetDouble() - interval.GetProperty("lower").GetDouble()), u95, 1e-12); // rounding of doubles
        Assert.Equal(Math.Log(1.25) / u95, ran.Fitness.GetProperty("test_uncertainty_ratio").GetDouble(), 1e-9);
        Assert.Equal(Math.Abs(change.GetProperty("log_ratio").GetDouble()) > Math.Log(1.25), ran.Fitness.GetProperty("claims_important_change").GetBoolean());
        Assert.Contains("mean apparent diffusion coefficient of the enhancing tumour", ran.Sentence, StringComparison.Ordinal);
        Assert.Equal("fit", ran.Answer.GetProperty("seal").GetProperty("verdict").GetString());
        Assert.Equal(BuiltInPurposes.Find("adc-response").Purpose!.Title, ran.Answer.GetProperty("seal").GetProperty("purpose").GetString());
        Assert.DoesNotContain(ran.Verdicts("adc.mean"), v => v.Contains("not claimed", StringComparison.Ordinal));
        // What nobody published of the purpose stands among the assumptions, what somebody did among the sources.
        Assert.Contains(ran.Results.GetProperty("assumptions").EnumerateArray(), a => a.GetProperty("id").GetString() == "purpose-adc-response-minimal-important-change");
        Assert.Contains(ran.Results.GetProperty("sources").EnumerateArray(), s => s.GetProperty("id").GetString() == "jcgm-106");
    }

    [Fact]
    public void A_study_that_does_not_bear_its_purpose_exits_with_4_after_a_page_that_says_why_and_claims_no_change()
    {
        // An ADC map without any record of how it was acquired: grade D, and none of the attributes that the purpose needs.
        using var study = new SmallBids("X1", "enhancing", "1", "2");
        var ran = Run(study.Folder, 4, "--purpose", "adc-response");
        Assert.Equal(("unfit", false, JsonValueKind.Null), (ran.Fitness.GetProperty("verdict").GetString(), ran.Fitness.GetProperty("may_claim").GetBoolean(), ran.Fitness.GetProperty("claims_important_change").ValueKind));
        Assert.Contains("is not claimed", ran.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("%", ran.Sentence, StringComparison.Ordinal);
        var limit = ran.Answer.GetProperty("limit").GetString()!;
        Assert.All(["Found: grade D; no DiffusionBValue, DeviceSerialNumber, SoftwareVersions", "Expected: grade C or better", "Cheapest mend: Recover DiffusionBValue, DeviceSerialNumber, SoftwareVersions"], words => Assert.Contains(words, limit, StringComparison.Ordinal));
        var seal = ran.Answer.GetProperty("seal");
        Assert.Equal("unfit", seal.GetProperty("verdict").GetString());
        Assert.Contains(seal.GetProperty("reasons").EnumerateArray(), r => r.GetString()!.StartsWith("Cheapest mend: ", StringComparison.Ordinal));
        Assert.Equal(["not claimed: unfit for the purpose adc-response"], ran.Verdicts("adc.mean"));
        Assert.DoesNotContain(ran.Verdicts("volume"), v => v.Contains("not claimed", StringComparison.Ordinal));
        Assert.Contains(ran.Results.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == "unfit-for-purpose" && f.GetProperty("severity").GetString() == "error");
        Assert.Contains("Fitness: unfit for Response of a glioma by its mean ADC.", ran.Command.Out, StringComparison.Ordinal);

        // Without a purpose the same study is answered as ever.
        var plain = Run(study.Folder, 0);
        Assert.Equal(JsonValueKind.Null, plain.Fitness.ValueKind);
        Assert.Equal("telling whether this patient's tumour volume changed", plain.Answer.GetProperty("seal").GetProperty("purpose").GetString());
        Assert.DoesNotContain(plain.Verdicts("adc.mean"), v => v.Contains("not claimed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_volume_that_is_not_claimed_is_not_claimed_beside_the_diameters_either()
    {
        // Sidecars of the virtual scanner state no slice thickness, and no header of NIfTI does: the purpose asks for it.
        var ran = Run(Patient, 4, "--purpose", "volume-progression");
        Assert.Equal(["SliceThickness"], Absent(ran));
        Assert.NotEmpty(ran.Verdicts("volume"));
        Assert.All(ran.Verdicts("volume"), v => Assert.Equal("not claimed: unfit for the purpose volume-progression", v));
        Assert.All(ran.Model.GetProperty("rano").EnumerateArray(), r => Assert.Equal("", r.GetProperty("ours").GetString()));
    }

    [Fact]
    public void Attributes_that_a_DICOM_header_states_are_there_for_a_purpose_although_no_measurement_shows_them()
    {
        var ran = Run(Path.Combine(demo.Output, "patient-dicom"), 0, "--purpose", "volume-progression");
        Assert.True(ran.Fitness.GetProperty("may_claim").GetBoolean());
        Assert.True(ran.Fitness.GetProperty("claims_important_change").GetBoolean()); // it more than triples
        Assert.Matches("^The volume of the enhancing tumour rose by .* an important change for the stated purpose\\.$", ran.Sentence);
    }

    [Fact]
    public void A_purpose_from_a_file_is_used_its_unknown_field_is_told_and_no_claim_is_made_of_less_than_it_asks()
    {
        using var study = new SmallBids("X1", "enhancing", "1", "2");
        study.Write("../p.json", Lenient);
        var ran = Run(study.Folder, 0, "--purpose", Path.Combine(study.Around, "p.json"));
        Assert.True(ran.Fitness.GetProperty("may_claim").GetBoolean());
        Assert.False(ran.Fitness.GetProperty("claims_important_change").GetBoolean()); // 1.1³ is far from tenfold
        Assert.StartsWith("No important change of the volume of the enhancing tumour is claimed", ran.Sentence, StringComparison.Ordinal);
        Assert.Equal("Fourfold growth & more", ran.Answer.GetProperty("seal").GetProperty("purpose").GetString());
        Assert.Contains(ran.Results.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == "field-unknown" && f.GetProperty("found").GetString()!.Contains("maxmum_age", StringComparison.Ordinal));
    }

    [Fact]
    public void A_measurand_that_the_study_does_not_have_is_unfit_with_that_reason()
    {
        using var study = new SmallBids("X1", "enhancing", "1", "2");
        var ran = Run(study.Folder, 4, "--purpose", "suv-response");
        Assert.Equal("Nothing is claimed for the stated purpose: this study has no value of suvbw.peak.", ran.Sentence);
        var reason = Assert.Single(ran.Fitness.GetProperty("reasons").EnumerateArray());
        Assert.Equal(("measurand", false), (reason.GetProperty("criterion").GetString(), reason.GetProperty("met").GetBoolean()));
        Assert.All(["u95", "test_uncertainty_ratio", "from", "to", "unimportant"], name => Assert.Equal(JsonValueKind.Null, ran.Fitness.GetProperty(name).ValueKind));
    }

    [Fact]
    public void A_measurand_of_which_no_effect_of_acquiring_is_known_is_judged_too()
    {
        using var study = new SmallBids("X1", "enhancing", "1", "2");
        study.Write("../p.json", Lenient.Replace("\"volume\"", "\"diameter\"", StringComparison.Ordinal));
        var ran = Run(study.Folder, 0, "--purpose", Path.Combine(study.Around, "p.json"));
        Assert.Equal(("diameter.longest", "1", "2"), (ran.Fitness.GetProperty("measurand").GetString(), ran.Fitness.GetProperty("from").GetString(), ran.Fitness.GetProperty("to").GetString()));
        Assert.True(ran.Fitness.GetProperty("may_claim").GetBoolean());
    }

    [Fact]
    public void One_visit_is_judged_by_what_a_second_could_show()
    {
        using var study = new SmallBids("X1", "enhancing", "1");
        study.Write("../p.json", Lenient);
        var ran = Run(study.Folder, 0, "--purpose", Path.Combine(study.Around, "p.json"));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (ran.Fitness.GetProperty("to").ValueKind, ran.Fitness.GetProperty("p_important").ValueKind));
        Assert.Contains("A second one under the same conditions", ran.Answer.GetProperty("limit").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2024-04-05", 0, 4.0)] // the second visit was on 1 April
    [InlineData("2024-04-15", 4, 14.0)]
    [InlineData(null, 4, null)]
    public void The_age_of_the_last_scan_counts_from_the_day_of_the_decision_that_was_stated(string? day, int exit, double? age)
    {
        using var study = new SmallBids("X1", "enhancing", "1", "2");
        study.Write("../p.json", Lenient.Replace("\"maxmum_age\": {}", "\"maximum_age\": { \"days\": 10, \"assumption\": \"for a test\" }", StringComparison.Ordinal));
        string[] asked = ["--purpose", Path.Combine(study.Around, "p.json"), .. day is null ? (string[])[] : ["--decision-date", day]];
        var ran = Run(study.Folder, exit, asked);
        Assert.Equal(age, ran.Fitness.GetProperty("age_days") is { ValueKind: JsonValueKind.Number } a ? a.GetDouble() : null);
        if (day is null)
        {
            Assert.Contains("State the day of the decision", ran.Fitness.GetProperty("cheapest_mend").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("not JSON", "purpose-unusable")]
    [InlineData("{}", "field-invalid")]
    [InlineData("""{"schema":"etalon-purpose-1","id":"p","measurand":"volume","decision":"d","minimal_important_change":{"percent":-3,"assumption":"x"},"tolerated_risk":{"false_accept":0.05,"false_reject":0.2,"assumption":"x"}}""", "field-invalid")]
    public void A_purpose_that_cannot_be_used_is_told_before_any_work(string content, string code)
    {
        using var study = new SmallBids("X1", "enhancing", "1", "2");
        study.Write("../p.json", content);
        // The input is not there: what is told of is the purpose alone.
        var run = EtalonCommand.Run(study.Around, ["run", "no-such-input", "-o", "out", "--json", "--purpose", "p.json"]);
        Assert.Equal(3, run.Exit);
        Assert.Contains(JsonDocument.Parse(run.Out).RootElement.EnumerateArray(), f => f.GetProperty("code").GetString() == code);
        Assert.False(Directory.Exists(Path.Combine(study.Around, "out")));
    }

    [Fact]
    public void An_unknown_name_is_told_with_those_that_are_known()
    {
        var run = EtalonCommand.Run("run", "x", "-o", "out", "--purpose", "adc-respnse");
        Assert.Equal(3, run.Exit);
        Assert.Contains("adc-response, suv-response, volume-progression", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--decision-date", "2024-04-05")]
    [InlineData("--purpose", "adc-response", "--decision-date", "5 April")]
    [InlineData("--purpose", "adc-response", "--decision-date", "2024-03-31")] // before the second visit
    [InlineData("--purpose", "")]
    public void Wrong_usage_is_told(params string[] arguments)
    {
        using var study = new SmallBids("X1", "enhancing", "1", "2");
        var run = EtalonCommand.Run(study.Around, ["run", study.Folder, "-o", "out", "--no-twin", .. arguments]);
        Assert.True(run.Exit == 2, run.ToString());
        Assert.Contains(arguments[^1] == "" ? "--purpose" : "--decision-date", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(study.Around, "out")));
    }

    private static string[] Absent(Ran ran) =>
        ran.Fitness.GetProperty("reasons").EnumerateArray().Single(r => r.GetProperty("criterion").GetString() == "required_attributes").GetProperty("found").GetString()!["no ".Length..].Split(", ");
}
