using System.IO.Compression;

namespace Etalon.Dicom;

/// <summary>Inflates into memory under the limits of the options, counting what comes out and believing no header.</summary>
internal static class DicomInflater
{
    private const int FirstBlock = 1 << 16;
    private const int LargestBlock = 1 << 25;

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
        var blocks = new List<byte[]>();
        long count = head.Length;
        var first = new byte[Math.Max(FirstBlock, head.Length)];
        head.CopyTo(first);
        blocks.Add(first);
        var used = head.Length;
        while (true)
        {
            if (used == blocks[^1].Length)
            {
                // Blocks grow with what has come, so that a refusal costs no more than was inflated.
                blocks.Add(new byte[(int)Math.Clamp(count / 4, FirstBlock, LargestBlock)]);
                used = 0;
            }

            var read = stream.Read(blocks[^1], used, blocks[^1].Length - used);
            if (read == 0)
            {
                return Joined(blocks, (int)count);
            }

            (used, count) = (used + read, count + read);
            if (count > limit)
            {
                throw Refuse(count, compressedBytes, name, options);
            }
        }
    }

    /// <summary>The blocks as one; each is let go once it is copied.</summary>
    private static ReadOnlyMemory<byte> Joined(List<byte[]> blocks, int count)
    {
        if (blocks.Count == 1)
        {
            return blocks[0].AsMemory(0, count);
        }

        var all = new byte[count];
        var at = 0;
        for (var n = 0; n < blocks.Count; n++)
        {
            var part = blocks[n].AsSpan(0, Math.Min(blocks[n].Length, count - at));
            part.CopyTo(all.AsSpan(at));
            at += part.Length;
            blocks[n] = [];
        }

        return all;
    }

    private static DicomException Refuse(long count, long compressedBytes, string name, DicomReadOptions options) =>
        count > options.MaxBytes
            ? new(DicomErrorCode.TooLarge, name, $"more than {options.MaxBytes} bytes after inflating", $"at most {options.MaxBytes} bytes",
                "Leave the object out, or have its writer split it into smaller ones")
            : new(DicomErrorCode.ZipBomb, name, $"{compressedBytes} compressed bytes grew to more than {count - 1} bytes",
                $"growth of at most {options.MaxInflation} to 1 above {options.InflationFloorBytes} bytes",
                "If the object is genuine, write it uncompressed with another program first, such as dcmconv +te");
}
