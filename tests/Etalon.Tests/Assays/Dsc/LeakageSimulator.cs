using Etalon.Numerics;

namespace Etalon.Tests.Assays.Dsc;

/// <summary>What a leaking voxel does, with what would be seen did it not leak. Curves are of the frames, at <see cref="TimeS"/>.</summary>
internal sealed record LeakageVoxel
{
    public required LeakageSettings Settings { get; init; }

    /// <summary>s; frame n at n·TR.</summary>
    public required double[] TimeS { get; init; }

    /// <summary>Signal, with the noise that was asked for.</summary>
    public required double[] Signal { get; init; }

    /// <summary>Signal without noise.</summary>
    public required double[] CleanSignal { get; init; }

    /// <summary>Signal without noise were Ktrans 0.</summary>
    public required double[] SignalWithoutLeakage { get; init; }

    /// <summary>Agent within vessels, mM of tissue.</summary>
    public required double[] VascularMm { get; init; }

    /// <summary>Agent outside vessels, mM of tissue.</summary>
    public required double[] ExtravascularMm { get; init; }

    /// <summary>ΔR2* of the vessels without leakage, 1/s: what a correction should find.</summary>
    public required double[] TrueDeltaR2 { get; init; }

    /// <summary>−ln(S/S_baseline)/TE of the clean signal, 1/s: what a single echo shows.</summary>
    public required double[] ApparentDeltaR2 { get; init; }

    /// <summary>Area of <see cref="TrueDeltaR2"/> over the first pass (dimensionless: 1/s · s).</summary>
    public required double TrueArea { get; init; }

    /// <summary>Area of <see cref="ApparentDeltaR2"/> over the first pass.</summary>
    public required double ApparentArea { get; init; }

    /// <summary>Area that leakage takes from the first pass over the true area: above 0 where T1 wins (K2 above 0 in Boxerman 2006), below 0 where T2* wins.</summary>
    public required double RelativeLeakage { get; init; }

    /// <summary>K2 in Boxerman's ΔR2* = K1 r(t) − K2 ∫r for a reference curve r (1/s), 1/s: leaked area over the first pass by ∬r over it.</summary>
    public double K2PerS(ReadOnlySpan<double> reference)
    {
        var running = LeakageSimulator.Running(reference, Settings.TrS);
        return RelativeLeakage * TrueArea / LeakageSimulator.FirstPassArea(running, Settings);
    }
}

/// <summary>
/// Two compartments, written from the papers and not from any correction:
/// <list type="bullet">
/// <item>arterial blood C_a: gamma-variate first pass and its delayed, spread recirculation;</item>
/// <item>vessels: n well-mixed stages in a row, each dc/dt = (c_before − c) n/MTT; C_v = CBV · mean c, so dC_v/dt = CBF (C_a − c_n);</item>
/// <item>extravascular space: dC_e/dt = Ktrans (C_p − C_e/ve), C_p = (C_v/CBV)/(1 − Hct). The loss from the vessels is not taken from C_v (Ktrans far below CBF, as Boxerman 2006 and Quarles 2009 assume);</item>
/// <item>R1 = R10 + r1 (C_e + share · C_v); ΔR2* = r2v C_v + r2e C_e, or r2v CBV |C_v/CBV − C_e/ve| + r2e C_e;</item>
/// <item>spoiled gradient echo in its momentary steady state: S = S0 sin α (1 − E1)/(1 − E1 cos α) e^(−TE R2*), E1 = e^(−TR R1); the tissue's own R2* is in S0.</item>
/// </list>
/// Boxerman, Schmainda and Weisskoff, AJNR 27:859 (2006); Paulson and Schmainda, Radiology 249:601 (2008); Quarles, Gochberg, Gore and Yankeelov,
/// Phys Med Biol 54:5749 (2009); Leu, Boxerman, Cloughesy et al., AJNR 37 (2016): backflow. Equations as remembered.
/// </summary>
internal static class LeakageSimulator
{
    /// <summary>Largest step of the curves, s; between its ends they are straight, and all convolutions are exact for that.</summary>
    private const double LargestStepS = 0.03;

    /// <summary>A voxel.</summary>
    public static LeakageVoxel Voxel(LeakageSettings s) => Voxel(s, Vascular(s));

    /// <summary>Steps of the curves between two frames.</summary>
    private static int StepsPerFrame(LeakageSettings s) => (int)Math.Ceiling(s.TrS / LargestStepS);

    /// <summary>Agent within vessels at the steps, which does not depend on what leaks.</summary>
    private static double[] Vascular(LeakageSettings s)
    {
        var step = s.TrS / StepsPerFrame(s);
        return Vascular(Arterial(s, step, (s.Frames - 1) * StepsPerFrame(s) + 1), s, step);
    }

