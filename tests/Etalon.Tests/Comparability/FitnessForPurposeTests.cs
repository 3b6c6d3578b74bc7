using Etalon.Comparability;
using Etalon.Metrology;
using Etalon.Numerics;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Etalon.Tests.Comparability;

/// <summary>Verdicts, risks and mends against hand calculation, closed forms and simulation.</summary>
[Trait("Kind", "Numeric")]
public sealed class FitnessForPurposeTests(ITestOutputHelper output)
{
    private static readonly Basis Test = new("test", true);

    private static Purpose Purpose(double percent = 25, ChangeDirection direction = ChangeDirection.Any, double accept = 0.05, double reject = 0.2) => new()
    {
        Id = "test", Title = "test", Measurand = "adc.mean", Decision = "?", Direction = direction,
        MinimalImportantChange = new MinimalImportantChange(percent, null, null, Test),
        ExpectedSpread = new ExpectedSpread(35, Test),
        ToleratedRisk = new ToleratedRisk(accept, reject, Test),
        RequiredAttributes = new RequiredAttributes(["DiffusionBValue", "SoftwareVersions"], Test),
        MaximumAge = new MaximumAge(30, Test),
        LowestGrade = new LowestGrade(Grade.C, Test),
    };

    private static FitnessEvidence Evidence(double u, double mismatch = 0, double? dof = null, double? change = 0.1, Grade? grade = Grade.A) => new()
    {
        Measurand = "adc.mean", About = "core, 1 to 2", U = u, UMismatch = mismatch, Dof = dof, LogRatio = change, Grade = grade, AgeDays = 3, FirstValue = 1.1e-3,
    };

    [Fact]
    public void The_ratio_is_the_important_change_over_the_expanded_uncertainty()
    {
        // ln 1.25 = 0.223144; 1.959964 · 0.0408 = 0.079967; ratio 2.7905.
        var fit = FitnessForPurpose.Assess(Purpose(), Evidence(0.0408));
        Assert.Equal(0.0799665, fit.U95, 1e-6);
        Assert.Equal(2.7905, fit.Tur, 1e-4);
        Assert.Equal(FitnessVerdict.FitWithGuardBand, fit.Verdict);
        // The band keeps every claim's own risk at 5 %: 1.644854 · 0.0408.
        Assert.Equal(1.644854 * 0.0408, fit.GuardBand, 1e-6);
        Assert.Equal(Math.Log(1.25) + 0.0671100, fit.NotClaimed.Upper!.Value, 1e-6);
        // A fall of 25 % is ln 0.75, farther from 0 than a rise.
        Assert.Equal(Math.Log(0.75) - 0.0671100, fit.NotClaimed.Lower!.Value, 1e-6);
        // At the edge of the band a claim is false with 5 %.
        Assert.Equal(0.95, FitnessForPurpose.Assess(Purpose(), Evidence(0.0408, change: fit.NotClaimed.Upper)).PImportant!.Value, 1e-6);
        Assert.Equal(Math.Exp(2 * 0.0799665) - 1, fit.SmallestChangeServed, 1e-6);
    }

    [Theory]
    [InlineData(0.026, FitnessVerdict.Fit)] // ratio 4.38
    [InlineData(0.030, FitnessVerdict.FitWithGuardBand)] // 3.80
    [InlineData(0.056, FitnessVerdict.FitWithGuardBand)] // 2.03
    [InlineData(0.058, FitnessVerdict.ExploratoryOnly)] // 1.96
    [InlineData(0.113, FitnessVerdict.ExploratoryOnly)] // 1.01
    [InlineData(0.115, FitnessVerdict.Unfit)] // 0.99
    public void The_default_limits_are_four_two_and_one(double u, FitnessVerdict verdict) => Assert.Equal(verdict, FitnessForPurpose.Assess(Purpose(), Evidence(u)).Verdict);

    [Fact]
    public void A_purpose_sets_limits_of_its_own()
    {
        var strict = Purpose() with { TurLimits = new TurLimits(10, 5, 3, Test) };
        Assert.Equal(FitnessVerdict.ExploratoryOnly, FitnessForPurpose.Assess(strict, Evidence(0.026)).Verdict);
        Assert.Equal(FitnessVerdict.Unfit, FitnessForPurpose.Assess(strict, Evidence(0.056)).Verdict);
    }

