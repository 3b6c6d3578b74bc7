using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Tests.Dicom;
using Etalon.Tests.Support;
using Xunit;
using static Etalon.Tests.Imaging.Dicom.Write.WrittenObjects;

namespace Etalon.Tests.Imaging.Dicom.Write;

public sealed class SegmentationTests
{
    [Fact]
    public void Masks_that_overlap_and_skip_a_slice_come_back_voxel_by_voxel()
    {
        var written = SegmentationWriter.Write(Header, [Segment("lesion", Lesion), Segment("wide", Wide) with { Type = SegmentCodes.Edema }]);
        var read = SegmentationReader.Read(DicomFile.Read(written.Bytes, "seg"));
        Assert.Equal("BINARY", read.SegmentationType);
        Assert.Equal([(1, "lesion"), (2, "wide")], read.Segments.Select(s => (s.Number, s.Label)));
        Assert.Equal(SegmentCodes.Edema, read.Segments[1].Type);
        Assert.Equal(DicomUid.Derive("tracking", "lesion"), read.Segments[0].TrackingUid);
        Assert.Equal(Lesion.Inside, DicomSegmentation.OnGrid(read.Segments[0].Mask, Voxels)!.Inside);
        Assert.Equal(Wide.Inside, DicomSegmentation.OnGrid(read.Segments[1].Mask, Voxels)!.Inside);
        Assert.Equal("1.2.9", read.FrameOfReferenceUid);
        Assert.Equal(["1.2.3.4"], read.ReferencedSeries);
        Assert.Equal(Slices, read.ReferencedInstances.Count);
    }

    [Fact]
    public void A_label_map_holds_the_same_masks_and_refuses_overlap()
    {
        var read = SegmentationReader.Read(DicomFile.Read(SegmentationWriter.WriteLabelMap(Header, [Segment("lesion", Lesion), Segment("edema", Edema)]).Bytes, "labels"));
        Assert.Equal("LABELMAP", read.SegmentationType);
        Assert.Equal(Lesion.Inside, DicomSegmentation.OnGrid(read.Segments[0].Mask, Voxels)!.Inside);
        Assert.Equal(Edema.Inside, DicomSegmentation.OnGrid(read.Segments[1].Mask, Voxels)!.Inside);
        Assert.Throws<ArgumentException>(() => SegmentationWriter.WriteLabelMap(Header, [Segment("lesion", Lesion), Segment("wide", Wide)]));
    }

    [Fact]
    public void Each_frame_names_the_image_at_its_place()
    {
        var file = DicomFile.Read(SegmentationWriter.Write(Header, [Segment("lesion", Lesion)]).Bytes, "seg");
        var frames = file.Dataset.GetSequence(Tags.PerFrameFunctionalGroupsSequence);
        // Slices 1, 2 and 4 hold voxels; object k + 1 lies at slice k.
        Assert.Equal(["1.2.3.4.2", "1.2.3.4.3", "1.2.3.4.5"],
            frames.Select(f => f.GetSequence(Tags.DerivationImageSequence)[0].GetSequence(Tags.SourceImageSequence)[0].GetString(Tags.ReferencedSopInstanceUid)));
    }

    [Fact]
    public void The_same_masks_give_the_same_bytes_and_one_voxel_more_another_instance()
    {
        var (a, b) = (SegmentationWriter.Write(Header, [Segment("lesion", Lesion)]), SegmentationWriter.Write(Header, [Segment("lesion", Lesion)]));
        Assert.Equal(a.Bytes, b.Bytes);
        var more = new Mask(Voxels, [.. Lesion.Inside.Select((x, n) => x || n == 119)]);
        Assert.NotEqual(a.SopInstanceUid, SegmentationWriter.Write(Header, [Segment("lesion", more)]).SopInstanceUid);
    }

    [Fact]
    public void Validators_find_no_error()
    {
        using var folder = new TempFolder();
        folder.Write("seg.dcm", SegmentationWriter.Write(Header, [Segment("lesion", Lesion), Segment("wide", Wide) with { Algorithm = SegmentAlgorithm.Automatic, AlgorithmName = "test" }]).Bytes);
        DicomValidators.AssertSound(folder["seg.dcm"]);
        folder.Write("other.dcm", SegmentationWriter.Write(Header with { Study = Header.Study.Pseudonymous("P-1") }, [Segment("lesion", Lesion)]).Bytes);
        DicomValidators.AssertSound(folder["other.dcm"]);
    }

    [Fact]
    public void Of_a_label_map_the_validator_of_2022_says_only_that_it_does_not_know_the_class()
    {
        using var folder = new TempFolder();
        folder.Write("labels.dcm", SegmentationWriter.WriteLabelMap(Header, [Segment("lesion", Lesion), Segment("edema", Edema)]).Bytes);
        Assert.Equal(DicomValidators.Errors(ReferenceData.Path("derived/seg-dcmqi/sparse-labelmap-noppv.dcm")), DicomValidators.Errors(folder["labels.dcm"]));
        DicomValidators.AssertDumps("dcmdump", folder["labels.dcm"]);
    }

