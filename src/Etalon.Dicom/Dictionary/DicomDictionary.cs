using System.Collections.Frozen;
using System.Globalization;

namespace Etalon.Dicom;

/// <summary>Value representations and keywords of PS3.6, and the value representations of the private elements that
/// carry measuring conditions (b-values, gradients, PET times) for GE, Philips, Siemens and UIH.</summary>
/// <remarks>The tables are the embedded files standard.txt and private.txt beside this one, extracted from the data dictionaries
/// of DCMTK 3.6.7 (OFFIS e.V., BSD 3-clause), which list PS3.6 and what the makers published; for Siemens, UIH, GE PET and
/// Philips PET some entries were added from their conformance statements as dcm2niix and others use them. Where the standard leaves a
/// choice of US or SS they hold xs and PixelRepresentation decides; where it leaves OB or OW they hold OW.</remarks>
internal static class DicomDictionary
{
    private static readonly StandardTable Standard = StandardTable.Read(Resource("Etalon.Dicom.standard.txt"));

    /// <summary>Made when the first private element of unknown representation is met.</summary>
    private static readonly Lazy<FrozenDictionary<(ushort Group, byte Element, string Creator), DicomVr>> Private = new(LoadPrivate);

    /// <summary>Value representation of a standard tag, <see cref="DicomVr.None"/> when the standard has no such tag.</summary>
    /// <param name="tag">The tag to look up.</param>
    /// <param name="signedPixels">Whether PixelRepresentation is 1: the pixel-valued attributes are SS instead of US then.</param>
    public static DicomVr VrOf(DicomTag tag, bool signedPixels)
    {
        if (tag.IsPrivate)
        {
            return tag.IsPrivateCreator ? DicomVr.LO : DicomVr.None;
        }

        if (tag.Element == 0)
        {
            return DicomVr.UL;
        }

        if (Standard.Vr(WithoutRepeat(tag)) is not var (first, second))
        {
            return DicomVr.None;
        }

        return first != 'x' ? Parse(first, second) : signedPixels ? DicomVr.SS : DicomVr.US;
    }

    /// <summary>Value representation of a private element, <see cref="DicomVr.None"/> when not in the table.</summary>
    public static DicomVr VrOfPrivate(DicomTag tag, string creator) =>
        Private.Value.GetValueOrDefault((tag.Group, (byte)tag.Element, creator));

    /// <summary>Keyword of a standard tag, or null.</summary>
    public static string? KeywordOf(DicomTag tag) => Standard.Keyword(WithoutRepeat(tag));

    /// <summary>Value representation from its two letters, <see cref="DicomVr.None"/> when they are not one.</summary>
    public static DicomVr Parse(byte first, byte second)
    {
        var vr = (DicomVr)((first << 8) | second);
        return IsDefined(vr) ? vr : DicomVr.None;
    }

    // Overlays and curves repeat in even groups 6000 to 60FF and 5000 to 50FF; the table holds the first of them.
    private static uint WithoutRepeat(DicomTag tag) => (tag.Group & 0xFF00) switch
    {
        0x6000 when (tag.Group & 1) == 0 => 0x6000_0000u | tag.Element,
        0x5000 when (tag.Group & 1) == 0 => 0x5000_0000u | tag.Element,
        _ => tag.Number,
    };

    private static bool IsDefined(DicomVr vr) => vr switch
    {
        DicomVr.AE or DicomVr.AS or DicomVr.AT or DicomVr.CS or DicomVr.DA or DicomVr.DS or DicomVr.DT => true,
        DicomVr.FD or DicomVr.FL or DicomVr.IS or DicomVr.LO or DicomVr.LT => true,
        DicomVr.OB or DicomVr.OD or DicomVr.OF or DicomVr.OL or DicomVr.OV or DicomVr.OW or DicomVr.PN => true,
        DicomVr.SH or DicomVr.SL or DicomVr.SQ or DicomVr.SS or DicomVr.ST or DicomVr.SV or DicomVr.TM => true,
        DicomVr.UC or DicomVr.UI or DicomVr.UL or DicomVr.UN or DicomVr.UR or DicomVr.US or DicomVr.UT or DicomVr.UV => true,
        _ => false,
    };

    private static FrozenDictionary<(ushort Group, byte Element, string Creator), DicomVr> LoadPrivate()
    {
        var entries = new Dictionary<(ushort, byte, string), DicomVr>();
        foreach (var line in Lines("Etalon.Dicom.private.txt"))
        {
            var group = ushort.Parse(line.AsSpan(0, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var element = byte.Parse(line.AsSpan(5, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            entries[(group, element, line[11..])] = Parse((byte)line[8], (byte)line[9]);
        }

        return entries.ToFrozenDictionary();
    }

    private static string[] Lines(string resource) =>
        [.. System.Text.Encoding.UTF8.GetString(Resource(resource)).Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 11)];

    private static byte[] Resource(string name)
    {
        using var stream = typeof(DicomDictionary).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The embedded table {name} is missing from the assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