    [Fact]
    public void Risks_that_are_not_borne_hold_the_verdict_down_at_any_ratio()
    {
        // A ratio of 4.4, but one claim in two thousand may be false at most: a guard band is needed; and then one in fifty changes missed is too many.
        var band = FitnessForPurpose.Assess(Purpose(accept: 0.0005), Evidence(0.026));
        Assert.Equal(FitnessVerdict.FitWithGuardBand, band.Verdict);
        Assert.True(band.GuardedRisks.FalseAccept <= 0.0005 * (1 + 1e-6) && band.Risks.FalseAccept > 0.0005);
        var missed = FitnessForPurpose.Assess(Purpose(accept: 0.0005, reject: 0.02), Evidence(0.026));
        Assert.Equal(FitnessVerdict.ExploratoryOnly, missed.Verdict);
        Assert.Contains(missed.Reasons, r => r is { Criterion: FitnessCriterion.FalseReject, IsMet: false });
    }

    [Fact]
    public void Risks_are_those_of_a_simulated_clinic()
    {
        var random = new RandomStream(11, "clinic");
        var fit = FitnessForPurpose.Assess(Purpose(), Evidence(0.05));
        var (plainAccept, plainReject, accept, reject) = (0, 0, 0, 0);
        const int Patients = 400_000;
        for (var n = 0; n < Patients; n++)
        {
            var truth = Math.Log(1.35) * random.NextNormal();
            var measured = truth + 0.05 * random.NextNormal();
            var important = truth > Math.Log(1.25) || truth < Math.Log(0.75);
            var claimed = measured > Math.Log(1.25) || measured < Math.Log(0.75);
            var guarded = measured > Math.Log(1.25) + fit.GuardBand || measured < Math.Log(0.75) - fit.GuardBand;
            plainAccept += claimed && !important ? 1 : 0;
            plainReject += !claimed && important ? 1 : 0;
            accept += guarded && !important ? 1 : 0;
            reject += !guarded && important ? 1 : 0;
        }

        output.WriteLine($"{fit.Risks} {fit.GuardedRisks}: {plainAccept} {plainReject} {accept} {reject}");
        // Four binomial standard deviations of each.
        foreach (var (risk, count) in new[] { (fit.Risks.FalseAccept, plainAccept), (fit.Risks.FalseReject, plainReject), (fit.GuardedRisks.FalseAccept, accept), (fit.GuardedRisks.FalseReject, reject) })
        {
            Assert.Equal(risk, count / (double)Patients, 4 * Math.Sqrt(risk * (1 - risk) / Patients));
        }
    }

    [Fact]
    public void Few_degrees_of_freedom_widen_everything()
    {
        var (sure, unsure) = (FitnessForPurpose.Assess(Purpose(), Evidence(0.03)), FitnessForPurpose.Assess(Purpose(), Evidence(0.03, dof: 3)));
        // t of 3 degrees of freedom: 3.182446 (95 % two-sided), 2.353363 (95 % one-sided).
        Assert.Equal(sure.Tur * 1.959964 / 3.182446, unsure.Tur, 1e-5);
        Assert.Equal(2.353363 * 0.03, unsure.GuardBand, 1e-6);
        Assert.True(unsure.Risks.FalseAccept > sure.Risks.FalseAccept && unsure.Risks.FalseReject > sure.Risks.FalseReject);
        Assert.Equal(FitnessVerdict.FitWithGuardBand, unsure.Verdict);
    }

    [Fact]
    public void More_uncertainty_never_makes_a_verdict_better()
    {
        foreach (var purpose in new[] { Purpose(), Purpose(40, ChangeDirection.Increase), Purpose(30, ChangeDirection.Decrease, 0.01, 0.05) })
        {
            var verdicts = Enumerable.Range(1, 60).Select(n => FitnessForPurpose.Assess(purpose, Evidence(0.004 * n)).Verdict).ToList();
            Assert.Equal(verdicts.Order(), verdicts);
            Assert.Equal((FitnessVerdict.Fit, FitnessVerdict.Unfit), (verdicts[0], verdicts[^1]));
        }
    }

