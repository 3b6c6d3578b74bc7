namespace Etalon.Numerics;

/// <summary>Starts around a given one: the same sign, other magnitudes, at growing distance; within the box.</summary>
internal static class FurtherStarts
{
    // Decades that a start may lie off, in turn: a guess is often right to a factor of 3, sometimes to one of 10, rarely worse than 1000.
    private static readonly double[] Decades = [0.5, 1, 2, 3];

    /// <summary>Without end.</summary>
    public static IEnumerable<double[]> Around(IResidualModel model, double[] start, double[] lower, double[] upper, ulong seed)
    {
        var random = new RandomStream(seed, "further starts");
        for (var n = 0; ; n++)
        {
            var decades = Decades[n % Decades.Length];
            // Every other one within the box where it is finite.
            var isByBox = n % 2 == 1;
            var next = new double[start.Length];
            for (var p = 0; p < next.Length; p++)
            {
                var (u, width) = (random.NextUniform(), upper[p] - lower[p]);
                next[p] = isByBox && double.IsFinite(width)
                    ? lower[p] > 0 && upper[p] > 10 * lower[p] ? lower[p] * Math.Pow(upper[p] / lower[p], u) : lower[p] + width * u
                    : start[p] != 0 ? start[p] * Math.Pow(10, decades * (2 * u - 1))
                    : (2 * u - 1) * (double.IsFinite(width) ? width : Math.Pow(10, decades - 1));
                next[p] = Math.Clamp(next[p], lower[p], upper[p]);
            }

            yield return next;
        }
    }

    /// <summary>How far a point lies from the start, in powers of e for what is far from 0.</summary>
    public static double Distance(double[] x, double[] start)
    {
        var sum = 0.0;
        for (var p = 0; p < x.Length; p++)
        {
            var unit = start[p] != 0 ? 1e-3 * Math.Abs(start[p]) : 1;
            sum += Math.Pow(Math.Asinh(x[p] / unit) - Math.Asinh(start[p] / unit), 2);
        }

        return sum;
    }
}
