using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Etalon.Dicom;

/// <summary>Bytes of a value to text and numbers, by value representation (PS3.5 section 6.2).</summary>
internal static class DicomValue
{
    private static readonly char[] Padding = [' ', '\0'];

    /// <summary>Values as text, or null when the representation has no text form here.</summary>
    public static IReadOnlyList<string>? Strings(DicomVr vr, ReadOnlySpan<byte> bytes, DicomContext context)
    {
        switch (vr)
        {
            case DicomVr.LT or DicomVr.ST or DicomVr.UT:
                return Single(context.CharacterSet.Decode(bytes).TrimEnd(Padding));
            case DicomVr.UR:
                return Single(Encoding.Latin1.GetString(bytes).TrimEnd(Padding));
            case DicomVr.LO or DicomVr.SH or DicomVr.PN or DicomVr.UC:
                return Split(context.CharacterSet.Decode(bytes), vr);
            case DicomVr.AE or DicomVr.AS or DicomVr.CS or DicomVr.DA or DicomVr.DS or DicomVr.DT or DicomVr.IS or DicomVr.TM or DicomVr.UI:
                return Split(Encoding.Latin1.GetString(bytes), vr);
            case DicomVr.AT:
                return Tags(bytes, context.BigEndian);
            case DicomVr.SV or DicomVr.UV:
                return Long(vr, bytes, context.BigEndian);
            default:
                // As many digits as a value of its own width needs: 0.1 for a 32-bit 0.1.
                return Binary(vr, bytes, context.BigEndian)?.Select(value => vr == DicomVr.FL
                    ? ((float)value).ToString("R", CultureInfo.InvariantCulture)
                    : value.ToString("R", CultureInfo.InvariantCulture)).ToArray();
        }
    }

    /// <summary>Values as finite numbers, or null when there are none.</summary>
    public static IReadOnlyList<double>? Doubles(DicomVr vr, ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        var values = vr is DicomVr.DS or DicomVr.IS ? Decimal(Encoding.Latin1.GetString(bytes)) : Binary(vr, bytes, bigEndian);
        return values is null || values.Length == 0 || !values.All(double.IsFinite) ? null : values;
    }

    private static string[] Single(string text) => text.Length == 0 ? [] : [text];

    private static string[] Split(string text, DicomVr vr)
    {
        if (text.Trim(Padding).Length == 0)
        {
            return [];
        }

        var values = text.Split('\\');
        for (var i = 0; i < values.Length; i++)
        {
            // Leading spaces count in names and unlimited characters only.
            values[i] = vr is DicomVr.PN or DicomVr.UC ? values[i].TrimEnd(Padding) : values[i].Trim(Padding);
        }

        return values;
    }

    private static double[]? Decimal(string text)
    {
        if (text.Trim(Padding).Length == 0)
        {
            return null;
        }

        var parts = text.Split('\\');
        var values = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i].Trim(Padding), NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]))
            {
                return null;
            }
        }

        return values;
    }

    private static double[]? Binary(DicomVr vr, ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        var size = SizeOf(vr);
        if (size == 0 || bytes.Length % size != 0)
        {
            return null;
        }

        var values = new double[bytes.Length / size];
        for (var i = 0; i < values.Length; i++)
        {
            var raw = Raw(bytes.Slice(i * size, size), bigEndian);
            values[i] = vr switch
            {
                DicomVr.US => (ushort)raw,
                DicomVr.SS => (short)raw,
                DicomVr.UL => (uint)raw,
                DicomVr.SL => (int)raw,
                DicomVr.FL => BitConverter.UInt32BitsToSingle((uint)raw),
                DicomVr.FD => BitConverter.UInt64BitsToDouble(raw),
                DicomVr.SV => (long)raw,
                _ => raw,
            };
        }

        return values;
    }

    private static int SizeOf(DicomVr vr) => vr switch
    {
        DicomVr.US or DicomVr.SS => 2,
        DicomVr.UL or DicomVr.SL or DicomVr.FL => 4,
        DicomVr.FD or DicomVr.SV or DicomVr.UV => 8,
        _ => 0,
    };

    private static ulong Raw(ReadOnlySpan<byte> cell, bool bigEndian) => cell.Length switch
    {
        2 => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(cell) : BinaryPrimitives.ReadUInt16LittleEndian(cell),
        4 => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(cell) : BinaryPrimitives.ReadUInt32LittleEndian(cell),
        _ => bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(cell) : BinaryPrimitives.ReadUInt64LittleEndian(cell),
    };

    private static string[]? Tags(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        if (bytes.Length % 4 != 0)
        {
            return null;
        }

        var values = new string[bytes.Length / 4];
        for (var i = 0; i < values.Length; i++)
        {
            var group = (ushort)Raw(bytes.Slice(4 * i, 2), bigEndian);
            var element = (ushort)Raw(bytes.Slice((4 * i) + 2, 2), bigEndian);
            values[i] = new DicomTag(group, element).ToString();
        }

        return values;
    }

    // 64-bit integers do not fit a double; as text they stay exact.
    private static string[]? Long(DicomVr vr, ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        if (bytes.Length % 8 != 0)
        {
            return null;
        }

        var values = new string[bytes.Length / 8];
        for (var i = 0; i < values.Length; i++)
        {
            var raw = Raw(bytes.Slice(8 * i, 8), bigEndian);
            values[i] = vr == DicomVr.SV
                ? ((long)raw).ToString(CultureInfo.InvariantCulture)
                : raw.ToString(CultureInfo.InvariantCulture);
        }

        return values;
    }
}
