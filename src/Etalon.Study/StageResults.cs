using Etalon.Change;
using Etalon.Metrology;

namespace Etalon.Study;

/// <summary>results.json of a stage that runs by itself: its measurements and changes, and nothing of the other stages.</summary>
internal static class StageResults
{
    public static byte[] Write(
        string subject, IReadOnlyList<Measurement> measurements, IReadOnlyList<MeasuredChange> changes, IReadOnlyList<Assumption> assumptions, IReadOnlyList<Finding> findings, IReadOnlyList<string> sources, string usedFor) => Derivatives.Json(json =>
    {
        json.WriteString("schema", "etalon-results-1");
        json.WriteString("etalon", ResultsJson.EtalonVersion);
        json.WriteString("subject", subject);
        ResultsJson.List(json, "measurements", measurements, ResultsJson.Measurement);
        ResultsJson.List(json, "changes", changes, ResultsJson.Change);
        foreach (var empty in new[] { "comparisons", "parameters", "forecasts", "options" })
        {
            json.WriteStartArray(empty);
            json.WriteEndArray();
        }

        json.WriteNull("fitness");
        ResultsJson.Assumptions(json, assumptions);
        json.WritePropertyName("findings");
        ResultsJson.Findings(json, findings);
        ResultsJson.List(json, "sources", sources.Select((text, n) => (Id: $"source-{n + 1}", Text: text)), (j, s) =>
        {
            j.WriteString("id", s.Id);
            j.WriteString("text", s.Text);
            j.WriteString("used_for", usedFor);
        });
    });
}
