using Etalon.Change;
using Etalon.Change.Serial;
using Etalon.Comparability;
using Etalon.Metrology;
using Etalon.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace Etalon.Tests.Change;

/// <summary>A series of visits against the two-visit answer, closed forms, a Kalman smoother and simulation.</summary>
[Trait("Kind", "Numeric")]
public sealed class SerialAnalysisTests(ITestOutputHelper output)
{
    private static readonly double[] Days = [0, 41.5, 97, 203, 388];

    private static SerialReading Reading(int visit, double value, double u, string? state = null, double shared = 0, double? dof = null, double? day = null)
    {
        List<UncertaintyComponent> components = [new("repeatability", u, null, ComponentKind.A, dof)];
        if (state is not null)
        {
            components.Add(new UncertaintyComponent($"calibration of {state}", shared, $"calibration:{state}", ComponentKind.A, 6));
        }

        return new SerialReading($"{visit + 1}", day ?? Days[visit], value, components);
    }

    [Theory]
    [InlineData("one", "one")]
    [InlineData("one", "two")]
    public void Two_visits_give_the_change_of_two_visits(string first, string second)
    {
        Measurement Adc(string visit, double value, string state) => Measurement.Of(
            new Measurement { Id = visit, Subject = "s", Visit = visit, Measurand = "adc.mean", Unit = "mm2/s", Status = Measurement.StatusOk, Method = "test/1", ScannerState = state },
            value,
            [new("repeatability", 0.03 * value, null, ComponentKind.A, 14), new($"calibration of {state}", 0.021 * value, $"calibration:{state}", ComponentKind.A, 4)],
            positive: false);
        var (a, b) = (Adc("1", 0.93e-3, first), Adc("2", 1.02e-3, second));
        var expected = ChangeAnalysis.Between(a, b, VisitComparison.Between(a, b, null));

        var series = SerialAnalysis.Of([SerialReading.Of(a, 3.25), SerialReading.Of(b, 80)]);

        var change = series.Change(0, 1);
        Assert.Equal(TrueCourse.Free, series.Process.Course);
        Assert.Equal(expected.LogRatio, change.Value, 1e-12);
        Assert.Equal(expected.U, change.U, 1e-12);
        Assert.Equal(expected.Interval.Lower, change.Interval.Lower, 1e-9);
        Assert.Equal(expected.Interval.Upper, change.Interval.Upper, 1e-9);
        Assert.Equal(expected.PIncrease, change.PIncrease, 1e-9);
        Assert.Equal(expected.PWrongDirection, change.PWrongDirection, 1e-9);
        // The gain that both share stays in the level.
        Assert.Equal(Math.Sqrt(0.03 * 0.03 + 0.021 * 0.021), series.Visits[1].Level.U, 1e-12);
    }

    [Fact]
    public void A_truth_that_does_not_move_is_the_weighted_mean()
    {
        double[] u = [0.02, 0.05, 0.03];
        double[] y = [0.11, 0.18, 0.07];
        var series = SerialAnalysis.Of([.. y.Select((v, n) => Reading(n, v, u[n]))], new SerialOptions { ProcessSd = 0 });

        var information = u.Sum(x => 1 / (x * x));
        Assert.All(series.Visits, v => Assert.Equal(y.Zip(u, (v, s) => v / (s * s)).Sum() / information, v.Level.Value, 1e-12));
        Assert.All(series.Visits, v => Assert.Equal(1 / Math.Sqrt(information), v.Level.U, 1e-12));
        Assert.Equal(0, series.Change(0, 2).U, 1e-9);
    }

