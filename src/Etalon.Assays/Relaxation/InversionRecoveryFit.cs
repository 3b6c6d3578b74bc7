using Etalon.Numerics;

namespace Etalon.Assays.Relaxation;

/// <summary>What is known of an inversion recovery.</summary>
public enum InversionModel
{
    /// <summary>
    /// S = a + b exp(−TI/T1), a and b free: holds for every angle of inversion and excitation and for every repetition time, whose effects are all in
    /// a and b (Barral 2010). The default.
    /// </summary>
    General,

    /// <summary>S = M (1 − 2 exp(−TI/T1) + exp(−TR/T1)): perfect inversion, excitation of 90 degrees, a repetition time that need not be long. One parameter less.</summary>
    PerfectInversion,
}

/// <summary>What the signals of an inversion recovery are.</summary>
public enum InversionSignal
{
    /// <summary>Magnitudes: the sign is lost, and found again by the fit.</summary>
    Magnitude,

    /// <summary>With their sign (real part after phase correction).</summary>
    Signed,
}

/// <summary>
/// T1 from inversion recovery: least squares, reduced to a search along T1 alone because a and b are linear (RD-NLS, Barral et al., Magn Reson Med
/// 64:1057–1067, 2010). For magnitudes the least of all sums over which of the first points are negative, which is the least of Σ (|a + b e| − S)² since a
/// recovery changes its sign once.
/// </summary>
/// <remarks>Immutable: one plan serves all voxels and threads.</remarks>
public sealed class InversionRecoveryFit
{
    private readonly double[] _ti;
    private readonly int[] _order;
    private readonly double? _trS;

    /// <summary>The plans of all points but one; empty where none is left out.</summary>
    private readonly InversionRecoveryFit[] _without;

    /// <summary>Plans the fits of one protocol.</summary>
    /// <param name="inversionTimeS">Inversion times, s, above 0 or 0, of which as many differ as the model has parameters.</param>
    /// <param name="signal">What the signals are.</param>
    /// <param name="model">What is known of the inversion.</param>
    /// <param name="trS">Repetition time from inversion to inversion, s; needed for <see cref="InversionModel.PerfectInversion"/> alone.</param>
    /// <param name="bounds">T1 that are allowed; null: <see cref="RelaxationBounds.OfT1"/>.</param>
    /// <param name="leavesNullOut">
    /// Whether the magnitude nearest the null is left out where its curve lies within two standard deviations of known noise of 0 and the others tell T1 nearly as
    /// well (u not above 1.5 times): there noise lifts magnitudes, which biases T1 by up to about its own uncertainty.
    /// </param>
    /// <exception cref="ArgumentException">Too few inversion times, times out of range, or no repetition time where the model needs one.</exception>
    public InversionRecoveryFit(
        ReadOnlySpan<double> inversionTimeS, InversionSignal signal = InversionSignal.Magnitude, InversionModel model = InversionModel.General, double? trS = null,
        RelaxationBounds? bounds = null, bool leavesNullOut = false)
    {
        _ti = inversionTimeS.ToArray();
        (Signal, Model, _trS, Bounds) = (signal, model, trS, bounds ?? RelaxationBounds.OfT1);
        if (!Array.TrueForAll(_ti, t => t >= 0 && double.IsFinite(t)) || _ti.Distinct().Count() < Parameters)
        {
            throw new ArgumentException($"{_ti.Distinct().Count()} different inversion times cannot give {Parameters} parameters, or one is not a time.");
        }

        if (model == InversionModel.PerfectInversion && !(trS > 0))
        {
            throw new ArgumentException("A perfect inversion needs the repetition time.");
        }

        _order = [.. Enumerable.Range(0, _ti.Length).OrderBy(i => _ti[i])];
        Array.Sort(_ti);
        _without = leavesNullOut && signal == InversionSignal.Magnitude && Dof > 1 && _ti.Distinct().Count() == Count
            ? [.. Enumerable.Range(0, Count).Select(left => new InversionRecoveryFit([.. _ti.Where((_, i) => i != left)], signal, model, trS, Bounds))] : [];
    }

    /// <summary>T1 that are allowed.</summary>
    public RelaxationBounds Bounds { get; }

    /// <summary>What the signals are.</summary>
    public InversionSignal Signal { get; }

    /// <summary>What is known of the inversion.</summary>
    public InversionModel Model { get; }

    /// <summary>Number of signals of a curve.</summary>
    public int Count => _ti.Length;

    /// <summary>Number of parameters, T1 among them.</summary>
    public int Parameters => Model == InversionModel.General ? 3 : 2;

    /// <summary>Number of signals less number of parameters.</summary>
    public int Dof => Count - Parameters;

