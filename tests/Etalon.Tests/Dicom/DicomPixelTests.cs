using System.Globalization;
using Etalon.Dicom;
using Xunit;

namespace Etalon.Tests.Dicom;

public sealed class DicomPixelTests
{
    [Fact]
    public void Single_bits_run_on_from_frame_to_frame()
    {
        // Two frames of 3 × 5 bits: the second starts at bit 7 of byte 1. Lowest bit first.
        var pixels = Pixels(1, 1, 0, 0, [0b0000_0001, 0b1100_0000, 0b0000_0001, 0b0000_0000], frames: 2);
        var first = new int[15];
        var second = new int[15];

        pixels.ReadFrame(0, first);
        pixels.ReadFrame(1, second);

        Assert.Equal([0, 14], Ones(first));
        Assert.Equal([0, 1], Ones(second));
    }

    [Theory]
    [InlineData(0, 0xF123, 0x123)]
    [InlineData(1, 0xF123, 0x123)]
    [InlineData(1, 0x0FFF, -1)]
    [InlineData(0, 0x0FFF, 4095)]
    public void Bits_above_the_stored_ones_are_cut_off_and_the_sign_is_extended(int representation, int cell, int expected)
    {
        var raw = Enumerable.Repeat(new[] { (byte)cell, (byte)(cell >> 8) }, 15).SelectMany(pair => pair).ToArray();
        var stored = new int[15];

        Pixels(16, 12, 11, (ushort)representation, raw).ReadFrame(0, stored);

        Assert.Equal(Enumerable.Repeat(expected, 15), stored);
    }

    [Fact]
    public void Bits_stored_high_in_the_cell_are_shifted_down()
    {
        var stored = new int[15];

        Pixels(16, 12, 15, 0, [.. Enumerable.Repeat(new byte[] { 0x3F, 0x12 }, 15).SelectMany(pair => pair)]).ReadFrame(0, stored);

        Assert.Equal(0x123, stored[0]);
    }

    [Fact]
    public void A_value_above_31_bits_is_refused_as_an_integer_and_read_as_a_double()
    {
        var pixels = Pixels(32, 32, 31, 0, [.. Enumerable.Repeat(new byte[] { 1, 0, 0, 0xF0 }, 15).SelectMany(cell => cell)]);
        var doubles = new double[15];

        var error = Assert.Throws<DicomException>(() => pixels.ReadFrame(0, new int[15]));
        pixels.ReadFrame(0, doubles);

        Assert.Equal("pixels-unsupported", error.CodeText);
        Assert.Equal(4026531841.0, doubles[14]);
    }

    [Fact]
    public void A_frame_that_does_not_exist_and_a_span_of_another_size_are_misuse()
    {
        var pixels = Pixels(8, 8, 7, 0, new byte[16]);

        Assert.Throws<ArgumentOutOfRangeException>(() => pixels.ReadFrame(1, new int[15]));
        Assert.Throws<ArgumentException>(() => pixels.ReadFrame(0, new int[14]));
        Assert.Equal(1, pixels.TrailingBytes);
    }

    [Theory]
    [InlineData(12, 12, 11, 0, "pixels-unsupported")]
    [InlineData(16, 17, 11, 0, "attribute-invalid")]
    [InlineData(16, 12, 10, 0, "attribute-invalid")]
    [InlineData(16, 12, 11, 2, "attribute-invalid")]
    public void A_layout_that_contradicts_itself_is_refused(int allocated, int stored, int high, int representation, string code)
    {
        var error = Assert.Throws<DicomException>(() => Pixels((ushort)allocated, (ushort)stored, (ushort)high, (ushort)representation, new byte[30]));

        Assert.Equal(code, error.CodeText);
    }

    [Fact]
    public void An_object_without_pixels_says_so()
    {
        var file = DicomFile.Read(new DicomBytes().Text(Tags.Modality, "CS", "SR").ToFile(DicomTransferSyntax.ExplicitVrLittleEndian), "report");

        Assert.Equal("pixels-absent", Assert.Throws<DicomException>(() => DicomPixels.Read(file)).CodeText);
    }

    private static int[] Ones(int[] bits) => [.. bits.Index().Where(bit => bit.Item == 1).Select(bit => bit.Index)];

    private static DicomPixels Pixels(ushort allocated, ushort stored, ushort high, ushort representation, byte[] raw, int frames = 1) =>
        DicomPixels.Read(DicomFile.Read(
            new DicomBytes().Text(Tags.NumberOfFrames, "IS", frames.ToString(CultureInfo.InvariantCulture))
                .UInt16(Tags.Rows, 3).UInt16(Tags.Columns, 5)
                .UInt16(Tags.BitsAllocated, allocated).UInt16(Tags.BitsStored, stored).UInt16(Tags.HighBit, high)
                .UInt16(Tags.PixelRepresentation, representation)
                .Value(Tags.PixelData, "OW", raw).ToFile(DicomTransferSyntax.ExplicitVrLittleEndian),
            "pixels"));
}
