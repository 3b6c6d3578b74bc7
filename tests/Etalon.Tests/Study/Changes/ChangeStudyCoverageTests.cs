using Etalon.Phantoms.Changes;
using Xunit;

namespace Etalon.Tests.Study.Changes;

/// <summary>Verdicts over virtual studies whose truth is known; the studies are drawn apart from any data that the rules were made on.</summary>
public sealed class ChangeStudyCoverageTests
{
    private static readonly string[] Calibrated = ["matched", "upgrade", "cross_scanner"];
    private static readonly bool Full = Environment.GetEnvironmentVariable("ETALON_FULL") == "1";

    [Fact]
    public void Intervals_hold_the_truth_and_verdicts_err_as_often_as_they_say()
    {
        // Studies share their scanners' errors: the coverage of one study scatters by 0.01, that of so many by 0.01 over their root; four of those are allowed beside the bar.
        var (studies, luck) = Full ? (200UL, 0.003) : (5UL, 0.018);
        var trials = new StudyTrials();
        for (var n = 1UL; n <= studies; n++)
        {
            trials.Add(5000 + n, new VirtualChangeOptions());
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("\n", trials.Strata.Select(s => $"{s.Key}: {s.Value}"))
            + FormattableString.Invariant($"\nprevalence inside its interval in {trials.PrevalencesInside} of {studies}\n")
            + string.Join(" ", Enumerable.Range(0, 10).Select(b => FormattableString.Invariant($"{trials.Count[b]}: {(trials.Stated[b] - trials.True[b]) / trials.Count[b]:0.000}"))));
        foreach (var name in Calibrated)
        {
            var stratum = trials.Strata[name];
            Assert.InRange(stratum.Coverage, 0.935 - luck, 0.965 + luck);
            Assert.InRange(stratum.FalseRate, 0, (name == "cross_scanner" ? 0.07 : 0.06) + luck);
            Assert.InRange(stratum.SensitivityOfOracles, 0.97 - luck, 1.05);
            // The oracle knows the prevalence, the changes, and each scanner.
            Assert.InRange(stratum.Brier / stratum.BrierOfOracle, 0.9, 1.05 + 3 * luck);
        }

        // Also where nobody calibrated the scanner and the oracle knows its gain: the study's unchanged patients tell it.
        var uncalibrated = trials.Strata["uncalibrated"];
        Assert.InRange(uncalibrated.Brier / uncalibrated.BrierOfOracle, 0.9, 1.1 + 3 * luck);
        Assert.InRange(trials.BrierOfOracles, 0.9, 1.05 + luck);
        Assert.InRange(uncalibrated.Coverage, 0.95 - luck, 1);
        Assert.Equal(0, uncalibrated.GradedAOrB);
        Assert.Equal(trials.Upgrades, trials.UpgradesTold);
        for (var bin = 0; bin < 10; bin++)
        {
            // A study's own prevalence is uncertain by some 0.03, which moves the middle bins most; it averages out over studies.
            var spread = 0.05 + 4 * Math.Sqrt(0.25 / trials.Count[bin]) + (Full ? 0 : 0.05);
            Assert.InRange((trials.Stated[bin] - trials.True[bin]) / trials.Count[bin], -spread, spread);
        }
    }

    [Fact]
    public void A_scanner_that_nobody_calibrated_is_not_graded_A_or_B_even_where_all_are_so()
    {
        var trials = new StudyTrials();
        for (var n = 0UL; n < 20; n++)
        {
            trials.Add(700 + n, new VirtualChangeOptions { Scanners = 4, Uncalibrated = 3, Patients = 150 });
        }

        Assert.Equal(0, trials.Strata["uncalibrated"].GradedAOrB);
        // Sixty scanners: the pairs of two of them stand or fall together, so that the coverage scatters by some 0.015.
        Assert.InRange(trials.Strata["uncalibrated"].Coverage, 0.92, 1);
    }

    [Fact]
    public void The_same_study_gives_the_same_verdicts()
    {
        var (a, b) = (new StudyTrials(), new StudyTrials());
        a.Add(3, new VirtualChangeOptions { Patients = 300 });
        b.Add(3, new VirtualChangeOptions { Patients = 300 });
        Assert.Equal(a.Stated, b.Stated);
    }
}