    /// <summary>Fits one curve.</summary>
    /// <param name="signal">Signals in the order of the inversion times as given.</param>
    /// <param name="noiseSd">Standard deviation of the noise, above 0; null: from the residual.</param>
    /// <returns>
    /// T1 in s; the amplitude is −b for the general model, which is the whole recovery, and M for a perfect inversion. Statuses as of <see cref="VfaFit.Fit"/>;
    /// <see cref="VoxelStatus.NotPhysical"/>: the best curve falls with TI.
    /// </returns>
    /// <exception cref="ArgumentException">The number of signals differs from that of the times.</exception>
    public RelaxationFit Fit(ReadOnlySpan<double> signal, double? noiseSd = null)
    {
        if (signal.Length != Count)
        {
            throw new ArgumentException($"{signal.Length} signals with {Count} inversion times.");
        }

        Span<double> sorted = stackalloc double[Count];
        Span<double> signed = stackalloc double[Count];
        if (Sort(signal, sorted, noiseSd) is { } refusal)
        {
            return RelaxationFit.None(refusal, Dof);
        }

        var (best, negatives) = Search(sorted, signed);
        Restore(sorted, negatives, signed);
        var fit = Finish(signed, best, noiseSd);
        if (_without.Length == 0 || noiseSd is not { } sd || fit.Status != VoxelStatus.Ok || NearestNull(signed, fit.TimeS, 2 * sd) is not { } nearest)
        {
            return fit;
        }

        sorted[(nearest + 1)..].CopyTo(sorted[nearest..]);
        var rest = _without[nearest].Fit(sorted[..^1], noiseSd);
        return rest.Status == VoxelStatus.Ok && rest.U <= 1.5 * fit.U ? rest : fit;
    }

    /// <summary>The point whose curve is nearest to 0; null where it is no nearer than a distance.</summary>
    private int? NearestNull(ReadOnlySpan<double> signed, double t1, double near)
    {
        var ((a, b), nearest) = (Line(signed, t1), default(int?));
        for (var i = 0; i < Count; i++)
        {
            if (Math.Abs(a + b * Shape(i, 1 / t1)) is var distance && distance < near)
            {
                (nearest, near) = (i, distance);
            }
        }

        return nearest;
    }

    /// <summary>Interval of T1 by the profile of the sum of squares. Magnitudes near the null, whose noise is not normal, are left out of it where enough others are left.</summary>
    /// <param name="signal">As for <see cref="Fit"/>.</param>
    /// <param name="fit">Its answer.</param>
    /// <param name="noiseSd">As for <see cref="Fit"/>.</param>
    /// <param name="coverage">Probability that it holds the true value, in (0, 1).</param>
    /// <returns>Null where the noise is not known and no degree of freedom tells it, or the curve has no fit.</returns>
    public RelaxationInterval? Interval(ReadOnlySpan<double> signal, RelaxationFit fit, double? noiseSd = null, double coverage = 0.95)
    {
        Span<double> sorted = stackalloc double[Count];
        Span<double> signed = stackalloc double[Count];
        if (!(fit.TimeS > 0) || signal.Length != Count || (noiseSd is null && Dof < 1) || Sort(signal, sorted, noiseSd) is not null)
        {
            return null;
        }

        var (best, negatives) = Search(sorted, signed);
        Restore(sorted, negatives, signed);
        Span<bool> isNearNull = stackalloc bool[Count];
        if (FindNearNull(signed, fit.TimeS, noiseSd is { } sd ? 2 * sd : 5 * Math.Sqrt(fit.Rss / Dof), isNearNull) is > 0 and var few)
        {
            return Without(sorted, isNearNull, few).IntervalOf(sorted, fit.TimeS, few, noiseSd, coverage);
        }

        var profile = new EitherSign(this, sorted, signed);
        return Bounds.Interval(ref profile, best.X, ProfileSearch.Threshold(best.Cost, Dof, noiseSd, coverage)!.Value);
    }

    /// <summary>The interval of those points that are left, widened where need be to hold the fit of all.</summary>
    private RelaxationInterval? IntervalOf(ReadOnlySpan<double> kept, double timeS, int few, double? noiseSd, double coverage)
    {
        kept = kept[..^few];
        Span<double> signed = stackalloc double[Count];
        var (best, _) = Search(kept, signed);
        if (ProfileSearch.Threshold(best.Cost, Dof, noiseSd, coverage) is not { } threshold)
        {
            return null;
        }

        var profile = new EitherSign(this, kept, signed);
        var interval = Bounds.Interval(ref profile, best.X, threshold);
        return interval with { LowerS = Math.Min(interval.LowerS, timeS), UpperS = Math.Max(interval.UpperS, timeS) };
    }

