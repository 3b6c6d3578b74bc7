using Etalon.Dicom;
using Etalon.Imaging.Dicom.Write;

namespace Etalon.Study.Dicom;

/// <summary>The report of a visit as TID 1500: language, observer, procedure, image library (TID 1600), measurement groups (TID 1411).</summary>
internal static class ReportRoot
{
    /// <summary>Composes the tree.</summary>
    /// <param name="groups">Regions with their measurements.</param>
    /// <param name="sources">Series that were measured.</param>
    /// <param name="written">Objects that were written beside the report.</param>
    /// <param name="version">Version of Etalon.</param>
    public static SrItem Of(IReadOnlyList<ReportGroup> groups, IReadOnlyList<DicomSeriesSource> sources, IReadOnlyList<WrittenObject> written, string version)
    {
        var root = SrItem.Container(new DicomCode("126000", "DCM", "Imaging Measurement Report"), "1500")
            .HasConceptModifier(SrItem.Code(new DicomCode("121049", "DCM", "Language of Content Item and Descendants"), new DicomCode("en", "RFC5646", "English")))
            .HasObservationContext(SrItem.Code(new DicomCode("121005", "DCM", "Observer Type"), new DicomCode("121007", "DCM", "Device")))
            .HasObservationContext(SrItem.Uid(new DicomCode("121012", "DCM", "Device Observer UID"), DicomUid.Derive("device observer")))
            .HasObservationContext(SrItem.Text(new DicomCode("121013", "DCM", "Device Observer Name"), "Etalon"))
            .HasObservationContext(SrItem.Text(new DicomCode("121014", "DCM", "Device Observer Manufacturer"), "Etalon"))
            .HasObservationContext(SrItem.Text(new DicomCode("121015", "DCM", "Device Observer Model Name"), $"Etalon {version}"));
        foreach (var procedure in Procedures(sources))
        {
            root.HasConceptModifier(SrItem.Code(new DicomCode("121058", "DCM", "Procedure reported"), procedure));
        }

        var library = SrItem.Container(new DicomCode("111028", "DCM", "Image Library"), "1600");
        foreach (var source in sources)
        {
            library.Contains(LibraryGroup(source.Modality, source.Instances.Select(i => (i.SopClassUid, i.SopInstanceUid))));
        }

        if (written.Count > 0)
        {
            library.Contains(LibraryGroup("", written.Select(w => (w.SopClassUid, w.SopInstanceUid))));
        }

        var measurements = SrItem.Container(new DicomCode("126010", "DCM", "Imaging Measurements"));
        foreach (var group in groups)
        {
            measurements.Contains(group.ToItem(version));
        }

        return root.Contains(library).Contains(measurements)
            .Contains(SrItem.Text(new DicomCode("121106", "DCM", "Comment"), "Research software, not for clinical use. No decision about a patient may rest on this report."));
    }

    private static SrItem LibraryGroup(string modality, IEnumerable<(string SopClassUid, string SopInstanceUid)> images)
    {
        var group = SrItem.Container(new DicomCode("126200", "DCM", "Image Library Group"));
        if (NameOf(modality) is { } name)
        {
            group.HasAcquisitionContext(SrItem.Code(new DicomCode("121139", "DCM", "Modality"), new DicomCode(modality, "DCM", name)));
        }

        foreach (var (sopClass, instance) in images)
        {
            group.Contains(SrItem.Image(null, sopClass, instance));
        }

        return group;
    }

    private static string? NameOf(string modality) => modality switch
    {
        "MR" => "Magnetic Resonance",
        "PT" => "Positron emission tomography",
        "CT" => "Computed Tomography",
        _ => null,
    };

    /// <summary>What was done, as far as the modalities tell (CID 100).</summary>
    private static List<DicomCode> Procedures(IReadOnlyList<DicomSeriesSource> sources)
    {
        var known = sources.Select(s => s.Modality).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(m => m switch
        {
            "MR" => new DicomCode("25056-3", "LN", "MRI unspecified body region"),
            "PT" => new DicomCode("44136-0", "LN", "PET unspecified body region"),
            "CT" => new DicomCode("25045-6", "LN", "CT unspecified body region"),
            _ => null,
        }).OfType<DicomCode>().ToList();
        return known.Count > 0 ? known : [new DicomCode("18748-4", "LN", "Diagnostic imaging study")];
    }
}
