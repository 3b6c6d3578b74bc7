namespace Etalon.Dicom;

/// <summary>A program that decodes the frames of some transfer syntaxes.</summary>
/// <param name="Program">Name on the search path.</param>
/// <param name="Package">Debian package that holds it.</param>
internal sealed record PixelCodec(string Program, string Package)
{
    /// <summary>JPEG by DCMTK: baseline, extended, lossless.</summary>
    public static PixelCodec Jpeg { get; } = new("dcmdjpeg", "dcmtk");

    /// <summary>JPEG-LS by DCMTK.</summary>
    public static PixelCodec JpegLs { get; } = new("dcmdjpls", "dcmtk");

    /// <summary>JPEG 2000 by OpenJPEG.</summary>
    public static PixelCodec Jpeg2000 { get; } = new("opj_decompress", "libopenjp2-tools");

    /// <summary>The codec of a transfer syntax; null where no program is used.</summary>
    public static PixelCodec? Of(string transferSyntaxUid) => transferSyntaxUid switch
    {
        "1.2.840.10008.1.2.4.50" or "1.2.840.10008.1.2.4.51" or "1.2.840.10008.1.2.4.57" or "1.2.840.10008.1.2.4.70" => Jpeg,
        "1.2.840.10008.1.2.4.80" or "1.2.840.10008.1.2.4.81" => JpegLs,
        "1.2.840.10008.1.2.4.90" or "1.2.840.10008.1.2.4.91" => Jpeg2000,
        _ => null,
    };

    /// <summary>Layout of the decoded frames. Samples stand pixel by pixel; colour that the codec transformed is RGB again;
    /// single bits have become bytes, because codecs know no packed bits.</summary>
    public DicomPixelLayout Decoded(DicomPixelLayout stated) => stated with
    {
        IsPlanar = false,
        BitsAllocated = stated.BitsAllocated == 1 ? 8 : stated.BitsAllocated,
        HighBit = stated.BitsStored - 1,
        PhotometricInterpretation = stated.PhotometricInterpretation switch
        {
            "YBR_RCT" or "YBR_ICT" => "RGB",
            "YBR_FULL" or "YBR_FULL_422" when this == Jpeg => "RGB",
            var other => other,
        },
    };
}
