using System.Globalization;
using System.Text.RegularExpressions;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>A b-value and where it stands.</summary>
internal readonly record struct StatedBValue(double Value, string Place);

/// <summary>b-values and gradient directions: from the standard attributes first, then where the vendors keep them.</summary>
/// <remarks>
/// Places and frames of the private elements: conformance statements of the vendors and the notes of dcm2niix on Siemens, GE, Philips, UIH and
/// Canon; each was compared with what dcm2niix makes of one series of that vendor. Directions are returned in the patient's frame.
/// </remarks>
internal static partial class DicomDiffusion
{
    /// <summary>b-value, s/mm²; null where none is stated.</summary>
    public static double? BValue(FrameGroups groups) => Stated(groups).Select(s => (double?)s.Value).FirstOrDefault();

    /// <summary>All places that state a b-value, the one that counts first.</summary>
    public static IEnumerable<StatedBValue> Stated(FrameGroups groups)
    {
        // A place is looked at only when those before it were not enough.
        (Func<FrameGroups, double?> Read, string Place)[] places =
        [
            (g => g.Number(Tags.MrDiffusionSequence, Tags.DiffusionBValue), "(0018,9087)"),
            (FromMatrix, "trace of (0018,9601)"),
            (g => First(g.Private(0x0019, "SIEMENS MR HEADER", 0x0C, "Siemens"), DicomVr.IS), "(0019,xx0C) SIEMENS MR HEADER"),
            (g => Ge(g.Private(0x0043, "GEMS_PARM_01", 0x39, "GE")), "(0043,xx39) GEMS_PARM_01"),
            (g => First(g.Private(0x2001, "Philips Imaging DD 001", 0x03, "Philips"), DicomVr.FL), "(2001,xx03) Philips Imaging DD 001"),
            (g => First(g.Private(0x0065, "Image Private Header", 0x09, "UIH"), DicomVr.FD), "(0065,xx09) Image Private Header"),
            (g => Comment(g)?.B, "(0020,4000) ImageComments"),
            (g => Csa(g.Top, "B_value")?[0], "CSA header B_value"),
        ];
        foreach (var (read, place) in places)
        {
            if (read(groups) is >= 0 and < 1e5 and var value)
            {
                yield return new StatedBValue(value, place);
            }
        }
    }

    /// <summary>Direction of the gradient in the patient's frame (LPS), length 1; null where none is stated.</summary>
    public static Vector3? Gradient(FrameGroups groups)
    {
        var direction = Standard(groups)
            ?? Vector(groups.Private(0x0019, "SIEMENS MR HEADER", 0x0E, "Siemens")?.ReadDoubles(DicomVr.FD))
            ?? Philips(groups)
            ?? InPatient(groups, Vector(groups.Private(0x0065, "Image Private Header", 0x37, "UIH")?.ReadDoubles(DicomVr.FD)))
            ?? InPatient(groups, GeDirection(groups))
            ?? InPatient(groups, Comment(groups) is { } c ? new Vector3(c.Second, c.First, -c.Third) : null)
            ?? Vector(Csa(groups.Top, "DiffusionGradientDirection"));
        return direction is { Length: > 0.1 and < 10 } d ? d.Normalised() : null;
    }

    /// <summary>DiffusionDirectionality; null where it is not stated by one of its terms (PS3.3 C.8.13.5.9).</summary>
    public static string? Directionality(FrameGroups groups) => groups.Text(Tags.MrDiffusionSequence, Tags.DiffusionDirectionality) switch
    {
        "NONE" => "NONE",
        "DIRECTIONAL" => "DIRECTIONAL",
        "ISOTROPIC" => "ISOTROPIC",
        "BMATRIX" => "BMATRIX",
        _ => null,
    };

    /// <summary>Whether the frame says that it is a mean over directions: by the standard, by its types, by Philips' private direction, or by the name that Siemens gives the sequence.</summary>
    public static bool IsTrace(FrameGroups groups, IReadOnlyList<string> types) =>
        Directionality(groups) == "ISOTROPIC"
        || types.Any(t => t.StartsWith("TRACE", StringComparison.Ordinal))
        || groups.Private(0x2001, "Philips Imaging DD 001", 0x04, "Philips")?.ReadStrings() is ["I" or "ISOTROPIC", ..]
        || (groups.Top.GetString(Tags.SequenceName) is { Length: < 64 } name && SiemensTrace().IsMatch(name));

    /// <summary>Whether a direction along frequency, phase and slice is stated that cannot be placed in the image.</summary>
    public static bool HasUnplacedDirection(FrameGroups groups) => GeComponents(groups) is { } c && FromGe(groups, c) is null;

    /// <summary>Numbers of the CSA image header of Siemens' software before XA; null where it is absent or does not hold them.</summary>
    internal static IReadOnlyList<double>? Csa(DicomDataset data, string name) =>
        data.TryGetPrivate(0x0029, "SIEMENS CSA HEADER", 0x10, out var element) && SiemensCsa.Numbers(SiemensCsa.Read(element.Bytes.Span), name) is { Count: > 0 } numbers ? numbers : null;

    private static Vector3? Standard(FrameGroups groups)
    {
        var inSequence = groups.Sequence(Tags.MrDiffusionSequence) is [var diffusion, ..]
            && diffusion.GetSequence(Tags.DiffusionGradientDirectionSequence) is [var item, ..] ? item.GetDoubles(Tags.DiffusionGradientOrientation) : null;
        return Vector(inSequence ?? groups.Top.GetDoubles(Tags.DiffusionGradientOrientation));
    }