    private static LeakageVoxel Voxel(LeakageSettings s, double[] vascular)
    {
        var per = StepsPerFrame(s);
        var step = s.TrS / per;
        var extravascular = Extravascular(vascular, s, step);
        double[] AtFrames(double[] fine) => [.. Enumerable.Range(0, s.Frames).Select(n => fine[n * per])];
        var (v, e) = (AtFrames(vascular), AtFrames(extravascular));
        var with = Signals(v, e, s);
        var without = Signals(v, new double[s.Frames], s);
        var (truth, apparent) = (v.Select(c => s.VascularR2PerMmS * c).ToArray(), Apparent(with, s));
        var (trueArea, area) = (FirstPassArea(truth, s), FirstPassArea(apparent, s));
        return new LeakageVoxel
        {
            Settings = s,
            TimeS = [.. Enumerable.Range(0, s.Frames).Select(n => n * s.TrS)],
            Signal = Noisy(with, s),
            CleanSignal = with,
            SignalWithoutLeakage = without,
            VascularMm = v,
            ExtravascularMm = e,
            TrueDeltaR2 = truth,
            ApparentDeltaR2 = apparent,
            TrueArea = trueArea,
            ApparentArea = area,
            RelativeLeakage = (FirstPassArea(Apparent(without, s), s) - area) / trueArea,
        };
    }

    /// <summary>Settings with the Ktrans at which the leaked area is a wanted share of the first pass; T1-dominant for a share above 0, T2*-dominant (with the strong relaxivity) below.</summary>
    /// <exception cref="ArgumentException">No Ktrans up to 2/min leaks as much.</exception>
    public static LeakageSettings WithLeakage(LeakageSettings s, double wanted)
    {
        if (wanted == 0)
        {
            return s with { KtransPerMin = 0 };
        }

        var kind = wanted < 0 ? s with { ExtravascularR2PerMmS = Math.Max(s.ExtravascularR2PerMmS, LeakageSettings.StrongExtravascularR2PerMmS) } : s;
        var vascular = Vascular(kind);
        double Share(double ktrans) => Voxel(kind with { KtransPerMin = ktrans, Snr = 0 }, vascular).RelativeLeakage / wanted;
        var high = 1e-3;
        while (Share(high) < 1)
        {
            high = high < 2 ? 2 * high : throw new ArgumentException($"No Ktrans up to 2/min leaks {wanted} of the first pass in {kind}.");
        }

        return kind with { KtransPerMin = Root(k => Share(k) - 1, 0, high) };
    }

    /// <summary>Settings with the extravascular relaxivity at which a given Ktrans leaks a wanted share of the first pass, of either sign.</summary>
    /// <exception cref="ArgumentException">None between 0 and 1000/(mM s) does.</exception>
    public static LeakageSettings WithRelaxivity(LeakageSettings s, double wanted)
    {
        var vascular = Vascular(s);
        double Excess(double r2) => wanted - Voxel(s with { ExtravascularR2PerMmS = r2, Snr = 0 }, vascular).RelativeLeakage;
        return Excess(0) <= 0 && Excess(1000) >= 0
            ? s with { ExtravascularR2PerMmS = Root(Excess, 0, 1000) }
            : throw new ArgumentException($"No extravascular relaxivity from 0 to 1000/(mM s) leaks {wanted} of the first pass in {s}.");
    }

    /// <summary>Concentration in arterial blood, mM, at multiples of a step.</summary>
    public static double[] Arterial(LeakageSettings s, double stepS, int count)
    {
        double First(double t) => t <= 0 ? 0 : s.PeakMm * Math.Pow(t / s.TimeToPeakS, s.Shape) * Math.Exp(s.Shape * (1 - t / s.TimeToPeakS));
        double[] Pass(double delay) => [.. Enumerable.Range(0, count).Select(n => First(n * stepS - s.ArrivalS - delay))];
        var first = Pass(0);
        if (s.Recirculation == 0)
        {
            return first;
        }

        var back = Stage(Pass(s.RecirculationDelayS), 1 / s.RecirculationSpreadS, stepS);
        return [.. first.Zip(back, (a, b) => a + s.Recirculation * b)];
    }

    /// <summary>Agent within vessels, mM of tissue.</summary>
    public static double[] Vascular(double[] arterial, LeakageSettings s, double stepS)
    {
        var rate = s.TransitStages / s.MttS;
        var (into, sum) = (arterial, new double[arterial.Length]);
        for (var stage = 0; stage < s.TransitStages; stage++)
        {
            into = Stage(into, rate, stepS);
            for (var n = 0; n < sum.Length; n++)
            {
                sum[n] += s.Cbv * into[n] / s.TransitStages;
            }
        }

        return sum;
    }

