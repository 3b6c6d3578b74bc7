namespace Etalon.Assays.Habitats;

/// <summary>How habitats are found.</summary>
public sealed record HabitatOptions
{
    /// <summary>Number of habitats; null: by evidence. From 1 to <see cref="MostHabitats"/>.</summary>
    public int? Habitats { get; init; }

    /// <summary>Largest number that evidence is asked about. The default is 6.</summary>
    public int MostHabitats { get; init; } = 6;

    /// <summary>Voxels that share one independent draw of noise (at least 1). The default is 2, as where no acquired matrix is stated.</summary>
    public double VoxelsPerDraw { get; init; } = 2;

    /// <summary>Whether neighbours prefer to be of one habitat. The default is yes; its strength is estimated and may be nought.</summary>
    public bool IsSpatial { get; init; } = true;

    /// <summary>Sweeps that are forgotten. The default is 300.</summary>
    public int BurnIn { get; init; } = 300;

    /// <summary>Sweeps that count. The default is 900.</summary>
    public int Draws { get; init; } = 900;

    /// <summary>Starts of the search for each number of habitats. The default is 6.</summary>
    public int Starts { get; init; } = 6;

    /// <summary>Voxels that the evidence uses at most; of more, bricks of neighbours are taken at random. The default is 8000.</summary>
    public int MostForEvidence { get; init; } = 8000;

    /// <summary>Fixes the random streams. The default is 1.</summary>
    public ulong Seed { get; init; } = 1;
}
