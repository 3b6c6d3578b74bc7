using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Etalon.Dicom;

/// <summary>A sum over the decoded cells of an object, to tell whether two objects, or two programs, have the same pixels.</summary>
public static class DicomPixelHash
{
    private const int BlockBytes = 1 << 16;

    /// <summary>MD5 over the cells as they are decoded, low byte first, frames in order, bits outside BitsStored as they stand. Single
    /// bits are packed lowest first and run on from frame to frame. An odd number of bytes is padded by one zero, as in a file.</summary>
    /// <param name="pixels">The pixels; one frame at a time is in memory, of compressed ones one batch.</param>
    /// <returns>32 hexadecimal digits, upper case.</returns>
    /// <exception cref="DicomException">A frame is damaged.</exception>
    [SuppressMessage("Security", "CA5351", Justification = "MD5 is what tables of reference sums hold; nothing is secured by it.")]
    public static string Md5(DicomPixels pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var block = new byte[BlockBytes];
        long bits = 0;
        for (var frame = 0; frame < pixels.Frames; frame++)
        {
            var cells = pixels.Cells(frame, out var firstBit);
            if (pixels.BitsAllocated == 1)
            {
                AppendBits(hash, block, ref bits, cells, firstBit, pixels.ValuesPerFrame);
            }
            else if (pixels.CellsAreBigEndian)
            {
                AppendSwapped(hash, block, cells, pixels.BitsAllocated / 8);
            }
            else
            {
                hash.AppendData(cells);
            }
        }

        hash.AppendData(block, 0, (int)(((bits % (8 * BlockBytes)) + 7) / 8));
        if ((pixels.Layout.TotalBytes & 1) != 0)
        {
            hash.AppendData([0]);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void AppendBits(IncrementalHash hash, byte[] block, ref long bits, ReadOnlySpan<byte> cells, int firstBit, int count)
    {
        for (var i = 0; i < count; i++, bits++)
        {
            var from = firstBit + (long)i;
            var value = (cells[(int)(from >> 3)] >> (int)(from & 7)) & 1;
            var to = (int)(bits % (8 * BlockBytes));
            block[to >> 3] = (byte)(((to & 7) == 0 ? 0 : block[to >> 3]) | (value << (to & 7)));
            if (to == (8 * BlockBytes) - 1)
            {
                hash.AppendData(block);
            }
        }
    }

    private static void AppendSwapped(IncrementalHash hash, byte[] block, ReadOnlySpan<byte> cells, int size)
    {
        for (var start = 0; start < cells.Length; start += BlockBytes)
        {
            var part = block.AsSpan(0, Math.Min(BlockBytes, cells.Length - start));
            cells.Slice(start, part.Length).CopyTo(part);
            for (var at = 0; at < part.Length; at += size)
            {
                part.Slice(at, size).Reverse();
            }

            hash.AppendData(part);
        }
    }
}