    /// <summary>Agent outside vessels, mM of tissue.</summary>
    public static double[] Extravascular(double[] vascular, LeakageSettings s, double stepS)
    {
        if (s.KtransPerMin == 0)
        {
            return new double[vascular.Length];
        }

        // A stage keeps k∫c e^(−k(t−τ)): with k = Ktrans/ve it is the concentration within ve.
        var plasma = vascular.Select(c => c / s.Cbv / (1 - s.Haematocrit)).ToArray();
        return [.. Stage(plasma, s.KtransPerMin / 60 / s.Ve, stepS).Select(c => s.Ve * c)];
    }

    /// <summary>Area over the first pass (trapezoids between frames).</summary>
    public static double FirstPassArea(ReadOnlySpan<double> curve, LeakageSettings s)
    {
        var first = (int)Math.Floor(s.ArrivalS / s.TrS);
        var last = Math.Min(curve.Length - 1, (int)Math.Round((s.ArrivalS + s.FirstPassS) / s.TrS));
        var area = 0.0;
        for (var n = first + 1; n <= last; n++)
        {
            area += 0.5 * s.TrS * (curve[n - 1] + curve[n]);
        }

        return area;
    }

    /// <summary>Running integral (trapezoids).</summary>
    public static double[] Running(ReadOnlySpan<double> curve, double stepS)
    {
        var result = new double[curve.Length];
        for (var n = 1; n < result.Length; n++)
        {
            result[n] = result[n - 1] + 0.5 * stepS * (curve[n - 1] + curve[n]);
        }

        return result;
    }

    /// <summary>dc/dt = k (input − c) from c = 0, exactly for an input that is straight between samples.</summary>
    private static double[] Stage(double[] input, double k, double stepS)
    {
        // c(t+h) = c E + a (1 − E) + b (h − (1 − E)/k) with input a + b t and E = e^(−kh); 1 − E by ExpM1, since k may be tiny.
        var lost = -double.ExpM1(-k * stepS);
        var late = stepS * k > 1e-4 ? 1 - lost / (k * stepS) : k * stepS * (0.5 - k * stepS / 6);
        var result = new double[input.Length];
        for (var n = 1; n < result.Length; n++)
        {
            result[n] = result[n - 1] * (1 - lost) + input[n - 1] * (lost - late) + input[n] * late;
        }

        return result;
    }

    private static double[] Signals(double[] vascular, double[] extravascular, LeakageSettings s)
    {
        var (sine, cosine) = Math.SinCos(s.FlipDeg * Math.PI / 180);
        var result = new double[vascular.Length];
        for (var n = 0; n < result.Length; n++)
        {
            var (v, e) = (vascular[n], extravascular[n]);
            var e1 = Math.Exp(-s.TrS * (1 / s.T10S + s.R1PerMmS * (e + s.VascularT1Share * v)));
            var field = s.FieldOfDifference ? s.Cbv * Math.Abs(v / s.Cbv - e / s.Ve) : v;
            result[n] = s.S0 * sine * (1 - e1) / (1 - e1 * cosine) * Math.Exp(-s.TeS * (s.VascularR2PerMmS * field + s.ExtravascularR2PerMmS * e));
        }

        return result;
    }

    /// <summary>From the first frame, which comes before the bolus.</summary>
    private static double[] Apparent(double[] signal, LeakageSettings s) => [.. signal.Select(x => -Math.Log(x / signal[0]) / s.TeS)];

    private static double[] Noisy(double[] signal, LeakageSettings s)
    {
        if (s.Snr == 0)
        {
            return [.. signal];
        }

        var random = new RandomStream(s.Seed, "dsc-leakage-noise");
        var sd = signal[0] / s.Snr;
        return [.. signal.Select(x => double.Hypot(x + sd * random.NextNormal(), sd * random.NextNormal()))];
    }

    /// <summary>A root between two ends of opposite sign: false position with the Illinois step.</summary>
    private static double Root(Func<double, double> f, double low, double high)
    {
        var (atLow, atHigh) = (f(low), f(high));
        var x = high;
        for (var n = 0; n < 100; n++)
        {
            var before = x;
            x = (low * atHigh - high * atLow) / (atHigh - atLow);
            var at = f(x);
            if (at == 0 || Math.Abs(x - before) <= 1e-13 * high)
            {
                return x;
            }

            if (at * atHigh < 0)
            {
                (low, atLow) = (high, atHigh);
            }
            else
            {
                atLow *= 0.5;
            }

            (high, atHigh) = (x, at);
        }

        return x;
    }
}
