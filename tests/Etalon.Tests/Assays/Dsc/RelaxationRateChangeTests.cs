using Etalon.Assays;
using Etalon.Assays.Dsc;
using Etalon.Imaging;
using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Assays.Dsc;

/// <summary>From signal to ΔR2*, the arrival of the bolus, which tissue does not enhance, and the standard scale.</summary>
[Trait("Kind", "Numeric")]
public sealed class RelaxationRateChangeTests
{
    private static readonly BaselineFrames Baseline = new(2, 9);

    [Fact]
    public void A_signal_gives_back_the_rate_it_was_made_with()
    {
        double[] rate = [.. Enumerable.Range(0, 30).Select(n => n < 11 ? 0 : 0.7 * (n - 10))];
        double[] signal = [.. rate.Select(r => 412 * Math.Exp(-0.041 * r))];
        var (y, sd) = (new double[30], new double[30]);
        Assert.Equal(VoxelStatus.Ok, RelaxationRateChange.Compute(signal, 0.041, Baseline, 3, y, sd));
        for (var n = 0; n < 30; n++)
        {
            Assert.Equal(rate[n], y[n], 1e-11);
            Assert.Equal(3 / (0.041 * signal[n]), sd[n], 1e-12);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-4.0)]
    [InlineData(1.0)]
    public void A_frame_lost_in_noise_has_no_rate(double lost)
    {
        double[] signal = [.. Enumerable.Range(0, 30).Select(n => n == 14 ? lost : 100.0)];
        Assert.Equal(VoxelStatus.SignalTooLow, RelaxationRateChange.Compute(signal, 0.03, Baseline, 2, new double[30], new double[30]));
    }

    [Fact]
    public void The_variance_of_a_sum_holds_the_noise_of_the_baseline_that_all_frames_share()
    {
        var random = new RandomStream(8, "baseline");
        var (signal, y, sd) = (new double[30], new double[30], new double[30]);
        double[] weights = [.. Enumerable.Range(0, 30).Select(n => n is > 5 and < 25 ? 1.5 : 0)];
        const int Draws = 20_000;
        var (sum, squares) = (0.0, 0.0);
        for (var draw = 0; draw < Draws; draw++)
        {
            for (var n = 0; n < 30; n++)
            {
                signal[n] = 500 + random.NextNormal();
            }

            RelaxationRateChange.Compute(signal, 0.03, Baseline, 1, y, sd);
            var total = weights.Zip(y, (w, v) => w * v).Sum();
            (sum, squares) = (sum + total, squares + total * total);
        }

        var spread = Math.Sqrt(squares / Draws - sum / Draws * (sum / Draws));
        var said = Math.Sqrt(RelaxationRateChange.Variance(weights, sd, Baseline));
        // A standard deviation of 20,000 draws is known to 0.5 %; three of them. Without the shared noise it would be a factor of 1.6 less.
        Assert.InRange(said / spread, 0.985, 1.015);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(1.5)]
    public void The_bolus_arrives_where_it_does(double noise)
    {
        var random = new RandomStream(5, FormattableString.Invariant($"arrival/{noise}"));
        for (var draw = 0; draw < 50; draw++)
        {
            // Two leading frames out of the steady state; contrast from frame 21 on, peak at 25.
            double[] signal = [.. Enumerable.Range(0, 60).Select(n =>
                (n == 0 ? 130 : n == 1 ? 108 : 100) * Math.Exp(-(n < 21 ? 0 : 0.5 * Math.Pow((n - 20) / 5.0, 3) * Math.Exp(3 - 3 * (n - 20) / 5.0))) + noise * random.NextNormal())];
            var timing = BolusArrival.Find(signal);
            Assert.NotNull(timing);
            // The rise hides in noise for a frame or two; never is contrast taken for baseline by more than 5 % of the peak, which frame 22 exceeds.
            Assert.InRange(timing.Value.Arrival, 18, 22);
            Assert.InRange(timing.Value.Peak, 24, 26);
            // The second frame, 8 % off, is told from noise of 0.5 % surely, from 1.5 % not always.
            Assert.InRange(timing.Value.Baseline.First, noise > 1 ? 1 : 2, noise > 1 ? 3 : 2);
        }
    }

    [Fact]
    public void Noise_alone_holds_no_bolus()
    {
        var random = new RandomStream(6, "no bolus");
        for (var draw = 0; draw < 100; draw++)
        {
            Assert.Null(BolusArrival.Find([.. Enumerable.Range(0, 60).Select(_ => 100 + random.NextNormal())]));
        }
    }

    [Fact]
    public void Tissue_that_enhances_by_T1_or_by_T2star_is_no_reference()
    {
        var grid = new Grid(10, 20, 1, new Vector3(0, 0, 0), new Vector3(2, 0, 0), new Vector3(0, 2.5, 0), new Vector3(0, 0, 5));
        var random = new RandomStream(2, "reference");
        var looks = new ReferenceTissue.Enhancement[200];
        for (var n = 0; n < 200; n++)
        {
            // 0 to 19 leak by T1, 20 to 39 by T2*, the rest not.
            var shift = n < 20 ? -0.02 : n < 40 ? 0.02 : 0;
            looks[n] = new ReferenceTissue.Enhancement(n < 20 ? 3 : -0.5, 0.004 + shift + 0.001 * random.NextNormal());
        }

        var mask = ReferenceTissue.Choose(new Mask(grid, [.. Enumerable.Repeat(true, 200)]), looks, [.. Enumerable.Repeat(true, 200)]);
        Assert.All(Enumerable.Range(0, 40), n => Assert.False(mask.Inside[n]));
        // 2.5 robust deviations leave 98.8 % of normal values in; of 160, 150 or more but for odds of 1 in 1e4.
        Assert.InRange(mask.Count, 145, 160);
    }

    [Fact]
    public void The_standard_scale_does_not_depend_on_the_unit_of_the_study()
    {
        var random = new RandomStream(3, "standard");
        double[] brain = [.. Enumerable.Range(0, 4000).Select(n => (n % 2 == 0 ? 1 : 2) * 50 * (1 + 0.1 * random.NextNormal())).Order()];
        double[] scaled = [.. brain.Select(v => 0.37 * v)];
        var (a, b) = (new RcbvStandard().Line(brain)!.Value, new RcbvStandard().Line(scaled)!.Value);
        foreach (var value in (double[])[20, 60, 250])
        {
            Assert.Equal(a.Offset + a.Slope * value, b.Offset + b.Slope * 0.37 * value, 1e-10);
        }

        var low = FixedSum.QuantileOfSorted(brain, 0.25);
        Assert.Equal(1, a.Offset + a.Slope * low, 1e-12);
        Assert.InRange(a.RelativeU, 1e-4, 0.02);
        Assert.Null(new RcbvStandard().Line(brain.AsSpan(0, 50)));
    }
}