    [Fact]
    public void A_direction_counts_changes_of_that_direction_only()
    {
        Assert.Equal((Math.Log(0.7), null), (Purpose(30, ChangeDirection.Decrease).Unimportant(null).Lower!.Value, Purpose(30, ChangeDirection.Decrease).Unimportant(null).Upper));
        var rise = Purpose(30, ChangeDirection.Increase);
        Assert.False(FitnessForPurpose.Assess(rise, Evidence(0.02, change: -0.9)).ClaimsImportantChange);
        Assert.True(FitnessForPurpose.Assess(rise, Evidence(0.02, change: 0.9)).ClaimsImportantChange);
        Assert.True(FitnessForPurpose.Assess(Purpose(), Evidence(0.02, change: -0.9)).ClaimsImportantChange);
        Assert.Null(FitnessForPurpose.Assess(rise, Evidence(0.02, change: null)).ClaimsImportantChange);
        // What is unfit claims nothing.
        Assert.Null(FitnessForPurpose.Assess(rise, Evidence(0.5, change: 0.9)).ClaimsImportantChange);
        // A fall by the whole of the value is none that a log ratio could show.
        Assert.Null(Purpose(150).Unimportant(null).Lower);
        var larger = new MinimalImportantChange(null, 2, "10*-3.mm2/s", Test);
        Assert.Equal(Math.Log(0.001), (Purpose(direction: ChangeDirection.Decrease) with { MinimalImportantChange = larger }).Unimportant(1.1e-3).Lower!.Value, 1e-12);
    }

    [Fact]
    public void An_absolute_change_is_taken_at_the_value_that_it_starts_from()
    {
        var purpose = Purpose() with { MinimalImportantChange = new MinimalImportantChange(null, 0.22, "10*-3.mm2/s", Test) };
        // 0.22 of 1.1 in 10⁻³ mm²/s is 20 %.
        Assert.Equal(Math.Log(1.2), purpose.Unimportant(1.1e-3).Upper!.Value, 1e-12);
        Assert.Equal(Math.Log(0.8), purpose.Unimportant(1.1e-3).Lower!.Value, 1e-12);
        Assert.Throws<ArgumentException>(() => purpose.Unimportant(null));
        Assert.Equal(Math.Log(1.2) / (1.959964 * 0.03), FitnessForPurpose.Assess(purpose, Evidence(0.03)).Tur, 1e-5);
    }

    [Fact]
    public void Every_requirement_that_is_broken_makes_it_unfit_and_says_so()
    {
        foreach (var (evidence, criterion, found) in new[]
        {
            (Evidence(0.02, grade: Grade.D), FitnessCriterion.Grade, "grade D"),
            (Evidence(0.02) with { AbsentAttributes = ["EchoTime", "SoftwareVersions"] }, FitnessCriterion.RequiredAttributes, "no SoftwareVersions"),
            (Evidence(0.02) with { AgeDays = 41 }, FitnessCriterion.Age, "41 days"),
            (Evidence(0.02) with { AgeDays = null }, FitnessCriterion.Age, "unknown age"),
        })
        {
            var unfit = FitnessForPurpose.Assess(Purpose(), evidence);
            Assert.Equal(FitnessVerdict.Unfit, unfit.Verdict);
            var reason = Assert.Single(unfit.Reasons, r => !r.IsMet);
            Assert.Equal(criterion, reason.Criterion);
            Assert.Contains(found, reason.Text, StringComparison.Ordinal);
            Assert.Contains(reason.Expected, reason.Text, StringComparison.Ordinal);
            var finding = unfit.ToFinding()!;
            Assert.Equal((FindingCodes.UnfitForPurpose, Severity.Error), (finding.Code, finding.Severity));
            Assert.Contains(found, finding.Found, StringComparison.Ordinal);
            Assert.True(unfit.CheapestMend!.Reaches < FitnessVerdict.ExploratoryOnly, finding.Remedy);
            Assert.Equal(unfit.CheapestMend.Text, finding.Remedy);
        }

        Assert.Null(FitnessForPurpose.Assess(Purpose(), Evidence(0.02)).ToFinding());
        Assert.Equal(Severity.Warning, FitnessForPurpose.Assess(Purpose(), Evidence(0.08)).ToFinding()!.Severity);
        // An attribute that is absent and not asked for breaks nothing; X is below every grade.
        Assert.True(FitnessForPurpose.Assess(Purpose(), Evidence(0.02) with { AbsentAttributes = ["EchoTime"] }).MayClaim);
        Assert.Equal(FitnessVerdict.Unfit, FitnessForPurpose.Assess(Purpose() with { LowestGrade = null }, Evidence(0.02, grade: Grade.X)).Verdict);
        Assert.True(FitnessForPurpose.Assess(Purpose() with { LowestGrade = null }, Evidence(0.02, grade: Grade.D)).MayClaim);
    }

