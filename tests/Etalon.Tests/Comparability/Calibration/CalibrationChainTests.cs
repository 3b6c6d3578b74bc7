using Etalon.Comparability.Calibration;
using Etalon.Metrology;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Comparability.Calibration;

/// <summary>Calibrations through other states, by phantom and by travelling subjects.</summary>
[Trait("Kind", "Numeric")]
public sealed class CalibrationChainTests
{
    private static readonly DateOnly Day = new(2024, 3, 1);

    private static readonly StateCalibration Direct = new()
    {
        State = "A v1",
        Measurand = "adc",
        Unit = "1e-3.mm2/s",
        Gain = 1.03,
        Offset = 0.01,
        Terms =
        [
            new CalibrationTerm("level", "calibration:A:level", 0.004, 0, ComponentKind.A, 20),
            new CalibrationTerm("slope", "calibration:A:slope", -0.006, 0.01, ComponentKind.A, 20),
            new CalibrationTerm("reference", "reference:P", 0.001, 0.003, ComponentKind.B, null),
        ],
        ValidFrom = Day,
        Method = "test/1",
    };

    [Fact]
    public void A_chain_undoes_its_links_one_after_the_other()
    {
        var chained = CalibrationChain.Through(Direct, Relative(0.95, -0.02));
        foreach (var reading in new[] { 0.3, 0.9, 1.7 })
        {
            // By hand: first to the scale of A, then to the reference.
            Assert.Equal(((reading + 0.02) / 0.95 - 0.01) / 1.03, chained.Corrected(reading).Value, 1e-14);
        }
    }

    [Fact]
    public void Effects_of_a_chain_are_the_derivatives_of_the_chain()
    {
        var relative = Relative(0.95, -0.02) with { OffsetVariance = 9e-6, Covariance = -4e-6, GainVariance = 1.6e-5, Dof = 12 };
        var chained = CalibrationChain.Through(Direct, relative);
        const double Reading = 1.1;
        double Value(double a, double b, double c, double d) => ((Reading - c) / d - a) / b;
        var at = Value(0.01, 1.03, -0.02, 0.95);
        // Central differences of 1e-6 are right to about 1e-10.
        var effects = chained.Corrected(Reading).Effects;
        const double H = 1e-6;
        double Along(double da, double db, double dc, double dd) => (Value(0.01 + H * da, 1.03 + H * db, -0.02 + H * dc, 0.95 + H * dd) - Value(0.01 - H * da, 1.03 - H * db, -0.02 - H * dc, 0.95 - H * dd)) / (2 * H);
        Assert.Equal(Along(0.001, 0.003, 0, 0), effects.Single(e => e.Group == "reference:P").Effect, 1e-9);
        Assert.Equal(Along(0.004, 0, 0, 0), effects.Single(e => e.Group == "calibration:A:level").Effect, 1e-9);
        Assert.Equal(Along(-0.006, 0.01, 0, 0), effects.Single(e => e.Group == "calibration:A:slope").Effect, 1e-9);
        var (dc, dd) = (Along(0, 0, 1, 0), Along(0, 0, 0, 1));
        var own = effects.Where(e => e.Group.StartsWith("calibration:B", StringComparison.Ordinal)).Sum(e => e.Effect * e.Effect);
        Assert.Equal(dc * dc * 9e-6 + 2 * dc * dd * -4e-6 + dd * dd * 1.6e-5, own, 1e-11);
        Assert.Equal(at, chained.Corrected(Reading).Value, 1e-14);
    }

    [Fact]
    public void Between_a_state_and_one_chained_to_it_only_the_link_is_left()
    {
        var relative = Relative(0.95, -0.02) with { OffsetVariance = 9e-6, Covariance = 0, GainVariance = 1.6e-5 };
        var chained = CalibrationChain.Through(Direct, relative);
        var (a, b) = (Direct.Corrected(Direct.Offset + Direct.Gain * 1.2), chained.Corrected(chained.Offset + chained.Gain * 1.2));
        foreach (var effect in a.Effects)
        {
            // The same error at the same true value moves both alike.
            Assert.Equal(effect.Effect, b.Effects.Single(e => e.Group == effect.Group).Effect, 1e-14);
        }

        Assert.Equal(1, b.Effects.Count(e => e.Group.StartsWith("reference:", StringComparison.Ordinal)));
        Assert.Throws<ArgumentException>(() => CalibrationChain.Through(Direct with { State = "C" }, relative));
    }

    [Fact]
    public void Travelling_subjects_find_a_planted_scale_within_its_uncertainty()
    {
        var random = new RandomStream(14, "travelling");
        var chi2 = 0.0;
        for (var study = 0; study < 200; study++)
        {
            var subjects = Enumerable.Range(0, 12).Select(i =>
            {
                var truth = 0.6 + 1.2 * random.NextUniform();
                return new TravellingSubject($"{i}", truth * (1 + 0.03 * random.NextNormal()), (0.02 + 0.96 * truth) * (1 + 0.04 * random.NextNormal()));
            }).ToList();
            var fit = TravellingSubjects.Fit(Relative(1, 0), subjects, 0.04, 0.03, [])!;
            var at = fit.Offset + fit.Gain * 1.2;
            chi2 += Math.Pow(at - (0.02 + 0.96 * 1.2), 2) / (fit.OffsetVariance + 2.4 * fit.Covariance + 1.44 * fit.GainVariance);
        }

        // Mean of 200 squares of standard normals, standard deviation 0.1; errors in proportion to observed values cost a little.
        Assert.Equal(1, chi2 / 200, 0.35);
    }

    [Fact]
    public void Subjects_that_changed_between_the_scans_widen_the_line_and_too_few_give_none()
    {
        var random = new RandomStream(15, "changed");
        var subjects = Enumerable.Range(0, 10).Select(i => new TravellingSubject($"{i}", 0.7 + 0.1 * i, (0.7 + 0.1 * i) * (1 + 0.15 * random.NextNormal()))).ToList();
        var findings = new List<Finding>();
        Assert.Equal(8, TravellingSubjects.Fit(Relative(1, 0), subjects, 0.03, 0.03, findings)!.Dof);
        Assert.Equal(FindingCodes.CalibrationInconsistent, Assert.Single(findings).Code);
        Assert.Null(TravellingSubjects.Fit(Relative(1, 0), subjects.Take(2).ToList(), 0.03, 0.03, findings));
    }

    private static RelativeCalibration Relative(double gain, double offset) => new("B v1", "A v1", gain, offset, 0, 0, 0, null, Day);
}