    /// <summary>
    /// Magnitudes whose curve lies within a distance of 0: two standard deviations of noise, five where it is estimated from few residuals and often too low.
    /// Their sign is lost and their noise is not normal. Returns how many there are; 0 where too few would be left without them.
    /// </summary>
    private int FindNearNull(ReadOnlySpan<double> signed, double t1, double near, Span<bool> isNearNull)
    {
        if (Signal == InversionSignal.Signed)
        {
            return 0;
        }

        var (n, few) = (Count, 0);
        var (a, b) = Line(signed, t1);
        for (var i = 0; i < n; i++)
        {
            isNearNull[i] = Math.Abs(a + b * Shape(i, 1 / t1)) < near;
            few += isNearNull[i] ? 1 : 0;
        }

        return Dof - few >= 1 ? few : 0;
    }

    /// <summary>Constant (0 for a perfect inversion) and factor of the best curve at a T1.</summary>
    private (double A, double B) Line(ReadOnlySpan<double> signed, double t1)
    {
        var (n, g, s, isGeneral) = (signed.Length, 0.0, 0.0, Model == InversionModel.General);
        for (var i = 0; isGeneral && i < n; i++)
        {
            (g, s) = (g + Shape(i, 1 / t1) / n, s + signed[i] / n);
        }

        var (q, p) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            var d = Shape(i, 1 / t1) - g;
            (q, p) = (q + d * (signed[i] - s), p + d * d);
        }

