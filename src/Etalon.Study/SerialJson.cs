using System.Text.Json;
using Etalon.Change.Serial;

namespace Etalon.Study;

/// <summary>Writes series of visits: logarithms of values in the unit of the measurand, and changes of them.</summary>
internal static class SerialJson
{
    public static void Write(Utf8JsonWriter json, SerialResult series)
    {
        var (estimate, last) = (series.Estimate, series.Estimate.Visits.Count - 1);
        json.WriteString("measurand", series.Measurand);
        json.WriteString("region", series.Region);
        json.WriteStartObject("process");
        json.WriteString("course", estimate.Process.Course switch { TrueCourse.RandomWalk => "random-walk", TrueCourse.LinearTrend => "linear-trend", _ => "free" });
        ResultsJson.Number(json, "sd_per_root_year", estimate.Process.Sd);
        ResultsJson.Interval(json, "interval", estimate.Process.Interval);
        json.WriteEndObject();
        ResultsJson.List(json, "visits", estimate.Visits, (j, v) =>
        {
            j.WriteString("visit", v.Visit);
            ResultsJson.Number(j, "day", v.Day);
            ResultsJson.Number(j, "log_reading", v.Reading);
            ResultsJson.Number(j, "log_value", v.Level.Value);
            ResultsJson.Number(j, "u", v.Level.U);
            ResultsJson.Interval(j, "interval", v.Level.Interval);
        });
        ResultsJson.List(json, "changes", Pairs(last), (j, p) =>
        {
            var change = estimate.Change(p.From, p.To);
            j.WriteString("from", estimate.Visits[p.From].Visit);
            j.WriteString("to", estimate.Visits[p.To].Visit);
            ResultsJson.Number(j, "log_ratio", change.Value);
            ResultsJson.Number(j, "u", change.U);
            ResultsJson.Interval(j, "interval", change.Interval);
            ResultsJson.Number(j, "p_increase", change.PIncrease);
            ResultsJson.Number(j, "p_wrong_direction", change.PWrongDirection);
        });
    }

    /// <summary>Visits that follow each other, and the first with the last.</summary>
    private static IEnumerable<(int From, int To)> Pairs(int last) => Enumerable.Range(0, last).Select(n => (n, n + 1)).Append((0, last));
}
