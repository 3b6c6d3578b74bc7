using System.Buffers.Binary;

namespace Etalon.Tests.Dicom;

/// <summary>Damages an object the way disks, networks and attackers do. The same seed gives the same damage.</summary>
internal static class Mutation
{
    /// <summary>Kinds of damage; <see cref="Truncation"/> is the first.</summary>
    public const int Kinds = 9;

    /// <summary>The file ends early.</summary>
    public const int Truncation = 0;

    // Behind the preamble, whose bytes mean nothing.
    private const int First = 128;

    private static readonly string[] Representations = ["SQ", "OB", "OW", "UN", "US", "DS", "UI", "AT", "FD", "zz"];

    /// <summary>A damaged copy.</summary>
    public static byte[] Of(byte[] whole, Random random, int kind)
    {
        var bytes = (byte[])whole.Clone();
        var at = random.Next(First, bytes.Length);
        switch (kind)
        {
            case Truncation:
                return bytes[..at];
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                return [.. bytes[..at], .. Noise(random), .. bytes[at..]];
            case 3:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 32))..]];
            case 4:
                return Length(bytes, random, random.Next(3));
            case 5:
                return Representation(bytes, random);
            case 6:
                bytes.AsSpan(at, Math.Min(random.Next(1, 9), bytes.Length - at)).Fill((byte)(random.Next(2) * 255));
                return bytes;
            case 7:
                // A stretch from elsewhere in the file: tags, items and delimiters where they do not belong.
                var from = random.Next(First, bytes.Length);
                var count = Math.Min(random.Next(4, 64), bytes.Length - Math.Max(at, from));
                Array.Copy(whole, from, bytes, at, count);
                return bytes;
            default:
                for (var i = 0; i < 8; i++)
                {
                    bytes[random.Next(First, bytes.Length)] = (byte)random.Next(256);
                }

                return bytes;
        }
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[random.Next(1, 32)];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>The length of some element becomes 0, undefined, or anything.</summary>
    private static byte[] Length(byte[] bytes, Random random, int choice)
    {
        var header = Header(bytes, random);
        var value = choice switch { 0 => 0u, 1 => uint.MaxValue, _ => (uint)random.NextInt64(1L << 32) };
        if (header + 12 <= bytes.Length)
        {
            var isLong = bytes[header + 6] == 0 && bytes[header + 7] == 0;
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(header + 6), isLong ? (ushort)0 : (ushort)value);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(isLong ? header + 8 : header + 4), isLong ? value : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(header + 4)));
        }

        return bytes;
    }

    private static byte[] Representation(byte[] bytes, Random random)
    {
        var header = Header(bytes, random);
        var letters = Representations[random.Next(Representations.Length)];
        bytes[header + 4] = (byte)letters[0];
        bytes[header + 5] = (byte)letters[1];
        return bytes;
    }

    /// <summary>Where two capital letters stand as in an element header, from a random place on.</summary>
    private static int Header(byte[] bytes, Random random)
    {
        var start = random.Next(First, Math.Max(First + 1, bytes.Length - 12));
        for (var i = start; i + 12 < bytes.Length; i++)
        {
            if (char.IsAsciiLetterUpper((char)bytes[i + 4]) && char.IsAsciiLetterUpper((char)bytes[i + 5]) && bytes[i + 1] is 0 or 0x7F or 0x08 or 0x18 or 0x20 or 0x28)
            {
                return i;
            }
        }

        return Math.Min(start, bytes.Length - 12);
    }
}
