using System.Text.Json;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Reads treatment.json (docs/schemas/treatment.schema.json).</summary>
public static class TreatmentFile
{
    /// <summary>Single-fraction radiosurgery gives up to about 24 Gy to a metastasis; beyond this a dose is more likely a wrong unit.</summary>
    private const double LargestFractionGy = 30;

    private const string Name = "treatment.json";

    /// <summary>Reads a treatment; entries that cannot be used become findings and are left out.</summary>
    /// <exception cref="CaseException">It is not there, or not JSON.</exception>
    public static TreatmentGiven Read(string path, List<Finding> findings, List<Assumption> assumptions)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ArgumentNullException.ThrowIfNull(assumptions);
        if (!File.Exists(path))
        {
            throw new CaseException(new Finding(
                FindingCodes.ImageMissing, Severity.Error, Path.GetFileName(path), "no such file", "the treatment file that was named", "Check the path given to --treatment."));
        }

        using var document = JsonInput.Read(path, Name);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            findings.Add(Invalid(Name, root.ValueKind.ToString(), "an object"));
            return TreatmentGiven.None;
        }

        findings.AddRange(JsonInput.UnknownFields(root, Name, "schema", "radiotherapy", "drugs", "surgery"));
        var fractions = Each(root, "radiotherapy", findings, (e, about) =>
        {
            findings.AddRange(JsonInput.UnknownFields(e, about, "time", "dose_Gy", "dose_map", "target"));
            return Time(e) is { } time && Positive(e, "dose_Gy") is { } dose ? new Fraction(time, dose, Text(e, "target") is { } target ? JsonInput.Short(target) : null) : null;
        });
        var drugs = Each(root, "drugs", findings, (e, about) => Drug(e, about, findings, assumptions));
        var surgery = Each(root, "surgery", findings, (e, _) => Time(e) is { } time ? new Surgery(time, JsonInput.Short(Text(e, "region") ?? "not stated")) : null);
        Tell(root, surgery.Count, findings);
        TellLargeFractions(fractions, Name, findings);
        return new TreatmentGiven(fractions.OrderBy(f => f.Time).ToList(), drugs, surgery.OrderBy(s => s.Time).ToList());
    }

    /// <summary>Tells of fractions that are larger than anybody gives to a tumour in one sitting: most likely cGy in the place of Gy.</summary>
    internal static void TellLargeFractions(IEnumerable<Fraction> fractions, string about, List<Finding> findings)
    {
        var large = fractions.Where(f => f.DoseGy > LargestFractionGy).ToList();
        if (large.Count > 0)
        {
            findings.Add(new Finding(
                FindingCodes.FieldInvalid, Severity.Warning, $"{about}: radiotherapy", FormattableString.Invariant($"{large.Count} fractions above {LargestFractionGy:0} Gy, the largest {large.Max(f => f.DoseGy):0.##} Gy"),
                "a dose that is given in one sitting", "Check that the doses are in Gy and not in cGy. They were used as they stand."));
        }
    }

    /// <summary>Says what stands in the file and is not used, and where times were read as UTC.</summary>
    private static void Tell(JsonElement root, int surgeries, List<Finding> findings)
    {
        if (Entries(root, "radiotherapy").Any(e => e.ValueKind == JsonValueKind.Object && e.TryGetProperty("dose_map", out var map) && map.ValueKind != JsonValueKind.Null))
        {
            findings.Add(new Finding(
                FindingCodes.FieldUnknown, Severity.Warning, $"{Name}: radiotherapy", "a dose_map", "one dose for the whole tumour",
                "Dose maps are not read: dose_Gy was taken for the whole tumour."));
        }

        if (surgeries > 0)
        {
            findings.Add(new Finding(
                FindingCodes.FieldUnknown, Severity.Warning, $"{Name}: surgery", $"{surgeries} operations", "a course without surgery",
                "The twin does not know surgery: choose visits after it with --fit-visits, or read its forecast as wrong."));
        }

        var times = Entries(root, "radiotherapy").Concat(Entries(root, "surgery")).Concat(Entries(root, "drugs").SelectMany(d => Entries(d, "doses")));
        if (times.Any(e => e.ValueKind == JsonValueKind.Object && Text(e, "time") is { } text && CaseTime.Parse(text, out var hasOffset) is not null && !hasOffset))
        {
            findings.Add(CaseTime.WithoutZone(Name));
        }
    }

    private static List<JsonElement> Entries(JsonElement owner, string field) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(field, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static DrugCourse? Drug(JsonElement e, string about, List<Finding> findings, List<Assumption> assumptions)
    {
        findings.AddRange(JsonInput.UnknownFields(e, about, "name", "reference_amount", "unit", "doses"));
        var doses = Each(e, "doses", findings, (d, _) => Time(d) is { } time && Positive(d, "amount") is { } amount ? new DrugDose(time, amount) : null)
            .OrderBy(d => d.Time).ToList();
        if (Text(e, "name") is not { Length: > 0 } name || doses.Count == 0)
        {
            return null;
        }

        var reference = Positive(e, "reference_amount");
        if (reference is null)
        {
            reference = doses.Max(d => d.Amount);
            var value = FormattableString.Invariant($"{reference} {JsonInput.Short(Text(e, "unit") ?? "mg")}");
            assumptions.Add(new Assumption("reference-amount", $"{JsonInput.Short(name)} has no reference amount; its largest dose is taken.", value, "Etalon's rule for layouts without it"));
            findings.Add(new Finding(
                FindingCodes.ReferenceAmountAssumed, Severity.Warning, about, "no reference_amount", "the amount that the sensitivity is stated for", $"Taken: {value}. State it."));
        }

        return new DrugCourse(JsonInput.Short(name), JsonInput.Short(Text(e, "unit") ?? "mg"), reference.Value, doses);
    }

    private static List<T> Each<T>(JsonElement owner, string field, List<Finding> findings, Func<JsonElement, string, T?> read)
        where T : class
    {
        var result = new List<T>();
        if (!owner.TryGetProperty(field, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return result;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            findings.Add(Invalid($"{Name}: {field}", list.ValueKind.ToString(), "a list"));
            return result;
        }

        foreach (var (entry, n) in list.EnumerateArray().Select((e, n) => (e, n + 1)))
        {
            var about = $"{Name}: {field}, entry {n}";
            if (entry.ValueKind == JsonValueKind.Object && read(entry, about) is { } item)
            {
                result.Add(item);
            }
            else
            {
                findings.Add(Invalid(about, "an entry that cannot be used", "a time with offset (ISO 8601) and an amount above 0"));
            }
        }

        return result;
    }

    private static DateTimeOffset? Time(JsonElement e) => Text(e, "time") is { } text ? CaseTime.Parse(text, out _) : null;

    private static string? Text(JsonElement e, string field) => e.TryGetProperty(field, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

    private static double? Positive(JsonElement e, string field) =>
        e.TryGetProperty(field, out var v) && v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out var d) && d > 0 && d < 1e9 ? d : null;

    private static Finding Invalid(string about, string found, string expected) =>
        new(FindingCodes.FieldInvalid, Severity.Error, about, found, expected, "Correct the entry; it was not used.");
}
