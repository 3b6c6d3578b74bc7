using System.Globalization;
using System.Text;

namespace Etalon.Dicom.Deidentification;

/// <summary>Writes the values of one element into the new data set, by what they are: texts, dates, UIDs, numbers.</summary>
internal sealed class ValueCleaner(DeidentificationKey key, DateShift shift, TextCleaner text, SourceIdentifiers identifiers)
{
    /// <summary>Text of a structured report.</summary>
    public static DicomTag TextValue => new(0x0040, 0xA160);

    /// <summary>Name that follows a lesion through time.</summary>
    public static DicomTag TrackingId => new(0x0062, 0x0020);

    /// <summary>Representation to write an element with: its own, or what the standard says; null where neither is known.</summary>
    public static DicomVr? VrToWrite(DicomElement element) =>
        element.Vr is not (DicomVr.UN or DicomVr.None) ? element.Vr
        : DicomDictionary.VrOf(element.Tag, signedPixels: false) is var known and not DicomVr.None ? known : null;

    public static ElementOutcome Copied(DicomElement element, DicomDatasetBuilder target)
    {
        target.Copy(element);
        return ElementOutcome.Kept;
    }

    /// <summary>A number as text, shortened to its digits; null where it is none, or an identifier.</summary>
    public string? NumberOrNull(string value) => value.Trim() is { Length: > 0 and <= 32 } digits ? Number(digits) : null;

    /// <summary>Binary numbers and tags; anything else has no rule and goes.</summary>
    public static ElementOutcome Numbers(DicomElement element, DicomDatasetBuilder target) => IsWhole(element) ? Copied(element, target) : ElementOutcome.Removed;

    /// <summary>Whether a value is of binary numbers, and of whole ones.</summary>
    public static bool IsWhole(DicomElement element) => element.Vr switch
    {
        DicomVr.US or DicomVr.SS => element.Length % 2 == 0,
        DicomVr.UL or DicomVr.SL or DicomVr.FL or DicomVr.AT => element.Length % 4 == 0,
        DicomVr.FD or DicomVr.SV or DicomVr.UV => element.Length % 8 == 0,
        _ => false,
    };

    /// <summary>Defined terms and numbers as text: each value stays whole, or is left out.</summary>
    public ElementOutcome Terms(DicomElement element, DicomDatasetBuilder target)
    {
        var values = element.ReadStrings() ?? [];
        var kept = values.Select(value => element.Vr == DicomVr.CS ? DefinedTerms.Allow(element.Tag, value) ? Term(value) : null : Number(value)).ToList();
        // A list of numbers with a gap means something else.
        if (kept.Contains(null) && (element.Vr != DicomVr.CS || kept.TrueForAll(value => value is null)))
        {
            target.SetBytes(element.Tag, element.Vr, default);
            return ElementOutcome.Emptied;
        }

        Put(target, element.Tag, element.Vr, kept.Select(value => value ?? ""));
        return kept.Contains(null) ? ElementOutcome.Cleaned : ElementOutcome.Kept;
    }

    public ElementOutcome Technical(DicomElement element, DicomDatasetBuilder target) => Texts(element, target, value => text.Technical(value, KnownAttributes.IsNumbered(element.Tag)), needsValue: false);

    public ElementOutcome Description(DicomElement element, DicomDatasetBuilder target, bool needsValue) => Texts(element, target, text.Description, needsValue);

    /// <summary>A keyed dummy of the element's representation; what is empty stays so.</summary>
    public ElementOutcome Dummy(DicomElement element, DicomDatasetBuilder target)
    {
        if (VrToWrite(element) is not { } vr)
        {
            return ElementOutcome.Removed;
        }

        if (element.IsEmpty)
        {
            target.SetBytes(element.Tag, vr, default);
            return ElementOutcome.Emptied;
        }

        var source = string.Join('\\', element.ReadStrings() ?? []);
        switch (vr)
        {
            case DicomVr.UI:
                return Uids(element, target);
            case DicomVr.DA or DicomVr.DT or DicomVr.TM:
                return Dates(element, target, needsValue: true);
            case DicomVr.AS or DicomVr.DS or DicomVr.IS or DicomVr.UR:
                return ElementOutcome.Removed;
            case DicomVr.AE or DicomVr.CS or DicomVr.LO or DicomVr.LT or DicomVr.PN or DicomVr.SH or DicomVr.ST or DicomVr.UC or DicomVr.UT:
                Put(target, element.Tag, vr, [source.Length == 0 ? "" : key.Code(source)]);
                return ElementOutcome.Replaced;
            default:
                target.SetBytes(element.Tag, vr, new byte[8]);
                return ElementOutcome.Replaced;
        }
    }

    /// <summary>UIDs of instances become others; those of the standard and of classes stay.</summary>
    public ElementOutcome Uids(DicomElement element, DicomDatasetBuilder target)
    {
        var uids = element.ReadStrings() ?? [];
        var isClass = KnownAttributes.IsClassUid(element.Tag);
        var mapped = uids.Select(uid => uid.Length == 0 || IsPublic(uid) || (isClass && DicomUid.IsValid(uid) && text.IsClean(uid)) ? uid : key.Uid(uid)).ToList();
        Put(target, element.Tag, DicomVr.UI, mapped);
        return mapped.SequenceEqual(uids) ? ElementOutcome.Kept : ElementOutcome.UidMapped;
    }

