using Etalon.Numerics;

namespace Etalon.Assays.Relaxation;

/// <summary>
/// T1 from spoiled gradient echoes of several flip angles: least squares of the signals, exact. The magnetisation is linear and so already at its
/// best for every T1 (variable projection, Golub and Pereyra 1973), and what is left is a search along T1 over the whole of its bounds.
/// </summary>
/// <remarks>
/// Model: <see cref="SpoiledGradientEcho"/>, α = b1 · nominal angle. Immutable: one plan serves all voxels and threads. This file holds the plain
/// form for one curve; <see cref="FitBlock"/> fits many at once and gives the same.
/// </remarks>
public sealed partial class VfaFit
{
    private readonly double[] _angles;
    private readonly double[] _tr;
    private readonly bool _hasOneTr;

    /// <summary>Plans the fits of one protocol.</summary>
    /// <param name="flipDeg">Nominal flip angles, degrees, in (0, 180), at least two signals that differ in angle or repetition time.</param>
    /// <param name="trS">Repetition times, s: one for all, or one for each.</param>
    /// <param name="bounds">T1 that are allowed; null: <see cref="RelaxationBounds.OfT1"/>.</param>
    /// <exception cref="ArgumentException">Fewer than two different signals, another number of times than of angles, or numbers out of range.</exception>
    public VfaFit(ReadOnlySpan<double> flipDeg, ReadOnlySpan<double> trS, RelaxationBounds? bounds = null)
    {
        if (trS.Length != 1 && trS.Length != flipDeg.Length)
        {
            throw new ArgumentException($"{flipDeg.Length} flip angles with {trS.Length} repetition times.");
        }

        (_angles, _tr) = (new double[flipDeg.Length], new double[flipDeg.Length]);
        var isSame = true;
        for (var i = 0; i < flipDeg.Length; i++)
        {
            (_angles[i], _tr[i]) = (double.DegreesToRadians(flipDeg[i]), trS[trS.Length == 1 ? 0 : i]);
            if (!(flipDeg[i] is > 0 and < 180) || !(_tr[i] > 0) || !double.IsFinite(_tr[i]))
            {
                throw new ArgumentException($"A flip angle of {flipDeg[i]} degrees with a repetition time of {_tr[i]} s cannot be.");
            }

            isSame &= _angles[i] == _angles[0] && _tr[i] == _tr[0];
        }

        if (isSame)
        {
            throw new ArgumentException("T1 needs two signals that differ in flip angle or repetition time.");
        }

        Bounds = bounds ?? RelaxationBounds.OfT1;
        _hasOneTr = Array.TrueForAll(_tr, t => t == _tr[0]);
        (_nodes, _directions) = Tables();
    }

    /// <summary>T1 that are allowed.</summary>
    public RelaxationBounds Bounds { get; }

    /// <summary>Number of signals of a curve.</summary>
    public int Count => _angles.Length;

    /// <summary>Number of signals less the two parameters.</summary>
    public int Dof => _angles.Length - 2;

    /// <summary>Fits one curve: the plain form, which the fast one is compared with.</summary>
    /// <param name="signal">Signals in the order of the flip angles; may be negative where noise was subtracted.</param>
    /// <param name="b1">What the spins see of the flip angle, 1: all of it.</param>
    /// <param name="noiseSd">Standard deviation of the noise, above 0; null: from the residual.</param>
    /// <returns>
    /// T1 in s, M, and their covariance. <see cref="VoxelStatus.SignalTooLow"/>: no signal above 0, or none of three times the noise;
    /// <see cref="VoxelStatus.AtBound"/>; <see cref="VoxelStatus.InputMissing"/>: a signal or b1 is not finite or b1 turns an angle beyond 180 degrees;
    /// <see cref="VoxelStatus.NotIdentifiable"/>: u exceeds T1 itself.
    /// </returns>
    /// <exception cref="ArgumentException">The number of signals differs from that of the angles.</exception>
    public RelaxationFit Fit(ReadOnlySpan<double> signal, double b1 = 1, double? noiseSd = null)
    {
        if (signal.Length != Count)
        {
            throw new ArgumentException($"{signal.Length} signals with {Count} flip angles.");
        }

        if (Refuse(signal, b1, noiseSd) is { } status)
        {
            return RelaxationFit.None(status, Dof);
        }

        Span<double> sines = stackalloc double[Count];
        Span<double> cosines = stackalloc double[Count];
        Span<double> versines = stackalloc double[Count];
        Span<double> shape = stackalloc double[Count];
        var profile = ProfileOf(signal, b1, sines, cosines, versines, shape);
        var best = ProfileSearch.Minimise(ref profile, Bounds.Range);
        return profile.Finish(best, Bounds.TimeOf(best), noiseSd, Dof);
    }

