using Etalon.Numerics;

namespace Etalon.Assays.Diffusion;

/// <summary>One fitted decay. Valid where the status is Ok; at a bound the values are those of the bound.</summary>
/// <param name="Adc">mm²/s.</param>
/// <param name="U">Its standard uncertainty, mm²/s; NaN where neither the noise nor a degree of freedom tells it.</param>
/// <param name="S0">Signal without weighting, in the unit of the signals.</param>
/// <param name="Rss">Sum of squared residuals, in the squared unit of the signals.</param>
/// <param name="Dof">Number of signals less 2.</param>
/// <param name="Status">Ok, or why there is no value.</param>
public readonly record struct AdcEstimate(double Adc, double U, double S0, double Rss, int Dof, VoxelStatus Status)
{
    /// <summary>Covariance of (S0, ADC) over the variance of noise: (S0, S0), (S0, ADC), (ADC, ADC).</summary>
    public (double S0, double Both, double Adc) UnitCovariance { get; init; }
}

/// <summary>
/// S = S0 exp(−b D) by least squares of the signals, exact: S0 is linear and so already at its best for every D (variable projection, Golub and
/// Pereyra 1973); what is left is a search along D over the whole of 0 to 0.02 mm²/s. Where the noise is stated the floor of magnitudes counts.
/// </summary>
/// <remarks>
/// Rician magnitudes: E S = σ m(A/σ) with m of <see cref="RiceMean"/>. The estimate solves the quasi-likelihood equations Σ (S − μ) μ′ V⁻¹ ∂A/∂θ = 0
/// (Wedderburn 1974) by weighted least squares of S − (μ − A) with weights μ′/V, repeated. Immutable: one plan serves all voxels and threads.
/// </remarks>
public sealed class MonoExponentialFit
{
    /// <summary>Largest ADC that is looked for, mm²/s: blood that flows in all directions has about so much; free water at 37 °C has 0.003.</summary>
    public const double LargestAdc = 0.02;

    /// <summary>The strongest signal must exceed so many standard deviations of noise.</summary>
    private const double LowestSignal = 3;

    private const int MostRounds = 60;
    private readonly double[] _b;
    private readonly double _bMax;
    private readonly double[] _nodes;
    private readonly double[] _directions;

    /// <summary>Plans the fits of one set of b-values.</summary>
    /// <param name="b">b of each signal, s/mm², at least two different ones.</param>
    /// <exception cref="ArgumentException">Fewer than two different b-values, or one that is negative or not finite.</exception>
    public MonoExponentialFit(ReadOnlySpan<double> b)
    {
        _b = b.ToArray();
        if (Array.Exists(_b, v => !(v >= 0) || !double.IsFinite(v)) || _b.Distinct().Count() < 2)
        {
            throw new ArgumentException("An ADC needs two different b-values that are not negative.");
        }

        _bMax = _b.Max();
        // Shapes change with ln(1 + bmax D) like curves one unit wide or more: no maximum hides between points 0.2 apart.
        var high = Math.Log(1 + _bMax * LargestAdc);
        var count = (int)Math.Ceiling(high / 0.2) + 1;
        _nodes = [.. Enumerable.Range(0, count).Select(k => Math.Exp(high * k / (count - 1)) - 1).Select(x => x / _bMax)];
        _nodes[^1] = LargestAdc;
        _directions = new double[count * _b.Length];
        for (var k = 0; k < count; k++)
        {
            var squares = 0.0;
            for (var i = 0; i < _b.Length; i++)
            {
                var g = Math.Exp(-_b[i] * _nodes[k]);
                _directions[k * _b.Length + i] = g;
                squares += g * g;
            }

            for (var i = 0; i < _b.Length; i++)
            {
                _directions[k * _b.Length + i] /= Math.Sqrt(squares);
            }
        }
    }

    /// <summary>Number of signals.</summary>
    public int Count => _b.Length;

    /// <summary>Number of signals less the two parameters.</summary>
    public int Dof => _b.Length - 2;

