using System.Buffers.Binary;

namespace Etalon.Tests.Dicom;

/// <summary>Rewrites the last fragment of compressed pixel data, with lengths that fit, independent of the reader.</summary>
internal static class Encapsulated
{
    /// <summary>The object with its last fragment changed. The pixel data must be its last element.</summary>
    public static byte[] Change(byte[] file, Func<byte[], byte[]> change)
    {
        var (at, length) = LastFragment(file);
        var fragment = change(file.AsSpan(at, length).ToArray());
        byte[] even = fragment.Length % 2 == 0 ? fragment : [.. fragment, 0];
        var header = file.AsSpan(at - 8, 8).ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), even.Length);
        return [.. file[..(at - 8)], .. header, .. even, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0];
    }

    private static (int At, int Length) LastFragment(byte[] file)
    {
        // Pixel data of undefined length: tag, OB or OW, two zeros, FFFFFFFF.
        var start = LastMark(file) + 12;
        var last = (0, 0);
        for (var at = start; BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)) == 0xE000FFFE;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            last = (at + 8, length);
            at += 8 + length;
        }

        return last;
    }

    private static int LastMark(byte[] file)
    {
        for (var at = file.Length - 12; at > 0; at--)
        {
            if (file[at] == 0xE0 && file[at + 1] == 0x7F && file[at + 2] == 0x10 && file[at + 3] == 0 && file[at + 4] == 'O'
                && BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)) == uint.MaxValue)
            {
                return at;
            }
        }

        throw new InvalidOperationException("no pixel data of undefined length");
    }
}
