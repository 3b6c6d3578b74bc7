using System.Globalization;
using Etalon.Comparability;
using Etalon.Metrology;
using Etalon.Study.Comparison;

namespace Etalon.Cli;

/// <summary>Prints comparisons for people: one pair in full, many as a matrix of grades.</summary>
internal static class ComparePrinter
{
    private const int MostRows = 12;
    private const int MostColumns = 24;

    public static void Print(CompareResult result)
    {
        var info = Measurands.Get(result.Measurand);
        if (result.Pairs is [{ Comparison: { } only }])
        {
            Line($"{info.Name} ({result.Measurand}): {result.Pairs[0].From.Id} against {result.Pairs[0].To.Id}");
            Print(only, info);
            return;
        }

        Matrix(result, info);
        Differences(result);
    }

    private static void Print(AcquisitionComparison c, MeasurandInfo info)
    {
        Line($"  series   {c.From} against {c.To}");
        Line($"  state    {c.StateFrom ?? "unknown"} against {c.StateTo ?? "unknown"}{(c.IsSameState ? ", the same" : c.IsCalibrated ? ", both calibrated" : ", not calibrated")}");
        Line($"  grade    {c.Grade}: {Meaning(c.Grade)}");
        Line(c.UMismatch is { } u
            ? Text($"  u        mismatch {EffectText.Percent(u)} ({EffectText.Shown(u * c.TypicalValue, info)} at {EffectText.Shown(c.TypicalValue, info)}), repeatability of a difference {EffectText.Percent(c.URepeat)}, q {c.Q:0.##}")
            : Text($"  u        of the mismatch: nothing bounds it; repeatability of a difference {EffectText.Percent(c.URepeat)}"));
        if (c.Shift != 0)
        {
            Line(Text($"  shift    {100 * (Math.Exp(c.Shift) - 1):+0.0;-0.0} % of the second against the first by known differences; it is in no value, and counts in u"));
        }

        Effects(c.Differences.Count == 0 ? "  nothing that is known differs" : "  what differs, largest share of the variance first", c.Differences, c, info);
        if (c.Unknown.Count > 0)
        {
            Effects("  what is not known", c.Unknown, c, info);
        }

        if (c.Grade != Grade.A)
        {
            Line(c.Lift is { } lift
                ? $"  lift     {lift.Action}: grade {lift.Grade}{(lift.Attribute is null ? "" : ", if it turns out the same at both")}"
                : "  lift     nothing that can be recovered or calibrated; only a scan as the other was made");
        }
    }

    private static void Effects(string title, IReadOnlyList<AttributeEffect> effects, AcquisitionComparison c, MeasurandInfo info)
    {
        Line(title);
        foreach (var e in effects.Take(MostRows))
        {
            var size = EffectText.Of(e, c.TypicalValue, info);
            Line(Text($"    {100 * e.Share,4:0} %  {e.Attribute}: {Value(e.From, e)} against {Value(e.To, e)}: {size}; {e.Row.Words} [{Class(e.Row.Evidence)}]"));
        }

        if (effects.Count > MostRows)
        {
            Line($"           and {effects.Count - MostRows} more (--json)");
        }
    }

    private static void Matrix(CompareResult result, MeasurandInfo info)
    {
        Line($"{info.Name} ({result.Measurand}): grades of {result.Pairs.Count} pairs");
        var grades = result.Pairs.ToDictionary(p => (p.From, p.To), p => p.Comparison?.Grade.ToString() ?? "-", ReferencePairs.One);
        var columns = result.Columns.Take(MostColumns).ToList();
        foreach (var (n, column) in columns.Index())
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"  [{n + 1}] {column.Id}"));
        }

        Line("       " + string.Concat(columns.Select((_, n) => string.Create(CultureInfo.InvariantCulture, $"{n + 1,4}"))));
        foreach (var (n, row) in result.Rows.Take(MostColumns).Index())
        {
            var cells = columns.Select(column => result.IsMatrix && ReferenceEquals(row, column) ? "·" : grades.GetValueOrDefault((row, column)) ?? grades.GetValueOrDefault((column, row)) ?? "");
            Line(string.Create(CultureInfo.InvariantCulture, $"  {(result.IsMatrix ? $"[{n + 1}]" : ""),-5}") + string.Concat(cells.Select(g => $"{g,4}")) + (result.IsMatrix ? "" : $"  {row.Id}"));
        }

        if (result.Columns.Count > MostColumns || result.Rows.Count > MostColumns)
        {
            Line($"  of {result.Rows.Count} by {result.Columns.Count} visits the first {MostColumns} are shown (--json has all)");
        }
    }

    /// <summary>Attributes by the sum of their shares over all pairs.</summary>
    private static void Differences(CompareResult result)
    {
        var compared = result.Pairs.Select(p => p.Comparison).OfType<AcquisitionComparison>().ToList();
        foreach (var (title, effects) in new[] { ("  what differs", compared.SelectMany(c => c.Differences)), ("  what is not known", compared.SelectMany(c => c.Unknown)) })
        {
            var ranked = effects.GroupBy(e => e.Attribute).Select(g => (g.Key, Count: g.Count(), Share: g.Sum(e => e.Share), Mismatched: g.Count(e => e.Effect.U is null && !e.IsCalibratedOut)))
                .OrderByDescending(g => g.Mismatched).ThenByDescending(g => g.Share).Take(MostRows).ToList();
            if (ranked.Count > 0)
            {
                Line(title);
            }

            foreach (var (attribute, count, share, mismatched) in ranked)
            {
                Line(Text($"    {attribute}: in {count} of {compared.Count} pairs, {100 * share / compared.Count:0} % of the variance on average{(mismatched > 0 ? $"; not bounded or another measurand in {mismatched}" : "")}"));
            }
        }
    }

    private static string Value(string? value, AttributeEffect e) => value is null ? "not stated" : value.Length > 40 ? value[..40] + "…" : e.Unit is null or "1" ? value : $"{value} {e.Unit}";

    private static string Meaning(Grade grade) => grade switch
    {
        Grade.A => "same scanner state",
        Grade.B => "same state or both calibrated; the mismatch is at most half the repeatability",
        Grade.C => "comparable with a wider interval",
        Grade.D => "the direction of a large change at most",
        _ => "not comparable",
    };

    private static string Class(EvidenceClass evidence) => evidence switch { EvidenceClass.Exact => "physics", EvidenceClass.Read => "read", _ => "remembered" };

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static void Line(string text) => Console.WriteLine(Session.Safe(text));

    /// <summary>Visits are told apart as objects: two inputs may use one name.</summary>
    private sealed class ReferencePairs : IEqualityComparer<(AcquisitionVisit, AcquisitionVisit)>
    {
        public static ReferencePairs One { get; } = new();

        public bool Equals((AcquisitionVisit, AcquisitionVisit) x, (AcquisitionVisit, AcquisitionVisit) y) => ReferenceEquals(x.Item1, y.Item1) && ReferenceEquals(x.Item2, y.Item2);

        public int GetHashCode((AcquisitionVisit, AcquisitionVisit) pair) => HashCode.Combine(
            System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(pair.Item1), System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(pair.Item2));
    }
}
