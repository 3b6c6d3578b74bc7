using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>Lies that only the pixels tell.</summary>
public sealed class DicomPixelChecksTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_seven_diffusion_volumes_of_the_GE_Pioneer_set_are_told_to_be_one()
    {
        var studies = DicomStudies.Read([SharedData.Path("dicom", "dwi-ge-signapioneer-R2.zip")], cancellation: TestContext.Current.CancellationToken);
        var finding = Assert.Single(Check(studies));
        Assert.Equal(FindingCodes.DiffusionFramesIdentical, finding.Code);
        Assert.Contains("7 of 7", finding.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dwi-ge-mr750")]
    [InlineData("dwi-philips/achieva-601-multib.zip")]
    [InlineData("repro-nih/siemens.zip")]
    [InlineData("multimodal-sts002/PET.zip")]
    public void Clean_series_have_no_warning(string source)
    {
        var studies = DicomStudies.Read([SharedData.Path(["dicom", .. source.Split('/')])], cancellation: TestContext.Current.CancellationToken);
        Assert.DoesNotContain(studies.Findings.Concat(Check(studies)), f => f.Severity > Severity.Info);
    }

    [Theory]
    [InlineData(0, 0x0123, false)]
    [InlineData(0, 0x4123, true)]
    [InlineData(1, 0xFFFE, false)] // −2 with its sign carried on
    [InlineData(1, 0x0FFE, false)] // −2 with zeros above
    [InlineData(1, 0x5FFE, true)]
    public void Junk_above_the_high_bit_is_told_and_cut_off(int representation, int cell, bool isJunk)
    {
        for (var k = 0; k < 3; k++)
        {
            _folder.Write($"{k}.dcm", TwelveBits(k, representation, (ushort)cell));
        }

        var studies = DicomStudies.Read([_folder.Path], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(isJunk ? [FindingCodes.BitsAboveHighBit] : [], Check(studies).Select(f => f.Code));
        var path = _folder["out.nii"];
        StackNifti.Write(studies.Series.Single().Stacks.Single(), path, DicomObjects.Open, TestContext.Current.CancellationToken);
        var value = representation == 0 ? cell & 0xFFF : (cell & 0xFFF) - 4096;
        Assert.All(NiftiReader.Read(path).Frames[0], v => Assert.Equal(value, v));
    }

    private static byte[] TwelveBits(int k, int representation, ushort cell) => new DicomBytes()
        .Text(Tags.SopClassUid, "UI", "1.2.840.10008.5.1.4.1.1.4").Text(Tags.SopInstanceUid, "UI", $"1.2.3.{k}").Text(Tags.Modality, "CS", "MR").Text(Tags.PatientId, "LO", "P1")
        .Text(Tags.StudyInstanceUid, "UI", "1.2").Text(Tags.SeriesInstanceUid, "UI", "1.2.3").Text(Tags.ImagePositionPatient, "DS", SyntheticObject.Vector(SyntheticObject.At(k)))
        .Text(Tags.ImageOrientationPatient, "DS", SyntheticObject.Vector(SyntheticObject.AlongRow) + "\\" + SyntheticObject.Vector(SyntheticObject.AlongColumn))
        .UInt16(Tags.SamplesPerPixel, 1).UInt16(Tags.Rows, 2).UInt16(Tags.Columns, 3).Text(Tags.PixelSpacing, "DS", "1.25\\0.75")
        .UInt16(Tags.BitsAllocated, 16).UInt16(Tags.BitsStored, 12).UInt16(Tags.HighBit, 11).UInt16(Tags.PixelRepresentation, (ushort)representation)
        .Value(Tags.PixelData, "OW", [.. Enumerable.Repeat(new[] { (byte)cell, (byte)(cell >> 8) }, 6).SelectMany(b => b)]).ToFile(SyntheticObject.ExplicitLittle);

    private static List<Finding> Check(DicomStudies studies) =>
        [.. studies.Series.SelectMany(s => DicomPixelChecks.Check(s, DicomObjects.Open, TestContext.Current.CancellationToken))];
}
