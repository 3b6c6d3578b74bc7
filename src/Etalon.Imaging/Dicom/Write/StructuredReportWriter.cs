using Etalon.Dicom;

namespace Etalon.Imaging.Dicom.Write;

/// <summary>An object that a report refers to.</summary>
/// <param name="StudyUid">StudyInstanceUID.</param>
/// <param name="SeriesUid">SeriesInstanceUID.</param>
/// <param name="SopClassUid">SOPClassUID.</param>
/// <param name="SopInstanceUid">SOPInstanceUID.</param>
public sealed record DicomEvidence(string StudyUid, string SeriesUid, string SopClassUid, string SopInstanceUid)
{
    /// <summary>All objects of a series.</summary>
    public static IEnumerable<DicomEvidence> Of(DicomSeriesSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Instances.Select(i => new DicomEvidence(source.StudyUid, source.SeriesUid, i.SopClassUid, i.SopInstanceUid));
    }

    /// <summary>An object that was written.</summary>
    public static DicomEvidence Of(WrittenObject written)
    {
        ArgumentNullException.ThrowIfNull(written);
        return new DicomEvidence(written.StudyUid, written.SeriesUid, written.SopClassUid, written.SopInstanceUid);
    }
}

/// <summary>Writes content trees as Comprehensive 3D SR objects (PS3.3 A.35.13).</summary>
public static class StructuredReportWriter
{
    private static readonly DicomTag CurrentRequestedProcedureEvidence = new(0x0040, 0xA375);
    private static readonly DicomTag PertinentOtherEvidence = new(0x0040, 0xA385);

    /// <summary>Writes a report: complete, not verified by anybody.</summary>
    /// <param name="header">Whose, when.</param>
    /// <param name="root">The root container.</param>
    /// <param name="evidence">All objects that the tree names; in the object's own study or in others.</param>
    public static WrittenObject Write(DerivedObjectHeader header, SrItem root, IReadOnlyList<DicomEvidence> evidence)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(evidence);
        var builder = DerivedObject.Begin(header, DerivedObject.Comprehensive3DReport, "SR")
            .SetContentTime(header)
            // The procedure step that made the report, and its codes: there is none.
            .SetSequence(new DicomTag(0x0008, 0x1111))
            .SetSequence(new DicomTag(0x0040, 0xA372))
            .Set(new DicomTag(0x0040, 0xA496), "PRELIMINARY")
            .Set(Tags.CompletionFlag, "COMPLETE")
            .Set(Tags.VerificationFlag, "UNVERIFIED")
            .SetSequence(EtalonCodes.CodingSchemeIdentificationSequence, EtalonCodes.SchemeItem());
        root.AddTo(builder);
        SetEvidence(builder, CurrentRequestedProcedureEvidence, evidence.Where(e => e.StudyUid == header.Study.StudyUid));
        SetEvidence(builder, PertinentOtherEvidence, evidence.Where(e => e.StudyUid != header.Study.StudyUid));
        return DerivedObject.Finish(builder, header, DerivedObject.Comprehensive3DReport);
    }

    private static void SetEvidence(DicomDatasetBuilder builder, DicomTag tag, IEnumerable<DicomEvidence> evidence)
    {
        var studies = evidence.Distinct().GroupBy(e => e.StudyUid, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        if (studies.Count == 0)
        {
            return;
        }

        builder.SetSequence(tag, studies.Select(study => new DicomDatasetBuilder()
            .Set(Tags.StudyInstanceUid, study.Key)
            .SetSequence(Tags.ReferencedSeriesSequence, study.GroupBy(e => e.SeriesUid, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(series => new DicomDatasetBuilder()
                .Set(Tags.SeriesInstanceUid, series.Key)
                .SetSequence(Tags.ReferencedSopSequence, series.OrderBy(e => e.SopInstanceUid, StringComparer.Ordinal)
                    .Select(e => new DicomDatasetBuilder().Set(Tags.ReferencedSopClassUid, e.SopClassUid).Set(Tags.ReferencedSopInstanceUid, e.SopInstanceUid)))))));
    }
}
