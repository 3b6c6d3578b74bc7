using Etalon.Assays.Maps;
using Etalon.Metrology;

namespace Etalon.Study.Maps;

/// <summary>What <c>etalon map</c> made of one visit.</summary>
public sealed record MappedVisit
{
    /// <summary>The visit.</summary>
    public required MapVisit Visit { get; init; }

    /// <summary>Maps with their method.</summary>
    public required MapOutcome Outcome { get; init; }

    /// <summary>What the maps say of each region.</summary>
    public IReadOnlyList<Measurement> Measurements { get; init; } = [];

    /// <summary>Histograms of the regions.</summary>
    public IReadOnlyList<MappedHistogram> Histograms { get; init; } = [];

    /// <summary>Regions that were measured, on the grid of the maps.</summary>
    public IReadOnlyList<MapMask> Regions { get; init; } = [];

    /// <summary>Identifier of the visit, which stands in identifiers of measurements.</summary>
    public string Id => Visit.Session.Length > 0 ? Visit.Session : "1";
}

/// <summary>A histogram of one map in one region.</summary>
/// <param name="Subject">Pseudonym.</param>
/// <param name="Visit">Visit.</param>
/// <param name="Region">Region.</param>
/// <param name="Measurand">Code.</param>
/// <param name="Unit">UCUM.</param>
/// <param name="Histogram">Edges and counts.</param>
public sealed record MappedHistogram(string Subject, string Visit, string Region, string Measurand, string Unit, RegionHistogram Histogram);

/// <summary>What <c>etalon map</c> made.</summary>
/// <param name="Kind">Kind of map.</param>
/// <param name="Visits">Visits of which maps were made; empty where nothing could be.</param>
/// <param name="Findings">What was wrong, missing or assumed.</param>
public sealed record MapResult(string Kind, IReadOnlyList<MappedVisit> Visits, IReadOnlyList<Finding> Findings);
