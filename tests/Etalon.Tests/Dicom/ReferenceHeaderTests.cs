using Etalon.Dicom;
using Xunit;

namespace Etalon.Tests.Dicom;

/// <summary>Headers against values from the reference data (facts.json, dwi_dcm2niix.json, manifest.tsv).</summary>
public sealed class ReferenceHeaderTests
{
    [Fact]
    public void The_manifest_and_the_headers_agree_on_class_syntax_and_matrix()
    {
        var root = ReferenceData.Path();
        var files = DicomSource.Read(root).Where(entry => entry.File is not null)
            .ToDictionary(entry => entry.Name[(root.Length + 1)..], entry => entry.File!, StringComparer.Ordinal);
        var rows = ReferenceData.Table("manifest.tsv").Where(row => row[7].Length > 0 && row[8].Length > 0 && row[11].Length > 0).ToArray();

        Assert.True(rows.Length > 850, $"{rows.Length} rows state class, syntax and matrix.");
        // GH1339, MR_truncated and the short JPEG 2000 are cut off inside their pixel data: refused, see the pixel tests.
        var readable = rows.Where(row => files.ContainsKey(row[0])).ToArray();
        Assert.Equal(3, rows.Length - readable.Length);
        Assert.All(readable, row =>
        {
            var file = files[row[0]];
            Assert.Equal(row[7], file.Dataset.GetString(Tags.SopClassUid));
            Assert.Equal(row[8], file.TransferSyntaxUid);
            Assert.Equal(row[11], file.Dataset.GetString(Tags.Rows));
            Assert.Equal(row[12], file.Dataset.GetString(Tags.Columns));
        });
    }

    [Fact]
    public void The_enhanced_siemens_series_has_819_frames_of_b_0_and_2500()
    {
        var files = Objects("dwi-siemens-xa30/10_DWI_dir80_PA.zip");
        var frames = files.SelectMany(file => file.Dataset.GetSequence(Tags.PerFrameFunctionalGroupsSequence)).ToArray();

        var bValues = frames.Select(frame => frame.GetSequence(Tags.MrDiffusionSequence)[0].GetDouble(Tags.DiffusionBValue));

        // facts.json: b 0 and 2500, 20 directions of 39 slices and one without.
        Assert.Equal(819, frames.Length);
        Assert.Equal(
            new Dictionary<double, int> { [0] = 39, [2500] = 780 },
            bValues.GroupBy(b => b!.Value).ToDictionary(group => group.Key, group => group.Count()));
        var echo = frames[0].GetSequence(Tags.MrEchoSequence)[0];
        Assert.Equal(68.0, echo.GetDouble(Tags.EffectiveEchoTime));
    }

    [Fact]
    public void The_uih_series_keeps_its_private_b_values_and_its_masked_date()
    {
        var files = Objects("dwi-uih-session1-PA_rot.zip");

        var bValues = files.Select(file => file.Dataset.TryGetPrivate(0x0065, "Image Private Header", 0x09, out var b)
            ? b.ReadDoubles(DicomVr.FD)?[0] ?? -1 : -1).Distinct().Order().ToArray();

        // facts.json gives 1.25126 and 929.75, six digits.
        Assert.Equal(2, bValues.Length);
        Assert.Equal(1.25126, bValues[0], 5);
        Assert.Equal(929.75, bValues[1], 2);
        Assert.Equal("***", files[0].Dataset.GetString(Tags.StudyDate));
        Assert.Equal("***", files[0].Dataset.GetString(Tags.PatientId));
    }

    [Fact]
    public void The_ge_pet_series_has_another_slope_in_each_slice()
    {
        var slopes = Objects("pet-ge-bqml-sts001.zip").Select(file => file.Dataset.GetDouble(Tags.RescaleSlope)).ToArray();

        Assert.True(slopes.Length > 1);
        Assert.DoesNotContain(null, slopes);
        Assert.Equal(slopes.Length, slopes.Distinct().Count());
    }

    [Fact]
    public void Conditions_of_the_breast_series_are_read_as_written()
    {
        var header = Objects("dce-breast-ge/UCSF-BR-06/image_dce_3dfgre_orig.zip")[0].Dataset;

        // facts.json: TR 8.2 ms, TE 4.2 ms, 20 degrees, the field in gauss.
        Assert.Equal(8.2, header.GetDouble(Tags.RepetitionTime)!.Value, 1);
        Assert.Equal(4.2, header.GetDouble(Tags.EchoTime)!.Value, 1);
        Assert.Equal(20, header.GetInt(Tags.FlipAngle));
        Assert.Equal(15000, header.GetDouble(Tags.MagneticFieldStrength));
    }

    [Fact]
    public void The_classic_ge_series_has_the_echo_time_and_private_b_values_of_dcm2niix()
    {
        var files = DicomSource.Read(ReferenceData.Path("dwi-ge-mr750")).Select(entry => entry.File!).ToArray();

        // dwi_dcm2niix.json: TE 0.0817 s, TR 9 s, b 0 and 1000. GE adds 10⁹ to some b-values.
        Assert.All(files, file => Assert.Equal(81.7, file.Dataset.GetDouble(Tags.EchoTime)!.Value, 6));
        Assert.All(files, file => Assert.Equal(9000, file.Dataset.GetDouble(Tags.RepetitionTime)));
        var bValues = files.Select(file => file.Dataset.GetDouble(new DicomTag(0x0043, 0x1039), DicomVr.IS) % 1_000_000_000);
        Assert.Equal([0.0, 1000.0], bValues.Distinct().Order().Select(b => b!.Value));
    }

    [Fact]
    public void De_identification_codes_are_read_from_their_sequence()
    {
        var header = Objects("deidentified-ge.zip")[0].Dataset;

        var codes = header.GetSequence(Tags.DeidentificationMethodCodeSequence).Select(item => item.GetString(Tags.CodeValue));

        Assert.Contains("113100", codes);
        Assert.Contains("113107", codes);
    }

    [Fact]
    public void A_sequence_of_unknown_representation_is_read_as_implicit()
    {
        var header = DicomFile.Open(ReferenceData.Path("malformed/UN_sequence.dcm")).Dataset;

        var unknown = header.GetSequence(new DicomTag(0x4453, 0x100C));

        Assert.Equal("1.2.840.113619.2.327.3.185221411.476.1398588725.795", unknown[0].GetString(Tags.StudyInstanceUid));
        var series = unknown[0].GetSequence(Tags.ReferencedSeriesSequence)[0];
        Assert.Equal("1.2.840.113619.2.327.3.185221411.476.1398588726.278.80",
            series.GetSequence(new DicomTag(0x0008, 0x1199))[0].GetString(Tags.ReferencedSopInstanceUid));
    }

    [Fact]
    public void Elements_that_a_writer_marked_unknown_take_their_meaning_from_the_standard()
    {
        var header = DicomFile.Open(ReferenceData.Path("malformed/explicit_VR-UN.dcm")).Dataset;

        Assert.Equal([0.859375, 0.859375], header.GetDoubles(Tags.PixelSpacing));
        Assert.Equal([0.0, 0.0, -121.0], header.GetDoubles(Tags.ImagePositionPatient));
    }

    private static List<DicomFile> Objects(string relative) =>
        [.. DicomSource.Read(ReferenceData.Path(relative)).Where(entry => entry.File is not null).Select(entry => entry.File!)];
}
