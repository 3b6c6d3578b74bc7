using System.Text.Json;
using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>Fields of one object of a purpose file; what is wrong becomes a finding, and the field counts as not there.</summary>
internal sealed class PurposeJson(JsonElement element, string about, List<Finding> findings)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>A text that is not blank.</summary>
    public string? Text(string field, bool isNeeded = false)
    {
        if (Field(field, isNeeded, "a text") is not { } e)
        {
            return null;
        }

        return e.ValueKind == JsonValueKind.String && e.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : Wrong<string>(field, e, "a text that is not blank");
    }

    /// <summary>A number within limits, the lower one excluded.</summary>
    public double? Number(string field, double above, double atMost, bool isNeeded = false)
    {
        var expected = FormattableString.Invariant($"a number above {above} and at most {atMost}");
        if (Field(field, isNeeded, expected) is not { } e)
        {
            return null;
        }

        if (e.ValueKind == JsonValueKind.Number && e.TryGetDouble(out var x) && x > above && x <= atMost)
        {
            return x;
        }

        Wrong<string>(field, e, expected);
        return null;
    }

    /// <summary>One of some words.</summary>
    public string? Choice(string field, IReadOnlyList<string> words, bool isNeeded = false)
    {
        var text = Text(field, isNeeded);
        return text is null || words.Contains(text, StringComparer.Ordinal) ? text : Wrong<string>(field, element.GetProperty(field), $"one of {string.Join(", ", words)}");
    }

    /// <summary>A list of texts, at least one.</summary>
    public IReadOnlyList<string>? Texts(string field)
    {
        if (Field(field, true, "a list of names") is not { } e)
        {
            return null;
        }

        return e.ValueKind == JsonValueKind.Array && e.GetArrayLength() > 0 && e.EnumerateArray().All(x => x.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(x.GetString()))
            ? e.EnumerateArray().Select(x => x.GetString()!).ToList()
            : Wrong<IReadOnlyList<string>>(field, e, "a list of names, at least one");
    }

    /// <summary>An object below this one.</summary>
    public PurposeJson? Below(string field, bool isNeeded = false)
    {
        if (Field(field, isNeeded, "an object") is not { } e)
        {
            return null;
        }

        return e.ValueKind == JsonValueKind.Object ? new PurposeJson(e, $"{about}: {field}", findings) : Wrong<PurposeJson>(field, e, "an object");
    }

    /// <summary>Whether the field is there.</summary>
    public bool Has(string field) => element.TryGetProperty(field, out var e) && e.ValueKind != JsonValueKind.Null;

    /// <summary>Source or assumption: exactly one of the two.</summary>
    public Basis? Basis()
    {
        var (source, assumption) = (Text("source"), Text("assumption"));
        if ((source is null) != (assumption is null))
        {
            return new Basis(source ?? assumption!, assumption is not null);
        }

        Tell(about, source is null ? "a number without a source" : "both 'source' and 'assumption'", "either 'source' (who published it) or 'assumption' (why it is taken)", "State which; a number that rests on nothing is not used.");
        return null;
    }

    /// <summary>Fields that nobody asked for.</summary>
    public void TellUnknown()
    {
        foreach (var name in element.EnumerateObject().Select(p => p.Name).Where(n => !_known.Contains(n)))
        {
            findings.Add(new Finding(
                FindingCodes.FieldUnknown, Severity.Warning, about, $"field '{Short(name)}'", $"one of {string.Join(", ", _known.Order(StringComparer.Ordinal))}", "It was not used. Check the spelling, or take it out."));
        }
    }

    /// <summary>Tells of a field that cannot be used.</summary>
    public void Tell(string place, string found, string expected, string remedy) =>
        findings.Add(new Finding(FindingCodes.FieldInvalid, Severity.Error, place, found, expected, remedy));

    /// <summary>Tells of a field of this object.</summary>
    public void TellField(string field, string found, string expected) => Tell($"{about}: {field}", found, expected, "Correct the field; the purpose was not used.");

    private static string Short(string text) => text.Length <= 80 ? text : text[..77] + "...";

    private JsonElement? Field(string field, bool isNeeded, string expected)
    {
        _known.Add(field);
        if (Has(field))
        {
            return element.GetProperty(field);
        }

        if (isNeeded)
        {
            TellField(field, "nothing", expected);
        }

        return null;
    }

    private T? Wrong<T>(string field, JsonElement found, string expected)
        where T : class
    {
        TellField(field, Short(found.GetRawText()), expected);
        return null;
    }
}
