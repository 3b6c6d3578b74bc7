using System.Globalization;
using System.Text.Json;
using Etalon.Cases;
using Etalon.Comparability;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study.Comparison;

/// <summary>
/// A summary of how visits were acquired, without images and without identifiers, that another centre can compare against (docs/schemas/acquisition-summary.schema.json).
/// </summary>
/// <remarks>
/// It holds the attributes that the ledger names. It leaves out patients' identifiers and names, dates and times, the station's name, and free text on how a series was
/// derived; patients and series are numbered; the serial number is a <see cref="DeviceKey"/>, and scanner states are keys. It keeps weight and size, which SUV and the dose of an agent need.
/// </remarks>
public static class AcquisitionSummary
{
    /// <summary>Name of the layout.</summary>
    public const string Schema = "etalon-acquisition-summary-1";

    /// <summary>Name of the file that a run leaves beside its results.</summary>
    public const string FileName = "acquisitions.json";

    private const int MostSeries = 200_000;

    /// <summary>Attributes that are never exported.</summary>
    private static readonly string[] Withheld = ["DerivationDescription", "StationName", "StudyDateTime", "SeriesDateTime", "AcquisitionDateTime", "RadiopharmaceuticalStartDateTime", "RadiopharmaceuticalStartTime"];

    /// <summary>Writes visits.</summary>
    /// <param name="visits">Visits of any inputs.</param>
    /// <param name="ledger">Whose attributes are kept.</param>
    public static byte[] Write(IReadOnlyList<AcquisitionVisit> visits, AcquisitionLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(visits);
        ArgumentNullException.ThrowIfNull(ledger);
        var kept = ledger.Rows.SelectMany(r => r.Attributes).Except(Withheld, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        var patients = visits.Select(v => v.Patient).Distinct(StringComparer.Ordinal).ToList();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("etalon", ResultsJson.EtalonVersion);
            ResultsJson.List(json, "visits", visits.Index(), (j, v) => Visit(j, v.Item, Name(visits, v.Index, patients), patients, kept, ledger));
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>Reads a summary.</summary>
    /// <param name="path">The file.</param>
    /// <param name="findings">Receives what was not understood.</param>
    /// <exception cref="CaseException">It is no summary, or a field is wrong.</exception>
    public static IReadOnlyList<AcquisitionVisit> Read(string path, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(findings);
        var name = Path.GetFileName(path);
        using var document = JsonInput.Read(path, name);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || Text(root, "schema") != Schema)
        {
            throw Invalid(name, "no acquisition summary", $"\"schema\": \"{Schema}\"");
        }

        return [.. Items(root, "visits", name).Select((v, n) => Visit(v, $"{name}: visits[{n}]", findings))];
    }

    /// <summary>Visits of a patient as a run has them.</summary>
    public static IReadOnlyList<AcquisitionVisit> Of(PatientCase patient)
    {
        ArgumentNullException.ThrowIfNull(patient);
        return [.. patient.Visits.Select(v => new AcquisitionVisit($"{patient.Subject}/{v.Id}", patient.Subject, [.. Series(v)]))];
    }

    private static IEnumerable<AcquiredSeries> Series(Visit visit)
    {
        var images = visit.Images.Where(i => i.Kind is not (ImageKind.RegionMask or ImageKind.BrainMask)).GroupBy(i => i.Acquisition?.Id ?? visit.Acquisition.Id, StringComparer.Ordinal);
        foreach (var of in images)
        {
            var record = of.First().Acquisition ?? visit.Acquisition;
            var serves = of.Select(i => i.Kind is ImageKind.DiffusionSeries or ImageKind.AdcMap ? "adc" : i.Kind == ImageKind.Suv ? "suvbw" : null).OfType<string>().Append("volume").Distinct(StringComparer.Ordinal);
            yield return new AcquiredSeries(record, [.. serves], new Dictionary<string, string>());
        }
    }

    /// <summary>Number of the patient, and of the visit among the patient's.</summary>
    private static string Name(IReadOnlyList<AcquisitionVisit> visits, int index, List<string> patients) =>
        FormattableString.Invariant($"patient-{patients.IndexOf(visits[index].Patient) + 1}/{visits.Take(index + 1).Count(v => v.Patient == visits[index].Patient)}");

    private static void Visit(Utf8JsonWriter json, AcquisitionVisit visit, string name, List<string> patients, HashSet<string> kept, AcquisitionLedger ledger)
    {
        json.WriteString("id", name);
        json.WriteString("patient", FormattableString.Invariant($"patient-{patients.IndexOf(visit.Patient) + 1}"));
        ResultsJson.List(json, "series", visit.Series.Index(), (j, s) =>
        {
            j.WriteString("id", FormattableString.Invariant($"{name}/series-{s.Index + 1}"));
            j.WriteStartArray("serves");
            foreach (var measurand in s.Item.Serves)
            {
                j.WriteStringValue(measurand);
            }

            j.WriteEndArray();
            j.WriteStartObject("scanner_states");
            foreach (var measurand in ledger.Measurands.Where(m => s.Item.Serves.Count == 0 || s.Item.Serves.Contains(AcquisitionVisit.FamilyOf(m), StringComparer.Ordinal)))
            {
                if (s.Item.StateFor(measurand, ledger) is { } state)
                {
                    j.WriteString(measurand, InspectJson.Whole(state));
                }
            }

            j.WriteEndObject();
            ResultsJson.List(j, "attributes", DeviceKey.Hide(s.Item.Record).Attributes.Where(a => kept.Contains(a.Name) && a.Value is not null), Attribute);
        });
    }

    private static void Attribute(Utf8JsonWriter json, AcquisitionAttribute a)
    {
        json.WriteString("name", a.Name);
        json.WriteString("state", a.State.ToString().ToLowerInvariant());
        json.WriteString("value", InspectJson.Whole(a.Value!));
        if (a.Numbers.Count > 0)
        {
            json.WriteStartArray("numbers");
            foreach (var n in a.Numbers)
            {
                json.WriteNumberValue(n);
            }

            json.WriteEndArray();
        }

        if (a.Unit is not null)
        {
            json.WriteString("unit", a.Unit);
        }
    }

    private static AcquisitionVisit Visit(JsonElement json, string at, List<Finding> findings) =>
        new(Needed(json, "id", at), Needed(json, "patient", at), [.. Items(json, "series", at).Select((s, n) => Series(s, $"{at}.series[{n}]", findings))]);

    private static AcquiredSeries Series(JsonElement json, string at, List<Finding> findings)
    {
        var serves = Items(json, "serves", at).Select(e => e.ValueKind == JsonValueKind.String ? e.GetString()! : throw Invalid(at, "a measurand that is no text", "texts")).ToList();
        var states = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json.TryGetProperty("scanner_states", out var stated) && stated.ValueKind == JsonValueKind.Object)
        {
            foreach (var p in stated.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String))
            {
                states[p.Name] = p.Value.GetString()!;
            }
        }

