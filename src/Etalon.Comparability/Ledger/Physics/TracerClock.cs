using Etalon.Imaging;

namespace Etalon.Comparability;

/// <summary>Time in SUV: uptake goes on, activity decays, and short frames are noisy.</summary>
internal static class TracerClock
{
    private const double UsualHalfLifeS = 6586.2; // F-18
    private const double UsualUptakeS = 3600;
    private const double AnotherNuclide = 0.05;

    /// <summary>
    /// SUV grows as uptake time to the power of <c>exponent</c>. A share <c>clock</c> of the difference may be no difference of uptake but a wrong clock, which decay
    /// turns into exp(ln 2 Δt / T½).
    /// </summary>
    public static LogEffect Uptake(EffectQuestion q)
    {
        var growth = LogEffect.Of([.. q.Row["exponent"].Nodes(9).Select(e => e * q.LogRatio)]);
        var decay = Math.Log(2) * Math.Abs((q.ValueB.Number ?? 0) - (q.ValueA.Number ?? 0)) / HalfLife(q.A);
        var clock = q.Row["clock"].Middle * decay;
        return growth with { Sd = Math.Sqrt(growth.Sd * growth.Sd + clock * clock), Shape = EffectShape.Normal };
    }

    /// <summary>Two half-lives: decay over the uptake time at each rate; another nuclide where they differ by more than 5 %.</summary>
    public static LogEffect HalfLife(EffectQuestion q)
    {
        if (Math.Abs(q.LogRatio) > AnotherNuclide)
        {
            return LogEffect.Other;
        }

        var uptake = EffectQuestion.Number(q.A, "UptakeTime", UsualUptakeS);
        var effect = Math.Log(2) * uptake * (1 / (q.ValueB.Number ?? UsualHalfLifeS) - 1 / (q.ValueA.Number ?? UsualHalfLifeS));
        return new LogEffect(effect, 0, EffectShape.Exact);
    }

    /// <summary>Activity stated for another instant: SUV takes it into account, and a share of the decay between the two is left in doubt. No correction at all is another measurand.</summary>
    public static LogEffect Reference(EffectQuestion q)
    {
        static bool IsNone(string? text) => text?.Trim().Equals("NONE", StringComparison.OrdinalIgnoreCase) == true;
        return IsNone(q.ValueA.Value) != IsNone(q.ValueB.Value)
            ? LogEffect.Other
            : LogEffect.Spread(q.Row["share"].Middle * Math.Log(2) * EffectQuestion.Number(q.A, "UptakeTime", UsualUptakeS) / HalfLife(q.A));
    }

    /// <summary>Bias of a maximum by noise, at60s and at300s for frames of 60 s and 300 s, a power of the duration between; for other statistics the spread alone, over the root of the duration.</summary>
    public static LogEffect FrameDuration(EffectQuestion q)
    {
        var (a, b) = (q.ValueA.Number ?? 0, q.ValueB.Number ?? 0);
        if (!(a > 0) || !(b > 0))
        {
            return LogEffect.Unbounded;
        }

        var power = Math.Log(q.Row["at60s"].Middle / q.Row["at300s"].Middle) / Math.Log(5);
        double Bias(double s) => Math.Log(1 + q.Row["at60s"].Middle * Math.Pow(60 / s, power));
        var isMaximum = q.Measurand.EndsWith(".max", StringComparison.Ordinal);
        var spread = q.Row["sd"].Middle * Math.Sqrt(Math.Abs(60 / a - 60 / b));
        return new LogEffect(isMaximum ? Bias(b) - Bias(a) : 0, spread, EffectShape.Normal);
    }

    private static double HalfLife(Acquisition of) => EffectQuestion.Number(of, "RadionuclideHalfLife", UsualHalfLifeS);
}
