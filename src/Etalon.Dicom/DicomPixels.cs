namespace Etalon.Dicom;

/// <summary>Stored values of an image: the layout from the header, and the frames on demand.</summary>
/// <remarks>Stored values are what the file holds: no rescaling, no look-up table. Bits above HighBit (old overlays, junk of
/// some scanners) are cut off and the sign of BitsStored is extended. Reading fails at once, before any frame is handed
/// out, when the pixel data are shorter than the layout needs; an encoded frame that ends too soon is found when it is decoded.</remarks>
public sealed partial record DicomPixels
{
    /// <summary>Objects held while a batch gathers.</summary>
    private const int LargestBatch = 512;

    private readonly DicomElement element;
    private readonly string name;
    private readonly FrameSource source;

    private DicomPixels(string name, DicomElement element, DicomPixelLayout layout, FrameSource source)
    {
        this.element = element;
        this.source = source;
        this.name = name;
        Layout = layout;
    }

    /// <summary>Number of rows of a frame, at least 1.</summary>
    public int Rows => Layout.Rows;

    /// <summary>Number of columns of a frame, at least 1.</summary>
    public int Columns => Layout.Columns;

    /// <summary>Number of frames, at least 1.</summary>
    public int Frames => Layout.Frames;

    /// <summary>Samples per pixel: 1 for grey images, 3 for colour.</summary>
    public int SamplesPerPixel => Layout.SamplesPerPixel;

    /// <summary>Bits of a cell in the file: 1, 8, 16, 32 or 64.</summary>
    public int BitsAllocated => Layout.BitsAllocated;

    /// <summary>Bits of a cell that carry the value.</summary>
    public int BitsStored => Layout.BitsStored;

    /// <summary>Number of the highest bit that carries the value.</summary>
    public int HighBit => Layout.HighBit;

    /// <summary>Whether stored values are two's complement.</summary>
    public bool IsSigned => Layout.IsSigned;

    /// <summary>Whether the samples of a frame stand plane by plane (PlanarConfiguration 1) instead of pixel by pixel.</summary>
    public bool IsPlanar => Layout.IsPlanar;

    /// <summary>PhotometricInterpretation as the file states it, such as <c>MONOCHROME2</c>; empty when absent.</summary>
    public string PhotometricInterpretation => Layout.PhotometricInterpretation;

    /// <summary>Integer or float cells.</summary>
    public DicomPixelKind Kind => Layout.Kind;

    /// <summary>Rows × columns × samples: the length of the spans below.</summary>
    public int ValuesPerFrame => Layout.ValuesPerFrame;

    /// <summary>Bytes behind the last frame. More than one byte of padding hints at a header that does not fit the pixels.</summary>
    public long TrailingBytes => element.IsEncapsulated ? 0 : element.Length - Layout.TotalBytes;

    internal DicomPixelLayout Layout { get; }

    /// <summary>Whether an object has pixels of any kind. An empty element counts in an image alone, where pixels were lost: some planning
    /// systems write one into their contours.</summary>
    public static bool AreIn(DicomDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var isImage = data.GetInt(Tags.Rows) > 0 || data.GetInt(Tags.Columns) > 0 || data.Contains(Tags.ImageType);
        return new[] { Tags.PixelData, Tags.FloatPixelData, Tags.DoubleFloatPixelData }.Any(tag => data.TryGet(tag, out var element) && (isImage || element.IsEncapsulated || !element.IsEmpty));
    }

    /// <summary>Reads the layout and checks that all frames are there. Frames that a codec must decode are decoded when they are
    /// read, by a program; for many objects see <see cref="ReadAll"/>.</summary>
    /// <exception cref="DicomException">No pixel data, or too few, or a layout or transfer syntax that is not read here, or its
    /// program is not installed.</exception>
    public static DicomPixels Read(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Of(file, CancellationToken.None);
    }

