using System.Text.Json;

namespace Etalon.Study.Curves;

/// <summary>One line of input of <c>etalon fit</c>, read by field. Every getter refuses what is not there or not finite with <see cref="CurveException"/>.</summary>
public sealed class CurveQuestion
{
    /// <summary>Most numbers of one field: fits hold a curve on the stack, and no scanner samples more often.</summary>
    public const int MostNumbers = 10_000;

    private readonly JsonElement _line;

    /// <summary>Takes a JSON object.</summary>
    public CurveQuestion(JsonElement line) => _line = line;

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string field) => _line.TryGetProperty(field, out var e) && e.ValueKind != JsonValueKind.Null;

    /// <summary>A finite number.</summary>
    /// <exception cref="CurveException">Absent, or no finite number.</exception>
    public double Number(string field) =>
        Of(field) is { ValueKind: JsonValueKind.Number } e && e.TryGetDouble(out var v) && double.IsFinite(v) ? v : throw new CurveException(field, Shown(field), "a finite number");

    /// <summary>A finite number, or what counts where the field is absent.</summary>
    public double Number(string field, double otherwise) => Has(field) ? Number(field) : otherwise;

    /// <summary>A number above 0.</summary>
    public double Positive(string field) => Number(field) is > 0 and var v ? v : throw new CurveException(field, Shown(field), "a number above 0");

    /// <summary>A number above 0, or what counts where the field is absent.</summary>
    public double Positive(string field, double otherwise) => Has(field) ? Positive(field) : otherwise;

    /// <summary>Finite numbers.</summary>
    /// <param name="field">Name.</param>
    /// <param name="atLeast">Smallest length.</param>
    /// <param name="sameAs">Field whose length it must share; null: none.</param>
    /// <exception cref="CurveException">Absent, too short, of another length, or not all finite numbers.</exception>
    public double[] Numbers(string field, int atLeast = 1, string? sameAs = null)
    {
        if (Of(field) is not { ValueKind: JsonValueKind.Array } list)
        {
            throw new CurveException(field, Shown(field), "a list of numbers");
        }

        if (list.GetArrayLength() > MostNumbers)
        {
            throw new CurveException(field, $"{list.GetArrayLength()} numbers", $"at most {MostNumbers}");
        }

        var values = new double[list.GetArrayLength()];
        var n = 0;
        foreach (var e in list.EnumerateArray())
        {
            values[n] = e.ValueKind == JsonValueKind.Number && e.TryGetDouble(out var v) && double.IsFinite(v) ? v
                : throw new CurveException(field, $"item {n} that is {(e.ValueKind == JsonValueKind.Number ? "not finite" : e.ValueKind.ToString().ToLowerInvariant())}", "finite numbers");
            n++;
        }

        if (values.Length < atLeast)
        {
            throw new CurveException(field, $"{values.Length} numbers", $"at least {atLeast}");
        }

        if (sameAs is not null && Of(sameAs) is { ValueKind: JsonValueKind.Array } other && other.GetArrayLength() != values.Length)
        {
            throw new CurveException(field, $"{values.Length} numbers", $"as many as {sameAs} has, {other.GetArrayLength()}");
        }

        return values;
    }

    /// <summary>True or false; what counts where the field is absent.</summary>
    public bool Flag(string field, bool otherwise) => !Has(field) ? otherwise : Of(field) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw new CurveException(field, Shown(field), "true or false"),
    };

    /// <summary>One of a set of words; the first counts where the field is absent and <paramref name="required"/> is false.</summary>
    public string Word(string field, IReadOnlyList<string> among, bool required = false)
    {
        ArgumentNullException.ThrowIfNull(among);
        if (!Has(field) && !required)
        {
            return among[0];
        }

        return Of(field) is { ValueKind: JsonValueKind.String } e && among.Contains(e.GetString()!) ? e.GetString()!
            : throw new CurveException(field, Shown(field), "one of " + string.Join(", ", among));
    }

    /// <summary>A field as it stands, for what the other getters do not cover.</summary>
    public JsonElement? Of(string field) => _line.ValueKind == JsonValueKind.Object && _line.TryGetProperty(field, out var e) ? e : null;

    private string Shown(string field) => Of(field) switch
    {
        null => "nothing",
        { ValueKind: JsonValueKind.Number } e => e.GetRawText() is { Length: <= 40 } text ? text : "a number of more than 40 digits",
        { ValueKind: JsonValueKind.String } e => e.GetString() is { Length: <= 40 } text ? $"'{text}'" : "a long text",
        { } e => e.ValueKind.ToString().ToLowerInvariant(),
    };
}

/// <summary>A curve that cannot be fitted, and why.</summary>
public sealed class CurveException(string field, string found, string expected)
    : Exception($"{field}: found {found}; expected {expected}")
{
    /// <summary>Name of the field.</summary>
    public string Field { get; } = field;

    /// <summary>What stands there.</summary>
    public string Found { get; } = found;

    /// <summary>What should.</summary>
    public string Expected { get; } = expected;
}
