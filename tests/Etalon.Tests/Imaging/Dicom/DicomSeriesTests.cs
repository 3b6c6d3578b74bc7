using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Dicom;
using Xunit;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>Series of objects as volumes.</summary>
public sealed class DicomSeriesTests
{
    private readonly List<Finding> _findings = [];

    [Fact]
    public void Slices_lie_where_their_positions_say_whatever_their_order_and_numbers()
    {
        // Six slices in shuffled order; the instance numbers run against the positions.
        var objects = new[] { 3, 0, 5, 1, 4, 2 }.Select(k => Slice(k) with { InstanceNumber = 100 - k }).ToList();
        var layout = Build(objects)!;
        Assert.Equal((5, 4, 6), (layout.Grid.Nx, layout.Grid.Ny, layout.Grid.Nz));
        // Expected by hand: column and row steps are 0.75 and 1.25 mm. Cosines are written with 13 digits or more.
        var expected = SyntheticObject.Origin + SyntheticObject.AlongRow * (4 * 0.75) + SyntheticObject.AlongColumn * (3 * 1.25) + SyntheticObject.Normal * (5 * 2.2);
        Assert.True((layout.Grid.ToPatient(4, 3, 5) - expected).Length < 1e-9);
        var voxels = DicomVolumeReader.Read(layout, _ => objects.Select(o => o.Read()), TestContext.Current.CancellationToken);
        // Stored value of slice k at column i, row j is 100 k + i + 5 j.
        Assert.Equal(100 * 5 + 3 + 5 * 2, voxels.Volumes[0][layout.Grid.Index(3, 2, 5)]);
        Assert.Empty(_findings);
    }

    [Fact]
    public void Every_slice_keeps_its_own_slope_and_intercept()
    {
        var objects = Enumerable.Range(0, 3).Select(k => Slice(k) with { Slope = 0.5 + k, Intercept = -10 * k }).ToList();
        var layout = Build(objects)!;
        var values = DicomVolumeReader.Read(layout, _ => objects.Select(o => o.Read()), TestContext.Current.CancellationToken).Volumes[0];
        Assert.Equal(2.5 * 207 - 20, values[layout.Grid.Index(2, 1, 2)]);
        Assert.Equal(0.5 * 7, values[layout.Grid.Index(2, 1, 0)]);
    }

