using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>All that a grade depends on.</summary>
/// <param name="Effects">What differs and what is missing.</param>
/// <param name="StateA">Scanner state of the first; null where unknown.</param>
/// <param name="StateB">Scanner state of the second.</param>
/// <param name="IsCalibrated">Whether both states are calibrated.</param>
/// <param name="CalibrationU">Relative u that is left after calibration; 0 in one state, whose gain cancels; null where a state is not calibrated.</param>
/// <param name="URepeat">Of a log ratio.</param>
internal sealed record Situation(IReadOnlyList<AttributeEffect> Effects, string? StateA, string? StateB, bool IsCalibrated, double? CalibrationU, double URepeat)
{
    public bool IsSameState => StateA is not null && StateA == StateB;

    /// <summary>Whether an effect counts.</summary>
    public bool Counts(AttributeEffect e) => !(IsCalibrated && e.Row.IsCalibrated && !e.IsMissing);
}

/// <summary>Grades by q = u of mismatch / u of repeatability (reference: metrology, section 8.7).</summary>
internal static class Grading
{
    /// <summary>What a good calibration would leave of each state's gain.</summary>
    private const double GoodCalibrationU = 0.01;

    private static readonly string[] OfState = ["DeviceSerialNumber", "SoftwareVersions"];

    public static (Grade Grade, double? Q) Of(Situation s)
    {
        var counted = s.Effects.Where(s.Counts).ToList();
        // One device and software that runs one protocol as far as its state says: what both visits leave unsaid beside the state is told, but not held against the pair.
        var held = counted.Where(e => !(s.IsSameState && e.IsMissingAtBoth && e.Row is { IsState: false, IsCritical: false, IsUnboundedWhenMissing: false })).ToList();
        if (held.Exists(e => e.Effect.U is null))
        {
            return (Grade.X, null);
        }

        var q = Combined(held, s.CalibrationU) / s.URepeat;
        if (s.StateA is null || s.StateB is null || held.Exists(e => e.IsMissing && e.Row.IsCritical))
        {
            return (Grade.D, q);
        }

        return (GradeRule.Of(q, s.IsSameState ? Grade.A : s.IsCalibrated ? Grade.B : Grade.C), q);
    }

    /// <summary>u of all that differs or is missing; null where nothing bounds it.</summary>
    public static double? UMismatch(Situation s)
    {
        var counted = s.Effects.Where(s.Counts).ToList();
        return counted.Exists(e => e.Effect.U is null) ? null : Combined(counted, s.CalibrationU);
    }

    /// <summary>The effects with their shares of the variance; those that a calibration takes out are marked.</summary>
    public static IReadOnlyList<AttributeEffect> WithShares(Situation s)
    {
        var counted = s.Effects.Where(e => s.Counts(e) && e.Effect.U is not null).ToList();
        var total = Math.Pow(Combined(counted, s.CalibrationU), 2) + s.URepeat * s.URepeat;
        return [.. s.Effects.Select(e =>
        {
            if (!s.Counts(e) || e.Effect.U is not { } u)
            {
                return e with { IsCalibratedOut = !s.Counts(e) };
            }

            var group = counted.Where(x => x.Row.Group == e.Row.Group).ToList();
            var squares = group.Sum(x => x.Effect.U!.Value * x.Effect.U.Value);
            return e with { Share = squares > 0 ? u * u / squares * Variance(group) / total : 0 };
        })];
    }

    public static IReadOnlyList<UncertaintyComponent> Components(Situation s) => [.. s.Effects.Where(e => s.Counts(e) && e.Effect.U is not null).GroupBy(e => e.Row.Group)
        .Select(g => new UncertaintyComponent($"{string.Join(", ", g.Select(e => e.Attribute))} {(g.All(e => e.IsMissing) ? "not stated" : g.Any(e => e.IsMissing) ? "different or not stated" : "different")}", Math.Sqrt(Variance([.. g])), null, ComponentKind.B) { IsMismatch = true })
        .Where(c => c.U > 0).OrderByDescending(c => c.U)];

