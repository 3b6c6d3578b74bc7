namespace Etalon.Assays.Dce;

/// <summary>Which frames stand before contrast.</summary>
internal static class DceBaseline
{
    /// <summary>
    /// From the median of the voxels that enhance most: back from where it has risen by a tenth of its whole rise to where it lies within the noise of its first half, less one for
    /// safety; the very first is left out where there are enough, since it is often not yet in the steady state.
    /// </summary>
    public static (int First, int Last) Find(IReadOnlyList<float[]> frames)
    {
        var count = frames[0].Length;
        var rise = new float[count];
        for (var n = 0; n < count; n++)
        {
            var most = 0f;
            for (var f = 1; f < frames.Count; f++)
            {
                most = Math.Max(most, frames[f][n]);
            }

            rise[n] = float.IsFinite(most - frames[0][n]) ? most - frames[0][n] : 0;
        }

        var sorted = (float[])rise.Clone();
        Array.Sort(sorted);
        var threshold = sorted[(int)(0.98 * (count - 1))];
        var chosen = Enumerable.Range(0, count).Where(n => rise[n] >= threshold).ToArray();
        var curve = new double[frames.Count];
        var values = new float[chosen.Length];
        for (var f = 0; f < frames.Count; f++)
        {
            for (var n = 0; n < chosen.Length; n++)
            {
                values[n] = frames[f][chosen[n]];
            }

            Array.Sort(values);
            curve[f] = values[values.Length / 2];
        }

        var low = curve.Take(Math.Max(2, frames.Count / 10)).Min();
        var level = low + 0.1 * (curve.Max() - low);
        var arrival = Array.FindIndex(curve, m => m > level);
        var first = arrival >= 6 ? 1 : 0;
        var early = curve[first..Math.Max(first + 1, arrival / 2)];
        var middle = early.Average();
        // Of few frames the noise is hardly known: a hundredth of the rise is allowed besides.
        var noise = early.Length < 3 ? 0.01 * (curve.Max() - middle) : 3 * Math.Sqrt(early.Sum(m => (m - middle) * (m - middle)) / (early.Length - 1));
        var last = arrival - 1;
        while (last > first && curve[last] > middle + noise)
        {
            last--;
        }

        return (first, Math.Max(first, last - 1));
    }
}