    /// <summary>Fits one curve.</summary>
    /// <param name="signal">Signals in the order of the b-values.</param>
    /// <param name="noiseSd">Standard deviation of the noise of each channel, above 0: then magnitudes are taken as Rician; null: from the residual, without a floor.</param>
    /// <exception cref="ArgumentException">The number of signals differs from that of the b-values.</exception>
    public AdcEstimate Fit(ReadOnlySpan<double> signal, double? noiseSd = null)
    {
        if (signal.Length != Count)
        {
            throw new ArgumentException($"{signal.Length} signals with {Count} b-values.");
        }

        var strongest = 0.0;
        foreach (var s in signal)
        {
            if (!double.IsFinite(s))
            {
                return new AdcEstimate(0, 0, 0, 0, Dof, VoxelStatus.InputMissing);
            }

            strongest = Math.Max(strongest, s);
        }

        if (!(strongest > LowestSignal * (noiseSd ?? 0)))
        {
            return new AdcEstimate(0, 0, 0, 0, Dof, VoxelStatus.SignalTooLow);
        }

        var (d, isAtBound) = Search(signal);
        if (noiseSd is { } sd && RicianFloor.Counts(signal, sd))
        {
            return Rician(signal, sd, d);
        }

        return Finish(signal, d, isAtBound, noiseSd);
    }

    /// <summary>Interval of ADC by the profile of the sum of squares, which does not depend on how the parameter is written.</summary>
    /// <param name="signal">As for <see cref="Fit"/>.</param>
    /// <param name="fit">Its answer, of status Ok or AtBound.</param>
    /// <param name="noiseSd">As for <see cref="Fit"/>.</param>
    /// <param name="coverage">Probability that it holds the true value.</param>
    /// <returns>mm²/s; null where the noise is not known and no degree of freedom tells it, or the curve has no fit.</returns>
    public ProfileInterval? Interval(ReadOnlySpan<double> signal, AdcEstimate fit, double? noiseSd = null, double coverage = 0.95)
    {
        if (fit.Status is not (VoxelStatus.Ok or VoxelStatus.AtBound) || signal.Length != Count)
        {
            return null;
        }

        Span<double> data = stackalloc double[Count];
        Span<double> weights = stackalloc double[Count];
        Effective(signal, fit, noiseSd, data, weights);
        var profile = new Profile(data, weights, _b, _bMax);
        var lowest = profile.Cost(Coordinate(fit.Adc));
        // The weights are inverse variances where the floor counts.
        if (ProfileSearch.Threshold(lowest, Dof, noiseSd is null ? null : 1, coverage) is not { } threshold)
        {
            return null;
        }

        var interval = ProfileSearch.Interval(ref profile, Range, Coordinate(fit.Adc), threshold);
        return interval with { Lower = AdcAt(interval.Lower), Upper = AdcAt(interval.Upper) };
    }

    private SearchRange Range => new(0, Math.Log(1 + _bMax * LargestAdc), _nodes.Length);

    private double Coordinate(double adc) => Math.Log(1 + _bMax * adc);

    private double AdcAt(double x) => (Math.Exp(x) - 1) / _bMax;

    /// <summary>The D at which the signals have their greatest projection on a decay: the best point of the table, then Newton between its neighbours.</summary>
    private (double D, bool IsAtBound) Search(ReadOnlySpan<double> signal)
    {
        var count = _b.Length;
        var (best, bestD, bestAtBound) = (double.NegativeInfinity, 0.0, true);
        var (before, here) = (double.NegativeInfinity, Dot(signal, _directions.AsSpan(0, count)));
        for (var k = 0; k < _nodes.Length; k++)
        {
            var after = k + 1 < _nodes.Length ? Dot(signal, _directions.AsSpan((k + 1) * count, count)) : double.NegativeInfinity;
            if (here >= before && here >= after && here > 0)
            {
                var (d, isAtBound) = Refine(signal, k);
                var value = Projection(signal, d);
                if (value > best)
                {
                    (best, bestD, bestAtBound) = (value, d, isAtBound);
                }
            }

            (before, here) = (here, after);
        }

        return (bestD, bestAtBound);
    }

    private (double D, bool IsAtBound) Refine(ReadOnlySpan<double> signal, int k)
    {
        var (low, high) = (_nodes[Math.Max(k - 1, 0)], _nodes[Math.Min(k + 1, _nodes.Length - 1)]);
        var d = _nodes[k];
        for (var n = 0; n < 60; n++)
        {
            var (slope, bend) = Slopes(signal, d);
            if (n == 0 && ((k == 0 && slope <= 0) || (k == _nodes.Length - 1 && slope >= 0)))
            {
                return (d, true);
            }

            (low, high) = slope > 0 ? (d, high) : (low, d);
            var next = bend < 0 ? d - slope / bend : double.NaN;
            next = next > low && next < high ? next : 0.5 * (low + high);
            if (Math.Abs(next - d) <= 1e-13 * LargestAdc + 1e-12 * d)
            {
                return (next, false);
            }

            d = next;
        }

        return (d, false);
    }

