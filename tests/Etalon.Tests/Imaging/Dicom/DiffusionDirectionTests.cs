using Etalon.Cases.Inspection;
using Etalon.Dicom;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Dicom;
using Xunit;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>Directions of diffusion gradients that hide, that cannot be placed, and that differ from frame to frame.</summary>
public sealed class DiffusionDirectionTests
{
    // A direction of length 1 in frequency, phase and slice: 0.48, 0.6, 0.64.
    [Theory]
    [InlineData("COL", null, 0.48, 0.6, -0.64)]
    [InlineData("ROW", null, -0.6, 0.48, 0.64)]
    [InlineData(null, new ushort[] { 128, 0, 0, 96 }, 0.48, 0.6, -0.64)]
    [InlineData(null, new ushort[] { 0, 128, 96, 0 }, -0.6, 0.48, 0.64)]
    public void Directions_of_GE_are_read_without_their_private_creator(string? phase, ushort[]? matrix, double row, double column, double normal)
    {
        var frame = DicomImageReader.Read(Ge(0, phase, matrix, "0.48", "0.6", "0.64").Read()).Frames[0];
        var expected = SyntheticObject.AlongRow * row + SyntheticObject.AlongColumn * column + SyntheticObject.Normal * normal;
        Assert.Equal(850, frame.BValue);
        Assert.True((frame.Gradient!.Value - expected).Length < 1e-6, $"{frame.Gradient} and not {expected}"); // ten digits of the header
    }

    [Fact]
    public void A_direction_that_cannot_be_placed_is_told_and_not_guessed()
    {
        var finding = Peculiarity(Enumerable.Range(0, 3).Select(k => Ge(k, null, null, "0.48", "0.6", "0.64")));
        Assert.Equal(Severity.Info, finding!.Severity);
        Assert.Contains("InPlanePhaseEncodingDirection", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reference_series_of_an_MR750_whose_phase_encoding_was_removed_is_told()
    {
        var finding = DicomStudies.Read([ReferenceData.Path("dwi-ge-mr750")], cancellation: TestContext.Current.CancellationToken).Findings.Single(f => f.Code == FindingCodes.DiffusionDirectionMissing);
        Assert.StartsWith("1 of 1 volumes", finding.Found, StringComparison.Ordinal);
        Assert.Contains("InPlanePhaseEncodingDirection", finding.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ORIGINAL\\PRIMARY\\M", "", true)]
    [InlineData("DERIVED\\PRIMARY\\M\\TRACEW", "", false)]
    [InlineData("ORIGINAL\\PRIMARY\\M", "ISOTROPIC", false)]
    [InlineData("ORIGINAL\\PRIMARY\\M", "DIRECTIONAL", true)]
    public void A_weighted_volume_without_direction_is_told_unless_it_says_that_it_is_a_trace(string type, string directionality, bool isTold) =>
        Assert.Equal(isTold, Peculiarity(Slices(type, directionality)) is not null);

    [Fact]
    public void Directionality_that_differs_from_frame_to_frame_is_a_list()
    {
        var tree = new TreeInspection(new InspectOptions());
        foreach (var o in new ObjectInspection([ReferenceData.Path("dwi-philips/enhanced-501.zip")], new InspectOptions()).Objects(tree.Take, TestContext.Current.CancellationToken))
        {
            Assert.Equal(InspectedObject.Ok, o.Status);
        }

        var record = tree.Build(TestContext.Current.CancellationToken).Acquisitions.Single();
        Assert.Equal(["DIRECTIONAL", "NONE"], record["DiffusionDirectionality"]!.Split('\\').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_record_of_an_enhanced_object_holds_each_value_of_its_frames_once()
    {
        var file = DicomSource.Read(ReferenceData.Path("dwi-philips/enhanced-501.zip")).First().File!;
        var record = DicomAcquisition.Read(file, "a", []);
        Assert.Equal(["DIRECTIONAL", "NONE"], record["DiffusionDirectionality"]!.Split('\\').Order(StringComparer.Ordinal));
        Assert.Single(record.Find("FlipAngle")!.Numbers);
    }

    private static IEnumerable<SyntheticObject> Slices(string type, string directionality) => Enumerable.Range(0, 3).Select(k => new SyntheticObject
    {
        Uid = $"1.2.3.4.{k}", Position = SyntheticObject.At(k), ImageType = type, BValue = 850,
        More = directionality.Length == 0 ? null : bytes => bytes.Text(Tags.DiffusionDirectionality, "CS", directionality),
    });

    private static SyntheticObject Ge(int k, string? phase, ushort[]? matrix, params string[] direction) => new()
    {
        Uid = $"1.2.3.4.{k}", Position = SyntheticObject.At(k),
        More = bytes =>
        {
            bytes.Text(Tags.Manufacturer, "LO", "GE MEDICAL SYSTEMS").Text(new DicomTag(0x0043, 0x1039), "IS", "850\\8\\0\\0");
            for (var n = 0; n < 3; n++)
            {
                bytes.Text(new DicomTag(0x0019, (ushort)(0x10BB + n)), "DS", direction[n]);
            }

            if (phase is not null)
            {
                bytes.Text(Tags.InPlanePhaseEncodingDirection, "CS", phase);
            }

            if (matrix is not null)
            {
                bytes.Value(Tags.AcquisitionMatrix, "US", [.. matrix.SelectMany(BitConverter.GetBytes)]);
            }
        },
    };

    private static Finding? Peculiarity(IEnumerable<SyntheticObject> objects)
    {
        var builder = new DicomStudiesBuilder();
        foreach (var o in objects)
        {
            builder.Add(o.Read());
        }

        return builder.Build(TestContext.Current.CancellationToken).Findings.SingleOrDefault(f => f.Code == FindingCodes.DiffusionDirectionMissing);
    }
}