    [Theory]
    [InlineData(0.08, 0.00, 0.04, 4)]
    [InlineData(0.08, 0.03, 0.05, 4)] // 0.0064 / (0.0025 − 0.0009)
    [InlineData(0.08, 0.03, 0.049, 5)]
    [InlineData(0.03, 0.00, 0.05, 1)]
    public void Repeats_lower_what_repeats_lower(double repeat, double mismatch, double target, int scans)
    {
        Assert.Equal(scans, FitnessMends.RepeatsToReach(repeat, mismatch, target));
        Assert.True(Math.Sqrt(repeat * repeat / scans + mismatch * mismatch) <= target * (1 + 1e-9));
        Assert.True(scans == 1 || Math.Sqrt(repeat * repeat / (scans - 1) + mismatch * mismatch) > target);
        Assert.Null(FitnessMends.RepeatsToReach(repeat, target, target));
    }

    [Fact]
    public void The_repeats_that_are_advised_are_the_fewest_that_lift_the_verdict()
    {
        var purpose = Purpose();
        var now = FitnessForPurpose.Assess(purpose, Evidence(0.1, mismatch: 0.02));
        Assert.Equal(FitnessVerdict.ExploratoryOnly, now.Verdict);
        var mend = Assert.Single(now.Mends, m => m.Kind == MendKind.RepeatScans);
        // u for a ratio of 2: ln 1.25 / 2 / 1.959964 = 0.056926; (0.01 − 0.0004) / (0.0032406 − 0.0004) = 3.38.
        Assert.StartsWith("Scan 4 times per visit", mend.Text, StringComparison.Ordinal);
        Assert.Equal(FitnessVerdict.FitWithGuardBand, mend.Reaches);
        Assert.Equal(Math.Log(1.25) / (1.959964 * Math.Sqrt(0.0024 + 0.0004)), mend.Tur!.Value, 1e-5);
        Assert.Equal(mend, now.CheapestMend);
    }

    [Fact]
    public void A_mismatch_is_mended_by_a_phantom_and_not_by_repeats()
    {
        var now = FitnessForPurpose.Assess(Purpose(), Evidence(0.08, mismatch: 0.07, grade: Grade.C));
        Assert.Equal(MendKind.Calibrate, now.CheapestMend!.Kind);
        Assert.Contains("phantom", now.CheapestMend.Text, StringComparison.Ordinal);
        Assert.Equal(FitnessVerdict.FitWithGuardBand, now.CheapestMend.Reaches);
        // The repeatability of 0.0387 with a mismatch of half of it: 0.0433.
        Assert.Equal(Math.Log(1.25) / (1.959964 * Math.Sqrt(1.25 * 0.0015)), now.CheapestMend.Tur!.Value, 1e-5);
        Assert.DoesNotContain(now.Mends, m => m.Kind == MendKind.RepeatScans);
        // A drawn volume has no phantom.
        var volume = FitnessForPurpose.Assess(Purpose(40) with { Measurand = "volume" }, Evidence(0.12, mismatch: 0.1, grade: Grade.C) with { Measurand = "volume" });
        Assert.Contains("one reader", volume.CheapestMend!.Text, StringComparison.Ordinal);
        // Both are needed here: 0.2 and 0.2 become 0.2/√n and at most half of it.
        Assert.Contains(FitnessForPurpose.Assess(Purpose(), Evidence(0.2, mismatch: 0.14, grade: Grade.C)).Mends, m => m.Kind is MendKind.CalibrateAndRepeat or MendKind.Calibrate);
    }

    [Fact]
    public void An_attribute_whose_recovery_would_lift_the_verdict_is_the_cheapest_mend()
    {
        var now = FitnessForPurpose.Assess(Purpose(), Evidence(0.09, mismatch: 0.08, grade: Grade.D) with
        {
            AbsentAttributes = ["SoftwareVersions"],
            Recoveries = [new AttributeRecovery("SoftwareVersions", 0.042, Grade.A)],
        });
        Assert.Equal(FitnessVerdict.Unfit, now.Verdict);
        Assert.Equal((MendKind.RecoverAttribute, FitnessVerdict.FitWithGuardBand), (now.CheapestMend!.Kind, now.CheapestMend.Reaches));
        Assert.Contains("SoftwareVersions", now.CheapestMend.Text, StringComparison.Ordinal);
        Assert.Equal(Math.Log(1.25) / (1.959964 * 0.042), now.CheapestMend.Tur!.Value, 1e-5);
    }

