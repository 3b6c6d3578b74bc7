using Etalon.Numerics;

namespace Etalon.Assays.Relaxation;

/// <summary>What is done about the floor that noise gives to magnitudes.</summary>
public enum T2NoiseFloor
{
    /// <summary>Nothing: S = A exp(−TE/T2). Right where every echo is far above the noise.</summary>
    None,

    /// <summary>A constant of either sign is fitted with it: S = A exp(−TE/T2) + C. Needs no noise, and also takes up signal that does not decay.</summary>
    Offset,

    /// <summary>The mean of a Rician magnitude of known noise: S = m(A exp(−TE/T2)/σ) σ (Rice 1945), exact down to no signal at all, for one receiver channel.</summary>
    RicianMean,
}

/// <summary>
/// T2 from the echoes of a spin-echo train, one exponential: least squares, reduced to a search along T2 alone, the amplitude (and the constant) being at
/// their best for every T2.
/// </summary>
/// <remarks>
/// Immutable: one plan serves all voxels and threads. Stimulated echoes of imperfect refocusing are not modelled: they raise the second and later echoes, so
/// that leaving the first out lessens their bias, and does not remove it.
/// </remarks>
public sealed partial class T2Fit
{
    private readonly double[] _te;

    /// <summary>The strongest echo must exceed so many standard deviations of noise: air alone does so in one voxel of five hundred (Rayleigh's law).</summary>
    private readonly double _lowest;

    /// <summary>Plans the fits of one protocol.</summary>
    /// <param name="echoTimeS">Echo times, s, above 0 or 0, as many different ones as there are parameters.</param>
    /// <param name="floor">What is done about the noise floor.</param>
    /// <param name="bounds">T2 that are allowed; null: <see cref="RelaxationBounds.OfT2"/>.</param>
    /// <exception cref="ArgumentException">Too few echo times, or times out of range.</exception>
    public T2Fit(ReadOnlySpan<double> echoTimeS, T2NoiseFloor floor = T2NoiseFloor.None, RelaxationBounds? bounds = null)
    {
        _te = echoTimeS.ToArray();
        (Floor, Bounds, _lowest) = (floor, bounds ?? RelaxationBounds.OfT2, Math.Sqrt(2 * Math.Log(_te.Length / 0.002)));
        if (!Array.TrueForAll(_te, t => t >= 0 && double.IsFinite(t)) || _te.Distinct().Count() < Parameters)
        {
            throw new ArgumentException($"{_te.Distinct().Count()} different echo times cannot give {Parameters} parameters, or one is not a time.");
        }
    }

    /// <summary>T2 that are allowed.</summary>
    public RelaxationBounds Bounds { get; }

    /// <summary>What is done about the noise floor.</summary>
    public T2NoiseFloor Floor { get; }

    /// <summary>Number of signals of a curve.</summary>
    public int Count => _te.Length;

    /// <summary>Number of parameters, T2 among them.</summary>
    public int Parameters => Floor == T2NoiseFloor.Offset ? 3 : 2;

    /// <summary>Number of signals less number of parameters.</summary>
    public int Dof => Count - Parameters;

    /// <summary>Fits one curve.</summary>
    /// <param name="signal">Signals in the order of the echo times.</param>
    /// <param name="noiseSd">Standard deviation of the noise of one channel, above 0; null: from the residual, which <see cref="T2NoiseFloor.RicianMean"/> cannot do with.</param>
    /// <returns>T2 in s, and A. Statuses as of <see cref="VfaFit.Fit"/>, but that noise alone makes a signal too low in all but one voxel of five hundred.</returns>
    /// <exception cref="ArgumentException">The number of signals differs from that of the times, or a Rician floor has no noise.</exception>
    public RelaxationFit Fit(ReadOnlySpan<double> signal, double? noiseSd = null)
    {
        if (signal.Length != Count || (Floor == T2NoiseFloor.RicianMean && !(noiseSd > 0)))
        {
            throw new ArgumentException($"{signal.Length} signals with {Count} echo times, or no noise for a Rician floor.");
        }

        var strongest = 0.0;
        foreach (var s in signal)
        {
            if (!double.IsFinite(s))
            {
                return RelaxationFit.None(VoxelStatus.InputMissing, Dof);
            }

            strongest = Math.Max(strongest, s);
        }

        if (!(strongest > _lowest * (noiseSd ?? 0)))
        {
            return RelaxationFit.None(VoxelStatus.SignalTooLow, Dof);
        }

        var profile = new Profile(this, signal, noiseSd ?? 0);
        return profile.Finish(ProfileSearch.Minimise(ref profile, Bounds.Range), noiseSd);
    }

    /// <summary>Interval of T2 by the profile of the sum of squares. With a Rician floor the threshold knows that noise near the floor is less than far above it.</summary>
    /// <param name="signal">As for <see cref="Fit"/>.</param>
    /// <param name="fit">Its answer.</param>
    /// <param name="noiseSd">As for <see cref="Fit"/>.</param>
    /// <param name="coverage">Probability that it holds the true value, in (0, 1).</param>
    /// <returns>Null where the noise is not known and no degree of freedom tells it, or the curve has no fit.</returns>
    public RelaxationInterval? Interval(ReadOnlySpan<double> signal, RelaxationFit fit, double? noiseSd = null, double coverage = 0.95)
    {
        if (!(fit.TimeS > 0) || signal.Length != Count || ProfileSearch.Threshold(fit.Rss, Dof, noiseSd, coverage) is not { } threshold)
        {
            return null;
        }

        var profile = new Profile(this, signal, noiseSd ?? 0);
        var scale = Floor == T2NoiseFloor.RicianMean && fit.UnitCovariance.Time > 0 ? fit.UnitCovariance.Time / profile.Information(fit.TimeS).Plain : 1;
        return Bounds.Interval(ref profile, Math.Log(fit.TimeS), fit.Rss + (threshold - fit.Rss) * (double.IsFinite(scale) ? scale : 1));
    }
}
