using Etalon.Numerics;
using Etalon.Treatment;

namespace Etalon.Phantoms.Tumours;

/// <summary>30 fractions of 2 Gy on weekdays at jittered clock times, temozolomide daily meanwhile and then in cycles of five days of 28, and visits around them.</summary>
internal static class VirtualSchedule
{
    /// <summary>Draws a treatment and days of visits.</summary>
    public static (TreatmentSchedule Schedule, double[] Days) Draw(int visits, RandomStream random)
    {
        var first = (int)random.NextUniform(12, 26);
        var fractions = Enumerable.Range(0, 30)
            .Select(n => new FractionOnDay(first + n / 5 * 7 + n % 5 + random.NextUniform(7.5, 17.5) / 24, 2)).ToList();
        var last = first + 39;
        var doses = Enumerable.Range(first, last - first + 1).Select(d => new DoseOnDay(d + random.NextUniform(6, 8) / 24, 1)).ToList();
        var cycle = last + (int)random.NextUniform(26, 33);
        for (var c = 0; c < 6; c++)
        {
            doses.AddRange(Enumerable.Range(cycle + 28 * c, 5).Select(d => new DoseOnDay(d + random.NextUniform(20, 22) / 24, c == 0 ? 2 : 2.67)));
        }

        var days = new List<double> { random.NextUniform(0.3, 0.7) };
        if (random.NextUniform() < 0.7)
        {
            days.Add(first - random.NextUniform(0.2, 4));
        }

        days.Add(first + random.NextUniform(14, 24));
        var next = last + random.NextUniform(8, 24);
        while (days.Count < visits)
        {
            days.Add(next);
            next += random.NextUniform(20, 34);
        }

        return (new TreatmentSchedule(fractions, [new DrugOnDays("temozolomide", VirtualTreatment.TemozolomideDecayPerDay, doses)]), [.. days]);
    }
}
