using Etalon.Study.Habitats;

namespace Etalon.Study.Biopsies;

/// <summary>How <c>etalon biopsy</c> is run.</summary>
public sealed record BiopsyRunOptions
{
    /// <summary>How maps are read.</summary>
    public VoxelInputOptions Input { get; init; } = new();

    /// <summary>The map, by code. The default is <c>adc</c>.</summary>
    public string Map { get; init; } = "adc";

    /// <summary>The value of pathology, by name.</summary>
    public required string Pathology { get; init; }

    /// <summary>biopsies.json of each path, in their order; empty: beside each.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Voxels of a slice that share one independent draw of noise. The default is 2.</summary>
    public double VoxelsPerDraw { get; init; } = 2;

    /// <summary>Region that a map is made of; null: the first.</summary>
    public string? Region { get; init; }
}
