using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Xunit;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>Contours as voxels.</summary>
public sealed class ContourVoxeliserTests
{
    private static readonly Grid Oblique = new(
        61, 47, 9, SyntheticObject.Origin, SyntheticObject.AlongRow * 0.75, SyntheticObject.AlongColumn * 1.25, SyntheticObject.Normal * 2.2);

    [Fact]
    [Trait("Kind", "Numeric")]
    public void A_circle_has_its_analytic_area_on_an_oblique_grid()
    {
        var contours = new[] { 2, 3, 4, 5 }.Select(k => Circle(14.3, k)).ToList();
        var mask = ContourVoxeliser.Voxelise(contours, Oblique).Mask;
        var expected = Math.PI * 14.3 * 14.3 * 4 * 2.2 / 1000;
        // Voxel centres in or out: each of about 120 boundary voxels of a slice errs by up to one, at random; 1 % is three standard deviations.
        Assert.Equal(expected, mask.Count * Oblique.VoxelVolumeMl, 0.01 * expected);
        Assert.Equal((2, 5), (mask.Bounds()!.Value.K0, mask.Bounds()!.Value.K1));
    }

    [Fact]
    [Trait("Kind", "Numeric")]
    public void A_contour_within_a_contour_is_a_hole()
    {
        var mask = ContourVoxeliser.Voxelise([Circle(14.3, 4), Circle(6.1, 4)], Oblique).Mask;
        var expected = Math.PI * (14.3 * 14.3 - 6.1 * 6.1) * 2.2 / 1000;
        // 160 boundary voxels in 610: 1.5 % is three standard deviations.
        Assert.Equal(expected, mask.Count * Oblique.VoxelVolumeMl, 0.015 * expected);
        Assert.False(mask[30, 23, 4]);
    }

    [Fact]
    public void A_rectangle_holds_just_the_voxels_whose_centres_lie_in_it()
    {
        // Between columns 9.5 and 20.5 and rows 4.5 and 12.5: 11 by 8 centres.
        RtContour contour = new([Oblique.ToPatient(9.5, 4.5, 3), Oblique.ToPatient(20.5, 4.5, 3), Oblique.ToPatient(20.5, 12.5, 3), Oblique.ToPatient(9.5, 12.5, 3)], null);
        Assert.Equal(88, ContourVoxeliser.Voxelise([contour], Oblique).Mask.Count);
    }

    [Fact]
    public void The_direction_and_order_of_contours_do_not_matter()
    {
        var contours = new[] { 2, 3, 4 }.Select(k => Circle(11.7, k)).ToList();
        var turned = contours.Select(c => c with { Points = [.. c.Points.Reverse()] }).Reverse().ToList();
        Assert.Equal(ContourVoxeliser.Voxelise(contours, Oblique).Mask.Inside, ContourVoxeliser.Voxelise(turned, Oblique).Mask.Inside);
    }

    [Fact]
    public void A_slice_that_was_left_out_stays_empty()
    {
        var mask = ContourVoxeliser.Voxelise(new[] { 1, 2, 3, 5, 6 }.Select(k => Circle(9.4, k)).ToList(), Oblique).Mask;
        Assert.True(mask[30, 23, 3] && mask[30, 23, 5]);
        Assert.False(mask[30, 23, 4]);
    }

    [Theory]
    [InlineData(new[] { 0, 1, 2, 4, 7, 11 }, new[] { 0, 1, 2, 4, 7, 11 })] // most gaps are larger than a slice, and none of these is the rule
    [InlineData(new[] { 0, 2, 4, 6, 8, 9 }, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })] // every second slice, and one more at the end
    [InlineData(new[] { 0, 3, 6, 9 }, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })] // every third: one slice to either side
    public void Slices_are_filled_only_where_skipping_them_is_the_rule(int[] drawn, int[] filled)
    {
        var tall = new Grid(61, 47, 13, Oblique.Origin, Oblique.StepI, Oblique.StepJ, Oblique.StepK);
        var mask = ContourVoxeliser.Voxelise([.. drawn.Select(k => Circle(9.4, k))], tall).Mask;
        Assert.Equal(filled, Enumerable.Range(0, 13).Where(k => mask[30, 23, k]));
    }

    [Fact]
    [Trait("Kind", "Numeric")]
    public void Planes_between_the_slices_of_another_grid_keep_the_volume()
    {
        // Planes every 1.7 mm over 8 planes, on slices of 2.2 mm: the volume is that of a cylinder of 8 × 1.7 mm, give or take half a slice at either end.
        var contours = Enumerable.Range(0, 8).Select(n => Circle(14.3, 1.4 + n * 1.7 / 2.2)).ToList();
        var volume = ContourVoxeliser.Voxelise(contours, Oblique).Mask.Count * Oblique.VoxelVolumeMl;
        var area = Math.PI * 14.3 * 14.3 / 1000;
        Assert.InRange(volume, area * (8 * 1.7 - 2.3), area * (8 * 1.7 + 2.3));
    }

    [Fact]
    public void A_contour_that_leaves_its_plane_is_counted_and_left_out()
    {
        RtContour skew = new([Oblique.ToPatient(9, 4, 3), Oblique.ToPatient(20, 4, 3.5), Oblique.ToPatient(20, 12, 4)], null);
        var result = ContourVoxeliser.Voxelise([skew], Oblique);
        Assert.Equal((0, 1), (result.Mask.Count, result.NotParallel));
    }

    private static RtContour Circle(double radiusMm, double k)
    {
        var centre = Oblique.ToPatient(30.2, 22.7, k);
        return new RtContour(
            [.. Enumerable.Range(0, 360).Select(n => n * Math.PI / 180).Select(a => centre + SyntheticObject.AlongRow * (radiusMm * Math.Cos(a)) + SyntheticObject.AlongColumn * (radiusMm * Math.Sin(a)))], null);
    }
}
