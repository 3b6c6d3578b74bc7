namespace Etalon.Dicom;

/// <summary>Reads element headers into data sets. One parser reads one stretch of bytes once.</summary>
internal sealed partial class DicomParser
{
    /// <summary>Values up to this many bytes are kept with the header; larger ones stay where they are.</summary>
    private const int LargestKept = 64 << 10;

    private const int PaddingBlock = 64 << 10;
    private const uint UndefinedLength = uint.MaxValue;
    private const uint ItemTag = 0xFFFE_E000;
    private const uint ItemDelimiterTag = 0xFFFE_E00D;
    private const uint SequenceDelimiterTag = 0xFFFE_E0DD;

    private readonly string name;
    private readonly ByteSource source;
    private readonly DicomReadOptions options;
    private readonly List<(DicomTag Tag, int Item)> path = [];
    private int elementsLeft;
    private bool signedPixels;

    public DicomParser(string name, ByteSource source, DicomReadOptions options)
    {
        this.name = name;
        this.source = source;
        this.options = options;
        elementsLeft = options.MaxElements;
    }

    /// <summary>Reads file meta information: explicit little endian elements of group 0002. Its stated length is not
    /// believed; it ends where another group begins.</summary>
    public DicomDataset ReadMeta(ref int position)
    {
        var scope = new Scope(NewContext(DicomEncoding.ExplicitLittle), DicomEncoding.ExplicitLittle, source.Length, 0);
        while (source.Length - position >= 8 && DicomEncoding.ExplicitLittle.UInt16(source.Peek(position, 2)) == 0x0002)
        {
            ReadElement(scope, ref position);
        }

        return scope.ToDataset();
    }

    /// <summary>Reads elements to the end of the bytes.</summary>
    public DicomDataset ReadDataset(int position, DicomEncoding encoding)
    {
        var scope = new Scope(NewContext(encoding), encoding, source.Length, 0);
        while (position < source.Length && !IsTrailingPadding(position))
        {
            ReadElement(scope, ref position);
        }

        return scope.ToDataset();
    }

    /// <summary>Reads a value of unknown representation as items.</summary>
    /// <returns>The items; none when the bytes are no items and the standard does not call the element a sequence.</returns>
    public static IReadOnlyList<DicomDataset> ReadItemsOnDemand(
        DicomContext context, DicomTag tag, int offset, int length, bool isKnownSequence)
    {
        if (!isKnownSequence && DicomEncoding.ImplicitLittle.UInt16(context.Source.Slice(offset, 2).Span) != ItemTag >> 16)
        {
            return [];
        }

        // One value in memory, with the offsets of the whole.
        var value = new MemorySource(context.Source.Slice(offset, length), offset, context.Source.Length);
        context = context with { Source = value };
        DicomException? first = null;
        foreach (var encoding in new[] { DicomEncoding.ImplicitLittle, DicomEncoding.ExplicitLittle })
        {
            var parser = new DicomParser(context.Name, value, context.Options);
            try
            {
                var position = offset;
                return parser.ReadItems(tag, context with { BigEndian = false }, encoding, ref position, offset + length, length, 1);
            }
            catch (DicomException error)
            {
                first ??= error;
            }
        }

        return isKnownSequence ? throw first! : [];
    }

    private DicomContext NewContext(DicomEncoding encoding) =>
        new(name, source, encoding.IsBigEndian, DicomCharacterSet.Default, options);

