using Xunit;

namespace Etalon.Tests.Assays.Dsc;

/// <summary>The leakage simulator against its own equations, by other means than it solves them with.</summary>
[Trait("Kind", "Numeric")]
public sealed class LeakageSimulatorTests(ITestOutputHelper output)
{
    private static readonly LeakageSettings Plain = new();

    [Fact]
    public void Without_leakage_both_signals_and_both_curves_are_equal()
    {
        var v = LeakageSimulator.Voxel(Plain with { KtransPerMin = 0 });
        Assert.Equal(v.SignalWithoutLeakage, v.CleanSignal);
        Assert.Equal(v.CleanSignal, v.Signal);
        Assert.Equal(0, v.RelativeLeakage);
        // −ln(e^(−x)) loses no more than rounding of S0/TE.
        Assert.All(v.TrueDeltaR2.Zip(v.ApparentDeltaR2), p => Assert.Equal(p.First, p.Second, 1e-10));
        Assert.True(v.TrueDeltaR2.Max() > 5, "a bolus passes");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Vessels_give_the_closed_form_of_a_gamma_variate_in_equal_stages(int stages)
    {
        // First pass t³ e^(−t/β), β = τ/3 = 1.5 s, through n stages of 1.5 s: the outflow is an Erlang density of 4 + n stages, and
        // C_v = CBF ∫(C_a − outflow) = CBF A (P(4, x) − P(4 + n, x)), P(m, x) = 1 − e^(−x) Σ_{i<m} x^i/i!, A the area of the first pass.
        var s = Plain with { Recirculation = 0, MttS = 1.5 * stages, TransitStages = stages, ArrivalS = 3, Frames = 40 };
        var v = LeakageSimulator.Voxel(s);
        var beta = s.TimeToPeakS / 3;
        var area = s.PeakMm * beta * 6 * Math.Exp(3) / 27;
        var worst = 0.0;
        for (var n = 0; n < s.Frames; n++)
        {
            var x = Math.Max(0, v.TimeS[n] - 3) / beta;
            var expected = s.Cbv / s.MttS * area * (Erlang(4, x) - Erlang(4 + stages, x));
            worst = Math.Max(worst, Math.Abs(v.VascularMm[n] - expected));
        }

        output.WriteLine(FormattableString.Invariant($"{stages} stages: worst {worst:0.0e0} of {v.VascularMm.Max():0.000} mM"));
        // Chords of 0.03 s lie up to h²/8·C″ = 3e-4 mM of blood below the curve (peak 6 mM, width 1.5 s); times CBV, and some of it averages out.
        Assert.True(worst < 1.2e-5);
    }

    [Fact]
    public void All_agent_that_comes_passes_through_the_blood_volume()
    {
        // Central volume theorem: ∫C_v = CBV ∫C_a once all is through.
        var s = Plain with { Recirculation = 0, MttS = 6.3, TransitStages = 2, Frames = 200, TrS = 0.7, ArrivalS = 5 };
        var v = LeakageSimulator.Voxel(s);
        var area = LeakageSimulator.Running(LeakageSimulator.Arterial(s, 0.01, 14_000), 0.01)[^1];
        Assert.Equal(1, LeakageSimulator.Running(v.VascularMm, s.TrS)[^1] / (s.Cbv * area), 1e-4);
    }

    [Fact]
    public void What_leaks_in_and_not_back_is_there()
    {
        var s = Plain with { KtransPerMin = 0.11, Ve = 0.23, TrS = 0.5, Frames = 260 };
        var step = 0.01;
        var vascular = LeakageSimulator.Vascular(LeakageSimulator.Arterial(s, step, 13_000), s, step);
        var e = LeakageSimulator.Extravascular(vascular, s, step);
        var came = LeakageSimulator.Running([.. vascular.Select(c => s.KtransPerMin / 60 * c / s.Cbv / (1 - s.Haematocrit))], step);
        var went = LeakageSimulator.Running([.. e.Select(c => s.KtransPerMin / 60 / s.Ve * c)], step);
        // Trapezoids of the outflow err by h²/12 of its slope's change.
        Assert.All(Enumerable.Range(1, 129).Select(n => 100 * n), n => Assert.Equal(e[n], came[n] - went[n], 1e-7));
        Assert.True(went[^1] > 0.1 * came[^1], "backflow counts");
    }

    [Fact]
    public void A_small_leak_has_its_closed_form_to_first_order()
    {
        // ΔR2*_apparent − ΔR2* = r2e C_e − r1 C_e (d ln S/dR1)/TE, C_e = Ktrans ∫C_p, d ln S/dR1 = TR E1 (1 − cos α)/((1 − E1)(1 − E1 cos α)).
        var s = Plain with { KtransPerMin = 1e-5, ExtravascularR2PerMmS = 11, FlipDeg = 63 };
        var v = LeakageSimulator.Voxel(s);
        var (e1, cosine) = (Math.Exp(-s.TrS / s.T10S), Math.Cos(s.FlipDeg * Math.PI / 180));
        var perR1 = s.TrS * e1 * (1 - cosine) / ((1 - e1) * (1 - e1 * cosine));
        var step = 0.01;
        var leaked = LeakageSimulator.Running([.. LeakageSimulator.Vascular(LeakageSimulator.Arterial(s, step, 12_000), s, step).Select(c => s.KtransPerMin / 60 * c / s.Cbv / 0.55)], step);
        for (var n = 25; n < s.Frames; n += 5)
        {
            var expected = (s.ExtravascularR2PerMmS - s.R1PerMmS * perR1 / s.TeS) * leaked[150 * n];
            // Second order: Ktrans t/ve is 7e-5 and r1 C_e TR is 1e-3 here.
            Assert.Equal(1, (v.ApparentDeltaR2[n] - v.TrueDeltaR2[n]) / expected, 2e-3);
        }

        // The tissue outside the vessels does not know of them: twice the leak, twice the loss.
        Assert.Equal(2, LeakageSimulator.Voxel(s with { KtransPerMin = 2e-5 }).RelativeLeakage / v.RelativeLeakage, 2e-3);
    }

    [Fact]
    public void Agent_outside_never_exceeds_that_of_plasma()
    {
        var s = Plain with { KtransPerMin = 1.5, Ve = 0.12, Frames = 400 };
        var v = LeakageSimulator.Voxel(s);
        var plasma = v.VascularMm.Select(c => c / s.Cbv / (1 - s.Haematocrit)).ToArray();
        Assert.True(v.ExtravascularMm.Max() / s.Ve < plasma.Max());
        // After minutes both fall together; the lag of a slow fall (45 s spread, exchange in 5 s) is about 10 %.
        Assert.InRange(v.ExtravascularMm[^1] / s.Ve / plasma[^1], 1.0, 1.2);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(-0.04)]
    [InlineData(0.03)]
    [InlineData(0.1)]
    public void A_voxel_leaks_as_much_as_was_asked_for(double wanted)
    {
        var s = LeakageSimulator.WithLeakage(Plain with { Cbv = 0.07, MttS = 5.3 }, wanted);
        var v = LeakageSimulator.Voxel(s);
        Assert.Equal(wanted, v.RelativeLeakage, 1e-9);
        Assert.Equal(wanted, (v.TrueArea - v.ApparentArea) / v.TrueArea, 1e-9);
        var k2 = v.K2PerS(v.TrueDeltaR2);
        Assert.Equal(Math.Sign(wanted), Math.Sign(k2));
        // ∬r over 30 s is 10 to 20 s times ∫r, whatever the shape of a single bolus.
        Assert.InRange(wanted / k2, 10, 20);
        output.WriteLine(FormattableString.Invariant($"{wanted}: Ktrans {s.KtransPerMin:0.0000}/min, K2 {k2:0.00000}/s, C_e at the end {v.ExtravascularMm[^1]:0.000} mM, last ΔR2* {v.ApparentDeltaR2[^1]:0.00} of {v.TrueDeltaR2[^1]:0.00}/s"));
        var byRelaxivity = LeakageSimulator.WithRelaxivity(Plain with { KtransPerMin = 0.08 }, wanted);
        Assert.Equal(wanted, LeakageSimulator.Voxel(byRelaxivity).RelativeLeakage, 1e-9);
    }

    [Fact]
    public void What_cannot_leak_so_much_is_refused() =>
        Assert.Throws<ArgumentException>(() => LeakageSimulator.WithLeakage(Plain with { FlipDeg = 0.5 }, 0.1));

    [Fact]
    public void A_field_of_the_difference_is_weaker_once_agent_is_outside()
    {
        var s = Plain with { KtransPerMin = 0.2 };
        var (blood, difference) = (LeakageSimulator.Voxel(s), LeakageSimulator.Voxel(s with { FieldOfDifference = true }));
        Assert.True(difference.ApparentArea < 0.99 * blood.ApparentArea);
        Assert.Equal(blood.TrueDeltaR2, difference.TrueDeltaR2);
    }

    [Fact]
    public void Water_that_crosses_the_vessel_wall_makes_T1_hide_the_bolus()
    {
        var v = LeakageSimulator.Voxel(Plain with { VascularT1Share = 1 });
        Assert.True(v.ApparentArea < v.TrueArea);
        Assert.Equal(0, v.RelativeLeakage);
    }

    [Fact]
    public void Noise_is_that_of_the_baseline_and_repeats_with_its_seed()
    {
        var s = Plain with { Snr = 50, Frames = 4000, PeakMm = 1e-9 };
        var (one, other) = (LeakageSimulator.Voxel(s), LeakageSimulator.Voxel(s with { Seed = 2 }));
        Assert.Equal(one.Signal, LeakageSimulator.Voxel(s).Signal);
        Assert.NotEqual(one.Signal, other.Signal);
        var mean = one.Signal.Average();
        var sd = Math.Sqrt(one.Signal.Sum(x => (x - mean) * (x - mean)) / 3999);
        // 4000 draws give an SD to 1.1 %; at SNR 50 Rician is Gaussian to 1e-4.
        Assert.Equal(1, sd / (one.CleanSignal[0] / 50), 0.04);
    }

    [Fact]
    public void A_slice_holds_what_was_asked_for()
    {
        var slice = LeakageSlice.Of(new LeakageSliceSettings { Width = 5, NonEnhancing = 13, RelativeLeakages = [-0.08, 0.05], Base = Plain with { Frames = 60, Snr = 80 } });
        Assert.Equal((5, 5, 15, 25), (slice.Width, slice.Height, slice.NonEnhancing, slice.Voxels.Count));
        Assert.All(slice.Voxels.Take(15), v => Assert.Equal(0, v.RelativeLeakage));
        Assert.All(slice.Voxels.Skip(15).Take(5), v => Assert.Equal(-0.08, v.RelativeLeakage, 1e-9));
        Assert.All(slice.Voxels.Skip(20), v => Assert.Equal(0.05, v.RelativeLeakage, 1e-9));
        Assert.Equal(25, slice.Voxels.Select(v => v.Settings.Cbv).Distinct().Count());
        Assert.Equal((float)slice.Voxels[7].Signal[30], slice.Frame(30)[7]);
        Assert.Equal(slice.Voxels.Take(15).Average(v => v.TrueDeltaR2[20]), slice.TrueReference()[20], 1e-12);
    }

    /// <summary>P(m, x) of a whole m.</summary>
    private static double Erlang(int m, double x)
    {
        var (term, sum) = (1.0, 0.0);
        for (var i = 0; i < m; i++)
        {
            sum += term;
            term *= x / (i + 1);
        }

        return 1 - Math.Exp(-x) * sum;
    }
}