    private static Vector3? Vector(IReadOnlyList<double>? d) => d is { Count: >= 3 } ? new Vector3(d[0], d[1], d[2]) : null;

    /// <summary>Right-left, anterior-posterior, foot-head, which are LPS.</summary>
    private static Vector3? Philips(FrameGroups groups)
    {
        double? Part(byte element) => First(groups.Private(0x2005, "Philips MR Imaging DD 001", element, "Philips"), DicomVr.FL);
        return Part(0xB0) is { } x && Part(0xB1) is { } y && Part(0xB2) is { } z ? new Vector3(x, y, z) : null;
    }

    /// <summary>The direction of GE in the frame of the image.</summary>
    private static Vector3? GeDirection(FrameGroups groups) => GeComponents(groups) is { } c ? FromGe(groups, c) : null;

    /// <summary>Frequency, phase and slice component; null where none is stated.</summary>
    private static Vector3? GeComponents(FrameGroups groups)
    {
        double? Part(byte element) => First(groups.Private(0x0019, "GEMS_ACQU_01", element, "GE"), DicomVr.DS);
        if (Part(0xBB) is not { } x || Part(0xBC) is not { } y || Part(0xBD) is not { } z)
        {
            return null;
        }

        // Older software keeps other things in these user variables; a direction has length 1.
        return Math.Abs(new Vector3(x, y, z).Length - 1) > 0.05 ? null : new Vector3(x, y, z);
    }

    /// <summary>Which of the first two components is along a row depends on the phase encoding: stated, or by which places of AcquisitionMatrix (frequency rows, frequency columns, phase rows, phase columns) are filled.</summary>
    private static Vector3? FromGe(FrameGroups groups, Vector3 c)
    {
        var phase = groups.Text(new DicomTag(0x0018, 0x9125), Tags.InPlanePhaseEncodingDirection)
            ?? (groups.Top.GetDoubles(Tags.AcquisitionMatrix) switch { [> 0, 0, 0, > 0] => "COL", [0, > 0, > 0, 0] => "ROW", _ => null });
        return phase switch
        {
            "COL" or "COLUMN" => new Vector3(c.X, c.Y, -c.Z),
            "ROW" => new Vector3(-c.Y, c.X, c.Z),
            _ => null,
        };
    }

    /// <summary>From (row, column, normal) of the image to the patient.</summary>
    private static Vector3? InPatient(FrameGroups groups, Vector3? inImage)
    {
        if (inImage is not { } v || groups.Numbers(Tags.PlaneOrientationSequence, Tags.ImageOrientationPatient) is not { Count: >= 6 } o)
        {
            return null;
        }

        var (row, column) = (new Vector3(o[0], o[1], o[2]), new Vector3(o[3], o[4], o[5]));
        return row * v.X + column * v.Y + row.Cross(column) * v.Z;
    }

    /// <summary>The trace of the b-matrix, where it is all there is.</summary>
    private static double? FromMatrix(FrameGroups groups) =>
        groups.Sequence(Tags.MrDiffusionSequence) is [var diffusion, ..] && diffusion.GetSequence(Tags.DiffusionBMatrixSequence) is [var matrix, ..]
            ? matrix.GetDouble(Tags.DiffusionBValueXX) + matrix.GetDouble(Tags.DiffusionBValueYY) + matrix.GetDouble(Tags.DiffusionBValueZZ)
            : null;

    private static double? First(DicomElement? element, DicomVr whenUnknown) =>
        element?.ReadDoubles(whenUnknown) is [var first, ..] ? first
        : element is not null && (element.ReadStrings() is [var text, ..] ? text : Ascii(element)) is { } t && double.TryParse(t.Split('\\')[0].Trim(), CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Numbers in text that a writer of unknown representations left behind.</summary>
    private static string? Ascii(DicomElement element) =>
        element.Length is > 0 and < 256 && element.Bytes.Span.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0 ? System.Text.Encoding.ASCII.GetString(element.Bytes.Span) : null;

    /// <summary>GE adds multiples of 10⁹ as a flag.</summary>
    private static double? Ge(DicomElement? element) => First(element, DicomVr.IS) is { } b ? b % 1e9 : null;

    /// <summary>Canon since it left the standard attribute: <c>b=1500(0.445,0.000,0.895)</c>, in the order column, row, against the normal.</summary>
    private static (double B, double First, double Second, double Third)? Comment(FrameGroups groups)
    {
        if (groups.Top.GetString(Tags.Manufacturer) is not { } maker || !(maker.StartsWith("CANON", StringComparison.OrdinalIgnoreCase) || maker.StartsWith("TOSHIBA", StringComparison.OrdinalIgnoreCase))
            || groups.Top.GetString(new DicomTag(0x0020, 0x4000)) is not { Length: < 1024 } comment || CanonComment().Match(comment) is not { Success: true } match)
        {
            return null;
        }

        double? Group(int n) => double.TryParse(match.Groups[n].ValueSpan, CultureInfo.InvariantCulture, out var v) ? v : null;
        return Group(1) is { } b && Group(2) is { } x && Group(3) is { } y && Group(4) is { } z ? (b, x, y, z) : null;
    }

    [GeneratedRegex(@"^\*?ep_b[0-9]+t$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SiemensTrace();

    [GeneratedRegex(@"^\s*b=([0-9.]{1,12})\(\s*(-?[0-9.]{1,12}),\s*(-?[0-9.]{1,12}),\s*(-?[0-9.]{1,12})\s*\)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CanonComment();
}
