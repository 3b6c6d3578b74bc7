using System.Text.Json;
using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>A purpose that was read, or why it could not be.</summary>
/// <param name="Purpose">Null where it cannot be used.</param>
/// <param name="Findings">Errors where it cannot be used; warnings for fields that were passed over.</param>
public sealed record PurposeReading(Purpose? Purpose, IReadOnlyList<Finding> Findings);

/// <summary>Reads purposes from JSON (docs/schemas/purpose.schema.json).</summary>
public static class PurposeFile
{
    /// <summary>The schema that a file names.</summary>
    public const string Schema = "etalon-purpose-1";

    private const int MaxBytes = 1 << 20;
    private static readonly string[] Directions = ["any", "increase", "decrease"];
    private static readonly string[] Grades = ["A", "B", "C", "D"];

    /// <summary>Reads a file. Nothing is thrown for what stands in it, nor for its absence.</summary>
    public static PurposeReading Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var name = Path.GetFileName(path);
        try
        {
            using var file = File.OpenRead(path);
            using var memory = new MemoryStream();
            var buffer = new byte[1 << 14];
            for (int got; memory.Length <= MaxBytes && (got = file.Read(buffer)) > 0;)
            {
                memory.Write(buffer, 0, got);
            }

            return memory.Length > MaxBytes
                ? Unusable(name, $"more than {MaxBytes} bytes", $"at most {MaxBytes} bytes")
                : Parse(memory.ToArray(), name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Unusable(name, e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : $"a file that cannot be read ({e.GetType().Name})", "a readable JSON file");
        }
    }

