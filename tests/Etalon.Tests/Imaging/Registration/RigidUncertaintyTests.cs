using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Imaging.Registration;

/// <summary>The covariance of a rigid transform's parameters and what it says of points.</summary>
[Trait("Kind", "Numeric")]
public sealed class RigidUncertaintyTests
{
    private static readonly RigidTransform Motion = RigidTransform.FromEuler(new(13, -27, 61), new(4, -9, 2.5), new(-5, 11, 27));
    private static readonly Vector3 Centre = new(7, -3, 19);

    /// <summary>Not diagonal, and not small in any direction: A Aᵀ of a lower triangle.</summary>
    private static double[] Covariance()
    {
        var a = new double[36];
        for (var p = 0; p < 6; p++)
        {
            for (var q = 0; q <= p; q++)
            {
                a[6 * p + q] = (p < 3 ? 0.002 : 0.15) * (p == q ? 1 + 0.1 * p : 0.3 - 0.1 * q);
            }
        }

        return Enumerable.Range(0, 36).Select(n => Enumerable.Range(0, 6).Sum(k => a[6 * (n / 6) + k] * a[6 * (n % 6) + k])).ToArray();
    }

    [Fact]
    public void An_uncertain_turn_about_one_axis_moves_points_across_it_and_in_proportion_to_their_distance()
    {
        var covariance = new double[36];
        covariance[14] = 0.01 * 0.01;
        var uncertainty = new RigidUncertainty(Motion, Centre, covariance);
        var arm = new Vector3(30, -40, 12);

        var at = uncertainty.At(Motion.Inverse().Apply(Centre + arm));

        // z × (30, −40, 12) = (40, 30, 0), times 0.01 rad.
        Assert.Equal(0.16, at.Xx, 1e-12);
        Assert.Equal(0.12, at.Xy, 1e-12);
        Assert.Equal(0.09, at.Yy, 1e-12);
        Assert.Equal(0, at.Zz, 1e-12);
        Assert.Equal(0.3, at.UncertaintyAlong(new(0, 1, 0)), 1e-9);
        Assert.Equal(Math.Sqrt(0.25 / 3), at.RmsMm, 1e-12);
        Assert.Null(at.SquaredDistance(new(1, 0, 0)));
    }

    [Fact]
    public void Draws_scatter_as_the_covariance_of_a_point_says()
    {
        var uncertainty = new RigidUncertainty(Motion, Centre, Covariance());
        var point = Motion.Inverse().Apply(Centre + new Vector3(44, -21, 35));
        var random = new RandomStream(3, "draws");
        var expected = uncertainty.At(point).ToRows();
        var moves = Enumerable.Range(0, 20_000).Select(_ => uncertainty.Draw(random).Apply(point) - Motion.Apply(point)).ToList();

        double[] Of(Vector3 v) => [v.X, v.Y, v.Z];
        for (var n = 0; n < 9; n++)
        {
            var found = moves.Average(m => Of(m)[n / 3] * Of(m)[n % 3]);
            // A product of normals scatters by √((Σii Σjj + Σij²) / draws): four of them, and 1 % for turns that are not quite small.
            var scatter = Math.Sqrt((expected[4 * (n / 3)] * expected[4 * (n % 3)] + expected[n] * expected[n]) / moves.Count);
            Assert.Equal(expected[n], found, 4 * scatter + 0.01 * Math.Sqrt(expected[4 * (n / 3)] * expected[4 * (n % 3)]));
        }
    }

    [Fact]
    public void About_95_in_100_draws_lie_in_the_95_percent_region()
    {
        var uncertainty = new RigidUncertainty(Motion, Centre, Covariance());
        var point = Motion.Inverse().Apply(Centre + new Vector3(44, -21, 35));
        var random = new RandomStream(4, "draws");
        var region = uncertainty.At(point);

        var share = Enumerable.Range(0, 4000).Count(_ => region.IsWithin95(uncertainty.Draw(random).Apply(point) - Motion.Apply(point))) / 4000.0;

        // Four binomial standard deviations of 0.0034.
        Assert.InRange(share, 0.936, 0.964);
    }

    [Fact]
    public void Seen_from_the_other_image_an_error_is_turned_back()
    {
        var forward = new RigidUncertainty(Motion, Centre, Covariance());
        var backward = forward.Inverse();
        var point = new Vector3(12, 40, -30);

        var there = forward.At(point);
        var back = backward.At(Motion.Apply(point));

        Assert.True((backward.Transform.Apply(Motion.Apply(point)) - point).Length < 1e-9);
        // The error's length along a direction is the same along that direction turned back.
        foreach (var direction in new[] { new Vector3(1, 0, 0), new Vector3(0, 1, 0), new Vector3(1, -2, 0.5) })
        {
            Assert.Equal(there.UncertaintyAlong(Motion.Rotate(direction)), back.UncertaintyAlong(direction), 1e-9);
        }
    }

    [Fact]
    public void What_is_no_covariance_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new RigidUncertainty(Motion, Centre, new double[35]));
        var negative = Covariance();
        negative[7] = -negative[7];
        Assert.Throws<ArgumentException>(() => new RigidUncertainty(Motion, Centre, negative));
        var unknown = Covariance();
        unknown[3] = double.NaN;
        Assert.Throws<ArgumentException>(() => new RigidUncertainty(Motion, Centre, unknown));
    }

    [Fact]
    public void The_distance_of_an_error_is_in_standard_deviations()
    {
        var covariance = new DisplacementCovariance(4, 0, 0, 9, 0, 0.25);
        Assert.Equal(1 + 4 + 1, covariance.SquaredDistance(new(2, 6, -0.5))!.Value, 1e-12);
        Assert.True(covariance.IsWithin95(new(2, 6, -0.5)));
        // 2.7955² = 7.8148, the 0.95 quantile of chi-square with three degrees of freedom (NIST/SEMATECH e-Handbook, table 1.3.6.7.4: 7.815).
        Assert.True(covariance.IsWithin95(new(2 * 2.795, 0, 0)));
        Assert.False(covariance.IsWithin95(new(2 * 2.796, 0, 0)));
        // A correlated pair: (1, −1) against correlation 0.8 is 2 / (1 − 0.8).
        Assert.Equal(10, new DisplacementCovariance(1, 0.8, 0, 1, 0, 1).SquaredDistance(new(1, -1, 0))!.Value, 1e-9);
    }
}
