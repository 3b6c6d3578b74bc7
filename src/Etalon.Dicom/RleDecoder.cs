using System.Buffers.Binary;

namespace Etalon.Dicom;

/// <summary>Decodes one run-length encoded frame (PS3.5 annex G) to little endian cells.</summary>
internal static class RleDecoder
{
    /// <summary>Two bytes make at most 128.</summary>
    public const int GreatestGrowth = 64;

    private const int HeaderLength = 64;
    private const string Remedy = "Fetch the file again from its source, or decompress it with dcmdrle of DCMTK";

    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> encoded, DicomPixelLayout pixels, PixelRefusal refuse)
    {
        var bytesPerCell = Math.Max(1, pixels.BitsAllocated / 8);
        var planes = bytesPerCell * pixels.SamplesPerPixel;
        var planeBytes = pixels.BitsAllocated == 1 ? (int)pixels.FrameBytes : pixels.Rows * pixels.Columns;
        RequireHeader(encoded, planes, refuse);

        var frame = new byte[(long)planes * planeBytes];
        for (var plane = 0; plane < planes; plane++)
        {
            var start = BinaryPrimitives.ReadUInt32LittleEndian(encoded[(4 + (4 * plane))..]);
            var end = plane + 1 < planes ? BinaryPrimitives.ReadUInt32LittleEndian(encoded[(8 + (4 * plane))..]) : (uint)encoded.Length;
            if (start < HeaderLength || end < start || end > encoded.Length)
            {
                throw refuse(DicomErrorCode.PixelsInvalid, $"RLE segment {plane} from {start} to {end}", $"a segment within {encoded.Length} bytes", Remedy);
            }

            // The most significant byte of all cells comes first; planar order keeps samples apart.
            var sample = plane / bytesPerCell;
            var byteOfCell = bytesPerCell - 1 - (plane % bytesPerCell);
            var first = pixels.IsPlanar ? (sample * planeBytes * bytesPerCell) + byteOfCell : (sample * bytesPerCell) + byteOfCell;
            var step = pixels.IsPlanar ? bytesPerCell : planes;
            var count = Unpack(encoded[(int)start..(int)end], frame, first, step, planeBytes);
            if (count < planeBytes)
            {
                throw refuse(DicomErrorCode.PixelsTruncated, $"{count} bytes in RLE segment {plane}", $"{planeBytes} bytes", Remedy);
            }
        }

        return frame;
    }

    private static void RequireHeader(ReadOnlySpan<byte> encoded, int planes, PixelRefusal refuse)
    {
        if (encoded.Length < HeaderLength)
        {
            throw refuse(DicomErrorCode.PixelsTruncated, $"an RLE frame of {encoded.Length} bytes", $"at least {HeaderLength} bytes", Remedy);
        }

        var segments = BinaryPrimitives.ReadUInt32LittleEndian(encoded);
        if (segments != planes || planes > 15)
        {
            throw refuse(DicomErrorCode.PixelsInvalid, $"{segments} RLE segments", $"{planes}, one for each byte of each sample, at most 15", Remedy);
        }
    }

    private static int Unpack(ReadOnlySpan<byte> segment, Span<byte> frame, int first, int step, int planeBytes)
    {
        var read = 0;
        var count = 0;
        while (read < segment.Length && count < planeBytes)
        {
            var control = (sbyte)segment[read++];
            if (control == -128)
            {
                continue;
            }

            var isRun = control < 0;
            var run = Math.Min(isRun ? 1 - control : 1 + control, planeBytes - count);
            for (var i = 0; i < run && read < segment.Length; i++, count++)
            {
                frame[first + (count * step)] = segment[isRun ? read : read++];
            }

            read += isRun ? 1 : 0;
        }

        return count;
    }
}
