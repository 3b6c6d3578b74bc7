using Etalon.Cases;

namespace Etalon.Treatment;

/// <summary>A fraction on the model's clock.</summary>
/// <param name="Day">Days since the model's start, fractional: its beginning, at which all of its effect is placed.</param>
/// <param name="DoseGy">Gy.</param>
/// <param name="Date">Number of the calendar day on which it was given, in the offset of its own time; null: the clock starts at midnight.</param>
public readonly record struct FractionOnDay(double Day, double DoseGy, int? Date = null)
{
    /// <summary>Dose per voxel of the model's grid, Gy, which then counts instead of <see cref="DoseGy"/>; null: the same everywhere.</summary>
    public float[]? DoseMapGy { get; init; }

    /// <summary>How long the fraction took, days; 0: acute.</summary>
    public double DurationDays { get; init; }

    /// <summary>The calendar day: two fractions of one treatment day have the same number, those of the next day one more.</summary>
    public int CalendarDay => Date ?? (int)Math.Floor(Day);
}

/// <summary>A drug dose on the model's clock.</summary>
/// <param name="Day">Days since the model's start, fractional.</param>
/// <param name="RelativeAmount">Amount divided by the drug's reference amount.</param>
public readonly record struct DoseOnDay(double Day, double RelativeAmount);

/// <summary>One drug on the model's clock.</summary>
/// <param name="Name">The drug.</param>
/// <param name="DecayPerDay">First-order decay of its effect, per day, at least 0.</param>
/// <param name="Doses">In order of time.</param>
public sealed record DrugOnDays(string Name, double DecayPerDay, IReadOnlyList<DoseOnDay> Doses);

/// <summary>A resection on the model's clock.</summary>
/// <param name="Day">Days since the model's start, fractional.</param>
/// <param name="Region">What was cut, per voxel of the model's grid.</param>
/// <param name="RemovedShare">Share of the cells there that it removed, 0 to 1.</param>
public sealed record SurgeryOnDay(double Day, bool[] Region, double RemovedShare = 1);

/// <summary>A treatment on the model's clock: days since a start, fractional, so that a fraction keeps its own clock time.</summary>
/// <param name="Fractions">In order of time.</param>
/// <param name="Drugs">One entry per drug.</param>
public sealed record TreatmentSchedule(IReadOnlyList<FractionOnDay> Fractions, IReadOnlyList<DrugOnDays> Drugs)
{
    /// <summary>Resections, in order of time.</summary>
    public IReadOnlyList<SurgeryOnDay> Surgeries { get; init; } = [];

    /// <summary>No treatment.</summary>
    public static TreatmentSchedule None { get; } = new([], []);

    /// <summary>Puts a treatment on the clock that starts at an instant.</summary>
    /// <param name="given">What was given.</param>
    /// <param name="start">Day 0.</param>
    /// <param name="decayPerDay">Decay of a drug's effect by its name.</param>
    public static TreatmentSchedule From(TreatmentGiven given, DateTimeOffset start, Func<string, double> decayPerDay)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(decayPerDay);
        double Day(DateTimeOffset t) => (t - start).Ticks / (double)TimeSpan.TicksPerDay;
        return new TreatmentSchedule(
            given.Fractions.Select(f => new FractionOnDay(Day(f.Time), f.DoseGy, DateOnly.FromDateTime(f.Time.DateTime).DayNumber)).OrderBy(f => f.Day).ToList(),
            given.Drugs.Select(d => new DrugOnDays(
                d.Name, decayPerDay(d.Name), d.Doses.Select(x => new DoseOnDay(Day(x.Time), x.Amount / d.ReferenceAmount)).OrderBy(x => x.Day).ToList())).ToList());
    }

    /// <summary>
    /// The first day on which schedules differ: the earliest fraction, drug dose or resection that is not in all of them; null where they are the
    /// same. Maps and regions are the same where they are one object.
    /// </summary>
    public static double? FirstDifference(IReadOnlyList<TreatmentSchedule> schedules)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        var events = schedules.Select(s => s.Fractions.Select(f => (f.Day, Amount: f.DoseGy, Of: "", Map: (object?)f.DoseMapGy, f.DurationDays))
            .Concat(s.Drugs.SelectMany(d => d.Doses.Select(x => (x.Day, Amount: x.RelativeAmount, Of: d.Name, Map: (object?)null, DurationDays: 0.0))))
            .Concat(s.Surgeries.Select(x => (x.Day, Amount: x.RemovedShare, Of: "", Map: (object?)x.Region, DurationDays: 0.0))).ToHashSet()).ToList();
        var days = events.SelectMany(e => e).Where(e => events.Any(other => !other.Contains(e))).Select(e => e.Day).ToList();
        return days.Count == 0 ? null : days.Min();
    }

    /// <summary>Total dose of fractions as a number, Gy; maps are not counted.</summary>
    public double TotalDoseGy => Fractions.Sum(f => f.DoseGy);
}
