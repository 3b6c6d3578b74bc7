using System.IO.Compression;

namespace Etalon.Dicom;

/// <summary>Inflates into memory under the limits of the options, counting what comes out and believing no header.</summary>
internal static class DicomInflater
{
    /// <summary>Inflates a raw deflate stream.</summary>
    public static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> compressed, string name, DicomReadOptions options)
    {
        using var source = new DrainedStream(compressed.ToArray());
        using var stream = new DeflateStream(source, CompressionMode.Decompress);
        try
        {
            var inflated = ReadAll(stream, [], compressed.Length, name, options);
            return source.RanDry
                ? throw new DicomException(DicomErrorCode.Truncated, name, "a deflate stream without its end", "a deflated data set to its end",
                    "The file was cut off; fetch it again from its source") { Offset = compressed.Length }
                : inflated;
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw new DicomException(DicomErrorCode.DeflateInvalid, name, "a deflate stream that does not inflate",
                "a deflated data set", "The file is damaged; fetch it again from its source", error) { Offset = 0 };
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">Yields inflated bytes.</param>
    /// <param name="head">Bytes that were taken from it before.</param>
    /// <param name="compressedBytes">How many compressed bytes it comes from, at most.</param>
    /// <param name="name">Name for errors.</param>
    /// <param name="options">Limits.</param>
    public static ReadOnlyMemory<byte> ReadAll(
        Stream stream, ReadOnlySpan<byte> head, long compressedBytes, string name, DicomReadOptions options)
    {
        var mayGrowTo = Math.Max(options.InflationFloorBytes, compressedBytes * (double)options.MaxInflation);
        var limit = (long)Math.Min(options.MaxBytes, mayGrowTo);
        var buffer = new byte[Math.Max(4096, Math.Min(limit, Math.Max(head.Length, 2 * compressedBytes)))];
        head.CopyTo(buffer);
        var count = head.Length;
        while (true)
        {
            if (count == buffer.Length)
            {
                if (count == Array.MaxLength)
                {
                    throw Refuse(count, compressedBytes, name, options with { MaxBytes = count - 1 });
                }

                Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, Math.Max(2L * buffer.Length, 4096)));
            }

            var read = stream.Read(buffer, count, buffer.Length - count);
            if (read == 0)
            {
                return buffer.AsMemory(0, count);
            }

            count += read;
            if (count > limit)
            {
                throw Refuse(count, compressedBytes, name, options);
            }
        }
    }

    private static DicomException Refuse(long count, long compressedBytes, string name, DicomReadOptions options) =>
        count > options.MaxBytes
            ? new(DicomErrorCode.TooLarge, name, $"more than {options.MaxBytes} bytes after inflating", $"at most {options.MaxBytes} bytes",
                "If the object is genuine, raise MaxBytes in the options")
            : new(DicomErrorCode.ZipBomb, name, $"{compressedBytes} compressed bytes grew to more than {count - 1} bytes",
                $"growth of at most {options.MaxInflation} to 1 above {options.InflationFloorBytes} bytes",
                "If the object is genuine, unpack it first or raise MaxInflation in the options");
}
