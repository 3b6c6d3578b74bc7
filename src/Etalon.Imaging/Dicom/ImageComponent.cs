using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Which part of a complex signal an image shows (PS3.3 C.8.13.3.1.2).</summary>
public enum ImageComponent
{
    /// <summary>Magnitude, and all images that are of no complex signal.</summary>
    Magnitude,

    /// <summary>Phase.</summary>
    Phase,

    /// <summary>Real part.</summary>
    Real,

    /// <summary>Imaginary part.</summary>
    Imaginary,
}

/// <summary>What kind of image a frame is: part of a complex signal, and whether it is a map.</summary>
internal static class FrameKind
{
    /// <summary>Words of ImageType and FrameType that set an image apart from others of its series (PS3.3 C.8.13.3.1.1; older scanners write some of them too).</summary>
    private static readonly HashSet<string> MapWords = new(StringComparer.Ordinal)
    {
        "ADC", "ADC_UNSPECIFIED", "EADC", "FA", "TENSOR", "TENSOR_B0", "LOCALIZER", "FIELD_MAP", "B0 MAP", "B1 MAP", "T1 MAP", "T2 MAP", "R2 MAP", "T2_STAR MAP", "R2_STAR MAP", "T1_MAP", "T2_MAP",
        "MTT", "TTP", "RELCBF", "RELCBV", "RCBF", "RCBV", "CBF", "CBV", "PE1", "SER", "PROTON_DENSITY_MAP", "VELOCITY", "SUBTRACTION", "MAX_IP", "MIN_IP", "PROJECTION IMAGE", "WATER", "FAT", "IN_PHASE", "OUT_OF_PHASE",
    };

    /// <summary>Those of them that show a quantity: without a unit they are numbers without meaning.</summary>
    private static readonly HashSet<string> Quantities = new(StringComparer.Ordinal)
    {
        "ADC", "ADC_UNSPECIFIED", "EADC", "FA", "FIELD_MAP", "B0 MAP", "B1 MAP", "T1 MAP", "T2 MAP", "R2 MAP", "T2_STAR MAP", "R2_STAR MAP", "T1_MAP", "T2_MAP", "MTT", "TTP", "RELCBF", "RELCBV", "RCBF", "RCBV", "CBF", "CBV",
        "PE1", "SER", "VELOCITY",
    };

    /// <summary>Which map a frame is by its types, e.g. <c>ADC</c>; empty for a source image.</summary>
    public static string Content(IReadOnlyList<string> types) => types.FirstOrDefault(MapWords.Contains) ?? "";

    /// <summary>Whether that map shows a quantity.</summary>
    public static bool IsQuantity(string content) => Quantities.Contains(content);

    /// <summary>The part of the complex signal: stated (0008,9208), in GE's private (0043,xx2F), else by the words from the third of ImageType on.</summary>
    public static ImageComponent Component(FrameGroups groups, IReadOnlyList<string> types)
    {
        if (groups.Top.GetString(Tags.Modality) != "MR")
        {
            return ImageComponent.Magnitude;
        }

        if (Of(groups.Text(Tags.MrImageFrameTypeSequence, Tags.ComplexImageComponent)) is { } stated)
        {
            return stated;
        }

        if (groups.Private(0x0043, "GEMS_PARM_01", 0x2F, "GE")?.ReadDoubles(DicomVr.SS) is [var code, ..] && code is 0 or 1 or 2 or 3)
        {
            return (ImageComponent)(int)code;
        }

        return types.Skip(2).Select(Of).FirstOrDefault(c => c is not null) ?? ImageComponent.Magnitude;
    }

    private static ImageComponent? Of(string? word) => word switch
    {
        "MAGNITUDE" or "M" => ImageComponent.Magnitude,
        "PHASE" or "P" or "PHASE MAP" => ImageComponent.Phase,
        "REAL" or "R" => ImageComponent.Real,
        "IMAGINARY" or "I" => ImageComponent.Imaginary,
        { Length: > 2 } when word[1] == '_' => word[0] switch { 'M' => ImageComponent.Magnitude, 'P' => ImageComponent.Phase, 'R' => ImageComponent.Real, 'I' => ImageComponent.Imaginary, _ => null },
        _ => null,
    };
}
