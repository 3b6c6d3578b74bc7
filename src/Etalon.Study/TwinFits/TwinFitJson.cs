using System.Globalization;
using System.Text;
using System.Text.Json;
using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Twin;

namespace Etalon.Study;

/// <summary>Writes what a fit leaves: posterior.json (docs/schemas/twin-posterior.schema.json), samples.csv and the fitted densities.</summary>
public static class TwinFitJson
{
    /// <summary>Schema of posterior.json.</summary>
    public const string Schema = "etalon-twin-posterior-1";

    /// <summary>All files.</summary>
    public static void Write(TwinFitResult result, AtomicOutput output)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(output);
        output.Write("posterior.json", Posterior(result));
        output.Write("samples.csv", Samples(result));
        var diffusion = result.Fit.Model.Diffusion;
        foreach (var field in result.Fields)
        {
            var day = Math.Round(field.Day, 6);
            output.Write(DensityFile.NameOf(day), NiftiWriter.Encode(new Volume(diffusion.Domain.Grid, diffusion.ToGrid(field.Density), null)));
            output.Write(DensityFile.NameOf(day, "_sd"), NiftiWriter.Encode(new Volume(diffusion.Domain.Grid, diffusion.ToGrid(field.Sd), null)));
        }
    }

    /// <summary>posterior.json as UTF-8.</summary>
    public static byte[] Posterior(TwinFitResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("etalon", ResultsJson.EtalonVersion);
            json.WriteString("subject", result.Subject);
            Options(json, result);
            Quality(json, result.Fit.Posterior);
            Parameters(json, result.Fit);
            Correlations(json, result.Fit.Posterior);
            ResultsJson.List<KnownCombination>(json, "combinations", result.NetKill is { } kill ? [kill] : [], Combination);
            ResultsJson.List(json, "advice", result.Advice, (j, a) =>
            {
                j.WriteString("parameter", a.Parameter);
                j.WriteString("partner", a.Partner);
                j.WriteString("found", a.Found);
                j.WriteString("remedy", a.Remedy);
                ResultsJson.Number(j, "next_scan_day", a.NextScanDay);
            });
            ResultsJson.List(json, "fit", result.Observations.Select((o, v) => (o, v)), (j, x) =>
            {
                j.WriteString("visit", x.o.Visit);
                ResultsJson.Number(j, "day", x.o.Day);
                ResultsJson.Number(j, "dice", result.Agreement[x.v].Dice);
                ResultsJson.Number(j, "ccc", result.Agreement[x.v].Ccc);
                ResultsJson.Number(j, "cells_error_percent", result.Agreement[x.v].CellsErrorPercent);
            });
            ResultsJson.List(json, "evidence", result.Evidence, (j, e) =>
            {
                j.WriteString("model", e.Model);
                ResultsJson.Number(j, "log_evidence", e.LogEvidence);
                ResultsJson.Number(j, "probability", e.Probability);
                ResultsJson.Number(j, "reduced_chi_squared", e.ReducedChiSquared);
            });
            Check(json, result);
            Growth(json, result.Fit.Posterior);
            ResultsJson.Assumptions(json, result.Assumptions);
            json.WritePropertyName("findings");
            ResultsJson.Findings(json, result.Findings);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>A row a draw, parameters in their units.</summary>
    private static byte[] Samples(TwinFitResult result)
    {
        var parameters = result.Fit.Posterior.Parameters;
        var text = new StringBuilder(string.Join(',', parameters.Select(p => p.Name))).Append('\n');
        foreach (var draw in result.Samples)
        {
            text.AppendJoin(',', draw.Select((x, i) => parameters[i].Value(x).ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Options(Utf8JsonWriter json, TwinFitResult result)
    {
        var (settings, options) = (result.Settings, result.Fit.Options);
        json.WriteStartObject("options");
        json.WriteString("scheme", TwinSchemes.NameOf(settings.Scheme));
        json.WriteString("nuisance", settings.WithNuisance ? "on" : "off");
        json.WriteString("prior", settings.Prior is TwinFitSettings.DefaultPrior or TwinFitSettings.FlatPrior ? settings.Prior : "file");
        json.WriteString("initial_state", options.Initial == InitialState.Free ? "free" : "fixed");
        json.WriteNumber("voxels_per_grain", options.VoxelsPerGrain);
        json.WriteNumber("starts", options.Starts);
        json.WriteNumber("seed", result.Seed);
        ResultsJson.List(json, "visits", result.Observations.Select((o, v) => (o, v)), (j, x) =>
        {
            j.WriteString("visit", x.o.Visit);
            ResultsJson.Number(j, "day", x.o.Day);
            j.WriteString("sha256", result.Inputs[x.v]);
        });
        json.WriteEndObject();
    }

    private static void Quality(Utf8JsonWriter json, TwinPosterior posterior)
    {
        json.WriteString("status", posterior.Status switch
        {
            FitStatus.Converged => "converged", FitStatus.TooManySteps => "too-many-steps", FitStatus.StepTooSmall => "step-too-small", FitStatus.Singular => "singular",
            FitStatus.AtBound => "at-bound", FitStatus.SeveralMinima => "several-minima", _ => "not-finite",
        });
        json.WriteNumber("steps", posterior.Steps);
        ResultsJson.Number(json, "reduced_chi_squared", posterior.ReducedChiSquared);
        ResultsJson.Number(json, "misfit_divisor", posterior.MisfitDivisor);
        if (posterior.Other is not { } other)
        {
            json.WriteNull("other_minimum");
            return;
        }

        json.WriteStartObject("other_minimum");
        ResultsJson.Number(json, "delta_chi_squared", other.DeltaChiSquared);
        json.WriteStartObject("parameters");
        for (var p = 0; p < other.Growth.Count; p++)
        {
            ResultsJson.Number(json, posterior.Priors[p].Name, other.Growth[p]);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Parameters(Utf8JsonWriter json, TwinFit fit)
    {
        var posterior = fit.Posterior;
        json.WriteStartObject("parameters");
        for (var p = 0; p < posterior.Parameters.Count; p++)
        {
            var (parameter, marginal) = (posterior.Parameters[p], fit.Marginals[p]);
            var prior = p < posterior.Priors.Count ? posterior.Priors[p] : null;
            json.WriteStartObject(parameter.Name);
            json.WriteString("unit", parameter.Unit);
            ResultsJson.Number(json, "mean", marginal.Mean);
            ResultsJson.Number(json, "sd", marginal.Sd);
            ResultsJson.Number(json, "lower90", marginal.Lower90);
            ResultsJson.Number(json, "upper90", marginal.Upper90);
            ResultsJson.Number(json, "prior_sd", prior?.Sd ?? parameter.PriorSd);
            json.WriteBoolean("identifiable", posterior.IsIdentifiable(p));
            ResultsJson.Number(json, "maximum", parameter.Value(posterior.LogMean[p]));
            json.WriteStartObject("prior");
            json.WriteString("kind", prior?.Box is not null ? "flat" : parameter.IsLog ? "log-normal" : "normal");
            ResultsJson.Number(json, "median", prior?.Median ?? parameter.Value(0));
            ResultsJson.Number(json, parameter.IsLog ? "log_sd" : "sd", parameter.PriorSd);
            if (prior?.Box is { } box)
            {
                ResultsJson.Number(json, "low", box.Low);
                ResultsJson.Number(json, "high", box.High);
            }

            json.WriteString("source", prior?.Source.Id ?? "measurement uncertainty of the visit");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Correlations(Utf8JsonWriter json, TwinPosterior posterior)
    {
        json.WriteStartObject("correlations");
        for (var a = 0; a < posterior.Parameters.Count; a++)
        {
            json.WriteStartObject(posterior.Parameters[a].Name);
            for (var b = 0; b < posterior.Parameters.Count; b++)
            {
                if (b != a)
                {
                    ResultsJson.Number(json, posterior.Parameters[b].Name, posterior.Correlation(a, b));
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Combination(Utf8JsonWriter json, KnownCombination kill)
    {
        json.WriteStartArray("of");
        foreach (var name in kill.Of)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteString("name", kill.Name);
        json.WriteStartArray("coefficients");
        foreach (var c in kill.Coefficients)
        {
            json.WriteNumberValue(c);
        }

        json.WriteEndArray();
        ResultsJson.Number(json, "mean", kill.Value.Mean);
        ResultsJson.Number(json, "sd", kill.Value.Sd);
        ResultsJson.Number(json, "lower90", kill.Value.Lower90);
        ResultsJson.Number(json, "upper90", kill.Value.Upper90);
    }

    private static void Check(Utf8JsonWriter json, TwinFitResult result)
    {
        if (result.Check is not { } check)
        {
            json.WriteNull("check");
            return;
        }

        json.WriteStartObject("check");
        json.WriteNumber("draws", check.Draws);
        ResultsJson.Number(json, "effective_draws", check.EffectiveDraws);
        ResultsJson.Number(json, "acceptance", check.Acceptance);
        json.WriteStartObject("parameters");
        for (var p = 0; p < check.Means.Count; p++)
        {
            json.WriteStartObject(result.Fit.Posterior.Parameters[p].Name);
            ResultsJson.Number(json, "mean", check.Means[p]);
            ResultsJson.Number(json, "sd", check.Sds[p]);
            ResultsJson.Number(json, "shift_in_sd", check.Shifts[p]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Growth parameters as normal in their logarithms, to learn a population from; a flat prior stands as the spread that its box has.</summary>
    private static void Growth(Utf8JsonWriter json, TwinPosterior posterior)
    {
        void List(string name, Func<int, double> of)
        {
            json.WriteStartArray(name);
            for (var p = 0; p < posterior.Priors.Count; p++)
            {
                json.WriteNumberValue(of(p));
            }

            json.WriteEndArray();
        }

        json.WriteStartObject("growth");
        json.WriteStartArray("names");
        foreach (var prior in posterior.Priors)
        {
            json.WriteStringValue(prior.Name);
        }

        json.WriteEndArray();
        List("log_mean", p => posterior.LogMean[p]);
        json.WriteStartArray("log_covariance");
        for (var p = 0; p < posterior.Priors.Count; p++)
        {
            json.WriteStartArray();
            for (var q = 0; q < posterior.Priors.Count; q++)
            {
                json.WriteNumberValue(posterior.LogCovariance[p, q]);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        List("prior_log_mean", p => posterior.Priors[p].Box is null ? Math.Log(posterior.Priors[p].Median) : posterior.LogMean[p]);
        List("prior_log_sd", p => posterior.Priors[p].Box is { } box ? Math.Log(box.High / box.Low) / Math.Sqrt(12) : posterior.Priors[p].LogSd);
        json.WriteEndObject();
    }
}
