using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>A BIDS folder with something wrong in it.</summary>
public sealed class BadBidsTests
{
    [Fact]
    public void A_sound_session_is_measured()
    {
        using var study = new SmallBids();
        var run = StudyOutput.Of(study.Folder).Exits(0).Has("volume", "1").Has("adc.mean", "1");
        // Written as float32 in mm²/s: 1e-6 is above its rounding.
        var inside = SmallPatient.AdcValues(1).Zip(SmallPatient.MaskValues(1)).Where(p => p.Second == 1).Average(p => (double)p.First) * 1e-6;
        Assert.Equal(1, run.Value("1/enhancing/adc.mean") / inside, 1e-6);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Units":"furlong2/fortnight"}""")]
    [InlineData("""{"Units":17}""")]
    [InlineData("not json")]
    [InlineData(null)]
    public void An_ADC_map_without_a_known_unit_is_not_measured(string? sidecar)
    {
        using var study = new SmallBids();
        if (sidecar is null)
        {
            File.Delete(study.Sidecar);
        }
        else
        {
            File.WriteAllText(study.Sidecar, sidecar);
        }

        StudyOutput.Of(study.Folder).Exits(0).Says("unit-not-stated", "ADCmap").Has("adc.mean").Has("volume", "1");
    }

    [Fact]
    public void An_ADC_map_in_a_unit_of_another_kind_is_not_measured()
    {
        using var study = new SmallBids();
        File.WriteAllText(study.Sidecar, """{"Units":"mL"}""");
        StudyOutput.Of(study.Folder).Exits(0).Says("unit-not-stated", "ADCmap").Has("adc.mean").Has("volume", "1");
    }

    [Fact]
    public void A_unit_that_the_user_states_is_used_and_recorded()
    {
        using var study = new SmallBids();
        File.WriteAllText(study.Sidecar, "{}");
        var run = StudyOutput.Of(study.Folder, "--assume", "adc=mm2/s").Exits(0).Says("value-assumed", "ADCmap").Has("adc.mean", "1");
        Assert.Contains(run.Json.GetProperty("assumptions").EnumerateArray(), a => a.GetProperty("value").GetString() == "mm2/s");
    }

    [Fact]
    public void Two_patients_in_one_folder_are_refused()
    {
        using var study = new SmallBids();
        Directory.CreateDirectory(Path.Combine(study.Folder, "sub-Y2"));
        StudyOutput.Of(study.Folder).Exits(3).Says("patient-identifiers-disagree", "2 patients");
    }

    [Fact]
    public void A_session_without_a_time_is_left_out_and_the_other_stands()
    {
        using var study = new SmallBids("X1", "enhancing", "1", "2");
        study.Write("sub-X1/sub-X1_sessions.tsv", $"session_id\tacq_time\nses-2\t{SmallPatient.Time(2)}\nses-1\tn/a\n");
        StudyOutput.Of(study.Folder).Exits(0).Says("field-invalid", "ses-1").Has("volume", "2");
    }

    [Theory]
    [InlineData("truth.json", "[]")]
    [InlineData("truth.json", """{"parameters":{"diffusivity_mm2_per_day":1e999}}""")]
    [InlineData("truth.json", """{"parameters":[],"visits":{}}""")]
    [InlineData("etalon.json", "[]")]
    [InlineData("etalon.json", """{"phantoms":[17,{"subject":"phantomA","sessions":["s1"],"reference":{"v":{"adc_mm2_per_s":1e999}}}],"test_retest":[{"subject":null,"sessions":[]}],"density":{}}""")]
    [InlineData("etalon.json", """{"phantoms":[{"subject":"../../etc","sessions":["s1"],"reference":{"v":{"adc_mm2_per_s":0.001}}}]}""")]
    public void A_study_file_of_another_shape_never_ends_the_run(string name, string text)
    {
        using var study = new SmallBids();
        study.Write("etalon.json", """{"truth":"truth.json"}""");
        study.Write(name, text);
        StudyOutput.Of(study.Folder).Exits(0).Has("volume", "1");
    }

    [Fact]
    public void A_treatment_that_is_not_JSON_is_refused()
    {
        using var study = new SmallBids();
        study.Write("sub-X1/treatment.json", "{\"radiotherapy\": [");
        StudyOutput.Of(study.Folder).Exits(3).Says("json-invalid", "treatment.json");
    }

    [Fact]
    public void Two_sessions_whose_labels_become_the_same_file_name_do_not_overwrite_each_other()
    {
        using var study = new SmallBids("X1", "enhancing", "1a", "1-a");
        StudyOutput.Of(study.Folder).Exits(0).Says("field-invalid", "1-a").Has("volume", "1a");
    }

    [Theory]
    [InlineData("nothing-here")]
    [InlineData("empty")]
    [InlineData("folder.json")]
    public void A_path_that_holds_no_case_is_refused(string name)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["empty"]);
        Directory.CreateDirectory(folder["folder.json"]);
        var run = StudyOutput.Of(folder[name]).Exits(3);
        Assert.NotEmpty(run.Findings);
    }
}
