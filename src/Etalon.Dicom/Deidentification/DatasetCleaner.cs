using System.Globalization;

namespace Etalon.Dicom.Deidentification;

/// <summary>Makes the data set to write from one that was read, element by element, at every depth. Nothing is taken over that no rule lets through.</summary>
internal sealed class DatasetCleaner
{
    private const int OldestStatedAge = 89;

    private readonly DeidentificationKey key;
    private readonly DeidentificationOptions options;
    private readonly string patient;
    private readonly ValueCleaner values;
    private readonly PrivateCleaner privates;
    private readonly Dictionary<ElementOutcome, int> counts = [];

    public DatasetCleaner(DeidentificationKey key, DeidentificationOptions options, string patient, SourceIdentifiers identifiers)
    {
        this.key = key;
        this.options = options;
        this.patient = patient;
        values = new ValueCleaner(key, new DateShift(key.DaysBack(patient)), new TextCleaner(identifiers), identifiers);
        privates = new PrivateCleaner(values, this);
    }

    public IReadOnlyDictionary<ElementOutcome, int> Counts => counts;

    /// <summary>Whether a text of a structured report lost words.</summary>
    public bool HasCleanedContent { get; private set; }

    /// <summary>Whether a date was taken out because it was none.</summary>
    public bool HasDroppedDate { get; private set; }

    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public DicomDatasetBuilder Clean(DicomDataset source)
    {
        var target = new DicomDatasetBuilder();
        foreach (var element in source.Elements)
        {
            if (element.Tag.Element == 0 || element.Tag.Group is 0x0002 or 0xFFFE or 0xFFFC || target.Contains(element.Tag))
            {
                continue;
            }

            if (element.Tag.IsPrivate)
            {
                Count(privates.Clean(source, element, target));
                continue;
            }

            Count(Standard(source, element, target));
        }

        return target;
    }

    public void Count(ElementOutcome? outcome)
    {
        if (outcome is { } known)
        {
            counts[known] = counts.GetValueOrDefault(known) + 1;
        }
    }

    private ElementOutcome Standard(DicomDataset source, DicomElement element, DicomDatasetBuilder target)
    {
        var tag = element.Tag;
        if (KnownAttributes.IsAlwaysRemoved(tag))
        {
            return ElementOutcome.Removed;
        }

        if (Particular(source, element, target) is { } done)
        {
            return done;
        }

        if (ConfidentialityProfile.ActionFor(tag, options.RetainPatientCharacteristics) is not { } action)
        {
            return KnownAttributes.IsPersonalGroup(tag) ? ElementOutcome.Removed : ByRepresentation(element, target);
        }

        return action switch
        {
            ProfileAction.Empty => Emptied(element, target),
            ProfileAction.Replace => Replaced(element, target),
            ProfileAction.MapUid => IsSequence(element) ? Items(element, target) : values.Uids(element, target),
            ProfileAction.Keep => ByRepresentation(element, target, isTechnical: true),
            ProfileAction.ShiftDate => Shifted(element, target),
            ProfileAction.CleanText => Cleaned(element, target, ConfidentialityProfile.NeedsValue(tag) || tag == RoiName),
            _ => ElementOutcome.Removed,
        };
    }

    private static DicomTag RoiName => new(0x3006, 0x0026);

    /// <summary>Elements with a rule of their own; null for all others.</summary>
    private ElementOutcome? Particular(DicomDataset source, DicomElement element, DicomDatasetBuilder target)
    {
        var tag = element.Tag;
        if (tag == Tags.PatientId || tag == Tags.PatientName)
        {
            target.Set(tag, key.Patient(patient));
            return ElementOutcome.Replaced;
        }

        if (tag == Tags.AccessionNumber || tag == Tags.StudyId)
        {
            return Replaced(element, target);
        }

        if (tag == KnownAttributes.PatientAge)
        {
            return options.RetainPatientCharacteristics ? Age(element, target) : ElementOutcome.Removed;
        }

        if (tag == KnownAttributes.ContextGroupVersion)
        {
            return values.PlainDates(element, target);
        }

        if (tag == KnownAttributes.CodingSchemeDesignator || tag == Tags.CodeMeaning || tag == Tags.CodeValue)
        {
            return values.Code(source, element, target);
        }

        return null;
    }

