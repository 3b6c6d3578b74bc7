namespace Etalon.Assays.Dsc;

/// <summary>Frames that count as before the bolus.</summary>
/// <param name="First">First frame in the steady state.</param>
/// <param name="Count">How many, at least 2.</param>
public readonly record struct BaselineFrames(int First, int Count)
{
    /// <summary>The first frame that is no longer baseline.</summary>
    public int End => First + Count;
}

/// <summary>ΔR2*(t) = −ln(S(t)/S0)/TE, with S0 the mean of the frames before the bolus (Rosen et al., Magn Reson Med 14:249–265, 1990).</summary>
public static class RelaxationRateChange
{
    /// <summary>Turns a signal into ΔR2*.</summary>
    /// <param name="signal">Signal of each frame, any unit.</param>
    /// <param name="echoTimeS">TE, s.</param>
    /// <param name="baseline">Frames before the bolus.</param>
    /// <param name="noiseSd">Standard deviation of the noise of one frame, in the unit of the signal.</param>
    /// <param name="deltaR2Star">Receives ΔR2*, 1/s.</param>
    /// <param name="sd">
    /// Receives the standard deviation of each frame by its own noise, σ/(TE S(t)), 1/s. The noise of S0, which all frames share, is not in it:
    /// <see cref="Variance"/> adds it to whatever is linear in the curve.
    /// </param>
    /// <returns>Ok; <see cref="VoxelStatus.SignalTooLow"/> where S0 is below 3 σ or a frame below σ or at 0: its logarithm would mean nothing.</returns>
    /// <exception cref="ArgumentException">Lengths differ, the baseline lies outside, or TE is not above 0.</exception>
    public static VoxelStatus Compute(
        ReadOnlySpan<double> signal, double echoTimeS, BaselineFrames baseline, double noiseSd, Span<double> deltaR2Star, Span<double> sd)
    {
        if (deltaR2Star.Length != signal.Length || sd.Length != signal.Length || baseline.First < 0 || baseline.Count < 2 || baseline.End > signal.Length
            || !(echoTimeS > 0))
        {
            throw new ArgumentException($"{signal.Length} frames with a baseline of {baseline.Count} from {baseline.First} and an echo time of {echoTimeS} s give no relaxation rate.");
        }

        var s0 = 0.0;
        foreach (var s in signal.Slice(baseline.First, baseline.Count))
        {
            s0 += s;
        }

        s0 /= baseline.Count;
        if (!(s0 > 3 * noiseSd) || !(s0 > 0))
        {
            return VoxelStatus.SignalTooLow;
        }

        for (var n = 0; n < signal.Length; n++)
        {
            if (!(signal[n] > 0) || signal[n] < noiseSd)
            {
                return VoxelStatus.SignalTooLow;
            }

            deltaR2Star[n] = -Math.Log(signal[n] / s0) / echoTimeS;
            sd[n] = noiseSd / (echoTimeS * signal[n]);
        }

        return VoxelStatus.Ok;
    }

    /// <summary>Standard deviation of the baseline of one signal, in its unit, with <paramref name="baseline"/>.Count − 1 degrees of freedom.</summary>
    public static double BaselineSd(ReadOnlySpan<double> signal, BaselineFrames baseline)
    {
        var (sum, squares) = (0.0, 0.0);
        var part = signal.Slice(baseline.First, baseline.Count);
        foreach (var s in part)
        {
            sum += s;
        }

        var mean = sum / part.Length;
        foreach (var s in part)
        {
            squares += (s - mean) * (s - mean);
        }

        return Math.Sqrt(squares / (part.Length - 1));
    }

    /// <summary>
    /// Variance of Σ wₙ ΔR2*ₙ under noise that is independent between frames, with the noise of S0 that all frames share: frame n of the baseline
    /// counts with wₙ − Σw/Count.
    /// </summary>
    /// <param name="weights">w.</param>
    /// <param name="sd">Of each frame's own noise.</param>
    /// <param name="baseline">Frames that S0 is the mean of.</param>
    public static double Variance(ReadOnlySpan<double> weights, ReadOnlySpan<double> sd, BaselineFrames baseline)
    {
        var total = 0.0;
        foreach (var w in weights)
        {
            total += w;
        }

        var variance = 0.0;
        for (var n = 0; n < weights.Length; n++)
        {
            var w = n >= baseline.First && n < baseline.End ? weights[n] - total / baseline.Count : weights[n];
            variance += w * w * sd[n] * sd[n];
        }

        return variance;
    }
}
