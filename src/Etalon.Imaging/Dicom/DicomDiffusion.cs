using System.Globalization;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>b-values and gradient directions: from the standard attributes first, then where the vendors keep them.</summary>
internal static class DicomDiffusion
{
    /// <summary>b-value, s/mm²; null where none is stated.</summary>
    public static double? BValue(FrameGroups groups)
    {
        var b = groups.Number(Tags.MrDiffusionSequence, Tags.DiffusionBValue)
            ?? FromMatrix(groups)
            ?? First(groups.Private(0x0019, "SIEMENS MR HEADER", 0x0C, "Siemens"), DicomVr.IS)
            ?? Ge(groups.Private(0x0043, "GEMS_PARM_01", 0x39, "GE"))
            ?? First(groups.Private(0x2001, "Philips Imaging DD 001", 0x03, "Philips"), DicomVr.FL)
            ?? First(groups.Private(0x0065, "Image Private Header", 0x09, "UIH"), DicomVr.FD);
        return b is >= 0 and < 1e5 ? b : null;
    }

    /// <summary>Direction of the gradient; null where none is stated.</summary>
    public static Vector3? Gradient(FrameGroups groups)
    {
        var direction = groups.Sequence(Tags.MrDiffusionSequence) is [var diffusion, ..]
            && diffusion.GetSequence(Tags.DiffusionGradientDirectionSequence) is [var item, ..] ? item.GetDoubles(Tags.DiffusionGradientOrientation) : null;
        direction ??= groups.Top.GetDoubles(Tags.DiffusionGradientOrientation) ?? groups.Private(0x0019, "SIEMENS MR HEADER", 0x0E, "Siemens")?.ReadDoubles(DicomVr.FD);
        return direction is { Count: >= 3 } d ? new Vector3(d[0], d[1], d[2]) : null;
    }

    /// <summary>The trace of the b-matrix, where it is all there is.</summary>
    private static double? FromMatrix(FrameGroups groups) =>
        groups.Sequence(Tags.MrDiffusionSequence) is [var diffusion, ..] && diffusion.GetSequence(Tags.DiffusionBMatrixSequence) is [var matrix, ..]
            ? matrix.GetDouble(Tags.DiffusionBValueXX) + matrix.GetDouble(Tags.DiffusionBValueYY) + matrix.GetDouble(Tags.DiffusionBValueZZ)
            : null;

    private static double? First(DicomElement? element, DicomVr whenUnknown) =>
        element?.ReadDoubles(whenUnknown) is [var first, ..] ? first
        : element?.ReadStrings() is [var text, ..] && double.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>GE adds multiples of 10⁹ as a flag.</summary>
    private static double? Ge(DicomElement? element) => First(element, DicomVr.IS) is { } b ? b % 1e9 : null;
}
