using Etalon.Cases;

namespace Etalon.Phantoms;

/// <summary>Radiochemotherapy with temozolomide as given after Stupp et al., N Engl J Med 352:987–996 (2005), at its own clock times.</summary>
public static class VirtualTreatment
{
    /// <summary>Decay of temozolomide's effect, per day: ln 2 over a half-life of 1.8 h.</summary>
    public const double TemozolomideDecayPerDay = 9.242;

    private const double BodySurfaceM2 = 1.86;

    /// <summary>30 fractions of 2 Gy on weekdays, temozolomide daily meanwhile, then two cycles of five days in 28 from four weeks later.</summary>
    /// <param name="firstVisit">The first scan; its offset is kept for all times.</param>
    /// <param name="startDay">Whole days from the date of the first scan to the first fraction; a weekend is passed over.</param>
    public static TreatmentGiven Give(DateTimeOffset firstVisit, int startDay)
    {
        var midnight = new DateTimeOffset(firstVisit.Date, firstVisit.Offset).AddDays(startDay);
        midnight = NextWeekday(midnight);
        var fractions = new List<Fraction>();
        for (var day = midnight; fractions.Count < 30; day = NextWeekday(day.AddDays(1)))
        {
            fractions.Add(new Fraction(day.AddMinutes(8 * 60 + 10), 2.0, "GTV"));
        }

        var last = new DateTimeOffset(fractions[^1].Time.Date, firstVisit.Offset);
        var doses = new List<DrugDose>();
        for (var day = midnight; day <= last; day = day.AddDays(1))
        {
            doses.Add(new DrugDose(day.AddMinutes(7 * 60 + 5), Amount(75)));
        }

        var adjuvant = NextWeekday(last.AddDays(28));
        for (var cycle = 0; cycle < 2; cycle++)
        {
            for (var n = 0; n < 5; n++)
            {
                doses.Add(new DrugDose(adjuvant.AddDays(28 * cycle + n).AddMinutes(21 * 60 + 30), Amount(cycle == 0 ? 150 : 200)));
            }
        }

        return new TreatmentGiven(fractions, [new DrugCourse("temozolomide", "mg", Amount(75), doses)], []);
    }

    /// <summary>mg, in capsules of 5 mg.</summary>
    private static double Amount(double perM2) => 5 * Math.Round(perM2 * BodySurfaceM2 / 5);

    private static DateTimeOffset NextWeekday(DateTimeOffset day) =>
        day.DayOfWeek switch { DayOfWeek.Saturday => day.AddDays(2), DayOfWeek.Sunday => day.AddDays(1), _ => day };
}
