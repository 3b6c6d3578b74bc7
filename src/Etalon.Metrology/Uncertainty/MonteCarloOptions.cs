namespace Etalon.Metrology;

/// <summary>How a Monte Carlo propagation is run.</summary>
public sealed record MonteCarloOptions
{
    /// <summary>Seed; the same seed gives the same result.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Coverage probability of the intervals, in (0, 1).</summary>
    public double Coverage { get; init; } = 0.95;

    /// <summary>Trials; null: as many as the adaptive procedure of JCGM 101, 7.9, needs.</summary>
    public int? Trials { get; init; }

    /// <summary>Most trials of the adaptive procedure.</summary>
    public int MostTrials { get; init; } = 1_000_000;

    /// <summary>Significant decimal digits of u that are meant to be right, 1 or 2: they set the numerical tolerance δ (7.9.2).</summary>
    public int Digits { get; init; } = 2;

    /// <summary>
    /// Whether intervals that are compared with first-order ones, or reported, are the shortest (5.3.4) instead of probabilistically symmetric.
    /// </summary>
    public bool Shortest { get; init; }

    /// <summary>Throws where a value is out of its range.</summary>
    internal void Validate()
    {
        if (!(Coverage is > 0 and < 1) || Digits is < 1 or > 4 || Trials is < 1000 || MostTrials < 20_000)
        {
            throw new ArgumentOutOfRangeException(nameof(Coverage), $"Coverage {Coverage} lies between 0 and 1, digits {Digits} between 1 and 4, trials {Trials} are at least 1000 and the most {MostTrials} at least 20000.");
        }
    }
}
