using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Etalon.Imaging;

namespace Etalon.Cases;

/// <summary>An acquisition record as the fields of a BIDS sidecar, and back. Names and scales stand in the table of attributes; what BIDS has no name for keeps DICOM's.</summary>
public static class BidsRecord
{
    /// <summary>The fields of a sidecar. Absent attributes have none; a contradicted one has the value that counts first.</summary>
    public static JsonObject ToJson(Acquisition acquisition)
    {
        ArgumentNullException.ThrowIfNull(acquisition);
        var json = new JsonObject();
        foreach (var a in acquisition.Attributes)
        {
            if (a.Value is not null && AttributeTable.Find(a.Name) is { } d)
            {
                json[d.BidsName] = Field(a, d);
            }
        }

        return json;
    }

    /// <summary>The record of a sidecar: all attributes of the table, those that it lacks or that are of another kind as absent.</summary>
    /// <param name="json">The document.</param>
    /// <param name="id">Unique within the case.</param>
    /// <param name="modality">Modality where the sidecar states none.</param>
    public static Acquisition FromJson(JsonElement json, string id, string modality = "MR")
    {
        var of = Text(json, "Modality") ?? modality;
        return new Acquisition(id, [.. AttributeTable.All.Where(d => d.IsOf(of)).Select(d => Attribute(json, d))]);
    }

    private static JsonNode? Field(AcquisitionAttribute a, AttributeDefinition d) => d.Kind switch
    {
        AttributeKind.Number when a.Numbers.Count == 1 => JsonValue.Create(Scaled(a.Numbers[0], d.BidsScale)),
        AttributeKind.Number or AttributeKind.Numbers when a.Numbers.Count > 0 => new JsonArray([.. a.Numbers.Select(n => (JsonNode?)JsonValue.Create(Scaled(n, d.BidsScale)))]),
        AttributeKind.Texts or AttributeKind.Codes => new JsonArray([.. a.Value!.Split('\\').Select(t => (JsonNode?)JsonValue.Create(t))]),
        _ => JsonValue.Create(a.Value),
    };

    private static AcquisitionAttribute Attribute(JsonElement json, AttributeDefinition d)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(d.BidsName, out var v))
        {
            return AcquisitionAttribute.Absent(d.Name);
        }

        if (d.Kind is AttributeKind.Number or AttributeKind.Numbers)
        {
            var numbers = (v.ValueKind == JsonValueKind.Array ? v.EnumerateArray().Take(4096) : [v])
                .Select(n => n.ValueKind == JsonValueKind.Number && n.TryGetDouble(out var x) && double.IsFinite(x) ? Scaled(x, 1 / d.BidsScale) : (double?)null).ToList();
            return numbers.Count == 0 || numbers.Contains(null) ? AcquisitionAttribute.Absent(d.Name) : Numbers(d, [.. numbers.OfType<double>()]);
        }

        var text = v.ValueKind == JsonValueKind.Array ? string.Join('\\', v.EnumerateArray().Take(64).Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString())) : v.ValueKind == JsonValueKind.String ? v.GetString() : v.ValueKind == JsonValueKind.Number ? v.GetRawText() : null;
        return string.IsNullOrWhiteSpace(text)
            ? AcquisitionAttribute.Absent(d.Name)
            : new AcquisitionAttribute(d.Name, text.Length <= 200 ? text : text[..200], AttributeState.Present) { Instant = d.Kind is AttributeKind.Date or AttributeKind.DateTime ? Instant(text) : null };
    }

    private static AcquisitionAttribute Numbers(AttributeDefinition d, IReadOnlyList<double> numbers) => numbers.Any(n => n < d.Least || n > d.Greatest)
        ? AcquisitionAttribute.Absent(d.Name) with { How = $"the sidecar's {d.BidsName} cannot be" }
        : new AcquisitionAttribute(d.Name, string.Join(" ", numbers.Select(n => Math.Abs(n) is 0 or (> 1e-12 and < 1e15) ? ((decimal)n).ToString("0.###############", CultureInfo.InvariantCulture) : n.ToString("R", CultureInfo.InvariantCulture))), AttributeState.Present) { Numbers = numbers, Unit = d.Unit };

    private static DateTime? Instant(string text) => DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var t) ? DateTime.SpecifyKind(t, DateTimeKind.Unspecified) : null;

    /// <summary>Decimal steps stay decimal.</summary>
    private static double Scaled(double value, double scale) => scale == 1 ? value : Math.Abs(value) is > 1e-9 and < 1e15 ? (double)((decimal)value * (decimal)scale) : value * scale;

    private static string? Text(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;
}
