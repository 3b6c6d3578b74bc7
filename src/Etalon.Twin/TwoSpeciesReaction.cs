using System.Numerics;

namespace Etalon.Twin;

/// <summary>What happens in place to two kinds of cells E and M that share a capacity of 1; changes that follow each other compose.</summary>
/// <remarks>
/// dE/dt = k_E E (1 − E − M) − κ_E(t) E + cM and dM/dt = k_M M (1 − E − M) − κ_M(t) M − cM, with κ the sum of the drugs' sensitivities times amounts.
/// </remarks>
internal abstract record TwoSpeciesReaction
{
    /// <summary>Applies the change to every voxel, in place.</summary>
    public abstract void Apply(Span<double> enhancing, Span<double> nonEnhancing);

    /// <summary>This first, then the next one, which is of the same kind.</summary>
    public abstract TwoSpeciesReaction Then(TwoSpeciesReaction next);
}

/// <summary>
/// The exact solution where both kinds proliferate alike: E → (a_EE E + a_EM M)/(1 + b_E E + b_M M), M → a_MM M/(1 + b_E E + b_M M).
/// </summary>
/// <remarks>
/// With g = exp(k∫(1 − E − M)) the densities are g e and g m, where e and m obey the linear equations without growth: m = M_0 exp(−K_M − ct) and
/// e = exp(−K_E)(E_0 + cM_0 J), J = ∫exp(K_E − K_M − cs) ds. What is left is Bernoulli's equation for g: 1/g = e^(−kt)(1 + k∫e^(ks)(e + m) ds). In the
/// coordinates (E, M, 1) this is a matrix up to scale, so that such maps compose by products. An instantaneous kill is one too.
/// </remarks>
/// <param name="Aee">a_EE.</param>
/// <param name="Aem">a_EM.</param>
/// <param name="Amm">a_MM.</param>
/// <param name="Be">b_E.</param>
/// <param name="Bm">b_M.</param>
internal sealed record ProjectiveReaction(double Aee, double Aem, double Amm, double Be, double Bm) : TwoSpeciesReaction
{
    /// <summary>Growth over an interval.</summary>
    /// <param name="days">Its length.</param>
    /// <param name="proliferation">k of both.</param>
    /// <param name="conversion">c.</param>
    /// <param name="killE">Sensitivity times amount of each drug at the interval's start, for E.</param>
    /// <param name="killM">The same for M.</param>
    /// <param name="decay">Decay of each drug, per day.</param>
    public static ProjectiveReaction Growth(
        double days, double proliferation, double conversion, ReadOnlySpan<double> killE, ReadOnlySpan<double> killM, ReadOnlySpan<double> decay)
    {
        if (days == 0)
        {
            return new ProjectiveReaction(1, 0, 1, 0, 0);
        }

        // Panels as short as the fastest of all scales needs; J is summed from panel to panel, and within one by the same rule.
        Span<double> fastest = stackalloc double[decay.Length];
        for (var i = 0; i < decay.Length; i++)
        {
            fastest[i] = Math.Max(killE[i], killM[i]);
        }

        var nodes = Reaction.Quadrature(days, Math.Abs(proliferation) + conversion, fastest, decay);
        var (j, be, bm, width) = (0.0, 0.0, 0.0, days / (nodes.Length / 10));
        for (var n = 0; n < nodes.Length; n++)
        {
            var (tau, weight) = nodes[n];
            var panel = n / 10 * width;
            var growth = weight * Math.Exp(proliferation * tau);
            var (survivalE, survivalM) = (Math.Exp(Reaction.LogFactor(tau, 0, killE, decay)), Math.Exp(Reaction.LogFactor(tau, -conversion, killM, decay)));
            var until = conversion == 0 ? 0 : j + Converted(panel, tau - panel, conversion, killE, killM, decay);
            be += growth * survivalE;
            bm += growth * (survivalM + conversion * survivalE * until);
            if (n % 10 == 9 && conversion != 0)
            {
                j += Converted(panel, width, conversion, killE, killM, decay);
            }
        }

        var (endE, endM) = (Math.Exp(Reaction.LogFactor(days, proliferation, killE, decay)), Math.Exp(Reaction.LogFactor(days, proliferation - conversion, killM, decay)));
        return new ProjectiveReaction(endE, endE * conversion * j, endM, proliferation * be, proliferation * bm);
    }

    /// <summary>An instantaneous kill.</summary>
    public static ProjectiveReaction Kill(double survivalE, double survivalM) => new(survivalE, 0, survivalM, 0, 0);

    /// <inheritdoc/>
    public override void Apply(Span<double> enhancing, Span<double> nonEnhancing)
    {
        var (ee, em, mm, be, bm) = (new Vector<double>(Aee), new Vector<double>(Aem), new Vector<double>(Amm), new Vector<double>(Be), new Vector<double>(Bm));
        var n = 0;
        for (; n <= enhancing.Length - Vector<double>.Count; n += Vector<double>.Count)
        {
            var (e, m) = (new Vector<double>(enhancing[n..]), new Vector<double>(nonEnhancing[n..]));
            var crowding = Vector<double>.One + be * e + bm * m;
            ((ee * e + em * m) / crowding).CopyTo(enhancing[n..]);
            (mm * m / crowding).CopyTo(nonEnhancing[n..]);
        }

        for (; n < enhancing.Length; n++)
        {
            var (e, m) = (enhancing[n], nonEnhancing[n]);
            var crowding = 1 + Be * e + Bm * m;
            (enhancing[n], nonEnhancing[n]) = ((Aee * e + Aem * m) / crowding, Amm * m / crowding);
        }
    }

    /// <inheritdoc/>
    public override TwoSpeciesReaction Then(TwoSpeciesReaction next)
    {
        var then = (ProjectiveReaction)next;
        return new ProjectiveReaction(
            then.Aee * Aee, then.Aee * Aem + then.Aem * Amm, then.Amm * Amm, Be + then.Be * Aee, Bm + then.Be * Aem + then.Bm * Amm);
    }

    /// <summary>∫ exp(K_E − K_M − cs) ds from a panel's start over a length, by ten points; the panel is short against every scale.</summary>
    private static double Converted(
        double start, double length, double conversion, ReadOnlySpan<double> killE, ReadOnlySpan<double> killM, ReadOnlySpan<double> decay)
    {
        var sum = 0.0;
        foreach (var (tau, weight) in Reaction.Quadrature(length, 0, [], []))
        {
            var s = start + tau;
            sum += weight * Math.Exp(Reaction.LogFactor(s, -conversion, killM, decay) - Reaction.LogFactor(s, 0, killE, decay));
        }

        return sum;
    }
}
