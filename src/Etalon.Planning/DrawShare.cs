using Etalon.Metrology;
using MathNet.Numerics.Distributions;

namespace Etalon.Planning;

/// <summary>A probability that was counted over draws of the posterior: it is known only as well as their number allows.</summary>
/// <param name="Count">Draws in which it is so, 0 to <paramref name="Draws"/>.</param>
/// <param name="Draws">All draws, at least 1.</param>
public readonly record struct DrawShare(int Count, int Draws)
{
    private const double Coverage = 0.95;

    /// <summary>The share, 0 to 1.</summary>
    public double Value => Count / (double)Draws;

    /// <summary>
    /// What this many draws say of the probability (Clopper and Pearson, Biometrika 26:404–413 (1934)), 95 %; where all or none of the draws agree, the
    /// whole 5 % lies on the side that is open, so n of n draws say "above 0.05^(1/n)".
    /// </summary>
    public Interval Interval
    {
        get
        {
            var tail = Count == 0 || Count == Draws ? 1 - Coverage : (1 - Coverage) / 2;
            var lower = Count == 0 ? 0 : Beta.InvCDF(Count, Draws - Count + 1, tail);
            var upper = Count == Draws ? 1 : Beta.InvCDF(Count + 1, Draws - Count, 1 - tail);
            return new Interval(lower, upper, Coverage);
        }
    }
}
