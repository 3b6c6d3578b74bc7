using Etalon.Assays;
using Etalon.Assays.Dsc;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Dsc;

/// <summary>Leakage correction: curves that obey the models exactly, laws, and coverage under noise.</summary>
[Trait("Kind", "Numeric")]
public sealed class LeakageCorrectionTests(ITestOutputHelper output)
{
    private const double FrameS = 1.3;
    private const int Frames = 90;
    private const int Arrival = 17;
    private static readonly BaselineFrames Baseline = new(1, Arrival - 1);

    /// <summary>Corners of a reference curve that is straight between them, at frames: first pass, second pass, a tail that stays.</summary>
    private static readonly (int Frame, double Value)[] Corners = [(Arrival - 1, 0), (20, 9.5), (24, 6), (30, 1.1), (34, 1.9), (43, 0.8), (89, 0.5)];

    private static readonly double[] Reference = [.. Enumerable.Range(0, Frames).Select(n => Ramps().Sum(r => r.Slope * Math.Max(0, n - r.Frame) * FrameS))];

    /// <summary>The same curve as a sum of ramps, whose convolution with an exponential has a closed form.</summary>
    private static IEnumerable<(int Frame, double Slope)> Ramps()
    {
        var before = 0.0;
        for (var c = 0; c + 1 < Corners.Length; c++)
        {
            var slope = (Corners[c + 1].Value - Corners[c].Value) / ((Corners[c + 1].Frame - Corners[c].Frame) * FrameS);
            yield return (Corners[c].Frame, slope - before);
            before = slope;
        }
    }

    /// <summary>∫₀ᵗ r(τ) exp(−k(t − τ)) dτ: for a ramp t/k − (1 − exp(−kt))/k², for k = 0 t²/2.</summary>
    private static double[] Leaked(double k) =>
        [.. Enumerable.Range(0, Frames).Select(n => Ramps().Sum(r => r.Slope * OfRamp(Math.Max(0, n - r.Frame) * FrameS, k)))];

    private static double OfRamp(double t, double k) => k == 0 ? t * t / 2 : t / k - (1 - Math.Exp(-k * t)) / (k * k);

    private static double Area(double[] curve, LeakageCorrection c) =>
        Enumerable.Range(c.Arrival - 1, c.LastFrame - c.Arrival + 1).Sum(n => 0.5 * c.FrameS * (curve[n] + curve[n + 1]));

    private static LeakageFit Fit(double[] y, LeakageOptions options, out LeakageCorrection correction, double sd = 0.01)
    {
        correction = new LeakageCorrection(Reference, FrameS, Arrival, options);
        return correction.Fit(y, [.. Enumerable.Repeat(sd, Frames)], Baseline, new LeakageWorkspace(correction));
    }

    [Theory]
    [InlineData(0.031, false)]
    [InlineData(-0.042, false)]
    [InlineData(0.031, true)]
    [InlineData(-0.042, true)]
    public void Curves_of_one_way_leakage_give_back_their_blood_and_leakage(double k2, bool adapts)
    {
        var leaked = Leaked(0);
        double[] y = [.. Reference.Zip(leaked, (r, e) => 2.3 * r - k2 * e)];
        var fit = Fit(y, new LeakageOptions { AdaptsShape = adapts }, out var correction);
        // The model holds exactly; what remains is rounding of a least-squares problem of condition below 1e4.
        Assert.Equal(k2, fit.K2, 1e-10);
        Assert.Equal(2.3, fit.K1, 1e-9);
        Assert.Equal(2.3 * Area(Reference, correction), fit.Area, 1e-8);
        Assert.Equal(Area(y, correction), fit.UncorrectedArea, 1e-9);
        Assert.Equal(VoxelStatus.Ok, fit.Status);
    }

    [Theory]
    [InlineData(0.05, 0.4)]
    [InlineData(-0.03, 1.1)]
    public void Curves_of_leakage_with_backflow_give_back_all_three_numbers(double k2, double kepPerMin)
    {
        double[] y = [.. Reference.Zip(Leaked(kepPerMin / 60), (r, e) => 1.7 * r - k2 * e)];
        var fit = Fit(y, new LeakageOptions { Model = LeakageModel.Bidirectional, AdaptsShape = false }, out var correction);
        // kep is found by golden section to 1e-6 of itself, and cost is flat there: the root of rounding.
        Assert.Equal(kepPerMin / 60, fit.Kep, 2e-6);
        Assert.Equal(k2, fit.K2, 2e-5);
        Assert.Equal(1.7 * Area(Reference, correction), fit.Area, 1e-3);
        Assert.True(fit.HasBackflow);
    }