    [Fact]
    public void A_line_without_bends_is_weighted_least_squares()
    {
        double[] u = [0.02, 0.05, 0.03, 0.04, 0.02];
        double[] y = [0.11, 0.18, 0.07, 0.35, 0.41];
        var series = SerialAnalysis.Of([.. y.Select((v, n) => Reading(n, v, u[n]))], new SerialOptions { Course = TrueCourse.LinearTrend, ProcessSd = 0 });

        // Slope and its variance by the textbook's sums.
        var w = u.Select(s => 1 / (s * s)).ToArray();
        var t = Days.Select(d => d / 365.25).ToArray();
        var (tBar, yBar) = (w.Zip(t, (a, b) => a * b).Sum() / w.Sum(), w.Zip(y, (a, b) => a * b).Sum() / w.Sum());
        var sxx = w.Zip(t, (a, b) => a * (b - tBar) * (b - tBar)).Sum();
        var slope = Enumerable.Range(0, 5).Sum(n => w[n] * (t[n] - tBar) * (y[n] - yBar)) / sxx;
        Assert.Equal(slope, series.LastRate!.Value, 1e-10);
        Assert.Equal(1 / Math.Sqrt(sxx), series.LastRate.U, 1e-10);
        Assert.Equal(slope, series.Rate(1, 3).Value, 1e-10);
    }

    [Theory]
    [InlineData(TrueCourse.RandomWalk, 0.2)]
    [InlineData(TrueCourse.RandomWalk, 3)]
    [InlineData(TrueCourse.LinearTrend, 0.4)]
    public void A_kalman_filter_with_smoother_gives_the_same(TrueCourse course, double sd)
    {
        // States of two scanners change back and forth; their calibrations are errors that visits share.
        string[] states = ["a", "b", "a", "a", "b"];
        double[] y = [0.10, 0.21, 0.12, 0.3, 0.44];
        double[] u = [0.03, 0.04, 0.03, 0.02, 0.05];
        var series = SerialAnalysis.Of([.. y.Select((v, n) => Reading(n, v, u[n], states[n], states[n] == "a" ? 0.02 : 0.04))], new SerialOptions { Course = course, ProcessSd = sd });

        var (means, covariances) = Kalman(course, sd, y, u, states);
        for (var n = 0; n < y.Length; n++)
        {
            // The filter starts from a variance of 10⁵ instead of a flat prior, and loses digits to it.
            Assert.Equal(means[n][0], series.Visits[n].Level.Value, 1e-5);
            Assert.Equal(Math.Sqrt(covariances[n][0, 0]), series.Visits[n].Level.U, 1e-5);
        }

        if (course == TrueCourse.LinearTrend)
        {
            Assert.Equal(means[^1][1], series.LastRate!.Value, 1e-4);
            Assert.Equal(Math.Sqrt(covariances[^1][1, 1]), series.LastRate.U, 1e-4);
        }

        var covariance = series.Covariance();
        Assert.Equal(Math.Sqrt(covariance[0, 0] + covariance[4, 4] - 2 * covariance[0, 4]), series.Change(0, 4).U, 1e-9);
    }

    [Fact]
    public void A_calibration_that_all_visits_share_cancels_in_every_change()
    {
        double[] y = [0.10, 0.21, 0.12, 0.3];
        List<SerialReading> With(double shared) => [.. y.Select((v, n) => Reading(n, v, 0.03, "a", shared))];
        var (none, large) = (SerialAnalysis.Of(With(0)), SerialAnalysis.Of(With(0.5)));

        Assert.Equal(none.Change(0, 3).Value, large.Change(0, 3).Value, 1e-9);
        Assert.Equal(none.Change(0, 3).U, large.Change(0, 3).U, 1e-9);
        Assert.True(large.Visits[0].Level.U > 0.5);
    }

    [Fact]
    public void A_further_visit_tells_more_of_the_first_change()
    {
        // Seen three times at rest after a rise: the rise is better known than from two visits.
        var three = SerialAnalysis.Of([Reading(0, 0, 0.04), Reading(1, 0.1, 0.04), Reading(1, 0.1, 0.04, day: 43), Reading(1, 0.1, 0.04, day: 44)], new SerialOptions { ProcessSd = 0.5 });
        var two = SerialAnalysis.Of([Reading(0, 0, 0.04), Reading(1, 0.1, 0.04)]);

        Assert.True(three.Change(0, 1).U < 0.9 * two.Change(0, 1).U);
        Assert.True(three.PChangeAbove(0, 1, 0.05) > 0.5 && three.PChangeAbove(0, 1, 0.2) < 0.05);
        Assert.Equal(three.Change(0, 1).PIncrease, three.PChangeAbove(0, 1, 0), 1e-12);
    }

