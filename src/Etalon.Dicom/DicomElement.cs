namespace Etalon.Dicom;

/// <summary>One element of a data set. The value is a view of the file's bytes; nothing is copied or parsed before it is asked for.</summary>
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

    /// <summary>The bytes of the value as they stand in the file, with padding.</summary>
    public ReadOnlyMemory<byte> Bytes => context.Buffer.Slice(offset, length);

    /// <summary>Whether the value is a sequence that was read; see <see cref="ReadItems"/> for values of unknown representation.</summary>
    public bool IsSequence => content is DicomDataset[];

    /// <summary>Whether the value is pixel data in fragments.</summary>
    public bool IsEncapsulated => content is ReadOnlyMemory<byte>[];

    /// <summary>Items of a sequence, in file order; empty for other elements.</summary>
    public IReadOnlyList<DicomDataset> Items => content as DicomDataset[] ?? [];

    /// <summary>Fragments of encapsulated pixel data in file order, the offset table first; empty for other elements.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Fragments => content as ReadOnlyMemory<byte>[] ?? [];

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
