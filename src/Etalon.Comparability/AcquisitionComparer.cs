using Etalon.Imaging;

namespace Etalon.Comparability;

/// <summary>How acquisitions are compared.</summary>
public sealed record ComparisonOptions
{
    /// <summary>The ledger. The default is that of Etalon.</summary>
    public AcquisitionLedger Ledger { get; init; } = AcquisitionLedger.Default;

    /// <summary>States that were calibrated. The default is none.</summary>
    public IReadOnlyList<CalibratedState> Calibrated { get; init; } = [];

    /// <summary>Within-subject coefficient of variation of the study's own; null: that of the ledger.</summary>
    public double? RepeatRelativeSd { get; init; }

    /// <summary>Diameters that the region may have, mm. The default is 10 to 40.</summary>
    public ParameterRange LesionMm { get; init; } = new(10, 40);

    /// <summary>A value at which effects are shown in the measurand's unit; null: that of the ledger.</summary>
    public double? Value { get; init; }
}

/// <summary>Compares acquisitions for one measurand by the ledger.</summary>
/// <exception cref="ArgumentException">The ledger does not know the measurand.</exception>
public sealed class AcquisitionComparer
{
    private readonly ComparisonOptions _options;
    private readonly LedgerRow _repeatability;

    /// <summary>For a measurand.</summary>
    /// <param name="measurand">Code, with or without a statistic.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">The ledger does not know the measurand.</exception>
    public AcquisitionComparer(string measurand, ComparisonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(measurand);
        (Measurand, _options) = (measurand, options ?? new ComparisonOptions());
        _repeatability = _options.Ledger.Knows(measurand) && _options.Ledger.Repeatability(measurand) is { } row
            ? row
            : throw new ArgumentException($"The ledger has no rows for '{measurand}'. It knows {string.Join(", ", _options.Ledger.Measurands)}.", nameof(measurand));
    }

    /// <summary>The measurand.</summary>
    public string Measurand { get; }

    /// <summary>The scanner state of an acquisition for the measurand.</summary>
    public string? StateOf(Acquisition acquisition) => ScannerState.Of(acquisition, Measurand, _options.Ledger);

    /// <summary>The scanner state of a series for the measurand.</summary>
    public string? StateOf(AcquiredSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return series.StateFor(Measurand, _options.Ledger);
    }

    /// <summary>Compares two acquisitions.</summary>
    public AcquisitionComparison Compare(Acquisition a, Acquisition b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return Compare(a, StateOf(a), b, StateOf(b));
    }

    /// <summary>Compares two acquisitions of which a record states the scanner state, as summaries without serial numbers do.</summary>
    public AcquisitionComparison Compare(Acquisition a, string? stateA, Acquisition b, string? stateB)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var effects = _options.Ledger.For(Measurand, a["Modality"] ?? b["Modality"]).Select(row => RowEffect.Of(row, a, b, Measurand, _options.LesionMm)).OfType<AttributeEffect>()
            // Of two rows that stand for each other's attribute, one speaks where both would name the same.
            .OrderBy(e => e.Row.Lead != e.Attribute).DistinctBy(e => e.Attribute).ToList();
        var (calibrationA, calibrationB) = (Calibration(stateA), Calibration(stateB));
        double? calibrationU = stateA is not null && stateA == stateB ? 0
            : calibrationA is not null && calibrationB is not null ? Math.Sqrt(calibrationA.RelativeU * calibrationA.RelativeU + calibrationB.RelativeU * calibrationB.RelativeU) : null;
        var uRepeat = Math.Sqrt(2) * (_options.RepeatRelativeSd ?? _repeatability["wcv"].Middle);
        var situation = new Situation(effects, stateA, stateB, calibrationA is not null && calibrationB is not null, calibrationU, uRepeat);
        var graded = Grading.Of(situation);
        var shared = Grading.WithShares(situation);
        return new AcquisitionComparison
        {
            Measurand = Measurand, From = a.Id, To = b.Id, StateFrom = stateA, StateTo = stateB, IsCalibrated = situation.IsCalibrated, Grade = graded.Grade, Q = graded.Q,
            URepeat = uRepeat, UMismatch = Grading.UMismatch(situation), Shift = shared.Where(e => !e.IsCalibratedOut && !e.IsMissing).Sum(e => e.Effect.Mean),
            TypicalValue = _options.Value ?? _repeatability["typical"].Middle,
            Differences = Ranked(shared.Where(e => !e.IsMissing)), Unknown = Ranked(shared.Where(e => e.IsMissing)), Lift = graded.Grade == Grade.A ? null : Grading.Lift(situation, graded.Grade),
            Components = Grading.Components(situation),
            ProtocolComponents = Grading.Components(situation with { Effects = [.. effects.Where(e => e.IsOfProtocol)] }),
        };
    }

    private CalibratedState? Calibration(string? state) => state is null ? null : _options.Calibrated.FirstOrDefault(c => c.Key == state && c.Measurand == Measurand.Split('.')[0]);

    /// <summary>What makes values another measurand stands first, then the largest share, then the order of the record.</summary>
    private static List<AttributeEffect> Ranked(IEnumerable<AttributeEffect> effects) =>
        [.. effects.OrderByDescending(e => e.Effect.U is null && !e.IsCalibratedOut).ThenByDescending(e => e.Share).ThenByDescending(e => e.IsCalibratedOut ? 0 : e.Effect.U ?? 0)];
}
