namespace Etalon.Dicom.Deidentification;

/// <summary>Private elements: those that the private dictionary knows stay if their value is a number, a defined term, a date that moves or a clean text. All others go.</summary>
/// <remarks>Values without structure (OB, UN) and long texts go even where their element is known: nothing here can look into them. The CSA image header of
/// Siemens has one: it is written anew with the numbers that measurements need.</remarks>
internal sealed class PrivateCleaner(ValueCleaner values, DatasetCleaner datasets)
{
    private static readonly (ushort Group, string Manufacturer, string? Creator)[] UsualCreators =
    [
        (0x0009, "GE", "GEMS_PETD_01"), (0x0019, "GE", "GEMS_ACQU_01"), (0x0021, "GE", "GEMS_RELA_01"), (0x0043, "GE", "GEMS_PARM_01"), (0x0019, "Siemens", "SIEMENS MR HEADER"),
        (0x2001, "Philips", "Philips Imaging DD 001"), (0x2005, "Philips", "Philips MR Imaging DD 001"), (0x7053, "Philips", "Philips PET Private Group"), (0x0065, "UIH", "Image Private Header"),
    ];

    private const ushort CsaGroup = 0x0029;
    private const byte CsaElement = 0x10;
    private const string CsaCreator = "SIEMENS CSA HEADER";

    /// <summary>Numbers of the CSA image header that an image needs, and the most values that each has: how many slices a mosaic shows, which way and when they were
    /// taken, and how diffusion was weighted.</summary>
    private static readonly (string Name, int Most)[] CsaNumbers =
    [
        ("NumberOfImagesInMosaic", 1), ("SliceNormalVector", 3), ("B_value", 1), ("B_matrix", 6), ("DiffusionGradientDirection", 3), ("PhaseEncodingDirectionPositive", 1),
        ("BandwidthPerPixelPhaseEncode", 1), ("MosaicRefAcqTimes", 1024), ("ProtocolSliceNumber", 1),
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

        var outcome = tag.Group == CsaGroup && (tag.Element & 0xFF) == CsaElement && creator == CsaCreator ? Csa(element, target) : Known(element, known, target);
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

    /// <summary>Only named numbers are taken over; every other byte of the header is left behind.</summary>
    private ElementOutcome Csa(DicomElement element, DicomDatasetBuilder target)
    {
        if (element.IsSequence || element.IsEncapsulated)
        {
            return ElementOutcome.Removed;
        }

        var stated = SiemensCsa.Read(element.Bytes.Span);
        var kept = new List<(string, IReadOnlyList<string>)>();
        foreach (var (name, most) in CsaNumbers)
        {
            if (SiemensCsa.Numbers(stated, name) is { } numbers && numbers.Count <= most)
            {
                var texts = stated[name].Select(values.NumberOrNull).ToList();
                if (!texts.Contains(null))
                {
                    kept.Add((name, texts!));
                }
            }
        }

        if (kept.Count == 0)
        {
            return ElementOutcome.Removed;
        }

        target.SetBytes(element.Tag, DicomVr.OB, SiemensCsa.Write(kept));
        return ElementOutcome.Cleaned;
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
