namespace Etalon.Dicom;

// Element headers, items and fragments.
internal sealed partial class DicomParser
{
    private Header ReadHeader(Scope scope, ref int position)
    {
        if (scope.End - position < 8)
        {
            throw Short(null, position, $"{scope.End - position} bytes where an element header begins", "at least 8 bytes", scope.End);
        }

        var bytes = source.Peek(position, Math.Min(12, scope.End - position));
        var encoding = scope.Encoding;
        var tag = new DicomTag(encoding.UInt16(bytes), encoding.UInt16(bytes[2..]));
        if (!encoding.IsExplicit || tag.Group == 0xFFFE)
        {
            position += 8;
            return new Header(tag, DicomVr.None, encoding.UInt32(bytes[4..]));
        }

        if (!char.IsAsciiLetterUpper((char)bytes[4]) || !char.IsAsciiLetterUpper((char)bytes[5]))
        {
            throw Error(DicomErrorCode.VrInvalid, tag, position + 4, $"bytes {bytes[4]:X2} {bytes[5]:X2} as value representation",
                "two capital letters", "The file is damaged here or before, or its transfer syntax is misstated; fetch it again from its source");
        }

        var vr = DicomDictionary.Parse(bytes[4], bytes[5]);
        if (HasShortLength(vr))
        {
            position += 8;
            return new Header(tag, vr, encoding.UInt16(bytes[6..]));
        }

        if (bytes.Length < 12)
        {
            throw Short(tag, position, $"{bytes.Length} bytes of an element header", "12 bytes", scope.End);
        }

        position += 12;
        // Letters that no edition knows announce a future representation, which has the long form (PS3.5 6.2).
        return new Header(tag, vr == DicomVr.None ? DicomVr.UN : vr, encoding.UInt32(bytes[8..]));
    }

    private static bool HasShortLength(DicomVr vr) => vr switch
    {
        DicomVr.None or DicomVr.OB or DicomVr.OD or DicomVr.OF or DicomVr.OL or DicomVr.OV or DicomVr.OW => false,
        DicomVr.SQ or DicomVr.SV or DicomVr.UC or DicomVr.UN or DicomVr.UR or DicomVr.UT or DicomVr.UV => false,
        _ => true,
    };

    private int CheckLength(Header header, int start, int position, int end)
    {
        if (header.Length <= (uint)(end - position))
        {
            return (int)header.Length;
        }

        var isPixels = header.Tag.Group == 0x7FE0;
        if (header.Length <= (uint)(source.Length - position))
        {
            throw Error(DicomErrorCode.LengthInvalid, header.Tag, start, $"a value of {header.Length} bytes",
                $"at most {end - position} bytes, where the enclosing item ends", "Fetch the file again from its source");
        }

        throw Error(isPixels ? DicomErrorCode.PixelsTruncated : DicomErrorCode.Truncated, header.Tag, start,
            $"{source.Length - position} bytes follow", $"{header.Length} bytes, as the header says",
            "The file was cut off or a length is damaged; fetch it again from its source");
    }

    /// <summary>Reads items until the sequence ends.</summary>
    /// <param name="tag">The sequence, for error paths.</param>
    /// <param name="context">Context of the data set around it.</param>
    /// <param name="encoding">Encoding of the items.</param>
    /// <param name="position">From the first item to behind the sequence.</param>
    /// <param name="end">Where the bytes end that the sequence may use.</param>
    /// <param name="length">Stated length, or -1 when undefined: then a delimiter must come.</param>
    /// <param name="depth">Depth of the items, 1 below the root.</param>
    private DicomDataset[] ReadItems(
        DicomTag tag, DicomContext context, DicomEncoding encoding, ref int position, int end, int length, int depth)
    {
        if (depth > options.MaxDepth)
        {
            throw Error(DicomErrorCode.NestingTooDeep, tag, position, $"sequences {depth} deep", $"at most {options.MaxDepth}",
                "Leave the object out, or have its writer nest less");
        }

        var items = new List<DicomDataset>();
        while (length < 0 || position < end)
        {
            var start = position;
            path.Add((tag, items.Count));
            var (itemTag, itemLength) = ReadItemHeader(encoding, ref position, end);
            if (itemTag.Number == SequenceDelimiterTag && (length < 0 || position == end))
            {
                path.RemoveAt(path.Count - 1);
                break;
            }

            if (itemTag.Number != ItemTag)
            {
                throw Error(DicomErrorCode.TagInvalid, null, start, $"{itemTag} between items", "an item (FFFE,E000) or the end of the sequence",
                    "The file is damaged here or before; fetch it again from its source");
            }

            CountOne(null, start);
            items.Add(ReadItem(context, encoding, new Header(itemTag, DicomVr.None, itemLength), ref position, end, depth));
            path.RemoveAt(path.Count - 1);
        }

        return [.. items];
    }

