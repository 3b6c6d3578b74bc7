using System.Text.Json;
using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Study.Comparison;

/// <summary>Writes a comparison (schema etalon-comparison-1, docs/schemas/comparison.schema.json).</summary>
public static class CompareJson
{
    /// <summary>Name of the layout.</summary>
    public const string Schema = "etalon-comparison-1";

    /// <summary>The whole result as UTF-8.</summary>
    public static byte[] Write(CompareResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("etalon", ResultsJson.EtalonVersion);
            json.WriteString("measurand", result.Measurand);
            json.WriteString("unit", Measurands.Get(result.Measurand).Unit);
            Ids(json, "rows", result.Rows);
            Ids(json, "columns", result.Columns);
            ResultsJson.List(json, "comparisons", result.Pairs, Pair);
            ResultsJson.List(json, "findings", result.Findings, (j, f) =>
            {
                j.WriteString("code", f.Code);
                j.WriteString("severity", f.Severity.ToString().ToLowerInvariant());
                j.WriteString("about", InspectJson.Whole(f.About));
                j.WriteString("found", InspectJson.Whole(f.Found));
                j.WriteString("expected", InspectJson.Whole(f.Expected));
                j.WriteString("remedy", InspectJson.Whole(f.Remedy));
            });
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>The fields of one comparison into an object that is open, for results that hold comparisons beside other things.</summary>
    public static void Comparison(Utf8JsonWriter json, AcquisitionComparison c)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(c);
        json.WriteString("from_series", InspectJson.Whole(c.From));
        json.WriteString("to_series", InspectJson.Whole(c.To));
        json.WriteString("state_from", c.StateFrom is { } from ? InspectJson.Whole(from) : null);
        json.WriteString("state_to", c.StateTo is { } to ? InspectJson.Whole(to) : null);
        json.WriteBoolean("same_state", c.IsSameState);
        json.WriteBoolean("calibrated", c.IsCalibrated);
        json.WriteString("grade", c.Grade.ToString());
        ResultsJson.Number(json, "q", c.Q);
        ResultsJson.Number(json, "u_repeat", c.URepeat);
        ResultsJson.Number(json, "u_mismatch", c.UMismatch);
        ResultsJson.Number(json, "shift", c.Shift);
        ResultsJson.Number(json, "typical_value", c.TypicalValue);
        ResultsJson.List(json, "differences", c.Differences, (j, e) => Effect(j, e, c.TypicalValue));
        ResultsJson.List(json, "unknown", c.Unknown, (j, e) => Effect(j, e, c.TypicalValue));
        if (c.Lift is { } lift)
        {
            json.WriteStartObject("lift");
            json.WriteString("attribute", lift.Attribute);
            json.WriteString("action", InspectJson.Whole(lift.Action));
            json.WriteString("grade", lift.Grade.ToString());
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("lift");
        }
    }

    private static void Pair(Utf8JsonWriter json, VisitPair pair)
    {
        json.WriteString("from", InspectJson.Whole(pair.From.Id));
        json.WriteString("to", InspectJson.Whole(pair.To.Id));
        if (pair.Comparison is { } c)
        {
            Comparison(json, c);
        }
    }

    private static void Effect(Utf8JsonWriter json, AttributeEffect e, double value)
    {
        json.WriteString("attribute", e.Attribute);
        json.WriteString("from", e.From is { } from ? InspectJson.Whole(from) : null);
        json.WriteString("to", e.To is { } to ? InspectJson.Whole(to) : null);
        json.WriteString("unit", e.Unit);
        json.WriteStartObject("effect");
        json.WriteString("shape", Shape(e.Effect.Shape));
        ResultsJson.Number(json, "mean", e.Effect.U is null ? null : e.Effect.Mean);
        ResultsJson.Number(json, "sd", e.Effect.U is null ? null : e.Effect.Sd);
        ResultsJson.Number(json, "u", e.Effect.U);
        ResultsJson.Number(json, "u_in_unit", e.Effect.U * value);
        json.WriteEndObject();
        ResultsJson.Number(json, "share", e.Share);
        json.WriteBoolean("calibrated_out", e.IsCalibratedOut);
        json.WriteString("severity", e.Row.Severity);
        json.WriteString("words", InspectJson.Whole(e.Row.Words));
        json.WriteString("model", e.Row.Effect);
        json.WriteString("evidence", e.Row.Evidence.ToString().ToLowerInvariant());
        json.WriteString("source", InspectJson.Whole(e.Row.Source));
    }

    private static string Shape(EffectShape shape) => shape switch
    {
        EffectShape.Normal => "normal",
        EffectShape.Bounded => "bounded",
        EffectShape.Exact => "exact",
        EffectShape.Unbounded => "unbounded",
        EffectShape.OtherMeasurand => "other-measurand",
        _ => throw new ArgumentOutOfRangeException(nameof(shape)),
    };

    private static void Ids(Utf8JsonWriter json, string name, IReadOnlyList<AcquisitionVisit> visits)
    {
        json.WriteStartArray(name);
        foreach (var v in visits)
        {
            json.WriteStringValue(InspectJson.Whole(v.Id));
        }

        json.WriteEndArray();
    }
}
