using System.Text.Json;

namespace Etalon.Study.Curves;

/// <summary>Answers as JSON (docs/schemas/fit.schema.json): numbers round-trip exact, order fixed.</summary>
internal static class CurveJson
{
    /// <summary>Writes one answer as an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="id">Copied; null where the line has none.</param>
    /// <param name="answer">The answer.</param>
    public static void Write(Utf8JsonWriter json, JsonElement? id, CurveAnswer answer)
    {
        json.WriteStartObject();
        Id(json, id);
        json.WriteString("status", answer.Status);
        foreach (var (name, text) in answer.Texts)
        {
            json.WriteString(name, text);
        }

        foreach (var scalar in answer.Scalars)
        {
            Write(json, scalar);
        }

        foreach (var array in answer.Arrays)
        {
            json.WriteStartObject(array.Name);
            Values(json, "values", array.Values);
            Values(json, "u", array.U);
            json.WriteString("unit", array.Unit);
            json.WriteEndObject();
        }

        ResultsJson.Number(json, "rss", answer.Rss);
        ResultsJson.Number(json, "dof", answer.Dof);
        Covariance(json, answer);
        json.WriteEndObject();
    }

    /// <summary>Writes why a line cannot be used.</summary>
    public static void WriteRefusal(Utf8JsonWriter json, JsonElement? id, string status, string field, string found, string expected)
    {
        json.WriteStartObject();
        Id(json, id);
        json.WriteString("status", status);
        json.WriteStartObject("refused");
        json.WriteString("field", field);
        json.WriteString("found", found);
        json.WriteString("expected", expected);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Id(Utf8JsonWriter json, JsonElement? id)
    {
        if (id is { } given)
        {
            json.WritePropertyName("id");
            given.WriteTo(json);
        }
    }

    private static void Write(Utf8JsonWriter json, CurveScalar scalar)
    {
        json.WriteStartObject(scalar.Name);
        ResultsJson.Number(json, "value", scalar.Value);
        ResultsJson.Number(json, "u", scalar.U);
        json.WriteString("unit", scalar.Unit);
        if (scalar.Interval is { } interval)
        {
            json.WriteStartObject("interval");
            ResultsJson.Number(json, "lower", Finite(interval.Lower));
            ResultsJson.Number(json, "upper", Finite(interval.Upper));
            json.WriteNumber("coverage", 0.95);
            json.WriteEndObject();
        }

        if (scalar.Status is { } status)
        {
            json.WriteString("status", status);
        }

        json.WriteEndObject();
    }

    /// <summary>An interval without an end on one side has null there.</summary>
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static void Values(Utf8JsonWriter json, string name, IReadOnlyList<double?>? values)
    {
        if (values is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            if (value is { } number)
            {
                json.WriteNumberValue(number);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }

    private static void Covariance(Utf8JsonWriter json, CurveAnswer answer)
    {
        if (answer.Covariance is not { } rows)
        {
            json.WriteNull("covariance");
            return;
        }

        json.WriteStartObject("covariance");
        json.WriteStartArray("of");
        foreach (var name in answer.CovarianceOf)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteStartArray("matrix");
        foreach (var row in rows)
        {
            json.WriteStartArray();
            foreach (var value in row)
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
