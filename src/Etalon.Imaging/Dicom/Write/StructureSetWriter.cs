using System.Globalization;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom.Write;

/// <summary>A region of a structure set that is to be written.</summary>
/// <param name="Name">ROIName; made to fit.</param>
/// <param name="Mask">Its voxels.</param>
/// <param name="InterpretedType">RTROIInterpretedType such as <c>GTV</c> or <c>ORGAN</c>; empty where not known.</param>
public sealed record RegionToWrite(string Name, Mask Mask, string InterpretedType = "GTV");

/// <summary>Writes masks as an RT Structure Set (PS3.3 A.19): closed planar contours around the voxels of each slice.</summary>
public static class StructureSetWriter
{
    /// <summary>Writes regions, numbered from 1 in this order.</summary>
    /// <param name="header">Whose, when; the source names the images that contours lie on, and must be there.</param>
    /// <param name="regions">All on grids with axes at right angles.</param>
    /// <exception cref="ArgumentException">There is no region, or no source.</exception>
    public static WrittenObject Write(DerivedObjectHeader header, IReadOnlyList<RegionToWrite> regions)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(regions);
        if (regions.Count == 0 || header.Source is not { } source)
        {
            throw new ArgumentException("A structure set has regions and the series that they are drawn on.");
        }

        foreach (var region in regions)
        {
            EnhancedFrames.RequireOrthogonal(region.Mask.Grid);
        }

        var frame = DerivedObject.FrameOfReferenceOf(header);
        var numbered = regions.Select((r, n) => (Region: r, Number: n + 1)).ToList();
        var builder = DerivedObject.Begin(header, DerivedObject.StructureSet, "RTSTRUCT")
            .SetContentTime(header)
            .Set(Tags.FrameOfReferenceUid, frame)
            .SetEmpty(Tags.PositionReferenceIndicator)
            .SetEmpty(new DicomTag(0x0008, 0x1070))
            .Set(Tags.StructureSetLabel, header.ContentLabel)
            .Set(Tags.StructureSetDate, DicomText.Date(header.Time))
            .Set(Tags.StructureSetTime, DicomText.Time(header.Time))
            .Set(new DicomTag(0x300E, 0x0002), "UNAPPROVED")
            .SetSequence(Tags.ReferencedFrameOfReferenceSequence, Drawn(frame, source))
            .SetSequence(Tags.StructureSetRoiSequence, numbered.Select(r => new DicomDatasetBuilder()
                .Set(Tags.RoiNumber, r.Number)
                .Set(Tags.ReferencedFrameOfReferenceUid, frame)
                .Set(Tags.RoiName, DicomText.Fit(r.Region.Name, DicomVr.LO))
                .Set(Tags.RoiGenerationAlgorithm, "")))
            .SetSequence(Tags.RoiContourSequence, numbered.Select(r => new DicomDatasetBuilder()
                .Set(Tags.ReferencedRoiNumber, r.Number)
                .SetSequence(Tags.ContourSequence, Contours(r.Region.Mask, source))))
            .SetSequence(Tags.RtRoiObservationsSequence, numbered.Select(r => new DicomDatasetBuilder()
                .Set(Tags.ObservationNumber, r.Number)
                .Set(Tags.ReferencedRoiNumber, r.Number)
                .Set(Tags.RtRoiInterpretedType, r.Region.InterpretedType)
                .SetEmpty(new DicomTag(0x3006, 0x00A6))));
        return DerivedObject.Finish(builder, header, DerivedObject.StructureSet);
    }

    private static DicomDatasetBuilder Drawn(string frame, DicomSeriesSource source) => new DicomDatasetBuilder()
        .Set(Tags.FrameOfReferenceUid, frame)
        .SetSequence(Tags.RtReferencedStudySequence, new DicomDatasetBuilder()
            // The retired study component class, which the standard still names here.
            .Set(Tags.ReferencedSopClassUid, "1.2.840.10008.3.1.2.3.1")
            .Set(Tags.ReferencedSopInstanceUid, source.StudyUid)
            .SetSequence(Tags.RtReferencedSeriesSequence, new DicomDatasetBuilder()
                .Set(Tags.SeriesInstanceUid, source.SeriesUid)
                .SetSequence(Tags.ContourImageSequence, source.Instances.Select(i => i.ToItem()))));

    private static IEnumerable<DicomDatasetBuilder> Contours(Mask mask, DicomSeriesSource source)
    {
        var number = 0;
        for (var k = 0; k < mask.Grid.Nz; k++)
        {
            foreach (var contour in MaskContours.OfSlice(mask, k))
            {
                var item = new DicomDatasetBuilder()
                    .Set(new DicomTag(0x3006, 0x0048), ++number)
                    .Set(Tags.ContourGeometricType, "CLOSED_PLANAR")
                    .Set(Tags.NumberOfContourPoints, contour.Count)
                    .Set(Tags.ContourData, DicomVr.DS, [.. contour.SelectMany(p => Point(mask.Grid.ToPatient(p.I, p.J, k)))]);
                yield return source.At(mask.Grid, k) is { Count: > 0 } images ? item.SetSequence(Tags.ContourImageSequence, images.Select(i => i.ToItem())) : item;
            }
        }
    }

    /// <summary>Ten-thousandths of a millimetre are far below half a voxel, and keep the object small.</summary>
    private static IEnumerable<string> Point(Vector3 at) => [Short(at.X), Short(at.Y), Short(at.Z)];

    private static string Short(double mm) => (Math.Round(mm, 4) + 0.0).ToString("0.####", CultureInfo.InvariantCulture);
}
