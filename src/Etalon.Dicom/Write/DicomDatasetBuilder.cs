using System.Buffers.Binary;
using System.Globalization;

namespace Etalon.Dicom;

/// <summary>A data set, or an item of a sequence, that is being composed to be written. Elements come out in the order of their tags.</summary>
/// <remarks>What the standard does not allow (a value too long, a text that is no UID) throws at once: text from outside is made to fit first, with
/// <see cref="DicomText.Fit"/>. Elements copied from a file that was read are kept as they are, right or wrong.</remarks>
public sealed class DicomDatasetBuilder
{
    private readonly SortedDictionary<uint, DicomEntryToWrite> entries = [];

    /// <summary>Tags of all elements, in order.</summary>
    public IReadOnlyCollection<DicomTag> ElementTags => [.. entries.Keys.Select(DicomTag.FromNumber)];

    internal IEnumerable<DicomEntryToWrite> Entries => entries.Values;

    /// <summary>Takes over all elements of a data set that was read, sequences with all their items; group lengths and padding stay behind.
    /// Numbers are turned to little endian; text keeps its bytes and so its character set.</summary>
    public static DicomDatasetBuilder From(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var builder = new DicomDatasetBuilder();
        foreach (var element in dataset.Elements)
        {
            builder.Copy(element);
        }

        return builder;
    }

    /// <summary>Takes over one element that was read. Of two with one tag the first stays.</summary>
    public DicomDatasetBuilder Copy(DicomElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        // Group lengths are retired and would be wrong; data set trailing padding means nothing.
        if (element.Tag.Element == 0 || element.Tag.Number == 0xFFFC_FFFC || element.Tag.Group == 0x0002 || entries.ContainsKey(element.Tag.Number))
        {
            return this;
        }

        entries[element.Tag.Number] = DicomEntryToWrite.Copy(element);
        return this;
    }

    /// <summary>Copies an element of another data set if it is there, under its own tag.</summary>
    public DicomDatasetBuilder CopyFrom(DicomDataset source, params ReadOnlySpan<DicomTag> tags)
    {
        ArgumentNullException.ThrowIfNull(source);
        foreach (var tag in tags)
        {
            if (source.TryGet(tag, out var element))
            {
                entries.Remove(tag.Number);
                Copy(element);
            }
        }

        return this;
    }

    /// <summary>Sets an element of text, with the representation that the standard gives its tag.</summary>
    /// <exception cref="ArgumentException">The tag is private or unknown, is not of text, or a value does not fit it.</exception>
    public DicomDatasetBuilder Set(DicomTag tag, params ReadOnlySpan<string> values) => Set(tag, VrOf(tag), values);

    /// <summary>Sets an element of text with a stated representation.</summary>
    /// <exception cref="ArgumentException">A value does not fit the representation.</exception>
    public DicomDatasetBuilder Set(DicomTag tag, DicomVr vr, params ReadOnlySpan<string> values)
    {
        foreach (var value in values)
        {
            if (DicomText.Trouble(value, vr) is { } trouble)
            {
                throw new ArgumentException($"{tag} {tag.Keyword}: {trouble}.");
            }
        }

        entries[tag.Number] = DicomEntryToWrite.OfText(tag, vr, string.Join('\\', values!));
        return this;
    }

    /// <summary>Sets numbers, with the representation that the standard gives the tag: text (DS, IS) or binary.</summary>
    /// <exception cref="ArgumentException">The tag is not of numbers, or a number does not fit it.</exception>
    public DicomDatasetBuilder Set(DicomTag tag, params ReadOnlySpan<double> values) => Set(tag, VrOf(tag), values);

    /// <summary>Sets numbers with a stated representation.</summary>
    /// <exception cref="ArgumentException">The representation is not of numbers, or a number does not fit it.</exception>
    public DicomDatasetBuilder Set(DicomTag tag, DicomVr vr, params ReadOnlySpan<double> values)
    {
        if (vr is DicomVr.DS or DicomVr.IS)
        {
            var texts = new string[values.Length];
            for (var n = 0; n < values.Length; n++)
            {
                texts[n] = vr == DicomVr.DS ? DicomText.Decimal(values[n]) : Whole(tag, values[n], int.MinValue, int.MaxValue).ToString(CultureInfo.InvariantCulture);
            }

            return Set(tag, vr, texts);
        }

        using var bytes = new MemoryStream();
        Span<byte> cell = stackalloc byte[8];
        foreach (var value in values)
        {
            bytes.Write(cell[..Binary(tag, vr, value, cell)]);
        }

        return SetBytes(tag, vr, bytes.ToArray());
    }

