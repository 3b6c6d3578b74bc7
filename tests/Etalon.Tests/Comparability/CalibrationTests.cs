using Etalon.Cases;
using Etalon.Change;
using Etalon.Comparability;
using Etalon.Comparability.Calibration;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Tests.Twin;
using Xunit;

namespace Etalon.Tests.Comparability;

/// <summary>Scanner states are calibrated from phantom sessions; measurements are corrected or widened, and graded.</summary>
[Trait("Kind", "Numeric")]
public sealed class CalibrationTests(ITestOutputHelper output)
{
    private static readonly double[] Vials = [1.099e-3, 0.86e-3, 0.58e-3, 0.42e-3, 0.275e-3];
    private static readonly double[] Shells = [0, 500, 500, 500, 1000, 1000, 1000];
    private const int VoxelsPerVial = 36;

    private static Acquisition State(string serial, string software) => new("acquisition", Acquisition.DiffusionAttributes.Select(name => name switch
    {
        "DeviceSerialNumber" => new AcquisitionAttribute(name, serial, AttributeState.Present),
        "SoftwareVersions" => new AcquisitionAttribute(name, software, AttributeState.Present),
        _ => new AcquisitionAttribute(name, null, AttributeState.Absent),
    }).ToList());

    /// <summary>One session in memory: five vials side by side, Rician noise of an SNR of 60.</summary>
    private static PhantomScan Session(string id, Acquisition state, double gain, RandomStream random, int? spoiltVial = null)
    {
        var grid = TumourFixtures.ObliqueGrid(12, 3, Vials.Length, 1.5, 2.1, 4);
        var frames = Shells.Select(_ => new float[grid.Count]).ToArray();
        for (var n = 0; n < grid.Count; n++)
        {
            var adc = gain * Vials[n / VoxelsPerVial] * (n / VoxelsPerVial == spoiltVial ? 1.3 : 1);
            for (var f = 0; f < frames.Length; f++)
            {
                var (x, y) = (600 * Math.Exp(-Shells[f] * adc) + 10 * random.NextNormal(), 10 * random.NextNormal());
                frames[f][n] = (float)Math.Sqrt(x * x + y * y);
            }
        }

        LoadedImage Load(IReadOnlyList<float[]> values, IReadOnlyList<double> b) => new() { Grid = grid, Frames = values, BValues = b, Sha256 = "0" };
        List<ImageReference> images = [new(ImageKind.DiffusionSeries, "dwi", null, _ => Load(frames, Shells))];
        images.AddRange(Vials.Select((_, v) => new ImageReference(
            ImageKind.RegionMask, $"vial{v}", $"vial{v}", _ => Load([Enumerable.Range(0, grid.Count).Select(n => n / VoxelsPerVial == v ? 1f : 0).ToArray()], []))));
        var visit = new Visit { Id = id, Time = new DateTimeOffset(2024, 2, 2, 10, 42, 30, TimeSpan.Zero), Images = images, Acquisition = state };
        return new PhantomScan(visit, Vials.Select((adc, v) => ($"vial{v}", (adc, 0.005 * adc))).ToDictionary(p => p.Item1, p => p.Item2));
    }

    [Fact]
    public void Gains_of_two_states_are_recovered_and_their_intervals_hold_them()
    {
        double[] gains = [1.031, 0.957];
        var (inside, all, bias) = (0, 0, 0.0);
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new RandomStream((ulong)seed, "calibration");
            List<PhantomScan> scans = [];
            for (var session = 0; session < 6; session++)
            {
                var state = session % 2;
                scans.Add(Session($"{session}", State($"S{state}", "v1"), gains[state] * Math.Exp(0.012 * random.NextNormal()), random));
            }

            var calibrations = CalibrationFit.FromPhantoms(scans, null, [], TestContext.Current.CancellationToken);
            Assert.Equal(2, calibrations.Count);
            foreach (var (state, gain) in new[] { (State("S0", "v1"), gains[0]), (State("S1", "v1"), gains[1]) })
            {
                var c = calibrations.Single(x => x.State == state.ScannerState());
                inside += Math.Abs(c.Gain / gain - 1) <= Interval.CoverageFactor(c.Dof, 0.95) * c.U ? 1 : 0;
                bias += c.Gain / gain - 1;
                all++;
                Assert.Equal((3, 4.0, 0.005), (c.Readings, c.Dof, Math.Round(c.ReferenceU, 9)));
            }
        }

