namespace Etalon.Dicom;

/// <summary>One element of a data set. The value is a view of the header's bytes, or lies on disk where it is large; nothing is parsed before it is asked for.</summary>
public sealed class DicomElement
{
    private readonly DicomContext context;
    private readonly object? content;
    private readonly int offset;
    private readonly int length;

    internal DicomElement(DicomTag tag, DicomVr vr, DicomContext context, int offset, int length, object? content = null)
    {
        Tag = tag;
        Vr = vr;
        this.context = context;
        this.offset = offset;
        this.length = length;
        this.content = content;
    }

    /// <summary>Which element this is.</summary>
    public DicomTag Tag { get; }

    /// <summary>Value representation: as the file states it, or from the dictionary where the file states none or UN,
    /// or UN where neither knows.</summary>
    public DicomVr Vr { get; }

    /// <summary>Byte offset of the value from the start of the file (of the inflated bytes in a deflated object).</summary>
    public long Offset => offset;

    /// <summary>Length of the value in bytes as it stands in the file, with padding; of an undefined length, the length found.</summary>
    public int Length => length;

    /// <summary>Whether the value has no bytes.</summary>
    public bool IsEmpty => length == 0;

    /// <summary>Whether numbers in <see cref="Bytes"/> have the high byte first.</summary>
    public bool IsBigEndian => context.BigEndian;

    /// <summary>The bytes of the value as they stand in the file, with padding. A large value of a file (pixel data, above all) is read
    /// from disk at each call.</summary>
    /// <exception cref="DicomException">The value lies on disk, and the file is gone or has changed.</exception>
    public ReadOnlyMemory<byte> Bytes => Read(0, length);

    /// <summary>Whether the value is a sequence that was read; see <see cref="ReadItems"/> for values of unknown representation.</summary>
    public bool IsSequence => content is DicomDataset[];

    /// <summary>Whether the value is pixel data in fragments.</summary>
    public bool IsEncapsulated => content is DicomExtent[];

    /// <summary>Items of a sequence, in file order; empty for other elements.</summary>
    public IReadOnlyList<DicomDataset> Items => content as DicomDataset[] ?? [];

    /// <summary>Fragments of encapsulated pixel data in file order, the offset table first; empty for other elements. Those of a file
    /// are read from disk at each call.</summary>
    /// <exception cref="DicomException">The file is gone or has changed.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Fragments => [.. FragmentExtents.Select(Read)];

    /// <summary>Where the fragments lie.</summary>
    internal DicomExtent[] FragmentExtents => content as DicomExtent[] ?? [];

    /// <summary>Bytes of one fragment.</summary>
    internal ReadOnlyMemory<byte> Read(DicomExtent fragment) => context.Source.Slice(fragment.Offset, fragment.Length);

    /// <summary>Bytes of fragments, one behind the other.</summary>
    internal ReadOnlyMemory<byte> Join(DicomExtent[] fragments)
    {
        if (fragments.Length == 1)
        {
            return Read(fragments[0]);
        }

        var joined = new byte[fragments.Sum(fragment => (long)fragment.Length)];
        var at = 0;
        foreach (var fragment in fragments)
        {
            Read(fragment).Span.CopyTo(joined.AsSpan(at));
            at += fragment.Length;
        }

        return joined;
    }

    /// <summary>What the bytes come from.</summary>
    internal ByteSource Source => context.Source;

    /// <summary>Copies a part of the value.</summary>
    internal void CopyTo(int from, Span<byte> bytes) => context.Source.CopyTo(offset + from, bytes);

    /// <summary>A part of the value.</summary>
    internal ReadOnlyMemory<byte> Read(int from, int count) => context.Source.Slice(offset + from, count);

    /// <summary>Items of a sequence whose representation the file does not state: <see cref="Items"/>, or the value parsed as
    /// items (implicit little endian, then explicit) when it is UN and starts like a sequence.</summary>
    /// <exception cref="DicomException">The standard says that this element is a sequence, and its bytes are none.</exception>
    public IReadOnlyList<DicomDataset> ReadItems()
    {
        if (content is not null || length < 8 || Vr is not (DicomVr.UN or DicomVr.SQ))
        {
            return Items;
        }

        return DicomParser.ReadItemsOnDemand(context, Tag, offset, length, isKnownSequence: Vr == DicomVr.SQ);
    }

    /// <summary>The values as text, split at backslashes where the representation has several values, trimmed as it allows.
    /// Numbers are written with a point and no grouping. Null for sequences, bulk data and unknown representations.</summary>
    public IReadOnlyList<string>? ReadStrings() =>
        content is null ? DicomValue.Strings(Vr, Bytes.Span, context) : null;

    /// <summary>The first value as text, or null.</summary>
    internal string? FirstString() => ReadStrings() is { Count: > 0 } values ? values[0] : null;

    /// <summary>The values as numbers; null when empty, not numeric, or when one of them is not a finite number.</summary>
    /// <param name="whenUnknown">Representation to assume where neither the file nor the dictionary knows one (UN).</param>
    public IReadOnlyList<double>? ReadDoubles(DicomVr whenUnknown = DicomVr.UN) =>
        content is null ? DicomValue.Doubles(Vr == DicomVr.UN ? whenUnknown : Vr, Bytes.Span, context.BigEndian) : null;

    /// <summary>Tag, keyword, representation and length, for a debugger and for dumps.</summary>
    public override string ToString() => $"{Tag} {Vr} {Tag.Keyword ?? "?"} [{length}]";
}
