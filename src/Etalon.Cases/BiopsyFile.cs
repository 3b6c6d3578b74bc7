using System.Text.Json;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>A value of pathology.</summary>
/// <param name="Name">Letters, digits and underscores: <c>cellularity</c>, <c>ki67</c>, <c>grade</c>, <c>idh_mutation</c> (0 or 1).</param>
/// <param name="Value">In the unit.</param>
/// <param name="U">Standard uncertainty, at least 0.</param>
/// <param name="Unit">UCUM; null: a number without unit.</param>
public sealed record PathologyValue(string Name, double Value, double U, string? Unit);

/// <summary>A biopsy: a place with a covariance, a time, and what pathology found.</summary>
/// <param name="Id">Unique in the file.</param>
/// <param name="Time">When it was taken; null: not stated.</param>
/// <param name="Visit">The visit whose images show its place; null: not stated.</param>
/// <param name="Location">Place and covariance, LPS, mm.</param>
/// <param name="Pathology">Values.</param>
public sealed record Biopsy(string Id, DateTimeOffset? Time, string? Visit, PointLocation Location, IReadOnlyList<PathologyValue> Pathology);

/// <summary>Reads biopsies.json (docs/schemas/biopsies.schema.json).</summary>
public static class BiopsyFile
{
    /// <summary>Name of the file beside treatment.json.</summary>
    public const string Name = "biopsies.json";

    private const double LargestSdMm = 50;

    /// <summary>Reads biopsies; entries that cannot be used become findings and are left out.</summary>
    /// <exception cref="CaseException">It is not there, or not JSON.</exception>
    public static IReadOnlyList<Biopsy> Read(string path, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(findings);
        if (!File.Exists(path))
        {
            throw new CaseException(new Finding(FindingCodes.ImageMissing, Severity.Error, Path.GetFileName(path), "no such file", "biopsies.json beside the images", "Put it there, or name it with --biopsies."));
        }

        using var document = JsonInput.Read(path, Name);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("biopsies", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            findings.Add(Invalid(Name, "no list 'biopsies'", "an object with a list of biopsies"));
            return [];
        }

        findings.AddRange(JsonInput.UnknownFields(root, Name, "schema", "biopsies"));
        var result = new List<Biopsy>();
        foreach (var (entry, n) in list.EnumerateArray().Select((e, n) => (e, n + 1)))
        {
            if (Of(entry, $"{Name}: entry {n}", findings) is not { } biopsy)
            {
                continue;
            }

            if (result.Exists(b => b.Id == biopsy.Id))
            {
                findings.Add(Invalid($"{Name}: entry {n}", $"a second biopsy '{biopsy.Id}'", "one entry for each biopsy"));
                continue;
            }

            result.Add(biopsy);
        }

        return result;
    }

    private static Biopsy? Of(JsonElement e, string about, List<Finding> findings)
    {
        if (e.ValueKind != JsonValueKind.Object || Text(e, "id") is not { Length: > 0 } id)
        {
            findings.Add(Invalid(about, "no id", "an object with id, location and pathology"));
            return null;
        }

        findings.AddRange(JsonInput.UnknownFields(e, about, "id", "time", "visit", "location", "pathology"));
        var time = Text(e, "time") is { } text ? CaseTime.Parse(text, out _) : null;
        if (Location(e) is not { } location)
        {
            findings.Add(Invalid($"{about} ('{JsonInput.Short(id)}')", "a location that cannot be used", "mm: three numbers (LPS), and covariance: nine numbers of a covariance in mm², or sd_mm: standard deviations by source"));
            return null;
        }

        var pathology = e.TryGetProperty("pathology", out var values) && values.ValueKind == JsonValueKind.Object ? values.EnumerateObject().Select(p => Value(p, about, findings)).OfType<PathologyValue>().ToList() : [];
        if (pathology.Count == 0)
        {
            findings.Add(Invalid($"{about} ('{JsonInput.Short(id)}')", "no value of pathology", "an object of names with value, u and unit"));
            return null;
        }

        return new Biopsy(JsonInput.Short(id), time, Text(e, "visit"), location, pathology);
    }

    private static PathologyValue? Value(JsonProperty p, string about, List<Finding> findings)
    {
        var isName = p.Name.Length is > 0 and <= 64 && p.Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        if (!isName || p.Value.ValueKind != JsonValueKind.Object || Number(p.Value, "value") is not { } value || (p.Value.TryGetProperty("u", out var given) && (given.ValueKind != JsonValueKind.Number || !(given.GetDouble() >= 0))))
        {
            findings.Add(Invalid($"{about}: {JsonInput.Short(p.Name)}", "a value that cannot be used", "letters, digits and _ as a name; a number as value; u at least 0"));
            return null;
        }

        return new PathologyValue(p.Name, value, Number(p.Value, "u") ?? 0, Text(p.Value, "unit") is { } unit ? JsonInput.Short(unit) : null);
    }

    /// <summary>Place with its covariance: stated, or the sum of independent parts (navigation, brain shift, registration), each the same in all directions.</summary>
    private static PointLocation? Location(JsonElement e)
    {
        if (!e.TryGetProperty("location", out var l) || l.ValueKind != JsonValueKind.Object || Numbers(l, "mm") is not { Count: 3 } mm)
        {
            return null;
        }

        if (Numbers(l, "covariance") is { } covariance)
        {
            return covariance.Count == 9 && IsCovariance(covariance) ? new PointLocation(mm, covariance) : null;
        }

        if (!l.TryGetProperty("sd_mm", out var parts) || parts.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var variance = 0.0;
        foreach (var part in parts.EnumerateObject())
        {
            if (part.Value.ValueKind != JsonValueKind.Number || !(part.Value.GetDouble() is >= 0 and <= LargestSdMm and var sd))
            {
                return null;
            }

            variance += sd * sd;
        }

        return new PointLocation(mm, [variance, 0, 0, 0, variance, 0, 0, 0, variance]);
    }

    private static bool IsCovariance(List<double> c)
    {
        const double Tolerance = 1e-6;
        var isSymmetric = Math.Abs(c[1] - c[3]) <= Tolerance && Math.Abs(c[2] - c[6]) <= Tolerance && Math.Abs(c[5] - c[7]) <= Tolerance;
        var minors = new[] { c[0], c[4], c[8], c[0] * c[4] - c[1] * c[1], c[0] * c[8] - c[2] * c[2], c[4] * c[8] - c[5] * c[5] };
        var determinant = c[0] * (c[4] * c[8] - c[5] * c[5]) - c[1] * (c[1] * c[8] - c[5] * c[2]) + c[2] * (c[1] * c[5] - c[4] * c[2]);
        return isSymmetric && minors.All(m => m >= -Tolerance) && determinant >= -Tolerance && c.Max() <= LargestSdMm * LargestSdMm;
    }

    private static List<double>? Numbers(JsonElement e, string field)
    {
        if (!e.TryGetProperty(field, out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > 9 || list.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.Number))
        {
            return null;
        }

        List<double> numbers = [.. list.EnumerateArray().Select(v => v.GetDouble())];
        return numbers.TrueForAll(v => double.IsFinite(v) && Math.Abs(v) < 1e5) ? numbers : null;
    }

    private static double? Number(JsonElement e, string field) => e.TryGetProperty(field, out var v) && v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out var d) && double.IsFinite(d) ? d : null;

    private static string? Text(JsonElement e, string field) => e.TryGetProperty(field, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

    private static Finding Invalid(string about, string found, string expected) => new(FindingCodes.FieldInvalid, Severity.Error, about, found, expected, "Correct the entry; it was not used.");
}
