namespace Etalon.Assays.Radiomics;

/// <summary>How intensities become grey levels.</summary>
public enum DiscretisationKind
{
    /// <summary>They are whole numbers already, 1 or above for textures.</summary>
    None,

    /// <summary>A fixed number of bins between the least and the largest intensity of the region.</summary>
    FixedBinNumber,

    /// <summary>Bins of a fixed size from a stated lower bound.</summary>
    FixedBinSize,
}

/// <summary>How intensities become grey levels.</summary>
/// <param name="Kind">The way.</param>
/// <param name="Bins">Number of bins, for a fixed number.</param>
/// <param name="Width">Size of a bin in the unit of the image, for a fixed size.</param>
public sealed record Discretisation(DiscretisationKind Kind, int Bins = 0, double Width = 0)
{
    /// <summary>None: whole numbers stay as they are.</summary>
    public static Discretisation AsTheyAre { get; } = new(DiscretisationKind.None);

    /// <summary>A fixed number of bins.</summary>
    public static Discretisation Number(int bins) => new(DiscretisationKind.FixedBinNumber, bins);

    /// <summary>Bins of a fixed size.</summary>
    public static Discretisation Size(double width) => new(DiscretisationKind.FixedBinSize, 0, width);

    /// <summary>In words, as tables show it.</summary>
    public override string ToString() => Kind switch
    {
        DiscretisationKind.FixedBinNumber => FormattableString.Invariant($"fixed bin number {Bins}"),
        DiscretisationKind.FixedBinSize => FormattableString.Invariant($"fixed bin size {Width:R}"),
        _ => "none",
    };

    /// <summary>Level of an intensity, from 1.</summary>
    /// <param name="x">The intensity.</param>
    /// <param name="low">Lower bound of the first bin: of the region for a fixed number, as stated for a fixed size.</param>
    /// <param name="high">Largest intensity of the region.</param>
    internal long Level(double x, double low, double high) => Kind switch
    {
        DiscretisationKind.FixedBinNumber => high > low ? Math.Min(Bins, (long)Math.Floor(Bins * (x - low) / (high - low)) + 1) : 1,
        DiscretisationKind.FixedBinSize => (long)Math.Floor((x - low) / Width) + 1,
        _ => (long)Math.Round(x),
    };
}
