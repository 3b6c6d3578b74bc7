using Etalon.Numerics;

namespace Etalon.Assays.Diffusion;

/// <summary>One fit of diffusion with kurtosis. Parameters in the order S0, D (mm²/s), K.</summary>
public sealed record KurtosisEstimate
{
    /// <summary>Ok, or why there is no value.</summary>
    public required VoxelStatus Status { get; init; }

    /// <summary>S0, D, K.</summary>
    public IReadOnlyList<double> Values { get; init; } = [0, 0, 0];

    /// <summary>Standard uncertainties; NaN where neither noise nor residual tells them.</summary>
    public IReadOnlyList<double> U { get; init; } = [0, 0, 0];

    /// <summary>Status of each parameter.</summary>
    public IReadOnlyList<VoxelStatus> Statuses { get; init; } = [];

    /// <summary>Covariance over the variance of noise, row by row.</summary>
    public IReadOnlyList<double> UnitCovariance { get; init; } = [];

    /// <summary>Sum of squared residuals.</summary>
    public double Rss { get; init; }

    /// <summary>Number of signals less three.</summary>
    public required int Dof { get; init; }
}

/// <summary>
/// ln S = ln S0 − b D + b² D² K/6 (Jensen 2005) by least squares of the signals, exact within its bounds: D from 0 to 0.006 mm²/s, K from −1 to 3 and such
/// that the signal does not rise within the b-values (K D bmax ≤ 3).
/// </summary>
/// <remarks>Written in D and κ = K D bmax ≤ 3, so that the last condition is a bound: ln S = ln S0 − b D + b² D κ/(6 bmax).</remarks>
public sealed class KurtosisFit
{
    /// <summary>Largest D, mm²/s.</summary>
    public const double LargestD = 0.006;

    private const double LargestRise = 3;
    private const int MostRounds = 80;
    private readonly double[] _b;
    private readonly double _bMax;
    private readonly double[] _nodesD;
    private readonly double[] _nodesRise;
    private readonly double[] _directions;

    /// <summary>Plans the fits of one set of b-values.</summary>
    /// <param name="b">b of each signal, s/mm², at least three different ones.</param>
    /// <exception cref="ArgumentException">Fewer than three different b-values, or one that is negative or not finite.</exception>
    public KurtosisFit(ReadOnlySpan<double> b)
    {
        _b = b.ToArray();
        if (Array.Exists(_b, v => !(v >= 0) || !double.IsFinite(v)) || _b.Distinct().Count() < 3)
        {
            throw new ArgumentException("Kurtosis needs three different b-values that are not negative.");
        }

        _bMax = _b.Max();
        var high = Math.Log(1 + _bMax * LargestD);
        var count = Math.Max(8, (int)Math.Ceiling(high / 0.1) + 1);
        _nodesD = [.. Enumerable.Range(0, count).Select(k => Math.Min(LargestD, (Math.Exp(high * k / (count - 1)) - 1) / _bMax))];
        _nodesRise = [.. Enumerable.Range(0, 19).Select(l => -6 + 0.5 * l)];
        _directions = new double[_nodesD.Length * _nodesRise.Length * _b.Length];
        for (var k = 0; k < _nodesD.Length; k++)
        {
            for (var l = 0; l < _nodesRise.Length; l++)
            {
                var at = _directions.AsSpan((k * _nodesRise.Length + l) * _b.Length, _b.Length);
                var squares = 0.0;
                for (var i = 0; i < at.Length; i++)
                {
                    at[i] = Shape(_b[i], _nodesD[k], _nodesRise[l]);
                    squares += at[i] * at[i];
                }

                for (var i = 0; i < at.Length; i++)
                {
                    at[i] /= Math.Sqrt(squares);
                }
            }
        }
    }

    /// <summary>Number of signals.</summary>
    public int Count => _b.Length;

    /// <summary>Number of signals less the three parameters.</summary>
    public int Dof => _b.Length - 3;