    [Fact]
    public void A_mend_that_needs_another_one_before_it_says_so()
    {
        var now = FitnessForPurpose.Assess(Purpose(), Evidence(0.1, mismatch: 0.02) with { AbsentAttributes = ["DiffusionBValue"], AgeDays = 90 });
        Assert.Equal(FitnessVerdict.Unfit, now.Verdict);
        // Recovering the attribute alone leaves the scan too old; a new scan with b-values leaves it exploratory; four of them make it fit with a guard band.
        Assert.Equal([(MendKind.RecoverAttribute, FitnessVerdict.Unfit), (MendKind.RepeatScans, FitnessVerdict.FitWithGuardBand), (MendKind.NewScan, FitnessVerdict.ExploratoryOnly)], now.Mends.Select(m => (m.Kind, m.Reaches!.Value)));
        Assert.StartsWith("Recover what is absent, then: With a new scan: Scan 4 times", now.Mends[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_retest_mends_few_degrees_of_freedom_and_a_borrowed_repeatability()
    {
        // 0.045 with 3 degrees of freedom: ratio 1.56; it reaches 2 at t = 2.479, which 6 pairs have (2.447).
        var few = FitnessForPurpose.Assess(Purpose(), Evidence(0.045, dof: 3));
        Assert.Equal(FitnessVerdict.ExploratoryOnly, few.Verdict);
        Assert.Contains("rests on 6 pairs", few.CheapestMend!.Text, StringComparison.Ordinal);
        Assert.Equal(Math.Log(1.25) / (StudentT.InvCDF(0, 1, 6, 0.975) * 0.045), few.CheapestMend.Tur!.Value, 1e-9);
        var borrowed = FitnessForPurpose.Assess(Purpose(), Evidence(0.08) with { IsRepeatabilityAssumed = true });
        Assert.Null(Assert.Single(borrowed.Mends, m => m.Kind == MendKind.TestRetest).Reaches);
    }

    [Fact]
    public void One_visit_is_judged_by_what_a_second_one_could_show()
    {
        var template = new Measurement { Id = "1/core/adc.mean", Subject = "s", Visit = "1", Measurand = "adc.mean", Unit = "mm2/s", Status = Measurement.StatusOk, Method = "test/1" };
        var constant = new LiteratureConstant("wCV", 0.03, "1", new Source("a", "b", "c"), true);
        var one = Measurement.Of(template, 1.1e-3,
            [new("repeatability", 0.03 * 1.1e-3, null, ComponentKind.B) { Constant = constant }, new("calibration", 0.05 * 1.1e-3, "calibration:1", ComponentKind.A, 5) { IsMismatch = true }], positive: false);
        var evidence = FitnessEvidence.OfOneVisit(one, "core, visit 1");
        Assert.Equal(0.03 * Math.Sqrt(2), evidence.U, 1e-15); // the gain of one state is shared
        Assert.Equal((0, true, 1.1e-3, null), (evidence.UMismatch, evidence.IsRepeatabilityAssumed, evidence.FirstValue, evidence.LogRatio));
        Assert.Throws<ArgumentException>(() => FitnessEvidence.OfOneVisit(Measurement.Missing(one, "mask-empty"), "x"));

        var change = FitnessEvidence.OfChange("adc.mean", "core, 1 to 2", 0.2, [new("repeatability", 0.04, null, ComponentKind.A, 8), new("calibration", 0.03, null, ComponentKind.A, 5) { IsMismatch = true }], Grade.B);
        Assert.Equal((0.05, 0.03, false), (Math.Round(change.U, 12), change.UMismatch, change.IsRepeatabilityAssumed));
        Assert.Equal(Math.Pow(0.05, 4) / (Math.Pow(0.04, 4) / 8 + Math.Pow(0.03, 4) / 5), change.Dof!.Value, 1e-9);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentException>(() => FitnessForPurpose.Assess(Purpose(), Evidence(0.02) with { Measurand = "volume" }));
        Assert.Throws<ArgumentOutOfRangeException>(() => FitnessForPurpose.Assess(Purpose(), Evidence(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => FitnessForPurpose.Assess(Purpose(), Evidence(double.NaN)));
        Assert.Throws<ArgumentOutOfRangeException>(() => FitnessForPurpose.Assess(Purpose(), Evidence(0.02, mismatch: 0.03)));
        // A purpose about a code stands for its statistics, and for nothing that begins alike.
        var all = Purpose() with { Measurand = "adc" };
        Assert.Equal([true, true, false, false], new[] { "adc.mean", "adc.p10", "adcx.mean", "t1" }.Select(all.IsAbout));
    }
}
