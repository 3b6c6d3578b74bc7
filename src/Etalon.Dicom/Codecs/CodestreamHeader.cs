using System.Buffers.Binary;

namespace Etalon.Dicom;

/// <summary>What a compressed frame says of itself, and whether it ends as it must.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Components">Samples per pixel.</param>
/// <param name="Precision">Bits of a sample; 0 when components differ.</param>
/// <param name="IsSigned">Whether samples carry a sign; JPEG and JPEG-LS know none.</param>
/// <param name="IsComplete">Whether the end marker is there.</param>
internal readonly record struct CodestreamHeader(long Width, long Height, int Components, int Precision, bool? IsSigned, bool IsComplete)
{
    /// <summary>Reads the header of one frame; null when there is none.</summary>
    public static CodestreamHeader? Read(PixelCodec codec, ReadOnlySpan<byte> frame) =>
        codec == PixelCodec.Jpeg2000 ? Jpeg2000(frame) : Jpeg(frame, isLossless: codec == PixelCodec.JpegLs);

    /// <summary>Size of image and tiles: SOC and SIZ stand first (ISO/IEC 15444-1 A.5.1).</summary>
    private static CodestreamHeader? Jpeg2000(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 44 || Marker(frame) != 0xFF4F || Marker(frame[2..]) != 0xFF51)
        {
            return null;
        }

        var size = frame[6..];
        var components = Marker(size[34..]);
        if (components == 0 || frame.Length < 42 + (3 * components))
        {
            return null;
        }

        var first = frame.Slice(42, 3);
        var alike = true;
        for (var i = 0; i < components; i++)
        {
            // Sub-sampled components have fewer samples than the image has pixels.
            var one = frame.Slice(42 + (3 * i), 3);
            alike &= one.SequenceEqual(first) && one[1] == 1 && one[2] == 1;
        }

        return new CodestreamHeader(
            (long)Long(size[2..]) - Long(size[10..]), (long)Long(size[6..]) - Long(size[14..]), components,
            alike ? (first[0] & 0x7F) + 1 : 0, first[0] > 0x7F, EndsWith(frame, 0xD9));
    }

    /// <summary>Marker segments up to the frame header (ISO/IEC 10918-1 B.1.1.4; 14495-1 C.2.2 has SOF55).</summary>
    private static CodestreamHeader? Jpeg(ReadOnlySpan<byte> frame, bool isLossless)
    {
        if (frame.Length < 4 || Marker(frame) != 0xFFD8)
        {
            return null;
        }

        for (var at = 2; at + 4 <= frame.Length && frame[at] == 0xFF;)
        {
            var marker = frame[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            var isFrameHeader = isLossless ? marker == 0xF7 : marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
            if (isFrameHeader)
            {
                return at + 10 > frame.Length
                    ? null
                    : new CodestreamHeader(Marker(frame[(at + 7)..]), Marker(frame[(at + 5)..]), frame[at + 9], frame[at + 4], null, EndsWith(frame, 0xD9));
            }

            if (marker is 0xDA or 0xD9)
            {
                return null;
            }

            at += 2 + Marker(frame[(at + 2)..]);
        }

        return null;
    }

    /// <summary>Whether the frame closes with a marker; padding behind it is zeros (or, of some writers, spaces of FF).</summary>
    private static bool EndsWith(ReadOnlySpan<byte> frame, byte marker)
    {
        var end = frame.LastIndexOfAnyExcept((byte)0, (byte)0xFF);
        return end > 0 && frame[end] == marker && frame[end - 1] == 0xFF;
    }

    private static int Marker(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Long(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
