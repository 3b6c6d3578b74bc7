using Etalon.Treatment;

namespace Etalon.Planning;

/// <summary>A way to treat, on the twin's clock.</summary>
/// <param name="Name">Short, for tables.</param>
/// <param name="Detail">Doses and times in words.</param>
/// <param name="Schedule">What is given when.</param>
/// <param name="IsReference">Whether the others are compared with it.</param>
public sealed record TreatmentOption(string Name, string Detail, TreatmentSchedule Schedule, bool IsReference)
{
    /// <summary>The treatment as given, no treatment at all, and 40 Gy in 15 fractions with the same drugs.</summary>
    public static IReadOnlyList<TreatmentOption> Standard(TreatmentSchedule given)
    {
        ArgumentNullException.ThrowIfNull(given);
        var drugs = string.Join(", ", given.Drugs.Select(d => d.Name));
        var options = new List<TreatmentOption>
        {
            new("As given", Describe(given, drugs), given, true),
            new("No treatment", "neither radiotherapy nor drugs", new TreatmentSchedule([], given.Drugs.Select(d => d with { Doses = [] }).ToList()), false),
        };
        if (given.Fractions.Count > 0)
        {
            var fractions = TreatmentDays(given, 15).Select(f => f with { DoseGy = 40.0 / 15 }).ToList();
            options.Add(new TreatmentOption(
                "40 Gy in 15 fractions", $"15 x 2.67 Gy from the same first day{(drugs.Length > 0 ? $", {drugs} as given" : "")}", given with { Fractions = fractions }, false));
        }

        return options;
    }

    private static string Describe(TreatmentSchedule s, string drugs)
    {
        var dose = FormattableString.Invariant($"{s.TotalDoseGy:0.#} Gy in {s.Fractions.Count} fractions");
        return s.Fractions.Count == 0 ? drugs : drugs.Length == 0 ? dose : $"{dose}, {drugs}";
    }

    /// <summary>
    /// The first fraction of each of the first n treatment days of the given schedule, so that weekends and clock times stay as they were;
    /// continued after its last day, with two days off after five in a row, if it is shorter.
    /// </summary>
    private static IEnumerable<FractionOnDay> TreatmentDays(TreatmentSchedule given, int n)
    {
        var days = given.Fractions.GroupBy(f => f.CalendarDay).Select(g => g.First()).ToList();
        var inARow = 0;
        for (var i = 0; i < n; i++)
        {
            if (i == days.Count)
            {
                var (last, gap) = (days[^1], inARow < 5 ? 1 : 3);
                days.Add(last with { Day = last.Day + gap, Date = last.CalendarDay + gap });
            }

            inARow = i > 0 && days[i].CalendarDay - days[i - 1].CalendarDay == 1 ? inARow + 1 : 1;
            yield return days[i];
        }
    }
}
