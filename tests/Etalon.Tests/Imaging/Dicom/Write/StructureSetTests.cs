using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Tests.Support;
using Xunit;
using static Etalon.Tests.Imaging.Dicom.Write.WrittenObjects;

namespace Etalon.Tests.Imaging.Dicom.Write;

public sealed class StructureSetTests
{
    [Fact]
    public void Contours_of_any_mask_give_back_exactly_its_voxels()
    {
        var random = new Random(7);
        for (var n = 0; n < 200; n++)
        {
            // From dust to nearly full: corners that touch, holes, islands in holes, voxels at the edge.
            var share = (n % 10 + 0.5) / 10;
            // A voxel in every slice: contours two slices apart are read as those of thicker slices.
            var mask = new Mask(Voxels, [.. Enumerable.Range(0, Voxels.Count).Select(v => random.NextDouble() < share || v % 20 == 7)]);
            var contours = Enumerable.Range(0, Voxels.Nz).SelectMany(k => MaskContours.OfSlice(mask, k)
                .Select(c => new RtContour([.. c.Select(p => Voxels.ToPatient(p.I, p.J, k))], null))).ToList();
            Assert.Equal(mask.Inside, ContourVoxeliser.Voxelise(contours, Voxels).Mask.Inside);
        }
    }

    [Fact]
    public void A_structure_set_is_read_back_to_the_same_masks()
    {
        var written = StructureSetWriter.Write(Header, [new RegionToWrite("GTV 1", Lesion), new RegionToWrite("œdème", Edema, "ORGAN")]);
        var read = RtStructures.Read(DicomFile.Read(written.Bytes, "rs"));
        Assert.Equal([("GTV 1", "GTV"), ("œdème", "ORGAN")], read.Regions.Select(r => (r.Name, r.Type)));
        Assert.Equal(["1.2.3.4"], read.ReferencedSeries);
        Assert.Equal(Lesion.Inside, ContourVoxeliser.Voxelise(read.Regions[0].Contours, Voxels).Mask.Inside);
        Assert.Equal(Edema.Inside, ContourVoxeliser.Voxelise(read.Regions[1].Contours, Voxels).Mask.Inside);
        Assert.All(read.Regions, r => Assert.Equal("1.2.9", r.FrameOfReferenceUid));
        Assert.Equal("1.2.3.4.2", read.Regions[0].Contours[0].Image);
    }

    [Fact]
    public void Validators_find_no_error()
    {
        using var folder = new TempFolder();
        DicomValidators.AssertSound(folder.Write("rs.dcm", StructureSetWriter.Write(Header, [new RegionToWrite("GTV", Lesion)]).Bytes));
    }

    [Fact]
    public void A_structure_set_without_a_series_is_refused() =>
        Assert.Throws<ArgumentException>(() => StructureSetWriter.Write(Header with { Source = null }, [new RegionToWrite("GTV", Lesion)]));
}
