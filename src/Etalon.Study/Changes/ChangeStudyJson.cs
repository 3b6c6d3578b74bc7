using System.Text.Json;
using Etalon.Change;
using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Study.Changes;

/// <summary>Writes what a study of changes found, for machines (schema etalon-change-study-1, docs/schemas/change-study.schema.json); the patients stand in the CSV.</summary>
public static class ChangeStudyJson
{
    /// <summary>The study as UTF-8.</summary>
    /// <param name="result">The study; null where none could be judged: findings alone.</param>
    /// <param name="inputs">Name and SHA-256 of each table.</param>
    /// <param name="findings">What was wrong, missing or assumed.</param>
    public static byte[] Write(ChangeStudyResult? result, IReadOnlyList<(string Name, string Sha256)> inputs, IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(findings);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("schema", "etalon-change-study-1");
            json.WriteString("etalon", ResultsJson.EtalonVersion);
            json.WriteStartArray("inputs");
            foreach (var (name, sha256) in inputs)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("sha256", sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (result is not null)
            {
                Study(json, result);
            }

            json.WritePropertyName("findings");
            ResultsJson.Findings(json, findings);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void Study(Utf8JsonWriter json, ChangeStudyResult result)
    {
        var study = result.Study;
        json.WriteString("measurand", result.Measurand);
        json.WriteNumber("patients", result.Patients.Count);
        json.WriteNumber("refused", result.Refused.Count);
        Number(json, "minimal_important_change", result.MinimalImportantChange);
        Counts(json, "verdicts", Enum.GetValues<Verdict>().Select(v => (v.ToString().ToLowerInvariant(), study.Changes.Count(c => c.Verdict == v))));
        Counts(json, "grades", Enum.GetValues<Grade>().Select(g => (g.ToString(), study.Changes.Count(c => c.Grade == g) + (g == Grade.X ? result.Refused.Count : 0))));
        if (study.Population is { } population)
        {
            Population(json, population);
        }

        json.WriteStartArray("states");
        foreach (var s in study.States)
        {
            State(json, s);
        }

        json.WriteEndArray();
        json.WriteStartArray("state_changes");
        foreach (var c in result.StateChanges)
        {
            json.WriteStartObject();
            json.WriteString("station", c.Station);
            json.WriteString("from", c.From);
            json.WriteString("to", c.To);
            json.WriteString("last_before", Day(c.LastBefore));
            json.WriteString("first_after", Day(c.FirstAfter));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("uncalibrated");
        json.WriteNumber("between_scanners_u", result.Spread.BetweenScanners);
        json.WriteNumber("between_scanners_dof", result.Spread.BetweenScannersDof);
        json.WriteNumber("upgrade_u", result.Spread.Upgrade);
        json.WriteNumber("upgrade_dof", result.Spread.UpgradeDof);
        json.WriteNumber("scanners", result.Spread.Scanners);
        json.WriteNumber("upgrades", result.Spread.Upgrades);
        json.WriteEndObject();
    }

    private static void Population(Utf8JsonWriter json, ChangePopulation population)
    {
        json.WriteStartObject("prevalence");
        json.WriteNumber("value", population.Prevalence);
        json.WriteNumber("u", population.PrevalenceU);
        json.WriteNumber("lower95", population.PrevalenceInterval.Lower);
        json.WriteNumber("upper95", population.PrevalenceInterval.Upper);
        json.WriteEndObject();
        json.WriteStartArray("changes");
        foreach (var bin in population.Changes)
        {
            json.WriteStartObject();
            json.WriteNumber("lower", bin.Lower);
            json.WriteNumber("upper", bin.Upper);
            json.WriteNumber("share", bin.Share);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void State(Utf8JsonWriter json, StudiedState s)
    {
        var median = s.MedianValue;
        json.WriteStartObject();
        json.WriteString("state", s.Key);
        json.WriteString("station", s.Station);
        json.WriteBoolean("is_known", s.IsKnown);
        json.WriteBoolean("is_calibrated", s.IsCalibrated);
        json.WriteNumber("readings", s.Readings);
        json.WriteNumber("retest_dof", s.Retests);
        json.WriteNumber("wcv", s.Profile.RelativeSdAt(median));
        json.WriteNumber("wcv_dof", s.Dof);
        json.WriteNumber("wcv_with_patients", s.Profile.RelativeSdAt(median) * Math.Sqrt(s.LearntFactor));
        json.WriteNumber("wcv_with_patients_dof", s.LearntDof);
        json.WriteEndObject();
    }

    private static void Counts(Utf8JsonWriter json, string name, IEnumerable<(string Name, int Count)> counts)
    {
        json.WriteStartObject(name);
        foreach (var (key, count) in counts)
        {
            json.WriteNumber(key, count);
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } v)
        {
            json.WriteNumber(name, v);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
