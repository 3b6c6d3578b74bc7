using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Tests.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>NIfTI masks beside DICOM objects.</summary>
public sealed class DicomMaskFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_mask_of_session_2_is_measured_at_the_second_reported_visit_though_a_day_before_holds_no_measured_image()
    {
        Write("1.2.3.4", "20240101", "survey");
        Write("1.2.3.5", "20240201", "T1w");
        Write("1.2.3.6", "20240301", "T1w");
        WriteMask("ses-2_label-gtv_mask.nii.gz");
        var visits = Read().Visits;
        Assert.Equal([2, 3], visits.Select(v => v.Time.Month));
        Assert.DoesNotContain(visits[0].Images, i => i.Kind == ImageKind.RegionMask);
        Assert.Equal(("2", "gtv"), (visits[1].Id, visits[1].Images.Single(i => i.Kind == ImageKind.RegionMask).RegionId));
    }

    [Fact]
    public void A_mask_that_names_the_day_of_a_survey_makes_it_the_first_visit_and_numbers_follow()
    {
        Write("1.2.3.4", "20240101", "survey");
        Write("1.2.3.5", "20240201", "T1w");
        WriteMask("ses-20240101_label-gtv_mask.nii.gz");
        WriteMask("ses-2_label-other_mask.nii.gz");
        var visits = Read().Visits;
        Assert.Equal([("1", "gtv"), ("2", "other")], visits.Select(v => (v.Id, v.Images.Single(i => i.Kind == ImageKind.RegionMask).RegionId!)));
    }

    [Fact]
    public void Names_of_folders_and_labels_do_not_say_whose_the_mask_is()
    {
        Write("1.2.3.5", "20240201", "T1w");
        WriteMask("Quisling/label-QUISLINGgtv_mask.nii.gz");
        WriteMask("Quisling/ses-9_label-lost_mask.nii.gz");
        _folder.Write("Quisling/label-damaged_mask.nii.gz", [1, 2, 3]);
        var patient = Read();
        var mask = Assert.Single(patient.Visits[0].Images, i => i.Kind == ImageKind.RegionMask);
        Assert.EndsWith("gtv", mask.RegionId, StringComparison.Ordinal);
        Assert.Contains("_mask.nii.gz", mask.Name, StringComparison.Ordinal);
        Assert.Contains(patient.Findings, f => f.Code == FindingCodes.GridsDiffer);
        Assert.Contains(patient.Findings, f => f.About.Contains("label-damaged", StringComparison.Ordinal));
        Assert.DoesNotContain(patient.Findings.Select(f => f.ToString()).Append(mask.Name).Append(mask.RegionId!), t => t.Contains("quisling", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_mask_that_fits_two_days_is_an_error_as_the_page_of_findings_says()
    {
        Write("1.2.3.5", "20240201", "T1w");
        Write("1.2.3.6", "20240301", "T1w");
        WriteMask("label-gtv_mask.nii.gz");
        Assert.Equal(Severity.Error, Assert.Single(Read().Findings, f => f.Code == FindingCodes.MaskAmbiguous).Severity);
        var row = File.ReadLines(Path.Combine(Repository.Root, "docs", "findings.md")).Single(l => l.StartsWith("| `mask-ambiguous` |", StringComparison.Ordinal));
        Assert.Contains("error", row.Split('|')[2], StringComparison.Ordinal);
    }

    private PatientCase Read() => DicomCase.Read(_folder.Path, new CaseOptions(), TestContext.Current.CancellationToken);

    private void Write(string series, string day, string description)
    {
        for (var k = 0; k < 3; k++)
        {
            var o = new SyntheticObject { SeriesUid = series, Uid = $"{series}.{k}", StudyDate = day, Description = description, Position = SyntheticObject.At(k), PatientName = "Quisling^Anna" };
            _folder.Write(o.Uid + ".dcm", o.ToFile());
        }
    }

    /// <summary>A mask on the grid that all series share.</summary>
    private void WriteMask(string name)
    {
        var grid = DicomCase.Read(_folder.Path, new CaseOptions(), TestContext.Current.CancellationToken).Visits[^1].Images[0].Load(TestContext.Current.CancellationToken).Grid;
        var inside = new byte[grid.Count];
        inside[7] = inside[8] = 1;
        _folder.Write(name, NiftiWriter.Encode(grid, inside));
    }
}
