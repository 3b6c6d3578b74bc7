using Etalon.Numerics;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>Errors of the ADC scale that visits share, against matrices inverted by hand.</summary>
[Trait("Kind", "Numeric")]
public sealed class ScalePriorTests(ITestOutputHelper output)
{
    private static DensityObservation Visit(double u, params (string Group, double U)[] shared) => new()
    {
        Visit = "1", Day = 0, Density = [], IsMeasured = [], IsTumour = [], IsBelowLimit = [], DetectionLimit = 0.1, VoxelU = 0.05, ScaleU = u,
        SharedScaleU = shared.ToDictionary(s => s.Group, s => s.U),
    };

    [Fact]
    public void A_shared_calibration_error_is_not_two_independent_ones()
    {
        // Own 0.03 and 0.04, calibration 0.12 shared: variances 0.0153 and 0.0160, covariance 0.0144.
        // By hand: determinant 0.0153 * 0.0160 - 0.0144^2 = 3.744e-5.
        var information = ScalePrior.Information([Visit(Math.Sqrt(0.0153), ("calibration:A", 0.12)), Visit(Math.Sqrt(0.0160), ("calibration:A", 0.12))]);

        // 0.1 % of u is kept as a visit's own: relative changes below 1e-6 / (1 - r^2) = 1.1e-5.
        Assert.Equal(0.0160 / 3.744e-5, information[0, 0], 427 * 2e-5);
        Assert.Equal(0.0153 / 3.744e-5, information[1, 1], 409 * 2e-5);
        Assert.Equal(-0.0144 / 3.744e-5, information[0, 1], 385 * 2e-5);
        // A common shift of both scales is known to the shared error at best: 1/(1' P 1) = 0.0144 + 1/(1/0.0009 + 1/0.0016).
        Assert.Equal(0.0144 + 1 / (1 / 0.0009 + 1 / 0.0016), 1 / (information[0, 0] + 2 * information[0, 1] + information[1, 1]), 1e-6);
    }

    [Fact]
    public void Groups_of_other_states_share_nothing_and_a_wholly_shared_error_keeps_an_inverse()
    {
        var covariance = ScalePrior.Covariance([Visit(0.05, ("calibration:A", 0.03), ("phantom-reference", 0.01)), Visit(0.06, ("calibration:B", 0.04), ("phantom-reference", 0.02))]);
        Assert.Equal(0.01 * 0.02, covariance[0, 1], 1e-12);

        var whole = ScalePrior.Information([Visit(0.12, ("a", 0.12)), Visit(0.12, ("a", 0.12)), Visit(0.12, ("a", 0.12))]);
        Assert.True(double.IsFinite(whole[0, 0]));
        // Three visits know the common scale no better than one.
        Assert.Equal(0.12 * 0.12, 1 / whole.RowSums().Sum(), 1e-6);
    }

    [Fact]
    public void Visits_that_share_their_scale_error_know_the_ratio_of_their_scales_better()
    {
        var fixture = new FitFixture();
        List<DensityObservation> With(params (string, double)[] shared) => fixture.Observe(0.01, 0, new RandomStream(5, "shared"), 0.01, 0.05)
            .Select(o => o with { SharedScaleU = shared.ToDictionary(s => s.Item1, s => s.Item2) }).ToList();
        TwinFit Fit(List<DensityObservation> o) => TwinFit.Run(
            fixture.Model, FitFixture.Schedule, o, FitFixture.Priors(1.2), FitFixture.Water, new TwinFitOptions(), TestContext.Current.CancellationToken);

        var (own, common) = (Fit(With()), Fit(With(("calibration:A", 0.0499))));

        // Visits that err by themselves do not know the ratio of two scales before the images; visits that share the error do.
        double Difference(TwinFit fit)
        {
            var draws = fit.Draw(4000, new RandomStream(2, "difference")).Select(d => d[6] - d[3]).ToArray();
            return FixedSum.StandardDeviation(draws);
        }

        output.WriteLine(FormattableString.Invariant(
            $"sd of scales {string.Join(", ", Enumerable.Range(3, 4).Select(p => own.Posterior.LogSd(p)))} and {string.Join(", ", Enumerable.Range(3, 4).Select(p => common.Posterior.LogSd(p)))}; of the difference {Difference(own)} and {Difference(common)}"));
        Assert.True(Difference(common) < Difference(own), $"{Difference(common)} against {Difference(own)}");
        // Own parts of sqrt(0.05^2 - 0.0499^2) = 0.0032: their difference is known to sqrt(2) times that before any image.
        Assert.InRange(Difference(common), 0, 1.05 * Math.Sqrt(2) * 0.00316);
    }
}
