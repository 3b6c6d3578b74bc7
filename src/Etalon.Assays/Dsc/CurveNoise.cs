namespace Etalon.Assays.Dsc;

/// <summary>Noise of a curve of concentration or ΔR2* from the curve itself.</summary>
public static class CurveNoise
{
    /// <summary>
    /// Standard deviation from second differences, (yₙ₋₁ − 2yₙ + yₙ₊₁)/√6, which a slow course does not enter. Where at least 12 of them lie outside
    /// the bolus, the root of their mean square; else the median of their sizes over 0.6745, which the bolus's own bend raises.
    /// </summary>
    /// <param name="curve">The curve, at least 10 samples.</param>
    /// <param name="bolusFirst">First sample of the bolus.</param>
    /// <param name="bolusEnd">First sample after it.</param>
    /// <exception cref="ArgumentException">Fewer than 10 samples.</exception>
    public static double OfDifferences(ReadOnlySpan<double> curve, int bolusFirst, int bolusEnd)
    {
        if (curve.Length < 10)
        {
            throw new ArgumentException($"{curve.Length} samples tell no noise; 10 are needed.");
        }

        var (squares, count, sizes) = (0.0, 0, new double[curve.Length - 2]);
        for (var n = 1; n < curve.Length - 1; n++)
        {
            var d = (curve[n - 1] - 2 * curve[n] + curve[n + 1]) / Math.Sqrt(6);
            sizes[n - 1] = Math.Abs(d);
            if (n + 1 < bolusFirst || n - 1 >= bolusEnd)
            {
                (squares, count) = (squares + d * d, count + 1);
            }
        }

        if (count >= 12)
        {
            return Math.Sqrt(squares / count);
        }

        Array.Sort(sizes);
        return Numerics.FixedSum.QuantileOfSorted(sizes, 0.5) / 0.6745;
    }
}
