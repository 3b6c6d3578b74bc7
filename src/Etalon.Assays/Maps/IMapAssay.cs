using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Maps;

/// <summary>What a map is made of: the series of one visit, and regions where somebody drew some.</summary>
/// <param name="Series">All series that could be read.</param>
/// <param name="Masks">Regions by name, each on the grid it was drawn on.</param>
public sealed record MapInput(IReadOnlyList<MapSeries> Series, IReadOnlyList<MapMask> Masks);

/// <summary>A drawn region.</summary>
/// <param name="Name">As the input names it.</param>
/// <param name="Mask">Its voxels.</param>
/// <param name="Sha256">Of its content.</param>
public sealed record MapMask(string Name, Mask Mask, string Sha256)
{
    /// <summary>Gives the region on another grid; null where it can only be used on its own.</summary>
    public Func<Grid, Mask>? Carry { get; init; }

    /// <summary>FrameOfReferenceUID of what it was drawn on; null where not stated.</summary>
    public string? FrameOfReferenceUid { get; init; }

    /// <summary>What the input says that it is.</summary>
    public Cases.RegionMeaning Meaning { get; init; } = Cases.RegionMeaning.Unknown;

    /// <summary>The region on a grid of a frame of reference; null where it is not known there.</summary>
    public Mask? On(Grid grid, string? frameOfReferenceUid) => Mask.Grid.IsSameAs(grid) ? Mask
        : Carry is not null && FrameOfReferenceUid is not null && FrameOfReferenceUid == frameOfReferenceUid ? Carry(grid) : null;
}

/// <summary>A number that a method takes from outside the images.</summary>
/// <param name="Name">In the form of a sidecar's key: <c>RelaxivityPerMmolS</c>.</param>
/// <param name="Value">In the unit.</param>
/// <param name="Unit">UCUM.</param>
/// <param name="Source">Where it comes from: a publication, the header, or <c>user</c>.</param>
public sealed record MapConstant(string Name, double Value, string Unit, string Source);

/// <summary>One map of an assay.</summary>
/// <param name="Name">As FORMATS names it, <c>ADCmap</c>.</param>
/// <param name="Measurand">Code, <c>adc</c>; see <see cref="Measurands"/>.</param>
/// <param name="Description">A sentence for the sidecar.</param>
/// <param name="Map">Value, standard uncertainty and status of each voxel.</param>
public sealed record NamedMap(string Name, string Measurand, string Description, ParametricMap Map)
{
    /// <summary>Relative standard uncertainty that all voxels of the map share (a scale: relaxivity, dose, weight), so that no mean removes it; 0 where there is none.</summary>
    public double SharedRelativeU { get; init; }

    /// <summary>What <see cref="SharedRelativeU"/> comes from.</summary>
    public string SharedSource { get; init; } = "";
}

/// <summary>What an assay made.</summary>
public sealed record MapOutcome
{
    /// <summary>The maps, the main one first; empty where it was refused, and then <see cref="Findings"/> say why.</summary>
    public IReadOnlyList<NamedMap> Maps { get; init; } = [];

    /// <summary>Numbers of regions, for an assay that measures these instead of voxels. Subject and visit are empty: the caller knows them.</summary>
    public IReadOnlyList<Measurement> Measurements { get; init; } = [];

    /// <summary>Method and version, with the choices that were made: <c>adc.rician-least-squares/1</c>.</summary>
    public string Method { get; init; } = "";

    /// <summary>Numbers that came from outside the images.</summary>
    public IReadOnlyList<MapConstant> Constants { get; init; } = [];

    /// <summary>Publications that the method follows.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Series that the maps rest on; the first is the one whose grid they have.</summary>
    public IReadOnlyList<MapSeries> Inputs { get; init; } = [];

    /// <summary>Facts about the whole for people and machines, by name: input function, model evidence, arrival.</summary>
    public IReadOnlyList<(string Name, string Text)> Facts { get; init; } = [];

    /// <summary>Names of regions in which an input function was measured; they are no tissue to be measured.</summary>
    public IReadOnlyList<string> ArteryRegions { get; init; } = [];

    /// <summary>What was wrong, missing or assumed.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}

/// <summary>One kind of <c>etalon map</c>.</summary>
public interface IMapAssay
{
    /// <summary>The word on the command line: <c>adc</c>.</summary>
    string Kind { get; }

    /// <summary>Makes the maps. Trouble in the input is a finding, never an exception.</summary>
    MapOutcome Measure(MapInput input, CancellationToken cancellation);
}
