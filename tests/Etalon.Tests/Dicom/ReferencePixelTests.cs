using Etalon.Dicom;
using Xunit;

namespace Etalon.Tests.Dicom;

/// <summary>Pixels against sums made from the native bytes or by DCMTK 3.6.7 (pixels.tsv of the reference data).</summary>
public sealed class ReferencePixelTests(ReferencePixels reference) : IClassFixture<ReferencePixels>
{
    // DCMTK swaps the words of this 32-bit big endian dose and not the halves, so its sum is that of 0x0EE80013 where the
    // little endian original holds 0x00130EE8. Ours must equal the little endian original; see the test below.
    private const string SwappedByDcmtk = "rt.zip!rtdose_expb.dcm";

    // NumberOfFrames is the text 1A: refused, not guessed.
    private const string NoFrameCount = "malformed/badVR.dcm";

    [Fact]
    public void Every_uncompressed_object_of_the_reference_has_the_same_pixels()
    {
        var answers = reference.Answers;
        var rows = ReferenceData.Table("expected/pixels.tsv").Where(row => row[3] == "native" && row[0] != NoFrameCount).ToArray();

        Assert.Equal(866, rows.Length);
        Assert.All(rows, row => Assert.Equal(row[2], answers[row[0]]));
    }

    [Fact]
    public void Every_big_endian_and_run_length_object_has_the_pixels_that_dcmtk_decodes()
    {
        var answers = reference.Answers;
        var rows = ReferenceData.Table("expected/pixels.tsv")
            .Where(row => row[3] == "dcmtk-decoded" && row[0] != SwappedByDcmtk && answers[row[0]] != "transfer-syntax-unsupported").ToArray();

        Assert.Equal(7, rows.Length);
        Assert.All(rows, row => Assert.Equal(row[2], answers[row[0]]));
    }

    [Fact]
    public void A_big_endian_dose_has_the_pixels_of_its_little_endian_original()
    {
        var answers = reference.Answers;

        Assert.Equal(answers["rt.zip!rtdose.dcm"], answers[SwappedByDcmtk]);
    }

    [Fact]
    public void A_segmentation_has_the_same_pixels_run_length_encoded_deflated_and_plain()
    {
        var answers = reference.Answers;

        Assert.Equal(answers["derived/seg-dcmqi/liver.dcm"], answers["codecs/liver_rle.dcm"]);
        Assert.Equal(answers["derived/seg-dcmqi/liver.dcm"], answers["codecs/liver_deflate.dcm"]);
    }

    [Fact]
    public void Objects_without_a_reference_are_refused_with_the_reason()
    {
        var answers = reference.Answers;

        Assert.Equal("attribute-invalid", answers[NoFrameCount]);
        Assert.Equal("pixels-truncated", answers["malformed/MR_truncated.dcm"]);
        Assert.Equal("pixels-truncated", answers["malformed/emri_small_jpeg_2k_lossless_too_short.dcm"]);
        Assert.Equal("pixels-truncated", answers["malformed/GH1339.dcm"]);
        Assert.Equal("truncated", answers["malformed/rtplan_truncated.dcm"]);
        Assert.Equal("truncated", answers["malformed/DICOMDIR-nooffset"]);
        Assert.Equal("tag-invalid", answers["malformed/GH626.dcm"]);
    }

    [Fact]
    public void Compressed_objects_are_refused_with_a_remedy()
    {
        var file = DicomFile.Open(ReferenceData.Path("codecs/MR_small_jpeg_ls_lossless.dcm"));

        var error = Assert.Throws<DicomException>(() => DicomPixels.Read(file));

        Assert.Equal("transfer-syntax-unsupported", error.CodeText);
        Assert.Contains("JPEG-LS Lossless", error.Found, StringComparison.Ordinal);
        Assert.Contains("Decompress", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Float_pixels_are_read_as_they_stand()
    {
        var pixels = DicomPixels.Read(DicomFile.Open(ReferenceData.Path("derived/pm/parametric_map_float.dcm")));
        var floats = new float[pixels.ValuesPerFrame];
        var doubles = new double[pixels.ValuesPerFrame];

        pixels.ReadFrame(0, floats);
        pixels.ReadFrame(0, doubles);

        Assert.Equal(DicomPixelKind.Float, pixels.Kind);
        Assert.Equal(doubles, floats.Select(value => (double)value));
        Assert.Throws<DicomException>(() => pixels.ReadFrame(0, new int[pixels.ValuesPerFrame]));
    }
}