    private (DicomTag Tag, uint Length) ReadItemHeader(DicomEncoding encoding, ref int position, int end)
    {
        if (end - position < 8)
        {
            throw Short(null, position, $"{end - position} bytes where an item begins", "at least 8 bytes", end);
        }

        var bytes = source.Peek(position, 8);
        position += 8;
        return (new DicomTag(encoding.UInt16(bytes), encoding.UInt16(bytes[2..])), encoding.UInt32(bytes[4..]));
    }

    private DicomDataset ReadItem(DicomContext context, DicomEncoding encoding, Header header, ref int position, int end, int depth)
    {
        if (header.Length != UndefinedLength)
        {
            var stop = position + CheckLength(header, position - 8, position, end);
            var scope = new Scope(context, encoding, stop, depth);
            while (position < stop)
            {
                ReadElement(scope, ref position);
            }

            return scope.ToDataset();
        }

        var open = new Scope(context, encoding, end, depth);
        while (true)
        {
            if (end - position >= 8 && Peek(encoding, position) == ItemDelimiterTag)
            {
                position += 8;
                return open.ToDataset();
            }

            ReadElement(open, ref position);
        }
    }

    private uint Peek(DicomEncoding encoding, int position)
    {
        var bytes = source.Peek(position, 4);
        return new DicomTag(encoding.UInt16(bytes), encoding.UInt16(bytes[2..])).Number;
    }

    private DicomExtent[] ReadFragments(DicomTag tag, Scope scope, ref int position)
    {
        var fragments = new List<DicomExtent>();
        while (true)
        {
            var start = position;
            path.Add((tag, fragments.Count));
            if (scope.End - position < 8)
            {
                throw Error(DicomErrorCode.PixelsTruncated, null, position, $"{scope.End - position} bytes after {fragments.Count} fragments",
                    "another fragment or the end of the fragments (FFFE,E0DD)", "The file was cut off; fetch it again from its source");
            }

            var (itemTag, length) = ReadItemHeader(scope.Encoding, ref position, scope.End);
            if (itemTag.Number == SequenceDelimiterTag)
            {
                path.RemoveAt(path.Count - 1);
                return [.. fragments];
            }

            if (itemTag.Number != ItemTag || length == UndefinedLength)
            {
                throw Error(DicomErrorCode.TagInvalid, null, start, $"{itemTag} of length {length} between fragments",
                    "a fragment (FFFE,E000) with a length or the end (FFFE,E0DD)", "Fetch the file again from its source");
            }

            if (length > (uint)(scope.End - position))
            {
                throw Error(DicomErrorCode.PixelsTruncated, null, start, $"{scope.End - position} bytes follow",
                    $"a fragment of {length} bytes", "The file was cut off or a length is damaged; fetch it again from its source");
            }

            CountOne(tag, start);
            fragments.Add(new DicomExtent(position, (int)length));
            position += (int)length;
            path.RemoveAt(path.Count - 1);
        }
    }

    private void CountOne(DicomTag? tag, int offset)
    {
        if (--elementsLeft < 0)
        {
            throw Error(DicomErrorCode.TooLarge, tag, offset, $"more than {options.MaxElements} elements, items and fragments",
                $"at most {options.MaxElements}", "Leave the object out, or have its writer split it into smaller ones");
        }
    }

    private DicomException Short(DicomTag? tag, int offset, string found, string expected, int end) =>
        end == source.Length
            ? Error(DicomErrorCode.Truncated, tag, offset, found, expected, "The file was cut off or a length is damaged; fetch it again from its source")
            : Error(DicomErrorCode.LengthInvalid, tag, offset, $"{found}, at the end of the enclosing item", expected,
                "A length is damaged; fetch the file again from its source");

    private DicomException Error(DicomErrorCode code, DicomTag? tag, int offset, string found, string expected, string remedy)
    {
        var steps = path.Select(step => $"{step.Tag}[{step.Item}]");
        return new DicomException(code, name, found, expected, remedy)
        {
            TagPath = string.Join('/', tag is { } last ? steps.Append(last.ToString()) : steps),
            Offset = offset,
        };
    }

    private readonly record struct Header(DicomTag Tag, DicomVr Stated, uint Length);
}
