using System.Globalization;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom.Write;

namespace Etalon.Phantoms.Dicom;

/// <summary>What the virtual reader outlined, as objects that refer to the images: segmentations, and structure sets for the tumour at every second visit.</summary>
internal static class ReaderObjects
{
    /// <summary>SeriesNumber of the first of them.</summary>
    public const int FirstSeries = 101;

    /// <summary>References to a series of the virtual scanner.</summary>
    /// <param name="header">Of the series.</param>
    /// <param name="grid">Its slices.</param>
    /// <param name="objects">Number of its objects: one in all, or one for each slice and volume.</param>
    /// <param name="volumes">Number of volumes.</param>
    public static DicomSeriesSource Source(MrSeriesHeader header, Grid grid, int objects, int volumes)
    {
        var isEnhanced = header.Session.State.WritesEnhanced;
        var uid = isEnhanced ? MrSeriesHeader.EnhancedMr : MrSeriesHeader.ClassicMr;
        IReadOnlyList<DicomInstanceReference> Slice(int k) => isEnhanced
            ? [new DicomInstanceReference(uid, header.InstanceUid(1), [.. Enumerable.Range(k * volumes + 1, volumes)])]
            : [.. Enumerable.Range(0, volumes).Select(v => new DicomInstanceReference(uid, header.InstanceUid(v * grid.Nz + k + 1)))];
        return new DicomSeriesSource
        {
            StudyUid = header.StudyUid, SeriesUid = header.SeriesUid, Modality = "MR", FrameOfReferenceUid = header.FrameOfReferenceUid, Grid = grid,
            Instances = [.. Enumerable.Range(1, objects).Select(n => new DicomInstanceReference(uid, header.InstanceUid(n)))],
            BySlice = [.. Enumerable.Range(0, grid.Nz).Select(Slice)],
        };
    }

    /// <summary>The objects of one session; outlines without a voxel are in none.</summary>
    public static IEnumerable<WrittenObject> Compose(DicomSeriesSource source, SessionImages session)
    {
        var masks = session.Masks.Where(m => m.Mask.Count > 0).ToList();
        // Visits with an even number were contoured for radiotherapy.
        var contoured = session.Anatomy is not null && int.TryParse(session.Session, CultureInfo.InvariantCulture, out var visit) && visit % 2 == 0 ? masks.FindAll(m => m.Label == "enhancing") : [];
        var segmented = masks.Except(contoured).GroupBy(m => m.Label == "brain").OrderBy(g => g.Key);
        var number = FirstSeries;
        foreach (var group in segmented)
        {
            yield return SegmentationWriter.Write(Header(source, session, number++, "SEGMENTATION"), [.. group.Select(m => Segment(m.Label, m.Mask, session.IsPhantom))]);
        }

        if (contoured.Count > 0)
        {
            yield return StructureSetWriter.Write(Header(source, session, number, "CONTOURS"), [.. contoured.Select(m => new RegionToWrite(m.Label, m.Mask))]);
        }
    }

    private static DerivedObjectHeader Header(DicomSeriesSource source, SessionImages session, int number, string label) => new()
    {
        Study = new DicomStudyHeader
        {
            PatientName = MrSeriesHeader.PatientName(session.Subject), PatientId = session.Subject, PatientSex = "O", WeightKg = 75, StudyUid = source.StudyUid,
            StudyDate = session.Time.Date, StudyTime = session.Time.TimeOfDay, StudyId = session.Session, StudyDescription = session.IsPhantom ? "Quality assurance" : "Head",
            TimezoneOffset = MrSeriesHeader.Offset(session),
        },
        SeriesUid = DicomUid.Derive("virtual outlines", source.SeriesUid, number.ToString(CultureInfo.InvariantCulture)),
        SeriesNumber = number, SeriesDescription = "Outlines of a virtual reader", Time = session.Time.AddMinutes(40), Version = "1", Source = source, ContentLabel = label,
    };

    private static SegmentToWrite Segment(string label, Mask mask, bool isPhantom) => new()
    {
        Label = label,
        Mask = mask,
        Category = isPhantom ? SegmentCodes.Spatial : label == "brain" ? SegmentCodes.AnatomicalStructure : SegmentCodes.AbnormalStructure,
        Type = isPhantom ? SegmentCodes.ReferenceRegion : label == "brain" ? SegmentCodes.Brain : SegmentCodes.EnhancingLesion,
    };
}
