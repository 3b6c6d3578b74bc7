namespace Etalon.Assays.Diffusion;

/// <summary>How noise enters a signal.</summary>
public enum NoiseLaw
{
    /// <summary>Signals are magnitudes: Rician, with a floor.</summary>
    Rician,

    /// <summary>Noise is added with mean 0: least squares.</summary>
    Gaussian,
}

/// <summary>Where the best value of one parameter lies.</summary>
public enum ParameterState
{
    /// <summary>Inside the bounds.</summary>
    Inside,

    /// <summary>At the smallest value allowed.</summary>
    AtLowerBound,

    /// <summary>At the largest value allowed.</summary>
    AtUpperBound,

    /// <summary>The data do not tell it: another parameter has made it meaningless, or its uncertainty exceeds half of what is allowed.</summary>
    NotIdentifiable,
}

/// <summary>What holds of the whole fit.</summary>
/// <param name="Status">Ok, or why there are no values.</param>
/// <param name="Cost">See <see cref="DecayFit{TModel}"/>, in scaled units.</param>
/// <param name="Rss">Σ n (S − E[S])² in the unit of the signal squared.</param>
/// <param name="Dof">Samples less parameters.</param>
/// <param name="NoiseSd">Noise of one frame: as given, or estimated from the residuals; null where neither is possible.</param>
internal readonly record struct DecayOutcome(VoxelStatus Status, double Cost, double Rss, int Dof, double? NoiseSd)
{
    /// <summary>Unit of the scaled signals.</summary>
    public double Scale { get; init; }

    /// <summary>Noise variance in scaled units; 0 where not known.</summary>
    public double ScaledVariance => NoiseSd is { } sd ? sd * sd / (Scale * Scale) : 0;
}