    /// <summary>Fits one curve.</summary>
    /// <param name="signal">Signals in the order of the b-values.</param>
    /// <param name="noiseSd">Standard deviation of the noise of each channel: then magnitudes are taken as Rician; null: from the residual.</param>
    /// <exception cref="ArgumentException">The number of signals differs from that of the b-values.</exception>
    public KurtosisEstimate Fit(ReadOnlySpan<double> signal, double? noiseSd = null)
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
                return new KurtosisEstimate { Status = VoxelStatus.InputMissing, Dof = Dof };
            }

            strongest = Math.Max(strongest, s);
        }

        if (!(strongest > 3 * (noiseSd ?? 0)))
        {
            return new KurtosisEstimate { Status = VoxelStatus.SignalTooLow, Dof = Dof };
        }

        Span<double> best = stackalloc double[3];
        Span<double> weights = stackalloc double[Count];
        Span<double> data = stackalloc double[Count];
        weights.Fill(1);
        signal.CopyTo(data);
        Minimise(data, weights, best);
        var isRician = noiseSd is { } noise && RicianFloor.Counts(signal, noise);
        var hasConverged = !isRician;
        ReadOnlySpan<double> lower = [0, 0, LowestRise(best[1])];
        ReadOnlySpan<double> upper = [double.PositiveInfinity, LargestD, LargestRise];
        Span<double> noiseless = stackalloc double[Count];
        for (var round = 0; round < MostRounds && !hasConverged; round++)
        {
            for (var i = 0; i < Count; i++)
            {
                noiseless[i] = best[0] * Shape(_b[i], best[1], best[2]);
            }

            RicianFloor.Effective(signal, noiseless, noiseSd!.Value, data, weights);
            var (s0, d, rise) = (best[0], best[1], best[2]);
            var floor = new Model(data, weights, _b, _bMax);
            SmallLeastSquares.Minimise(ref floor, best, lower, upper);
            hasConverged = Math.Abs(best[0] - s0) <= 1e-8 * s0 && Math.Abs(best[1] - d) <= 1e-8 * LargestD && Math.Abs(best[2] - rise) <= 1e-7;
        }

        return Judge(signal, data, weights, best, lower, upper, isRician ? 1 : noiseSd, hasConverged);
    }

    /// <summary>K of −1 and above; of D = 0 nothing is known.</summary>
    private double LowestRise(double d) => -Math.Max(d * _bMax, 1e-3);

    private double Shape(double b, double d, double rise) => Math.Exp(-b * d + b * b * d * rise / (6 * _bMax));

    private void Minimise(ReadOnlySpan<double> data, ReadOnlySpan<double> weights, Span<double> best)
    {
        var (rows, columns) = (_nodesD.Length, _nodesRise.Length);
        Span<double> gains = stackalloc double[rows * columns];
        for (var n = 0; n < gains.Length; n++)
        {
            var at = _directions.AsSpan(n * Count, Count);
            var q = 0.0;
            for (var i = 0; i < at.Length; i++)
            {
                q += data[i] * at[i];
            }

            gains[n] = q;
        }

        var lowest = double.PositiveInfinity;
        Span<double> trial = stackalloc double[3];
        ReadOnlySpan<double> upper = [double.PositiveInfinity, LargestD, LargestRise];
        var model = new Model(data, weights, _b, _bMax);
        for (var n = 0; n < gains.Length; n++)
        {
            if (!IsPeak(gains, n / columns, n % columns))
            {
                continue;
            }

            (trial[0], trial[1], trial[2]) = (Math.Max(gains[n], 1e-6), _nodesD[n / columns], _nodesRise[n % columns]);
            // The lower bound of K moves with D: two rounds settle it.
            var cost = double.PositiveInfinity;
            for (var round = 0; round < 4; round++)
            {
                ReadOnlySpan<double> lower = [0, 0, LowestRise(trial[1])];
                trial[2] = Math.Max(trial[2], lower[2]);
                cost = SmallLeastSquares.Minimise(ref model, trial, lower, upper).Cost;
                if (trial[2] > lower[2])
                {
                    break;
                }
            }

            if (cost < lowest)
            {
                lowest = cost;
                trial.CopyTo(best);
            }
        }
    }

    private bool IsPeak(ReadOnlySpan<double> gains, int k, int l)
    {
        var here = gains[k * _nodesRise.Length + l];
        for (var a = Math.Max(k - 1, 0); a <= Math.Min(k + 1, _nodesD.Length - 1); a++)
        {
            for (var b = Math.Max(l - 1, 0); b <= Math.Min(l + 1, _nodesRise.Length - 1); b++)
            {
                if (gains[a * _nodesRise.Length + b] > here)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private KurtosisEstimate Judge(ReadOnlySpan<double> signal, ReadOnlySpan<double> data, ReadOnlySpan<double> weights, Span<double> at, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, double? unit, bool hasConverged)
    {
        Span<double> hessian = stackalloc double[9];
        Span<double> inverse = stackalloc double[9];
        Span<bool> held = stackalloc bool[3];
        var model = new Model(data, weights, _b, _bMax);
        var end = SmallLeastSquares.Minimise(ref model, at, lower, upper, hessian);
        var (s0, d, rise) = (at[0], at[1], at[2]);
        (held[1], held[2]) = (d <= 0 || d >= LargestD, rise <= lower[2] || rise >= LargestRise);
        var isKnown = SmallLeastSquares.TryInvert(hessian, held, inverse);
        var sd = unit ?? (Dof > 0 ? Math.Sqrt(end.Cost / Dof) : double.NaN);
        // K = κ/(D bmax): its covariance follows by the chain rule.
        Span<double> toK = [0, d > 0 ? -rise / (d * d * _bMax) : 0, d > 0 ? 1 / (d * _bMax) : 0];
        var covariance = new double[9];
        for (var p = 0; p < 3; p++)
        {
            for (var q = 0; q < 3; q++)
            {
                covariance[3 * p + q] = p < 2 && q < 2 ? inverse[3 * p + q] : p == 2 && q == 2 ? Form(toK, inverse, toK) : Row(toK, inverse, p == 2 ? q : p);
            }
        }

        var rss = 0.0;
        for (var i = 0; i < Count; i++)
        {
            var r = signal[i] - s0 * Shape(_b[i], d, rise);
            rss += r * r;
        }

        var u = Enumerable.Range(0, 3).Select(p => isKnown ? sd * Math.Sqrt(covariance[4 * p]) : double.NaN).ToArray();
        var k = d > 0 ? rise / (d * _bMax) : 0;
        return new KurtosisEstimate
        {
            Status = !(s0 > 0) ? VoxelStatus.SignalTooLow : hasConverged ? VoxelStatus.Ok : VoxelStatus.NotConverged,
            Values = [s0, d, k],
            U = u,
            Statuses = [VoxelStatus.Ok, held[1] ? VoxelStatus.AtBound : !isKnown ? VoxelStatus.NotIdentifiable : VoxelStatus.Ok, held[1] || held[2] ? VoxelStatus.AtBound : !isKnown || u[2] > 4 ? VoxelStatus.NotIdentifiable : VoxelStatus.Ok],
            UnitCovariance = covariance,
            Rss = rss,
            Dof = Dof,
        };
    }

    private static double Row(ReadOnlySpan<double> left, ReadOnlySpan<double> matrix, int column)
    {
        var sum = 0.0;
        for (var p = 0; p < 3; p++)
        {
            sum += left[p] * matrix[3 * p + column];
        }

        return sum;
    }

    private static double Form(ReadOnlySpan<double> left, ReadOnlySpan<double> matrix, ReadOnlySpan<double> right)
    {
        var sum = 0.0;
        for (var q = 0; q < 3; q++)
        {
            sum += Row(left, matrix, q) * right[q];
        }

        return sum;
    }

    private readonly ref struct Model(ReadOnlySpan<double> data, ReadOnlySpan<double> weights, ReadOnlySpan<double> b, double bMax) : IResidualModel
    {
        private readonly ReadOnlySpan<double> _data = data;
        private readonly ReadOnlySpan<double> _weights = weights;
        private readonly ReadOnlySpan<double> _b = b;
        private readonly double _bMax = bMax;

        public int Parameters => 3;

        public int Points => _data.Length;

        public void Evaluate(scoped ReadOnlySpan<double> parameters, scoped Span<double> residuals, scoped Span<double> jacobian)
        {
            var (s0, d, rise) = (parameters[0], parameters[1], parameters[2]);
            for (var i = 0; i < _data.Length; i++)
            {
                var b = _b[i];
                var shape = _weights[i] * Math.Exp(-b * d + b * b * d * rise / (6 * _bMax));
                residuals[i] = s0 * shape - _weights[i] * _data[i];
                jacobian[3 * i] = shape;
                jacobian[3 * i + 1] = s0 * shape * (-b + b * b * rise / (6 * _bMax));
                jacobian[3 * i + 2] = s0 * shape * b * b * d / (6 * _bMax);
            }
        }
    }
}
