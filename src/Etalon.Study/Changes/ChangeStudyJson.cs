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
            ResultsJson.List(json, "inputs", inputs, (j, i) =>
            {
                j.WriteString("name", i.Name);
                j.WriteString("sha256", i.Sha256);
            });
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
        ResultsJson.Number(json, "minimal_important_change", result.MinimalImportantChange);
        Counts(json, "verdicts", Enum.GetValues<Verdict>().Select(v => (v.ToString().ToLowerInvariant(), study.Changes.Count(c => c.Verdict == v))));
        Counts(json, "grades", Enum.GetValues<Grade>().Select(g => (g.ToString(), study.Changes.Count(c => c.Grade == g) + (g == Grade.X ? result.Refused.Count : 0))));
        if (study.Population is { } population)
        {
            Population(json, population);
        }

        ResultsJson.List(json, "states", study.States, State);
        ResultsJson.List(json, "state_changes", result.StateChanges, (j, c) =>
        {
            j.WriteString("station", c.Station);
            j.WriteString("from", c.From);
            j.WriteString("to", c.To);
            j.WriteString("last_before", Day(c.LastBefore));
            j.WriteString("first_after", Day(c.FirstAfter));
        });
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
        ResultsJson.List(json, "changes", population.Changes, (j, bin) =>
        {
            j.WriteNumber("lower", bin.Lower);
            j.WriteNumber("upper", bin.Upper);
            j.WriteNumber("share", bin.Share);
        });
    }

    private static void State(Utf8JsonWriter json, StudiedState s)
    {
        var median = s.MedianValue;
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

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
