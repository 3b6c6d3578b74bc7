namespace Etalon.Assays.Dce;

/// <summary>Which frames stand before contrast.</summary>
internal static class DceBaseline
{
    /// <summary>
    /// From the mean of the voxels that enhance most: frames before it has risen by a tenth of its whole rise, less one for safety; the very first is left out where there are
    /// enough, since it is often not yet in the steady state.
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
        var mean = new double[frames.Count];
        for (var f = 0; f < frames.Count; f++)
        {
            for (var n = 0; n < count; n++)
            {
                mean[f] += rise[n] >= threshold ? frames[f][n] : 0;
            }
        }

        var low = mean.Take(Math.Max(2, frames.Count / 10)).Min();
        var level = low + 0.1 * (mean.Max() - low);
        var arrival = Array.FindIndex(mean, m => m > level);
        var last = Math.Max(0, arrival - 2);
        return (last >= 4 ? 1 : 0, last);
    }
}