    /// <summary>Parses the content of a file.</summary>
    /// <param name="utf8">JSON in UTF-8.</param>
    /// <param name="name">Name of the file, for the findings.</param>
    public static PurposeReading Parse(ReadOnlyMemory<byte> utf8, string name)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        try
        {
            using var document = JsonDocument.Parse(utf8.Span.StartsWith(mark) ? utf8[mark.Length..] : utf8, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Unusable(name, document.RootElement.ValueKind.ToString(), "an object");
            }

            var findings = new List<Finding>();
            var purpose = Purpose(new PurposeJson(document.RootElement, name, findings), name);
            return new PurposeReading(findings.Any(f => f.Severity == Severity.Error) ? null : purpose, findings);
        }
        catch (JsonException e)
        {
            return Unusable(name, e.LineNumber is { } line ? $"text that is not JSON at line {line + 1}, byte {e.BytePositionInLine + 1}" : "a field that stands twice in one object", "one JSON document, at most 8 levels deep, each field once");
        }
        catch (InvalidOperationException)
        {
            return Unusable(name, "text that is not Unicode", "JSON in UTF-8");
        }
    }

    private static PurposeReading Unusable(string name, string found, string expected) => new(null,
        [new Finding(FindingCodes.PurposeUnusable, Severity.Error, name, found, expected, "Give a purpose as in docs/examples/purpose.json, or the name of one that is built in.")]);

    /// <summary>Null, with findings, where something that is needed is missing or wrong.</summary>
    private static Purpose? Purpose(PurposeJson json, string name)
    {
        json.Choice("schema", [Schema], isNeeded: true);
        var (id, title, decision) = (json.Text("id", isNeeded: true), json.Text("title"), json.Text("decision", isNeeded: true));
        var measurand = Measurand(json);
        var direction = json.Choice("direction", Directions);
        var mic = json.Below("minimal_important_change", isNeeded: true) is { } change ? Change(change, measurand, direction) : null;
        var risk = json.Below("tolerated_risk", isNeeded: true) is { } tolerated ? Risk(tolerated) : null;
        var spread = json.Below("expected_spread") is { } s ? Sourced(s, b => s.Number("percent", 0, 1000, isNeeded: true) is { } p ? new ExpectedSpread(p, b) : null) : null;
        var attributes = json.Below("required_attributes") is { } r ? Sourced(r, b => r.Texts("names") is { } names ? new RequiredAttributes(names, b) : null) : null;
        var age = json.Below("maximum_age") is { } a ? Sourced(a, b => a.Number("days", 0, 36525, isNeeded: true) is { } days ? new MaximumAge(days, b) : null) : null;
        var grade = json.Below("lowest_grade") is { } g ? Sourced(g, b => g.Choice("grade", Grades, isNeeded: true) is { } letter ? new LowestGrade(Enum.Parse<Grade>(letter), b) : null) : null;
        var limits = json.Below("tur_limits") is { } t ? Limits(t) : TurLimits.Default;
        json.TellUnknown();
        if (id is null || decision is null || measurand is null || mic is null || risk is null)
        {
            return null;
        }

        return new Purpose
        {
            Id = id,
            Title = title ?? id,
            Measurand = measurand,
            Decision = decision,
            Direction = direction is null ? ChangeDirection.Any : Enum.Parse<ChangeDirection>(direction, ignoreCase: true),
            MinimalImportantChange = mic,
            ToleratedRisk = risk,
            ExpectedSpread = spread,
            RequiredAttributes = attributes,
            MaximumAge = age,
            LowestGrade = grade,
            TurLimits = limits ?? TurLimits.Default,
        };
    }

    private static string? Measurand(PurposeJson json)
    {
        if (json.Text("measurand", isNeeded: true) is not { } measurand)
        {
            return null;
        }

        var code = measurand.Split('.')[0];
        if (Measurands.All.Any(m => m.Code == code))
        {
            return measurand;
        }

        json.TellField("measurand", $"'{code}'", $"one of {string.Join(", ", Measurands.All.Select(m => m.Code))}, with or without a statistic such as .mean");
        return null;
    }

    private static T? Sourced<T>(PurposeJson json, Func<Basis, T?> read)
        where T : class
    {
        var basis = json.Basis();
        var item = read(basis ?? new Basis("", true));
        json.TellUnknown();
        return basis is null ? null : item;
    }

    private static MinimalImportantChange? Change(PurposeJson json, string? measurand, string? direction) => Sourced(json, basis =>
    {
        var isPercent = json.Has("percent");
        if (isPercent == json.Has("absolute"))
        {
            json.TellField("percent", isPercent ? "both 'percent' and 'absolute'" : "neither 'percent' nor 'absolute'", "one of the two");
            return null;
        }

        if (isPercent)
        {
            return json.Number("percent", 0, direction == "decrease" ? 99.99 : 1000, isNeeded: true) is { } percent ? new MinimalImportantChange(percent, null, null, basis) : null;
        }

        var (absolute, unit) = (json.Number("absolute", 0, 1e12, isNeeded: true), json.Text("unit", isNeeded: true));
        if (absolute is null || unit is null || measurand is null)
        {
            return null;
        }

        var of = Measurands.Get(measurand).Unit;
        if (Unit.TryParse(unit, out var parsed) && parsed!.IsCommensurableWith(Unit.Parse(of)))
        {
            return new MinimalImportantChange(null, absolute, unit, basis);
        }

        json.TellField("unit", $"'{unit}'", $"a unit of {measurand}, such as {of}");
        return null;
    });

    private static ToleratedRisk? Risk(PurposeJson json) => Sourced(json, basis =>
        (json.Number("false_accept", 0, 0.5, isNeeded: true), json.Number("false_reject", 0, 0.5, isNeeded: true)) is ({ } accept, { } reject)
            ? new ToleratedRisk(accept, reject, basis) : null);

    private static TurLimits? Limits(PurposeJson json) => Sourced(json, basis =>
    {
        if ((json.Number("fit", 0, 1000, isNeeded: true), json.Number("guard_band", 0, 1000, isNeeded: true), json.Number("exploratory", 0, 1000, isNeeded: true)) is not ({ } fit, { } guard, { } exploratory))
        {
            return null;
        }

        if (fit >= guard && guard >= exploratory)
        {
            return new TurLimits(fit, guard, exploratory, basis);
        }

        json.TellField("fit", FormattableString.Invariant($"{fit}, {guard}, {exploratory}"), "limits that fall: fit, guard_band, exploratory");
        return null;
    });
}