    /// <summary>Sets an element by its bytes, little endian; padded to an even length when written.</summary>
    /// <param name="tag">The element.</param>
    /// <param name="vr">Its representation.</param>
    /// <param name="bytes">Kept, not copied: do not change them before writing.</param>
    public DicomDatasetBuilder SetBytes(DicomTag tag, DicomVr vr, ReadOnlyMemory<byte> bytes)
    {
        entries[tag.Number] = DicomEntryToWrite.OfBytes(tag, vr, bytes);
        return this;
    }

    /// <summary>Sets references to tags (AT).</summary>
    public DicomDatasetBuilder SetTags(DicomTag tag, params ReadOnlySpan<DicomTag> values)
    {
        var bytes = new byte[4 * values.Length];
        for (var n = 0; n < values.Length; n++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4 * n), values[n].Group);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan((4 * n) + 2), values[n].Element);
        }

        return SetBytes(tag, DicomVr.AT, bytes);
    }

    /// <summary>Sets a sequence; without items it is there and empty.</summary>
    public DicomDatasetBuilder SetSequence(DicomTag tag, params IEnumerable<DicomDatasetBuilder> items)
    {
        entries[tag.Number] = DicomEntryToWrite.OfItems(tag, [.. items]);
        return this;
    }

    /// <summary>Sets a code sequence of one item.</summary>
    public DicomDatasetBuilder SetCode(DicomTag tag, DicomCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return SetSequence(tag, code.ToItem());
    }

    /// <summary>Sets elements without a value, as attributes of type 2 whose value is not known.</summary>
    public DicomDatasetBuilder SetEmpty(params ReadOnlySpan<DicomTag> tags)
    {
        foreach (var tag in tags)
        {
            entries[tag.Number] = VrOf(tag) == DicomVr.SQ ? DicomEntryToWrite.OfItems(tag, []) : DicomEntryToWrite.OfBytes(tag, VrOf(tag), default);
        }

        return this;
    }

    /// <summary>Takes an element out.</summary>
    public DicomDatasetBuilder Remove(DicomTag tag)
    {
        entries.Remove(tag.Number);
        return this;
    }

    /// <summary>Whether an element is there, with or without a value.</summary>
    public bool Contains(DicomTag tag) => entries.ContainsKey(tag.Number);

    /// <summary>Representation of an element that is there; <see cref="DicomVr.None"/> where it is not.</summary>
    public DicomVr RepresentationOf(DicomTag tag) => entries.TryGetValue(tag.Number, out var entry) ? entry.Vr : DicomVr.None;

    /// <summary>Items of a sequence, to be changed in place; none where there is no such sequence.</summary>
    public IReadOnlyList<DicomDatasetBuilder> ItemsOf(DicomTag tag) => entries.TryGetValue(tag.Number, out var entry) ? entry.Items ?? [] : [];

    /// <summary>Takes an element over from another data set that is being composed.</summary>
    internal void TakeFrom(DicomDatasetBuilder other, DicomTag tag) => entries[tag.Number] = other.entries[tag.Number];

    /// <summary>Text that was set or copied, several values joined by backslashes, untrimmed; null where the element is absent or no text.</summary>
    internal string? TextOf(DicomTag tag) => entries.TryGetValue(tag.Number, out var entry) ? entry.TextForm() : null;

    private static DicomVr VrOf(DicomTag tag) => DicomDictionary.VrOf(tag, signedPixels: false) is var vr and not DicomVr.None
        ? vr
        : throw new ArgumentException($"{tag} is not in the data dictionary: state its representation.");

    private static int Binary(DicomTag tag, DicomVr vr, double value, Span<byte> cell)
    {
        switch (vr)
        {
            case DicomVr.US:
                BinaryPrimitives.WriteUInt16LittleEndian(cell, (ushort)Whole(tag, value, 0, ushort.MaxValue));
                return 2;
            case DicomVr.SS:
                BinaryPrimitives.WriteInt16LittleEndian(cell, (short)Whole(tag, value, short.MinValue, short.MaxValue));
                return 2;
            case DicomVr.UL:
                BinaryPrimitives.WriteUInt32LittleEndian(cell, (uint)Whole(tag, value, 0, uint.MaxValue));
                return 4;
            case DicomVr.SL:
                BinaryPrimitives.WriteInt32LittleEndian(cell, (int)Whole(tag, value, int.MinValue, int.MaxValue));
                return 4;
            case DicomVr.FL:
                BinaryPrimitives.WriteSingleLittleEndian(cell, (float)value);
                return 4;
            case DicomVr.FD:
                BinaryPrimitives.WriteDoubleLittleEndian(cell, value);
                return 8;
            default:
                throw new ArgumentException($"{tag} {tag.Keyword}: representation {vr} is not of numbers.");
        }
    }

    private static long Whole(DicomTag tag, double value, long least, long most) => value == Math.Floor(value) && value >= least && value <= most
        ? (long)value
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{tag} {tag.Keyword}: {value} is not a whole number from {least} to {most}."));
}
