namespace Etalon.Dicom;

/// <summary>One DICOM object as it stands in a file (PS3.10), in an entry of a zip, or in memory.</summary>
public sealed class DicomFile
{
    private const int PreambleLength = 128;
    private const int HeadLength = PreambleLength + 4;

    private DicomFile(string name, DicomReadOptions options)
    {
        Name = name;
        Options = options;
    }

    /// <summary>Path of the file, or <c>path.zip!entry</c>.</summary>
    public string Name { get; }

    /// <summary>Transfer syntax that the file states; where it states none, the one that its bytes show.</summary>
    public string TransferSyntaxUid { get; private init; } = "";

    /// <summary>Whether the bytes follow the transfer syntax that the file states. False for the files of some writers that
    /// state none, or state explicit representations and write implicit ones.</summary>
    public bool IsEncodedAsStated { get; private init; }

    /// <summary>File meta information, group 0002; empty where the file has none.</summary>
    public DicomDataset Meta { get; private init; } = DicomDataset.Empty;

    /// <summary>The data set.</summary>
    public DicomDataset Dataset { get; private init; } = DicomDataset.Empty;

    /// <summary>Limits that the object was read under.</summary>
    internal DicomReadOptions Options { get; }

    /// <summary>Opens a file, reads its header and closes it. Values of more than 64 KiB and pixel data stay on disk: asking for them
    /// opens the file again by its name, and is refused when its length or time of change is another by then.</summary>
    /// <param name="path">A plain file. For folders and zips see <see cref="DicomSource"/>.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="DicomException">The file cannot be opened, or is not a sound DICOM object.</exception>
    public static DicomFile Open(string path, DicomReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= DicomReadOptions.Default;
        using var source = FileSource.Open(path);
        return Read(source, path, options);
    }

    /// <summary>Reads an object from memory.</summary>
    /// <param name="bytes">The whole object. They are kept, not copied: do not change them afterwards.</param>
    /// <param name="name">Name for errors and reports.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="DicomException">The bytes are not a sound DICOM object.</exception>
    public static DicomFile Read(ReadOnlyMemory<byte> bytes, string name, DicomReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        options ??= DicomReadOptions.Default;
        return Read(new MemorySource(bytes), name, options);
    }

    /// <summary>Reads the header of an object.</summary>
    internal static DicomFile Read(ByteSource source, string name, DicomReadOptions options)
    {
        if (source.TotalLength > options.MaxBytes)
        {
            throw new DicomException(DicomErrorCode.TooLarge, name, $"{source.TotalLength} bytes", $"at most {options.MaxBytes} bytes",
                "Leave the file out, or have its writer split it into smaller objects");
        }

        if (!LooksLikeDicom(source.Peek(0, Math.Min(HeadLength, source.Length)), source.Length))
        {
            throw new DicomException(DicomErrorCode.NotDicom, name, "neither the mark DICM at byte 128 nor an element of group 0002 or 0008 at byte 0",
                "a DICOM object", "Leave the file out") { Offset = 0 };
        }

        return ReadObject(source, name, options);
    }

    /// <summary>Whether bytes could begin a DICOM object: the mark DICM at byte 128, or an element of group 0002 or 0008 at byte 0.</summary>
    /// <param name="head">The first bytes, 132 or more where there are as many.</param>
    /// <param name="totalLength">Length of the whole file in bytes.</param>
    public static bool LooksLikeDicom(ReadOnlySpan<byte> head, long totalLength)
    {
        if (HasMark(head))
        {
            return true;
        }

        if (DicomEncoding.Sniff(head, totalLength) is not { } encoding)
        {
            return false;
        }

        var group = encoding.UInt16(head);
        var element = encoding.UInt16(head[2..]);
        return group is 0x0002 or 0x0008 && element < 0x4000;
    }

    private static bool HasMark(ReadOnlySpan<byte> head) =>
        head.Length >= PreambleLength + 4 && head.Slice(PreambleLength, 4).SequenceEqual("DICM"u8);

    private static DicomFile ReadObject(ByteSource source, string name, DicomReadOptions options)
    {
        var position = HasMark(source.Peek(0, Math.Min(HeadLength, source.Length))) ? HeadLength : 0;
        var parser = new DicomParser(name, source, options);
        var meta = parser.ReadMeta(ref position);
        var stated = meta.GetString(Tags.TransferSyntaxUid) ?? "";
        if (stated == DicomTransferSyntax.DeflatedExplicitVrLittleEndian)
        {
            source = new MemorySource(DicomInflater.Inflate(source.Slice(position, source.Length - position), name, options));
            position = 0;
            parser = new DicomParser(name, source, options);
        }

        var encoding = Encoding(source.Peek(position, Math.Min(8, source.Length - position)), source.Length - position, stated);
        var dataset = parser.ReadDataset(position, encoding);
        if (dataset.Count == 0)
        {
            throw new DicomException(DicomErrorCode.Truncated, name, "no elements after the file meta information", "a data set",
                "The file was cut off; fetch it again from its source") { Offset = position };
        }

        return new DicomFile(name, options)
        {
            Meta = meta,
            Dataset = dataset,
            TransferSyntaxUid = stated.Length > 0 ? stated : Uid(encoding),
            IsEncodedAsStated = stated.Length > 0 && encoding == DicomEncoding.Of(stated),
        };
    }

    // The stated syntax counts, unless the first header cannot be read by it and can be read the other way.
    private static DicomEncoding Encoding(ReadOnlySpan<byte> dataset, int length, string stated)
    {
        var shown = DicomEncoding.Sniff(dataset, length);
        if (stated.Length == 0)
        {
            return shown ?? DicomEncoding.ImplicitLittle;
        }

        var prescribed = DicomEncoding.Of(stated);
        if (dataset.Length < 8 || shown is not { } other || other.IsExplicit == prescribed.IsExplicit)
        {
            return prescribed;
        }

        if (prescribed.IsExplicit)
        {
            var hasLetters = char.IsAsciiLetterUpper((char)dataset[4]) && char.IsAsciiLetterUpper((char)dataset[5]);
            return hasLetters ? prescribed : other;
        }

        return DicomEncoding.ImplicitLittle.UInt32(dataset[4..]) > length - 8 ? other : prescribed;
    }

    private static string Uid(DicomEncoding encoding) =>
        encoding.IsBigEndian ? DicomTransferSyntax.ExplicitVrBigEndian
        : encoding.IsExplicit ? DicomTransferSyntax.ExplicitVrLittleEndian
        : DicomTransferSyntax.ImplicitVrLittleEndian;
}
