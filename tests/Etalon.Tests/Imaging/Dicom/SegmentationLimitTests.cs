using Etalon.Dicom;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Tests.Dicom;
using Xunit;
using static Etalon.Tests.Imaging.Dicom.Write.WrittenObjects;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>What a small segmentation may cost.</summary>
public sealed class SegmentationLimitTests
{
    private const int Side = 128;

    [Fact]
    public void Two_frames_a_metre_apart_in_steps_of_a_hundredth_of_a_millimetre_are_refused_before_memory_is_taken()
    {
        var file = Object(1000, 0.01);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var read in new Action[] { () => SegmentationReader.Read(file), () => SegmentationReader.ReadHeader(file), () => SegmentationReader.ReadSegment(file, 1) })
        {
            Assert.Contains("2 frames", Assert.Throws<DicomGeometryException>(read).Found, StringComparison.Ordinal);
        }

        // The masks would be 1.6 GB each.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void Two_lesions_half_a_metre_apart_are_read()
    {
        var mask = SegmentationReader.ReadSegment(Object(500, 1.25), 1)!;
        Assert.Equal((401, 2 * Side * Side), (mask.Grid.Nz, mask.Count));
    }

    [Fact]
    public void One_segment_and_the_header_read_alone_are_those_of_the_whole()
    {
        var file = DicomFile.Read(SegmentationWriter.Write(Header, [Segment("lesion", Lesion), Segment("wide", Wide) with { Type = SegmentCodes.Edema }]).Bytes, "seg");
        var whole = SegmentationReader.Read(file);
        var header = SegmentationReader.ReadHeader(file);
        Assert.Equal(whole.Segments.Select(s => (s.Number, s.Label, s.Category, s.Type)), header.Segments.Select(s => (s.Number, s.Label, s.Category, s.Type)));
        Assert.Equal(whole.ReferencedInstances.Append("1.2.3.4").Order(), header.References.Order());
        Assert.Equal(whole.Segments[1].Mask.Inside, SegmentationReader.ReadSegment(file, 2)!.Inside);
        Assert.NotEqual(whole.Segments[0].Mask.Count, whole.Segments[1].Mask.Count);
        Assert.Null(SegmentationReader.ReadSegment(file, 3));
        Assert.True(DicomSegmentation.AreSameVoxels(header.Grid, Voxels));
    }

    /// <summary>Two full frames of one segment.</summary>
    private static DicomFile Object(double apartMm, double spacingMm)
    {
        DicomBytes New() => new();
        DicomBytes Frame(double at) => New()
            .Sequence(Tags.PlanePositionSequence, false, New().Text(Tags.ImagePositionPatient, "DS", SyntheticObject.Vector(SyntheticObject.Origin + SyntheticObject.Normal * at)))
            .Sequence(Tags.SegmentIdentificationSequence, false, New().UInt16(Tags.ReferencedSegmentNumber, 1));
        var shared = New()
            .Sequence(Tags.PlaneOrientationSequence, false, New().Text(Tags.ImageOrientationPatient, "DS", SyntheticObject.Vector(SyntheticObject.AlongRow) + "\\" + SyntheticObject.Vector(SyntheticObject.AlongColumn)))
            .Sequence(Tags.PixelMeasuresSequence, false, New().Text(Tags.SliceThickness, "DS", SyntheticObject.Number(spacingMm)).Text(Tags.SpacingBetweenSlices, "DS", SyntheticObject.Number(spacingMm)).Text(Tags.PixelSpacing, "DS", SyntheticObject.PixelSpacing));
        return DicomFile.Read(New()
            .Text(Tags.SopClassUid, "UI", "1.2.840.10008.5.1.4.1.1.66.4").Text(Tags.SopInstanceUid, "UI", "1.2.3.9").Text(Tags.Modality, "CS", "SEG")
            .Text(Tags.StudyInstanceUid, "UI", "1.2").Text(Tags.SeriesInstanceUid, "UI", "1.2.3").Text(Tags.FrameOfReferenceUid, "UI", "1.2.9")
            .UInt16(Tags.SamplesPerPixel, 1).Text(Tags.PhotometricInterpretation, "CS", "MONOCHROME2").Text(Tags.NumberOfFrames, "IS", "2")
            .UInt16(Tags.Rows, Side).UInt16(Tags.Columns, Side).UInt16(Tags.BitsAllocated, 1).UInt16(Tags.BitsStored, 1).UInt16(Tags.HighBit, 0).UInt16(Tags.PixelRepresentation, 0)
            .Text(Tags.SegmentationType, "CS", "BINARY")
            .Sequence(Tags.SegmentSequence, false, New().UInt16(Tags.SegmentNumber, 1).Text(Tags.SegmentLabel, "LO", "lesion"))
            .Sequence(Tags.SharedFunctionalGroupsSequence, false, shared)
            .Sequence(Tags.PerFrameFunctionalGroupsSequence, false, Frame(0), Frame(apartMm))
            .Value(Tags.PixelData, "OB", [.. Enumerable.Repeat((byte)0xFF, 2 * Side * Side / 8)]).ToFile(SyntheticObject.ExplicitLittle), "seg");
    }
}
