namespace Etalon.Dicom;

/// <summary>Why an object was refused. <see cref="DicomException.CodeText"/> gives the same word in kebab-case.</summary>
public enum DicomErrorCode
{
    /// <summary>The bytes are not a DICOM object.</summary>
    NotDicom,

    /// <summary>The file could not be opened or read from disk.</summary>
    Unreadable,

    /// <summary>The data set ends inside an element, an item or a sequence.</summary>
    Truncated,

    /// <summary>The pixel data are shorter than the header says.</summary>
    PixelsTruncated,

    /// <summary>The object has no pixel data.</summary>
    PixelsAbsent,

    /// <summary>The pixel data contradict the header or their own encoding.</summary>
    PixelsInvalid,

    /// <summary>A pixel layout that is valid DICOM but is not read here.</summary>
    PixelsUnsupported,

    /// <summary>An attribute needed here is missing.</summary>
    AttributeMissing,

    /// <summary>An attribute needed here has a value outside its range.</summary>
    AttributeInvalid,

    /// <summary>The transfer syntax is not read here.</summary>
    TransferSyntaxUnsupported,

    /// <summary>Sequences stand inside sequences deeper than the limit.</summary>
    NestingTooDeep,

    /// <summary>A length that is impossible where it stands.</summary>
    LengthInvalid,

    /// <summary>The two bytes of a value representation are not two capital letters.</summary>
    VrInvalid,

    /// <summary>A tag that cannot stand where it was found, such as an item outside a sequence.</summary>
    TagInvalid,

    /// <summary>The file or its number of elements exceeds the limit of the options.</summary>
    TooLarge,

    /// <summary>The compressed part of a deflated object is damaged.</summary>
    DeflateInvalid,

    /// <summary>Compressed data grow more than the limit of the options.</summary>
    ZipBomb,

    /// <summary>A zip archive is damaged, encrypted, or its checksum does not fit.</summary>
    ZipInvalid,

    /// <summary>The program that decodes these compressed pixels is not installed.</summary>
    CodecMissing,

    /// <summary>The program that decodes compressed pixels exceeded its limits or ended out of order.</summary>
    CodecFailed,
}
