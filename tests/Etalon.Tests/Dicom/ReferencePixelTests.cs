using Etalon.Dicom;
using Xunit;

namespace Etalon.Tests.Dicom;

/// <summary>Pixels against sums made from the native bytes or by DCMTK 3.6.7 (pixels.tsv of the reference data).</summary>
public sealed class ReferencePixelTests(ReferencePixels reference) : IClassFixture<ReferencePixels>
{
    // Big endian words of 32-bit values. The sum is over the words swapped one by one, as the standard says, and so do DCMTK and GDCM;
    // the writer of this file meant something else, so its numbers are refused.
    private const string WordsInDoubt = "rt.zip!rtdose_expb.dcm";

    // NumberOfFrames is the text 1A over 15 frames of pixels; the reference took the first. Refused, not guessed.
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
    public void Every_compressed_or_big_endian_object_has_the_pixels_that_dcmtk_decodes()
    {
        Codecs.Require("dcmdjpeg", "dcmdjpls");
        var answers = reference.Answers;
        var rows = ReferenceData.Table("expected/pixels.tsv").Where(row => row[3] == "dcmtk-decoded").ToArray();

        Assert.Equal(19, rows.Length);
        Assert.All(rows, row => Assert.Equal(row[2], answers[row[0]]));
    }

    [Fact]
    public void Every_object_that_only_gdcm_decoded_has_the_same_pixels_or_is_refused_with_the_reason()
    {
        Codecs.Require("dcmdjpeg", "opj_decompress");
        var answers = reference.Answers;
        var rows = ReferenceData.Table("expected/pixels.tsv").Where(row => row[3] == "gdcm-only").ToArray();

        var refused = rows.Where(row => answers[row[0]] != row[2]).Select(row => $"{row[0]} {answers[row[0]]}");

        // The codestream has no signs where its header has some: two readings of every number.
        Assert.Equal(7, rows.Length);
        Assert.Equal(["codecs/J2K_pixelrep_mismatch.dcm pixels-invalid"], refused);
    }

    [Fact]
    public void Big_endian_words_of_32_bits_are_summed_as_they_stand_and_refused_as_numbers()
    {
        var file = DicomSource.Read(ReferenceData.Path("rt.zip")).Single(entry => entry.Name.EndsWith(WordsInDoubt.Split('!')[1], StringComparison.Ordinal)).File!;
        var pixels = DicomPixels.Read(file);

        Assert.Equal("pixels-unsupported", Assert.Throws<DicomException>(() => pixels.ReadFrame(0, new double[pixels.ValuesPerFrame])).CodeText);
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
