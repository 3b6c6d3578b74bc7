using Etalon.Assays.Habitats;

namespace Etalon.Study.Habitats;

/// <summary>How <c>etalon habitats</c> is run.</summary>
public sealed record HabitatRunOptions
{
    /// <summary>How the input is read.</summary>
    public VoxelInputOptions Input { get; init; } = new();

    /// <summary>How habitats are found.</summary>
    public HabitatOptions Habitats { get; init; } = new();

    /// <summary>Region to look into; null: the first of the first visit.</summary>
    public string? Region { get; init; }

    /// <summary>Maps to use, by code; empty: all that every visit has.</summary>
    public IReadOnlyList<string> Maps { get; init; } = [];

    /// <summary>Thresholds in the place of a mixture; null: none.</summary>
    public ThresholdRule? Thresholds { get; init; }

    /// <summary>Whether maps are smeared to the widest point spread among them. The default is yes.</summary>
    public bool MatchSpread { get; init; } = true;

    /// <summary>Values by habitat that become maps for the twin or for dose painting: name and one value for each habitat.</summary>
    public IReadOnlyList<HabitatValues> Values { get; init; } = [];

    /// <summary>Minimal important change as a ratio minus 1; null: the verdict is never equivalent.</summary>
    public double? MinimalImportantChange { get; init; }

    /// <summary>Whether DICOM segmentations are written.</summary>
    public bool Dicom { get; init; }
}

/// <summary>A parameter with one value for each habitat.</summary>
/// <param name="Name">As the file is named: <c>proliferation_per_day</c>, <c>dose_Gy</c>.</param>
/// <param name="Values">In the order of the habitats.</param>
public sealed record HabitatValues(string Name, IReadOnlyList<double> Values);
