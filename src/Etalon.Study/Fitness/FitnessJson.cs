using System.Text.Json;
using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Study.Fitness;

/// <summary>Writes the judgement of a study by its purpose: <c>fitness</c> of results.json.</summary>
internal static class FitnessJson
{
    public static void Write(Utf8JsonWriter json, StudyFitness? fitness)
    {
        if (fitness is null)
        {
            json.WriteNull("fitness");
            return;
        }

        var (purpose, assessment) = (fitness.Purpose, fitness.Assessment);
        json.WriteStartObject("fitness");
        json.WriteString("purpose", purpose.Id);
        json.WriteString("title", purpose.Title);
        json.WriteString("decision", purpose.Decision);
        json.WriteString("measurand", fitness.First?.Measurand ?? purpose.Measurand);
        json.WriteString("region", fitness.First?.Region?.Id);
        json.WriteString("from", fitness.First?.Visit);
        json.WriteString("to", fitness.Last?.Visit);
        json.WriteString("verdict", fitness.VerdictText);
        json.WriteBoolean("may_claim", fitness.MayClaim);
        if (assessment?.ClaimsImportantChange is { } claims)
        {
            json.WriteBoolean("claims_important_change", claims);
        }
        else
        {
            json.WriteNull("claims_important_change");
        }

        ResultsJson.Number(json, "p_important", assessment?.PImportant);
        Numbers(json, assessment);
        ResultsJson.List(json, "reasons", fitness.Reasons, (j, r) =>
        {
            j.WriteString("criterion", Name(r.Criterion));
            j.WriteBoolean("met", r.IsMet);
            j.WriteString("found", r.Found);
            j.WriteString("expected", r.Expected);
            j.WriteString("text", r.Text);
        });
        ResultsJson.List(json, "mends", assessment?.Mends ?? [], (j, m) =>
        {
            j.WriteString("kind", Name(m.Kind));
            j.WriteString("text", m.Text);
            j.WriteString("reaches", m.Reaches is { } verdict ? FitnessAssessment.Words(verdict) : null);
            ResultsJson.Number(j, "test_uncertainty_ratio", m.Tur);
        });
        json.WriteString("cheapest_mend", fitness.CheapestMend);
        json.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter json, FitnessAssessment? assessment)
    {
        Limits(json, "unimportant", assessment?.Unimportant);
        Limits(json, "not_claimed", assessment is { MayClaim: true } ? assessment.NotClaimed : null);
        ResultsJson.Number(json, "u95", assessment?.U95);
        ResultsJson.Number(json, "test_uncertainty_ratio", assessment?.Tur);
        ResultsJson.Number(json, "guard_band", assessment?.GuardBand);
        ResultsJson.Number(json, "false_accept", assessment?.GuardedRisks.FalseAccept);
        ResultsJson.Number(json, "false_reject", assessment?.GuardedRisks.FalseReject);
        // Beyond every change that has a number, it serves none.
        ResultsJson.Number(json, "smallest_change_served", assessment?.SmallestChangeServed is { } change && double.IsFinite(change) ? change : null);
        ResultsJson.Number(json, "age_days", assessment?.Evidence.AgeDays);
    }

    /// <summary>Log ratios; null: that side has no limit.</summary>
    private static void Limits(Utf8JsonWriter json, string name, ToleranceInterval? limits)
    {
        if (limits is not { } l)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        ResultsJson.Number(json, "lower", l.Lower);
        ResultsJson.Number(json, "upper", l.Upper);
        json.WriteEndObject();
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
