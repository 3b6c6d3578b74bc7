using System.Text.Json;
using Etalon.Comparability.Calibration;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Numerics.Regression;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Comparability.Calibration;

/// <summary>Calibrations from phantom sessions: against York's line, against planted truth, and in what they refuse.</summary>
[Trait("Kind", "Numeric")]
public sealed class PhantomCalibrationTests
{
    private static readonly double[] Vials = [0.128, 0.248, 0.404, 0.59, 0.83, 1.109];
    private static readonly DateOnly Start = new(2024, 1, 5);

    [Fact]
    public void Without_a_session_term_the_line_is_Yorks()
    {
        var random = new RandomStream(2, "york");
        double[] u = [0.02, 0.01, 0.03, 0.02, 0.04, 0.03];
        var sessions = Enumerable.Range(0, 3).Select(s => new SessionReadings(Start.AddDays(30 * s), Vials, u, Vials.Select(x => -0.01 + 1.05 * x + 0.02 * random.NextNormal()).ToArray())).ToList();
        var scatter = new ScatterModel(0.02 * 0.02, false, 0, 0.4, 10, 2);
        var line = SessionLine.Fit(new StateSessions("A", "A", sessions), scatter);
        double[] Repeated(double[] v) => [.. v, .. v, .. v];
        var york = YorkLine.Fit(Repeated(Vials), Repeated(u), sessions.SelectMany(s => s.Y).ToArray(), Enumerable.Repeat(0.02, 18).ToArray());
        Assert.True(line.IsConverged && york.IsConverged);
        // Both iterate to the last digits of a double.
        Assert.Equal(york.Slope, line.Gain, 1e-12);
        Assert.Equal(york.Intercept, line.Offset, 1e-12);
        Assert.Equal(york.ChiSquared, line.ChiSquared, 1e-10);
    }

    [Fact]
    public void Calibrated_values_lie_inside_their_intervals_as_often_as_these_say()
    {
        // 200 studies of 6 states: 1,200 intervals, of which those of one study share their scatter model; 0.95 ± 0.02 is three standard errors.
        foreach (var sessionSd in new[] { 0.0, 0.01, 0.03 })
        {
            var (inside, all) = (0, 0);
            for (var study = 0; study < 200; study++)
            {
                var random = new RandomStream((ulong)study, "coverage" + sessionSd.ToString(System.Globalization.CultureInfo.InvariantCulture));
                var truth = Enumerable.Range(0, 6).Select(_ => (Gain: 1 + 0.035 * random.NextNormal(), Offset: 0.008 * random.NextNormal())).ToList();
                var readings = truth.SelectMany((t, k) => Sessions($"MR{k}", "v1", t.Gain, t.Offset, 3, random, sessionSd)).ToList();
                var calibration = PhantomCalibration.FromReadings(readings, new CalibrationOptions(), []);
                foreach (var c in calibration.States.Where(c => c.Sessions.Count == 3))
                {
                    var (gain, offset) = truth[int.Parse(c.State[2..3], System.Globalization.CultureInfo.InvariantCulture)];
                    var value = c.Corrected(offset + gain * 1.2);
                    // Readings were made from the stated references, so that their term stands aside.
                    var u = Math.Sqrt(value.Effects.Where(e => e.Kind == ComponentKind.A).Sum(e => e.Effect * e.Effect));
                    inside += Math.Abs(value.Value - 1.2) <= Interval.CoverageFactor(c.Dof, 0.95) * u ? 1 : 0;
                    all++;
                }
            }

            Assert.InRange((double)inside / all, 0.93, 0.97);
        }
    }

