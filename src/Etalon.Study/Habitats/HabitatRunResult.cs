using Etalon.Assays.Habitats;
using Etalon.Change;
using Etalon.Imaging;
using Etalon.Imaging.Fusion;
using Etalon.Metrology;

namespace Etalon.Study.Habitats;

/// <summary>One visit of <c>etalon habitats</c>: its maps on one grid, and which voxels took part.</summary>
/// <param name="Id">Visit.</param>
/// <param name="Region">Region on the common grid of the visit.</param>
/// <param name="Maps">Fused maps, in the order of the codes.</param>
/// <param name="Sources">SHA-256 of maps and region.</param>
/// <param name="First">First row of the visit in the table.</param>
/// <param name="Voxels">Voxels in the table, places in memory.</param>
public sealed record HabitatVisit(string Id, Mask Region, IReadOnlyList<FusedMap> Maps, IReadOnlyList<string> Sources, int First, int[] Voxels)
{
    /// <summary>When; null: not stated.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Where an image of DICOM stands; null for other input.</summary>
    public Cases.DicomOrigin? Origin { get; init; }
}

/// <summary>What <c>etalon habitats</c> found.</summary>
public sealed record HabitatRunResult
{
    /// <summary>Pseudonym or label.</summary>
    public required string Subject { get; init; }

    /// <summary>Name of the region.</summary>
    public required string Region { get; init; }

    /// <summary>Codes of the maps.</summary>
    public required IReadOnlyList<string> Maps { get; init; }

    /// <summary>Units of the maps.</summary>
    public required IReadOnlyList<string> Units { get; init; }

    /// <summary>Method and version.</summary>
    public required string Method { get; init; }

    /// <summary>Options of the run.</summary>
    public required HabitatRunOptions Options { get; init; }

    /// <summary>The habitats.</summary>
    public required HabitatModel Model { get; init; }

    /// <summary>The visits.</summary>
    public required IReadOnlyList<HabitatVisit> Visits { get; init; }

    /// <summary>Fraction and volume of each habitat at each visit.</summary>
    public required IReadOnlyList<Measurement> Measurements { get; init; }

    /// <summary>Verdicts between visits.</summary>
    public required IReadOnlyList<MeasuredChange> Changes { get; init; }

    /// <summary>Adjusted Rand index between the labels of two visits on one grid; null where their voxels differ.</summary>
    public required IReadOnlyList<(string From, string To, double? Index)> Rand { get; init; }

    /// <summary>Worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What was assumed.</summary>
    public required IReadOnlyList<Assumption> Assumptions { get; init; }

    /// <summary>Name of a habitat: that of the rule, or h1, h2, …</summary>
    public string NameOf(int habitat) => Model.Names.Count > 0 ? Model.Names[habitat] : FormattableString.Invariant($"h{habitat + 1}");
}
