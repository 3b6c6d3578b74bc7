using System.IO.Compression;

namespace Etalon.Dicom;

/// <summary>Inflates one deflated frame (PS3.5 annex A.4.13).</summary>
internal static class FrameInflater
{
    private const string Remedy = "Fetch the file again from its source";

    /// <summary>Deflate makes at most 258 bytes of 2 bits.</summary>
    public const int GreatestGrowth = 1032;

    public static ReadOnlySpan<byte> Inflate(ReadOnlyMemory<byte> encoded, long frameBytes, PixelRefusal refuse)
    {
        var frame = new byte[frameBytes];
        using var stream = new DeflateStream(new MemoryStream(encoded.ToArray(), writable: false), CompressionMode.Decompress);
        int count;
        try
        {
            count = stream.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException)
        {
            throw refuse(DicomErrorCode.PixelsInvalid, "a frame that does not inflate", "a raw deflate stream", Remedy);
        }

        return count == frame.Length
            ? frame
            : throw refuse(DicomErrorCode.PixelsTruncated, $"a frame of {count} bytes after inflating", $"{frameBytes} bytes", Remedy);
    }
}
