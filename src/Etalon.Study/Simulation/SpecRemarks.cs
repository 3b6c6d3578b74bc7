using Etalon.Metrology;
using Etalon.Treatment;

namespace Etalon.Study.Simulation;

/// <summary>What a SPEC says of fractions that its simulation cannot use, or not as it may be meant.</summary>
internal static class SpecRemarks
{
    private const string Repair = "repair_half_time_hours";

    /// <summary>Remarks on fractions as a whole.</summary>
    public static void OnFractions(SpecFields radiotherapy, IReadOnlyList<FractionOnDay> fractions, RadiationResponse response)
    {
        var early = fractions.Count(f => f.Day < 0);
        if (early > 0)
        {
            radiotherapy.Note(new Finding(
                FindingCodes.FieldInvalid, Severity.Warning, $"{radiotherapy.About}: fractions", $"{early} fractions before day 0", "fractions from day 0 on",
                response.RepairPerDay is null ? "They kill nothing here: what they killed is gone from the initial density." : "They kill nothing here, but what they left unrepaired adds to later ones."));
        }

        var protracted = fractions.Count(f => f.DurationDays > 0);
        if (protracted > 0 && response.RepairPerDay is null)
        {
            radiotherapy.Note(new Finding(
                FindingCodes.FieldInvalid, Severity.Warning, radiotherapy.About, $"{protracted} fractions with duration_minutes and no {Repair}", $"{Repair} where durations matter",
                $"They were taken as acute: without {Repair} nothing is repaired while they last."));
        }

        if (response.Overlap(new TreatmentSchedule(fractions, [])) is { } overlap)
        {
            radiotherapy.Refuse(
                "fractions", FormattableString.Invariant($"a fraction at day {overlap.Day} that begins before one before it has ended"),
                $"fractions one after the other where {Repair} is stated");
        }
    }
}
