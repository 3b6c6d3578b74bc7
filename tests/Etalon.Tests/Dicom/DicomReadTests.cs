using System.IO.Compression;
using System.Text;
using Etalon.Dicom;
using Xunit;

namespace Etalon.Tests.Dicom;

public sealed class DicomReadTests
{
    private const string Implicit = DicomTransferSyntax.ImplicitVrLittleEndian;
    private const string Explicit = DicomTransferSyntax.ExplicitVrLittleEndian;
    private const string Big = DicomTransferSyntax.ExplicitVrBigEndian;

    [Theory]
    [InlineData(Explicit, true, false)]
    [InlineData(Implicit, false, false)]
    [InlineData(Big, true, true)]
    public void The_same_object_reads_the_same_in_every_encoding(string syntax, bool isExplicit, bool isBigEndian)
    {
        var file = DicomFile.Read(DicomBytes.SmallMr(isExplicit, isBigEndian).ToFile(syntax), "small");

        RequireSmallMr(file);
        Assert.Equal(syntax, file.TransferSyntaxUid);
        Assert.True(file.IsEncodedAsStated);
    }

    [Theory]
    [InlineData(Explicit, true, false)]
    [InlineData(Implicit, false, false)]
    [InlineData(Big, true, true)]
    public void An_object_without_preamble_and_meta_shows_its_encoding(string syntax, bool isExplicit, bool isBigEndian)
    {
        var file = DicomFile.Read(DicomBytes.SmallMr(isExplicit, isBigEndian).ToArray(), "bare");

        RequireSmallMr(file);
        Assert.Equal(syntax, file.TransferSyntaxUid);
        Assert.False(file.IsEncodedAsStated);
    }

    [Fact]
    public void A_deflated_object_reads_like_the_plain_one()
    {
        RequireSmallMr(DicomFile.Read(Deflated(DicomBytes.SmallMr().ToArray()), "deflated"));
    }

    [Fact]
    public void A_deflated_object_that_grows_without_measure_is_refused()
    {
        var bytes = Deflated([.. DicomBytes.SmallMr().ToArray(), .. new byte[80 << 20]]);

        var error = Assert.Throws<DicomException>(() => DicomFile.Read(bytes, "bomb"));

        Assert.Equal("zip-bomb", error.CodeText);
    }

