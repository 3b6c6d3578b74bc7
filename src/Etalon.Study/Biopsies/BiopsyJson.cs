using System.Text.Json;
using Etalon.Assays.Biopsies;
using Etalon.Cases;
using Etalon.Metrology;

namespace Etalon.Study.Biopsies;

/// <summary>A line that was fitted, as biopsy.json keeps it.</summary>
/// <param name="Map">Code of the map.</param>
/// <param name="MapUnit">Its unit.</param>
/// <param name="Pathology">Name of the value of pathology.</param>
/// <param name="PathologyUnit">Its unit; null: none.</param>
/// <param name="Fit">The line; without what is not needed to foretell.</param>
/// <param name="TypicalCovariance">Mean covariance of the places.</param>
/// <param name="TypicalPathologyU">Mean standard uncertainty of pathology.</param>
public sealed record BiopsyModel(string Map, string MapUnit, string Pathology, string? PathologyUnit, BiopsyFit Fit, IReadOnlyList<double> TypicalCovariance, double TypicalPathologyU);

/// <summary>Writes and reads biopsy.json (docs/schemas/biopsy.schema.json).</summary>
public static class BiopsyJson
{
    /// <summary>Name of the layout.</summary>
    public const string Schema = "etalon-biopsy-1";

    /// <summary>Name of the file.</summary>
    public const string FileName = "biopsy.json";

    /// <summary>The fit, what a naive reading gives beside it, the biopsies, and each patient left out.</summary>
    public static byte[] Write(BiopsyRunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var f = result.Fit;
        return Derivatives.Json(j =>
        {
            j.WriteString("schema", Schema);
            j.WriteString("etalon", ResultsJson.EtalonVersion);
            j.WriteString("method", BiopsyRegression.Method);
            j.WriteString("map", result.Map);
            j.WriteString("map_unit", result.MapUnit);
            j.WriteString("pathology", result.Pathology);
            j.WriteString("pathology_unit", result.PathologyUnit);
            j.WriteNumber("biopsies_used", f.Biopsies);
            j.WriteNumber("patients", f.Patients);
            j.WriteStartObject("slope");
            ResultsJson.Number(j, "value", f.Slope);
            ResultsJson.Number(j, "u", f.SlopeU);
            ResultsJson.Number(j, "dof", f.Dof);
            ResultsJson.Interval(j, "interval", f.SlopeInterval);
            j.WriteEndObject();
            j.WriteStartObject("level");
            ResultsJson.Number(j, "value", f.Level);
            ResultsJson.Number(j, "u", f.LevelU);
            ResultsJson.Number(j, "at", f.Centre);
            j.WriteEndObject();
            ResultsJson.Number(j, "covariance", f.Covariance);
            ResultsJson.Number(j, "scatter", f.Scatter);
            ResultsJson.Number(j, "between_patients", f.BetweenPatients);
            ResultsJson.Number(j, "true_sd", f.TrueSd);
            ResultsJson.Number(j, "correlation", f.Correlation);
            j.WriteStartObject("naive");
            ResultsJson.Number(j, "slope", f.NaiveSlope);
            ResultsJson.Number(j, "u", f.NaiveSlopeU);
            ResultsJson.Number(j, "correlation", f.NaiveCorrelation);
            j.WriteEndObject();
            j.WriteStartObject("support");
            ResultsJson.Number(j, "low", f.Support.Low);
            ResultsJson.Number(j, "high", f.Support.High);
            j.WriteEndObject();
            Numbers(j, "typical_covariance", Typical(result));
            ResultsJson.Number(j, "typical_pathology_u", result.Biopsies.Average(b => b.Reading.PathologyU));
            ResultsJson.List(j, "left_out", f.LeftOut, (w, l) =>
            {
                w.WriteString("patient", l.Patient);
                ResultsJson.Number(w, "slope", l.Slope);
                w.WriteNumber("biopsies", l.Biopsies);
                ResultsJson.Number(w, "rms_error", l.Rms);
                w.WriteNumber("inside_95", l.Inside);
            });
            ResultsJson.List(j, "biopsies", result.Biopsies, Biopsy);
            j.WritePropertyName("findings");
            ResultsJson.Findings(j, result.Findings);
        });
    }

