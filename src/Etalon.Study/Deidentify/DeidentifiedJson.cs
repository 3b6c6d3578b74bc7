using System.Text.Json;
using Etalon.Dicom.Deidentification;
using Etalon.Metrology;

namespace Etalon.Study.Deidentify;

/// <summary>Writes <c>deidentified.json</c> (docs/schemas/deidentified.schema.json): what was done, how often, and what a person must look at.</summary>
public static class DeidentifiedJson
{
    /// <summary>The report of a run as UTF-8.</summary>
    public static byte[] Write(DeidentifyRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("schema", "etalon-deidentified-1");
            json.WriteString("etalon", ResultsJson.EtalonVersion);
            json.WriteString("profile", "DICOM PS3.15 2026d annex E, basic profile");
            json.WriteStartArray("options");
            foreach (var option in Options(run.Options))
            {
                json.WriteStringValue(option);
            }

            json.WriteEndArray();
            json.WriteStartObject("objects");
            json.WriteNumber("met", run.Met);
            json.WriteNumber("written", run.Written);
            json.WriteNumber("repeated", run.Repeated);
            json.WriteNumber("left_out", run.Met - run.Written - run.Repeated);
            json.WriteEndObject();
            json.WriteNumber("patients", run.Patients);
            Elements(json, run);
            json.WriteStartArray("findings");
            foreach (var finding in run.Findings())
            {
                Write(json, finding);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static IEnumerable<string> Options(DeidentificationOptions options)
    {
        yield return "clean-descriptors";
        yield return "retain-longitudinal-modified-dates";
        yield return "retain-device-identity";
        yield return "retain-safe-private";
        if (options.RetainPatientCharacteristics)
        {
            yield return "retain-patient-characteristics";
        }

        if (options.AcceptBurnedIn)
        {
            yield return "accept-burned-in";
        }
    }

    private static void Elements(Utf8JsonWriter json, DeidentifyRun run)
    {
        json.WriteStartObject("elements");
        foreach (var outcome in Enum.GetValues<ElementOutcome>())
        {
            json.WriteNumber(JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString()), run.Counts.GetValueOrDefault(outcome));
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("code", finding.Code);
        json.WriteString("severity", finding.Severity.ToString().ToLowerInvariant());
        json.WriteString("about", finding.About);
        json.WriteString("found", finding.Found);
        json.WriteString("expected", finding.Expected);
        json.WriteString("remedy", finding.Remedy);
        json.WriteEndObject();
    }
}
