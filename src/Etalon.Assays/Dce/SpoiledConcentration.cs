namespace Etalon.Assays.Dce;

/// <summary>How a spoiled gradient echo was acquired.</summary>
/// <param name="FlipDeg">Nominal flip angle, degrees, above 0 and below 180.</param>
/// <param name="RepetitionTimeS">Repetition time, s, above 0.</param>
/// <param name="RelaxivityPerMmolS">r1 of the agent, L/(mmol s) = 1/(mM s), above 0.</param>
public sealed record SpoiledProtocol(double FlipDeg, double RepetitionTimeS, double RelaxivityPerMmolS)
{
    /// <summary>Whether the numbers are possible.</summary>
    public bool IsPossible => FlipDeg is > 0 and < 180 && RepetitionTimeS > 0 && RelaxivityPerMmolS > 0 && double.IsFinite(RepetitionTimeS * RelaxivityPerMmolS);
}

/// <summary>Signal of a spoiled gradient echo to concentration, analytic.</summary>
/// <remarks>
/// S = M sin θ (1 − E)/(1 − E cos θ), E = exp(−TR R1) (Ernst and Anderson 1966). With E0 of the baseline, a = (1 − E0)/(1 − E0 cos θ) and x = a S/S0:
/// E = (1 − x)/(1 − x cos θ), R1 = −ln E/TR, C = (R1 − R10)/r1. No T2* effect. B1 multiplies θ. There is no E in (0, 1] for x outside [0, 1): then the
/// concentration is missing. By its derivative the standard uncertainty of C is u(S) |dC/dS|, that of the baseline kept apart since all samples share it.
/// </remarks>
public static class SpoiledConcentration
{
    /// <summary>Concentrations of one curve.</summary>
    /// <param name="protocol">How it was acquired.</param>
    /// <param name="signal">Signals; one that is not finite has no concentration.</param>
    /// <param name="baseline">Signal before the agent, above 0.</param>
    /// <param name="t1S">T1 before the agent, s, above 0.</param>
    /// <param name="b1">Actual over nominal flip angle.</param>
    /// <param name="concentration">Receives mM, where there is one.</param>
    /// <param name="slope">Receives dC/dS, mM per unit of signal; empty: not asked for.</param>
    /// <param name="has">Receives whether there is a concentration; where not, the others are 0.</param>
    /// <returns>Number of samples without one.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or a protocol is not possible.</exception>
    public static int Convert(SpoiledProtocol protocol, ReadOnlySpan<double> signal, double baseline, double t1S, double b1, Span<double> concentration, Span<double> slope, Span<bool> has)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        if (concentration.Length != signal.Length || has.Length != signal.Length || (slope.Length > 0 && slope.Length != signal.Length) || !protocol.IsPossible)
        {
            throw new ArgumentException("Lengths differ, or the protocol is not possible.");
        }

        concentration.Clear();
        slope.Clear();
        has.Clear();
        var angle = protocol.FlipDeg * b1 * Math.PI / 180;
        if (!(baseline > 0) || !(t1S > 0) || !(angle > 0 && angle < Math.PI) || !double.IsFinite(baseline))
        {
            return signal.Length;
        }

        var (cosine, tr) = (Math.Cos(angle), protocol.RepetitionTimeS);
        var e0 = Math.Exp(-tr / t1S);
        var scale = -ExpM1(-tr / t1S) / (1 - e0 * cosine) / baseline;
        var missing = 0;
        for (var i = 0; i < signal.Length; i++)
        {
            var x = scale * signal[i];
            if (!(x >= 0 && x < 1))
            {
                missing++;
                continue;
            }

            // ln E of both, each by log1p, so that short TR loses no digits.
            var rate = (LogP1(-x * cosine) - LogP1(-x)) / tr;
            concentration[i] = (rate - 1 / t1S) / protocol.RelaxivityPerMmolS;
            if (slope.Length > 0)
            {
                slope[i] = scale * (1 / (1 - x) - cosine / (1 - x * cosine)) / (tr * protocol.RelaxivityPerMmolS);
            }

            has[i] = true;
        }

        return missing;
    }

    /// <summary>Signal of a concentration over that without agent: the forward model.</summary>
    /// <param name="protocol">How it is acquired.</param>
    /// <param name="concentration">mM.</param>
    /// <param name="t1S">T1 without agent, s.</param>
    /// <param name="b1">Actual over nominal flip angle.</param>
    public static double RelativeSignal(SpoiledProtocol protocol, double concentration, double t1S, double b1 = 1)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        var cosine = Math.Cos(protocol.FlipDeg * b1 * Math.PI / 180);
        var e0 = Math.Exp(-protocol.RepetitionTimeS / t1S);
        var e = Math.Exp(-protocol.RepetitionTimeS * (1 / t1S + protocol.RelaxivityPerMmolS * concentration));
        return (1 - e) / (1 - e * cosine) * (1 - e0 * cosine) / (1 - e0);
    }

    /// <summary>exp(x) − 1 without loss of digits (Kahan).</summary>
    private static double ExpM1(double x)
    {
        var u = Math.Exp(x);
        return u == 1 ? x : u - 1 == -1 ? -1 : (u - 1) * x / Math.Log(u);
    }

    /// <summary>ln(1 + x) without loss of digits (Kahan).</summary>
    private static double LogP1(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }
}
