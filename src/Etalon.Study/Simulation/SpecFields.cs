using System.Text.Json;
using Etalon.Cases;
using Etalon.Metrology;

namespace Etalon.Study.Simulation;

/// <summary>The fields of one object of a SPEC; what is missing, misspelt or out of range becomes an error.</summary>
internal sealed class SpecFields
{
    private readonly JsonElement _element;
    private readonly List<Finding> _findings;

    public SpecFields(JsonElement element, string about, List<Finding> findings)
    {
        (_element, About, _findings) = (element, about, findings);
        if (element.ValueKind != JsonValueKind.Object)
        {
            findings.Add(Invalid(about, element.ValueKind.ToString(), "an object"));
        }
    }

    /// <summary>Where this object stands.</summary>
    public string About { get; }

    public static Finding Invalid(string about, string found, string expected) =>
        new(FindingCodes.FieldInvalid, Severity.Error, about, found, expected, "Correct it; nothing was simulated.");

    public void Note(Finding finding) => _findings.Add(finding);

    public void Refuse(string field, string found, string expected) => _findings.Add(Invalid($"{About}: {field}", found, expected));

    /// <summary>Every other field is an error.</summary>
    public void Allow(params string[] known)
    {
        if (_element.ValueKind == JsonValueKind.Object)
        {
            _findings.AddRange(JsonInput.UnknownFields(_element, About, known)
                .Select(f => f with { Severity = Severity.Error, Remedy = "Check the spelling, or take it out; nothing was simulated." }));
        }
    }

    public bool Has(string field) => Value(field) is not null;

    public bool IsText(string field) => Value(field)?.ValueKind == JsonValueKind.String;

    public bool IsObject(string field) => Value(field)?.ValueKind == JsonValueKind.Object;

    /// <summary>A text; an error where it is no text, or absent without a fallback.</summary>
    public string? Text(string field, string? fallback = null)
    {
        if (Value(field) is { } value && value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        if (Has(field) || fallback is null)
        {
            Refuse(field, Value(field)?.ValueKind.ToString() ?? "nothing", "text");
        }

        return fallback;
    }

    /// <summary>A number within a range; an error where it is not, or absent without a fallback.</summary>
    public double Number(string field, double? fallback, double least = double.MinValue, double most = double.MaxValue)
    {
        if (Value(field) is not { } value)
        {
            if (fallback is null)
            {
                Refuse(field, "nothing", "a number");
            }

            return fallback ?? 1;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
        {
            return number;
        }

        var limits = least == double.Epsilon ? "above 0" : least > double.MinValue ? FormattableString.Invariant($"at least {least}") : "";
        limits += most < double.MaxValue ? FormattableString.Invariant($"{(limits.Length > 0 ? ", " : "")}at most {most}") : "";
        Refuse(field, value.ValueKind == JsonValueKind.Number ? JsonInput.Short(value.GetRawText()) : value.ValueKind.ToString(), $"a number {limits}".TrimEnd());
        return fallback ?? 1;
    }

    /// <summary>A list of numbers; empty where it is none.</summary>
    public List<double> Numbers(string field)
    {
        if (Value(field) is { ValueKind: JsonValueKind.Array } value && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out _)))
        {
            return value.EnumerateArray().Select(v => v.GetDouble()).ToList();
        }

        Refuse(field, Value(field)?.ValueKind.ToString() ?? "nothing", "a list of numbers");
        return [];
    }

    /// <summary>An object, or null where there is none.</summary>
    public SpecFields? Object(string field) => Value(field) is { } value ? new SpecFields(value, $"{About}: {field}", _findings) : null;

    /// <summary>A list of objects; empty where there is none.</summary>
    public IReadOnlyList<SpecFields> Objects(string field)
    {
        if (Value(field) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Refuse(field, value.ValueKind.ToString(), "a list");
            return [];
        }

        return value.EnumerateArray().Select((v, n) => new SpecFields(v, $"{About}: {field}, entry {n + 1}", _findings)).ToList();
    }

    private JsonElement? Value(string field) =>
        _element.ValueKind == JsonValueKind.Object && _element.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
