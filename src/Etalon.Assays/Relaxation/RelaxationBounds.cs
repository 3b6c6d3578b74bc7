namespace Etalon.Assays.Relaxation;

/// <summary>Which relaxation times a fit may give.</summary>
public sealed record RelaxationBounds
{
    /// <summary>Allows the times between two.</summary>
    /// <param name="lowestS">Shortest time, s, above 0.</param>
    /// <param name="highestS">Longest time, s, above the shortest.</param>
    /// <exception cref="ArgumentOutOfRangeException">The times are not in order, not above 0 or not finite.</exception>
    public RelaxationBounds(double lowestS, double highestS)
    {
        if (!(lowestS > 0) || !(highestS > lowestS) || !double.IsFinite(highestS))
        {
            throw new ArgumentOutOfRangeException(nameof(lowestS), $"Bounds of {lowestS} s and {highestS} s are not in order.");
        }

        (LowestS, HighestS) = (lowestS, highestS);
    }

    /// <summary>T1 of tissue and phantoms: 1 ms to 20 s; pure water has 2.5 to 4.5 s, the densest sphere of the NIST/ISMRM phantom 21 ms.</summary>
    public static RelaxationBounds OfT1 { get; } = new(0.001, 20);

    /// <summary>T2 of tissue and phantoms: 1 ms to 10 s; pure water has 2 to 3 s, the densest sphere of the NIST/ISMRM phantom 5 ms.</summary>
    public static RelaxationBounds OfT2 { get; } = new(0.001, 10);

    /// <summary>Shortest time, s.</summary>
    public double LowestS { get; }

    /// <summary>Longest time, s.</summary>
    public double HighestS { get; }

    /// <summary>Natural logarithm of the shortest time in s.</summary>
    internal double Low => Math.Log(LowestS);

    /// <summary>Natural logarithm of the longest time in s.</summary>
    internal double High => Math.Log(HighestS);

    /// <summary>
    /// Number of points of a search, at most 0.25 apart in the logarithm of the time. Signals change with ln T like logistic or doubly exponential
    /// curves, which are one unit wide or more, so that no minimum of the sum of squares hides between two points.
    /// </summary>
    internal int Nodes => (int)Math.Ceiling((High - Low) / 0.25) + 1;

    /// <summary>The time at the lowest point of a search, s; at an end: the bound itself.</summary>
    internal double TimeOf(ProfileSearch.Lowest best) =>
        !best.IsAtBound ? Math.Exp(best.X) : best.X < 0.5 * (Low + High) ? LowestS : HighestS;
}