        return p > 0 ? (s - q / p * g, q / p) : (s, 0);
    }

    /// <summary>The plan of the other points, whose signals are moved to the front.</summary>
    private InversionRecoveryFit Without(Span<double> sorted, ReadOnlySpan<bool> isLeftOut, int few)
    {
        var (times, k) = (new double[Count - few], 0);
        for (var i = 0; i < Count; i++)
        {
            if (!isLeftOut[i])
            {
                (times[k], sorted[k]) = (_ti[i], sorted[i]);
                k++;
            }
        }

        return new InversionRecoveryFit(times, Signal, Model, _trS, Bounds);
    }

    private VoxelStatus? Sort(ReadOnlySpan<double> signal, Span<double> sorted, double? noiseSd)
    {
        var strongest = 0.0;
        for (var i = 0; i < Count; i++)
        {
            sorted[i] = signal[_order[i]];
            if (!double.IsFinite(sorted[i]))
            {
                return VoxelStatus.InputMissing;
            }

            strongest = Math.Max(strongest, Math.Abs(sorted[i]));
        }

        return strongest > 3 * (noiseSd ?? 0) ? null : VoxelStatus.SignalTooLow;
    }

    /// <summary>The best curve, and how many of the first points are negative in it.</summary>
    private (LowestPoint Best, int Negatives) Search(ReadOnlySpan<double> sorted, Span<double> signed)
    {
        var squares = 0.0;
        foreach (var s in sorted)
        {
            squares += s * s;
        }

        // From a point of the search to a minimum beside it, at most 0.25 away in ln T1, the sum falls by less than this: the unit vector of a curve turns
        // by less than one for each unit of ln T1, and what it explains bends by less than four times the squares.
        var worthwhile = 0.125 * squares;
        var (best, negatives) = (default(LowestPoint?), 0);
        for (var k = 0; k <= (Signal == InversionSignal.Magnitude ? Count : 0); k++)
        {
            Restore(sorted, k, signed);
            var profile = new Profile(this, signed);
            var found = ProfileSearch.Minimise(ref profile, Bounds.Range, worthwhile, best);
            if (best is null || found.Cost < best.Value.Cost)
            {
                (best, negatives) = (found, k);
            }
        }

        return (best!.Value, negatives);
    }

    private static void Restore(ReadOnlySpan<double> sorted, int negatives, Span<double> signed)
    {
        for (var i = 0; i < sorted.Length; i++)
        {
            signed[i] = i < negatives ? -sorted[i] : sorted[i];
        }
    }

    private RelaxationFit Finish(ReadOnlySpan<double> signed, LowestPoint best, double? noiseSd)
    {
        var t1 = Bounds.TimeOf(best);
        var sums = new Sums(this, signed, t1);
        var (amplitude, time) = Model == InversionModel.General ? sums.General() : sums.Perfect();
        // For magnitudes a and b are known but for one sign of both: the recovery rises.
        var isRising = amplitude > 0 || (Signal == InversionSignal.Magnitude && Model == InversionModel.General);
        amplitude = Math.Abs(amplitude);
        var u = (noiseSd ?? (Dof > 0 ? Math.Sqrt(best.Cost / Dof) : double.NaN)) * Math.Sqrt(time);
        var status = !isRising ? VoxelStatus.NotPhysical : best.IsAtBound ? VoxelStatus.AtBound : !(amplitude > 0) || double.IsNaN(time) || u > t1 ? VoxelStatus.NotIdentifiable : VoxelStatus.Ok;
        return new RelaxationFit(t1, u, amplitude, best.Cost, Dof, status) { UnitCovariance = (double.NaN, double.NaN, time) };
    }

    /// <summary>exp(−TI/T1), and what of it depends on the repetition time.</summary>
    private double Shape(int i, double r1) => Model == InversionModel.General ? Math.Exp(-_ti[i] * r1) : 1 - 2 * Math.Exp(-_ti[i] * r1) + Math.Exp(-_trS!.Value * r1);

    private double Slope(int i, double t1) => Model == InversionModel.General ? Math.Exp(-_ti[i] / t1) * _ti[i] / (t1 * t1)
        : (-2 * _ti[i] * Math.Exp(-_ti[i] / t1) + _trS!.Value * Math.Exp(-_trS.Value / t1)) / (t1 * t1);

    /// <summary>Sum of squares along ln T1 for one choice of signs, the linear parameters at their best.</summary>
    private readonly ref struct Profile(InversionRecoveryFit plan, ReadOnlySpan<double> signal) : IProfile
    {
        private readonly InversionRecoveryFit _plan = plan;
        private readonly ReadOnlySpan<double> _signal = signal;

        public double Cost(double x)
        {
            Span<double> shape = stackalloc double[_signal.Length];
            return Cost(shape, Math.Exp(-x));
        }

        private double Cost(Span<double> shape, double r1)
        {
            var (n, sum, signals) = (_signal.Length, 0.0, 0.0);
            for (var i = 0; i < n; i++)
            {
                shape[i] = _plan.Shape(i, r1);
                (sum, signals) = (sum + shape[i], signals + _signal[i]);
            }

            // The constant of the general model is taken out by the means.
            var isGeneral = _plan.Model == InversionModel.General;
            var (mean, level, q, p) = (isGeneral ? sum / n : 0, isGeneral ? signals / n : 0, 0.0, 0.0);
            for (var i = 0; i < n; i++)
            {
                var g = shape[i] - mean;
                (q, p) = (q + (_signal[i] - level) * g, p + g * g);
            }

            var (factor, cost) = (p > 0 ? q / p : 0, 0.0);
            for (var i = 0; i < n; i++)
            {
                var r = _signal[i] - level - factor * (shape[i] - mean);
                cost += r * r;
            }

            return cost;
        }
    }

    /// <summary>The least of the sums of squares over all choices of signs: the true profile of magnitudes.</summary>
    private readonly ref struct EitherSign(InversionRecoveryFit plan, ReadOnlySpan<double> sorted, Span<double> signed) : IProfile
    {
        private readonly InversionRecoveryFit _plan = plan;
        private readonly ReadOnlySpan<double> _sorted = sorted;
        private readonly Span<double> _signed = signed;

        public double Cost(double x)
        {
            var least = double.PositiveInfinity;
            for (var k = 0; k <= (_plan.Signal == InversionSignal.Magnitude ? _sorted.Length : 0); k++)
            {
                Restore(_sorted, k, _signed);
                least = Math.Min(least, new Profile(_plan, _signed).Cost(x));
            }

            return least;
        }
    }

    /// <summary>Linear parameter and variance of T1 for noise of 1, from sums of shape and slope.</summary>
    private readonly ref struct Sums(InversionRecoveryFit plan, ReadOnlySpan<double> signal, double t1)
    {
        private readonly InversionRecoveryFit _plan = plan;
        private readonly ReadOnlySpan<double> _signal = signal;
        private readonly double _t1 = t1;

        public (double Amplitude, double Time) General()
        {
            var (n, g, d, s) = (_signal.Length, 0.0, 0.0, 0.0);
            for (var i = 0; i < n; i++)
            {
                (g, d, s) = (g + _plan.Shape(i, 1 / _t1) / n, d + _plan.Slope(i, _t1) / n, s + _signal[i] / n);
            }

            var (b, time) = Of(g, d, s);
            return (-b, time);
        }

        public (double Amplitude, double Time) Perfect() => Of(0, 0, 0);

        private (double Factor, double Time) Of(double meanShape, double meanSlope, double meanSignal)
        {
            var (q, gg, gd, dd) = (0.0, 0.0, 0.0, 0.0);
            for (var i = 0; i < _signal.Length; i++)
            {
                var (g, d) = (_plan.Shape(i, 1 / _t1) - meanShape, _plan.Slope(i, _t1) - meanSlope);
                (q, gg, gd, dd) = (q + g * (_signal[i] - meanSignal), gg + g * g, gd + g * d, dd + d * d);
            }

            var (factor, information) = (q / gg, dd - gd * gd / gg);
            return (factor, information > 1e-14 * dd && factor != 0 ? 1 / (factor * factor * information) : double.NaN);
        }
    }
}
