namespace Etalon.Twin;

/// <summary>The parameters of a tumour of two kinds of cells that share one capacity.</summary>
public sealed record TwoSpeciesParameters
{
    /// <summary>Cells of the enhancing tumour.</summary>
    public required GrowthParameters Enhancing { get; init; }

    /// <summary>Cells of the infiltrating, non-enhancing tumour.</summary>
    public required GrowthParameters NonEnhancing { get; init; }

    /// <summary>Rate c at which non-enhancing cells become enhancing ones, per day, at least 0. The default is 0.</summary>
    public double ConversionPerDay { get; init; }
}