    /// <summary>Dates move, times of day stay; what is neither goes.</summary>
    public ElementOutcome Dates(DicomElement element, DicomDatasetBuilder target, bool needsValue)
    {
        var isOffset = element.Tag == KnownAttributes.TimezoneOffset;
        if (!isOffset && element.Vr is not (DicomVr.DA or DicomVr.DT or DicomVr.TM))
        {
            return ElementOutcome.Removed;
        }

        var values = element.ReadStrings() ?? [];
        var moved = values.Select(value => value.Length == 0 ? "" : isOffset ? DateShift.Offset(value) : Moved(element.Vr, value)).ToList();
        if (moved.Contains(null))
        {
            if (needsValue)
            {
                Put(target, element.Tag, element.Vr, [element.Vr == DicomVr.TM ? "000000" : "19000101"]);
                return ElementOutcome.Replaced;
            }

            // Type 2 dates stay there without a value.
            if (element.Tag == Tags.StudyDate || element.Tag == Tags.StudyTime)
            {
                target.SetBytes(element.Tag, element.Vr, default);
            }

            return ElementOutcome.Removed;
        }

        Put(target, element.Tag, element.Vr, moved!);
        return element.Vr is DicomVr.DA or DicomVr.DT && values.Count > 0 ? ElementOutcome.Shifted : ElementOutcome.Kept;
    }

    /// <summary>Dates that are public and so stay as they are.</summary>
    public ElementOutcome PlainDates(DicomElement element, DicomDatasetBuilder target)
    {
        var values = element.ReadStrings() ?? [];
        if (element.Vr is not (DicomVr.DA or DicomVr.DT) || values.Any(value => Moved(element.Vr, value) is null || !text.IsClean(value)))
        {
            return ElementOutcome.Removed;
        }

        Put(target, element.Tag, element.Vr, values);
        return ElementOutcome.Kept;
    }

    /// <summary>The parts of a code. Codes of published schemes stay with their meaning; of others, what is technical or words of imaging.</summary>
    public ElementOutcome Code(DicomDataset item, DicomElement element, DicomDatasetBuilder target)
    {
        string Technical(string value) => text.Technical(value, isNumber: false);
        if (element.Tag == KnownAttributes.CodingSchemeDesignator)
        {
            return Texts(element, target, Technical, needsValue: true);
        }

        var scheme = item.GetString(KnownAttributes.CodingSchemeDesignator) ?? "";
        var isPublic = KnownAttributes.IsPublicScheme(scheme);
        // Schemes that begin with 99 are of a house or a maker (PS3.16 8.2): a code of theirs may be a name.
        var isOfMaker = scheme.StartsWith("99", StringComparison.Ordinal);
        if (element.Tag == Tags.CodeValue)
        {
            return Texts(element, target, isPublic ? value => text.IsClean(value) ? value : "" : isOfMaker ? text.Description : Technical, needsValue: true);
        }

        return Texts(element, target, isPublic ? text.Meaning : text.Description, needsValue: true);
    }

    /// <summary>Writes ASCII text as it is, long or short: what came from a file is not judged again.</summary>
    public static void Put(DicomDatasetBuilder target, DicomTag tag, DicomVr vr, IEnumerable<string> values) =>
        target.SetBytes(tag, vr, Encoding.ASCII.GetBytes(string.Join('\\', values)));

    private string? Moved(DicomVr vr, string value) => vr switch
    {
        DicomVr.DA => shift.Date(value),
        DicomVr.DT => shift.DateTime(value),
        _ => DateShift.Time(value),
    };

    private static bool IsPublic(string uid) => uid.StartsWith("1.2.840.10008.", StringComparison.Ordinal) && DicomUid.IsValid(uid);

    private string? Term(string value) => value.Length <= DicomText.MaxLength(DicomVr.LO) && text.IsClean(value) ? value : null;

    private string? Number(string value) =>
        value.Length == 0 ? "" : double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) && !identifiers.IsLongNumber(value) ? value : null;

    private ElementOutcome Texts(DicomElement element, DicomDatasetBuilder target, Func<string, string> clean, bool needsValue)
    {
        if (element.IsEmpty)
        {
            return Copied(element, target);
        }

        if (element.ReadStrings() is not { } values || VrToWrite(element) is not { } vr)
        {
            return ElementOutcome.Removed;
        }

        var cleaned = values.Select(clean).ToList();
        if (cleaned.TrueForAll(value => value.Length == 0))
        {
            if (!needsValue || values.All(value => value.Length == 0))
            {
                return ElementOutcome.Removed;
            }

            Put(target, element.Tag, vr, [key.Code(string.Join('\\', values))]);
            return ElementOutcome.Replaced;
        }

        Put(target, element.Tag, vr, cleaned);
        return cleaned.SequenceEqual(values) ? ElementOutcome.Kept : ElementOutcome.Cleaned;
    }
}