    /// <summary>Reads the pixels of many objects, in order. Objects that a program must decode are decoded some at a time, so that a
    /// series takes few runs; their decoded frames stay in memory until the caller lets go of the pixels.</summary>
    /// <param name="files">The objects, met lazily; at most one batch of them (see <see cref="DicomCodecOptions.BatchBytes"/>) is held.</param>
    /// <param name="cancellation">Ends the reading and any program.</param>
    public static IEnumerable<DicomPixelsEntry> ReadAll(IEnumerable<DicomFile> files, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        var waiting = new List<DicomPixelsEntry>();
        long bytes = 0;
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = Entry(file, cancellation);
            waiting.Add(entry);
            bytes += entry.Pixels?.source is CodecFrames frames ? frames.DecodedBytes : file.Options.Codecs.BatchBytes;
            if (bytes >= file.Options.Codecs.BatchBytes || waiting.Count >= LargestBatch)
            {
                foreach (var ready in Decoded(waiting, cancellation))
                {
                    yield return ready;
                }

                waiting = [];
                bytes = 0;
            }
        }

        foreach (var ready in Decoded(waiting, cancellation))
        {
            yield return ready;
        }
    }

    private static List<DicomPixelsEntry> Decoded(List<DicomPixelsEntry> entries, CancellationToken cancellation)
    {
        foreach (var kind in entries.Select(entry => entry.Pixels?.source).OfType<CodecFrames>().GroupBy(frames => frames.Kind))
        {
            var small = kind.Where(frames => frames.DecodedBytes <= entries[0].File.Options.Codecs.BatchBytes);
            CodecFrames.DecodeTogether([.. small], cancellation);
        }

        return entries;
    }

    private static DicomPixelsEntry Entry(DicomFile file, CancellationToken cancellation)
    {
        try
        {
            return new DicomPixelsEntry(file, Of(file, cancellation), null);
        }
        catch (DicomException error)
        {
            return new DicomPixelsEntry(file, null, error);
        }
    }

    /// <summary>Pixels in plain cells whose layout was read before.</summary>
    internal static DicomPixels Plain(string name, DicomElement element, DicomPixelLayout layout) => new(name, element, layout, new NativeFrames(element, layout));

    /// <summary>Element and layout of plain pixels that are all there; null where the pixels are encoded.</summary>
    internal static (DicomElement Element, DicomPixelLayout Layout)? Place(DicomFile file)
    {
        var (element, kind) = Find(file);
        return element.IsEncapsulated ? null : (element, PlainLayout(file, element, kind));
    }

    private static DicomPixelLayout PlainLayout(DicomFile file, DicomElement element, DicomPixelKind kind)
    {
        var layout = DicomPixelLayout.Read(file, kind, mayBeSubsampled: false);
        RequireNative(file, element);
        return element.Length >= layout.TotalBytes ? layout : throw Truncated(file.Name, element, $"{element.Length} bytes", $"{layout.TotalBytes} bytes for {layout}");
    }

    private static DicomPixels Of(DicomFile file, CancellationToken cancellation)
    {
        var (element, kind) = Find(file);
        if (!element.IsEncapsulated)
        {
            return Plain(file.Name, element, PlainLayout(file, element, kind));
        }

        var codec = PixelCodec.Of(file.TransferSyntaxUid);
        var layout = DicomPixelLayout.Read(file, kind, mayBeSubsampled: codec == PixelCodec.Jpeg);
        PixelRefusal refuse = (code, found, expected, remedy) => Refusal(file.Name, element, code, found, expected, remedy);
        if (codec is not null)
        {
            return ByCodec(file, element, layout, codec, refuse, cancellation);
        }

        var isRunLength = file.TransferSyntaxUid == DicomTransferSyntax.RleLossless;
        if (!isRunLength && file.TransferSyntaxUid != DicomTransferSyntax.DeflatedImageFrame)
        {
            throw Unsupported(file, element);
        }

        var frames = DicomFragments.ToFrames(file.Name, element, layout, isRunLength ? RleDecoder.GreatestGrowth : FrameInflater.GreatestGrowth);
        return new DicomPixels(file.Name, element, layout, new ManagedFrames(element, frames, layout, isRunLength, refuse));
    }

    private static DicomPixels ByCodec(
        DicomFile file, DicomElement element, DicomPixelLayout stated, PixelCodec codec, PixelRefusal refuse, CancellationToken cancellation)
    {
        var options = file.Options.Codecs;
        var decoded = codec.Decoded(stated);
        var frames = DicomFragments.ToFrames(file.Name, element, stated, int.MaxValue);
        var encodedBytes = frames.Sum(fragments => fragments.Sum(fragment => (long)fragment.Length));
        if (decoded.TotalBytes > Math.Max(options.GrowthFloorBytes, encodedBytes * (double)options.MaxGrowth))
        {
            throw refuse(DicomErrorCode.ZipBomb, $"{encodedBytes} encoded bytes that would grow to {decoded.TotalBytes}",
                $"growth of at most {options.MaxGrowth} to 1 above {options.GrowthFloorBytes} bytes", "If the object is genuine, decompress it with another program first");
        }

        return ChildProgram.Find(codec.Program, options.SearchPath) is null
            ? throw CodecFailure.Missing(codec).For(refuse)
            : new DicomPixels(file.Name, element, decoded, new CodecFrames(codec, file.TransferSyntaxUid, element, frames, stated, options, refuse, cancellation));
    }

    private static (DicomElement Element, DicomPixelKind Kind) Find(DicomFile file)
    {
        if (file.Dataset.TryGet(Tags.PixelData, out var element))
        {
            return (element, DicomPixelKind.Integer);
        }

        if (file.Dataset.TryGet(Tags.FloatPixelData, out element))
        {
            return (element, DicomPixelKind.Float);
        }

        return file.Dataset.TryGet(Tags.DoubleFloatPixelData, out element)
            ? (element, DicomPixelKind.DoubleFloat)
            : throw new DicomException(DicomErrorCode.PixelsAbsent, file.Name, "no pixel data element",
                "PixelData, FloatPixelData or DoubleFloatPixelData", "Use an image object; if this is one, fetch it again from its source");
    }

    private static void RequireNative(DicomFile file, DicomElement element)
    {
        if (!DicomTransferSyntax.IsNative(file.TransferSyntaxUid))
        {
            throw new DicomException(DicomErrorCode.PixelsInvalid, file.Name,
                $"plain pixel data under transfer syntax {DicomTransferSyntax.NameOf(file.TransferSyntaxUid)}",
                "pixel data in fragments", "The file contradicts itself; fetch it again from its source")
            {
                TagPath = element.Tag.ToString(),
                Offset = element.Offset,
            };
        }
    }

    private static DicomException Unsupported(DicomFile file, DicomElement element) =>
        new(DicomErrorCode.TransferSyntaxUnsupported, file.Name,
            $"pixel data encoded as {DicomTransferSyntax.NameOf(file.TransferSyntaxUid)}",
            "uncompressed pixel data, RLE Lossless, Deflated Image Frame, JPEG, JPEG-LS or JPEG 2000",
            "Export the object uncompressed, or decompress it with a program whose output you have checked")
        {
            TagPath = element.Tag.ToString(),
            Offset = element.Offset,
        };

    private static DicomException Truncated(string name, DicomElement element, string found, string expected) =>
        Refusal(name, element, DicomErrorCode.PixelsTruncated, found, expected, "The file was cut off or its header is wrong; fetch it again from its source");

    private static DicomException Refusal(string name, DicomElement element, DicomErrorCode code, string found, string expected, string remedy) =>
        new(code, name, found, expected, remedy) { TagPath = element.Tag.ToString(), Offset = element.Offset };
}