    // Some writers fill the last block with zeros.
    private bool IsTrailingPadding(int position)
    {
        for (var block = 16; position < source.Length; position += block, block = PaddingBlock)
        {
            block = Math.Min(block, source.Length - position);
            if (source.Peek(position, block).ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }

    private void ReadElement(Scope scope, ref int position)
    {
        var start = position;
        var header = ReadHeader(scope, ref position);
        if (header.Tag.Group is 0xFFFE or 0x0000)
        {
            throw Error(DicomErrorCode.TagInvalid, header.Tag, start, $"{header.Tag} stands among the elements of a data set",
                "an element of a group from 0002 up", "The file is damaged here or before; fetch it again from its source");
        }

        CountOne(header.Tag, start);
        var vr = Meaning(scope, header);
        if (header.Length == UndefinedLength)
        {
            ReadUndefinedLength(scope, header, vr, ref position);
            return;
        }

        var length = CheckLength(header, start, position, scope.End);
        // A writer that said UN, or a big endian one that embedded UN, wrote implicit little endian inside (PS3.5 6.2.2).
        var context = header.Stated == DicomVr.UN && scope.Context.BigEndian ? scope.Context with { BigEndian = false } : scope.Context;
        if (vr == DicomVr.SQ && header.Stated != DicomVr.UN)
        {
            var from = position;
            var items = ReadItems(header.Tag, context, scope.Encoding, ref position, position + length, length, scope.Depth + 1);
            scope.Add(new DicomElement(header.Tag, vr, context, from, length, items));
            return;
        }

        if (length <= LargestKept && header.Tag.Group != 0x7FE0)
        {
            source.Keep(position, length);
        }

        var element = new DicomElement(header.Tag, vr, context, position, length);
        position += length;
        scope.Add(element);
        Notice(scope, element);
    }

    // Elements that change how later ones are read.
    private void Notice(Scope scope, DicomElement element)
    {
        if (element.Tag == Tags.SpecificCharacterSet)
        {
            scope.Context = scope.Context with { CharacterSet = DicomCharacterSet.FromTerms(element.ReadStrings() ?? []) };
        }
        else if (element.Tag == Tags.PixelRepresentation)
        {
            signedPixels = element.ReadDoubles()?[0] == 1;
        }
        else if (element.Tag.IsPrivateCreator && element.FirstString() is { Length: > 0 } creator)
        {
            scope.Creators ??= [];
            scope.Creators.TryAdd(element.Tag.Number, creator);
        }
    }

    private DicomVr Meaning(Scope scope, Header header)
    {
        if (header.Stated is not (DicomVr.None or DicomVr.UN))
        {
            return header.Stated;
        }

        var vr = DicomDictionary.VrOf(header.Tag, signedPixels);
        if (vr == DicomVr.None && header.Tag.IsPrivate && scope.Creators is { } creators
            && creators.TryGetValue(((uint)header.Tag.Group << 16) | (uint)(header.Tag.Element >> 8), out var creator))
        {
            vr = DicomDictionary.VrOfPrivate(header.Tag, creator);
        }

        return vr == DicomVr.None ? DicomVr.UN : vr;
    }

    private void ReadUndefinedLength(Scope scope, Header header, DicomVr vr, ref int position)
    {
        var from = position;
        if (header.Tag.Group == 0x7FE0)
        {
            var fragments = ReadFragments(header.Tag, scope, ref position);
            scope.Add(new DicomElement(header.Tag, vr, scope.Context, from, position - from, fragments));
            return;
        }

        if (vr is not (DicomVr.SQ or DicomVr.UN) && header.Stated != DicomVr.UN)
        {
            throw Error(DicomErrorCode.LengthInvalid, header.Tag, from - 4, $"an undefined length for representation {vr}",
                "a length in bytes; only sequences and pixel data may leave it open", "Fetch the file again from its source");
        }

        var encoding = scope.Encoding;
        var context = scope.Context;
        if (header.Stated == DicomVr.UN)
        {
            encoding = EncodingInsideUnknown(position);
            context = context.BigEndian ? context with { BigEndian = false } : context;
        }

        var items = ReadItems(header.Tag, context, encoding, ref position, scope.End, -1, scope.Depth + 1);
        scope.Add(new DicomElement(header.Tag, DicomVr.SQ, context, from, position - from, items));
    }

    // CP-246 prescribes implicit little endian; some writers stay explicit. Explicit shows as two letters that, read as
    // the low half of an implicit length, would point outside the file.
    private DicomEncoding EncodingInsideUnknown(int position)
    {
        var restLength = source.Length - position;
        var rest = source.Peek(position, Math.Min(16, restLength));
        if (restLength < 16 || DicomDictionary.Parse(rest[12], rest[13]) == DicomVr.None)
        {
            return DicomEncoding.ImplicitLittle;
        }

        return DicomEncoding.ImplicitLittle.UInt32(rest[12..]) > restLength - 16 ? DicomEncoding.ExplicitLittle : DicomEncoding.ImplicitLittle;
    }

    /// <summary>Elements read so far of one data set, and how to read the next.</summary>
    private sealed class Scope(DicomContext context, DicomEncoding encoding, int end, int depth)
    {
        private readonly List<DicomElement> elements = [];

        public DicomContext Context { get; set; } = context;

        public DicomEncoding Encoding { get; } = encoding;

        public int End { get; } = end;

        public int Depth { get; } = depth;

        /// <summary>Private creators by (group &lt;&lt; 16) | block.</summary>
        public Dictionary<uint, string>? Creators { get; set; }

        public void Add(DicomElement element) => elements.Add(element);

        public DicomDataset ToDataset() => elements.Count == 0 ? DicomDataset.Empty : new DicomDataset([.. elements]);
    }
}
