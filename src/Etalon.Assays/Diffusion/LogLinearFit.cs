using System.Numerics;

namespace Etalon.Assays.Diffusion;

/// <summary>ln S = ln S0 − b D by linear least squares: equal weights, or weights S², which undo what the logarithm does to the noise.</summary>
/// <remarks>With equal weights D is a fixed sum Σ cᵢ ln Sᵢ: the geometric mean over directions, as scanners do. Biased where the signal nears the noise.</remarks>
public sealed class LogLinearFit
{
    private readonly double[] _b;
    private readonly double[] _slope;

    /// <summary>Plans the fits of one set of b-values.</summary>
    /// <param name="b">b of each signal, s/mm², at least two different ones.</param>
    /// <exception cref="ArgumentException">Fewer than two different b-values.</exception>
    public LogLinearFit(ReadOnlySpan<double> b)
    {
        _b = b.ToArray();
        if (_b.Distinct().Count() < 2)
        {
            throw new ArgumentException("An ADC needs two different b-values.");
        }

        var mean = _b.Average();
        var squares = _b.Sum(v => (v - mean) * (v - mean));
        _slope = Array.ConvertAll(_b, v => -(v - mean) / squares);
    }

    /// <summary>Number of signals.</summary>
    public int Count => _b.Length;

    /// <summary>Number of signals less the two parameters.</summary>
    public int Dof => _b.Length - 2;

    /// <summary>Fits one curve.</summary>
    /// <param name="signal">Signals in the order of the b-values.</param>
    /// <param name="isWeighted">Whether weights are S² instead of 1.</param>
    /// <param name="noiseSd">Standard deviation of the noise of a signal; null: from the residual of the signals.</param>
    /// <returns>Negative values are kept; <see cref="VoxelStatus.SignalTooLow"/> where a signal is not above 0.</returns>
    public AdcEstimate Fit(ReadOnlySpan<double> signal, bool isWeighted, double? noiseSd = null)
    {
        if (signal.Length != Count)
        {
            throw new ArgumentException($"{signal.Length} signals with {Count} b-values.");
        }

        var (sw, sb, sbb, sy, sby) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < _b.Length; i++)
        {
            if (!(signal[i] > 0) || !double.IsFinite(signal[i]))
            {
                return new AdcEstimate(0, 0, 0, 0, Dof, VoxelStatus.SignalTooLow);
            }

            var (w, y) = (isWeighted ? signal[i] * signal[i] : 1, Math.Log(signal[i]));
            (sw, sb, sbb, sy, sby) = (sw + w, sb + w * _b[i], sbb + w * _b[i] * _b[i], sy + w * y, sby + w * _b[i] * y);
        }

        var determinant = sw * sbb - sb * sb;
        var (adc, s0) = (-(sw * sby - sb * sy) / determinant, Math.Exp((sbb * sy - sb * sby) / determinant));
        var (rss, vd, vs, both) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < _b.Length; i++)
        {
            var w = isWeighted ? signal[i] * signal[i] : 1;
            // Sensitivities to the noise of each signal, dy = dS/S.
            var (d, s) = (-w * (sw * _b[i] - sb) / (determinant * signal[i]), s0 * w * (sbb - sb * _b[i]) / (determinant * signal[i]));
            var r = signal[i] - s0 * Math.Exp(-_b[i] * adc);
            (rss, vd, vs, both) = (rss + r * r, vd + d * d, vs + s * s, both + s * d);
        }

        var sd = noiseSd ?? (Dof > 0 ? Math.Sqrt(rss / Dof) : double.NaN);
        return new AdcEstimate(adc, sd * Math.Sqrt(vd), s0, rss, Dof, VoxelStatus.Ok) { UnitCovariance = (vs, both, vd) };
    }

    /// <summary>Fits many voxels with equal weights, as many at once as a vector has lanes. Gives what <see cref="Fit"/> gives, rounding apart.</summary>
    /// <param name="signals">Frame after frame, each of <paramref name="adc"/>.Length voxels.</param>
    /// <param name="noiseSd">Standard deviation of the noise of a signal.</param>
    /// <param name="adc">Receives ADC, mm²/s; 0 where the status is not Ok.</param>
    /// <param name="u">Receives its standard uncertainty; 0 where the status is not Ok.</param>
    /// <param name="status">Receives the status.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void FitBlock(ReadOnlySpan<float> signals, double noiseSd, Span<float> adc, Span<float> u, Span<VoxelStatus> status)
    {
        var count = adc.Length;
        if (signals.Length != count * Count || u.Length != count || status.Length != count)
        {
            throw new ArgumentException($"{signals.Length} signals of {Count} frames do not fit {count} voxels, or the results differ in length.");
        }

        var n = 0;
        for (; n + Vector<float>.Count <= count; n += Vector<float>.Count)
        {
            var (d, variance, isGood) = (Vector<float>.Zero, Vector<float>.Zero, Vector<int>.AllBitsSet);
            for (var f = 0; f < _b.Length; f++)
            {
                var s = new Vector<float>(signals.Slice(f * count + n, Vector<float>.Count));
                isGood &= Vector.GreaterThan(s, Vector<float>.Zero) & Vector.LessThan(s, new Vector<float>(float.PositiveInfinity));
                var c = (float)_slope[f];
                d += c * Vector.Log(s);
                var t = new Vector<float>(c) / s;
                variance += t * t;
            }

            d = Vector.ConditionalSelect(isGood, d, Vector<float>.Zero);
            d.CopyTo(adc[n..]);
            Vector.ConditionalSelect(isGood, (float)noiseSd * Vector.SquareRoot(variance), Vector<float>.Zero).CopyTo(u[n..]);
            for (var lane = 0; lane < Vector<float>.Count; lane++)
            {
                status[n + lane] = isGood[lane] != 0 ? VoxelStatus.Ok : VoxelStatus.SignalTooLow;
            }
        }

        Span<double> column = stackalloc double[Count];
        for (; n < count; n++)
        {
            for (var f = 0; f < Count; f++)
            {
                column[f] = signals[f * count + n];
            }

            var fit = Fit(column, isWeighted: false, noiseSd);
            status[n] = fit.Status;
            (adc[n], u[n]) = fit.Status == VoxelStatus.Ok ? ((float)fit.Adc, (float)fit.U) : (0, 0);
        }
    }
}
