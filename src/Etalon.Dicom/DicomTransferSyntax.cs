namespace Etalon.Dicom;

/// <summary>Transfer syntaxes that are read here, and what the others are called.</summary>
public static class DicomTransferSyntax
{
    /// <summary>Implicit VR little endian, the default of DICOM.</summary>
    public const string ImplicitVrLittleEndian = "1.2.840.10008.1.2";

    /// <summary>Explicit VR little endian.</summary>
    public const string ExplicitVrLittleEndian = "1.2.840.10008.1.2.1";

    /// <summary>Explicit VR little endian, the whole data set deflated.</summary>
    public const string DeflatedExplicitVrLittleEndian = "1.2.840.10008.1.2.1.99";

    /// <summary>Explicit VR big endian, retired.</summary>
    public const string ExplicitVrBigEndian = "1.2.840.10008.1.2.2";

    /// <summary>Run-length encoded frames.</summary>
    public const string RleLossless = "1.2.840.10008.1.2.5";

    /// <summary>Each frame deflated.</summary>
    public const string DeflatedImageFrame = "1.2.840.10008.1.2.8.1";

    /// <summary>Whether pixel data of this syntax stand in the file as plain numbers.</summary>
    public static bool IsNative(string uid) =>
        uid is ImplicitVrLittleEndian or ExplicitVrLittleEndian or DeflatedExplicitVrLittleEndian or ExplicitVrBigEndian;

    /// <summary>A name for messages: the codec where it is known, else the UID.</summary>
    public static string NameOf(string uid) => uid switch
    {
        ImplicitVrLittleEndian => "Implicit VR Little Endian",
        ExplicitVrLittleEndian => "Explicit VR Little Endian",
        DeflatedExplicitVrLittleEndian => "Deflated Explicit VR Little Endian",
        ExplicitVrBigEndian => "Explicit VR Big Endian",
        RleLossless => "RLE Lossless",
        DeflatedImageFrame => "Deflated Image Frame",
        "1.2.840.10008.1.2.4.50" or "1.2.840.10008.1.2.4.51" => "JPEG (lossy)",
        "1.2.840.10008.1.2.4.57" or "1.2.840.10008.1.2.4.70" => "JPEG Lossless",
        "1.2.840.10008.1.2.4.80" => "JPEG-LS Lossless",
        "1.2.840.10008.1.2.4.81" => "JPEG-LS (near lossless)",
        "1.2.840.10008.1.2.4.90" or "1.2.840.10008.1.2.4.91" => "JPEG 2000",
        "1.2.840.10008.1.2.4.201" or "1.2.840.10008.1.2.4.202" or "1.2.840.10008.1.2.4.203" => "High-Throughput JPEG 2000",
        "" => "none stated",
        _ => uid,
    };
}
