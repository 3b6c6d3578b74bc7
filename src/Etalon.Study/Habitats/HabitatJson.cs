using System.Text.Json;
using Etalon.Assays.Habitats;
using Etalon.Metrology;

namespace Etalon.Study.Habitats;

/// <summary>Writes habitats.json (docs/schemas/habitats.schema.json) and the results.json beside it.</summary>
public static class HabitatJson
{
    /// <summary>Name of the layout.</summary>
    public const string Schema = "etalon-habitats-1";

    /// <summary>The habitats: what they are, how many by evidence, how much of each at each visit, how they changed, and the files of labels and probabilities.</summary>
    public static byte[] Write(HabitatRunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Derivatives.Json(j =>
        {
            j.WriteString("schema", Schema);
            j.WriteString("etalon", ResultsJson.EtalonVersion);
            j.WriteString("subject", result.Subject);
            j.WriteString("region", result.Region);
            j.WriteString("method", result.Method);
            ResultsJson.List(j, "maps", result.Maps.Zip(result.Units), (w, m) =>
            {
                w.WriteString("measurand", m.First);
                w.WriteString("unit", m.Second);
            });
            Options(j, result);
            ResultsJson.List(j, "evidence", result.Model.Candidates, Candidate);
            j.WriteStartObject("coherence");
            ResultsJson.Number(j, "value", result.Model.Coherence);
            ResultsJson.Number(j, "u", result.Model.CoherenceU);
            j.WriteEndObject();
            ResultsJson.List(j, "habitats", Enumerable.Range(0, result.Model.Habitats.Count), (w, c) => Habitat(w, result, c));
            ResultsJson.List(j, "visits", Enumerable.Range(0, result.Visits.Count), (w, s) => Visit(w, result, s));
            ResultsJson.List(j, "rand", result.Rand, (w, r) =>
            {
                w.WriteString("from", r.From);
                w.WriteString("to", r.To);
                ResultsJson.Number(w, "adjusted_rand", r.Index);
            });
            ResultsJson.List(j, "values", result.Options.Values, (w, v) =>
            {
                w.WriteString("name", v.Name);
                w.WriteStartArray("by_habitat");
                foreach (var value in v.Values)
                {
                    w.WriteNumberValue(value);
                }

                w.WriteEndArray();
            });
            ResultsJson.Assumptions(j, result.Assumptions);
            j.WritePropertyName("findings");
            ResultsJson.Findings(j, result.Findings);
        });
    }

    /// <summary>results.json: fractions and volumes as measurements, their changes.</summary>
    public static byte[] Results(HabitatRunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return StageResults.Write(result.Subject, result.Measurements, result.Changes, result.Assumptions, result.Findings, [
            "Bovy, Hogg and Roweis, Ann Appl Stat 5:1657-1677 (2011): mixtures of noisy points", "Besag, Statistician 24:179-195 (1975): pseudo-likelihood of a field",
            "Biernacki, Celeux and Govaert, IEEE Trans Pattern Anal Mach Intell 22:719-725 (2000): integrated completed likelihood", "Hubert and Arabie, J Classif 2:193-218 (1985): adjusted Rand index",
            .. result.Options.Thresholds is { } rule ? new[] { rule.Source } : [],
        ], "habitats");
    }

    private static void Options(Utf8JsonWriter j, HabitatRunResult result)
    {
        j.WriteStartObject("options");
        ResultsJson.Number(j, "habitats", result.Options.Habitats.Habitats);
        j.WriteNumber("most_habitats", result.Options.Habitats.MostHabitats);
        ResultsJson.Number(j, "voxels_per_draw", result.Options.Habitats.VoxelsPerDraw);
        j.WriteBoolean("spatial", result.Options.Habitats.IsSpatial);
        j.WriteBoolean("spread_matched", result.Options.MatchSpread);
        j.WriteString("thresholds", result.Options.Thresholds?.Name);
        j.WriteNumber("draws", result.Options.Habitats.Draws);
        j.WriteNumber("seed", result.Options.Habitats.Seed);
        j.WriteEndObject();
    }

    private static void Candidate(Utf8JsonWriter j, HabitatCandidate c)
    {
        j.WriteNumber("habitats", c.K);
        ResultsJson.Number(j, "log_likelihood", c.LogLikelihood);
        ResultsJson.Number(j, "bic", c.Bic);
        ResultsJson.Number(j, "icl", c.Icl);
    }

    private static void Habitat(Utf8JsonWriter j, HabitatRunResult result, int c)
    {
        var habitat = result.Model.Habitats[c];
        j.WriteString("name", result.NameOf(c));
        j.WriteNumber("label", c + 1);
        ResultsJson.List(j, "maps", Enumerable.Range(0, habitat.Mean.Count), (w, m) =>
        {
            w.WriteString("measurand", result.Maps[m]);
            ResultsJson.Number(w, "mean", habitat.Mean[m]);
            ResultsJson.Number(w, "u", habitat.MeanU.Count > 0 ? habitat.MeanU[m] : null);
            ResultsJson.Number(w, "sd", habitat.Sd[m]);
        });
    }

    private static void Visit(Utf8JsonWriter j, HabitatRunResult result, int s)
    {
        var (visit, k) = (result.Visits[s], result.Model.Habitats.Count);
        j.WriteString("visit", visit.Id);
        j.WriteNumber("voxels", visit.Voxels.Length);
        ResultsJson.Number(j, "expected_rand", result.Model.ExpectedRand.Count > s ? result.Model.ExpectedRand[s] : null);
        j.WriteString("labels", HabitatWriter.Stem(result, visit) + "_dseg.nii.gz");
        j.WriteString("probabilities", HabitatWriter.Stem(result, visit) + "_probseg.nii.gz");
        j.WriteString("voxel_table", HabitatWriter.Stem(result, visit) + "_voxels.tsv");
        ResultsJson.List(j, "habitats", Enumerable.Range(0, k), (w, c) =>
        {
            var (fraction, volume) = (Of("fraction"), Of("volume"));
            w.WriteString("name", result.NameOf(c));
            Value(w, "fraction", fraction);
            Value(w, "volume_ml", volume);
            ResultsJson.Number(w, "counted_fraction", result.Model.Counted.Count > 0 ? result.Model.Counted[s * k + c] : null);

            Measurement Of(string measurand) => result.Measurements.First(m => m.Visit == visit.Id && m.Measurand == measurand && m.Region!.Id == $"{result.Region}/{result.NameOf(c)}");
        });
    }

    private static void Value(Utf8JsonWriter j, string name, Measurement m)
    {
        j.WriteStartObject(name);
        ResultsJson.Number(j, "value", m.Value);
        ResultsJson.Number(j, "u", m.U);
        ResultsJson.Interval(j, "interval", m.Interval);
        j.WriteEndObject();
    }
}
