namespace Etalon.Dicom.Deidentification;

/// <summary>Private elements: those that the private dictionary knows stay if their value is a number, a defined term, a date that moves or a clean text. All others go.</summary>
/// <remarks>Values without structure (OB, UN, such as the CSA headers of Siemens) and long texts go even where their element is known: nothing here can
/// look into them.</remarks>
internal sealed class PrivateCleaner(ValueCleaner values, DatasetCleaner datasets)
{
    private static readonly (ushort Group, string Manufacturer, string? Creator)[] UsualCreators =
    [
        (0x0009, "GE", "GEMS_PETD_01"), (0x0019, "GE", "GEMS_ACQU_01"), (0x0021, "GE", "GEMS_RELA_01"), (0x0043, "GE", "GEMS_PARM_01"), (0x0019, "Siemens", "SIEMENS MR HEADER"),
        (0x2001, "Philips", "Philips Imaging DD 001"), (0x2005, "Philips", "Philips MR Imaging DD 001"), (0x7053, "Philips", "Philips PET Private Group"), (0x0065, "UIH", "Image Private Header"),
    ];

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
        var stated = source.GetString(block);
        if ((stated ?? Usual(source, block)) is not { } creator || DicomDictionary.VrOfPrivate(tag, creator) is var known && known == DicomVr.None)
        {
            return ElementOutcome.PrivateRemoved;
        }

        var outcome = Known(element, known, target);
        if (outcome is ElementOutcome.Removed or ElementOutcome.Emptied || !target.Contains(tag))
        {
            target.Remove(tag);
            return ElementOutcome.PrivateRemoved;
        }

        if (stated is not null)
        {
            target.Set(block, DicomVr.LO, creator);
        }

        return ElementOutcome.PrivateKept;
    }

    /// <summary>
    /// Earlier de-identification took creators away and left b-values: an element without a creator counts as that of its manufacturer at the usual place, as it does
    /// for the reader. It stays without one. Only at the top level, where the manufacturer stands.
    /// </summary>
    private static string? Usual(DicomDataset source, DicomTag block)
    {
        var manufacturer = source.GetString(Tags.Manufacturer) ?? "";
        return block.Element != 0x0010 || source.Contains(block) ? null
            : UsualCreators.FirstOrDefault(usual => usual.Group == block.Group && manufacturer.StartsWith(usual.Manufacturer, StringComparison.OrdinalIgnoreCase)).Creator;
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
