using Etalon.Numerics;

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

    /// <summary>
    /// Where the logarithm of the time in s is searched, by points at most 0.25 apart. Signals change with ln T like logistic or doubly exponential
    /// curves, which are one unit wide or more, so that no minimum of the sum of squares hides between two points.
    /// </summary>
    internal SearchRange Range => new(Math.Log(LowestS), Math.Log(HighestS), (int)Math.Ceiling(Math.Log(HighestS / LowestS) / 0.25) + 1);

    /// <summary>The interval of a time from the profile of its logarithm, s.</summary>
    internal RelaxationInterval Interval<T>(ref T profile, double x, double threshold) where T : IProfile, allows ref struct
    {
        var found = ProfileSearch.Interval(ref profile, Range, x, threshold);
        return new RelaxationInterval(found.OpenBelow ? LowestS : Math.Exp(found.Lower), found.OpenAbove ? HighestS : Math.Exp(found.Upper), found.OpenBelow, found.OpenAbove);
    }

    /// <summary>The time at the lowest point of a search, s; at an end: the bound itself.</summary>
    internal double TimeOf(LowestPoint best) =>
        !best.IsAtBound ? Math.Exp(best.X) : best.X < 0.5 * (Range.Low + Range.High) ? LowestS : HighestS;
}
