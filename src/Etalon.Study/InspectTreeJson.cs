using System.Globalization;
using System.Text.Json;
using Etalon.Cases.Inspection;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;

namespace Etalon.Study;

/// <summary>Writes the lists of <c>etalon inspect --json</c> that follow the objects.</summary>
internal static class InspectTreeJson
{
    public static void Write(Utf8JsonWriter json, InspectedTree tree)
    {
        ResultsJson.List(json, "patients", tree.Patients, (j, p) =>
        {
            j.WriteString("id", p.Id);
            j.WriteString("patient_id", Text(p.PatientId));
            Texts(j, "names", p.Names);
        });
        ResultsJson.List(json, "visits", tree.Visits, (j, v) =>
        {
            j.WriteString("id", v.Id);
            j.WriteString("patient", v.Patient);
            j.WriteString("time", v.Time?.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
            j.WriteString("study_uid", Text(v.StudyUid));
        });
        ResultsJson.List(json, "series", tree.Series, Series);
        ResultsJson.List(json, "acquisitions", tree.Acquisitions, (j, a) =>
        {
            j.WriteString("id", a.Id);
            j.WriteString("scanner_state", Text(a.ScannerState()));
            ResultsJson.List(j, "attributes", a.Attributes, Attribute);
        });
        ResultsJson.List(json, "missing", tree.Missing, (j, m) =>
        {
            j.WriteString("measurand", m.Measurand);
            j.WriteString("acquisition", m.Acquisition);
            ResultsJson.List(j, "absent", m.Needs, (k, n) =>
            {
                k.WriteString("attribute", string.Join("/", n.Attributes));
                k.WriteString("severity", n.Severity);
                k.WriteString("effect", n.Effect);
            });
        });
        ResultsJson.List(json, "findings", tree.Findings, (j, f) =>
        {
            j.WriteString("code", f.Code);
            j.WriteString("severity", f.Severity.ToString().ToLowerInvariant());
            j.WriteString("about", Text(f.About));
            j.WriteString("found", Text(f.Found));
            j.WriteString("expected", Text(f.Expected));
            j.WriteString("remedy", Text(f.Remedy));
        });
    }

    private static void Series(Utf8JsonWriter json, InspectedSeries s)
    {
        json.WriteString("id", s.Id);
        json.WriteString("visit", s.Visit);
        if (s.Number is { } number)
        {
            json.WriteNumber("number", number);
        }
        else
        {
            json.WriteNull("number");
        }

        json.WriteString("modality", s.Modality);
        json.WriteString("description", Text(s.Description));
        json.WriteNumber("objects", s.Objects);
        json.WriteString("series_uid", Text(s.SeriesUid));
        ResultsJson.List(json, "stacks", s.Stacks, Stack);
        ResultsJson.List(json, "segments", s.Segments, (j, x) =>
        {
            j.WriteNumber("number", x.Name.Number);
            j.WriteString("label", Text(x.Name.Label));
            j.WriteString("category", Text(x.Name.Category));
            j.WriteString("type", Text(x.Name.Type));
            Numbers(j, "size", [x.Grid.Nx, x.Grid.Ny, x.Grid.Nz]);
            Numbers(j, "spacing_mm", [x.Grid.StepI.Length, x.Grid.StepJ.Length, x.Grid.StepK.Length]);
            Numbers(j, "origin_mm", [x.Grid.Origin.X, x.Grid.Origin.Y, x.Grid.Origin.Z]);
        });
    }

    private static void Stack(Utf8JsonWriter json, InspectedStack inspected)
    {
        var stack = inspected.Stack;
        json.WriteString("acquisition", inspected.Acquisition);
        json.WriteString("status", inspected.Status);
        json.WriteBoolean("is_volume", inspected.IsVolume);
        json.WriteNumber("columns", stack.Columns);
        json.WriteNumber("rows", stack.Rows);
        json.WriteNumber("slices", stack.Grid?.Nz ?? stack.Frames.Count);
        json.WriteNumber("volumes", stack.Volumes.Count);
        if (stack.Grid is { } grid)
        {
            Numbers(json, "spacing_mm", [grid.StepI.Length, grid.StepJ.Length, grid.StepK.Length]);
            Numbers(json, "origin_mm", [grid.Origin.X, grid.Origin.Y, grid.Origin.Z]);
        }
        else
        {
            json.WriteNull("spacing_mm");
            json.WriteNull("origin_mm");
        }

        json.WriteString("component", stack.Component.ToString().ToLowerInvariant());
        json.WriteString("content", stack.Content);
        ResultsJson.Number(json, "echo_time_s", stack.EchoTimeMs is { } te ? Math.Round(te / 1000, 9) : null);
        Numbers(json, "b_values_s_per_mm2", [.. stack.Volumes.Select(v => v.BValue).OfType<double>()]);
        json.WriteStartArray("directions");
        foreach (var v in stack.Volumes.Where(v => v.BValue is not null))
        {
            if (v.Gradient is { } g)
            {
                json.WriteStartArray();
                json.WriteNumberValue(g.X);
                json.WriteNumberValue(g.Y);
                json.WriteNumberValue(g.Z);
                json.WriteEndArray();
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
        json.WriteString("unit", Text(stack.UnitCode));
        json.WriteString("value_rule", stack.Rule?.Text());
        json.WriteString("patient_position", Text(stack.PatientPosition));
    }

    private static void Attribute(Utf8JsonWriter json, AcquisitionAttribute a)
    {
        json.WriteString("name", a.Name);
        json.WriteString("state", a.State.ToString().ToLowerInvariant());
        json.WriteString("value", Text(a.Value));
        if (a.Numbers.Count > 0)
        {
            Numbers(json, "numbers", a.Numbers);
        }

        if (a.Unit is not null && a.Value is not null)
        {
            json.WriteString("unit", a.Unit);
        }

        if (a.How is not null)
        {
            json.WriteString("how", Text(a.How));
        }
    }

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlyList<double> numbers)
    {
        json.WriteStartArray(name);
        foreach (var n in numbers)
        {
            json.WriteNumberValue(n);
        }

        json.WriteEndArray();
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var t in texts)
        {
            json.WriteStringValue(Text(t));
        }

        json.WriteEndArray();
    }

    private static string? Text(string? text) => text is null ? null : InspectJson.Whole(text);
}
