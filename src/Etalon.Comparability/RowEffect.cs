using Etalon.Imaging;

namespace Etalon.Comparability;

/// <summary>Applies a row of the ledger to two acquisitions.</summary>
internal static class RowEffect
{
    /// <summary>Two roundings of one number in headers differ by less.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>Chance that a text whose absence mostly means none was left out by one of two visits that both lack it.</summary>
    private const double ChanceOfOmission = 0.1;

    /// <summary>What differs or is missing; null where both have the same value.</summary>
    public static AttributeEffect? Of(LedgerRow row, Acquisition a, Acquisition b, string measurand, ParameterRange lesionMm)
    {
        var shared = row.Attributes.FirstOrDefault(n => Stated(a, n, row) is not null && Stated(b, n, row) is not null);
        if (shared is not null)
        {
            var (from, to) = (Stated(a, shared, row)!, Stated(b, shared, row)!);
            return Differ(row.Relation, from, to)
                ? Told(shared, from, to, row, Evaluate(row, shared, a, from, to, measurand, lesionMm))
                : null;
        }

        // The method of one measurand against none told: nothing says that it was another.
        if (row.Effect == "other" && !row.IsUnboundedWhenMissing)
        {
            return null;
        }

        var knownA = row.Attributes.Select(a.Find).FirstOrDefault(x => x?.Value is not null);
        var knownB = row.Attributes.Select(b.Find).FirstOrDefault(x => x?.Value is not null);
        return Told(row.Lead, knownA, knownB, row, row.IsUnboundedWhenMissing ? LogEffect.Unbounded : Missing(row, a, knownA, knownB, measurand, lesionMm));
    }

    private static AttributeEffect Told(string attribute, AcquisitionAttribute? from, AcquisitionAttribute? to, LedgerRow row, LogEffect effect) =>
        new() { Attribute = attribute, From = from?.Value, To = to?.Value, Unit = from?.Unit ?? to?.Unit, Row = row, Effect = effect };

    /// <summary>The value of an attribute, or what its absence is defined to mean.</summary>
    private static AcquisitionAttribute? Stated(Acquisition of, string name, LedgerRow row) => of.Find(name) is { Value: not null } stated
        ? stated
        : row.Plausible is [{ Value: ['=', ..] and var meant }] ? new AcquisitionAttribute(name, meant[1..], AttributeState.Assumed) : null;

    /// <summary>One attribute alone is changed, so that effects of several stand side by side.</summary>
    private static LogEffect Evaluate(LedgerRow row, string attribute, Acquisition a, AcquisitionAttribute from, AcquisitionAttribute to, string measurand, ParameterRange lesionMm) =>
        EffectModels.Find(row.Effect)!.Evaluate(new EffectQuestion(row, attribute, With(a, attribute, from), With(a, attribute, to), measurand, lesionMm));

    private static Acquisition With(Acquisition record, string name, AcquisitionAttribute value) =>
        record with { Attributes = [.. record.Attributes.Where(x => x.Name != name), value with { Name = name }] };

    /// <summary>The plausible values that hurt most, by shift and by spread: a value that was there before could not have hurt more, so that losing it never makes u smaller. The law holds for values within the plausible range.</summary>
    private static LogEffect Missing(LedgerRow row, Acquisition a, AcquisitionAttribute? from, AcquisitionAttribute? to, string measurand, ParameterRange lesionMm)
    {
        IReadOnlyList<AcquisitionAttribute> plausible = row.Plausible.Count > 0 ? row.Plausible
            : row.Relation == LedgerRelation.Presence ? [Text(row.Lead, "?"), Text(row.Lead, "NONE")] : [Text(row.Lead, "?"), Text(row.Lead, "? ?")];
        // With both missing, ends and middle of a range hold its largest difference.
        var few = from is null && to is null && row.Relation == LedgerRelation.Ratio && plausible.Count > 3 ? [plausible[0], plausible[plausible.Count / 2], plausible[^1]] : plausible;
        var candidates = (from is null ? few : [from]).SelectMany(f => (to is null ? few : [to]).Select(t => Evaluate(row, row.Lead, a, f, t, measurand, lesionMm))).Where(e => e.U is not null).ToList();
        if (candidates.Count == 0)
        {
            return LogEffect.Unbounded;
        }

        var chance = row.Relation == LedgerRelation.Presence && from is null && to is null ? Math.Sqrt(ChanceOfOmission) : 1;
        return new LogEffect(chance * candidates.Max(e => Math.Abs(e.Mean)), chance * candidates.Max(e => e.Sd), EffectShape.Bounded);
    }

    private static AcquisitionAttribute Text(string name, string text) => new(name, text, AttributeState.Assumed);

    private static bool Differ(LedgerRelation relation, AcquisitionAttribute a, AcquisitionAttribute b)
    {
        if (relation is LedgerRelation.Ratio or LedgerRelation.Set && a.Numbers.Count > 0 && b.Numbers.Count > 0)
        {
            var (x, y) = relation == LedgerRelation.Set ? ([.. a.Numbers.Distinct().Order()], [.. b.Numbers.Distinct().Order()]) : (a.Numbers, b.Numbers);
            return x.Count != y.Count || x.Zip(y).Any(p => Math.Abs(p.First - p.Second) > Tolerance * Math.Max(Math.Abs(p.First), Math.Abs(p.Second)));
        }

        return !string.Equals(AttributeText.Plain(a.Name, a.Value!), AttributeText.Plain(b.Name, b.Value!), StringComparison.Ordinal);
    }
}
