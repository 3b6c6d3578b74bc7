using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Etalon.Metrology;

namespace Etalon.Comparability.Calibration;

/// <summary>
/// Writes and reads calibration records as JSON (docs/schemas/calibration.schema.json): numbers round-trip exact, order fixed, no clock, host or path. The
/// content's own SHA-256 stands at the end, and behind it a signature over the same bytes where there is one.
/// </summary>
internal static class CalibrationJson
{
    public const string Schema = "etalon-calibration-1";

    /// <summary>The bytes that are hashed and signed: the document without hash and signature.</summary>
    public static byte[] Content(CalibrationRecord record) => Bytes(json => Body(json, record));

    /// <summary>The whole document.</summary>
    public static byte[] Write(CalibrationRecord record)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Content(record)));
        return Bytes(json =>
        {
            Body(json, record);
            json.WriteString("content_sha256", hash);
            if (record.Signature is { } signature)
            {
                json.WriteStartObject("signature");
                json.WriteString("algorithm", signature.Algorithm);
                json.WriteString("public_key_sha256", signature.PublicKeySha256);
                json.WriteString("value", signature.Value);
                json.WriteEndObject();
            }
        });
    }

    /// <summary>The record in a document, and the hash that it states.</summary>
    /// <exception cref="JsonException">A field is missing, unknown or of the wrong kind; the message names it.</exception>
    public static (CalibrationRecord Record, string Hash) Read(JsonElement root)
    {
        var o = new CalibrationFields(root, "the document");
        if (o.Text("schema") != Schema)
        {
            throw new JsonException($"schema '{o.Text("schema")}', expected {Schema}");
        }

        var (measurand, unit) = (o.Text("measurand"), o.Text("unit"));
        if (!Unit.TryParse(unit, out _))
        {
            throw new JsonException($"the unit '{unit}' is none");
        }

        var inputs = o.List("inputs", i => new CalibrationInput(i.Text("name"), i.Text("role"), i.Text("sha256")));
        var states = o.List("states", s => State(s, measurand, unit, inputs));
        var precision = o.List("precision", p => new StatePrecision(p.Text("state"), (int)p.Number("pairs"), p.Number("within_sd_log")));
        var charts = o.List("charts", c => new DriftChart(
            c.Text("state"), c.Text("design"), c.Number("limit"), c.Number("in_control_run_length"),
            c.List("points", p => new DriftPoint(p.Day("date"), p.Number("gain"), p.OptionalNumber("z"), p.OptionalNumber("statistic"), p.Flag("signal"))), c.Days("breaks")));
        var record = new CalibrationRecord(
            o.Text("etalon"), measurand, unit, o.Text("phantom"), states, precision, charts, o.OptionalNumber("session_sd_relative"), o.OptionalNumber("reading_sd"), inputs)
        {
            Signature = o.Optional("signature") is { } s ? new CalibrationSignature(s.Text("algorithm"), s.Text("public_key_sha256"), s.Text("value")) : null,
        };
        var hash = o.Text("content_sha256");
        o.Done();
        return (record, hash);
    }

    private static StateCalibration State(CalibrationFields s, string measurand, string unit, IReadOnlyList<CalibrationInput> inputs)
    {
        var (gain, low, high) = (s.Number("gain"), s.Number("lowest"), s.Number("highest"));
        // Told for people; the terms hold them.
        _ = (s.Number("gain_u"), s.Number("offset_u"), s.Number("covariance"));
        if (!(gain > 0))
        {
            throw new JsonException($"a gain of {gain.ToString(CultureInfo.InvariantCulture)}, expected one above 0");
        }

        return new StateCalibration
        {
            State = s.Text("state"),
            Measurand = measurand,
            Unit = unit,
            Gain = gain,
            Offset = s.Number("offset"),
            Terms = s.List("terms", t => new CalibrationTerm(
                t.Text("source"), t.Text("group"), t.Number("offset"), t.Number("gain"),
                t.Text("kind") switch { "A" => ComponentKind.A, "B" => ComponentKind.B, var k => throw new JsonException($"the kind '{k}', expected A or B") }, t.OptionalNumber("dof"))),
            ValidFrom = s.Day("valid_from"),
            ValidTo = s.OptionalDay("valid_to"),
            Sessions = s.Days("sessions"),
            Readings = (int)s.Number("readings"),
            Lowest = low,
            Highest = high,
            Dof = s.OptionalNumber("dof"),
            Scatter = s.Number("scatter"),
            Inputs = inputs.Select(i => i.Sha256).ToList(),
            Method = s.Text("method"),
        };
    }

    private static void Body(Utf8JsonWriter json, CalibrationRecord record)
    {
        json.WriteString("schema", Schema);
        json.WriteString("etalon", record.Etalon);
        json.WriteString("measurand", record.Measurand);
        json.WriteString("unit", record.Unit);
        json.WriteString("phantom", record.Phantom);
        Optional(json, "session_sd_relative", record.SessionSd);
        Optional(json, "reading_sd", record.ReadingSd);
        List(json, "inputs", record.Inputs, i =>
        {
            json.WriteString("name", i.Name);
            json.WriteString("role", i.Role);
            json.WriteString("sha256", i.Sha256);
        });
        List(json, "states", record.States, s => State(json, s));
        List(json, "precision", record.Precision, p =>
        {
            json.WriteString("state", p.State);
            json.WriteNumber("pairs", p.Pairs);
            json.WriteNumber("within_sd_log", p.WithinSd);
        });
        List(json, "charts", record.Charts, c =>
        {
            json.WriteString("state", c.State);
            json.WriteString("design", c.Design);
            json.WriteNumber("limit", c.Limit);
            json.WriteNumber("in_control_run_length", c.InControlRunLength);
            List(json, "points", c.Points, p =>
            {
                json.WriteString("date", Day(p.Date));
                json.WriteNumber("gain", p.Gain);
                Optional(json, "z", p.Z);
                Optional(json, "statistic", p.Statistic);
                json.WriteBoolean("signal", p.IsSignal);
            });
            Days(json, "breaks", c.Breaks);
        });
    }

    private static void State(Utf8JsonWriter json, StateCalibration s)
    {
        json.WriteString("state", s.State);
        json.WriteNumber("gain", s.Gain);
        json.WriteNumber("gain_u", s.GainU);
        json.WriteNumber("offset", s.Offset);
        json.WriteNumber("offset_u", s.OffsetU);
        json.WriteNumber("covariance", s.Covariance);
        Optional(json, "dof", s.Dof);
        json.WriteNumber("scatter", s.Scatter);
        List(json, "terms", s.Terms, t =>
        {
            json.WriteString("source", t.Source);
            json.WriteString("group", t.Group);
            json.WriteNumber("offset", t.Offset);
            json.WriteNumber("gain", t.Gain);
            json.WriteString("kind", t.Kind.ToString());
            Optional(json, "dof", t.Dof);
        });
        json.WriteString("valid_from", Day(s.ValidFrom));
        if (s.ValidTo is { } to)
        {
            json.WriteString("valid_to", Day(to));
        }
        else
        {
            json.WriteNull("valid_to");
        }

        Days(json, "sessions", s.Sessions);
        json.WriteNumber("readings", s.Readings);
        json.WriteNumber("lowest", s.Lowest);
        json.WriteNumber("highest", s.Highest);
        json.WriteString("method", s.Method);
    }

    private static byte[] Bytes(Action<Utf8JsonWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void List<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Days(Utf8JsonWriter json, string name, IReadOnlyList<DateOnly> days)
    {
        json.WriteStartArray(name);
        foreach (var day in days)
        {
            json.WriteStringValue(Day(day));
        }

        json.WriteEndArray();
    }

    private static void Optional(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } v)
        {
            json.WriteNumber(name, v);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
