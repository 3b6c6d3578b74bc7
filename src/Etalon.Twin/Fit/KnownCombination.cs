namespace Etalon.Twin;

/// <summary>A combination of parameters that is known better than each of them.</summary>
/// <param name="Of">The parameters' names.</param>
/// <param name="Name">What it is.</param>
/// <param name="Coefficients">Of each parameter, Gy or days at the reference amount.</param>
/// <param name="Value">Its posterior.</param>
public sealed record KnownCombination(IReadOnlyList<string> Of, string Name, IReadOnlyList<double> Coefficients, ParameterMarginal Value)
{
    /// <summary>Step of the scheme for comparison, days.</summary>
    private const double CompatStep = 0.5;

    /// <summary>
    /// The net logarithm of the kill between the first and the last fitted visit, α·Σq + Σ s·∫c dt, where two kills that both acted are not
    /// told apart; null where they are, or where only one acted.
    /// </summary>
    public static KnownCombination? NetKill(TwinFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var (posterior, exposure) = (fit.Posterior, Exposures(fit));
        var acting = Enumerable.Range(TwinFit.FirstKill, exposure.Length).Where(p => exposure[p - TwinFit.FirstKill] > 0).ToList();
        if (acting.Count < 2 || acting.TrueForAll(posterior.IsIdentifiable))
        {
            return null;
        }

        return new KnownCombination(
            acting.Select(p => posterior.Priors[p].Name).ToList(), "net log kill between the first and the last fitted visit", acting.Select(p => exposure[p - TwinFit.FirstKill]).ToList(),
            ParameterMarginal.Of(fit.MarginalSample.Select(d => acting.Sum(p => Math.Exp(d[p]) * exposure[p - TwinFit.FirstKill]))));
    }

    /// <summary>What each kill is multiplied by: the effect q of the fractions in Gy (uniform doses), then ∫ relative amount dt of each drug in days, between the first and the last fitted visit.</summary>
    internal static double[] Exposures(TwinFit fit)
    {
        var (schedule, scheme) = (fit.Schedule, fit.Problem.Options.Simulation.Scheme);
        var (from, to) = (fit.Problem.Observations[0].Day, fit.Problem.Observations[^1].Day);
        var dose = fit.ParametersAt(fit.Posterior.LogMean).Response.EffectsOf(schedule).Where(f => f.Day >= from && f.Day < to).Sum(f => f.UniformGy);
        return [dose, .. schedule.Drugs.Select(d => d.Doses.Where(x => x.Day < to).Sum(x => x.RelativeAmount * Exposure(x.Day, d.DecayPerDay, from, to, scheme)))];
    }

    private static double Exposure(double given, double decay, double from, double to, TwinScheme scheme)
    {
        if (scheme == TwinScheme.Exact || decay == 0)
        {
            var begin = Math.Max(given, from) - given;
            return decay == 0 ? to - given - begin : (Math.Exp(-decay * begin) - Math.Exp(-decay * (to - given))) / decay;
        }

        // As the scheme for comparison counts it: the 3/8 rule over half days, and once more at the end of the step before.
        var sum = given > from ? CompatStep / 8 : 0;
        for (var t = 0.0; given + t < to; t += CompatStep)
        {
            var h = Math.Min(CompatStep, to - given - t);
            sum += h / 8 * (Math.Exp(-decay * t) + 3 * Math.Exp(-decay * (t + h / 3)) + 3 * Math.Exp(-decay * (t + 2 * h / 3)) + Math.Exp(-decay * (t + h)));
        }

        return sum;
    }
}
