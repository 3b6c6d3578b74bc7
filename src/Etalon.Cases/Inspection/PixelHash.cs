using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Etalon.Dicom;

namespace Etalon.Cases.Inspection;

/// <summary>MD5 of stored values as little-endian cells, frames in order, padded to an even length as in a file; one frame in memory at a time.</summary>
internal static class PixelHash
{
    [SuppressMessage("Security", "CA5351", Justification = "Tells images apart; nothing is secured by it.")]
    public static string Md5(DicomPixels pixels, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var values = new double[pixels.ValuesPerFrame];
        var bytes = new byte[((long)values.Length * pixels.BitsAllocated / 8) + 2];
        long total = 0;
        var carried = 0; // bits of a byte that the last frame left open
        for (var frame = 0; frame < pixels.Frames; frame++)
        {
            cancellation.ThrowIfCancellationRequested();
            pixels.ReadFrame(frame, values);
            var bits = carried + (long)values.Length * pixels.BitsAllocated;
            Write(values, bytes, carried, pixels);
            var whole = (int)(bits / 8);
            hash.AppendData(bytes, 0, whole);
            total += whole;
            carried = (int)(bits % 8);
            var open = bytes[whole];
            Array.Clear(bytes);
            bytes[0] = carried > 0 ? open : (byte)0;
        }

        if (carried > 0)
        {
            hash.AppendData(bytes, 0, 1);
            total++;
        }

        if (total % 2 != 0)
        {
            hash.AppendData([0]);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Write(double[] values, byte[] bytes, int firstBit, DicomPixels pixels)
    {
        for (var n = 0; n < values.Length; n++)
        {
            var value = values[n];
            switch (pixels.BitsAllocated)
            {
                case 1:
                    bytes[(firstBit + n) / 8] |= (byte)((int)value << ((firstBit + n) % 8));
                    break;
                case 8:
                    bytes[n] = (byte)(long)value;
                    break;
                case 16:
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * n), (ushort)(long)value);
                    break;
                case 32 when pixels.Kind == DicomPixelKind.Float:
                    BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * n), (float)value);
                    break;
                case 32:
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * n), (uint)(long)value);
                    break;
                default:
                    BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * n), value);
                    break;
            }
        }
    }
}
