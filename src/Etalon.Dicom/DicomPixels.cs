namespace Etalon.Dicom;

/// <summary>Stored values of an image: the layout from the header, and the frames on demand.</summary>
/// <remarks>Stored values are what the file holds: no rescaling, no look-up table. Bits above HighBit (old overlays, junk of
/// some scanners) are cut off and the sign of BitsStored is extended. Reading fails at once, before any frame is handed
/// out, when the pixel data are shorter than the layout needs; an encoded frame that ends too soon is found when it is decoded.</remarks>
public sealed partial record DicomPixels
{
    private readonly DicomElement element;
    private readonly string name;
    private readonly string transferSyntaxUid;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>[]> encapsulatedFrames;

    private DicomPixels(DicomFile file, DicomElement element, DicomPixelLayout layout, IReadOnlyList<ReadOnlyMemory<byte>[]> encapsulatedFrames)
    {
        this.element = element;
        this.encapsulatedFrames = encapsulatedFrames;
        name = file.Name;
        transferSyntaxUid = file.TransferSyntaxUid;
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

    /// <summary>Reads the layout and checks that all frames are there.</summary>
    /// <exception cref="DicomException">No pixel data, or too few, or a layout or transfer syntax that is not read here.</exception>
    public static DicomPixels Read(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (element, kind) = Find(file);
        var layout = DicomPixelLayout.Read(file, kind);
        if (!element.IsEncapsulated)
        {
            RequireNative(file, element);
            if (element.Length < layout.TotalBytes)
            {
                throw Truncated(file.Name, element, $"{element.Length} bytes", $"{layout.TotalBytes} bytes for {layout}");
            }

            return new DicomPixels(file, element, layout, []);
        }

        var greatestGrowth = file.TransferSyntaxUid switch
        {
            DicomTransferSyntax.RleLossless => RleDecoder.GreatestGrowth,
            DicomTransferSyntax.DeflatedImageFrame => FrameInflater.GreatestGrowth,
            _ => throw Unsupported(file, element),
        };
        return new DicomPixels(file, element, layout, DicomFragments.ToFrames(file.Name, element, layout, greatestGrowth));
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
            "uncompressed pixel data, RLE Lossless or Deflated Image Frame",
            "Decompress the file first, for example with gdcmconv --raw or with dcmdjpeg or dcmdjpls of DCMTK")
        {
            TagPath = element.Tag.ToString(),
            Offset = element.Offset,
        };

    private static DicomException Truncated(string name, DicomElement element, string found, string expected) =>
        new(DicomErrorCode.PixelsTruncated, name, found, expected, "The file was cut off or its header is wrong; fetch it again from its source")
        {
            TagPath = element.Tag.ToString(),
            Offset = element.Offset,
        };
}