    /// <summary>Reads a line back.</summary>
    /// <exception cref="CaseException">It is not there, or not such a file.</exception>
    public static BiopsyModel Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        if (!File.Exists(file))
        {
            throw Invalid("no such file");
        }

        using var document = JsonInput.Read(file, FileName);
        var root = document.RootElement;
        try
        {
            if (root.GetProperty("schema").GetString() != Schema)
            {
                throw Invalid("another schema");
            }

            double Number(string name, string? part = null) => (part is null ? root.GetProperty(name) : root.GetProperty(name).GetProperty(part)).GetDouble();
            var fit = new BiopsyFit
            {
                Slope = Number("slope", "value"), SlopeU = Number("slope", "u"), Dof = Number("slope", "dof"), SlopeInterval = Interval.Symmetric(Number("slope", "value"), Number("slope", "u"), Number("slope", "dof")),
                Level = Number("level", "value"), LevelU = Number("level", "u"), Centre = Number("level", "at"), Covariance = Number("covariance"), Scatter = Number("scatter"), BetweenPatients = Number("between_patients"),
                TrueSd = Number("true_sd"), Correlation = Number("correlation"), NaiveSlope = Number("naive", "slope"), NaiveSlopeU = Number("naive", "u"), NaiveCorrelation = Number("naive", "correlation"),
                Support = (Number("support", "low"), Number("support", "high")), Biopsies = root.GetProperty("biopsies_used").GetInt32(), Patients = root.GetProperty("patients").GetInt32(),
            };
            double[] covariance = [.. root.GetProperty("typical_covariance").EnumerateArray().Select(v => v.GetDouble())];
            return covariance.Length == 9
                ? new BiopsyModel(root.GetProperty("map").GetString()!, root.GetProperty("map_unit").GetString()!, root.GetProperty("pathology").GetString()!, root.GetProperty("pathology_unit").GetString(), fit, covariance, Number("typical_pathology_u"))
                : throw Invalid("a covariance that is none");
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Invalid("a field that is missing or of another kind");
        }
    }

    private static CaseException Invalid(string found) => new(new Finding(FindingCodes.JsonInvalid, Severity.Error, FileName, found, $"a file of schema {Schema} that etalon biopsy fit wrote", "Name its folder with --model."));

    private static double[] Typical(BiopsyRunResult result) => [.. Enumerable.Range(0, 9).Select(e => result.Biopsies.Average(b => b.Location.Covariance[e]))];

    private static void Biopsy(Utf8JsonWriter j, UsedBiopsy b)
    {
        var r = b.Reading;
        j.WriteString("id", r.Id);
        j.WriteString("patient", r.Patient);
        j.WriteString("visit", b.Visit);
        ResultsJson.Number(j, "days_after_scan", b.DaysAfterScan);
        j.WriteStartObject("location");
        Numbers(j, "mm", b.Location.Mm);
        Numbers(j, "covariance", b.Location.Covariance);
        j.WriteEndObject();
        j.WriteStartObject("map");
        ResultsJson.Number(j, "cloud_mean", r.Cloud.Value);
        ResultsJson.Number(j, "u", r.Cloud.NoiseU);
        ResultsJson.Number(j, "cloud_sd", r.Cloud.Spread);
        ResultsJson.Number(j, "at_point", r.Cloud.AtPoint);
        ResultsJson.Number(j, "inside", r.Cloud.Inside);
        j.WriteEndObject();
        j.WriteStartObject("pathology");
        ResultsJson.Number(j, "value", r.Pathology);
        ResultsJson.Number(j, "u", r.PathologyU);
        j.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter j, string name, IEnumerable<double> values)
    {
        j.WriteStartArray(name);
        foreach (var value in values)
        {
            j.WriteNumberValue(value);
        }

        j.WriteEndArray();
    }
}
