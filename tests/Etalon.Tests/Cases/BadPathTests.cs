using System.Diagnostics;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>A patient file that names files outside its own folder.</summary>
public sealed class BadPathTests
{
    [Theory]
    [InlineData("../outside.nii.gz")]
    [InlineData("{$image_dir}/../outside.nii.gz")]
    [InlineData("{$image_dir}//./x/../../outside.nii.gz")]
    [InlineData("ABSOLUTE")]
    [InlineData("link.nii.gz")]
    [InlineData("folder/outside.nii.gz")]
    [InlineData("a\0b")]
    [InlineData("/dev/zero")]
    [InlineData("/proc/self/environ")]
    public void A_path_that_leads_out_is_refused_and_the_other_visits_stand(string name)
    {
        using var patient = new SmallPatient();
        File.Move(Path.Combine(patient.Folder, SmallPatient.Adc(2)), Path.Combine(patient.Around, "outside.nii.gz"));
        File.CreateSymbolicLink(Path.Combine(patient.Folder, "link.nii.gz"), Path.Combine(patient.Around, "outside.nii.gz"));
        Directory.CreateSymbolicLink(Path.Combine(patient.Folder, "folder"), patient.Around);
        patient.Visit(2)["adc"] = name == "ABSOLUTE" ? Path.Combine(patient.Around, "outside.nii.gz") : name;
        StudyOutput.Of(patient.Save()).Exits(0).Says("path-outside-folder", "visit 2").Has("adc.mean", "1", "3");
    }

    [Fact]
    public void A_neighbour_whose_name_begins_alike_is_outside_too()
    {
        using var patient = new SmallPatient();
        Directory.CreateDirectory(patient.Folder + "-2");
        File.Move(Path.Combine(patient.Folder, SmallPatient.Adc(2)), Path.Combine(patient.Folder + "-2", "a.nii.gz"));
        patient.Visit(2)["adc"] = "../patient-2/a.nii.gz";
        StudyOutput.Of(patient.Save()).Exits(0).Says("path-outside-folder", "visit 2").Has("adc.mean", "1", "3");
    }

    [Fact]
    public void Who_trusts_the_case_may_let_it_reach_outside()
    {
        using var patient = new SmallPatient();
        File.Move(Path.Combine(patient.Folder, SmallPatient.Adc(2)), Path.Combine(patient.Around, "outside.nii.gz"));
        patient.Visit(2)["adc"] = "../outside.nii.gz";
        StudyOutput.Of(patient.Save(), "--allow-outside").Exits(0).Has("adc.mean", "1", "2", "3");
    }

    [Fact]
    public void A_folder_in_the_place_of_an_image_is_a_finding()
    {
        using var patient = new SmallPatient();
        File.Delete(Path.Combine(patient.Folder, SmallPatient.Adc(2)));
        Directory.CreateDirectory(Path.Combine(patient.Folder, SmallPatient.Adc(2)));
        StudyOutput.Of(patient.Save()).Exits(0).Says("image-missing", "visit 2").Has("adc.mean", "1", "3");
    }

    [Theory]
    [InlineData("ADC_v2.nii.gz", 0, "image-unreadable")]
    [InlineData("patient.json", 3, "json-invalid")]
    public void A_pipe_in_the_place_of_a_file_is_refused_instead_of_waited_for(string name, int exit, string code)
    {
        using var patient = new SmallPatient();
        var path = patient.Save();
        File.Delete(Path.Combine(patient.Folder, name));
        using (var make = Process.Start("mkfifo", [Path.Combine(patient.Folder, name)]))
        {
            make.WaitForExit();
        }

        StudyOutput.Of(path).Exits(exit).Says(code, name);
    }

    [Fact]
    public void A_sidecar_that_leads_out_of_a_BIDS_folder_is_refused()
    {
        using var study = new SmallBids();
        var secret = study.Around + "/secret.json";
        File.WriteAllText(secret, """{"Units":"mm2/s"}""");
        File.Delete(study.Sidecar);
        File.CreateSymbolicLink(study.Sidecar, secret);
        StudyOutput.Of(study.Folder).Exits(0).Says("path-outside-folder", "ADCmap.json").Has("adc.mean").Has("volume", "1");
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/nowhere/at/all")]
    public void A_study_file_that_leads_out_of_a_BIDS_folder_is_refused(string target)
    {
        using var study = new SmallBids();
        File.CreateSymbolicLink(Path.Combine(study.Folder, "etalon.json"), target);
        StudyOutput.Of(study.Folder).Exits(3).Says("path-outside-folder", "etalon.json");
    }
}