    /// <summary>First and second derivative of ln(Σ s g) − ½ ln(Σ g²), g = exp(−b D).</summary>
    private (double Slope, double Bend) Slopes(ReadOnlySpan<double> signal, double d)
    {
        var (q, q1, q2, p, p1, p2) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < signal.Length; i++)
        {
            var (b, g) = (_b[i], Math.Exp(-_b[i] * d));
            var (sg, gg) = (signal[i] * g, g * g);
            (q, q1, q2) = (q + sg, q1 - b * sg, q2 + b * b * sg);
            (p, p1, p2) = (p + gg, p1 - 2 * b * gg, p2 + 4 * b * b * gg);
        }

        var (u, v) = (q1 / q, p1 / p);
        return (u - 0.5 * v, q2 / q - u * u - 0.5 * (p2 / p - v * v));
    }

    private double Projection(ReadOnlySpan<double> signal, double d)
    {
        var (q, p) = (0.0, 0.0);
        for (var i = 0; i < signal.Length; i++)
        {
            var g = Math.Exp(-_b[i] * d);
            (q, p) = (q + signal[i] * g, p + g * g);
        }

        return q / Math.Sqrt(p);
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private AdcEstimate Finish(ReadOnlySpan<double> signal, double d, bool isAtBound, double? noiseSd)
    {
        var (q, p, pd, dd, rss) = (0.0, 0.0, 0.0, 0.0, 0.0);
        Span<double> shape = stackalloc double[signal.Length];
        for (var i = 0; i < signal.Length; i++)
        {
            var g = Math.Exp(-_b[i] * d);
            shape[i] = g;
            var slope = -_b[i] * g;
            (q, p, pd, dd) = (q + signal[i] * g, p + g * g, pd + g * slope, dd + slope * slope);
        }

        var s0 = q / p;
        for (var i = 0; i < signal.Length; i++)
        {
            var r = signal[i] - s0 * shape[i];
            rss += r * r;
        }

        return Judge(d, s0, rss, (p, pd, dd), isAtBound, noiseSd);
    }

    private AdcEstimate Judge(double d, double s0, double rss, (double P, double Pd, double Dd) n, bool isAtBound, double? noiseSd)
    {
        var determinant = n.P * n.Dd - n.Pd * n.Pd;
        var covariance = determinant > 0 ? (n.Dd / determinant, -n.Pd / (determinant * s0), n.P / (determinant * s0 * s0)) : (double.NaN, double.NaN, double.NaN);
        var sd = noiseSd ?? (Dof > 0 ? Math.Sqrt(rss / Dof) : double.NaN);
        var u = sd * Math.Sqrt(covariance.Item3);
        var status = isAtBound ? VoxelStatus.AtBound : double.IsNaN(covariance.Item3) || u > LargestAdc ? VoxelStatus.NotIdentifiable : VoxelStatus.Ok;
        return new AdcEstimate(d, u, s0, rss, Dof, status) { UnitCovariance = covariance };
    }

    /// <summary>Quasi-likelihood of magnitudes from the estimate without a floor.</summary>
    private AdcEstimate Rician(ReadOnlySpan<double> signal, double sd, double d)
    {
        Span<double> data = stackalloc double[Count];
        Span<double> weights = stackalloc double[Count];
        Span<double> parameters = stackalloc double[2];
        Span<double> hessian = stackalloc double[4];
        var start = Finish(signal, d, false, null);
        (parameters[0], parameters[1]) = (start.S0, d);
        ReadOnlySpan<double> lower = [0, 0];
        ReadOnlySpan<double> upper = [double.PositiveInfinity, LargestAdc];
        for (var round = 0; round < MostRounds; round++)
        {
            var (s0, adc) = (parameters[0], parameters[1]);
            Effective(signal, start with { S0 = s0, Adc = adc }, sd, data, weights);
            var model = new Weighted(data, weights, _b);
            SmallLeastSquares.Minimise(ref model, parameters, lower, upper, hessian);
            if (Math.Abs(parameters[1] - adc) <= 1e-10 * LargestAdc && Math.Abs(parameters[0] - s0) <= 1e-9 * s0)
            {
                break;
            }

            if (round == MostRounds - 1)
            {
                return start with { Status = VoxelStatus.NotConverged };
            }
        }

        var rss = 0.0;
        for (var i = 0; i < signal.Length; i++)
        {
            var r = signal[i] - sd * RiceMean.Of(parameters[0] * Math.Exp(-_b[i] * parameters[1]) / sd).Mean;
            rss += r * r;
        }

        Span<double> inverse = stackalloc double[4];
        var isAtBound = parameters[1] <= 0 || parameters[1] >= LargestAdc;
        if (!SmallLeastSquares.TryInvert(hessian, default, inverse))
        {
            return new AdcEstimate(parameters[1], double.NaN, parameters[0], rss, Dof, VoxelStatus.NotIdentifiable);
        }

        var u = Math.Sqrt(inverse[3]);
        return new AdcEstimate(parameters[1], u, parameters[0], rss, Dof, isAtBound ? VoxelStatus.AtBound : u > LargestAdc ? VoxelStatus.NotIdentifiable : VoxelStatus.Ok)
        {
            UnitCovariance = (inverse[0] / (sd * sd), inverse[1] / (sd * sd), inverse[3] / (sd * sd)),
        };
    }

    /// <summary>What a weighted fit takes in place of the magnitudes at an estimate; without stated noise the magnitudes themselves.</summary>
    private void Effective(ReadOnlySpan<double> signal, AdcEstimate at, double? noiseSd, Span<double> data, Span<double> weights)
    {
        if (noiseSd is not { } sd)
        {
            signal.CopyTo(data);
            weights.Fill(1);
            return;
        }

        Span<double> noiseless = stackalloc double[signal.Length];
        for (var i = 0; i < signal.Length; i++)
        {
            noiseless[i] = at.S0 * Math.Exp(-_b[i] * at.Adc);
        }

        RicianFloor.Effective(signal, noiseless, sd, data, weights);
    }

    private readonly ref struct Weighted(ReadOnlySpan<double> data, ReadOnlySpan<double> weights, ReadOnlySpan<double> b) : IResidualModel
    {
        private readonly ReadOnlySpan<double> _data = data;
        private readonly ReadOnlySpan<double> _weights = weights;
        private readonly ReadOnlySpan<double> _b = b;

        public int Parameters => 2;

        public int Points => _data.Length;

        public void Evaluate(scoped ReadOnlySpan<double> parameters, scoped Span<double> residuals, scoped Span<double> jacobian)
        {
            for (var i = 0; i < _data.Length; i++)
            {
                var g = _weights[i] * Math.Exp(-_b[i] * parameters[1]);
                residuals[i] = parameters[0] * g - _weights[i] * _data[i];
                (jacobian[2 * i], jacobian[2 * i + 1]) = (g, -_b[i] * parameters[0] * g);
            }
        }
    }

    /// <summary>Weighted sum of squares along ln(1 + bmax D), S0 at its best, which is not below 0.</summary>
    private readonly ref struct Profile(ReadOnlySpan<double> data, ReadOnlySpan<double> weights, ReadOnlySpan<double> b, double bMax) : IProfile
    {
        private readonly ReadOnlySpan<double> _data = data;
        private readonly ReadOnlySpan<double> _weights = weights;
        private readonly ReadOnlySpan<double> _b = b;
        private readonly double _bMax = bMax;

        public double Cost(double x)
        {
            var d = (Math.Exp(x) - 1) / _bMax;
            var (q, p, s) = (0.0, 0.0, 0.0);
            for (var i = 0; i < _data.Length; i++)
            {
                var (g, y) = (_weights[i] * Math.Exp(-_b[i] * d), _weights[i] * _data[i]);
                (q, p, s) = (q + y * g, p + g * g, s + y * y);
            }

            var s0 = Math.Max(q / p, 0);
            var cost = 0.0;
            for (var i = 0; i < _data.Length; i++)
            {
                var r = _weights[i] * (_data[i] - s0 * Math.Exp(-_b[i] * d));
                cost += r * r;
            }

            return cost;
        }
    }
}