        var read = Items(json, "attributes", at).Select((a, n) => Attribute(a, $"{at}.attributes[{n}]", findings)).OfType<AcquisitionAttribute>().GroupBy(a => a.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var modality = read.GetValueOrDefault("Modality")?.Value;
        var record = AttributeTable.All.Where(d => d.IsOf(modality)).Select(d => read.GetValueOrDefault(d.Name) ?? AcquisitionAttribute.Absent(d.Name));
        return new AcquiredSeries(new Acquisition(Needed(json, "id", at), [.. record]), serves, states);
    }

    private static AcquisitionAttribute? Attribute(JsonElement json, string at, List<Finding> findings)
    {
        var name = Needed(json, "name", at);
        if (AttributeTable.Find(name) is not { } definition)
        {
            findings.Add(new Finding(FindingCodes.FieldUnknown, Severity.Warning, at, $"attribute '{Short(name)}'", "a name of the table of attributes", "It was not used. The summary may come from a later version."));
            return null;
        }

        var state = Enum.TryParse<AttributeState>(Text(json, "state"), ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : throw Invalid(at, "no known state", "present, derived, assumed or contradicted");
        var numbers = json.TryGetProperty("numbers", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.Number && n.TryGetDouble(out var x) && double.IsFinite(x) ? x : throw Invalid(at, "a number that is none", "finite numbers")).ToList()
            : [];
        var value = Needed(json, "value", at);
        if (definition.Kind is AttributeKind.Number or AttributeKind.Numbers && numbers.Count == 0)
        {
            // Some records hold b-values as text alone.
            numbers = [.. value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => double.TryParse(w, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && double.IsFinite(x) ? x : throw Invalid(at, $"{name} without numbers", "numbers"))];
        }

        return new AcquisitionAttribute(name, value, state) { Numbers = numbers, Unit = definition.Unit };
    }

    private static List<JsonElement> Items(JsonElement json, string name, string at) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
        ? list.GetArrayLength() <= MostSeries ? [.. list.EnumerateArray()] : throw Invalid(at, $"{list.GetArrayLength()} items of '{name}'", $"at most {MostSeries}")
        : throw Invalid(at, $"no list '{name}'", "a list");

    private static string Needed(JsonElement json, string name, string at) => json.ValueKind == JsonValueKind.Object && Text(json, name) is { Length: > 0 and <= 4000 } text ? text : throw Invalid(at, $"no text '{name}'", "a text");

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

    private static string Short(string text) => text.Length <= 40 ? text : text[..40];

    private static CaseException Invalid(string about, string found, string expected) => new(new Finding(FindingCodes.FieldInvalid, Severity.Error, about, found, expected, "Export the summary again (etalon compare PATH --export FILE)."));
}
