using System.Text.Json;
using Etalon.Twin.Forecasting;
using Etalon.Twin.Validation;

namespace Etalon.Study.Forecasts;

/// <summary>Writes forecast.json (schema etalon-twin-forecast-1, docs/schemas/twin-forecast.schema.json).</summary>
public static class TwinForecastJson
{
    private static readonly double[] Coverages = [0.5, 0.9, 0.95];

    /// <summary>The whole forecast as UTF-8.</summary>
    public static byte[] Write(TwinForecastResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            Write(json, result);
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>Name of the probability map of a day.</summary>
    public static string MapName(double day) => FormattableString.Invariant($"P_dense_day{day:0.####}.nii.gz");

    private static void Write(Utf8JsonWriter json, TwinForecastResult result)
    {
        var forecast = result.Forecast;
        json.WriteStartObject();
        json.WriteString("schema", "etalon-twin-forecast-1");
        json.WriteString("etalon", ResultsJson.EtalonVersion);
        json.WriteString("subject", result.Subject);
        json.WriteNumber("members", result.Members);
        json.WriteNumber("seed", result.Seed);
        json.WriteStartArray("fitted_visits");
        foreach (var o in result.Twin.Observations.Take(result.Twin.Fitted))
        {
            json.WriteStringValue(o.Visit);
        }

        json.WriteEndArray();
        ResultsJson.Number(json, "last_fitted_day", result.Twin.Observations[result.Twin.Fitted - 1].Day);
        ResultsJson.Number(json, "visible_density", forecast.VisibleDensity);
        ResultsJson.List(json, "days", forecast.Ensemble.Days, Day);
        Progression(json, forecast.Ensemble.Progression);
        Validation(json, forecast.Validation);
        Discrepancy(json, forecast.Discrepancy);
        ResultsJson.Assumptions(json, result.Assumptions);
        json.WritePropertyName("findings");
        ResultsJson.Findings(json, result.Findings);
        json.WriteEndObject();
    }

    private static void Day(Utf8JsonWriter json, ForecastDay day)
    {
        ResultsJson.Number(json, "day", day.Day);
        Sample(json, "cells", "1", day.Cells);
        Sample(json, "cells.visible", "1", day.VisibleCells);
        Sample(json, "volume.dense", "mL", day.DenseMl);
        Sample(json, "volume.visible", "mL", day.VisibleMl);
        Sample(json, "density.mean", "1", day.MeanDensity);
        Sample(json, "density.peak", "1", day.PeakDensity);
        json.WriteString("probability_map", MapName(day.Day));
    }

    private static void Sample(Utf8JsonWriter json, string name, string unit, PredictiveSample sample)
    {
        json.WriteStartObject(name);
        json.WriteString("unit", unit);
        ResultsJson.Number(json, "median", sample.Median);
        json.WriteStartArray("intervals");
        foreach (var coverage in Coverages)
        {
            var i = sample.Middle(coverage);
            json.WriteStartObject();
            ResultsJson.Number(json, "lower", i.Lower);
            ResultsJson.Number(json, "upper", i.Upper);
            ResultsJson.Number(json, "coverage", coverage);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Progression(Utf8JsonWriter json, TimeToProgression progression)
    {
        json.WriteStartObject("progression");
        json.WriteString("rule", FormattableString.Invariant(
            $"first day on which the visible volume exceeds {progression.Rule.Factor} times its smallest since day {progression.FromDay:0.##} (a smallest below {progression.Rule.LeastMl} mL counts as that)"));
        json.WriteString("source", "RANO 2.0, Wen and others, J Clin Oncol 41:5187-5199 (2023): 40 % of volume; remembered, not checked");
        ResultsJson.Number(json, "factor", progression.Rule.Factor);
        ResultsJson.Number(json, "from_day", progression.FromDay);
        ResultsJson.Number(json, "until_day", progression.UntilDay);
        ResultsJson.Number(json, "resolution_days", progression.ResolutionDays);
        ResultsJson.Number(json, "share_not_progressed", progression.ShareNever);
        ResultsJson.List(json, "quantiles", [0.05, 0.25, 0.5, 0.75, 0.95], (j, p) =>
        {
            ResultsJson.Number(j, "share", p);
            ResultsJson.Number(j, "day", progression.Quantile(p));
        });
        json.WriteEndObject();
    }

    private static void Validation(Utf8JsonWriter json, ForecastValidation validation)
    {
        json.WriteStartObject("validation");
        ResultsJson.List(json, "visits", validation.Visits, (j, v) =>
        {
            j.WriteString("visit", v.Measured.Visit);
            ResultsJson.Number(j, "day", v.Measured.Day);
            ResultsJson.Number(j, "measured_cells", v.Measured.Cells);
            ResultsJson.Number(j, "measured_relative_u", v.Measured.RelativeU);
            ResultsJson.Number(j, "dice", v.Agreement.Dice);
            ResultsJson.Number(j, "ccc", v.Agreement.Ccc);
            ResultsJson.Number(j, "cells_error_percent", v.Agreement.CellsErrorPercent);
            ResultsJson.List(j, "forecasts", v.Baselines.Prepend(v.Twin), (k, f) =>
            {
                k.WriteString("name", f.Name);
                ResultsJson.Number(k, "median", f.Sample.Median);
                ResultsJson.Interval(k, "interval", f.Sample.Middle(0.9));
                k.WriteBoolean("inside", f.Sample.Covers(v.Measured.Cells, 0.9));
                ResultsJson.Number(k, "crps", f.Crps);
                ResultsJson.Number(k, "crps_log", f.LogCrps);
            });
        });
        ResultsJson.Number(json, "twin_crps_log", validation.TwinLogCrps);
        ResultsJson.List(json, "baselines", validation.Baselines, (j, b) =>
        {
            j.WriteString("name", b.Name);
            ResultsJson.Number(j, "crps_log", b.LogCrps);
            j.WriteBoolean("beaten_by_twin", b.IsBeaten);
        });
        json.WriteEndObject();
    }

    private static void Discrepancy(Utf8JsonWriter json, ModelDiscrepancy? discrepancy)
    {
        if (discrepancy is null)
        {
            json.WriteNull("discrepancy");
            return;
        }

        json.WriteStartObject("discrepancy");
        ResultsJson.Number(json, "prior_dof", discrepancy.Prior.Dof);
        ResultsJson.Number(json, "prior_variance_30_days", discrepancy.Prior.Variance);
        ResultsJson.Number(json, "median_variance_30_days", discrepancy.MedianVariance);
        ResultsJson.Number(json, "hindcast_probability", discrepancy.SurpriseP);
        ResultsJson.List(json, "hindcasts", discrepancy.Residuals, (j, r) =>
        {
            ResultsJson.Number(j, "log_error", r.LogError);
            ResultsJson.Number(j, "variance", r.Variance);
            ResultsJson.Number(j, "horizon_days", r.HorizonDays);
        });
        json.WriteEndObject();
    }
}