    [Theory]
    [InlineData(TrueCourse.RandomWalk)]
    [InlineData(TrueCourse.LinearTrend)]
    public void Ninety_five_of_a_hundred_intervals_hold_the_truth(TrueCourse course)
    {
        // The process is drawn from the prior itself, so that 95 % is exact whatever the number of visits.
        var random = new RandomStream(31, "series");
        const int Series = 800;
        var (change, level, rate, sd) = (0, 0, 0, 0);
        for (var n = 0; n < Series; n++)
        {
            var sigma = 0.3 * Math.Abs(Math.Tan(Math.PI * (random.NextUniform() - 0.5)));
            var (readings, truth, slope) = Simulated(random, course, sigma, 3 + n % 3);
            var series = SerialAnalysis.Of(readings, new SerialOptions { Course = course });
            change += series.Change(0, readings.Count - 1).Interval.Contains(truth[^1] - truth[0]) ? 1 : 0;
            level += series.Visits[1].Level.Interval.Contains(truth[1]) ? 1 : 0;
            rate += series.LastRate?.Interval.Contains(slope) ?? false ? 1 : 0;
            sd += series.Process.Interval!.Value.Contains(sigma) ? 1 : 0;
        }

        output.WriteLine($"{course}: change {change}, level {level}, rate {rate}, process {sd} of {Series}");
        // Binomial: 6.2 in 800; four of them. The process is told to a quarter of its logarithm, so its interval is looked at loosely.
        Assert.InRange(change, 760 - 25, 760 + 25);
        Assert.InRange(level, 760 - 25, 760 + 25);
        Assert.InRange(sd, 720, 800);
        if (course == TrueCourse.LinearTrend)
        {
            Assert.InRange(rate, 760 - 25, 760 + 25);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(1.5)]
    public void However_fast_the_truth_moves_the_change_is_covered(double sigma)
    {
        var random = new RandomStream(32, "fixed");
        const int Series = 500;
        var held = 0;
        for (var n = 0; n < Series; n++)
        {
            var (readings, truth, _) = Simulated(random, TrueCourse.RandomWalk, sigma, 4);
            held += SerialAnalysis.Of(readings).Change(0, 3).Interval.Contains(truth[^1] - truth[0]) ? 1 : 0;
        }

        output.WriteLine($"σ {sigma}: {held} of {Series}");
        // For one σ a prior gives no exact coverage: too wide where the truth is at rest. Binomial: 4.9 in 500, four of them below 95 %.
        Assert.InRange(held, 475 - 20, 500);
    }

    [Fact]
    public void A_series_that_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SerialAnalysis.Of([Reading(0, 1, 0.1)]));
        Assert.Throws<ArgumentException>(() => SerialAnalysis.Of([Reading(1, 1, 0.1), Reading(0, 1, 0.1)]));
        Assert.Throws<ArgumentException>(() => SerialAnalysis.Of([Reading(0, 1, 0.1), Reading(1, double.NaN, 0.1)]));
        Assert.Throws<ArgumentException>(() => SerialAnalysis.Of([Reading(0, 1, 0.1), Reading(1, 1, 0)]));
        Assert.Throws<ArgumentException>(() => SerialAnalysis.Of([Reading(0, 1, 0.1), Reading(1, 1, 0.1)], new SerialOptions { ProcessSd = -1 }));
        Assert.Throws<ArgumentException>(() => SerialAnalysis.Of([Reading(0, 1, 0.1), Reading(1, 1, 0.1, day: 0)]).Rate(0, 1));
    }

    private static (List<SerialReading> Readings, double[] Truth, double Slope) Simulated(RandomStream random, TrueCourse course, double sigma, int visits)
    {
        var truth = new double[visits];
        var (level, slope) = (0.2, course == TrueCourse.LinearTrend ? 0.4 : 0.0);
        var readings = new List<SerialReading>();
        var gains = new[] { 0.02 * random.NextNormal(), 0.02 * random.NextNormal() };
        for (var n = 0; n < visits; n++)
        {
            var years = n == 0 ? 0 : (Days[n] - Days[n - 1]) / 365.25;
            if (course == TrueCourse.RandomWalk)
            {
                level += sigma * Math.Sqrt(years) * random.NextNormal();
            }
            else
            {
                // An integrated walk: level and slope move together (covariance t³/3, t²/2, t).
                var (z1, z2) = (random.NextNormal(), random.NextNormal());
                level += slope * years + sigma * Math.Pow(years, 1.5) * (z1 / 2 + z2 / Math.Sqrt(12));
                slope += sigma * Math.Sqrt(years) * z1;
            }

            truth[n] = level;
            var state = n % 2;
            readings.Add(Reading(n, level + gains[state] + 0.035 * random.NextNormal(), 0.035, $"{state}", 0.02));
        }

        // Known variances: the degrees of freedom of the calibration are another test's matter.
        return ([.. readings.Select(r => r with { Components = [.. r.Components.Select(c => c with { Dof = null })] })], truth, slope);
    }

    /// <summary>Filter and Rauch-Tung-Striebel smoother with states (level, slope, calibration of a, calibration of b).</summary>
    private static (Vector<double>[] Means, Matrix<double>[] Covariances) Kalman(TrueCourse course, double sd, double[] y, double[] u, string[] states)
    {
        var isTrend = course == TrueCourse.LinearTrend;
        var m = Vector<double>.Build.Dense(4);
        var p = Matrix<double>.Build.DenseOfDiagonalArray([1e5, isTrend ? 1e5 : 0, 0.02 * 0.02, 0.04 * 0.04]);
        var (predictedM, predictedP, filteredM, filteredP, transitions) =
            (new Vector<double>[y.Length], new Matrix<double>[y.Length], new Vector<double>[y.Length], new Matrix<double>[y.Length], new Matrix<double>[y.Length]);
        for (var n = 0; n < y.Length; n++)
        {
            var t = n == 0 ? 0 : (Days[n] - Days[n - 1]) / 365.25;
            var f = Matrix<double>.Build.DenseIdentity(4);
            var q = Matrix<double>.Build.Dense(4, 4);
            if (isTrend)
            {
                f[0, 1] = t;
                (q[0, 0], q[0, 1], q[1, 0], q[1, 1]) = (sd * sd * t * t * t / 3, sd * sd * t * t / 2, sd * sd * t * t / 2, sd * sd * t);
            }
            else
            {
                q[0, 0] = sd * sd * t;
            }

            (m, p) = (f * m, f * p * f.Transpose() + q);
            (transitions[n], predictedM[n], predictedP[n]) = (f, m, p);
            var h = Vector<double>.Build.Dense([1, 0, states[n] == "a" ? 1 : 0, states[n] == "b" ? 1 : 0]);
            var gain = p * h / (h * p * h + u[n] * u[n]);
            // Joseph's form keeps the covariance symmetric and above 0.
            var keep = Matrix<double>.Build.DenseIdentity(4) - gain.OuterProduct(h);
            (m, p) = (m + gain * (y[n] - h * m), keep * p * keep.Transpose() + u[n] * u[n] * gain.OuterProduct(gain));
            (filteredM[n], filteredP[n]) = (m, p);
        }

        for (var n = y.Length - 2; n >= 0; n--)
        {
            var back = filteredP[n] * transitions[n + 1].Transpose() * predictedP[n + 1].PseudoInverse();
            (filteredM[n], filteredP[n]) = (filteredM[n] + back * (filteredM[n + 1] - predictedM[n + 1]), filteredP[n] + back * (filteredP[n + 1] - predictedP[n + 1]) * back.Transpose());
        }

        return (filteredM, filteredP);
    }
}
