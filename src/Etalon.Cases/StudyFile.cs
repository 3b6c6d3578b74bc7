using System.Text.Json;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>A phantom that etalon.json names.</summary>
internal sealed record NamedPhantom(string Subject, IReadOnlyList<string> Sessions, IReadOnlyDictionary<string, (double Mm2PerS, double U)> Reference);

/// <summary>A test-retest subject that etalon.json names.</summary>
internal sealed record NamedTestRetest(string Subject, IReadOnlyList<string> Sessions);

/// <summary>etalon.json at the root of a BIDS or DICOM folder (docs/schemas/study.schema.json); all of it is optional.</summary>
/// <remarks>In a BIDS folder subjects and sessions are its labels; beside DICOM a subject is a PatientID, a session a StudyID, a StudyInstanceUID or a day (YYYYMMDD).</remarks>
internal sealed class StudyFile : IDisposable
{
    private readonly JsonDocument? _document;

    private StudyFile(JsonDocument? document) => _document = document;

    public IReadOnlyList<NamedPhantom> Phantoms { get; private init; } = [];

    public IReadOnlyList<NamedTestRetest> TestRetest { get; private init; } = [];

    public DensityReference? Density { get; private init; }

    /// <param name="folder">Where it lies.</param>
    /// <param name="isBids">Whether its names become parts of paths, so that they must be labels.</param>
    /// <param name="findings">Receives trouble.</param>
    public static StudyFile Read(CaseFolder folder, bool isBids, List<Finding> findings)
    {
        var path = folder.Resolve("etalon.json", "etalon.json");
        if (!File.Exists(path))
        {
            return new StudyFile(null);
        }

        var document = JsonInput.Read(path, "etalon.json");
        var json = document.RootElement;
        if (json.ValueKind != JsonValueKind.Object)
        {
            findings.Add(Invalid("etalon.json", json.ValueKind.ToString(), "an object"));
            return new StudyFile(document);
        }

        findings.AddRange(JsonInput.UnknownFields(json, "etalon.json", "schema", "phantoms", "test_retest", "density", "truth", "virtual"));
        return new StudyFile(document)
        {
            Phantoms = Items(json, "phantoms").Select(p => Phantom(p, isBids, findings)).OfType<NamedPhantom>().ToList(),
            TestRetest = Items(json, "test_retest").Select(t => Label(t, "subject", isBids) is { } s && Names(t, "sessions", isBids) is { Count: 2 } n ? new NamedTestRetest(s, n) : Bad<NamedTestRetest>("test_retest", "subject and two sessions", findings))
                .OfType<NamedTestRetest>().ToList(),
            Density = DensityOf(json, findings),
        };
    }

    /// <summary>The truth of a virtual patient; null where there is none.</summary>
    public CaseTruth? Truth(CaseFolder folder, IReadOnlyList<Visit> visits)
    {
        if (_document is null || Text(_document.RootElement, "truth") is not { } name || name.AsSpan().IndexOfAny('/', '\\') >= 0 || !File.Exists(folder.Resolve(name, "etalon.json: truth")))
        {
            return null;
        }

        using var truth = JsonInput.Read(folder.Resolve(name, name), JsonInput.Short(name));
        var byVisit = new Dictionary<string, IReadOnlyDictionary<string, double>>(StringComparer.Ordinal);
        foreach (var item in Items(truth.RootElement, "visits"))
        {
            if (Text(item, "session") is { } session && visits.Any(v => v.Id == session))
            {
                byVisit[session] = Numbers(item, ("volume_ml", "volume"), ("adc_mean_mm2_per_s", "adc.mean"), ("cells_relative_ml", "cells.ml"));
            }
        }

        var parameters = truth.RootElement.ValueKind == JsonValueKind.Object && truth.RootElement.TryGetProperty("parameters", out var p) && p.ValueKind == JsonValueKind.Object
            ? p.EnumerateObject().Where(x => x.Value.ValueKind == JsonValueKind.Number && x.Value.TryGetDouble(out var number) && double.IsFinite(number))
                .ToDictionary(x => x.Name, x => x.Value.GetDouble(), StringComparer.Ordinal)
            : [];
        return new CaseTruth(byVisit, parameters);
    }

    public void Dispose() => _document?.Dispose();

    private static NamedPhantom? Phantom(JsonElement json, bool isBids, List<Finding> findings)
    {
        if (Label(json, "subject", isBids) is not { } subject || Names(json, "sessions", isBids) is not { Count: > 0 } sessions
            || !json.TryGetProperty("reference", out var reference) || reference.ValueKind != JsonValueKind.Object)
        {
            return Bad<NamedPhantom>("phantoms", "subject, sessions and reference", findings);
        }

        var values = new Dictionary<string, (double, double)>(StringComparer.Ordinal);
        foreach (var vial in reference.EnumerateObject())
        {
            var numbers = vial.Value.ValueKind == JsonValueKind.Object ? Numbers(vial.Value, ("adc_mm2_per_s", "value"), ("u_mm2_per_s", "u")) : new Dictionary<string, double>();
            if (numbers.TryGetValue("value", out var value) && value > 0)
            {
                values[vial.Name] = (value, numbers.GetValueOrDefault("u"));
            }
        }

        return new NamedPhantom(subject, sessions, values);
    }

    private static DensityReference? DensityOf(JsonElement json, List<Finding> findings)
    {
        if (!json.TryGetProperty("density", out var density) || density.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var numbers = Numbers(density, ("adc_free_water_mm2_per_s", "free"), ("adc_capacity_mm2_per_s", "capacity"));
        if (!numbers.TryGetValue("free", out var free) || !numbers.TryGetValue("capacity", out var capacity) || !(free > capacity) || !(capacity >= 0))
        {
            findings.Add(Invalid("etalon.json: density", "no usable pair of ADC values", "adc_free_water_mm2_per_s above adc_capacity_mm2_per_s, both in mm²/s"));
            return null;
        }

        return new DensityReference(free, capacity, Text(density, "source") ?? "etalon.json");
    }

    private static List<JsonElement> Items(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

    private static string? Label(JsonElement json, string name, bool isBids) => Text(json, name) is { } text && IsName(text, isBids) ? text : null;

    private static List<string> Names(JsonElement json, string name, bool isBids) =>
        Items(json, name).Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!).Where(s => IsName(s, isBids)).ToList();

    /// <summary>Labels of BIDS are letters and digits, so that none of them becomes a path; identifiers of DICOM are compared and nothing else.</summary>
    private static bool IsName(string text, bool isBids) => text.Length is > 0 and <= 64 && (isBids ? text.All(char.IsAsciiLetterOrDigit) : !text.Any(char.IsControl));

    private static Dictionary<string, double> Numbers(JsonElement json, params (string Field, string Name)[] fields)
    {
        var result = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (field, name) in fields)
        {
            if (json.TryGetProperty(field, out var v) && v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out var number) && double.IsFinite(number))
            {
                result[name] = number;
            }
        }

        return result;
    }

    private static T? Bad<T>(string field, string expected, List<Finding> findings)
        where T : class
    {
        findings.Add(Invalid($"etalon.json: {field}", "an entry that cannot be used", expected));
        return null;
    }

    private static Finding Invalid(string about, string found, string expected) =>
        new(FindingCodes.FieldInvalid, Severity.Error, about, found, expected, "Correct the entry; it was not used.");
}