    [Fact]
    public void A_pseudonymous_object_holds_no_name_and_still_refers_to_its_source()
    {
        var header = Header with { Study = Header.Study.Pseudonymous("P-12345678") };
        var data = DicomFile.Read(SegmentationWriter.Write(header, [Segment("lesion", Lesion)]).Bytes, "seg").Dataset;
        Assert.Equal("P-12345678", data.GetString(Tags.PatientId));
        Assert.Equal("P-12345678", data.GetString(Tags.PatientName));
        Assert.NotEqual(Source.StudyUid, data.GetString(Tags.StudyInstanceUid));
        var other = Assert.Single(data.GetSequence(new DicomTag(0x0008, 0x1200)));
        Assert.Equal(Source.StudyUid, other.GetString(Tags.StudyInstanceUid));
        Assert.False(data.Contains(Tags.ReferencedSeriesSequence));
    }

    [Fact]
    public void Segments_of_others_are_read()
    {
        var binary = SegmentationReader.Read(DicomFile.Open(ReferenceData.Path("derived/seg-highdicom/seg_image_ct_binary.dcm")));
        Assert.Equal((16, 16, 3), (binary.Grid.Nx, binary.Grid.Ny, binary.Grid.Nz));
        Assert.Equal(new DicomCode("272673000", "SCT", "Bone"), Assert.Single(binary.Segments).Type);
        var overlap = SegmentationReader.Read(DicomFile.Open(ReferenceData.Path("derived/seg-highdicom/seg_image_ct_binary_overlap.dcm")));
        Assert.True(overlap.Segments.Count > 1 && overlap.Segments.All(s => s.Mask.Count > 0));
        var labels = SegmentationReader.Read(DicomFile.Open(ReferenceData.Path("derived/seg-dcmqi/sparse-labelmap-noppv.dcm")));
        Assert.Equal("Liver", Assert.Single(labels.Segments).Label);
        Assert.True(labels.Segments[0].Mask.Count > 0);
    }

    [Fact]
    public void A_fractional_segmentation_is_refused_unless_a_threshold_is_named()
    {
        var file = DicomFile.Open(ReferenceData.Path("derived/seg-highdicom/seg_image_ct_true_fractional.dcm"));
        Assert.Contains("fractional", Assert.Throws<DicomGeometryException>(() => SegmentationReader.Read(file)).Found, StringComparison.Ordinal);
        var half = SegmentationReader.Read(file, 0.5).Segments[0].Mask.Count;
        var any = SegmentationReader.Read(file, 0.01).Segments[0].Mask.Count;
        Assert.True(any >= half && any > 0);
    }

    [Fact]
    public void What_cannot_be_a_segmentation_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SegmentationWriter.Write(Header, []));
        Assert.Throws<ArgumentException>(() => SegmentationWriter.Write(Header, [Segment("none", new Mask(Voxels, new bool[Voxels.Count]))]));
        var sheared = new Grid(5, 4, 6, Voxels.Origin, Voxels.StepI, Voxels.StepJ, Voxels.StepK + 0.1 * Voxels.StepI);
        Assert.Throws<ArgumentException>(() => SegmentationWriter.Write(Header, [Segment("sheared", new Mask(sheared, Lesion.Inside))]));
        Assert.Throws<ArgumentException>(() => SegmentationWriter.Write(Header, [Segment("half tracked", Lesion) with { TrackingUid = null }]));
    }

    [Fact]
    public void A_mask_that_reaches_beyond_a_grid_is_not_cut()
    {
        var shorter = new Grid(Voxels.Nx, Voxels.Ny, Voxels.Nz - 2, Voxels.Origin, Voxels.StepI, Voxels.StepJ, Voxels.StepK);
        Assert.Null(DicomSegmentation.OnGrid(Lesion, shorter));
        var flipped = new Grid(Voxels.Nx, Voxels.Ny, Voxels.Nz, Voxels.ToPatient(0, 0, Voxels.Nz - 1), Voxels.StepI, Voxels.StepJ, -1 * Voxels.StepK);
        Assert.Equal(Lesion.Inside.Chunk(20).Reverse().SelectMany(s => s), DicomSegmentation.OnGrid(Lesion, flipped)!.Inside);
        Assert.Null(DicomSegmentation.OnGrid(Lesion, new Grid(Voxels.Nx, Voxels.Ny, Voxels.Nz, Voxels.Origin + 0.4 * Voxels.StepI, Voxels.StepI, Voxels.StepJ, Voxels.StepK)));
    }
}