    public static GradeLift? Lift(Situation s, Grade now)
    {
        var ways = new List<(GradeLift Lift, double U)>();
        foreach (var missing in s.Effects.Where(e => e.IsMissing))
        {
            var then = Recovered(s, [missing.Attribute]);
            var where = missing.IsMissingAtBoth ? "of both visits" : missing.From is null ? "of the first visit" : "of the second visit";
            ways.Add((new GradeLift(missing.Attribute, $"{missing.Attribute} {where}", Of(then).Grade), UMismatch(then) ?? double.MaxValue));
        }

        if (!s.IsCalibrated && !s.IsSameState && s.StateA is not null && s.StateB is not null)
        {
            var then = Calibrated(s);
            ways.Add((new GradeLift(null, $"a phantom calibration of {(s.CalibrationU is null ? "both scanner states" : "the states")} ({s.StateA} and {s.StateB})", Of(then).Grade), UMismatch(then) ?? double.MaxValue));
        }

        if (ways.Where(w => w.Lift.Grade < now).OrderBy(w => w.Lift.Grade).ThenBy(w => w.U).FirstOrDefault().Lift is { } one)
        {
            return one;
        }

        // No one thing suffices: what is missing together, then calibration beside it.
        var all = s.Effects.Where(e => e.IsMissing).OrderByDescending(e => e.Effect.U ?? double.MaxValue).Select(e => e.Attribute).ToList();
        var recovered = Recovered(s, all);
        if (all.Count > 1 && Of(recovered).Grade is var grade && grade < now)
        {
            return new GradeLift(all[0], $"{string.Join(", ", Needed(s, all, grade))} together", grade);
        }

        return !s.IsCalibrated && !recovered.IsSameState && Of(Calibrated(recovered)).Grade is var both && both < now
            ? new GradeLift(all.FirstOrDefault(), $"{(all.Count > 0 ? string.Join(", ", Needed(s, all, both, calibrated: true)) + ", and " : "")}a phantom calibration of both scanner states", both)
            : null;
    }

    /// <summary>The fewest, by leaving out one after the other from the least.</summary>
    private static List<string> Needed(Situation s, List<string> all, Grade grade, bool calibrated = false)
    {
        var needed = all.ToList();
        foreach (var name in Enumerable.Reverse(all))
        {
            var without = needed.Where(n => n != name).ToList();
            var then = Recovered(s, without);
            if (Of(calibrated ? Calibrated(then) : then).Grade <= grade)
            {
                needed = without;
            }
        }

        return needed;
    }

    private static Situation Calibrated(Situation s) => s with { IsCalibrated = true, CalibrationU = Math.Sqrt(2) * GoodCalibrationU };

    /// <summary>As if attributes were found and were the same at both visits.</summary>
    private static Situation Recovered(Situation s, IReadOnlyList<string> names)
    {
        var left = s.Effects.Where(e => !(e.IsMissing && names.Contains(e.Attribute, StringComparer.Ordinal))).ToList();
        var isKnown = !left.Exists(e => e.IsMissing && OfState.Contains(e.Attribute, StringComparer.Ordinal));
        var isOne = isKnown && !left.Exists(e => e.Row.IsState || OfState.Contains(e.Attribute, StringComparer.Ordinal));
        var (a, b) = isOne ? ("one", "one") : isKnown ? (s.StateA ?? "first", s.StateB ?? "second") : (s.StateA, s.StateB);
        return s with { Effects = left, StateA = a, StateB = b, CalibrationU = isOne ? 0 : s.CalibrationU };
    }

    private static double Combined(IEnumerable<AttributeEffect> effects, double? calibrationU) =>
        Math.Sqrt(effects.GroupBy(e => e.Row.Group).Sum(g => Variance([.. g])) + Math.Pow(calibrationU ?? 0, 2));

    /// <summary>Of one group: known shifts add as they are, shifts that are only bounded add to their size, and the largest spread counts once.</summary>
    private static double Variance(List<AttributeEffect> group)
    {
        var shift = Math.Abs(group.Where(e => !e.IsMissing).Sum(e => e.Effect.Mean)) + group.Where(e => e.IsMissing).Sum(e => Math.Abs(e.Effect.Mean));
        var sd = group.Max(e => e.Effect.Sd);
        return shift * shift + sd * sd;
    }
}