        output.WriteLine(FormattableString.Invariant($"{inside} of {all} intervals hold the gain; mean error {100 * bias / all:0.000} %"));
        // 95 % of 300 is 285 ± 3.8; noise is counted once more than needed, so a little above is right.
        Assert.InRange(inside, 272, 299);
        // A mean of 300 gains with 0.7 % each.
        Assert.Equal(0, bias / all, 0.0016);
    }

    [Fact]
    public void A_vial_that_disagrees_is_noticed_and_a_scan_without_a_state_is_not_used()
    {
        List<Finding> findings = [];
        var random = new RandomStream(4, "spoilt");

        var calibrations = CalibrationFit.FromPhantoms(
            [Session("1", State("S", "v1"), 1.02, random, spoiltVial: 2), Session("2", State("S", "v1"), 1.02, random), Session("3", Acquisition.Unknown("x"), 1.5, random)],
            (0.012, 8), findings, TestContext.Current.CancellationToken);

        Assert.Contains(findings, f => f.Code == FindingCodes.CalibrationInconsistent && f.About.Contains('1', StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Code == FindingCodes.CalibrationMissing && f.About.Contains('3', StringComparison.Ordinal));
        Assert.Equal(2, Assert.Single(calibrations).Readings);
    }

    [Fact]
    public void Reference_values_in_another_unit_are_no_gain_of_a_thousandth()
    {
        List<Finding> findings = [];
        var random = new RandomStream(5, "unit");
        var wrong = Session("1", State("S", "v1"), 1.02, random);
        wrong = wrong with { Reference = wrong.Reference.ToDictionary(v => v.Key, v => (1000 * v.Value.Mm2PerS, 1000 * v.Value.U)) };

        var calibrations = CalibrationFit.FromPhantoms([wrong, Session("2", State("S", "v1"), 1.02, random)], (0.012, 8), findings, TestContext.Current.CancellationToken);

        Assert.Equal(1, Assert.Single(calibrations).Readings);
        Assert.Contains(findings, f => f.Code == FindingCodes.CalibrationInconsistent && f.Severity == Severity.Error);
    }

    [Fact]
    public void No_phantom_gives_no_calibration_rather_than_a_gain_of_one() =>
        Assert.Empty(CalibrationFit.FromPhantoms([], (0.012, 8), [], TestContext.Current.CancellationToken));

    private static Measurement Adc(string visit, string? state, double value, double relativeSd, string measurand = "adc.mean") => Measurement.Of(
        new Measurement { Id = visit, Subject = "s", Visit = visit, Measurand = measurand, Unit = "mm2/s", Status = Measurement.StatusOk, Method = "test/1", ScannerState = state },
        value, [new UncertaintyComponent("repeatability of scanning", relativeSd * value, null, ComponentKind.A)], positive: false);

    private static readonly StateCorrection Two = new([new("one", 1.04, 0.01, 4, 0.005, 3), new("two", 0.95, 0.02, 4, 0.005, 3)]);

    [Fact]
    public void A_correction_divides_by_the_gain_and_carries_its_uncertainty()
    {
        var corrected = Two.Apply(Adc("1", "one", 1.04e-3, 0.03));

        Assert.Equal(1.0e-3, corrected.Value!.Value, 1e-15);
        // 3² + 1² + 0.5² percent.
        Assert.Equal(1.0e-3 * Math.Sqrt(10.25) / 100, corrected.U!.Value, 1e-12);
        // Two visits in one state: gain and reference cancel.
        var difference = Budget.OfDifference(corrected.Components, Two.Apply(Adc("2", "one", 1.04e-3, 0.03)).Components);
        Assert.Equal(1.0e-3 * 0.03 * Math.Sqrt(2), Budget.Combine(difference), 1e-12);
    }

    [Fact]
    public void A_state_that_nobody_calibrated_is_widened_by_what_scanners_differ()
    {
        var known = Two.Apply(Adc("1", "three", 1e-3, 0.03));
        var unknown = Two.Apply(Adc("2", null, 1e-3, 0.03));

        // 95 % limits of 9 % between scanners: 4.59 %.
        Assert.Equal(1e-3 * Math.Sqrt(0.03 * 0.03 + Math.Pow(0.09 / 1.96, 2)), known.U!.Value, 1e-12);
        Assert.Equal(known.U.Value, unknown.U!.Value, 1e-15);
        // Two visits of the same uncalibrated state share its error; two unknown ones never do.
        Assert.Equal(0.03e-3 * Math.Sqrt(2), Budget.Combine(Budget.OfDifference(known.Components, Two.Apply(Adc("4", "three", 1e-3, 0.03)).Components)), 1e-12);
        Assert.Equal(known.U.Value * Math.Sqrt(2), Budget.Combine(Budget.OfDifference(unknown.Components, Two.Apply(Adc("5", null, 1e-3, 0.03)).Components)), 1e-12);
        // Missing information never lowers u.
        Assert.True(unknown.U > Two.Apply(Adc("3", "one", 1e-3, 0.03)).U);
    }

    [Theory]
    [InlineData("one", "one", 0.03, Grade.A)]
    [InlineData("one", "two", 0.05, Grade.B)]
    [InlineData("one", "two", 0.02, Grade.C)]
    [InlineData("one", "two", 0.01, Grade.D)]
    [InlineData("one", "never calibrated", 0.2, Grade.C)]
    [InlineData("one", null, 0.05, Grade.D)]
    [InlineData(null, null, 0.05, Grade.D)]
    public void The_grade_follows_from_mismatch_over_repeatability(string? from, string? to, double relativeSd, Grade expected)
    {
        var (a, b) = (Two.Apply(Adc("1", from, 1e-3, relativeSd)), Two.Apply(Adc("2", to, 1e-3, relativeSd)));

        var comparison = VisitComparison.Between(a, b, new AcquisitionComparer(a.Measurand).Compare(State("S", "v1"), State("S", "v2")));

        // Between "one" and "two": √(1² + 2²) % = 2.24 % over √2 times the repeatability: 0.32, 0.79, 1.58.
        Assert.Equal(expected, comparison.Grade);
        Assert.Equal(expected == Grade.A, comparison.Lift is null);
        if (from == "one" && to == "two")
        {
            Assert.Equal(Math.Sqrt(5) / 100 / (Math.Sqrt(2) * relativeSd), comparison.Q, 1e-9);
        }
    }

    [Fact]
    public void A_state_that_drifted_is_corrected_by_the_line_of_the_day()
    {
        StateCalibration Line(double gain, DateOnly from) => new()
        {
            State = "S v1", Measurand = "adc", Unit = "1e-3.mm2/s", Gain = gain, Offset = 0, Terms = [], ValidFrom = from, Lowest = 0.5, Highest = 1.5, Method = "test/1",
        };
        var correction = new StateCorrection([ScannerCalibration.Of("one", Line(1.1, new DateOnly(2024, 6, 1))), ScannerCalibration.Of("one", Line(1.0, new DateOnly(2024, 1, 5)))]);
        double On(int month, int day) => correction.Apply(Adc("1", "one", 1.1e-3, 0.03), new DateOnly(2024, month, day)).Value!.Value;
        Assert.Equal(1.1e-3, On(1, 1), 1e-12); // before its first session a state has its first line
        Assert.Equal(1.1e-3, On(5, 31), 1e-12);
        Assert.Equal(1.0e-3, On(6, 1), 1e-12);
    }

    [Fact]
    public void What_has_no_value_cannot_be_compared()
    {
        var missing = Measurement.Missing(Adc("1", "one", 1e-3, 0.03), "signal-too-low");
        Assert.Equal(Grade.X, VisitComparison.Between(missing, Adc("2", "one", 1e-3, 0.03), null).Grade);
        Assert.Same(missing, Two.Apply(missing));
    }

    [Fact]
    public void An_upgrade_of_the_software_is_another_state_and_two_unknown_states_are_none()
    {
        Assert.NotEqual(State("S", "v1").ScannerState(), State("S", "v2").ScannerState());
        Assert.NotEqual(State("S", "v1").ScannerState(), State("T", "v1").ScannerState());
        Assert.Equal(State("S", "v1").ScannerState(), State("S", "v1").ScannerState());
        Assert.Null(State(" ", "v1").ScannerState());
        Assert.Null(Acquisition.Unknown("a").ScannerState());
    }

    [Fact]
    public void Corrected_scans_across_an_upgrade_raise_false_alarms_at_the_stated_rate()
    {
        var random = new RandomStream(23, "upgrade");
        var (alarms, raw) = (0, 0);
        const int Draws = 10_000;
        for (var n = 0; n < Draws; n++)
        {
            // Gains differ by 6 %; three sessions each with a spread of 1.2 %, pooled over both states: 4 degrees of freedom.
            var squares = Enumerable.Range(0, 4).Sum(_ => Math.Pow(random.NextNormal(), 2));
            var u = 0.012 * Math.Sqrt(squares / 4) / Math.Sqrt(3);
            ScannerCalibration Calibrated(string state, double gain) => new(state, gain * (1 + 0.012 / Math.Sqrt(3) * random.NextNormal()), u, 4, 0.005, 3);
            var correction = new StateCorrection([Calibrated("one", 1.031), Calibrated("two", 0.971)]);
            var (a, b) = (Adc("1", "one", 1.031e-3 * Math.Exp(0.029 * random.NextNormal()), 0.029), Adc("2", "two", 0.971e-3 * Math.Exp(0.029 * random.NextNormal()), 0.029));
            alarms += IsAlarm(correction.Apply(a), correction.Apply(b)) ? 1 : 0;
            raw += IsAlarm(a, b) ? 1 : 0;
        }

        output.WriteLine($"{alarms} false alarms in {Draws} after correction, {raw} without");
        // 5 % ± 3.5 · 0.22 %; Welch and Satterthwaite's approximation adds some tenths of a percent.
        Assert.InRange(alarms, 400, 600);
        // Without it the shift of 6 % is 1.46 standard deviations: 31 % by the normal distribution.
        Assert.InRange(raw, 2900, 3300);

        static bool IsAlarm(Measurement x, Measurement y) => ChangeAnalysis.Between(x, y, VisitComparison.Between(x, y, null)).Verdict is Verdict.Increase or Verdict.Decrease;
    }
}
