using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>How far two measurements can be compared (docs/concepts.md).</summary>
public enum Grade
{
    /// <summary>Same scanner state.</summary>
    A,

    /// <summary>Different states, both calibrated; the mismatch is at most half the repeatability.</summary>
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
    /// <summary>Compares two corrected measurements.</summary>
    /// <param name="a">First visit.</param>
    /// <param name="b">Second visit.</param>
    /// <param name="atA">Acquisition of the first.</param>
    /// <param name="atB">Acquisition of the second.</param>
    public static VisitComparison Between(Measurement a, Measurement b, Acquisition atA, Acquisition atB)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(atA);
        ArgumentNullException.ThrowIfNull(atB);
        var region = a.Region?.Id ?? "";
        if (!a.IsOk || !b.IsOk)
        {
            return new VisitComparison(a.Measurand, region, a.Visit, b.Visit, Grade.X, double.PositiveInfinity, [], "A value at both visits.");
        }

        var difference = Budget.OfDifference(Relative(a), Relative(b));
        var mismatch = difference.Where(c => c.IsMismatch).ToList();
        var uMismatch = Budget.Combine(mismatch);
        var uRepeat = Budget.Combine(difference.Where(c => !c.IsMismatch));
        var q = uRepeat > 0 ? uMismatch / uRepeat : double.PositiveInfinity;
        var sameState = a.ScannerState is not null && a.ScannerState == b.ScannerState;
        var unknown = a.ScannerState is null || b.ScannerState is null;
        var grade = sameState ? Grade.A : unknown ? Grade.D : q <= 0.5 ? Grade.B : q <= 1.5 ? Grade.C : Grade.D;
        return new VisitComparison(
            a.Measurand, region, a.Visit, b.Visit, grade, q, Ranked(atA, atB, mismatch, difference, grade, a.Measurand.StartsWith("adc.", StringComparison.Ordinal)), WhatLifts(grade, unknown, a, b));
    }

    private static List<UncertaintyComponent> Relative(Measurement m) => m.Components.Select(c => c.Scaled(1 / m.Value!.Value)).ToList();

    private static List<AttributeDifference> Ranked(
        Acquisition a, Acquisition b, List<UncertaintyComponent> mismatch, IReadOnlyList<UncertaintyComponent> all, Grade grade, bool isAdc)
    {
        var total = all.Sum(c => c.U * c.U);
        var result = mismatch.Where(c => c.U > 0).Select(c => new AttributeDifference(
            c.Source, null, null, FormattableString.Invariant($"{100 * c.U:0.0} % of the value (standard uncertainty)"), total > 0 ? c.U * c.U / total : 0)).ToList();
        foreach (var attribute in a.Attributes.Where(x => x.Name != "AcquisitionDateTime"))
        {
            var (from, to) = (attribute.Value, b[attribute.Name]);
            if (from is null || to is null)
            {
                result.Add(new AttributeDifference(attribute.Name, from, to, "absent: counted within the unknown scanner state", 0));
            }
            else if (from != to)
            {
                result.Add(new AttributeDifference(
                    attribute.Name, from, to, Effect(isAdc, grade), 0));
            }
        }

        return result.OrderByDescending(d => d.Share).ToList();
    }

    private static string Effect(bool isAdc, Grade grade) => !isAdc
        ? "no effect on what a reader outlines is known; none is counted"
        : grade is Grade.B or Grade.C ? "taken out by the phantom calibration of both states" : "counted within the scanner state";

    private static string? WhatLifts(Grade grade, bool unknown, Measurement a, Measurement b) => grade switch
    {
        Grade.A => null,
        _ when unknown => "DeviceSerialNumber and SoftwareVersions of both visits (DICOM headers or sidecars), and a phantom scan of each scanner state.",
        _ when a.Measurand.StartsWith("adc", StringComparison.Ordinal) => $"More phantom sessions of {a.ScannerState} and {b.ScannerState}.",
        _ => "Test-retest scans across both scanner states, drawn by the same reader.",
    };
}
