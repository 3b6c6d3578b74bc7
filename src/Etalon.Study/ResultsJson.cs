using System.Globalization;
using System.Text.Json;
using Etalon.Change;
using Etalon.Metrology;
using Etalon.Study.Fitness;

namespace Etalon.Study;

/// <summary>
/// Writes results.json (schema etalon-results-1, docs/schemas/results.schema.json): numbers round-trip exact, order fixed, no clock, host
/// or path.
/// </summary>
public static class ResultsJson
{
    /// <summary>The version of Etalon that is written into results.</summary>
    public static string EtalonVersion { get; } =
        typeof(ResultsJson).Assembly.GetName().Version is { } v ? string.Create(CultureInfo.InvariantCulture, $"{v.Major}.{v.Minor}.{v.Build}") : "0";

    /// <summary>The whole result as UTF-8.</summary>
    public static byte[] Write(StudyResult result)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            Write(json, result);
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>Only the findings, as a list.</summary>
    public static byte[] WriteFindings(IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            Findings(json, findings);
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>The whole result into an open writer.</summary>
    public static void Write(Utf8JsonWriter json, StudyResult result)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(result);
        json.WriteStartObject();
        json.WriteString("schema", "etalon-results-1");
        json.WriteString("etalon", EtalonVersion);
        json.WriteString("subject", result.Case.Subject);
        List(json, "measurements", result.Measurements, Measurement);
        List(json, "changes", result.Changes, Change);
        List(json, "comparisons", result.Comparisons, Comparison);
        List(json, "series", result.Series, SerialJson.Write);
        FitnessJson.Write(json, result.Fitness);
        TwinJson.Write(json, result);
        Assumptions(json, result.Assumptions);
        json.WritePropertyName("findings");
        Findings(json, result.Findings);
        List(json, "sources", result.Sources, (j, s) =>
        {
            j.WriteString("id", s.Id);
            j.WriteString("text", s.Text);
            j.WriteString("used_for", s.UsedFor);
        });
        json.WriteEndObject();
    }

    /// <summary>The list of what was taken as true.</summary>
    internal static void Assumptions(Utf8JsonWriter json, IEnumerable<Assumption> assumptions) => List(json, "assumptions", assumptions, (j, a) =>
    {
        j.WriteString("id", a.Id);
        j.WriteString("text", a.Text);
        j.WriteString("value", a.Value);
        j.WriteString("source", a.Source);
    });

    /// <summary>A named list of objects.</summary>
    internal static void List<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A number, or null where there is none. Not-a-number is a fault of ours.</summary>
    internal static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, double.IsFinite(number) ? number : throw new InvalidOperationException($"'{name}' is {number}."));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>An interval as lower, upper, coverage.</summary>
    internal static void Interval(Utf8JsonWriter json, string name, Interval? interval)
    {
        if (interval is not { } i)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        Number(json, "lower", i.Lower);
        Number(json, "upper", i.Upper);
        Number(json, "coverage", i.Coverage);
        json.WriteEndObject();
    }

    /// <summary>The fields of a measurement.</summary>
    internal static void Measurement(Utf8JsonWriter json, Measurement m)
    {
        json.WriteString("id", m.Id);
        json.WriteString("subject", m.Subject);
        json.WriteString("visit", m.Visit);
        json.WriteString("measurand", m.Measurand);
        json.WriteString("unit", m.Unit);
        Number(json, "value", m.Value);
        Number(json, "u", m.U);
        Number(json, "dof", m.Dof);
        Interval(json, "interval", m.Interval);
        Components(json, m.Components);
        Region(json, m.Region);
        json.WriteString("status", m.Status);
        json.WriteString("acquisition", m.Acquisition);
        json.WriteString("scanner_state", m.ScannerState);
        json.WriteString("method", m.Method);
        json.WriteStartArray("inputs");
        foreach (var input in m.Inputs)
        {
            json.WriteStringValue(input);
        }

        json.WriteEndArray();
    }

    private static void Region(Utf8JsonWriter json, Region? region)
    {
        if (region is null)
        {
            json.WriteNull("region");
            return;
        }

        json.WriteStartObject("region");
        json.WriteString("id", region.Id);
        json.WriteString("kind", region.Kind.ToString().ToLowerInvariant());
        json.WriteString("name", region.Name);
        json.WriteString("source", region.Source);
        json.WriteEndObject();
    }

    private static void Components(Utf8JsonWriter json, IReadOnlyList<UncertaintyComponent> components) => List(json, "components", components, (j, c) =>
    {
        j.WriteString("source", c.Source);
        Number(j, "u", c.U);
        j.WriteString("group", c.Group);
        j.WriteString("kind", c.Kind.ToString());
    });

    /// <summary>The fields of a change.</summary>
    internal static void Change(Utf8JsonWriter json, MeasuredChange c)
    {
        json.WriteString("measurand", c.Measurand);
        json.WriteString("region", c.Region);
        json.WriteString("from", c.From);
        json.WriteString("to", c.To);
        Number(json, "log_ratio", c.LogRatio);
        Number(json, "u", c.U);
        Interval(json, "interval", c.Interval);
        Number(json, "p_increase", c.PIncrease);
        Number(json, "p_true_change", c.PTrueChange);
        Number(json, "p_wrong_direction", c.PWrongDirection);
        Number(json, "minimal_important_change", c.MinimalImportantChange);
        json.WriteString("verdict", c.Verdict.ToString().ToLowerInvariant());
        json.WriteString("grade", c.Grade.ToString());
        Components(json, c.Components);
        json.WriteString("limiting_term", c.LimitingTerm);
    }

    private static void Comparison(Utf8JsonWriter json, Comparability.VisitComparison c)
    {
        json.WriteString("measurand", c.Measurand);
        json.WriteString("region", c.Region);
        json.WriteString("from", c.From);
        json.WriteString("to", c.To);
        json.WriteString("grade", c.Grade.ToString());
        Number(json, "mismatch_to_repeatability", double.IsFinite(c.Q) ? c.Q : null);
        List(json, "differences", c.Differences, (j, d) =>
        {
            j.WriteString("attribute", d.Attribute);
            j.WriteString("from", d.From);
            j.WriteString("to", d.To);
            j.WriteString("effect", d.Effect);
            Number(j, "share", d.Share);
        });
        json.WriteString("lift", c.Lift);
    }

    /// <summary>Findings as a list.</summary>
    internal static void Findings(Utf8JsonWriter json, IReadOnlyList<Finding> findings)
    {
        json.WriteStartArray();
        foreach (var f in findings)
        {
            json.WriteStartObject();
            json.WriteString("code", f.Code);
            json.WriteString("severity", f.Severity.ToString().ToLowerInvariant());
            json.WriteString("about", f.About);
            json.WriteString("found", f.Found);
            json.WriteString("expected", f.Expected);
            json.WriteString("remedy", f.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
