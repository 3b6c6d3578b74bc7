using System.Text;
using Etalon.Dicom;
using Etalon.Dicom.Deidentification;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>Slices as tiles of one image, and patients that lie on their side.</summary>
public sealed class MosaicTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Tiles_of_a_mosaic_are_slices_along_the_normal_of_the_private_header(int sign)
    {
        // Five tiles of 4 columns and 2 rows in a square of 3 x 3; the value of a pixel is 100 times its tile and its place within.
        _folder.Write("m.dcm", Mosaic(SyntheticObject.Normal * sign));
        var studies = Read();
        var stack = studies.Series.Single().Stacks.Single();
        var grid = stack.Grid!;
        Assert.Equal((4, 2, 5), (grid.Nx, grid.Ny, grid.Nz));
        // By hand: the mosaic is 12 x 6 pixels; its corner is (12 - 4)/2 columns and (6 - 2)/2 rows before that of a tile in its centre.
        var first = SyntheticObject.Origin + SyntheticObject.AlongRow * (4 * 0.75) + SyntheticObject.AlongColumn * (2 * 1.25);
        var voxels = DicomVolumeReader.Read(stack.Layout!, DicomObjects.Open, TestContext.Current.CancellationToken).Volumes[0];
        for (var tile = 0; tile < 5; tile++)
        {
            var k = grid.ToIndex(first + SyntheticObject.Normal * (sign * tile * 3.3));
            Assert.True((k - new Vector3(0, 0, Math.Round(k.Z))).Length < 1e-6, k.ToString());
            Assert.Equal(100 * tile + 10 * 1 + 3, voxels[grid.Index(3, 1, (int)Math.Round(k.Z))]);
        }

        Assert.Empty(studies.Findings);
    }

    [Fact]
    public void A_mosaic_written_as_stored_integers_has_the_same_values()
    {
        _folder.Write("m.dcm", Mosaic(SyntheticObject.Normal));
        var stack = Read().Series.Single().Stacks.Single();
        StackNifti.Write(stack, _folder["m.nii"], DicomObjects.Open, TestContext.Current.CancellationToken);
        var image = NiftiReader.Read(_folder["m.nii"]);
        Assert.Equal(DicomVolumeReader.Read(stack.Layout!, DicomObjects.Open, TestContext.Current.CancellationToken).Volumes[0], image.Frames[0]);
        Assert.True(image.Grid.IsSameAs(stack.Grid!, 1e-4));
    }

    [Fact]
    public void A_mosaic_that_states_neither_normal_nor_distance_of_its_slices_says_what_was_assumed()
    {
        _folder.Write("m.dcm", Mosaic(SyntheticObject.Normal, isStated: false));
        var finding = Assert.Single(Read().Findings);
        Assert.Equal((FindingCodes.MosaicAssumed, Severity.Warning), (finding.Code, finding.Severity));
        Assert.Contains("which way its slices follow each other, nor how far apart", finding.Found);
    }

    [Fact]
    public void Slices_and_diffusion_of_a_mosaic_are_the_same_after_de_identification_and_the_rest_of_its_private_header_is_gone()
    {
        var source = DicomDatasetBuilder.From(DicomFile.Read(Mosaic(SyntheticObject.Normal * -1), "m").Dataset).Set(Tags.SopClassUid, "1.2.840.10008.5.1.4.1.1.4");
        var file = DicomFile.Read(DicomWriter.ToBytes(source), "m");
        var made = new Deidentifier(new DeidentificationKey("a key of thirty bytes and more"u8)).Apply(file);
        var (before, after) = (DicomImageReader.Read(file), DicomImageReader.Read(DicomFile.Read(made.Bytes, "m")));
        Assert.Equal(5, after.Frames.Count);
        Assert.Equal(before.Frames.Select(f => (f.Position, f.BValue, f.Gradient, f.Assumed)), after.Frames.Select(f => (f.Position, f.BValue, f.Gradient, f.Assumed)));
        Assert.Equal((850.0, new Vector3(0.6, 0, -0.8)), (after.Frames[0].BValue!.Value, after.Frames[0].Gradient!.Value));
        Assert.True(made.Bytes.Span.IndexOf("Wrzlbrmft"u8) < 0 && made.Bytes.Span.IndexOf("5551234"u8) < 0);
    }

    [Fact]
    public void A_mosaic_that_hides_its_number_of_slices_is_refused()
    {
        _folder.Write("m.dcm", Mosaic(null));
        Assert.Equal(FindingCodes.SeriesNotAVolume, Assert.Single(Read().Findings).Code);
    }

    [Theory]
    [InlineData("HFS", 1, 0, 0, 0, 1, 0)]
    [InlineData("HFP", -1, 0, 0, 0, -1, 0)]
    [InlineData("HFDL", 0, -1, 0, 1, 0, 0)]
    [InlineData("HFDR", 0, 1, 0, -1, 0, 0)]
    [InlineData("FFDL", 0, 1, 0, 1, 0, 0)]
    [InlineData("FFDR", 0, -1, 0, -1, 0, 0)]
    public void The_corner_of_a_decubitus_patient_is_where_its_cosines_say(string position, double rx, double ry, double rz, double cx, double cy, double cz)
    {
        var (row, column) = (new Vector3(rx, ry, rz), new Vector3(cx, cy, cz));
        for (var k = 0; k < 4; k++)
        {
            var bytes = new DicomBytes().Text(Tags.SopInstanceUid, "UI", $"1.2.{k}").Text(Tags.Modality, "CS", "CT").Text(Tags.PatientId, "LO", "P1").Text(Tags.StudyInstanceUid, "UI", "1.2").Text(Tags.SeriesInstanceUid, "UI", "1.3")
                .Text(Tags.InstanceNumber, "IS", $"{(k * 3) % 4}").Text(Tags.PatientPosition, "CS", position).Text(Tags.ImagePositionPatient, "DS", SyntheticObject.Vector(new Vector3(-20.5, 7.25, 3 + 2.5 * k)))
                .Text(Tags.ImageOrientationPatient, "DS", SyntheticObject.Vector(row) + "\\" + SyntheticObject.Vector(column)).Text(Tags.PixelSpacing, "DS", SyntheticObject.PixelSpacing);
            _folder.Write($"{k}.dcm", SyntheticObject.Pixels(bytes, [.. Enumerable.Repeat((ushort)k, 20)]).ToFile(SyntheticObject.ExplicitLittle));
        }

        var stack = Read().Series.Single().Stacks.Single();
        Assert.Equal(position, stack.PatientPosition);
        // The slice at z = 10.5, whichever end of the grid it is.
        var expected = new Vector3(-20.5, 7.25, 10.5) + row * (4 * 0.75) + column * (3 * 1.25);
        var last = stack.Volumes[0].Slices.ToList().FindIndex(s => s.Position.Z == 10.5);
        Assert.True((stack.Grid!.ToPatient(4, 3, last) - expected).Length < 1e-9);
    }

    private DicomStudies Read() => DicomStudies.Read([_folder.Path], cancellation: TestContext.Current.CancellationToken);

    internal static byte[] Mosaic(Vector3? normal, bool isStated = true)
    {
        var stored = Enumerable.Range(0, 72).Select(n => (X: n % 12, Y: n / 12)).Select(p => (ushort)(100 * (p.X / 4 + 3 * (p.Y / 2)) + 10 * (p.Y % 2) + p.X % 4)).ToArray();
        var bytes = new DicomBytes()
            .Text(Tags.ImageType, "CS", "ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC").Text(Tags.SopInstanceUid, "UI", "1.2.1").Text(Tags.Modality, "CS", "MR").Text(Tags.Manufacturer, "LO", "SIEMENS").Text(Tags.PatientId, "LO", "P1")
            .Text(isStated ? Tags.SpacingBetweenSlices : Tags.SliceThickness, "DS", "3.3").Text(Tags.StudyInstanceUid, "UI", "1.2").Text(Tags.SeriesInstanceUid, "UI", "1.3").Text(Tags.ImagePositionPatient, "DS", SyntheticObject.Vector(SyntheticObject.Origin))
            .Text(Tags.ImageOrientationPatient, "DS", SyntheticObject.Vector(SyntheticObject.AlongRow) + "\\" + SyntheticObject.Vector(SyntheticObject.AlongColumn)).Text(Tags.PixelSpacing, "DS", SyntheticObject.PixelSpacing)
            .UInt16(Tags.SamplesPerPixel, 1).UInt16(Tags.Rows, 6).UInt16(Tags.Columns, 12).UInt16(Tags.BitsAllocated, 16).UInt16(Tags.BitsStored, 12).UInt16(Tags.HighBit, 11).UInt16(Tags.PixelRepresentation, 0);
        if (normal is { } n)
        {
            bytes.Text(new DicomTag(0x0029, 0x0010), "LO", "SIEMENS CSA HEADER").Value(new DicomTag(0x0029, 0x1010), "OB", Csa(("UsedPatientWeight", ["5551234"]), ("Operator", ["Wrzlbrmft"]), ("NumberOfImagesInMosaic", ["5"]),
                (isStated ? "SliceNormalVector" : "SliceNormal", [SyntheticObject.Number(n.X), SyntheticObject.Number(n.Y), SyntheticObject.Number(n.Z)]), ("B_value", ["850"]), ("DiffusionGradientDirection", ["0.6", "0", "-0.8"])));
        }

        return bytes.Value(Tags.PixelData, "OW", [.. stored.SelectMany(v => new[] { (byte)v, (byte)(v >> 8) })]).ToFile(SyntheticObject.ExplicitLittle);
    }

    /// <summary>A header of the layout SV10.</summary>
    private static byte[] Csa(params (string Name, string[] Values)[] tags)
    {
        var bytes = new List<byte>();
        void Int(int v) => bytes.AddRange(BitConverter.GetBytes(v));
        void Text(string text, int length) => bytes.AddRange(Encoding.ASCII.GetBytes(text).Concat(new byte[length - text.Length]));
        Text("SV10", 4);
        Int(0x01020304);
        Int(tags.Length);
        Int(77);
        foreach (var (name, values) in tags)
        {
            Text(name, 64);
            Int(values.Length);
            Text("DS", 4);
            Int(3);
            Int(values.Length);
            Int(77);
            foreach (var value in values)
            {
                Int(0);
                Int(value.Length + 1);
                Int(77);
                Int(0);
                Text(value, (value.Length + 4) & ~3);
            }
        }

        return [.. bytes, .. new byte[bytes.Count % 2]];
    }
}
