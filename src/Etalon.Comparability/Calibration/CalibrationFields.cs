using System.Globalization;
using System.Text.Json;

namespace Etalon.Comparability.Calibration;

/// <summary>The fields of one object of a calibration record, each read once; what is left over is unknown and refused.</summary>
internal sealed class CalibrationFields
{
    private readonly Dictionary<string, JsonElement> _fields;
    private readonly string _place;

    /// <exception cref="JsonException">It is no object.</exception>
    public CalibrationFields(JsonElement element, string place)
    {
        _place = place;
        _fields = element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal) : throw new JsonException($"{place} is no object");
    }

    public string Text(string name) => Take(name) is { ValueKind: JsonValueKind.String } e ? e.GetString()! : throw Wrong(name, "a text");

    public double Number(string name) => OptionalNumber(name) ?? throw Wrong(name, "a number");

    public double? OptionalNumber(string name) => Take(name) switch
    {
        { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Number } e when e.TryGetDouble(out var v) && double.IsFinite(v) => v,
        _ => throw Wrong(name, "a number or null"),
    };

    public bool Flag(string name) => Take(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } e ? e.GetBoolean() : throw Wrong(name, "true or false");

    public DateOnly Day(string name) => OptionalDay(name) ?? throw Wrong(name, "a day");

    public DateOnly? OptionalDay(string name) => Take(name) is { ValueKind: not JsonValueKind.Null } e ? Day(e, name) : null;

    public IReadOnlyList<DateOnly> Days(string name) => Items(name).Select(e => Day(e, name)).ToList();

    public IReadOnlyList<T> List<T>(string name, Func<CalibrationFields, T> read) => Items(name).Select((e, i) =>
    {
        var fields = new CalibrationFields(e, $"{name}[{i}]");
        var item = read(fields);
        fields.Done();
        return item;
    }).ToList();

    /// <summary>An object that may be absent.</summary>
    public CalibrationFields? Optional(string name) => _fields.ContainsKey(name) ? new CalibrationFields(Take(name), name) : null;

    /// <exception cref="JsonException">A field was not read.</exception>
    public void Done()
    {
        if (_fields.Count > 0)
        {
            throw new JsonException($"{_place} has the unknown field '{_fields.Keys.Order(StringComparer.Ordinal).First()}'");
        }
    }

    private JsonElement Take(string name) =>
        _fields.Remove(name, out var element) ? element : throw new JsonException($"{_place} lacks the field '{name}'");

    private JsonElement.ArrayEnumerator Items(string name) => Take(name) is { ValueKind: JsonValueKind.Array } e ? e.EnumerateArray() : throw Wrong(name, "a list");

    private DateOnly Day(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.String && DateOnly.TryParseExact(element.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day : throw Wrong(name, "a day as year-month-day");

    private JsonException Wrong(string name, string expected) => new($"{_place}: '{name}' is not {expected}");
}
