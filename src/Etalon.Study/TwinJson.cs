using System.Text.Json;
using Etalon.Twin;

namespace Etalon.Study;

/// <summary>Parameters, forecasts and options of results.json.</summary>
internal static class TwinJson
{
    /// <summary>Writes the three lists; empty where there is no twin.</summary>
    public static void Write(Utf8JsonWriter json, StudyResult result)
    {
        var twin = result.Twin;
        ResultsJson.List(json, "parameters", twin is null ? [] : Enumerable.Range(0, twin.Fit.Posterior.LogMean.Length), (j, p) => Parameter(j, twin!.Fit.Posterior, p, twin.Fit.Marginals[p]));
        ResultsJson.List(json, "forecasts", twin is null ? [] : Forecasts(twin), (j, f) =>
        {
            j.WriteString("measurand", f.Measurand);
            j.WriteString("unit", f.Unit);
            ResultsJson.Number(j, "day", f.Day);
            j.WriteString("visit", f.Visit);
            j.WriteBoolean("held_out", f.HeldOut);
            ResultsJson.Number(j, "median", Numerics.FixedSum.QuantileOfSorted(f.Sorted, 0.5));
            ResultsJson.Interval(j, "interval", Of(f.Sorted, 0.95));
            ResultsJson.Number(j, "measured", f.Measured);
            ResultsJson.Number(j, "dice", f.Agreement?.Dice);
            ResultsJson.Number(j, "ccc", f.Agreement?.Ccc);
            ResultsJson.Number(j, "cells_error_percent", f.Agreement?.CellsErrorPercent);
        });
        ResultsJson.List(json, "options", result.Options, (j, o) =>
        {
            j.WriteString("name", o.Option.Name);
            j.WriteString("detail", o.Option.Detail);
            j.WriteBoolean("reference", o.Option.IsReference);
            ResultsJson.List(j, "outcomes", o.Outcomes, (k, x) =>
            {
                k.WriteString("title", x.Title);
                k.WriteString("unit", x.Unit);
                ResultsJson.Number(k, "median", x.Median);
                k.WriteStartObject("interval");
                ResultsJson.Number(k, "lower", x.Lower);
                ResultsJson.Number(k, "upper", x.Upper);
                ResultsJson.Number(k, "coverage", 0.95);
                k.WriteEndObject();
                k.WriteString("status", x.Beyond is null ? "ok" : "beyond-forecast");
                ResultsJson.Number(k, "limit", x.Beyond?.Limit);
                k.WriteNumber("draws_beyond", x.Beyond?.Draws ?? 0);
            });
            j.WriteNumber("draws", o.Forecast.Members.Count);
            ResultsJson.Number(j, "p_benefit", o.PFewerCells?.Value);
            ResultsJson.Interval(j, "p_benefit_interval", o.PFewerCells?.Interval);
            ResultsJson.Number(j, "p_harm", o.PMoreCells?.Value);
            ResultsJson.Interval(j, "p_harm_interval", o.PMoreCells?.Interval);
            ResultsJson.Number(j, "worst_five_percent", o.WorstFivePercent);
            j.WriteString("decided_by", o.DecidedBy);
        });
    }

    /// <summary>Interval of sorted members.</summary>
    public static Metrology.Interval Of(double[] sorted, double coverage) => new(
        Numerics.FixedSum.QuantileOfSorted(sorted, 0.5 - 0.5 * coverage), Numerics.FixedSum.QuantileOfSorted(sorted, 0.5 + 0.5 * coverage), coverage);

    private static void Parameter(Utf8JsonWriter json, TwinPosterior posterior, int p, ParameterMarginal marginal)
    {
        var isGrowth = p < posterior.Priors.Count;
        json.WriteString("name", posterior.Parameters[p].Name);
        json.WriteString("unit", posterior.Parameters[p].Unit);
        ResultsJson.Number(json, "mean", marginal.Mean);
        ResultsJson.Number(json, "sd", marginal.Sd);
        ResultsJson.Number(json, "lower90", marginal.Lower90);
        ResultsJson.Number(json, "upper90", marginal.Upper90);
        ResultsJson.Number(json, "prior_median", isGrowth ? posterior.Priors[p].Median : posterior.Parameters[p].Value(0));
        ResultsJson.Number(json, "prior_log_sd", isGrowth ? posterior.Priors[p].LogSd : null);
        json.WriteBoolean("identifiable", !isGrowth || posterior.IsIdentifiable(p));
        json.WriteStartObject("correlations");
        for (var q = 0; isGrowth && q < posterior.Priors.Count; q++)
        {
            if (q != p)
            {
                ResultsJson.Number(json, posterior.Priors[q].Name, posterior.Correlation(p, q));
            }
        }

        json.WriteEndObject();
    }

    private sealed record Row(string Measurand, string Unit, double Day, string? Visit, bool HeldOut, double[] Sorted, double? Measured, FieldAgreement? Agreement);

    private static IEnumerable<Row> Forecasts(TwinResult twin)
    {
        for (var d = 0; d < twin.Forecast.Days.Count; d++)
        {
            var at = twin.Observations.ToList().FindIndex(o => o.Day == twin.Forecast.Days[d]);
            var observation = at < 0 ? null : twin.Observations[at];
            yield return new Row(
                "cells", "1", twin.Forecast.Days[d], observation?.Visit, at >= twin.Fitted, twin.Forecast.Sorted(d, b => b.VisibleCells),
                observation?.Cells, at > 0 ? twin.Agreement[at - 1] : null);
        }

        for (var d = 0; d < twin.Forecast.Days.Count; d++)
        {
            var at = twin.Observations.ToList().FindIndex(o => o.Day == twin.Forecast.Days[d]);
            double? measured = at < 0 ? null : DenseVolume(twin, twin.Observations[at]);
            yield return new Row(
                "volume.dense", "mL", twin.Forecast.Days[d], at < 0 ? null : twin.Observations[at].Visit, at >= twin.Fitted,
                twin.Forecast.Sorted(d, b => b.DenseVolumeMl), measured, null);
        }
    }

    /// <summary>Measured volume with density above one half, mL.</summary>
    public static double DenseVolume(TwinResult twin, DensityObservation observation) =>
        observation.Density.Zip(observation.IsTumour, (n, m) => m && n > 0.5).Count(x => x) * twin.Fit.Model.Diffusion.Domain.Grid.VoxelVolumeMl;
}