/// <summary>Fits curves that share their b-values. Holds no state of a curve, so that threads may share it.</summary>
internal sealed class DecaySolver<TModel>
    where TModel : struct, IDecayModel
{
    private readonly double[] _b;
    private readonly double[] _frames;
    private readonly DecayGrid _grid;

    /// <summary>Prepares the shapes.</summary>
    /// <param name="bValues">s/mm², one of each sample.</param>
    /// <param name="frames">How many frames each sample is the mean of; null: one.</param>
    public DecaySolver(IReadOnlyList<double> bValues, IReadOnlyList<double>? frames = null)
    {
        _b = [.. bValues.Select(b => b / 1000)];
        _frames = frames is null ? [.. _b.Select(_ => 1.0)] : [.. frames];
        _grid = default(TModel) switch
        {
            MonoModel => ShapeGrid.Mono(_b, _frames),
            KurtosisModel => ShapeGrid.Kurtosis(_b, _frames),
            IvimModel => new IvimGrid(_b, _frames),
            _ => throw new NotSupportedException(typeof(TModel).Name),
        };
    }

    /// <summary>Number of samples.</summary>
    public int Samples => _b.Length;

    /// <summary>Scaled b-values.</summary>
    public ReadOnlySpan<double> B => _b;

    /// <summary>Frames of each sample.</summary>
    public ReadOnlySpan<double> Frames => _frames;

    /// <summary>Finds the global minimum.</summary>
    /// <param name="signal">In the order of the b-values.</param>
    /// <param name="noiseSd">Noise of one frame; null: to be estimated from the residuals.</param>
    /// <param name="law">Of the noise. Negative signals are no magnitudes.</param>
    /// <param name="scaled">Receives the signals as shares of the strongest.</param>
    /// <param name="p">Receives the parameters in scaled units.</param>
    /// <param name="covariance">Receives their covariance in scaled units where the noise is known or estimated, row by row.</param>
    public DecayOutcome Solve(ReadOnlySpan<double> signal, double? noiseSd, NoiseLaw law, Span<double> scaled, Span<double> p, Span<double> covariance)
    {
        var scale = 0.0;
        foreach (var s in signal)
        {
            if (!double.IsFinite(s) || (s < 0 && law == NoiseLaw.Rician))
            {
                return new DecayOutcome(VoxelStatus.InputMissing, 0, 0, 0, noiseSd);
            }

            scale = Math.Max(scale, s);
        }

        var dof = signal.Length - TModel.Count;
        if (!(scale > 0) || scale < 3 * (noiseSd ?? 0))
        {
            return new DecayOutcome(VoxelStatus.SignalTooLow, 0, 0, dof, noiseSd);
        }

        for (var n = 0; n < signal.Length; n++)
        {
            scaled[n] = signal[n] / scale;
        }

        var (cost, converged) = Global(scaled, 0, p, []);
        var sd = noiseSd / scale ?? (dof > 0 ? Math.Sqrt(cost / dof) : 0);
        if (law == NoiseLaw.Rician && sd > 0)
        {
            (cost, converged, sd) = Magnitudes(scaled, sd, noiseSd is null, dof, p);
        }

        var outcome = new DecayOutcome(converged ? VoxelStatus.Ok : VoxelStatus.NotConverged, cost, Rss(scaled, p, law == NoiseLaw.Rician ? sd : 0) * scale * scale, dof, noiseSd ?? (dof > 0 ? sd * scale : null)) { Scale = scale };
        if (!covariance.IsEmpty)
        {
            Uncertainty(outcome, scaled, law, p, covariance);
        }

        return outcome;
    }

    /// <summary>As <see cref="Solve"/>, with the third parameter (D of IVIM) held.</summary>
    /// <param name="signal">In the order of the b-values.</param>
    /// <param name="noiseSd">Noise of one frame; null: to be estimated from the residuals.</param>
    /// <param name="law">Of the noise.</param>
    /// <param name="d">The value held, scaled.</param>
    /// <param name="p">Receives the parameters in scaled units.</param>
    /// <param name="covariance">Receives the covariance of the others; may be empty.</param>
    public DecayOutcome SolveWithD(ReadOnlySpan<double> signal, double? noiseSd, NoiseLaw law, double d, Span<double> p, Span<double> covariance)
    {
        Span<double> scaled = stackalloc double[signal.Length], trial = stackalloc double[TModel.Count], lower = stackalloc double[TModel.Count], upper = stackalloc double[TModel.Count];
        var outcome = Solve(signal, noiseSd, law, scaled, p, []);
        if (outcome.Status is not (VoxelStatus.Ok or VoxelStatus.NotConverged))
        {
            return outcome;
        }

        TModel.Lower.CopyTo(lower);
        TModel.Upper.CopyTo(upper);
        (lower[2], upper[2]) = (d, d);
        var dof = signal.Length - TModel.Count;
        var sd = law == NoiseLaw.Rician && outcome.ScaledVariance > 0 ? Math.Sqrt(outcome.ScaledVariance) : 0;
        var samples = new DecaySamples(_b, scaled, _frames, sd);
        var (best, s0) = (double.PositiveInfinity, p[0]);
        foreach (var dStar in (ReadOnlySpan<double>)[6, 12, 30, 80, 200])
        {
            (trial[0], trial[1], trial[2], trial[3]) = (s0, 0.15, d, dStar);
            var (cost, _) = DecayFit<TModel>.Refine(samples, trial, lower, upper);
            if (cost < best)
            {
                best = cost;
                trial.CopyTo(p);
            }
        }

        var rss = Rss(scaled, p, sd);
        outcome = outcome with
        {
            Status = VoxelStatus.Ok, Cost = best, Rss = rss * outcome.Scale * outcome.Scale, NoiseSd = noiseSd ?? (dof > 0 ? Math.Sqrt(rss / dof) * outcome.Scale : null),
        };
        if (!covariance.IsEmpty)
        {
            Uncertainty(outcome, scaled, law, p, covariance, held: 2);
        }

        return outcome;
    }

    /// <summary>State of each parameter from its value and variance.</summary>
    public static void States(ReadOnlySpan<double> p, ReadOnlySpan<double> covariance, Span<ParameterState> states)
    {
        var count = TModel.Count;
        for (var i = 0; i < count; i++)
        {
            var (low, high) = (TModel.Lower[i], TModel.Upper[i]);
            var u = covariance.IsEmpty ? 0 : Math.Sqrt(Math.Max(0, covariance[(i * count) + i]));
            states[i] = IsAt(p[i], low) ? ParameterState.AtLowerBound : IsAt(p[i], high) ? ParameterState.AtUpperBound
                : i > 0 && u > (high - low) / 2 ? ParameterState.NotIdentifiable : ParameterState.Inside;
        }

        if (default(TModel) is IvimModel)
        {
            // Without blood there is no pseudo-diffusion, without tissue no diffusion.
            var u = covariance.IsEmpty ? 0 : Math.Sqrt(Math.Max(0, covariance[5]));
            states[3] = p[1] <= 2 * u || states[1] == ParameterState.AtLowerBound ? ParameterState.NotIdentifiable : states[3];
            states[2] = 1 - p[1] <= 2 * u || states[1] == ParameterState.AtUpperBound ? ParameterState.NotIdentifiable : states[2];
        }
    }

    /// <summary>The lowest minimum that starts from the grid, and from a point where one is given, lead to.</summary>
    internal (double Cost, bool Converged) Global(ReadOnlySpan<double> scaled, double sd, Span<double> p, ReadOnlySpan<double> also)
    {
        var count = TModel.Count;
        Span<double> weighted = stackalloc double[_b.Length], starts = stackalloc double[DecayGrid.MostStarts * count], trial = stackalloc double[count];
        for (var n = 0; n < _b.Length; n++)
        {
            weighted[n] = scaled[n] * Math.Sqrt(_frames[n]);
        }

        var samples = new DecaySamples(_b, scaled, _frames, sd);
        var found = _grid.Find(weighted, starts);
        var (best, converged) = Lowest(samples, starts[..(found * count)], p, double.PositiveInfinity);
        if (!also.IsEmpty)
        {
            also.CopyTo(trial);
            (best, converged) = Lowest(samples, trial, p, best) is { Cost: var other } better && other < best ? better : (best, converged);
        }

        if (default(TModel) is IvimModel && (p[1] < 0.06 || p[1] > 0.97 || IsAt(p[3], TModel.Lower[3]) || IsAt(p[3], TModel.Upper[3])))
        {
            // With nearly one exponential alone the valley over D* is shallow and has several floors.
            Span<double> all = stackalloc double[_grid.MostOfAll * count];
            found = _grid.FindAll(weighted, all);
            (_, converged) = Lowest(samples, all[..(found * count)], p, best);
        }

        // Once more from there, damping anew: a descent along a bound may have come to rest early.
        var (last, done) = DecayFit<TModel>.Refine(samples, p, TModel.Lower, TModel.Upper);
        return (last, converged || done);
    }

    /// <summary>
    /// Goes down from each start until steps gain little, then to the end from those that came within 2 % of the lowest cost, unless they came to
    /// the same place.
    /// </summary>
    /// <param name="samples">The samples.</param>
    /// <param name="starts">Replaced by where they led.</param>
    /// <param name="p">Receives the lowest point where it is lower than <paramref name="best"/>.</param>
    /// <param name="best">The lowest cost that is known.</param>
    private static (double Cost, bool Converged) Lowest(in DecaySamples samples, Span<double> starts, Span<double> p, double best)
    {
        var count = TModel.Count;
        var found = starts.Length / count;
        Span<double> costs = stackalloc double[found];
        var (converged, least, first) = (true, double.PositiveInfinity, 0);
        for (var k = 0; k < found; k++)
        {
            costs[k] = DecayFit<TModel>.Refine(samples, starts.Slice(k * count, count), TModel.Lower, TModel.Upper, 1e-4).Cost;
            (least, first) = costs[k] < least ? (costs[k], k) : (least, first);
        }

        for (var n = 0; n < found; n++)
        {
            // The lowest first, the others in their order.
            var k = n == 0 ? first : n <= first ? n - 1 : n;
            var start = starts.Slice(k * count, count);
            if (costs[k] > least + (0.02 * Math.Abs(least)) || (n > 0 && IsNear(start, p)))
            {
                continue;
            }

            var (cost, ended) = DecayFit<TModel>.Refine(samples, start, TModel.Lower, TModel.Upper);
            if (cost < best)
            {
                (best, converged) = (cost, ended);
                start.CopyTo(p);
            }
        }

        return (best, converged);
    }

    private static bool IsNear(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (Math.Abs(a[i] - b[i]) > 0.02 * (Math.Abs(a[i]) + Math.Abs(b[i])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Greatest likelihood of magnitudes; where the noise is not known it and the fit are repeated until they agree.</summary>
    private (double Cost, bool Converged, double Sd) Magnitudes(ReadOnlySpan<double> scaled, double sd, bool isEstimated, int dof, Span<double> p)
    {
        Span<double> also = stackalloc double[TModel.Count];
        p.CopyTo(also);
        var (cost, converged) = Global(scaled, sd, p, also);
        for (var round = 0; isEstimated && round < 2; round++)
        {
            // More than half of the strongest signal would leave no signal at all.
            var next = Math.Min(0.5, Math.Sqrt(Pearson(scaled, p, sd) / dof));
            if (Math.Abs(next - sd) <= 1e-5 * sd || next < 1e-9)
            {
                break;
            }

            sd = next;
            (cost, converged) = DecayFit<TModel>.Refine(new DecaySamples(_b, scaled, _frames, sd), p, TModel.Lower, TModel.Upper);
        }

        return (cost, converged, sd);
    }

    /// <summary>Σ n (S − E[S])², each by its variance over the noise variance: the expectation is the noise variance times the degrees of freedom.</summary>
    private double Pearson(ReadOnlySpan<double> scaled, ReadOnlySpan<double> p, double sd)
    {
        Span<double> a = stackalloc double[_b.Length];
        TModel.Evaluate(_b, p, a, []);
        var sum = 0.0;
        for (var n = 0; n < a.Length; n++)
        {
            var s = sd / Math.Sqrt(_frames[n]);
            var (mean, variance) = RicianLaw.Moments(a[n] / s);
            var r = scaled[n] - (mean * s);
            sum += _frames[n] * r * r / Math.Max(variance, 0.1);
        }

        return sum;
    }

    private double Rss(ReadOnlySpan<double> scaled, ReadOnlySpan<double> p, double sd)
    {
        Span<double> a = stackalloc double[_b.Length];
        TModel.Evaluate(_b, p, a, []);
        var sum = 0.0;
        for (var n = 0; n < a.Length; n++)
        {
            var s = sd / Math.Sqrt(_frames[n]);
            var r = scaled[n] - (sd > 0 ? RicianLaw.Moments(a[n] / s).Mean * s : a[n]);
            sum += _frames[n] * r * r;
        }

        return sum;
    }

    private void Uncertainty(DecayOutcome outcome, ReadOnlySpan<double> scaled, NoiseLaw law, ReadOnlySpan<double> p, Span<double> covariance, int held = -1)
    {
        Span<bool> free = stackalloc bool[TModel.Count];
        for (var i = 0; i < free.Length; i++)
        {
            free[i] = i != held && !IsAt(p[i], TModel.Lower[i]) && !IsAt(p[i], TModel.Upper[i]);
        }

        if (default(TModel) is IvimModel)
        {
            free[3] &= p[1] > 1e-9;
            free[2] &= p[1] < 1 - 1e-9;
        }

        var variance = outcome.ScaledVariance;
        var samples = new DecaySamples(_b, scaled, _frames, law == NoiseLaw.Rician ? Math.Sqrt(variance) : 0);
        if (!DecayFit<TModel>.Covariance(samples, p, free, covariance))
        {
            covariance.Clear();
            return;
        }

        foreach (ref var c in covariance)
        {
            c *= variance;
        }
    }

    private static bool IsAt(double value, double bound) => Math.Abs(value - bound) <= 1e-9 * (1 + Math.Abs(bound));
}
