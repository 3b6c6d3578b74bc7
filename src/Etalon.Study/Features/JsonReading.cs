using System.Collections.Immutable;
using System.Text.Json;
using Etalon.Cases;

namespace Etalon.Study.Features;

/// <summary>Reads the fields of one object of settings; what does not fit is an exception with its place.</summary>
internal sealed class JsonReading
{
    private readonly JsonElement _json;
    private readonly string _about;

    public JsonReading(JsonElement json, string about, params string[] fields)
    {
        (_json, _about) = (json, about);
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw FeatureSettingsJson.Invalid(about, json.ValueKind.ToString(), "an object");
        }

        if (json.EnumerateObject().Select(p => p.Name).FirstOrDefault(n => !fields.Contains(n, StringComparer.Ordinal)) is { } unknown)
        {
            throw FeatureSettingsJson.Invalid(about, $"field '{JsonInput.Short(unknown)}'", $"one of {string.Join(", ", fields)}");
        }
    }

    public bool Has(string name) => _json.TryGetProperty(name, out _);

    public bool IsNull(string name) => !_json.TryGetProperty(name, out var v) || v.ValueKind == JsonValueKind.Null;

    public JsonElement Object(string name) => _json.GetProperty(name);

    public string? Text(string name) => IsNull(name) ? null
        : _json.GetProperty(name) is { ValueKind: JsonValueKind.String } v && v.GetString() is { Length: > 0 and <= 100 } text ? text : throw Wrong(name, "a text of 1 to 100 characters");

    public string? Unit(string name) => Text(name) is not { } code ? null : Metrology.Unit.TryParse(code, out _) ? code : throw Wrong(name, "a UCUM unit, such as mm2/s or [hnsf'U]");

    public bool? Flag(string name) => IsNull(name) ? null : _json.GetProperty(name).ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => throw Wrong(name, "true or false") };

    public double? Number(string name, double low, double high) => IsNull(name) ? null
        : _json.GetProperty(name) is { ValueKind: JsonValueKind.Number } v && v.TryGetDouble(out var x) && x >= low && x <= high ? x : throw Wrong(name, Limits("a number", low, high));

    public long? Whole(string name, long low, long high) => IsNull(name) ? null
        : _json.GetProperty(name) is { ValueKind: JsonValueKind.Number } v && v.TryGetInt64(out var x) && x >= low && x <= high ? x : throw Wrong(name, Limits("a whole number", low, high));

    public T? Word<T>(string name, IReadOnlyDictionary<string, T> words)
        where T : struct => Text(name) is not { } word ? null : words.TryGetValue(word, out var value) ? value : throw Wrong(name, $"one of {string.Join(", ", words.Keys)}");

    public ImmutableArray<T> Words<T>(string name, IReadOnlyDictionary<string, T> words)
    {
        var expected = $"a list of one or more of {string.Join(" | ", words.Keys)}";
        return _json.GetProperty(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
            ? [.. list.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.String && words.TryGetValue(e.GetString()!, out var value) ? value : throw Wrong(name, expected)).Distinct()]
            : throw Wrong(name, expected);
    }

    public (double X, double Y, double Z) Triple(string name, double low, double high) => List(name, 3) is [{ } x, { } y, { } z] && new[] { x, y, z }.All(v => v >= low && v <= high)
        ? (x, y, z) : throw Wrong(name, Limits("three numbers", low, high));

    public (double? Low, double? High) Bounds(string name) => IsNull(name) ? (null, null)
        : List(name, 2) is [var low, var high] && !(low >= high) ? (low, high) : throw Wrong(name, "two numbers, the lower first; null for no bound");

    private List<double?>? List(string name, int length)
    {
        if (_json.GetProperty(name) is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() != length)
        {
            return null;
        }

        return [.. list.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Null ? (double?)null : e.ValueKind == JsonValueKind.Number && e.TryGetDouble(out var v) && double.IsFinite(v) ? v : throw Wrong(name, "numbers"))];
    }

    private CaseException Wrong(string name, string expected) => FeatureSettingsJson.Invalid($"{_about}: {name}", JsonInput.Short(_json.GetProperty(name).GetRawText()), expected);

    private static string Limits(string what, double low, double high) =>
        low <= double.Epsilon && low > 0 ? $"{what} above 0" : double.Abs(low) < 1e300 && double.Abs(high) < 1e300 ? FormattableString.Invariant($"{what} from {low:R} to {high:R}") : what;
}
