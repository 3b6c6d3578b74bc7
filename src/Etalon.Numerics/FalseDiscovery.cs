namespace Etalon.Numerics;

/// <summary>Control of the false discovery rate over many tests.</summary>
public static class FalseDiscovery
{
    /// <summary>
    /// Adjusted probabilities: rejecting all tests at or below q keeps the expected share of false ones among the rejected at or below q.
    /// </summary>
    /// <param name="p">Probability of each test under its null hypothesis, 0 to 1, shape (tests).</param>
    /// <param name="adjusted">Receives the smallest rate at which each test is rejected, at most 1, shape (tests).</param>
    /// <param name="underDependence">
    /// False: Benjamini and Hochberg 1995, for independent tests and for ones that depend positively (noise of neighbouring voxels). True: Benjamini and
    /// Yekutieli 2001, under any dependence, at the price of a factor Σ 1/i.
    /// </param>
    /// <exception cref="ArgumentException">The lengths differ, or a probability is not between 0 and 1.</exception>
    public static void Adjust(ReadOnlySpan<double> p, Span<double> adjusted, bool underDependence = false)
    {
        if (p.Length != adjusted.Length)
        {
            throw new ArgumentException($"{p.Length} probabilities and room for {adjusted.Length}.");
        }

        var order = new int[p.Length];
        var harmonic = 0.0;
        for (var n = 0; n < p.Length; n++)
        {
            if (!(p[n] is >= 0 and <= 1))
            {
                throw new ArgumentException($"Test {n} has a probability of {p[n]}.");
            }

            order[n] = n;
            harmonic += 1.0 / (n + 1);
        }

        Array.Sort(p.ToArray(), order);
        var factor = underDependence ? harmonic : 1;
        var least = 1.0;
        for (var rank = p.Length; rank >= 1; rank--)
        {
            least = Math.Min(least, factor * p.Length / rank * p[order[rank - 1]]);
            adjusted[order[rank - 1]] = least;
        }
    }
}
