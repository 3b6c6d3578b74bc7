using Etalon.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Metrology;

namespace Etalon.Study.Dicom;

/// <summary>Measurements of one region at one visit, and where the region stands as a segment.</summary>
internal sealed record ReportGroup
{
    /// <summary>What names the region over time.</summary>
    public required (string Id, string Uid) Tracking { get; init; }

    /// <summary>What the region shows.</summary>
    public required DicomCode Finding { get; init; }

    public required string Visit { get; init; }

    public required IReadOnlyList<Measurement> Measurements { get; init; }

    /// <summary>The segment; null where the region has no voxels or could not be written.</summary>
    public (WrittenObject Object, int Number)? Segment { get; init; }

    /// <summary>The series that the region was drawn on; null where it is not of DICOM.</summary>
    public DicomSeriesSource? Source { get; init; }

    /// <summary>Verdicts that end at this visit, in words.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>The group as TID 1411 has it (volumetric ROI measurements and qualitative evaluations).</summary>
    public SrItem ToItem(string version)
    {
        var group = SrItem.Container(new DicomCode("125007", "DCM", "Measurement Group"), "1411")
            .HasObservationContext(SrItem.Text(new DicomCode("112039", "DCM", "Tracking Identifier"), Tracking.Id))
            .HasObservationContext(SrItem.Uid(new DicomCode("112040", "DCM", "Tracking Unique Identifier"), Tracking.Uid))
            .HasObservationContext(SrItem.Text(new DicomCode("C2348792", "UMLS", "Time Point"), Visit))
            .Contains(SrItem.Code(new DicomCode("121071", "DCM", "Finding"), Finding));
        if (Segment is { } segment)
        {
            group.Contains(SrItem.Image(new DicomCode("121191", "DCM", "Referenced Segment"), segment.Object.SopClassUid, segment.Object.SopInstanceUid, segment.Number));
        }

        if (Source is not null)
        {
            group.Contains(SrItem.Uid(new DicomCode("121232", "DCM", "Source series for segmentation"), Source.SeriesUid));
        }

        foreach (var measurement in Measurements)
        {
            group.Contains(Number(measurement, version));
        }

        foreach (var change in Changes)
        {
            group.Contains(SrItem.Text(new DicomCode("121106", "DCM", "Comment"), change));
        }

        return group;
    }

    /// <summary>One measurement as TID 1419, with its method (TID 4019) and its uncertainty (TID 310, CID 225).</summary>
    private static SrItem Number(Measurement m, string version)
    {
        var (name, unit) = (DicomCodes.Measurand(m.Measurand), DicomCodes.Unit(m.Unit, m.Measurand));
        var number = m is { IsOk: true, Value: { } value } ? SrItem.Number(name, value, unit) : SrItem.NoNumber(name, new DicomCode("114006", "DCM", "Measurement failure"));
        if (DicomCodes.Statistic(m.Measurand) is { } statistic)
        {
            number.HasConceptModifier(SrItem.Code(new DicomCode("121401", "DCM", "Derivation"), statistic));
        }

        if (m.Measurand == "volume")
        {
            number.HasConceptModifier(SrItem.Code(new DicomCode("370129005", "SCT", "Measurement Method"), new DicomCode("126030", "DCM", "Sum of segmented voxel volumes")));
        }

        number.HasConceptModifier(SrItem.Text(new DicomCode("111001", "DCM", "Algorithm Name"), $"Etalon {m.Method}"))
            .HasConceptModifier(SrItem.Text(new DicomCode("111003", "DCM", "Algorithm Version"), version));
        return m.IsOk ? WithUncertainty(number, m, unit) : number.HasProperties(SrItem.Text(EtalonCodes.Status, m.Status));
    }

    private static SrItem WithUncertainty(SrItem number, Measurement m, DicomCode unit)
    {
        if (m.Interval is { } interval && m.Value is { } value)
        {
            number.HasProperties(SrItem.Number(new DicomCode("371886008", "SCT", "+, range of upper measurement uncertainty"), interval.Upper - value, unit))
                .HasProperties(SrItem.Number(new DicomCode("371885007", "SCT", "-, range of lower measurement uncertainty"), value - interval.Lower, unit))
                .HasProperties(SrItem.Number(EtalonCodes.CoverageProbability, interval.Coverage, DicomCodes.NoUnits));
        }

        if (m.U is { } u)
        {
            number.HasProperties(SrItem.Number(EtalonCodes.StandardUncertainty, u, unit));
        }

        if (m.Dof is { } dof && double.IsFinite(dof))
        {
            number.HasProperties(SrItem.Number(EtalonCodes.DegreesOfFreedom, dof, DicomCodes.NoUnits));
        }

        foreach (var component in m.Components)
        {
            number.HasProperties(SrItem.Number(EtalonCodes.UncertaintyComponent, component.U, unit)
                .HasProperties(SrItem.Text(EtalonCodes.ComponentSource, component.Source)));
        }

        return number;
    }
}