    [Fact]
    public void Evidence_takes_backflow_where_it_is_and_leaves_it_where_it_is_not()
    {
        var random = new RandomStream(4, "evidence");
        var (with, without) = (0, 0);
        for (var n = 0; n < 50; n++)
        {
            double[] Noisy(double kep, double k2) => [.. Reference.Zip(Leaked(kep), (r, e) => 1.7 * r - k2 * e + 0.15 * random.NextNormal())];
            var options = new LeakageOptions { Model = LeakageModel.ByEvidence, AdaptsShape = false };
            with += Fit(Noisy(1.2 / 60, 0.06), options, out _, 0.15).HasBackflow ? 1 : 0;
            without += Fit(Noisy(0, 0.06), options, out _, 0.15).HasBackflow ? 1 : 0;
        }

        output.WriteLine($"backflow seen in {with} of 50 with, {without} of 50 without");
        // Measured: 50 and 3. The corrected criterion lets one more parameter in by chance in about 1 of 7 cases; 15 of 50 has a probability below 1e-3.
        Assert.True(with >= 48, $"backflow was seen in {with} of 50 curves that have it");
        Assert.True(without <= 15, $"backflow was seen in {without} of 50 curves that have none");
    }

    [Fact]
    public void Blood_that_passes_later_and_more_dispersed_is_not_taken_for_leakage()
    {
        // 40 % of the blood through a mixing compartment of 2 s, 60 % through one of 4 s: within the columns; area is kept by each.
        double[] blood = [.. Leaked(0.5).Zip(Leaked(0.25), (a, b) => 2 * (0.4 * a / 2 + 0.6 * b / 4))];
        var adapted = Fit(blood, new LeakageOptions(), out var correction);
        Assert.Equal(0, adapted.K2, 1e-10);
        Assert.Equal(Area(blood, correction), adapted.Area, 1e-8);

        // And 5 s, which is no column: within 2 % (measured 0.4), where the published model errs by 10 and more.
        double[] other = [.. Leaked(0.2).Select(e => 2 * e / 5)];
        var truth = Area(other, correction);
        var close = Fit(other, new LeakageOptions(), out _).Area / truth;
        Assert.InRange(close, 0.98, 1.02);
        var published = Fit(other, new LeakageOptions { AdaptsShape = false }, out _).Area / truth;
        output.WriteLine(FormattableString.Invariant($"5 s: adapted {close:0.0000}, published {published:0.0000}"));
        Assert.True(Math.Abs(published - 1) > 0.1, $"the published model gave {published:0.000} of the area; the test would not show the difference");
    }

    [Fact]
    public void A_reference_that_enhances_itself_gives_wrong_leakage()
    {
        // The defect of another code, where the mean of all voxels stood for that of voxels that do not enhance: it must show.
        var lesion = Reference.Zip(Leaked(0), (r, e) => 2.3 * r - 0.05 * e).ToArray();
        double[] mixed = [.. Reference.Zip(lesion, (r, l) => 0.7 * r + 0.3 * l)];
        var correction = new LeakageCorrection(mixed, FrameS, Arrival, new LeakageOptions { AdaptsShape = false });
        double[] sd = [.. Enumerable.Repeat(0.01, Frames)];
        var normal = correction.Fit(Reference, sd, Baseline, new LeakageWorkspace(correction));
        Assert.True(normal.K2 < -0.005, $"normal tissue leaks {normal.K2:0.0000} /s against a mean that enhances; it should seem to leak");
        Assert.Equal(0, Fit(Reference, new LeakageOptions { AdaptsShape = false }, out _).K2, 1e-12);
    }

    [Fact]
    public void Twice_the_curve_has_twice_the_area_and_leakage()
    {
        double[] y = [.. Reference.Zip(Leaked(0.01), (r, e) => 1.4 * r - 0.02 * e)];
        foreach (var model in Enum.GetValues<LeakageModel>())
        {
            var one = Fit(y, new LeakageOptions { Model = model }, out _);
            var two = Fit([.. y.Select(v => 2 * v)], new LeakageOptions { Model = model }, out _, 0.02);
            // A power of two changes no digit of a linear problem; the search for kep compares costs that scale too.
            Assert.Equal(2 * one.Area, two.Area, 1e-9);
            Assert.Equal(2 * one.K2, two.K2, 1e-12);
            Assert.Equal(2 * one.AreaU, two.AreaU, 1e-9);
        }
    }

