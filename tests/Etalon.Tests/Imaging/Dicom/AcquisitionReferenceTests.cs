using System.Text.Json;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Tests.Dicom;
using Xunit;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>Records of the reference set against what dcm2niix 1.0.20220720 sees in it, and the known lies of its headers.</summary>
public sealed class AcquisitionReferenceTests
{
    [Fact]
    public void Echo_time_repetition_time_and_field_are_those_of_dcm2niix()
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(ReferenceData.Path("expected/dwi_dcm2niix.json")));
        foreach (var input in expected.RootElement.EnumerateObject())
        {
            var records = Objects(input.Name).GroupBy(f => f.Dataset.GetInt(Tags.SeriesNumber)).ToDictionary(g => g.Key!.Value, g => DicomAcquisition.Read(g.First(), "x", []));
            foreach (var series in input.Value.EnumerateArray())
            {
                var record = records[int.Parse(series.GetProperty("series").GetString()!.Split('_')[0], System.Globalization.CultureInfo.InvariantCulture)];
                foreach (var (name, key) in new[] { ("EchoTime", "TE"), ("RepetitionTime", "TR"), ("MagneticFieldStrength", "B0") })
                {
                    double? theirs = series.GetProperty(key).ValueKind == JsonValueKind.Null ? null : series.GetProperty(key).GetDouble();
                    var ours = record.Find(name)!.Number;
                    Assert.True(theirs is null ? ours is null : Math.Abs(ours!.Value - theirs.Value) < 1e-5 * theirs.Value, $"{input.Name} {series.GetProperty("series")} {name}: {ours} for {theirs}"); // six digits are printed
                }

                // dcm2niix keeps the software of the maker's name without trailing space
                Assert.Equal(series.GetProperty("software").GetString(), record["SoftwareVersions"]);
            }
        }
    }

    [Fact]
    public void B_values_are_those_of_dcm2niix_or_the_record_says_more()
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(ReferenceData.Path("expected/dwi_dcm2niix.json")));
        foreach (var input in expected.RootElement.EnumerateObject())
        {
            var stated = Objects(input.Name).GroupBy(f => f.Dataset.GetInt(Tags.SeriesNumber)!.Value).ToDictionary(g => g.Key, g => g.SelectMany(Frames).Select(DicomDiffusion.BValue).OfType<double>().Distinct().Order().ToList());
            foreach (var series in input.Value.EnumerateArray())
            {
                if (series.GetProperty("bvals").ValueKind == JsonValueKind.Null)
                {
                    continue; // dcm2niix gives none for derived images
                }

                var number = int.Parse(series.GetProperty("series").GetString()!.Split('_')[0], System.Globalization.CultureInfo.InvariantCulture);
                var theirs = series.GetProperty("bvals").EnumerateArray().Select(b => b.GetDouble()).Distinct().Order().ToList();
                var ours = stated[number];
                Assert.Equal(theirs.Count, ours.Count);
                Assert.All(theirs.Zip(ours), b => Assert.Equal(b.First, b.Second, 1e-4 * Math.Max(1, b.First)));
            }
        }
    }

    [Theory]
    [InlineData("dwi-ge-signapioneer-R2.zip")]
    [InlineData("dwi-uih-session1-PA_rot.zip")]
    [InlineData("dwi-canon-galan-9000-ortho.zip")]
    [InlineData("dwi-siemens-xa30/10_DWI_dir80_PA.zip")]
    [InlineData("dwi-philips/enhanced-501.zip")]
    public void Every_weighted_frame_of_every_maker_has_a_direction_of_length_1(string input)
    {
        var weighted = Objects(input).SelectMany(Frames).Where(f => DicomDiffusion.BValue(f) > 10).ToList();
        Assert.NotEmpty(weighted);
        Assert.All(weighted, f => Assert.Equal(1, DicomDiffusion.Gradient(f)!.Value.Length, 1e-9));
    }

    /// <remarks>In the frame of the image (row, column, normal), up to the sign, which diffusion does not have: what dcm2niix 1.0.20220720 writes for the first weighted volumes, its rows turned back.</remarks>
    [Theory]
    [InlineData("dwi-ge-signapioneer-R2.zip", -0.492355, -0.844098, -0.212332)]
    [InlineData("dwi-ge-signapioneer-R2.zip", 0.55822, -0.800492, -0.217344)]
    [InlineData("dwi-uih-session1-PA_rot.zip", 0.603651, 0.0325547, -0.796584)]
    [InlineData("dwi-uih-session1-PA_rot.zip", 0.275783, 0.689431, -0.669798)]
    [InlineData("dwi-canon-galan-9000-ortho.zip", 0, -0.895, 0.445)]
    [InlineData("dwi-canon-galan-9000-ortho.zip", 0.445, 0, 0.895)]
    [InlineData("dwi-siemens-xa30/10_DWI_dir80_PA.zip", -0.0320824, -0.800318, -0.598717)]
    [InlineData("dwi-philips/enhanced-501.zip", -0.0259995, -0.649187, 0.760185)]
    public void Directions_are_those_of_dcm2niix(string input, double alongRow, double alongColumn, double alongNormal)
    {
        var wanted = new Vector3(alongRow, alongColumn, alongNormal).Normalised();
        var best = Objects(input).SelectMany(Frames).Where(f => DicomDiffusion.BValue(f) > 10).Max(f =>
        {
            var cosines = f.Numbers(Tags.PlaneOrientationSequence, Tags.ImageOrientationPatient)!;
            var (row, column) = (new Vector3(cosines[0], cosines[1], cosines[2]), new Vector3(cosines[3], cosines[4], cosines[5]));
            var g = DicomDiffusion.Gradient(f)!.Value;
            return Math.Abs(new Vector3(g.Dot(row), g.Dot(column), g.Dot(row.Cross(column))).Dot(wanted));
        });
        Assert.Equal(1, best, 1e-4); // cosines in headers have four to six digits
    }

    [Theory]
    [InlineData("dwi-siemens-xa61-tracew.zip", "slice-timing-contradicted")]
    [InlineData("dwi-siemens-xa61-tracew.zip", "attribute-contradicted")]
    [InlineData("dwi-uih-session1-PA_rot.zip", "date-invalid")]
    [InlineData("dwi-uih-session1-PA_rot.zip", "identifier-invalid")]
    [InlineData("dce-breast-ge/UCSF-BR-06/image_dce_3dfgre_orig.zip", "field-strength-in-gauss")]
    public void A_known_lie_gives_its_own_finding(string input, string code) =>
        Assert.Contains(Objects(input).SelectMany(Findings), f => f.Code == code);

    [Theory]
    [InlineData("dwi-siemens-xa30/10_DWI_dir80_PA.zip")]
    [InlineData("dwi-siemens-xa30/11_DWI_dir80_PA.zip")]
    [InlineData("dwi-canon-galan-9000-ortho.zip")]
    [InlineData("dwi-ge-signapioneer-R2.zip")]
    [InlineData("dwi-philips/enhanced-501.zip")]
    [InlineData("dwi-philips/achieva-601-multib.zip")]
    [InlineData("repro-nih/siemens.zip")]
    [InlineData("repro-nih/ge.zip")]
    [InlineData("qt2-siemens-16echo.zip")]
    [InlineData("pet-ge-bqml-sts001.zip")]
    [InlineData("multimodal-sts002")]
    [InlineData("deidentified-ge.zip")]
    public void A_sound_header_gives_no_warning(string input) =>
        Assert.Empty(Objects(input).SelectMany(Findings).Where(f => f.Severity > Etalon.Metrology.Severity.Info).Select(f => f.ToString()).Distinct());

    private static IEnumerable<Etalon.Metrology.Finding> Findings(DicomFile file) => HeaderFindings.Of(file, DicomAcquisition.Read(file, "x", []), "it");

    private static IEnumerable<FrameGroups> Frames(DicomFile file)
    {
        var shared = file.Dataset.GetSequence(Tags.SharedFunctionalGroupsSequence) is [var first, ..] ? first : DicomDataset.Empty;
        var own = file.Dataset.GetSequence(Tags.PerFrameFunctionalGroupsSequence);
        return own.Count == 0 ? [new FrameGroups(file.Dataset, shared, DicomDataset.Empty)] : own.Select(f => new FrameGroups(file.Dataset, shared, f));
    }

    private static List<DicomFile> Objects(string input) => [.. DicomSource.Read(ReferenceData.Path(input)).Select(e => e.File).OfType<DicomFile>().Where(f => f.Dataset.Contains(Tags.Rows))];
}
