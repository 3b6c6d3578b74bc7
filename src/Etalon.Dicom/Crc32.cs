namespace Etalon.Dicom;

/// <summary>The checksum of zip archives (reflected polynomial EDB88320), eight bytes at a time.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            var low = crc ^ BitConverter.ToUInt32(bytes);
            crc = Table[(7 * 256) + (byte)low] ^ Table[(6 * 256) + (byte)(low >> 8)]
                ^ Table[(5 * 256) + (byte)(low >> 16)] ^ Table[(4 * 256) + (low >> 24)]
                ^ Table[(3 * 256) + bytes[4]] ^ Table[(2 * 256) + bytes[5]] ^ Table[256 + bytes[6]] ^ Table[bytes[7]];
            bytes = bytes[8..];
        }

        foreach (var value in bytes)
        {
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[8 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }

            table[i] = crc;
        }

        for (var i = 256; i < table.Length; i++)
        {
            table[i] = table[(byte)table[i - 256]] ^ (table[i - 256] >> 8);
        }

        return table;
    }
}