    [Fact]
    public void A_shorter_window_integrates_to_its_end()
    {
        var fit = Fit(Reference, new LeakageOptions { WindowS = 30 }, out var correction);
        Assert.Equal(Arrival - 1 + 24, correction.LastFrame);
        Assert.Equal(Area(Reference, correction), fit.Area, 1e-9);
        Assert.True(correction.ReferenceArea < Fit(Reference, new LeakageOptions(), out _).Area);
    }

    [Theory]
    [InlineData(LeakageModel.BoxermanSchmaindaWeisskoff, 0.04)]
    [InlineData(LeakageModel.BoxermanSchmaindaWeisskoff, -0.02)]
    [InlineData(LeakageModel.Bidirectional, 0.06)]
    public void Intervals_hold_the_truth_as_often_as_they_say(LeakageModel model, double k2)
    {
        // The model holds, so that the allowances for what it does not know are set to nothing: noise alone is tested, with that of the baseline.
        var options = new LeakageOptions { Model = model, AdaptsShape = model != LeakageModel.Bidirectional, ShapeRelativeU = 0, LargestKepPerMin = model == LeakageModel.Bidirectional ? 2 : 1e-9 };
        var correction = new LeakageCorrection(Reference, FrameS, Arrival, options);
        var work = new LeakageWorkspace(correction);
        var kep = model == LeakageModel.Bidirectional ? 0.7 / 60 : 0;
        double[] truth = [.. Reference.Zip(Leaked(kep), (r, e) => 2.1 * r - k2 * e)];
        var area = 2.1 * correction.ReferenceArea;
        var random = new RandomStream(11, $"leakage/{model}/{k2}");
        const int Draws = 3000;
        const double Te = 0.03;
        var (areas, k1s, k2s, signal, y, sd) = (0, 0, 0, new double[Frames], new double[Frames], new double[Frames]);
        for (var draw = 0; draw < Draws; draw++)
        {
            for (var n = 0; n < Frames; n++)
            {
                signal[n] = 100 * Math.Exp(-Te * truth[n]) + 1.5 * random.NextNormal();
            }

            Assert.Equal(VoxelStatus.Ok, RelaxationRateChange.Compute(signal, Te, Baseline, 1.5, y, sd));
            var fit = correction.Fit(y, sd, Baseline, work);
            areas += Math.Abs(fit.Area - area) <= 1.959964 * fit.AreaU ? 1 : 0;
            k1s += Math.Abs(fit.K1 - 2.1) <= 1.959964 * fit.K1U ? 1 : 0;
            k2s += Math.Abs(fit.K2 - k2) <= 1.959964 * fit.K2U ? 1 : 0;
        }

        output.WriteLine(FormattableString.Invariant($"{model}, K2 {k2}: area {100.0 * areas / Draws:0.0} %, K1 {100.0 * k1s / Draws:0.0} %, K2 {100.0 * k2s / Draws:0.0} %"));
        // 95 % with a sampling deviation of 0.4 %; the logarithm of the signal and, with backflow, the linearised kep add to it.
        foreach (var hits in (int[])[areas, k1s, k2s])
        {
            Assert.InRange(hits / (double)Draws, 0.93, 0.97);
        }
    }

    [Fact]
    public void A_curve_that_no_model_describes_has_wider_intervals()
    {
        double[] y = [.. Reference.Select((r, n) => 2 * r + (n > 60 ? 1.5 * Math.Sin(n) : 0))];
        var (right, wrong) = (Fit([.. Reference.Select(r => 2 * r)], new LeakageOptions(), out _, 0.1), Fit(y, new LeakageOptions(), out _, 0.1));
        Assert.True(wrong.ReducedChiSquared > 10, $"reduced chi-squared {wrong.ReducedChiSquared:0.0}");
        Assert.True(wrong.K2U > 3 * right.K2U, $"u of K2 {wrong.K2U:0.0000} against {right.K2U:0.0000}");
    }
}
