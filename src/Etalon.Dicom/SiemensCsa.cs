using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Etalon.Dicom;

/// <summary>
/// The private CSA header of Siemens scanners before XA: (0029,xx10) of <c>SIEMENS CSA HEADER</c> holds names with lists of texts, in
/// two layouts, <c>SV10</c> and an older one without a mark.
/// </summary>
public static class SiemensCsa
{
    private const int MaxTags = 1024;
    private const int MaxItems = 4096;
    private const int TagBytes = 84;
    private const int NameBytes = 64;
    private const int Mark = 77;

    /// <summary>Texts of all tags by name; what is damaged ends the list and what came before it stays.</summary>
    /// <param name="bytes">Value of the element.</param>
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
            var name = Text(bytes.Slice(at, NameBytes));
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

    /// <summary>Composes a header of the layout <c>SV10</c> that holds these numbers and nothing else.</summary>
    /// <param name="tags">Numbers as ASCII text, by name; names have less than 64 letters.</param>
    /// <exception cref="ArgumentException">A name is too long.</exception>
    public static byte[] Write(IReadOnlyList<(string Name, IReadOnlyList<string> Values)> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        using var bytes = new MemoryStream();
        void Whole(params ReadOnlySpan<int> values)
        {
            Span<byte> cell = stackalloc byte[4];
            foreach (var value in values)
            {
                BinaryPrimitives.WriteInt32LittleEndian(cell, value);
                bytes.Write(cell);
            }
        }

        void Fixed(string text, int length)
        {
            var cell = new byte[length];
            Encoding.ASCII.GetBytes(text, cell);
            bytes.Write(cell);
        }

        bytes.Write("SV10"u8);
        Whole(0x0102_0304, tags.Count, Mark);
        foreach (var (name, values) in tags)
        {
            Fixed(name.Length < NameBytes ? name : throw new ArgumentException($"A name of {name.Length} letters.", nameof(tags)), NameBytes);
            Whole(values.Count);
            // FD stands for every number: programs read these as decimals.
            Fixed("FD", 4);
            Whole(0, values.Count, Mark);
            foreach (var value in values)
            {
                Whole(value.Length + 1, value.Length + 1, Mark, value.Length + 1);
                Fixed(value, (value.Length + 4) & ~3);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Numbers of a tag; null where it is absent or one of its texts is no number.</summary>
    /// <param name="tags">What <see cref="Read"/> returned.</param>
    /// <param name="name">Name of the tag.</param>
    public static IReadOnlyList<double>? Numbers(IReadOnlyDictionary<string, IReadOnlyList<string>> tags, string name)
    {
        ArgumentNullException.ThrowIfNull(tags);
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
