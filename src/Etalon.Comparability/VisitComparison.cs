using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>How far two measurements can be compared (docs/concepts.md).</summary>
public enum Grade
{
    /// <summary>Same scanner state, and nothing that differs in protocol does more than a fifth of the repeatability.</summary>
    A,

    /// <summary>Same state or both calibrated; the mismatch is at most half the repeatability.</summary>
    B,

    /// <summary>Calibrated with a mismatch up to 1.5 times the repeatability.</summary>
    C,

    /// <summary>Only the direction of a large change can be told: mismatch larger, or a critical attribute missing but bounded.</summary>
    D,

    /// <summary>Not comparable.</summary>
    X,
}

/// <summary>One difference between two visits and what it does to the measurand.</summary>
/// <param name="Attribute">What differs or is missing.</param>
/// <param name="From">Value at the first visit; null: absent.</param>
/// <param name="To">Value at the second visit; null: absent.</param>
/// <param name="Effect">In words, in the measurand's unit.</param>
/// <param name="Share">Share of the variance of the difference, 0 to 1.</param>
public sealed record AttributeDifference(string Attribute, string? From, string? To, string Effect, double Share);

/// <summary>How two visits compare for one measurand of one region.</summary>
/// <param name="Measurand">Code.</param>
/// <param name="Region">Region.</param>
/// <param name="From">First visit.</param>
/// <param name="To">Second visit.</param>
/// <param name="Grade">The grade.</param>
/// <param name="Q">Mismatch divided by repeatability, both as standard uncertainties of the difference.</param>
/// <param name="Differences">Largest share first.</param>
/// <param name="Lift">What would lift the grade; null where it is A.</param>
public sealed record VisitComparison(
    string Measurand, string Region, string From, string To, Grade Grade, double Q, IReadOnlyList<AttributeDifference> Differences, string? Lift)
{
    /// <summary>What known differences of the protocol add to the uncertainty of the log ratio.</summary>
    public IReadOnlyList<UncertaintyComponent> Protocol { get; init; } = [];

    /// <summary>Compares two corrected measurements.</summary>
    /// <param name="a">First visit.</param>
    /// <param name="b">Second visit.</param>
    /// <param name="acquired">How their acquisitions compare by the ledger; null: it does not know the measurand.</param>
    public static VisitComparison Between(Measurement a, Measurement b, AcquisitionComparison? acquired)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var region = a.Region?.Id ?? "";
        if (!a.IsOk || !b.IsOk)
        {
            return new VisitComparison(a.Measurand, region, a.Visit, b.Visit, Grade.X, double.PositiveInfinity, [], "A value at both visits.");
        }

        var sameState = a.ScannerState is not null && a.ScannerState == b.ScannerState;
        var protocol = acquired?.ProtocolComponents ?? [];
        var difference = Budget.OfDifference(Relative(a), Relative(b)).Concat(protocol).ToList();
        var uMismatch = Budget.Combine(difference.Where(c => c.IsMismatch));
        var uRepeat = Budget.Combine(difference.Where(c => !c.IsMismatch));
        var q = uRepeat > 0 ? uMismatch / uRepeat : double.PositiveInfinity;
        var unknown = a.ScannerState is null || b.ScannerState is null;
        var isUncalibrated = a.Components.Concat(b.Components).Any(c => c.Group?.StartsWith(StateCorrection.UncalibratedGroup, StringComparison.Ordinal) == true);
        var grade = acquired is { IsBeyondComparison: true } ? Grade.X
            : GradeRule.Of(q, sameState ? Grade.A : unknown ? Grade.D : isUncalibrated ? Grade.C : Grade.B);
        var ranked = new DifferenceRanking(acquired, difference, a, unknown).Ranked();
        return new VisitComparison(a.Measurand, region, a.Visit, b.Visit, grade, q, ranked, WhatLifts(grade, unknown, a, b, acquired)) { Protocol = protocol };
    }

    private static List<UncertaintyComponent> Relative(Measurement m) => m.Components.Select(c => c.Scaled(1 / m.Value!.Value)).ToList();

    private static string? WhatLifts(Grade grade, bool unknown, Measurement a, Measurement b, AcquisitionComparison? acquired) => grade switch
    {
        Grade.A => null,
        Grade.X => "Nothing: the two are different measurands, or nothing bounds what differs. Only a scan as the other was made would compare.",
        _ when unknown => "DeviceSerialNumber and SoftwareVersions of both visits (DICOM headers or sidecars), and a phantom scan of each scanner state.",
        _ when acquired?.Differences.FirstOrDefault(d => d.Share > 0.25) is { } large => $"A scan with the same {large.Attribute} as the other visit.",
        _ when a.Measurand.StartsWith("adc", StringComparison.Ordinal) => $"More phantom sessions of {a.ScannerState} and {b.ScannerState}.",
        _ => "Test-retest scans across both scanner states, drawn by the same reader.",
    };
}
