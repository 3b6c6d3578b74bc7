using Etalon.Comparability;
using Etalon.Comparability.Calibration;
using Etalon.Study.Dicom;

namespace Etalon.Study;

/// <summary>A range of visits by their numbers in the case (<see cref="VisitNumbers"/>), ends included.</summary>
/// <param name="First">First.</param>
/// <param name="Last">Last.</param>
public readonly record struct VisitRange(int First, int Last);

/// <summary>How a study is run.</summary>
public sealed record StudyOptions
{
    /// <summary>Visits that the twin is fitted to; null: all but the last two (all but the last where there are only three).</summary>
    public VisitRange? FitVisits { get; init; }

    /// <summary>Fixes every random stream. The default is 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; results do not depend on it. The default is 2.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Draws of the posterior in the forecast's ensemble. The default is 80.</summary>
    public int Members { get; init; } = 80;

    /// <summary>Minimal important change as a ratio minus 1 (0.25 for 25 %); null: the verdict is never equivalent.</summary>
    public double? MinimalImportantChange { get; init; }

    /// <summary>Calibrations of scanner states that the user gives; null: those of the case's own phantom scans alone.</summary>
    public CalibrationRecord? Calibration { get; init; }

    /// <summary>What the study is to decide; null: nobody said. With one the report claims no more than it bears.</summary>
    public Purpose? Purpose { get; init; }

    /// <summary>The day of the decision, in the calendar of the visits; null: not known. Nothing here reads a clock.</summary>
    public DateOnly? DecisionDay { get; init; }

    /// <summary>How results are written as DICOM objects.</summary>
    public DicomOutputOptions Dicom { get; init; } = new();

    /// <summary>Whether the twin and the options are run. The default is yes.</summary>
    public bool WithTwin { get; init; } = true;

    /// <summary>Whether images are brought together by registration where their frames differ. The default is yes.</summary>
    public bool WithRegistration { get; init; } = true;

    /// <summary>Name of the elastix program. The default is <c>elastix</c>, found on the path.</summary>
    public string Elastix { get; init; } = "elastix";
}

/// <summary>How far a study has come.</summary>
/// <param name="Stage">What is being done, for people.</param>
/// <param name="Share">Share of the whole, 0 to 1.</param>
public readonly record struct StudyProgress(string Stage, double Share);
