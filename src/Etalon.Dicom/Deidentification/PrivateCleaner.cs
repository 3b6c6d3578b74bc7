namespace Etalon.Dicom.Deidentification;

/// <summary>Private elements: those that the private dictionary knows stay if their value is a number, a defined term, a date that moves or a clean text. All others go.</summary>
/// <remarks>Values without structure (OB, UN, such as the CSA headers of Siemens) and long texts go even where their element is known: nothing here can
/// look into them.</remarks>
internal sealed class PrivateCleaner(ValueCleaner values, DatasetCleaner datasets)
{
    /// <summary>Treats one element; creators are written with the elements that need them.</summary>
    /// <returns>What was done; null for creators, which count with their elements.</returns>
    public ElementOutcome? Clean(DicomDataset source, DicomElement element, DicomDatasetBuilder target)
    {
        var tag = element.Tag;
        if (tag.IsPrivateCreator)
        {
            return null;
        }

        var block = new DicomTag(tag.Group, (ushort)(tag.Element >> 8));
        if (source.GetString(block) is not { } creator || DicomDictionary.VrOfPrivate(tag, creator) is var known && known == DicomVr.None)
        {
            return ElementOutcome.PrivateRemoved;
        }

        var outcome = Known(element, known, target);
        if (outcome == ElementOutcome.Removed || !target.Contains(tag))
        {
            target.Remove(tag);
            return ElementOutcome.PrivateRemoved;
        }

        target.Set(block, DicomVr.LO, creator);
        return ElementOutcome.PrivateKept;
    }

    private ElementOutcome Known(DicomElement element, DicomVr known, DicomDatasetBuilder target)
    {
        // A file that states another representation than the maker publishes holds something else.
        if (element.Vr != known && !(element.Vr is DicomVr.DS or DicomVr.IS && known is DicomVr.DS or DicomVr.IS))
        {
            return ElementOutcome.Removed;
        }

        return known switch
        {
            DicomVr.SQ => datasets.Items(element, target),
            DicomVr.DA or DicomVr.DT or DicomVr.TM => values.Dates(element, target, needsValue: false),
            DicomVr.UI => values.Uids(element, target),
            DicomVr.CS or DicomVr.DS or DicomVr.IS => values.Terms(element, target),
            DicomVr.LO or DicomVr.SH => values.Description(element, target, needsValue: false),
            _ => ValueCleaner.Numbers(element, target),
        };
    }
}
