using Etalon.Cases;
using Etalon.Metrology;

namespace Etalon.Assays.Maps;

/// <summary>One visit of one patient, as <c>etalon map</c> takes it.</summary>
public sealed record MapVisit
{
    /// <summary>Pseudonym, or BIDS label.</summary>
    public required string Subject { get; init; }

    /// <summary>Session: BIDS label, or the number of the study in order of time.</summary>
    public required string Session { get; init; }

    /// <summary>When, local to the scanner; null where not stated.</summary>
    public DateTime? Time { get; init; }

    /// <summary>Series and regions.</summary>
    public required MapInput Input { get; init; }

    /// <summary>Where a series of DICOM stands, for objects that are derived from it; null for others.</summary>
    public Func<MapSeries, DicomOrigin?> Origin { get; init; } = _ => null;

    /// <summary>Takes names and identifiers out of a finding.</summary>
    public Func<Finding, Finding> Clean { get; init; } = f => f;
}
