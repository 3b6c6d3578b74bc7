using System.Text.Json;
using System.Text.RegularExpressions;

namespace Etalon.Tests.Support;

/// <summary>
/// The part of JSON Schema (2020-12) that our schemas use: $ref within the document, type, enum, const, required, properties,
/// additionalProperties, items, anyOf, oneOf, allOf, pattern, minimum, maximum, exclusive ones, minItems, minLength. A keyword that is not known here
/// is a violation, so that no rule is passed over.
/// </summary>
internal static class SchemaCheck
{
    private static readonly HashSet<string> Words = ["$schema", "$id", "$defs", "title", "description", "examples", "default", "$comment", "format", "definitions", "deprecated"];

    public static List<string> Violations(JsonElement value, JsonElement schema)
    {
        var found = new List<string>();
        Check(value, schema, schema, "$", found);
        return found;
    }

    private static void Check(JsonElement value, JsonElement schema, JsonElement root, string at, List<string> found)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            Require(schema.ValueKind == JsonValueKind.True, "nothing is allowed here");
            return;
        }

        void Require(bool ok, string what)
        {
            if (!ok && found.Count < 50)
            {
                found.Add($"{at}: {what}, found {Short(value)}");
            }
        }

        foreach (var rule in schema.EnumerateObject())
        {
            var r = rule.Value;
            switch (rule.Name)
            {
                case "$ref": Check(value, Resolve(root, r.GetString()!), root, at, found); break;
                case "type": Require(r.ValueKind == JsonValueKind.Array ? r.EnumerateArray().Any(t => Is(value, t.GetString()!)) : Is(value, r.GetString()!), $"expected type {r}"); break;
                case "enum": Require(r.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)), $"expected one of {r}"); break;
                case "const": Require(JsonElement.DeepEquals(r, value), $"expected {r}"); break;
                case "pattern": Require(value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, r.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1)), $"expected {r}"); break;
                case "minimum": Require(!IsNumber(value) || value.GetDouble() >= r.GetDouble(), $"expected at least {r}"); break;
                case "maximum": Require(!IsNumber(value) || value.GetDouble() <= r.GetDouble(), $"expected at most {r}"); break;
                case "exclusiveMinimum": Require(!IsNumber(value) || value.GetDouble() > r.GetDouble(), $"expected above {r}"); break;
                case "exclusiveMaximum": Require(!IsNumber(value) || value.GetDouble() < r.GetDouble(), $"expected below {r}"); break;
                case "minLength": Require(value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= r.GetInt32(), $"expected {r} characters or more"); break;
                case "minItems": Require(value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= r.GetInt32(), $"expected {r} items or more"); break;
                case "maxItems": Require(value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= r.GetInt32(), $"expected {r} items or fewer"); break;
                case "required": Require(value.ValueKind != JsonValueKind.Object || r.EnumerateArray().All(n => value.TryGetProperty(n.GetString()!, out _)), $"expected the fields {r}"); break;
                case "anyOf": Require(r.EnumerateArray().Any(s => Fits(value, s, root)), "fits none of anyOf"); break;
                case "oneOf": Require(r.EnumerateArray().Count(s => Fits(value, s, root)) == 1, "does not fit exactly one of oneOf"); break;
                case "allOf": foreach (var s in r.EnumerateArray()) { Check(value, s, root, at, found); } break;
                case "items" when value.ValueKind == JsonValueKind.Array:
                    foreach (var (item, n) in value.EnumerateArray().Select((v, n) => (v, n))) { Check(item, r, root, $"{at}[{n}]", found); }
                    break;
                case "properties" when value.ValueKind == JsonValueKind.Object:
                    foreach (var p in r.EnumerateObject().Where(p => value.TryGetProperty(p.Name, out _))) { Check(value.GetProperty(p.Name), p.Value, root, $"{at}.{p.Name}", found); }
                    break;
                case "additionalProperties" when value.ValueKind == JsonValueKind.Object:
                    foreach (var p in value.EnumerateObject().Where(p => !(schema.TryGetProperty("properties", out var known) && known.TryGetProperty(p.Name, out _)))) { Check(p.Value, r, root, $"{at}.{p.Name}", found); }
                    break;
                case "items" or "properties" or "additionalProperties": break;
                default: Require(Words.Contains(rule.Name), $"the checker does not know the keyword '{rule.Name}'"); break;
            }
        }
    }

    private static bool Fits(JsonElement value, JsonElement schema, JsonElement root)
    {
        var found = new List<string>();
        Check(value, schema, root, "$", found);
        return found.Count == 0;
    }

    private static JsonElement Resolve(JsonElement root, string reference) =>
        reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(root, (at, name) => at.GetProperty(name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)));

    private static bool IsNumber(JsonElement value) => value.ValueKind == JsonValueKind.Number;

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => IsNumber(value),
        "integer" => IsNumber(value) && value.GetDouble() == Math.Floor(value.GetDouble()),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };

    private static string Short(JsonElement value) => value.GetRawText() is { Length: > 80 } text ? text[..80] + "..." : value.GetRawText();
}
