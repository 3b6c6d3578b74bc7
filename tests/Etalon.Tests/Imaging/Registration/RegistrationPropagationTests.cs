using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Metrology;
using Etalon.Tests.Twin;
using Xunit;

namespace Etalon.Tests.Imaging.Registration;

/// <summary>The error of a registration in the mean of a map over a region.</summary>
[Trait("Kind", "Numeric")]
public sealed class RegistrationPropagationTests
{
    private static readonly Grid MapGrid = TumourFixtures.ObliqueGrid(44, 50, 34, 1.3, 1.1, 1.9);
    private static readonly RigidTransform Motion = RigidTransform.FromEuler(new(4, -3, 6), new(2, -1, 3), MapGrid.ToPatient(21, 25, 17));

    private static Volume Map(Func<Vector3, double> value) =>
        new(MapGrid, Enumerable.Range(0, MapGrid.Count).Select(n => (float)value(MapGrid.ToPatient(n % 44, n / 44 % 50, n / 44 / 50))).ToArray(), Unit.Parse("mm2/s"));

    /// <summary>A ball in the fixed image, on a grid of its own, whose middle goes to the middle of the map.</summary>
    private static Mask Ball(double radiusMm)
    {
        var middle = Motion.Inverse().Apply(MapGrid.ToPatient(21, 25, 17));
        var grid = new Grid(31, 27, 29, middle - new Vector3(15.1, 14.2, 14.9), new(1, 0, 0), new(0, 1.1, 0), new(0, 0, 1.05));
        return new Mask(grid, Enumerable.Range(0, grid.Count).Select(n => (grid.ToPatient(n % 31, n / 31 % 27, n / 31 / 27) - middle).Length < radiusMm).ToArray());
    }

    private static RigidUncertainty Shifts(double x, double y, double z)
    {
        var covariance = new double[36];
        (covariance[21], covariance[28], covariance[35]) = (x * x, y * y, z * z);
        return new RigidUncertainty(Motion, MapGrid.ToPatient(21, 25, 17), covariance);
    }

    [Fact]
    public void A_straight_slope_turns_a_shift_into_slope_times_shift()
    {
        var slope = new Vector3(3e-5, -2e-5, 1e-5);
        var map = Map(p => 1e-3 + slope.Dot(p - MapGrid.ToPatient(21, 25, 17)));

        var result = RegistrationPropagation.OfRegionMean(map, null, Ball(9), Shifts(0.4, 0.7, 1.1), draws: 800)!;

        var expected = Math.Sqrt(3e-5 * 3e-5 * 0.16 + 2e-5 * 2e-5 * 0.49 + 1e-5 * 1e-5 * 1.21);
        Assert.Equal(expected, result.FirstOrderU, expected * 1e-3);
        // The standard deviation of 800 draws is known to 2.5 %: four of them.
        Assert.Equal(expected, result.U, expected * 0.1);
        Assert.True(result.IsLinear);
        Assert.Equal(0, result.Shift, 4 * expected / Math.Sqrt(800));
        var component = result.ToComponent("registration/ses-2");
        Assert.Equal(("registration", "registration/ses-2", 799.0), (component.Source, component.Group, component.Dof!.Value));
        Assert.Equal(result.U, component.U);
    }

    [Fact]
    public void A_flat_map_knows_no_displacement()
    {
        var result = RegistrationPropagation.OfRegionMean(Map(_ => 1.1e-3), null, Ball(8), Shifts(1, 1, 1))!;

        Assert.Equal(1.1e-3, result.Mean, 1e-9);
        // Rounding of single precision.
        Assert.InRange(result.U, 0, 1e-9);
        Assert.InRange(result.FirstOrderU, 0, 1e-9);
    }

    [Fact]
    public void A_body_of_the_regions_own_size_loses_signal_at_its_edge_whichever_way_it_moves()
    {
        // A bright ball of 9 mm measured in a mask of the same size: to first order nothing happens, as what one side loses the other gains.
        var centre = MapGrid.ToPatient(21, 25, 17);
        var map = Map(p => 1 / (1 + Math.Exp(((p - centre).Length - 9) / 0.4)));

        var result = RegistrationPropagation.OfRegionMean(map, null, Ball(9), Shifts(1.2, 1.2, 1.2), draws: 400)!;

        // A ball shifted by d keeps 1 − 3d/4r of itself; E d = 1.2 √(8/π) = 1.915 mm, so the mean falls by 0.16, less what soft edges hide (a
        // displacement within their ± 1 mm costs little).
        Assert.InRange(result.Shift, -0.16, -0.06);
        Assert.InRange(result.U, 0.02, 0.09);
        Assert.False(result.IsLinear);
    }

    [Fact]
    public void Voxels_without_a_value_take_no_part()
    {
        var holes = Enumerable.Range(0, MapGrid.Count).Select(n => n % 5 != 0).ToArray();
        var map = Map(_ => 2e-3);
        var values = map.Values.Select((v, n) => holes[n] ? v : float.NaN).ToArray();

        var result = RegistrationPropagation.OfRegionMean(new Volume(MapGrid, values, null), holes, Ball(8), Shifts(1, 1, 1))!;

        Assert.Equal(2e-3, result.Mean, 1e-8);
        Assert.InRange(result.U, 0, 1e-8);
        Assert.Null(RegistrationPropagation.OfRegionMean(map, new bool[MapGrid.Count], Ball(8), Shifts(1, 1, 1)));
        Assert.Throws<ArgumentException>(() => RegistrationPropagation.OfRegionMean(map, new bool[3], Ball(8), Shifts(1, 1, 1)));
    }

    [Fact]
    public void A_region_far_from_the_centre_is_less_certain_by_the_turns()
    {
        var covariance = new double[36];
        (covariance[0], covariance[7], covariance[14]) = (1e-4, 1e-4, 1e-4);
        IRegistrationUncertainty turns = new RigidUncertainty(Motion, MapGrid.ToPatient(21, 25, 17), covariance);

        var here = turns.Over(Ball(6));

        // Variance 1e-4 |r|² times 2/3 per axis; the mean of |r|² over a ball is 3/5 of its radius squared. Counting voxels of a ball of 6 mm: 2 %.
        Assert.Equal(Math.Sqrt(1e-4 * 2 / 3 * 0.6 * 36), here.RmsMm, 0.02 * here.RmsMm);
        Assert.Equal(DisplacementCovariance.Zero, turns.Over(new Mask(MapGrid, new bool[MapGrid.Count])));
    }
}
