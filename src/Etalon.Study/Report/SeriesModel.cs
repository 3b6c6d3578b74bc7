using System.Text.Json.Nodes;
using Etalon.Metrology;
using Etalon.Twin;

namespace Etalon.Study.Report;

/// <summary>Each measurand over the visits, with the twin's forecast.</summary>
internal static class SeriesModel
{
    public static JsonArray Build(StudyResult result)
    {
        var series = new JsonArray();
        foreach (var group in result.Measurements.Where(m => m.Measurand is "volume" or "adc.mean" or "suvbw.max").GroupBy(m => (m.Measurand, Region: m.Region!.Id)))
        {
            if (group.Any(m => m.IsOk))
            {
                series.Add(Measured(result, group.Key.Measurand, group.Key.Region, group.ToList()));
            }
        }

        if (result.Twin is { } twin)
        {
            series.Add(Forecasted(result, twin, "cells", "Tumour cells", "voxels at capacity", b => b.VisibleCells, o => o.Cells, CellsU));
            series.Add(Forecasted(
                result, twin, "volume.dense", "Volume with cell density above one half", "mL", b => b.DenseVolumeMl, o => TwinJson.DenseVolume(twin, o), (_, _) => null));
        }

        return series;
    }

    private static JsonObject Measured(StudyResult result, string measurand, string region, List<Measurement> points)
    {
        var info = Measurands.Get(measurand);
        var f = info.ShownFactor;
        return new JsonObject
        {
            ["measurand"] = measurand,
            ["region"] = region,
            ["title"] = $"{info.Name}{Statistic(measurand)}: {points[0].Region!.Name.Split(" (")[0]}",
            ["shownUnit"] = info.ShownUnit,
            ["points"] = ReportModel.Array(points, m => new JsonObject
            {
                ["visit"] = m.Visit,
                ["day"] = result.Case.DayOf(result.Case.Visits.First(v => v.Id == m.Visit).Time),
                ["value"] = m.Value * f,
                ["u"] = m.U * f,
                ["lower"] = m.Interval?.Lower * f,
                ["upper"] = m.Interval?.Upper * f,
                ["status"] = m.Status,
                ["truth"] = RowsModel.Truth(result.Case, m.Visit, measurand) * f,
            }),
            ["forecast"] = null,
        };
    }

    private static string Statistic(string measurand) => measurand.Split('.').ElementAtOrDefault(1) is { } statistic ? $", {(statistic == "max" ? "maximum" : statistic)}" : "";

    private static JsonObject Forecasted(
        StudyResult result, TwinResult twin, string measurand, string title, string unit, Func<TumourBurden, double> of,
        Func<DensityObservation, double> measured, Func<TwinResult, DensityObservation, double?> u)
    {
        // The fan begins at the last fitted visit: before it the model was shown the data.
        var from = twin.Observations[twin.Fitted - 1].Day;
        var days = Enumerable.Range(0, twin.Forecast.Days.Count).Where(d => twin.Forecast.Days[d] >= from).ToList();
        JsonArray Quantile(double p) => ReportModel.Array(days, d => JsonValue.Create(Numerics.FixedSum.QuantileOfSorted(twin.Forecast.Sorted(d, of), p)));
        return new JsonObject
        {
            ["measurand"] = measurand,
            ["region"] = "tumour",
            ["title"] = title,
            ["shownUnit"] = unit,
            ["points"] = ReportModel.Array(twin.Observations, o =>
            {
                var (value, sd) = (measured(o), u(twin, o));
                Interval? interval = sd is { } s && value > 0 ? Interval.LogNormal(value, s, null) : null;
                return new JsonObject
                {
                    ["visit"] = o.Visit,
                    ["day"] = o.Day,
                    ["value"] = value,
                    ["u"] = sd,
                    ["lower"] = interval?.Lower,
                    ["upper"] = interval?.Upper,
                    ["status"] = "ok",
                    ["truth"] = RowsModel.Truth(result.Case, o.Visit, measurand),
                };
            }),
            ["forecast"] = new JsonObject
            {
                ["day"] = ReportModel.Array(days, d => JsonValue.Create(twin.Forecast.Days[d])),
                ["median"] = Quantile(0.5),
                ["lower95"] = Quantile(0.025),
                ["upper95"] = Quantile(0.975),
                ["lower50"] = Quantile(0.25),
                ["upper50"] = Quantile(0.75),
            },
        };
    }

    /// <summary>Standard uncertainty of the measured cells from the visit's ADC scale: dN/ds = −ADC/(free − capacity) per voxel, summed.</summary>
    private static double? CellsU(TwinResult twin, DensityObservation o)
    {
        var sum = 0.0;
        for (var n = 0; n < o.Density.Length; n++)
        {
            sum += o.IsTumour[n] && o.Density[n] > 0 ? 1 - o.Density[n] : 0;
        }

        return o.ScaleU * sum;
    }
}
