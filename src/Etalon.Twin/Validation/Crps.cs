using Etalon.Numerics;
using MathNet.Numerics.Distributions;

namespace Etalon.Twin.Validation;

/// <summary>Continuous ranked probability score: ∫ (F(x) − 1{x ≥ y})² dx in the unit of y, 0 for a forecast that was certain and right. Smaller is better.</summary>
/// <remarks>Matheson and Winkler, Management Science 22:1087–1096 (1976); Gneiting and Raftery, J Am Stat Assoc 102:359–378 (2007).</remarks>
public static class Crps
{
    /// <summary>Of the step distribution that the members are: E|X − y| − ½ E|X − X'|.</summary>
    /// <param name="sorted">Members, ascending.</param>
    /// <param name="observed">y.</param>
    public static double OfSorted(ReadOnlySpan<double> sorted, double observed) => Score(sorted, observed, sorted.Length);

    /// <summary>
    /// What the distribution that the members were drawn from would score, without the advantage or harm of their number: E|X − y| − ½ Σ|Xᵢ − Xⱼ|/(m(m − 1)).
    /// </summary>
    /// <param name="sorted">Two or more members, ascending.</param>
    /// <param name="observed">y.</param>
    /// <remarks>Ferro, Q J R Meteorol Soc 140:1917–1923 (2014).</remarks>
    public static double FairOfSorted(ReadOnlySpan<double> sorted, double observed) =>
        sorted.Length < 2 ? throw new ArgumentException("A fair score needs two members.") : Score(sorted, observed, sorted.Length - 1);

    /// <summary>Of a normal distribution: s [z (2Φ(z) − 1) + 2φ(z) − 1/√π], z = (y − m)/s (Gneiting and others 2005).</summary>
    public static double OfNormal(double mean, double sd, double observed)
    {
        if (!(sd > 0))
        {
            return Math.Abs(observed - mean);
        }

        var z = (observed - mean) / sd;
        return sd * (z * (2 * Normal.CDF(0, 1, z) - 1) + 2 * Normal.PDF(0, 1, z) - 1 / Math.Sqrt(Math.PI));
    }

    private static double Score(ReadOnlySpan<double> sorted, double observed, int pairs)
    {
        if (sorted.IsEmpty || !double.IsFinite(observed))
        {
            throw new ArgumentException($"A score needs members ({sorted.Length}) and a finite observation ({observed}).");
        }

        var m = sorted.Length;
        var (away, spread) = (new double[m], new double[m]);
        for (var i = 0; i < m; i++)
        {
            away[i] = Math.Abs(sorted[i] - observed);
            // Σ over pairs of |Xᵢ − Xⱼ| is 2 Σ (2i − m + 1) X₍ᵢ₎ with i from 0.
            spread[i] = (2.0 * i - m + 1) * sorted[i];
        }

        return FixedSum.Of(away) / m - FixedSum.Of(spread) / ((double)m * pairs);
    }
}