    [Fact]
    public void A_missing_slice_is_named_with_both_distances()
    {
        Assert.Null(Build(new[] { 0, 1, 2, 4, 5 }.Select(k => Slice(k)).ToList()));
        var finding = Assert.Single(_findings);
        Assert.Equal(FindingCodes.SlicesMissing, finding.Code);
        Assert.Contains("slices 3 and 4", finding.Found, StringComparison.Ordinal);
        Assert.Contains("4.4 mm", finding.Found, StringComparison.Ordinal);
        Assert.Contains("2.2 mm", finding.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_doubled_slice_is_no_volume()
    {
        var objects = Enumerable.Range(0, 4).Select(k => Slice(k)).Append(Slice(2) with { Uid = "1.2.3.4.99" }).ToList();
        Assert.Null(Build(objects));
        Assert.Equal(FindingCodes.SlicesDuplicate, Assert.Single(_findings).Code);
    }

    [Fact]
    public void Slices_of_two_orientations_are_two_stacks_and_told()
    {
        var tilted = new Vector3(Math.Cos(0.6), Math.Sin(0.6), 0);
        // The second axis stays: 0.6 rad leaves it 4 degrees off a right angle, so an axis that keeps it is taken.
        var objects = new[] { Slice(0), Slice(1), Slice(2) with { Row = SyntheticObject.AlongColumn.Cross(tilted).Cross(SyntheticObject.AlongColumn).Normalised() } }.ToList();
        // The turned slice states no thickness, so it is no volume by itself; the two others are.
        var stacks = DicomStacks.Build([.. objects.Select(o => DicomImageReader.Read(o.Read()))], "series 7", _findings);
        Assert.Equal([2, 1], stacks.Select(s => s.Frames.Count));
        Assert.Equal([true, false], stacks.Select(s => s.Layout is not null));
        Assert.Equal(Severity.Warning, Assert.Single(_findings, f => f.Code == FindingCodes.OrientationsMixed).Severity);
    }

    [Fact]
    public void A_tilted_gantry_is_a_sheared_grid_and_says_so()
    {
        var objects = Enumerable.Range(0, 4).Select(k => Slice(k) with { Position = SyntheticObject.At(k) + SyntheticObject.AlongColumn * (0.4 * k) }).ToList();
        var grid = Build(objects)!.Grid;
        var finding = Assert.Single(_findings);
        Assert.Equal((FindingCodes.GantryTilt, Severity.Warning), (finding.Code, finding.Severity));
        // By hand: atan(0.4 / 2.2) = 10.3 degrees; the far corner lies where its own slice says.
        Assert.Contains("10.3 degrees", finding.Found, StringComparison.Ordinal);
        var far = SyntheticObject.At(3) + SyntheticObject.AlongColumn * 1.2 + SyntheticObject.AlongRow * (4 * 0.75) + SyntheticObject.AlongColumn * (3 * 1.25);
        Assert.True((grid.ToPatient(4, 3, 3) - far).Length < 1e-9);
        Assert.Equal(0.75 * 1.25 * 2.2 / 1000, grid.VoxelVolumeMl, 1e-9);
    }

    [Fact]
    public void Frames_at_one_place_are_ordered_by_b()
    {
        var objects = (from k in new[] { 2, 0, 1 } from b in new[] { 800.0, 0, 250 } select Slice(k) with { Uid = $"1.2.3.4.{k}.{b}", BValue = b, Slope = 1 + b }).ToList();
        var layout = Build(objects)!;
        Assert.Equal([0, 250, 800], layout.BValues);
        var volumes = DicomVolumeReader.Read(layout, _ => objects.Select(o => o.Read()), TestContext.Current.CancellationToken).Volumes;
        Assert.Equal(251 * 106, volumes[1][layout.Grid.Index(1, 1, 1)]);
    }

    [Fact]
    public void An_enhanced_object_is_read_through_its_functional_groups()
    {
        var file = Enhanced();
        var layout = Assert.Single(DicomStacks.Build([DicomImageReader.Read(file)], "series 7", _findings)).Layout!;
        Assert.Equal((5, 4, 2), (layout.Grid.Nx, layout.Grid.Ny, layout.Grid.Nz));
        Assert.Equal([0, 1000], layout.BValues);
        Assert.Equal(2.2, layout.Grid.SpacingMm.Z, 1e-9);
        var volumes = DicomVolumeReader.Read(layout, _ => [file], TestContext.Current.CancellationToken).Volumes;
        // Frames in the object: (slice 1, b 1000), (slice 0, b 0), (slice 1, b 0), (slice 0, b 1000) with slopes 1, 2, 3, 4 and values 20 f + n.
        Assert.Equal(2 * (20 + 7), volumes[0][layout.Grid.Index(2, 1, 0)]);
        Assert.Equal(3 * (40 + 7), volumes[0][layout.Grid.Index(2, 1, 1)]);
        Assert.Equal(4 * (60 + 7), volumes[1][layout.Grid.Index(2, 1, 0)]);
        Assert.Equal(1 * 7, volumes[1][layout.Grid.Index(2, 1, 1)]);
    }

    [Theory]
    [InlineData("120501.5", 12, 5, 1.5)]
    [InlineData("1205", 12, 5, 0)]
    [InlineData("235959", 23, 59, 59)]
    public void Times_of_day_are_read(string text, int hours, int minutes, double seconds) =>
        Assert.Equal(new TimeSpan(hours, minutes, 0) + TimeSpan.FromSeconds(seconds), DicomTime.OfDay(text));

    [Theory]
    [InlineData("***")]
    [InlineData("")]
    [InlineData("251200")]
    [InlineData("12051")]
    public void What_is_no_time_is_none(string text) => Assert.Null(DicomTime.OfDay(text));

    private static SyntheticObject Slice(int k) => new()
    {
        Uid = $"1.2.3.4.{k}",
        Position = SyntheticObject.At(k),
        Stored = [.. Enumerable.Range(0, 20).Select(n => (ushort)(100 * k + n))],
    };

    private DicomSeriesLayout? Build(List<SyntheticObject> objects) =>
        Assert.Single(DicomStacks.Build([.. objects.Select(o => DicomImageReader.Read(o.Read()))], "series 7", _findings)).Layout;

    private static DicomFile Enhanced()
    {
        static DicomBytes New() => new();
        var frames = new[] { (K: 1, B: 1000.0), (0, 0), (1, 0), (0, 1000) }.Select((f, n) => New()
            .Sequence(Tags.MrDiffusionSequence, true, New().Float64(Tags.DiffusionBValue, f.B))
            .Sequence(Tags.PlanePositionSequence, false, New().Text(Tags.ImagePositionPatient, "DS", SyntheticObject.Vector(SyntheticObject.At(f.K))))
            .Sequence(Tags.PixelValueTransformationSequence, false, New().Text(Tags.RescaleIntercept, "DS", "0").Text(Tags.RescaleSlope, "DS", SyntheticObject.Number(n + 1)))).ToArray();
        var shared = New()
            .Sequence(Tags.PlaneOrientationSequence, false, New().Text(Tags.ImageOrientationPatient, "DS", SyntheticObject.Vector(SyntheticObject.AlongRow) + "\\" + SyntheticObject.Vector(SyntheticObject.AlongColumn)))
            .Sequence(Tags.PixelMeasuresSequence, true, New().Text(Tags.PixelSpacing, "DS", SyntheticObject.PixelSpacing));
        var bytes = New()
            .Text(Tags.SopInstanceUid, "UI", "1.2.3.5")
            .Text(Tags.Modality, "CS", "MR")
            .Text(Tags.SeriesInstanceUid, "UI", "1.2.3.4")
            .Text(Tags.NumberOfFrames, "IS", "4")
            .Sequence(Tags.SharedFunctionalGroupsSequence, true, shared)
            .Sequence(Tags.PerFrameFunctionalGroupsSequence, false, frames);
        return DicomFile.Read(SyntheticObject.Pixels(bytes, [.. Enumerable.Range(0, 80).Select(n => (ushort)n)]).ToFile(SyntheticObject.ExplicitLittle), "enhanced");
    }
}