    [Fact]
    public void Truncated_pixels_are_refused_with_the_tag_and_the_offset()
    {
        var whole = DicomBytes.SmallMr().ToFile(Explicit);

        var error = Assert.Throws<DicomException>(() => DicomFile.Read(whole.AsMemory(0, whole.Length - 1), "cut.dcm"));

        // The element header of PixelData is 12 bytes long and its 15 values 30.
        Assert.Equal("pixels-truncated", error.CodeText);
        Assert.Equal("(7FE0,0010)", error.TagPath);
        Assert.Equal(whole.Length - 42, error.Offset);
        Assert.Equal("cut.dcm", error.FileName);
        Assert.Equal("29 bytes follow", error.Found);
        Assert.Contains("30 bytes", error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Pixels_shorter_than_the_matrix_are_refused()
    {
        var bytes = DicomBytes.SmallMr().Text(Tags.NumberOfFrames, "IS", "2").ToFile(Explicit);

        var error = Assert.Throws<DicomException>(() => DicomPixels.Read(DicomFile.Read(bytes, "short")));

        Assert.Equal(DicomErrorCode.PixelsTruncated, error.Code);
        Assert.Equal("30 bytes", error.Found);
        Assert.Contains("60 bytes", error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_inside_sequences_names_the_way_to_it()
    {
        var inner = new DicomBytes().Value(Tags.DiffusionBValue, "FD", [1, 2, 3], 8);
        var bytes = new DicomBytes().Sequence(Tags.SharedFunctionalGroupsSequence, false,
            new DicomBytes(), new DicomBytes().Sequence(Tags.MrDiffusionSequence, false, inner)).ToFile(Explicit);

        var error = Assert.Throws<DicomException>(() => DicomFile.Read(bytes, "nested"));

        Assert.Equal("(5200,9229)[1]/(0018,9117)[0]/(0018,9087)", error.TagPath);
        Assert.Equal("truncated", error.CodeText);
    }

    [Fact]
    public void Sequences_deeper_than_the_limit_are_refused()
    {
        var bytes = new DicomBytes();
        for (var depth = 0; depth < 5000; depth++)
        {
            bytes = new DicomBytes().Sequence(Tags.ContentSequence, true, bytes);
        }

        var error = Assert.Throws<DicomException>(() => DicomFile.Read(bytes.ToFile(Explicit), "deep"));

        Assert.Equal("nesting-too-deep", error.CodeText);
    }

    [Fact]
    public void More_elements_than_the_limit_are_refused()
    {
        var options = new DicomReadOptions { MaxElements = 10 };

        var error = Assert.Throws<DicomException>(() => DicomFile.Read(DicomBytes.SmallMr().ToFile(Explicit), "many", options));

        Assert.Equal("too-large", error.CodeText);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%PDF-1.7 and so on, far from being an image at all")]
    public void Other_files_are_not_dicom(string content)
    {
        var error = Assert.Throws<DicomException>(() => DicomFile.Read(Encoding.ASCII.GetBytes(content), "other"));

        Assert.Equal("not-dicom", error.CodeText);
    }

    [Fact]
    public void A_missing_file_is_an_error_of_the_same_type()
    {
        var error = Assert.Throws<DicomException>(() => DicomFile.Open("no such folder/no such file.dcm"));

        Assert.Equal("unreadable", error.CodeText);
    }

    [Theory]
    [InlineData("ISO_IR 192", new byte[] { 0xC3, 0x84, 0xCE, 0xB4 }, "Äδ")]
    [InlineData("ISO_IR 100", new byte[] { 0xC4 }, "Ä")]
    [InlineData("ISO_IR 144", new byte[] { 0xC6, 0xEE }, "Цю")]
    [InlineData("\\ISO 2022 IR 149", new byte[] { 0x1B, 0x24, 0x29, 0x43, 0xB1, 0xE8 }, "김")]
    [InlineData("\\ISO 2022 IR 87", new byte[] { 0x1B, 0x24, 0x42, 0x3B, 0x33, 0x1B, 0x28, 0x42 }, "山")]
    [InlineData("", new byte[] { 0xC4, 0x41 }, "\uFFFDA")]
    public void Text_is_decoded_by_the_character_set_of_the_object(string set, byte[] raw, string expected)
    {
        var bytes = new DicomBytes().Text(Tags.SpecificCharacterSet, "CS", set).Value(Tags.PatientName, "PN", raw).ToFile(Explicit);

        Assert.Equal(expected, DicomFile.Read(bytes, "text").Dataset.GetString(Tags.PatientName));
    }

    [Theory]
    [InlineData("DS", " 1.5 ", 1.5)]
    [InlineData("DS", "1e-3", 0.001)]
    [InlineData("IS", "-12", -12.0)]
    [InlineData("DS", "1,5", null)]
    [InlineData("DS", "NaN", null)]
    [InlineData("DS", "", null)]
    [InlineData("DS", "1.5\\x", null)]
    public void A_number_is_read_or_absent_and_never_guessed(string vr, string text, double? expected)
    {
        var bytes = new DicomBytes().Text(Tags.RescaleSlope, vr, text).ToFile(Explicit);

        Assert.Equal(expected, DicomFile.Read(bytes, "number").Dataset.GetDouble(Tags.RescaleSlope));
    }

    [Fact]
    public void A_private_element_of_unknown_representation_is_read_only_as_the_caller_says()
    {
        var tag = new DicomTag(0x0099, 0x1001);
        var bytes = new DicomBytes(isExplicit: false).Text(new DicomTag(0x0008, 0x0060), "CS", "MR").Text(tag, "DS", "12").ToFile(Implicit);
        var header = DicomFile.Read(bytes, "private").Dataset;

        Assert.Null(header.GetDouble(tag));
        Assert.Equal(12.0, header.GetDouble(tag, DicomVr.DS));
        Assert.Equal(0x3231, header.GetDouble(tag, DicomVr.US));
    }

    [Fact]
    public void Pixel_valued_attributes_follow_the_sign_of_the_pixels_in_implicit_files()
    {
        var bytes = new DicomBytes(isExplicit: false).Text(Tags.Modality, "CS", "CT")
            .UInt16(Tags.PixelRepresentation, 1).UInt16(Tags.PixelPaddingValue, 63536).ToFile(Implicit);

        Assert.Equal(-2000, DicomFile.Read(bytes, "padding").Dataset.GetInt(Tags.PixelPaddingValue));
    }

    private static byte[] Deflated(byte[] dataset)
    {
        using var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(dataset);
        }

        return new DicomBytes().Raw(output.ToArray()).ToFile(DicomTransferSyntax.DeflatedExplicitVrLittleEndian);
    }

    private static void RequireSmallMr(DicomFile file)
    {
        var header = file.Dataset;
        Assert.Equal(["ORIGINAL", "PRIMARY", "M"], header.GetStrings(Tags.ImageType));
        Assert.Equal("Grün^Ada", header.GetString(Tags.PatientName));
        Assert.Equal([1.25, 0.75], header.GetDoubles(Tags.PixelSpacing));
        Assert.Equal(850, header.GetInt(new DicomTag(0x0019, 0x100C)));
        Assert.True(header.TryGetPrivate(0x0019, "SIEMENS MR HEADER", 0x0C, out _));
        var diffusion = header.GetSequence(Tags.SharedFunctionalGroupsSequence)[0].GetSequence(Tags.MrDiffusionSequence);
        Assert.Equal(2, diffusion.Count);
        Assert.Equal(850.5, diffusion[0].GetDouble(Tags.DiffusionBValue));
        Assert.Null(diffusion[1].GetDouble(Tags.DiffusionBValue));
        Assert.Empty(header.GetSequence(Tags.ContentSequence));

        var stored = new int[15];
        DicomPixels.Read(file).ReadFrame(0, stored);
        Assert.Equal(Enumerable.Range(-7, 15), stored);
    }
}