    // Ages from 90 on are one class, as so few have them (PS3.15 E.3.7 leaves the limit to us; 45 CFR 164.514 sets it).
    private static ElementOutcome Age(DicomElement element, DicomDatasetBuilder target)
    {
        var text = element.ReadStrings() is [var first, ..] ? first : "";
        if (text.Length != 4 || !int.TryParse(text.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || text[3] is not ('D' or 'W' or 'M' or 'Y'))
        {
            return ElementOutcome.Removed;
        }

        var isOld = text[3] == 'Y' && number > OldestStatedAge;
        target.Set(element.Tag, isOld ? "090Y" : text);
        return isOld ? ElementOutcome.Cleaned : ElementOutcome.Kept;
    }

    private static bool IsSequence(DicomElement element) => element.IsSequence || element.Vr == DicomVr.SQ;

    private static ElementOutcome Emptied(DicomElement element, DicomDatasetBuilder target)
    {
        if (IsSequence(element))
        {
            target.SetSequence(element.Tag);
            return ElementOutcome.Emptied;
        }

        if (ValueCleaner.VrToWrite(element) is not { } vr)
        {
            return ElementOutcome.Removed;
        }

        target.SetBytes(element.Tag, vr, default);
        return ElementOutcome.Emptied;
    }

    private ElementOutcome Replaced(DicomElement element, DicomDatasetBuilder target)
    {
        if (!IsSequence(element))
        {
            return values.Dummy(element, target);
        }

        if (element.Tag.Number == 0x0040_1101)
        {
            target.SetCode(element.Tag, new DicomCode("ANON", "99ETALON", "Removed"));
            return ElementOutcome.Replaced;
        }

        return Items(element, target);
    }

    private ElementOutcome Shifted(DicomElement element, DicomDatasetBuilder target)
    {
        var outcome = values.Dates(element, target, ConfidentialityProfile.NeedsValue(element.Tag));
        HasDroppedDate |= outcome == ElementOutcome.Removed && !element.IsEmpty;
        return outcome;
    }

    private ElementOutcome Cleaned(DicomElement element, DicomDatasetBuilder target, bool needsValue)
    {
        if (IsSequence(element))
        {
            return Items(element, target);
        }

        var outcome = values.Description(element, target, needsValue);
        HasCleanedContent |= outcome != ElementOutcome.Kept && element.Tag == ValueCleaner.TextValue;
        return outcome;
    }

    public ElementOutcome Items(DicomElement element, DicomDatasetBuilder target)
    {
        target.SetSequence(element.Tag, element.ReadItems().Select(Clean).ToList());
        return ElementOutcome.Kept;
    }

    /// <summary>Elements that the table does not name, and those that an option keeps.</summary>
    private ElementOutcome ByRepresentation(DicomElement element, DicomDatasetBuilder target, bool isTechnical = false)
    {
        if (IsSequence(element))
        {
            return Items(element, target);
        }

        switch (element.Vr)
        {
            case DicomVr.DA or DicomVr.DT or DicomVr.TM:
                return Shifted(element, target);
            case DicomVr.UI:
                return values.Uids(element, target);
            case DicomVr.LO or DicomVr.SH or DicomVr.UC or DicomVr.LT or DicomVr.ST or DicomVr.UT when isTechnical || KnownAttributes.IsTechnical(element.Tag):
                return values.Technical(element, target);
            case DicomVr.LO or DicomVr.SH or DicomVr.UC or DicomVr.UT when KnownAttributes.IsIdentifier(element.Tag) && element.Tag != ValueCleaner.TrackingId:
                return values.Dummy(element, target);
            case DicomVr.LO or DicomVr.SH or DicomVr.UC:
                return Cleaned(element, target, needsValue: true);
            case DicomVr.LT or DicomVr.ST or DicomVr.UT:
                return Cleaned(element, target, element.Tag == ValueCleaner.TextValue || element.Tag == ValueCleaner.TrackingId);
            case DicomVr.OB or DicomVr.OW or DicomVr.OF or DicomVr.OD or DicomVr.OL or DicomVr.OV:
                return KnownAttributes.IsBulk(element.Tag) ? ValueCleaner.Copied(element, target) : ElementOutcome.Removed;
            case DicomVr.CS or DicomVr.DS or DicomVr.IS:
                return values.Terms(element, target);
            default:
                return ValueCleaner.Numbers(element, target);
        }
    }
}