    [Fact]
    public void The_published_study_is_calibrated_within_its_uncertainty()
    {
        var findings = new List<Finding>();
        var table = CsvTable.Read(SharedData.Path("metrology", "change_sim", "phantom_calibration.csv"), "phantom_calibration.csv", findings)!;
        var readings = PhantomTable.Read(table, new CalibrationOptions(), findings);
        var calibration = PhantomCalibration.FromReadings(readings, new CalibrationOptions(), findings);
        Assert.DoesNotContain(findings, f => f.Severity == Severity.Error);
        Assert.Equal(10, calibration.States.Select(s => s.State).Distinct().Count());
        using var truth = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("metrology", "change_sim", "scanner_truth.json")));
        var chi2 = 0.0;
        foreach (var scanner in truth.RootElement.EnumerateArray().Where(s => s.GetProperty("phantom_calibrated").GetBoolean()))
        {
            foreach (var state in scanner.GetProperty("states").EnumerateArray())
            {
                var c = calibration.States.Last(s => s.State == $"{scanner.GetProperty("station").GetString()} {state.GetProperty("software").GetString()}");
                var value = c.Corrected(state.GetProperty("offset").GetDouble() + 1.2 * state.GetProperty("gain").GetDouble());
                chi2 += Math.Pow((value.Value - 1.2) / value.U, 2);
            }
        }

        // χ² of ten states: 1 in 1000 lies above 29.6.
        Assert.True(chi2 < 29.6, $"chi-squared {chi2}");
        var first = calibration.States[0];
        Assert.Equal(("MR1 v1.0", new DateOnly(2024, 1, 5), new DateOnly(2025, 3, 28)), (first.State, first.ValidFrom, first.ValidTo));
    }

    [Fact]
    public void An_error_of_the_reference_cancels_between_states_read_on_one_phantom()
    {
        var random = new RandomStream(4, "cancels");
        var readings = new[] { ("A", 1.05), ("B", 0.97) }.SelectMany(s => Sessions(s.Item1, "v", s.Item2, 0.004, 3, random, 0)).ToList();
        var states = PhantomCalibration.FromReadings(readings, new CalibrationOptions { Phantom = "NIST 130" }, []).States;
        var effects = states.Select(s => s.Corrected(s.Offset + s.Gain * 0.9).Effects.Single(e => e.Group == "reference:NIST 130")).ToList();
        Assert.NotEqual(0, effects[0].Effect);
        // The lines weigh their vials alike, whatever the gain; what differs is the gain in b²·u² of the weights, parts in a thousand.
        Assert.Equal(effects[0].Effect, effects[1].Effect, 0.01 * Math.Abs(effects[0].Effect));
    }

    [Fact]
    public void A_reference_that_is_wrong_by_its_uncertainty_moves_values_by_the_effect_that_is_stated()
    {
        var random = new RandomStream(4, "moves");
        var readings = Sessions("A", "v", 1.03, 0.004, 3, random, 0).ToList();
        var options = new CalibrationOptions();
        var told = PhantomCalibration.FromReadings(readings, options, []).States[0];
        var moved = PhantomCalibration.FromReadings(readings.Select(r => r with { Reference = r.Reference + r.ReferenceU }).ToList(), options, []).States[0];
        // Linear to the square of the relative uncertainty.
        var effect = told.Corrected(1).Effects.Single(e => e.Kind == ComponentKind.B).Effect;
        Assert.Equal(-effect, moved.Corrected(1).Value - told.Corrected(1).Value, 0.05 * Math.Abs(effect));
    }

    [Fact]
    public void Level_and_slope_hold_the_whole_covariance()
    {
        var random = new RandomStream(6, "covariance");
        var readings = Sessions("A", "v", 1.03, 0.004, 3, random, 0.01).ToList();
        var c = PhantomCalibration.FromReadings(readings, new CalibrationOptions(), []).States[0];
        foreach (var t in new[] { 0.0, 0.3, 1.4 })
        {
            var direct = Math.Sqrt(c.OffsetU * c.OffsetU + 2 * t * c.Covariance + t * t * c.GainU * c.GainU) / c.Gain;
            Assert.Equal(direct, Math.Sqrt(c.Corrected(c.Offset + c.Gain * t).Effects.Where(e => e.Kind == ComponentKind.A).Sum(e => e.Effect * e.Effect)), 1e-12);
        }

        Assert.True(c.Covariance < 0, "a line through positive values trades offset against gain");
    }

    [Fact]
    public void A_scale_that_breaks_opens_a_new_period_there()
    {
        var random = new RandomStream(8, "drift");
        // The gain steps by 4 %, ten times what sessions differ by.
        var before = Sessions("A", "v1", 1.0, 0, 8, random, 0.003);
        var after = Sessions("A", "v1", 1.04, 0, 6, random, 0.003, Start.AddDays(240));
        var findings = new List<Finding>();
        var calibration = PhantomCalibration.FromReadings([.. before, .. after], new CalibrationOptions(), findings);
        Assert.Equal([Start, Start.AddDays(240)], calibration.States.Select(s => s.ValidFrom));
        Assert.Equal(Start.AddDays(240), calibration.States[0].ValidTo);
        Assert.Equal(0.04, calibration.States[1].Gain - calibration.States[0].Gain, 0.01);
        Assert.Contains(findings, f => f.Code == FindingCodes.CalibrationDrift && f.Found.Contains("2024-09-01", StringComparison.Ordinal));
        var set = new CalibrationSet(calibration.States);
        Assert.Same(calibration.States[0], set.Of("A v1", Start.AddDays(239)));
        Assert.Same(calibration.States[1], set.Of("A v1", Start.AddDays(240)));
        Assert.Same(calibration.States[0], set.Of("A v1", Start.AddDays(-5)));
        Assert.Null(set.Of("A v2", Start));
    }

    [Fact]
    public void Quiet_states_signal_about_once_in_a_hundred_sessions()
    {
        // Mean and spread are estimated from the same sessions; 300 series of 4 states with 15 sessions: 18,000 sessions, 180 signals expected.
        var (signals, sessions) = (0, 0);
        for (var series = 0; series < 300; series++)
        {
            var random = new RandomStream((ulong)series, "quiet-states");
            var readings = Enumerable.Range(0, 4).SelectMany(k => Sessions($"MR{k}", "v", 1 + 0.03 * random.NextNormal(), 0, 15, random, 0.01)).ToList();
            foreach (var chart in PhantomCalibration.FromReadings(readings, new CalibrationOptions(), []).Charts)
            {
                (signals, sessions) = (signals + chart.Breaks.Count, sessions + chart.Points.Count);
            }
        }

        Assert.InRange((double)signals / sessions, 0.006, 0.014);
    }

    [Fact]
    public void One_session_one_vial_and_hopeless_readings_are_told()
    {
        var random = new RandomStream(9, "few");
        var findings = new List<Finding>();
        var single = PhantomCalibration.FromReadings(Sessions("A", "v", 1.02, 0, 1, random, 0).ToList(), new CalibrationOptions(), findings);
        Assert.Equal(FindingCodes.CalibrationSessionsSingle, Assert.Single(findings).Code);
        // One session does not average what sessions differ by.
        Assert.True(single.States[0].GainU > 0.024);
        findings.Clear();
        var oneVial = Sessions("A", "v", 1.02, 0, 5, random, 0).Where(r => r.Vial == "6").ToList();
        var gain = PhantomCalibration.FromReadings(oneVial, new CalibrationOptions(), findings).States[0];
        Assert.Equal((0, FindingCodes.CalibrationOneLevel), (gain.Offset, Assert.Single(findings).Code));
        // At the reference value the unknown offset does nothing; at half of it, it does half of what is assumed.
        double Unknown(double value) => Math.Abs(gain.Corrected(gain.Gain * value).Effects.Single(e => e.Source.StartsWith("offset", StringComparison.Ordinal)).Effect);
        Assert.Equal(0, Unknown(gain.Lowest), 1e-12);
        Assert.Equal(0.5 * 0.02 * gain.Lowest / gain.Gain, Unknown(0.5 * gain.Lowest), 1e-9);
        Assert.Equal(1.02, gain.Gain, 0.03);
        findings.Clear();
        Assert.Empty(PhantomCalibration.FromReadings(oneVial.Take(1).ToList(), new CalibrationOptions(), findings).States);
        Assert.Equal(Severity.Error, Assert.Single(findings).Severity);
        findings.Clear();
        var mistaken = Sessions("B", "v", 1000, 0, 3, random, 0).Concat(Sessions("A", "v", 1, 0, 3, random, 0)).ToList();
        PhantomCalibration.FromReadings(mistaken, new CalibrationOptions(), findings);
        Assert.Contains(findings, f => f.Code == FindingCodes.CalibrationInconsistent && f.Severity == Severity.Error && f.About.Contains("B v", StringComparison.Ordinal));
        Assert.Empty(PhantomCalibration.FromReadings([], new CalibrationOptions(), findings).States);
    }

    [Fact]
    public void A_state_that_scatters_more_than_the_others_is_widened_by_it()
    {
        var random = new RandomStream(10, "wide");
        var readings = Enumerable.Range(0, 8).SelectMany(k => Sessions($"MR{k}", "v", 1, 0, 4, random, 0, noise: k == 5 ? 0.05 : 0.008)).ToList();
        var findings = new List<Finding>();
        var states = PhantomCalibration.FromReadings(readings, new CalibrationOptions(), findings).States;
        Assert.Contains(findings, f => f.Code == FindingCodes.CalibrationInconsistent && f.About.Contains("MR5", StringComparison.Ordinal));
        Assert.True(states.First(s => s.State == "MR5 v").GainU > 2 * states.First(s => s.State == "MR1 v").GainU);
    }

    private static IEnumerable<PhantomReading> Sessions(
        string station, string software, double gain, double offset, int sessions, RandomStream random, double sessionSd, DateOnly? start = null, double noise = 0.008)
    {
        for (var s = 0; s < sessions; s++)
        {
            var effect = 1 + sessionSd * random.NextNormal();
            for (var v = 0; v < Vials.Length; v++)
            {
                yield return new PhantomReading(
                    station, software, (start ?? Start).AddDays(30 * s), $"{v + 1}", Vials[v], 0.0008 + 0.0011 * Vials[v], offset + gain * effect * Vials[v] + noise * random.NextNormal());
            }
        }
    }
}
