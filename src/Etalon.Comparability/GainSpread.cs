using Etalon.Assays;
using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>The log gain of one calibrated state at a value of usual size.</summary>
/// <param name="Station">The scanner.</param>
/// <param name="State">Its state.</param>
/// <param name="From">When the state began, for the order of a scanner's states.</param>
/// <param name="LogGain">ln(reading / truth).</param>
public readonly record struct StateGain(string Station, string State, DateOnly From, double LogGain);

/// <summary>
/// How far scanners that nobody calibrated may be from the reference, and how far an upgrade may move one: from the scanners of this study that were calibrated, together
/// with what is published.
/// </summary>
/// <param name="BetweenScanners">Standard uncertainty of the log gain of a scanner that was never calibrated.</param>
/// <param name="BetweenScannersDof">Its degrees of freedom.</param>
/// <param name="Upgrade">Standard uncertainty of the change of a scanner's log gain by an upgrade.</param>
/// <param name="UpgradeDof">Its degrees of freedom.</param>
/// <param name="Scanners">Calibrated scanners that it rests on.</param>
/// <param name="Upgrades">Upgrades that it rests on.</param>
public sealed record GainSpread(double BetweenScanners, double BetweenScannersDof, double Upgrade, double UpgradeDof, int Scanners, int Upgrades)
{
    /// <summary>Scanners of the published study less one.</summary>
    private const double LiteratureDof = 5;

    /// <summary>Weight of the published shift by an upgrade; how many upgrades it rests on is not stated per measurand.</summary>
    private const double UpgradeLiteratureDof = 3;

    /// <summary>An upgrade moves regional measures by 2 to 4 %.</summary>
    public static LiteratureConstant UpgradeShift { get; } = new(
        "Relative change of a measurement by a scanner upgrade", 0.03, "1",
        new Source("scanner-upgrade", "PLoS One 2021: 67 % of grey-matter regions shift by 2 to 4 % at a scanner upgrade; taken for ADC as well", "an upgrade that was not calibrated"), true);

    /// <summary>The spread from calibrated states.</summary>
    /// <param name="states">Of one measurand; empty: what is published alone.</param>
    /// <remarks>
    /// Second moments about a gain of 1, each scanner counted once, pooled with the published variances by degrees of freedom. The uncertainty of the calibrations
    /// is not taken out of them, so that they are rather too wide than too narrow.
    /// </remarks>
    public static GainSpread Of(IReadOnlyCollection<StateGain> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        var scanners = states.GroupBy(s => s.Station, StringComparer.Ordinal).Select(g => g.OrderBy(s => s.From).ThenBy(s => s.State, StringComparer.Ordinal).ToList()).ToList();
        var upgrades = scanners.SelectMany(s => s.Zip(s.Skip(1), (a, b) => b.LogGain - a.LogGain)).ToList();
        var (between, upgrade) = (LiteraturePrecision.AdcBetweenScanners.Value, UpgradeShift.Value);
        var (dof, upgradeDof) = (LiteratureDof + scanners.Count, UpgradeLiteratureDof + upgrades.Count);
        return new GainSpread(
            Math.Sqrt((LiteratureDof * between * between + scanners.Sum(s => s.Average(x => x.LogGain * x.LogGain))) / dof), dof,
            Math.Sqrt((UpgradeLiteratureDof * upgrade * upgrade + upgrades.Sum(d => d * d)) / upgradeDof), upgradeDof, scanners.Count, upgrades.Count);
    }
}
