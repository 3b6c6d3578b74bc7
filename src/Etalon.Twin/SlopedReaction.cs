namespace Etalon.Twin;

/// <summary>A reaction with its derivatives to the model's parameters.</summary>
/// <param name="Map">N → aN/(1 + bN).</param>
/// <param name="SlopeA">∂a/∂p for D, k, α and each drug's sensitivity, in this order.</param>
/// <param name="SlopeB">∂b/∂p, same order.</param>
internal sealed record SlopedReaction(Reaction Map, double[] SlopeA, double[] SlopeB)
{
    /// <summary>Index of D in a gradient.</summary>
    public const int Diffusivity = 0;

    /// <summary>Index of k.</summary>
    public const int Proliferation = 1;

    /// <summary>Index of α.</summary>
    public const int Alpha = 2;

    /// <summary>Index of the first drug's sensitivity.</summary>
    public const int FirstDrug = 3;

    /// <summary>Nothing happens.</summary>
    public static SlopedReaction Identity(int parameters) => new(Reaction.Identity, new double[parameters], new double[parameters]);

    /// <summary>An instantaneous kill with survival exp(−α q).</summary>
    public static SlopedReaction Kill(int parameters, double alphaPerGy, double effectGy)
    {
        var survival = Math.Exp(-alphaPerGy * effectGy);
        var slope = new double[parameters];
        slope[Alpha] = -effectGy * survival;
        return new SlopedReaction(Reaction.Kill(survival), slope, new double[parameters]);
    }

    /// <summary>Growth and drugs over an interval: <see cref="Reaction.Growth"/> with its derivatives by the same quadrature.</summary>
    /// <param name="days">Length h, at least 0.</param>
    /// <param name="proliferationPerDay">k.</param>
    /// <param name="sensitivityPerDay">s of each drug.</param>
    /// <param name="amount">Amount of each drug in effect at the interval's start, relative to its reference.</param>
    /// <param name="decayPerDay">Decay of each.</param>
    public static SlopedReaction Growth(
        double days, double proliferationPerDay, ReadOnlySpan<double> sensitivityPerDay, ReadOnlySpan<double> amount, ReadOnlySpan<double> decayPerDay)
    {
        var drugs = amount.Length;
        var identity = Identity(FirstDrug + drugs);
        if (days == 0)
        {
            return identity;
        }

        Span<double> kill = stackalloc double[drugs];
        for (var i = 0; i < drugs; i++)
        {
            kill[i] = sensitivityPerDay[i] * amount[i];
        }

        var (a, b) = (identity.SlopeA, identity.SlopeB);
        var integral = 0.0;
        foreach (var (tau, weight) in Reaction.Quadrature(days, proliferationPerDay, kill, decayPerDay))
        {
            var w = weight * Math.Exp(Reaction.LogFactor(tau, proliferationPerDay, kill, decayPerDay));
            integral += w;
            b[Proliferation] += tau * w;
            for (var i = 0; i < drugs; i++)
            {
                b[FirstDrug + i] -= amount[i] * Reaction.Exposure(tau, decayPerDay[i]) * w;
            }
        }

        var last = Math.Exp(Reaction.LogFactor(days, proliferationPerDay, kill, decayPerDay));
        a[Proliferation] = days * last;
        b[Proliferation] = integral + proliferationPerDay * b[Proliferation];
        for (var i = 0; i < drugs; i++)
        {
            a[FirstDrug + i] = -amount[i] * Reaction.Exposure(days, decayPerDay[i]) * last;
            b[FirstDrug + i] *= proliferationPerDay;
        }

        return new SlopedReaction(new Reaction(last, proliferationPerDay * integral), a, b);
    }

    /// <summary>This first, then the next one.</summary>
    public SlopedReaction Then(SlopedReaction next)
    {
        var (a, b) = (new double[SlopeA.Length], new double[SlopeA.Length]);
        for (var p = 0; p < a.Length; p++)
        {
            a[p] = SlopeA[p] * next.Map.A + Map.A * next.SlopeA[p];
            b[p] = SlopeB[p] + SlopeA[p] * next.Map.B + Map.A * next.SlopeB[p];
        }

        return new SlopedReaction(Map.Then(next.Map), a, b);
    }
}
