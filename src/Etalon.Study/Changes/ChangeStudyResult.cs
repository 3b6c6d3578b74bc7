using Etalon.Change;
using Etalon.Comparability;
using Etalon.Metrology.Precision;

namespace Etalon.Study.Changes;

/// <summary>A study of changes, judged.</summary>
public sealed record ChangeStudyResult
{
    /// <summary>Code of the measurand.</summary>
    public required string Measurand { get; init; }

    /// <summary>All patients, in the order of the table.</summary>
    public required IReadOnlyList<string> Patients { get; init; }

    /// <summary>Why a patient has no change.</summary>
    public required IReadOnlyDictionary<string, string> Refused { get; init; }

    /// <summary>The changes, and what they say together.</summary>
    public required ChangeStudy Study { get; init; }

    /// <summary>Repeatability by scanner state, from test-retest scans.</summary>
    public required GroupedPrecision Precision { get; init; }

    /// <summary>What is taken of scanners without a calibration.</summary>
    public required GainSpread Spread { get; init; }

    /// <summary>Upgrades seen in the scans.</summary>
    public required IReadOnlyList<StateChange> StateChanges { get; init; }

    /// <summary>Minimal important change as a ratio less 1; null where none was given.</summary>
    public required double? MinimalImportantChange { get; init; }
}
