using System.Globalization;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Reads attributes of the table from the places where they can stand: the frame's functional groups, the shared ones, the top level.</summary>
internal sealed class AttributeReader(FrameGroups groups)
{
    private const int LongestText = 200;

    /// <summary>One attribute.</summary>
    public AcquisitionAttribute Read(AttributeDefinition definition)
    {
        AcquisitionAttribute? unusable = null;
        foreach (var group in definition.Places)
        {
            var stated = new List<(AcquisitionAttribute Value, AttributePlace Place)>();
            foreach (var place in group)
            {
                if (Value(definition, place) is { } value)
                {
                    if (value.State == AttributeState.Absent)
                    {
                        unusable ??= value;
                    }
                    else
                    {
                        stated.Add((value, place));
                    }
                }
            }

            if (stated.Count > 0)
            {
                return stated.Find(s => Differ(s.Value, stated[0].Value)) is { Place: { } other } odd
                    ? stated[0].Value with { State = AttributeState.Contradicted, How = $"{stated[0].Place} says {stated[0].Value.Value}, {other} says {odd.Value.Value}" }
                    : stated[0].Value;
            }
        }

        return unusable ?? AcquisitionAttribute.Absent(definition.Name);
    }

    /// <summary>Text of a file as it may stand in a record.</summary>
    public static string Clean(string text) => new string([.. text.Trim().Take(LongestText).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)]).Trim();

    /// <summary>A number as text, with no more digits than it has.</summary>
    public static string Text(double value) =>
        Math.Abs(value) is 0 or (> 1e-12 and < 1e15) ? ((decimal)value).ToString("0.###############", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>What stands at a place: null where nothing does, an absent attribute that says how where it makes no sense.</summary>
    private AcquisitionAttribute? Value(AttributeDefinition d, AttributePlace place)
    {
        if (Holder(place.Path) is not { } data || !data.TryGet(place.Path[^1], out var element) || element.IsEmpty)
        {
            return null;
        }

        switch (d.Kind)
        {
            case AttributeKind.Number or AttributeKind.Numbers:
                return Numbers(d, place, element);
            case AttributeKind.Date:
                return Instant(d, place, data, element, DicomTime.Date(data.GetString(element.Tag)), "yyyy-MM-dd");
            case AttributeKind.DateTime:
                return place.TimeOfDay is { } time && DicomTime.OfDay(data.GetString(time)) is not null
                    ? Instant(d, place, data, element, DicomTime.Instant(data.GetString(element.Tag), data.GetString(time)), "yyyy-MM-dd'T'HH:mm:ss")
                    : place.TimeOfDay is not null ? Instant(d, place, data, element, DicomTime.Date(data.GetString(element.Tag)), "yyyy-MM-dd")
                    : Instant(d, place, data, element, DicomTime.Instant(data.GetString(element.Tag)), "yyyy-MM-dd'T'HH:mm:ss");
            case AttributeKind.Time:
                return DicomTime.OfDay(data.GetString(element.Tag)) is { } day
                    ? new AcquisitionAttribute(d.Name, day.ToString(@"hh\:mm\:ss\.ffffff", CultureInfo.InvariantCulture).TrimEnd('0').TrimEnd('.'), AttributeState.Present)
                    : Senseless(d, place, data, element, "a time of day");
            case AttributeKind.Codes:
                return Present(d, string.Join('\\', element.ReadItems().Select(Code).Where(c => c.Length > 0)));
            default:
                return Present(d, data.GetString(element.Tag) ?? "");
        }
    }

    private DicomDataset? Holder(IReadOnlyList<DicomTag> path)
    {
        var data = path.Count == 1 ? groups.Top : groups.Sequence(path[0]) is [var first, ..] ? first : null;
        for (var n = 1; n < path.Count - 1 && data is not null; n++)
        {
            data = data.GetSequence(path[n]) is [var item, ..] ? item : null;
        }

        return data;
    }

    private static AcquisitionAttribute Numbers(AttributeDefinition d, AttributePlace place, DicomElement element)
    {
        if (element.ReadDoubles() is not { Count: > 0 } stated)
        {
            return new AcquisitionAttribute(d.Name, null, AttributeState.Absent) { How = $"{place} holds no number" };
        }

        var isGauss = d.Name == "MagneticFieldStrength" && stated[0] > 100; // some writers give gauss, and no magnet of a scanner has a hundred tesla
        var scale = isGauss ? 1e-4 : d.DicomScale;
        var isShort = element.Vr == DicomVr.FL;
        var numbers = stated.Take(d.Kind == AttributeKind.Number ? 1 : 256).Select(n => Scaled(n, scale, isShort)).ToList();
        if (numbers.Exists(n => n < d.Least || n > d.Greatest))
        {
            return new AcquisitionAttribute(d.Name, null, AttributeState.Absent)
            {
                How = $"{place} says {string.Join(" ", numbers.Select(Text))} {d.Unit}, which cannot be ({Text(d.Least ?? double.MinValue)} to {Text(d.Greatest ?? double.MaxValue)} {d.Unit})",
            };
        }

        return new AcquisitionAttribute(d.Name, string.Join(" ", numbers.Select(Text)), isGauss ? AttributeState.Derived : AttributeState.Present)
        {
            Numbers = numbers, Unit = d.Unit, How = isGauss ? $"{place} says {Text(stated[0])}, which is gauss" : null,
        };
    }

    /// <summary>Decimal steps stay decimal: 81.7 ms are 0.0817 s, and a short float has seven digits.</summary>
    private static double Scaled(double value, double scale, bool isShort) => Math.Abs(value) is > 1e-9 and < 1e15
        ? (double)((isShort ? (decimal)(float)value : (decimal)value) * (decimal)scale)
        : value * scale;

    private static AcquisitionAttribute Instant(AttributeDefinition d, AttributePlace place, DicomDataset data, DicomElement element, DateTime? instant, string form) => instant is { } i
        ? new AcquisitionAttribute(d.Name, i.ToString(form, CultureInfo.InvariantCulture), AttributeState.Present) { Instant = i }
        : Senseless(d, place, data, element, "a date");

    private static AcquisitionAttribute Senseless(AttributeDefinition d, AttributePlace place, DicomDataset data, DicomElement element, string expected) => data.GetString(element.Tag) is { } text && text.Trim().Length > 0
        ? new AcquisitionAttribute(d.Name, null, AttributeState.Absent) { How = $"{place} holds '{Clean(text)[..Math.Min(Clean(text).Length, 16)]}', which is not {expected}" }
        : new AcquisitionAttribute(d.Name, null, AttributeState.Absent);

    private static AcquisitionAttribute? Present(AttributeDefinition d, string value) =>
        Clean(value) is { Length: > 0 } text ? new AcquisitionAttribute(d.Name, text, AttributeState.Present) : null;

    private static string Code(DicomDataset code) => code.GetString(Tags.CodeMeaning) ?? code.GetString(Tags.CodeValue) ?? "";

    /// <summary>Texts differ where they differ; numbers beyond what rounding in a header does (1 in 1000).</summary>
    private static bool Differ(AcquisitionAttribute a, AcquisitionAttribute b) => a.Numbers.Count > 0 && b.Numbers.Count > 0
        ? a.Numbers.Count == b.Numbers.Count && a.Numbers.Zip(b.Numbers).Any(p => Math.Abs(p.First - p.Second) > 1e-3 * Math.Max(Math.Abs(p.First), Math.Abs(p.Second)))
        : !string.Equals(Plain(a.Value), Plain(b.Value), StringComparison.OrdinalIgnoreCase);

    /// <summary>COL and COLUMN are one term, in classic and in enhanced objects.</summary>
    private static string? Plain(string? text) => text == "COLUMN" ? "COL" : text;
}
