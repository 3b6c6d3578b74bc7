using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Etalon.Imaging.Dicom;

/// <summary>
/// The private CSA header of Siemens scanners before XA: (0029,xx10) of <c>SIEMENS CSA HEADER</c> holds names with lists of texts, in
/// two layouts, <c>SV10</c> and an older one without a mark.
/// </summary>
internal static class SiemensCsa
{
    private const int MaxTags = 1024;
    private const int MaxItems = 4096;
    private const int TagBytes = 84;

    /// <summary>Texts of all tags by name; what is damaged ends the list and what came before it stays.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Read(ReadOnlySpan<byte> bytes)
    {
        var result = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var isSecond = bytes.StartsWith("SV10"u8);
        var at = isSecond ? 8 : 0;
        if (bytes.Length < at + 8)
        {
            return result;
        }

        var count = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]), MaxTags);
        at += 8;
        // The older layout adds the number of items of the first tag to every length.
        uint excess = 0;
        for (var n = 0; n < count && at + TagBytes <= bytes.Length; n++)
        {
            var name = Text(bytes.Slice(at, 64));
            var items = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 76)..]);
            at += TagBytes;
            excess = n == 0 && !isSecond ? items : excess;
            if (items > MaxItems || name.Length == 0 || !TryItems(bytes, (int)items, isSecond ? null : excess, ref at, out var values))
            {
                break;
            }

            result.TryAdd(name, values);
        }

        return result;
    }

    /// <summary>Numbers of a tag; null where it is absent or one of its texts is no number.</summary>
    public static IReadOnlyList<double>? Numbers(IReadOnlyDictionary<string, IReadOnlyList<string>> tags, string name)
    {
        if (!tags.TryGetValue(name, out var texts) || texts.Count == 0)
        {
            return null;
        }

        var numbers = new double[texts.Count];
        for (var n = 0; n < numbers.Length; n++)
        {
            if (!double.TryParse(texts[n], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[n]) || !double.IsFinite(numbers[n]))
            {
                return null;
            }
        }

        return numbers;
    }

    private static bool TryItems(ReadOnlySpan<byte> bytes, int items, uint? excess, ref int at, out List<string> values)
    {
        values = [];
        for (var n = 0; n < items; n++)
        {
            if (at + 16 > bytes.Length)
            {
                return false;
            }

            // Four numbers; the second is the length of SV10, the first that of the older layout.
            var stated = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + (excess is null ? 4 : 0))..]);
            var length = stated - Math.Min(stated, excess ?? 0);
            at += 16;
            if (length > bytes.Length - at)
            {
                return false;
            }

            if (length > 0 && Text(bytes.Slice(at, (int)length)) is { Length: > 0 } text)
            {
                values.Add(text);
            }

            at += ((int)length + 3) & ~3;
        }

        return true;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]).Trim();
    }
}