    /// <summary>Interval of T1 by the profile of the sum of squares, which holds its coverage where T1 ± t u does not: few angles, low signal, long T1.</summary>
    /// <param name="signal">As for <see cref="Fit"/>.</param>
    /// <param name="fit">Its answer, of status Ok, AtBound or NotIdentifiable.</param>
    /// <param name="b1">As for <see cref="Fit"/>.</param>
    /// <param name="noiseSd">As for <see cref="Fit"/>.</param>
    /// <param name="coverage">Probability that it holds the true value, in (0, 1).</param>
    /// <returns>Null where the noise is not known and no degree of freedom tells it, or the curve has no fit.</returns>
    public RelaxationInterval? Interval(ReadOnlySpan<double> signal, RelaxationFit fit, double b1 = 1, double? noiseSd = null, double coverage = 0.95)
    {
        if (!(fit.TimeS > 0) || signal.Length != Count || ProfileSearch.Threshold(fit.Rss, Dof, noiseSd, coverage) is not { } threshold)
        {
            return null;
        }

        Span<double> sines = stackalloc double[Count];
        Span<double> cosines = stackalloc double[Count];
        Span<double> versines = stackalloc double[Count];
        Span<double> shape = stackalloc double[Count];
        var profile = ProfileOf(signal, b1, sines, cosines, versines, shape);
        return Bounds.Interval(ref profile, Math.Log(fit.TimeS), threshold);
    }

    private VoxelStatus? Refuse(ReadOnlySpan<double> signal, double b1, double? noiseSd)
    {
        if (!(b1 > 0) || !(b1 * LargestAngle < Math.PI))
        {
            return VoxelStatus.InputMissing;
        }

        var strongest = 0.0;
        foreach (var s in signal)
        {
            if (!double.IsFinite(s))
            {
                return VoxelStatus.InputMissing;
            }

            strongest = Math.Max(strongest, s);
        }

        return strongest > LowestSignal * (noiseSd ?? 0) ? null : VoxelStatus.SignalTooLow;
    }

    /// <summary>The strongest signal must exceed so many standard deviations of noise.</summary>
    private const double LowestSignal = 3;

    private double LargestAngle => _angles.Max();

    private Profile ProfileOf(ReadOnlySpan<double> signal, double b1, Span<double> sines, Span<double> cosines, Span<double> versines, Span<double> shape)
    {
        for (var i = 0; i < Count; i++)
        {
            (sines[i], cosines[i]) = Math.SinCos(b1 * _angles[i]);
            versines[i] = SpoiledGradientEcho.Versine(b1 * _angles[i]);
        }

        return new Profile(signal, sines, cosines, versines, _tr, shape);
    }

    /// <summary>Sum of squares along ln T1, the magnetisation at its best, which is not below 0.</summary>
    private readonly ref struct Profile(
        ReadOnlySpan<double> signal, ReadOnlySpan<double> sines, ReadOnlySpan<double> cosines, ReadOnlySpan<double> versines, ReadOnlySpan<double> tr,
        Span<double> shape) : IProfile
    {
        private readonly ReadOnlySpan<double> _signal = signal;
        private readonly ReadOnlySpan<double> _sines = sines;
        private readonly ReadOnlySpan<double> _cosines = cosines;
        private readonly ReadOnlySpan<double> _versines = versines;
        private readonly ReadOnlySpan<double> _tr = tr;
        private readonly Span<double> _shape = shape;

        public double Cost(double x)
        {
            var r1 = Math.Exp(-x);
            var (q, p, y) = (0.0, 0.0, 0.0);
            for (var i = 0; i < _signal.Length; i++)
            {
                y = i > 0 && _tr[i] == _tr[i - 1] ? y : SpoiledGradientEcho.Saturation(_tr[i] * r1);
                var g = _sines[i] * y / (_versines[i] + y * _cosines[i]);
                _shape[i] = g;
                (q, p) = (q + _signal[i] * g, p + g * g);
            }

            var (m, cost) = (Math.Max(q / p, 0), 0.0);
            for (var i = 0; i < _signal.Length; i++)
            {
                var r = _signal[i] - m * _shape[i];
                cost += r * r;
            }

            return cost;
        }

        public RelaxationFit Finish(LowestPoint best, double t1, double? noiseSd, int dof)
        {
            var (q, p, pd, dd) = (0.0, 0.0, 0.0, 0.0);
            for (var i = 0; i < _signal.Length; i++)
            {
                var (g, d) = ShapeAndSlope(i, t1);
                (q, p, pd, dd) = (q + _signal[i] * g, p + g * g, pd + g * d, dd + d * d);
            }

            var m = Math.Max(q / p, 0);
            var determinant = p * dd - pd * pd;
            var covariance = m > 0 && determinant > 0 ? (dd / determinant, -pd / (determinant * m), p / (determinant * m * m)) : (double.NaN, double.NaN, double.NaN);
            var u = (noiseSd ?? (dof > 0 ? Math.Sqrt(best.Cost / dof) : double.NaN)) * Math.Sqrt(covariance.Item3);
            var status = m == 0 ? VoxelStatus.SignalTooLow : best.IsAtBound ? VoxelStatus.AtBound : double.IsNaN(covariance.Item3) || u > t1 ? VoxelStatus.NotIdentifiable : VoxelStatus.Ok;
            return new RelaxationFit(t1, u, m, best.Cost, dof, status) { UnitCovariance = covariance };
        }

        /// <summary>Signal of M = 1 and its derivative to T1, per s.</summary>
        private (double G, double D) ShapeAndSlope(int i, double t1)
        {
            var y = SpoiledGradientEcho.Saturation(_tr[i] / t1);
            var d = _versines[i] + y * _cosines[i];
            return (_sines[i] * y / d, -_sines[i] * _versines[i] / (d * d) * (1 - y) * _tr[i] / (t1 * t1));
        }
    }
}
