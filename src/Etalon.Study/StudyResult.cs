using Etalon.Assays;
using Etalon.Cases;
using Etalon.Change;
using Etalon.Comparability;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Planning;
using Etalon.Study.Fitness;
using Etalon.Twin;

namespace Etalon.Study;

/// <summary>Everything that a study found, before it is rendered.</summary>
public sealed record StudyResult
{
    /// <summary>The case as read.</summary>
    public required PatientCase Case { get; init; }

    /// <summary>Images of each usable visit, in order of time.</summary>
    public required IReadOnlyList<VisitImages> Visits { get; init; }

    /// <summary>All measurements.</summary>
    public required IReadOnlyList<Measurement> Measurements { get; init; }

    /// <summary>Calibrations of the scanner states.</summary>
    public required IReadOnlyList<ScannerCalibration> Calibrations { get; init; }

    /// <summary>Every pair of visits, by measurand and region.</summary>
    public required IReadOnlyList<VisitComparison> Comparisons { get; init; }

    /// <summary>Verdicts between visits that follow each other, and between the first and the last.</summary>
    public required IReadOnlyList<MeasuredChange> Changes { get; init; }

    /// <summary>Three or more visits of one measurand and region as one estimate.</summary>
    public IReadOnlyList<SerialResult> Series { get; init; } = [];

    /// <summary>Whether the study bears the decision of the stated purpose; null where none was stated.</summary>
    public StudyFitness? Fitness { get; init; }

    /// <summary>The changes that a report may claim: all, or those that the stated purpose does not withhold.</summary>
    public IEnumerable<MeasuredChange> ClaimedChanges => Changes.Where(c => Fitness?.Withholds(c) != true);

    /// <summary>The twin; null where it was refused.</summary>
    public TwinResult? Twin { get; init; }

    /// <summary>Why there is no twin; null where there is one.</summary>
    public string? TwinRefusal { get; init; }

    /// <summary>Options beside each other; empty where there is no twin or <see cref="OptionsRefusal"/> says why.</summary>
    public IReadOnlyList<OptionResult> Options { get; init; } = [];

    /// <summary>Why no options were compared although there is a twin; null where they were.</summary>
    public string? OptionsRefusal { get; init; }

    /// <summary>What there is to see, in order of time.</summary>
    public IReadOnlyList<VisitPicture> Pictures { get; init; } = [];

    /// <summary>Visits that were brought to the first by registration, with the standard uncertainty of a coordinate in the tumour, mm.</summary>
    public IReadOnlyDictionary<string, double> Alignments { get; init; } = new Dictionary<string, double>();

    /// <summary>What a scanner's own ADC map says beside ours, where there is one.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What was assumed.</summary>
    public required IReadOnlyList<Assumption> Assumptions { get; init; }

    /// <summary>What the numbers rest on.</summary>
    public required IReadOnlyList<Source> Sources { get; init; }

    /// <summary>The options it was run with.</summary>
    public required StudyOptions StudyOptions { get; init; }
}

/// <summary>The twin of a patient: fit, held-out visits and forecast.</summary>
public sealed record TwinResult
{
    /// <summary>Fit and posterior.</summary>
    public required TwinFit Fit { get; init; }

    /// <summary>Visits with a density, in order; the first of the fit is the initial state.</summary>
    public required IReadOnlyList<DensityObservation> Observations { get; init; }

    /// <summary>Number of observations that the fit used.</summary>
    public required int Fitted { get; init; }

    /// <summary>Agreement of the best fit's field with each observation after the first.</summary>
    public required IReadOnlyList<FieldAgreement> Agreement { get; init; }

    /// <summary>Forecast under the treatment given; its days hold all visits.</summary>
    public required Forecast Forecast { get; init; }

    /// <summary>Largest difference of the best fit's burden between the steps used and half of each, extrapolated at order two, relative: the time error.</summary>
    public required double TimeError { get; init; }

    /// <summary>Density of the best fit at each observation after the first, on the domain's grid.</summary>
    public required IReadOnlyList<float[]> Fields { get; init; }

    /// <summary>What would make the twin better, in sentences.</summary>
    public required IReadOnlyList<TwinAdvice> Advice { get; init; }

    /// <summary>The visits that the fit was not shown and that have cells, and whether each lies in the forecast's 95 % interval.</summary>
    public IReadOnlyList<(string Visit, bool IsInside)> HeldOut()
    {
        var days = Forecast.Days.ToList();
        return Observations.Skip(Fitted).Where(o => o.Cells > 0).Select(o =>
        {
            var sorted = Forecast.Sorted(days.IndexOf(o.Day), b => b.VisibleCells);
            return (o.Visit, FixedSum.QuantileOfSorted(sorted, 0.025) <= o.Cells && o.Cells <= FixedSum.QuantileOfSorted(sorted, 0.975));
        }).ToList();
    }
}

/// <summary>A parameter that the visits do not tell, and what would.</summary>
/// <param name="Parameter">Its name as in results.</param>
/// <param name="Partner">The parameter that it cannot be told from; null where there is none.</param>
/// <param name="Found">What is known of it, in words.</param>
/// <param name="Remedy">What would teach the twin more.</param>
public sealed record TwinAdvice(string Parameter, string? Partner, string Found, string Remedy)
{
    /// <summary>Day, since the first visit, of the scan that would help most; null where none was looked for.</summary>
    public double? NextScanDay { get; init; }
}
