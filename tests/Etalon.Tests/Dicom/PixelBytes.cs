using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Etalon.Dicom;

namespace Etalon.Tests.Dicom;

/// <summary>Stored values written back as little endian cells, frames in order, to compare with md5 sums made elsewhere.</summary>
internal static class PixelBytes
{
    [SuppressMessage("Security", "CA5351", Justification = "The reference table holds md5 sums; nothing is secured by them.")]
    public static string Md5(DicomPixels pixels) => Convert.ToHexString(MD5.HashData(Of(pixels)));

    public static byte[] Of(DicomPixels pixels)
    {
        var bits = (long)pixels.ValuesPerFrame * pixels.BitsAllocated * pixels.Frames;
        // A value of odd length is padded by one byte in the file, and the sums include it.
        var bytes = new byte[((bits + 7) / 8) + (((bits + 7) / 8) & 1)];
        var values = new double[pixels.ValuesPerFrame];
        long cell = 0;
        for (var frame = 0; frame < pixels.Frames; frame++)
        {
            pixels.ReadFrame(frame, values);
            foreach (var value in values)
            {
                Write(bytes, cell++, value, pixels);
            }
        }

        return bytes;
    }

    private static void Write(byte[] bytes, long cell, double value, DicomPixels pixels)
    {
        switch (pixels.BitsAllocated)
        {
            case 1:
                bytes[cell / 8] |= (byte)((int)value << (int)(cell % 8));
                break;
            case 8:
                bytes[cell] = (byte)(long)value;
                break;
            case 16:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan((int)(2 * cell)), (ushort)(long)value);
                break;
            case 32 when pixels.Kind == DicomPixelKind.Float:
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan((int)(4 * cell)), (float)value);
                break;
            case 32:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan((int)(4 * cell)), (uint)(long)value);
                break;
            default:
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan((int)(8 * cell)), value);
                break;
        }
    }
}
