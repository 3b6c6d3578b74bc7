using System.Text.Json;
using Etalon.Metrology;

namespace Etalon.Study.Maps;

/// <summary>Writes what <c>etalon map</c> made: derivatives, results.json, histograms.json, findings.json, and DICOM where asked.</summary>
public static class MapWriter
{
    /// <summary>Name of the layout of histograms.json.</summary>
    public const string HistogramSchema = "etalon-histograms-1";

    /// <summary>Writes all files into a folder that is not in place yet.</summary>
    /// <param name="output">The folder.</param>
    /// <param name="result">What was made.</param>
    /// <param name="dicom">Whether DICOM objects are written.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <returns>The result with what the writing itself found.</returns>
    public static MapResult Write(AtomicOutput output, MapResult result, bool dicom, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(result);
        output.Write("derivatives/etalon/dataset_description.json", Derivatives.Description());
        foreach (var visit in result.Visits)
        {
            cancellation.ThrowIfCancellationRequested();
            Maps(output, result.Kind, visit);
        }

        if (dicom)
        {
            var findings = new List<Finding>(result.Findings);
            foreach (var visit in result.Visits)
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (var (name, item) in new MapObjects(visit, result.Kind, findings).Make())
                {
                    output.Write($"dicom/{name}", item.Bytes);
                }
            }

            result = result with { Findings = findings };
        }

        output.Write("results.json", Results(result));
        output.Write("histograms.json", Histograms(result));
        output.Write("findings.json", ResultsJson.WriteFindings(result.Findings));
        return result;
    }

    /// <summary>results.json of maps: the measurements of regions, facts and constants as assumptions and sources.</summary>
    public static byte[] Results(MapResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Derivatives.Json(json =>
        {
            json.WriteString("schema", "etalon-results-1");
            json.WriteString("etalon", ResultsJson.EtalonVersion);
            json.WriteString("subject", string.Join(" ", result.Visits.Select(v => v.Visit.Subject).Distinct(StringComparer.Ordinal)));
            ResultsJson.List(json, "measurements", result.Visits.SelectMany(v => v.Measurements), ResultsJson.Measurement);
            foreach (var empty in new[] { "changes", "comparisons", "parameters", "forecasts", "options" })
            {
                json.WriteStartArray(empty);
                json.WriteEndArray();
            }

            json.WriteNull("fitness");
            ResultsJson.Assumptions(json, Assumptions(result));
            json.WritePropertyName("findings");
            ResultsJson.Findings(json, result.Findings);
            ResultsJson.List(json, "sources", result.Visits.SelectMany(v => v.Outcome.Sources).Distinct(StringComparer.Ordinal).Select((text, n) => (Id: $"source-{n + 1}", Text: text)), (j, s) =>
            {
                j.WriteString("id", s.Id);
                j.WriteString("text", s.Text);
                j.WriteString("used_for", result.Kind);
            });
        });
    }

    private static IEnumerable<Assumption> Assumptions(MapResult result)
    {
        var constants = result.Visits.SelectMany(v => v.Outcome.Constants).Select(c => new Assumption(c.Name, $"{c.Name} was taken from outside the images.", FormattableString.Invariant($"{c.Value:R} {c.Unit}"), c.Source));
        var facts = result.Visits.SelectMany(v => v.Outcome.Facts.Select(f => new Assumption(f.Name, f.Text, $"visit {v.Id}", "from the images")));
        return constants.Concat(facts).Distinct();
    }

    private static void Maps(AtomicOutput output, string kind, MappedVisit visit)
    {
        var subject = Derivatives.Label(visit.Visit.Subject);
        var session = visit.Visit.Session.Length > 0 ? Derivatives.Label(visit.Visit.Session) : null;
        var (folder, stem) = session is null ? ($"sub-{subject}", $"sub-{subject}") : ($"sub-{subject}/ses-{session}", $"sub-{subject}_ses-{session}");
        var files = new MapFiles($"derivatives/etalon/{folder}/{(kind == "suv" ? "pet" : kind)}/{stem}")
        {
            Method = visit.Outcome.Method,
            Sources = [.. visit.Outcome.Inputs.Select(i => i.Sha256)],
            Constants = visit.Outcome.Constants,
            References = visit.Outcome.Sources,
        };
        foreach (var map in visit.Outcome.Maps)
        {
            files.Write(output, map.Name, map.Description.TrimEnd('.'), map.Map);
        }
    }

    private static byte[] Histograms(MapResult result) => Derivatives.Json(json =>
    {
        json.WriteString("schema", HistogramSchema);
        json.WriteString("etalon", ResultsJson.EtalonVersion);
        ResultsJson.List(json, "histograms", result.Visits.SelectMany(v => v.Histograms), (j, h) =>
        {
            j.WriteString("subject", h.Subject);
            j.WriteString("visit", h.Visit);
            j.WriteString("region", h.Region);
            j.WriteString("measurand", h.Measurand);
            j.WriteString("unit", h.Unit);
            Numbers(j, "edges", h.Histogram.Edges);
            Numbers(j, "counts", h.Histogram.Counts.Select(c => (double)c));
            if (h.Histogram.CountsU is { } u)
            {
                Numbers(j, "counts_u", u);
            }
            else
            {
                j.WriteNull("counts_u");
            }
        });
    });

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
