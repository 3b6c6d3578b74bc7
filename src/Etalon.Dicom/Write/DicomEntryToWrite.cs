using System.Text;

namespace Etalon.Dicom;

/// <summary>An element of a data set that is being composed: text not yet encoded, bytes, items or fragments.</summary>
internal sealed class DicomEntryToWrite
{
    private DicomEntryToWrite(DicomTag tag, DicomVr vr) => (Tag, Vr) = (tag, vr);

    public DicomTag Tag { get; }

    public DicomVr Vr { get; }

    /// <summary>Values joined by backslashes, to be encoded in the character set of the object.</summary>
    public string? Text { get; private init; }

    /// <summary>The value, little endian, not padded.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private init; }

    /// <summary>Items of a sequence.</summary>
    public IReadOnlyList<DicomDatasetBuilder>? Items { get; private init; }

    /// <summary>Fragments of encapsulated pixel data, the offset table first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Fragments { get; private init; }

    public static DicomEntryToWrite OfText(DicomTag tag, DicomVr vr, string text) => new(tag, vr) { Text = text };

    public static DicomEntryToWrite OfBytes(DicomTag tag, DicomVr vr, ReadOnlyMemory<byte> bytes) => new(tag, vr) { Bytes = bytes };

    public static DicomEntryToWrite OfItems(DicomTag tag, IReadOnlyList<DicomDatasetBuilder> items) => new(tag, DicomVr.SQ) { Items = items };

    public static DicomEntryToWrite Copy(DicomElement element)
    {
        if (element.IsSequence || element.Vr == DicomVr.SQ)
        {
            return OfItems(element.Tag, [.. element.ReadItems().Select(DicomDatasetBuilder.From)]);
        }

        if (element.IsEncapsulated)
        {
            return new DicomEntryToWrite(element.Tag, DicomVr.OB) { Fragments = element.Fragments };
        }

        var vr = element.Vr == DicomVr.None ? DicomVr.UN : element.Vr;
        return OfBytes(element.Tag, vr, element.IsBigEndian ? LittleEndian(vr, element.Bytes.Span) : element.Bytes);
    }

    /// <summary>What text the element holds, as far as ASCII tells; null for bytes that are no text.</summary>
    public string? TextForm() =>
        Text ?? (Items is null && Fragments is null && Width(Vr) == 1 && Vr is not (DicomVr.OB or DicomVr.UN) ? Encoding.Latin1.GetString(Bytes.Span) : null);

    private static byte[] LittleEndian(DicomVr vr, ReadOnlySpan<byte> bytes)
    {
        var swapped = bytes.ToArray();
        var width = Width(vr);
        for (var start = 0; width > 1 && start + width <= swapped.Length; start += width)
        {
            swapped.AsSpan(start, width).Reverse();
        }

        return swapped;
    }

    private static int Width(DicomVr vr) => vr switch
    {
        DicomVr.US or DicomVr.SS or DicomVr.OW or DicomVr.AT => 2,
        DicomVr.UL or DicomVr.SL or DicomVr.FL or DicomVr.OF or DicomVr.OL => 4,
        DicomVr.FD or DicomVr.OD or DicomVr.SV or DicomVr.UV or DicomVr.OV => 8,
        _ => 1,
    };
}
