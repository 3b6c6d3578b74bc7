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
        var posterior = twin.Fit.Posterior;
        foreach (var prior in posterior.Priors)
        {
            yield return new Assumption(
                $"prior.{prior.Name}", $"Before the images {prior.Title} is log-normal; 90 % of its prior lie in the range given.", Range(prior), prior.Source.Id);
        }

        string Visits(double u) => string.Join(", ", twin.Observations.Take(twin.Fitted).Where(o => o.VoxelU == u).Select(o => o.Visit));
        if (Visits(VoxelU) is { Length: > 0 } assumed)
        {
            yield return new Assumption("twin-voxel-u", $"A voxel's density has this standard uncertainty where the ADC map came without its noise (visit {assumed}).", Text(VoxelU, ""), Ours);
        }

        if (Visits(LeastVoxelU) is { Length: > 0 } floored)
        {
            yield return new Assumption("twin-voxel-u-least", $"A voxel's density is known no better than this, although the noise of the map is less (visit {floored}).", Text(LeastVoxelU, ""), Ours);
        }

        if (twin.Observations.Take(twin.Fitted).Any(o => o.PositionU > 0))
        {
            yield return new Assumption(
                "twin-position", "The error of a registration enters the fit as its standard uncertainty times the slope of density; what is not rigid, a shift of the brain, is not in it.",
                $"u of density {string.Join(", ", twin.Observations.Take(twin.Fitted).Where(o => o.PositionU > 0).Select(o => $"{Text(o.PositionU, "")} (visit {o.Visit})"))}", Ours);
        }

        yield return new Assumption("twin-voxels-per-grain", "Neighbouring voxels share noise: so many count as one independent reading.", Text(options.VoxelsPerGrain, " voxels"), Ours);
        yield return new Assumption(
            "density-from-adc", "Cell density falls linearly with ADC, from 1 at the ADC of capacity to 0 at that of free water.",
            FormattableString.Invariant($"{reference.CapacityMm2PerS} and {reference.FreeWaterMm2PerS} mm2/s"), reference.Source);
        if (twin.Fit.Schedule.Fractions.Count > 0)
        {
            yield return new Assumption("tumour-alpha-beta", "α/β of the tumour; it is not fitted.", Text(new RadiationResponse().AlphaBetaGy, " Gy"), "lq");
        }

        foreach (var drug in twin.Fit.Schedule.Drugs)
        {
            yield return new Assumption(
                $"drug-decay.{drug.Name}", "The effect of a dose decays exponentially at one fixed rate; it is not fitted.", Text(drug.DecayPerDay, " /d"), DrugKinetics.TemozolomideDecay.Source.Id);
        }

        if (hasOptions)
        {
            yield return new Assumption("late-alpha-beta", "α/β of late-reacting tissue, for EQD2 of the options; remembered, not checked.", Text(OptionComparison.LateAlphaBetaGy, " Gy"), "QUANTEC brain 2010: 2 to 3 Gy");
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
