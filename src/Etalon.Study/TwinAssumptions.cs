using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Planning;
using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Study;

/// <summary>What the twin takes as true without having measured it: each is an assumption of the result, and unchecked priors are a finding.</summary>
internal static class TwinAssumptions
{
    /// <summary>Voxel noise of density where a map came without its own: white noise of 0.05.</summary>
    public const double VoxelU = 0.05;

    /// <summary>Least voxel noise of density that is believed: below it mixtures within a voxel and the model itself are larger.</summary>
    public const double LeastVoxelU = 0.02;

    private const string Ours = "Etalon's own rule; not checked";

    private const double Score90 = 1.6448536269514722;

    /// <summary>The assumptions behind one twin, in a fixed order.</summary>
    public static IEnumerable<Assumption> Of(TwinResult twin, DensityReference reference, TwinFitOptions options, bool hasOptions)
    {
        ArgumentNullException.ThrowIfNull(twin);
        foreach (var assumption in OfFit(twin.Fit, twin.Observations.Take(twin.Fitted).ToList(), reference, options))
        {
            yield return assumption;
        }

        if (hasOptions)
        {
            yield return new Assumption("late-alpha-beta", "α/β of late-reacting tissue, for EQD2 of the options; remembered, not checked.", Text(OptionComparison.LateAlphaBetaGy, " Gy"), "QUANTEC brain 2010: 2 to 3 Gy");
        }
    }

    /// <summary>Those behind a fit.</summary>
    public static IEnumerable<Assumption> OfFit(TwinFit fit, IReadOnlyList<DensityObservation> fitted, DensityReference reference, TwinFitOptions options)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var posterior = fit.Posterior;
        foreach (var prior in posterior.Priors)
        {
            yield return prior.Box is { } box
                ? new Assumption(
                    $"prior.{prior.Name}", $"Before the images {prior.Title} is as likely anywhere in the range given, over its logarithm; it counts as learned against the width of the default prior, {Range(prior)}.",
                    FormattableString.Invariant($"{box.Low:0.####} to {box.High:0.####} {prior.Unit}"), prior.Source.Id)
                : new Assumption($"prior.{prior.Name}", $"Before the images {prior.Title} is log-normal; 90 % of its prior lie in the range given.", Range(prior), prior.Source.Id);
        }

        string Visits(double u) => string.Join(", ", fitted.Where(o => o.VoxelU == u).Select(o => o.Visit));
        if (Visits(VoxelU) is { Length: > 0 } assumed)
        {
            yield return new Assumption("twin-voxel-u", $"A voxel's density has this standard uncertainty where the ADC map came without its noise (visit {assumed}).", Text(VoxelU, ""), Ours);
        }

        if (Visits(LeastVoxelU) is { Length: > 0 } floored)
        {
            yield return new Assumption("twin-voxel-u-least", $"A voxel's density is known no better than this, although the noise of the map is less (visit {floored}).", Text(LeastVoxelU, ""), Ours);
        }

        if (fitted.Any(o => o.DisplacementUMm > 0))
        {
            yield return new Assumption(
                "twin-position", "The error of a registration enters the fit as a shift of each visit along the axes of the grid; what is not a shift, a turn or a bend of the brain, is not in it.",
                $"u {string.Join(", ", fitted.Where(o => o.DisplacementUMm > 0).Select(o => $"{Text(o.DisplacementUMm, " mm")} (visit {o.Visit})"))}", Ours);
        }

        if (!options.WithNuisance)
        {
            yield return new Assumption("twin-nuisance", "Visits differ by noise alone, neither by ADC scale nor by place, and the residuals tell that noise.", "off", "user");
        }
        else if (options.Initial == InitialState.Free)
        {
            yield return new Assumption(
                "twin-initial-state", "The state at the first fitted visit is unknown within the noise of that visit; beyond its measured core within this share of the extrapolated density.", Text(options.TailRelativeU, ""), Ours);
        }

        yield return new Assumption("twin-voxels-per-grain", "Neighbouring voxels share noise: so many count as one independent reading.", Text(options.VoxelsPerGrain, " voxels"), Ours);
        yield return new Assumption(
            "density-from-adc", "Cell density falls linearly with ADC, from 1 at the ADC of capacity to 0 at that of free water.",
            FormattableString.Invariant($"{reference.CapacityMm2PerS} and {reference.FreeWaterMm2PerS} mm2/s"), reference.Source);
        if (fit.Schedule.Fractions.Count > 0)
        {
            yield return new Assumption("tumour-alpha-beta", "α/β of the tumour; it is not fitted.", Text(new RadiationResponse().AlphaBetaGy, " Gy"), "lq");
        }

        foreach (var drug in fit.Schedule.Drugs)
        {
            yield return new Assumption(
                $"drug-decay.{drug.Name}", "The effect of a dose decays exponentially at one fixed rate; it is not fitted.", Text(drug.DecayPerDay, " /d"), DrugKinetics.TemozolomideDecay.Source.Id);
        }
    }

    /// <summary>One finding that names every constant which was not checked against its source.</summary>
    public static Finding Unchecked(TwinPosterior posterior, bool hasFractions, bool hasOptions)
    {
        ArgumentNullException.ThrowIfNull(posterior);
        var named = posterior.Priors.Select(p => $"{p.Title} {Range(p)}").ToList();
        if (hasFractions)
        {
            named.Add("α/β of the tumour 10 Gy");
        }

        if (hasOptions)
        {
            named.Add(FormattableString.Invariant($"α/β of late-reacting tissue {OptionComparison.LateAlphaBetaGy} Gy"));
        }

        return new Finding(
            FindingCodes.ConstantUnchecked, Severity.Info, "priors and constants of the twin", string.Join("; ", named), "values checked against their sources",
            "They are remembered from the literature or Etalon's own, and where the visits teach little they decide. Compare the priors with the posteriors before you use a forecast.");
    }

    private static string Range(ParameterPrior prior) => FormattableString.Invariant($"{prior.Quantile(-Score90):0.###} to {prior.Quantile(Score90):0.###} {prior.Unit}");

    private static string Text(double value, string unit) => FormattableString.Invariant($"{value:0.####}{unit}");
}
