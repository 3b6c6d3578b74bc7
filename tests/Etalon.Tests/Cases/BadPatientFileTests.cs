using System.Text.Json.Nodes;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>A patient file with something wrong in it: a finding says where, and the rest is still measured.</summary>
public sealed class BadPatientFileTests
{
    [Fact]
    public void A_sound_patient_is_measured_at_every_visit_without_errors()
    {
        using var patient = new SmallPatient();
        var run = StudyOutput.Of(patient.Save()).Exits(0).Has("volume", "1", "2", "3").Has("adc.mean", "1", "2", "3");
        Assert.DoesNotContain(run.Findings, f => f.GetProperty("severity").GetString() == "error");
        // The fixture's own voxels, counted here: n x 1.7 x 2.3 x 3.1 mm³. Single precision in the header leaves 1e-6.
        foreach (var visit in new[] { 1, 2, 3 })
        {
            var expected = SmallPatient.MaskValues(SmallPatient.Size(visit)).Count(v => v == 1) * SmallGrid.Dx * SmallGrid.Dy * SmallGrid.Dz / 1000;
            Assert.Equal(1, run.Value($"{visit}/enhancing/volume") / expected, 1e-6);
        }
    }

    [Fact]
    public void A_missing_image_costs_its_own_measurements_only()
    {
        using var patient = new SmallPatient();
        File.Delete(Path.Combine(patient.Folder, SmallPatient.Adc(2)));
        StudyOutput.Of(patient.Save()).Exits(0).Says("image-missing", "visit 2", SmallPatient.Adc(2)).Has("adc.mean", "1", "3").Has("volume", "1", "2", "3");
    }

    [Fact]
    public void A_patient_without_any_image_is_refused_with_the_findings()
    {
        using var patient = new SmallPatient();
        foreach (var file in Directory.EnumerateFiles(patient.Folder))
        {
            File.Delete(file);
        }

        StudyOutput.Of(patient.Save()).Exits(3).Says("image-missing", "visit 1").Says("image-missing", "visit 3");
    }

    [Fact]
    public void A_mask_on_another_grid_is_not_used()
    {
        using var patient = new SmallPatient();
        // Same sizes, one spacing off by 2 %: only the geometry tells.
        var shifted = NiftiBytes.Of(SmallPatient.MaskValues(1)) with { Affine = SmallGrid.Affine(dy: SmallGrid.Dy * 1.02), PixDim = [1, SmallGrid.Dx, SmallGrid.Dy * 1.02, SmallGrid.Dz, 1, 1, 1, 1] };
        patient.Put(SmallPatient.Roi(2), shifted.Gzip());
        StudyOutput.Of(patient.Save()).Exits(0).Says("grids-differ", "visit 2", SmallPatient.Roi(2)).Has("volume", "1", "3").Has("adc.mean", "1", "3");
    }

    [Fact]
    public void A_field_that_the_layout_does_not_know_is_named()
    {
        using var patient = new SmallPatient();
        patient.Json["chemoterapy"] = new JsonArray();
        patient.Visit(2)["roi_enhanced"] = "{$image_dir}/x.nii.gz";
        patient.Json["radiotherapy"] = new JsonArray(new JsonObject { ["time"] = SmallPatient.Time(1), ["dose"] = 2, ["units"] = "Gy", ["fraction"] = 1 });
        StudyOutput.Of(patient.Save()).Exits(0).Says("field-unknown", "patient file", "chemoterapy").Says("field-unknown", "visit 2", "roi_enhanced")
            .Says("field-unknown", "radiotherapy, entry 1", "fraction").Has("volume", "1", "2", "3");
    }

    [Fact]
    public void A_visit_before_its_predecessor_is_put_in_order_with_a_finding()
    {
        using var patient = new SmallPatient();
        (patient.Visit(2)["time"], patient.Visit(3)["time"]) = (SmallPatient.Time(3), SmallPatient.Time(2));
        StudyOutput.Of(patient.Save()).Exits(0).Says("visits-out-of-order", "visit 3").Has("volume", "1", "3", "2");
    }

    [Fact]
    public void Of_two_visits_at_one_instant_the_second_is_left_out()
    {
        using var patient = new SmallPatient();
        // The same instant, written in another zone.
        patient.Visit(3)["time"] = "2024-04-01T08:41:30+00:00";
        StudyOutput.Of(patient.Save()).Exits(0).Says("visits-duplicate", "visit 3", "visit 2").Has("volume", "1", "2");
    }

    [Fact]
    public void An_empty_mask_is_a_status_and_never_a_volume_of_zero()
    {
        using var patient = new SmallPatient();
        patient.Put(SmallPatient.Roi(2), NiftiBytes.Of(new byte[SmallGrid.Count]).Gzip());
        var run = StudyOutput.Of(patient.Save()).Exits(0).Says("mask-empty", "visit 2").Has("volume", "1", "3");
        var missing = run.Measurements.Single(m => m.GetProperty("id").GetString() == "2/enhancing/volume");
        Assert.Equal("mask-empty", missing.GetProperty("status").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, missing.GetProperty("value").ValueKind);
    }

    [Theory]
    [InlineData("\"2024-13-45T00:00:00\"")]
    [InlineData("\"yesterday\"")]
    [InlineData("17")]
    [InlineData("null")]
    public void A_visit_without_a_readable_time_is_left_out(string time)
    {
        using var patient = new SmallPatient();
        patient.Visit(2)["time"] = JsonNode.Parse(time);
        StudyOutput.Of(patient.Save()).Exits(0).Says("field-invalid", "visit 2").Has("volume", "1", "3");
    }

    [Fact]
    public void A_broken_entry_of_the_treatment_is_named_and_the_images_are_measured()
    {
        using var patient = new SmallPatient();
        patient.Json["radiotherapy"] = JsonNode.Parse("""[{"time":"2024-03-02T08:00:00+01:00","dose":-2,"units":"Gy"},{"time":"2024-03-03T08:00:00+01:00","dose":2,"units":"furlong"},17]""");
        patient.Json["chemotherapy"] = "none";
        StudyOutput.Of(patient.Save()).Exits(0).Says("field-invalid", "radiotherapy, entry 1").Says("field-invalid", "radiotherapy, entry 2").Says("field-invalid", "radiotherapy, entry 3")
            .Says("field-invalid", "chemotherapy").Has("volume", "1", "2", "3");
    }

    [Fact]
    public void A_treatment_file_that_is_not_there_is_never_passed_over_in_silence()
    {
        using var patient = new SmallPatient();
        StudyOutput.Of(patient.Save(), "--treatment", Path.Combine(patient.Folder, "nowhere.json")).Exits(3).Says("image-missing", "nowhere.json");
    }

    [Fact]
    public void A_treatment_file_beside_a_patient_file_takes_the_place_of_what_the_patient_file_says()
    {
        using var patient = new SmallPatient();
        patient.Json["radiotherapy"] = JsonNode.Parse("""[{"time":"2024-03-02T08:00:00+01:00","dose":2,"units":"Gy"}]""");
        patient.Put("given.json", """{"radiotherapy":[{"time":"2024-03-05T08:10:00+01:00","dose_Gy":1.8}],"nonsense":1}"""u8.ToArray());
        StudyOutput.Of(patient.Save(), "--treatment", Path.Combine(patient.Folder, "given.json")).Exits(0).Says("field-unknown", "nonsense").Has("volume", "1", "2", "3");
    }
}
