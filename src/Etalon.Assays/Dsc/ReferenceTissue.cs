using Etalon.Imaging;

namespace Etalon.Assays.Dsc;

/// <summary>
/// Which voxels do not enhance: their mean ΔR2* is the reference curve of the leakage correction, and no other curve is. The rule has two parts.
/// (1) Boxerman et al. (2006): the mean signal of the last ten volumes is not above that of the baseline by more than one standard deviation of the
/// baseline. (2) Leakage of T2* lowers the signal instead, so that (1) does not see it: ΔR2* of the last ten volumes over the area of the whole curve,
/// which does not depend on blood volume, lies within 2.5 robust standard deviations of its median over the brain.
/// </summary>
public static class ReferenceTissue
{
    /// <summary>Volumes at the end by which enhancement is judged.</summary>
    public const int LastFrames = 10;

    /// <summary>What the rule looks at in one voxel.</summary>
    /// <param name="TailAboveBaseline">Mean signal of the last volumes less that of the baseline, in standard deviations of the baseline.</param>
    /// <param name="TailOverArea">Mean ΔR2* of the last volumes over the area of ΔR2*, 1/s.</param>
    public readonly record struct Enhancement(double TailAboveBaseline, double TailOverArea);

    /// <summary>Looks at one voxel.</summary>
    /// <param name="signal">Signal of each volume.</param>
    /// <param name="deltaR2Star">ΔR2* of each volume, 1/s.</param>
    /// <param name="timing">Baseline.</param>
    /// <param name="noiseSd">Standard deviation of the baseline.</param>
    /// <param name="frameS">Time between volumes, s.</param>
    public static Enhancement Look(ReadOnlySpan<double> signal, ReadOnlySpan<double> deltaR2Star, BolusTiming timing, double noiseSd, double frameS)
    {
        var (tail, change, area, s0) = (0.0, 0.0, 0.0, 0.0);
        for (var n = 0; n < signal.Length; n++)
        {
            s0 += n >= timing.Baseline.First && n < timing.Baseline.End ? signal[n] / timing.Baseline.Count : 0;
            area += n >= timing.Arrival ? deltaR2Star[n] * frameS : 0;
            (tail, change) = n >= signal.Length - LastFrames ? (tail + signal[n] / LastFrames, change + deltaR2Star[n] / LastFrames) : (tail, change);
        }

        return new Enhancement((tail - s0) / noiseSd, area > 0 ? change / area : double.NaN);
    }

    /// <summary>Which of the brain's voxels do not enhance.</summary>
    /// <param name="brain">Voxels of the brain.</param>
    /// <param name="looks">One per voxel of the grid; valid in the brain where <paramref name="isValid"/> is true.</param>
    /// <param name="isValid">Whether a voxel has a curve.</param>
    public static Mask Choose(Mask brain, IReadOnlyList<Enhancement> looks, IReadOnlyList<bool> isValid)
    {
        ArgumentNullException.ThrowIfNull(brain);
        ArgumentNullException.ThrowIfNull(looks);
        ArgumentNullException.ThrowIfNull(isValid);
        var ratios = Enumerable.Range(0, brain.Inside.Length).Where(n => brain.Inside[n] && isValid[n] && double.IsFinite(looks[n].TailOverArea)).Select(n => looks[n].TailOverArea).Order().ToArray();
        if (ratios.Length == 0)
        {
            return new Mask(brain.Grid, new bool[brain.Inside.Length]);
        }

        var median = Numerics.FixedSum.QuantileOfSorted(ratios, 0.5);
        var distances = Array.ConvertAll(ratios, r => Math.Abs(r - median));
        Array.Sort(distances);
        var sd = 1.4826 * Numerics.FixedSum.QuantileOfSorted(distances, 0.5);
        return new Mask(brain.Grid, [.. Enumerable.Range(0, brain.Inside.Length).Select(n =>
            brain.Inside[n] && isValid[n] && looks[n].TailAboveBaseline <= 1 && Math.Abs(looks[n].TailOverArea - median) <= 2.5 * sd)]);
    }
}
