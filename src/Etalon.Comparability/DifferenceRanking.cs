using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>What differs between two visits in the order of what it does to the measurand: the terms of the budget, what the headers tell, what they do not.</summary>
internal sealed class DifferenceRanking(AcquisitionComparison? acquired, IReadOnlyList<UncertaintyComponent> budget, Measurement at, bool isUnknownState)
{
    private readonly MeasurandInfo _info = Measurands.Get(at.Measurand);
    private readonly double _total = budget.Sum(c => c.U * c.U);

    public IReadOnlyList<AttributeDifference> Ranked()
    {
        var protocol = acquired?.ProtocolComponents ?? [];
        var terms = budget.Where(c => c.IsMismatch && c.U > 0 && !protocol.Contains(c))
            .Select(c => new AttributeDifference(c.Source, null, null, FormattableString.Invariant($"{100 * c.U:0.0} % of the value (standard uncertainty)"), Share(c.U)));
        var known = (acquired?.Differences ?? []).Select(e => new AttributeDifference(e.Attribute, e.From, e.To, Known(e), IsCounted(e) ? Share(e.Effect.U!.Value) : 0));
        var missing = (acquired?.Unknown ?? []).Select(e => new AttributeDifference(e.Attribute, e.From, e.To, Missing(e), 0));
        return [.. terms.Concat(known).OrderByDescending(d => d.Share), .. missing];
    }

    private double Share(double u) => _total > 0 ? u * u / _total : 0;

    /// <summary>Differences of the scanner itself are in the budget as its calibration, or as what scanners without one differ by.</summary>
    private static bool IsCounted(AttributeEffect e) => e.IsOfProtocol && e.Effect.U is not null && !e.IsCalibratedOut;

    private string Known(AttributeEffect e) => e.Effect.Shape == EffectShape.OtherMeasurand ? $"another measurand: {e.Row.Words}"
        : IsCounted(e) ? $"{EffectText.Of(e, at.Value!.Value, _info)}; {e.Row.Words}"
        : e.Effect.U is null && !e.IsCalibratedOut ? $"nothing bounds what it does: {e.Row.Words}"
        : Has("calibration:") && !Has(StateCorrection.UncalibratedGroup) && !isUnknownState ? "taken out by the calibration of both states"
        : budget.Any(c => c.IsMismatch) ? "counted within the scanner state" : "no effect of another scanner on this measurand is counted";

    private bool Has(string group) => budget.Any(c => c.Group?.StartsWith(group, StringComparison.Ordinal) == true);

    private string Missing(AttributeEffect e) =>
        $"not stated{(e.Effect.U is null ? "; nothing bounds what it does" : $"; it can do {EffectText.Of(e, at.Value!.Value, _info)}")}{(isUnknownState ? ", counted within the unknown scanner state" : "")}";
}
