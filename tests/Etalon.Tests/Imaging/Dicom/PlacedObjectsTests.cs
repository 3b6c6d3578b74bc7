using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>Objects of several frames without functional groups, and such as hold regions: placed where a place is stated, else told.</summary>
public sealed class PlacedObjectsTests : IDisposable
{
    private const string Dose = "1.2.840.10008.5.1.4.1.1.481.2";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0\\2.5\\5", 1.0, 0.0)]
    [InlineData("0\\-2.5\\-5", 1.0, 0.0)] // planes the other way
    [InlineData("87.75\\90.25\\92.75", 1.0, 0.0)] // absolute, for transverse planes
    [InlineData("0\\2.5\\5", 0.8, 0.6)] // oblique
    public void Planes_of_a_dose_lie_where_their_offsets_say(string offsets, double y, double z)
    {
        _folder.Write("dose.dcm", Plane(Dose, "RTDOSE", 3, $"1\\0\\0\\0\\{SyntheticObject.Number(y)}\\{SyntheticObject.Number(z)}", b => b
            .Text(Tags.DoseUnits, "CS", "GY").Text(Tags.GridFrameOffsetVector, "DS", offsets).Text(Tags.DoseGridScaling, "DS", "0.0125")));
        var stack = Assert.Single(Assert.Single(Read().Series).Stacks);
        Assert.Equal(("Gy", ValueRule.DoseGridScaling), (stack.UnitCode, stack.Rule));
        var steps = offsets.Split('\\').Select(t => double.Parse(t, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        var (first, last) = (new Vector3(-31.5, 12.25, 87.75), new Vector3(0, -z, y) * (steps[2] - steps[0]));
        // Slices are put in order along the normal; the far corner is then the last plane or the first.
        var ends = new[] { stack.Grid!.ToPatient(0, 0, 0), stack.Grid.ToPatient(0, 0, 2) };
        Assert.Contains(ends, e => (e - first).Length < 1e-9);
        Assert.Contains(ends, e => (e - (first + last)).Length < 1e-9);
        var voxels = DicomVolumeReader.Read(stack.Layout!, DicomObjects.Open, TestContext.Current.CancellationToken).Volumes[0];
        Assert.Equal(Enumerable.Range(0, 60).Sum(n => n * 0.0125), voxels.Sum(v => (double)v), 1e-4);
        // The plane at the object's own position holds its first frame.
        Assert.Equal(19 * 0.0125, voxels[(ends[0] - first).Length < 1e-9 ? 19 : 59], 1e-6);
    }

    [Theory]
    [InlineData("0\\2.5", "0.0125")]
    [InlineData("0\\2.5\\5", "0")]
    [InlineData("10\\12.5\\15", "0.0125")] // neither 0 nor the position's z
    public void A_dose_whose_planes_cannot_be_placed_is_warned_of(string offsets, string scaling)
    {
        _folder.Write("dose.dcm", Plane(Dose, "RTDOSE", 3, "1\\0\\0\\0\\1\\0", b => b.Text(Tags.GridFrameOffsetVector, "DS", offsets).Text(Tags.DoseGridScaling, "DS", scaling)));
        AssertUnplaced(Severity.Warning);
    }

    [Theory]
    [InlineData("1.2.840.10008.5.1.4.1.1.4.1", "MR", Severity.Warning)] // enhanced MR
    [InlineData("1.2.840.10008.5.1.4.1.1.7.2", "OT", Severity.Info)] // a capture
    public void Frames_without_functional_groups_are_told_as_what_they_are(string sopClass, string modality, Severity severity)
    {
        _folder.Write("frames.dcm", Plane(sopClass, modality, 3, "1\\0\\0\\0\\1\\0", _ => { }));
        AssertUnplaced(severity);
    }

    [Fact]
    public void Slices_in_one_image_without_their_positions_are_not_taken_for_one_slice()
    {
        _folder.Write("vframe.dcm", new SyntheticObject { ImageType = "ORIGINAL\\PRIMARY\\M\\VFRAME" }.ToFile());
        AssertUnplaced(Severity.Warning);
    }

    private void AssertUnplaced(Severity severity)
    {
        var series = Assert.Single(Read().Series);
        Assert.Empty(series.Stacks);
        Assert.Contains(series.Findings, f => f.Code == FindingCodes.SeriesNotAVolume && f.Severity == severity);
    }

    private DicomStudies Read() => DicomStudies.Read([_folder.Path], cancellation: TestContext.Current.CancellationToken);

    private static byte[] Plane(string sopClass, string modality, int frames, string orientation, Action<DicomBytes> last)
    {
        var bytes = new DicomBytes()
            .Text(Tags.SopClassUid, "UI", sopClass).Text(Tags.SopInstanceUid, "UI", "1.2.3.9").Text(Tags.Modality, "CS", modality)
            .Text(Tags.PatientId, "LO", "P1").Text(Tags.SliceThickness, "DS", "2.5").Text(Tags.StudyInstanceUid, "UI", "1.2").Text(Tags.SeriesInstanceUid, "UI", "1.2.3")
            .Text(Tags.ImagePositionPatient, "DS", "-31.5\\12.25\\87.75").Text(Tags.ImageOrientationPatient, "DS", orientation)
            .UInt16(Tags.SamplesPerPixel, 1).Text(Tags.NumberOfFrames, "IS", SyntheticObject.Number(frames)).UInt16(Tags.Rows, SyntheticObject.Rows).UInt16(Tags.Columns, SyntheticObject.Columns)
            .Text(Tags.PixelSpacing, "DS", SyntheticObject.PixelSpacing).UInt16(Tags.BitsAllocated, 16).UInt16(Tags.BitsStored, 16).UInt16(Tags.HighBit, 15).UInt16(Tags.PixelRepresentation, 0);
        last(bytes);
        return bytes.Value(Tags.PixelData, "OW", [.. Enumerable.Range(0, frames * 20).SelectMany(n => new[] { (byte)n, (byte)(n >> 8) })]).ToFile(SyntheticObject.ExplicitLittle);
    }
}
