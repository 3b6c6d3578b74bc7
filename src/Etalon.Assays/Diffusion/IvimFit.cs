using System.Buffers;
using Etalon.Numerics;

namespace Etalon.Assays.Diffusion;

/// <summary>Which coefficients a fit of intravoxel incoherent motion may give, mm²/s. Tissue and pseudo-diffusion do not overlap, so that the two have one order.</summary>
/// <param name="LargestD">Tissue: from 0; free water at 37 °C has 0.003.</param>
/// <param name="LargestDStar">Pseudo-diffusion: from <paramref name="LargestD"/>; published values of organs lie between 0.005 and 0.1.</param>
public readonly record struct IvimBounds(double LargestD = 0.004, double LargestDStar = 0.2)
{
    /// <summary>The bounds that are used where nobody says otherwise.</summary>
    public static IvimBounds Default { get; } = new(0.004, 0.2);
}

/// <summary>One fit of intravoxel incoherent motion. Parameters in the order S0, f, D, D*.</summary>
public sealed record IvimEstimate
{
    /// <summary>Ok, or why there is no value at all; single parameters have their own in <see cref="Statuses"/>.</summary>
    public required VoxelStatus Status { get; init; }

    /// <summary>S0 in the unit of the signals, f, D and D* in mm²/s.</summary>
    public IReadOnlyList<double> Values { get; init; } = [0, 0, 0, 0];

    /// <summary>Standard uncertainties; NaN where neither noise nor residual tells them.</summary>
    public IReadOnlyList<double> U { get; init; } = [0, 0, 0, 0];

    /// <summary>Status of each parameter: Ok, AtBound, or NotIdentifiable.</summary>
    public IReadOnlyList<VoxelStatus> Statuses { get; init; } = [];

    /// <summary>Covariance over the variance of noise, row by row; rows of parameters at a bound are 0.</summary>
    public IReadOnlyList<double> UnitCovariance { get; init; } = [];

    /// <summary>Sum of squared residuals.</summary>
    public double Rss { get; init; }

    /// <summary>Number of signals less four.</summary>
    public required int Dof { get; init; }
}

/// <summary>
/// Intravoxel incoherent motion, S = S0 ((1 − f) exp(−b D) + f exp(−b D*)) (Le Bihan 1988), by least squares, exact within its bounds: every local minimum
/// of a table over D and D*, S0 and f at their best, is refined in all four parameters and the lowest is taken.
/// </summary>
public sealed class IvimFit
{
    private const int MostRounds = 80;
    private const double LowestSignal = 3;
    private readonly double[] _b;
    private readonly double[] _d;
    private readonly double[] _dStar;
    private readonly double[] _tissue;
    private readonly double[] _blood;
    private readonly double[] _gram;
    private readonly double[] _tissueSquares;
    private readonly double[] _bloodSquares;

    /// <summary>Plans the fits of one set of b-values.</summary>
    /// <param name="b">b of each signal, s/mm², at least four different ones.</param>
    /// <param name="bounds">Which coefficients are allowed; null: <see cref="IvimBounds.Default"/>.</param>
    /// <exception cref="ArgumentException">Fewer than four different b-values, or one that is negative or not finite.</exception>
    public IvimFit(ReadOnlySpan<double> b, IvimBounds? bounds = null)
    {
        _b = b.ToArray();
        Bounds = bounds ?? IvimBounds.Default;
        if (Array.Exists(_b, v => !(v >= 0) || !double.IsFinite(v)) || _b.Distinct().Count() < 4)
        {
            throw new ArgumentException("Intravoxel incoherent motion needs four different b-values that are not negative.");
        }

        var bMax = _b.Max();
        var high = Math.Log(1 + bMax * Bounds.LargestD);
        var tissue = Math.Max(8, (int)Math.Ceiling(high / 0.15) + 1);
        _d = [.. Enumerable.Range(0, tissue).Select(k => (Math.Exp(high * k / (tissue - 1)) - 1) / bMax)];
        _d[^1] = Bounds.LargestD;
        var span = Math.Log(Bounds.LargestDStar / Bounds.LargestD);
        var blood = (int)Math.Ceiling(span / 0.2) + 1;
        _dStar = [.. Enumerable.Range(0, blood).Select(l => Bounds.LargestD * Math.Exp(span * l / (blood - 1)))];
        _dStar[^1] = Bounds.LargestDStar;
        (_tissue, _blood) = (Shapes(_d), Shapes(_dStar));
        _tissueSquares = [.. Enumerable.Range(0, tissue).Select(k => Dot(Tissue(k), Tissue(k)))];
        _bloodSquares = [.. Enumerable.Range(0, blood).Select(l => Dot(Blood(l), Blood(l)))];
        _gram = new double[tissue * blood];
        for (var k = 0; k < tissue; k++)
        {
            for (var l = 0; l < blood; l++)
            {
                _gram[k * blood + l] = Dot(Tissue(k), Blood(l));
            }
        }
    }

    /// <summary>Which coefficients are allowed.</summary>
    public IvimBounds Bounds { get; }

    /// <summary>Number of signals.</summary>
    public int Count => _b.Length;

    /// <summary>Number of signals less the four parameters.</summary>
    public int Dof => _b.Length - 4;

    /// <summary>Fits one curve in all four parameters.</summary>
    /// <param name="signal">Signals in the order of the b-values.</param>
    /// <param name="noiseSd">Standard deviation of the noise of each channel: then magnitudes are taken as Rician; null: from the residual.</param>
    /// <exception cref="ArgumentException">The number of signals differs from that of the b-values.</exception>
    public IvimEstimate Fit(ReadOnlySpan<double> signal, double? noiseSd = null)
    {
        if (Refuse(signal, noiseSd) is { } refused)
        {
            return refused;
        }

        Span<double> best = stackalloc double[4];
        ReadOnlySpan<double> lower = [0, 0, 0, Bounds.LargestD];
        ReadOnlySpan<double> upper = [double.PositiveInfinity, 1, Bounds.LargestD, Bounds.LargestDStar];
        Span<double> ones = stackalloc double[Count];
        ones.Fill(1);
        Minimise(signal, ones, lower, upper, best);
        return Finish(signal, best, lower, upper, noiseSd);
    }

    /// <summary>
    /// D from b of at least a threshold, where the blood has lost its signal; then S0, f and D* from all signals with that D: the segmented way, steadier at low signal and
    /// biased where the threshold is too low.
    /// </summary>
    /// <param name="signal">Signals in the order of the b-values.</param>
    /// <param name="thresholdB">b from which on only tissue is seen, s/mm².</param>
    /// <param name="noiseSd">As for <see cref="Fit"/>.</param>
    /// <returns>A status of InputMissing where fewer than two different b-values lie above the threshold.</returns>
    public IvimEstimate FitSegmented(ReadOnlySpan<double> signal, double thresholdB = 200, double? noiseSd = null)
    {
        if (Refuse(signal, noiseSd) is { } refused)
        {
            return refused;
        }

        var above = Enumerable.Range(0, Count).Where(i => _b[i] >= thresholdB).ToArray();
        if (above.Select(i => _b[i]).Distinct().Count() < 2)
        {
            return new IvimEstimate { Status = VoxelStatus.InputMissing, Dof = Dof };
        }

        var values = signal.ToArray();
        var tissue = new MonoExponentialFit([.. above.Select(i => _b[i])]).Fit([.. above.Select(i => values[i])], noiseSd);
        if (tissue.Status is not (VoxelStatus.Ok or VoxelStatus.AtBound))
        {
            return new IvimEstimate { Status = tissue.Status, Dof = Dof };
        }

        var d = Math.Min(tissue.Adc, Bounds.LargestD);
        Span<double> best = stackalloc double[4];
        ReadOnlySpan<double> lower = [0, 0, d, Bounds.LargestD];
        ReadOnlySpan<double> upper = [double.PositiveInfinity, 1, d, Bounds.LargestDStar];
        Span<double> ones = stackalloc double[Count];
        ones.Fill(1);
        Minimise(signal, ones, lower, upper, best);
        return WithFirstStep(Finish(signal, best, lower, upper, noiseSd), signal, best, tissue, d >= Bounds.LargestD);
    }

    /// <summary>Interval of one parameter by the profile of the sum of squares, all others at their best: asymmetric, and right near bounds.</summary>
    /// <param name="signal">As for <see cref="Fit"/>.</param>
    /// <param name="fit">Its answer.</param>
    /// <param name="parameter">1: f, 2: D, 3: D*.</param>
    /// <param name="noiseSd">As for <see cref="Fit"/>.</param>
    /// <param name="coverage">Probability that it holds the true value.</param>
    /// <returns>Null where neither noise nor residual tells it; open where the data allow all up to a bound.</returns>
    public ProfileInterval? Interval(ReadOnlySpan<double> signal, IvimEstimate fit, int parameter, double? noiseSd = null, double coverage = 0.95)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentOutOfRangeException.ThrowIfLessThan(parameter, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parameter, 3);
        if (fit.Status != VoxelStatus.Ok)
        {
            return null;
        }

        var (data, weights, at) = (signal.ToArray(), new double[Count], fit.Values.ToArray());
        Array.Fill(weights, 1);
        if (noiseSd is { } sd)
        {
            Effective(signal, at, sd, data, weights);
        }

        var profile = new Profile(this, data, weights, at, parameter);
        var lowest = profile.Cost(at[parameter]);
        if (ProfileSearch.Threshold(lowest, Dof, noiseSd is null ? null : 1, coverage) is not { } threshold)
        {
            return null;
        }

        var range = parameter switch
        {
            1 => new SearchRange(0, 1, 41),
            2 => new SearchRange(0, Bounds.LargestD, 41),
            _ => new SearchRange(Math.Log(Bounds.LargestD), Math.Log(Bounds.LargestDStar), 41),
        };
        var interval = ProfileSearch.Interval(ref profile, range, parameter == 3 ? Math.Log(at[3]) : at[parameter], threshold);
        return parameter == 3 ? interval with { Lower = Math.Exp(interval.Lower), Upper = Math.Exp(interval.Upper) } : interval;
    }

    private double[] Shapes(double[] coefficients) => [.. coefficients.SelectMany(d => _b.Select(b => Math.Exp(-b * d)))];

    private IvimEstimate? Refuse(ReadOnlySpan<double> signal, double? noiseSd)
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
                return new IvimEstimate { Status = VoxelStatus.InputMissing, Dof = Dof };
            }

            strongest = Math.Max(strongest, s);
        }

        return strongest > LowestSignal * (noiseSd ?? 0) ? null : new IvimEstimate { Status = VoxelStatus.SignalTooLow, Dof = Dof };
    }

    /// <summary>The lowest minimum within a box: the local minima of the table, each refined. Fixed D, f or D* are boxes without width.</summary>
    private double Minimise(ReadOnlySpan<double> data, ReadOnlySpan<double> weights, scoped ReadOnlySpan<double> lower, scoped ReadOnlySpan<double> upper, Span<double> best)
    {
        var (rows, columns) = (_d.Length, _dStar.Length);
        Span<double> onTissue = stackalloc double[rows];
        Span<double> onBlood = stackalloc double[columns];
        for (var k = 0; k < rows; k++)
        {
            onTissue[k] = Dot(data, Tissue(k));
        }

        for (var l = 0; l < columns; l++)
        {
            onBlood[l] = Dot(data, Blood(l));
        }

        var rented = ArrayPool<double>.Shared.Rent(rows * columns);
        var costs = rented.AsSpan(0, rows * columns);
        Table(costs, onTissue, onBlood, lower, upper);
        var lowest = double.PositiveInfinity;
        Span<double> trial = stackalloc double[4];
        var model = new Model(data, weights, _b);
        for (var k = 0; k < rows; k++)
        {
            for (var l = 0; l < columns; l++)
            {
                if (!IsMinimum(costs, k, l))
                {
                    continue;
                }

                var (s0, f, _) = Amplitudes(onTissue[k], onBlood[l], k, l, lower[1], upper[1]);
                (trial[0], trial[1], trial[2], trial[3]) = (s0, f, Math.Clamp(_d[k], lower[2], upper[2]), Math.Clamp(_dStar[l], lower[3], upper[3]));
                var fit = SmallLeastSquares.Minimise(ref model, trial, lower, upper);
                if (fit.Cost < lowest)
                {
                    lowest = fit.Cost;
                    trial.CopyTo(best);
                }
            }
        }

        ArrayPool<double>.Shared.Return(rented);
        return lowest;
    }

    /// <summary>Least cost of each point of the table, less the square of the data; unweighted, which finds the basins also where weights differ.</summary>
    private void Table(Span<double> costs, ReadOnlySpan<double> onTissue, ReadOnlySpan<double> onBlood, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        var row = lower[2] < upper[2] ? -1 : Nearest(_d, lower[2]);
        var column = lower[3] < upper[3] ? -1 : Nearest(_dStar, lower[3]);
        for (var k = 0; k < _d.Length; k++)
        {
            for (var l = 0; l < _dStar.Length; l++)
            {
                var isIn = (row < 0 || row == k) && (column < 0 || column == l);
                costs[k * _dStar.Length + l] = isIn ? -Amplitudes(onTissue[k], onBlood[l], k, l, lower[1], upper[1]).Gain : double.PositiveInfinity;
            }
        }
    }

    private static int Nearest(double[] nodes, double value) => Enumerable.Range(0, nodes.Length).MinBy(n => Math.Abs(nodes[n] - value));

    private bool IsMinimum(ReadOnlySpan<double> costs, int k, int l)
    {
        var here = costs[k * _dStar.Length + l];
        if (double.IsPositiveInfinity(here))
        {
            return false;
        }

        for (var a = Math.Max(k - 1, 0); a <= Math.Min(k + 1, _d.Length - 1); a++)
        {
            for (var b = Math.Max(l - 1, 0); b <= Math.Min(l + 1, _dStar.Length - 1); b++)
            {
                if (costs[a * _dStar.Length + b] < here)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>The best S0 and f at a point of the table, S0 not below 0 and f within its bounds, and how far they lower the sum of squares.</summary>
    private (double S0, double F, double Gain) Amplitudes(double p, double q, int k, int l, double lowestF, double highestF)
    {
        var (a, b, c) = (_tissueSquares[k], _gram[k * _dStar.Length + l], _bloodSquares[l]);
        var determinant = a * c - b * b;
        if (determinant > 1e-12 * a * c)
        {
            var (x, y) = ((c * p - b * q) / determinant, (a * q - b * p) / determinant);
            var f = y / (x + y);
            if (x + y > 0 && f >= lowestF && f <= highestF)
            {
                return (x + y, f, x * p + y * q);
            }
        }

        // On an edge: the better of the two ends, S0 at its best.
        var (low, high) = (Along(lowestF), Along(highestF));
        return low.Gain >= high.Gain ? (low.S0, lowestF, low.Gain) : (high.S0, highestF, high.Gain);

        (double S0, double Gain) Along(double share)
        {
            var (u, v) = ((1 - share) * p + share * q, (1 - share) * (1 - share) * a + 2 * share * (1 - share) * b + share * share * c);
            var s0 = Math.Max(u / v, 0);
            return (s0, s0 * u);
        }
    }

    private ReadOnlySpan<double> Tissue(int k) => _tissue.AsSpan(k * _b.Length, _b.Length);

    private ReadOnlySpan<double> Blood(int l) => _blood.AsSpan(l * _b.Length, _b.Length);

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private void Effective(ReadOnlySpan<double> signal, ReadOnlySpan<double> at, double sd, Span<double> data, Span<double> weights)
    {
        Span<double> noiseless = stackalloc double[Count];
        for (var i = 0; i < Count; i++)
        {
            noiseless[i] = at[0] * ((1 - at[1]) * Math.Exp(-_b[i] * at[2]) + at[1] * Math.Exp(-_b[i] * at[3]));
        }

        RicianFloor.Effective(signal, noiseless, sd, data, weights);
    }

    private IvimEstimate Finish(ReadOnlySpan<double> signal, Span<double> at, scoped ReadOnlySpan<double> lower, scoped ReadOnlySpan<double> upper, double? noiseSd)
    {
        Span<double> data = stackalloc double[Count];
        Span<double> weights = stackalloc double[Count];
        Span<double> hessian = stackalloc double[16];
        signal.CopyTo(data);
        weights.Fill(1);
        var isRician = noiseSd is { } noise && RicianFloor.Counts(signal, noise);
        var hasConverged = !isRician;
        for (var round = 0; isRician && round < MostRounds && !hasConverged; round++)
        {
            var before = (at[0], at[1], at[2], at[3]);
            Effective(signal, at, noiseSd!.Value, data, weights);
            var floor = new Model(data, weights, _b);
            SmallLeastSquares.Minimise(ref floor, at, lower, upper);
            hasConverged = Math.Abs(at[0] - before.Item1) <= 1e-8 * at[0] && Math.Abs(at[1] - before.Item2) <= 1e-8 && Math.Abs(at[2] - before.Item3) <= 1e-8 * Bounds.LargestD
                && Math.Abs(at[3] - before.Item4) <= 1e-6 * at[3];
        }

        var model = new Model(data, weights, _b);
        var end = SmallLeastSquares.Minimise(ref model, at, lower, upper, hessian);
        return Judge(signal, at, lower, upper, hessian, isRician ? 1 : noiseSd, end.Cost) with { Status = hasConverged && at[0] > 0 ? VoxelStatus.Ok : at[0] > 0 ? VoxelStatus.NotConverged : VoxelStatus.SignalTooLow };
    }

    private IvimEstimate Judge(ReadOnlySpan<double> signal, ReadOnlySpan<double> at, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, ReadOnlySpan<double> hessian, double? unit, double cost)
    {
        Span<bool> held = stackalloc bool[4];
        Span<double> inverse = stackalloc double[16];
        for (var p = 0; p < 4; p++)
        {
            held[p] = at[p] <= lower[p] || at[p] >= upper[p];
        }

        // Without blood there is no D*, without tissue no D.
        held[3] |= at[1] <= 0;
        held[2] |= at[1] >= 1;
        var isKnown = SmallLeastSquares.TryInvert(hessian, held, inverse);
        var (sd, rss) = (unit ?? (Dof > 0 ? Math.Sqrt(cost / Dof) : double.NaN), 0.0);
        for (var i = 0; i < Count; i++)
        {
            var r = signal[i] - at[0] * ((1 - at[1]) * Math.Exp(-_b[i] * at[2]) + at[1] * Math.Exp(-_b[i] * at[3]));
            rss += r * r;
        }

        var (u, statuses) = (new double[4], new VoxelStatus[4]);
        for (var p = 0; p < 4; p++)
        {
            u[p] = isKnown ? sd * Math.Sqrt(inverse[p * 4 + p]) : double.NaN;
            var width = p switch { 0 => at[0], 1 => 1, 2 => Bounds.LargestD, _ => Bounds.LargestDStar };
            statuses[p] = !isKnown ? VoxelStatus.NotIdentifiable
                : held[p] ? (p == 3 && at[1] <= 0) || (p == 2 && at[1] >= 1) ? VoxelStatus.NotIdentifiable : VoxelStatus.AtBound
                : u[p] > width ? VoxelStatus.NotIdentifiable : VoxelStatus.Ok;
        }

        return new IvimEstimate { Status = VoxelStatus.Ok, Values = at.ToArray(), U = u, Statuses = statuses, UnitCovariance = inverse.ToArray(), Rss = rss, Dof = Dof };
    }

    /// <summary>What the first step of the segmented fit knows of D, and what that does to the others: dθ/dD = −H⁻¹ ∂²/∂θ∂D, first order.</summary>
    private IvimEstimate WithFirstStep(IvimEstimate fit, ReadOnlySpan<double> signal, ReadOnlySpan<double> at, AdcEstimate tissue, bool isAtBound)
    {
        if (fit.Status != VoxelStatus.Ok)
        {
            return fit;
        }

        Span<double> weights = stackalloc double[Count];
        weights.Fill(1);
        Span<double> residuals = stackalloc double[Count];
        Span<double> jacobian = stackalloc double[4 * Count];
        new Model(signal, weights, _b).Evaluate(at, residuals, jacobian);
        var (u, statuses) = (fit.U.ToArray(), fit.Statuses.ToArray());
        for (var p = 0; p < 4; p++)
        {
            var sensitivity = 0.0;
            for (var q = 0; q < 4; q++)
            {
                var mixed = 0.0;
                for (var i = 0; i < Count; i++)
                {
                    mixed += jacobian[4 * i + q] * jacobian[4 * i + 2];
                }

                sensitivity -= fit.UnitCovariance[p * 4 + q] * (q == 2 ? 0 : mixed);
            }

            u[p] = p == 2 ? tissue.U : Math.Sqrt(u[p] * u[p] + sensitivity * sensitivity * tissue.U * tissue.U);
        }

        statuses[2] = isAtBound ? VoxelStatus.AtBound : tissue.Status;
        return fit with { U = u, Statuses = statuses };
    }

    /// <summary>Weighted residuals and derivatives to S0, f, D, D*.</summary>
    private readonly ref struct Model(ReadOnlySpan<double> data, ReadOnlySpan<double> weights, ReadOnlySpan<double> b) : IResidualModel
    {
        private readonly ReadOnlySpan<double> _data = data;
        private readonly ReadOnlySpan<double> _weights = weights;
        private readonly ReadOnlySpan<double> _b = b;

        public int Parameters => 4;

        public int Points => _data.Length;

        public void Evaluate(scoped ReadOnlySpan<double> parameters, scoped Span<double> residuals, scoped Span<double> jacobian)
        {
            var (s0, f, d, star) = (parameters[0], parameters[1], parameters[2], parameters[3]);
            for (var i = 0; i < _data.Length; i++)
            {
                var w = _weights[i];
                var (tissue, blood) = (w * Math.Exp(-_b[i] * d), w * Math.Exp(-_b[i] * star));
                var shape = (1 - f) * tissue + f * blood;
                residuals[i] = s0 * shape - w * _data[i];
                jacobian[4 * i] = shape;
                jacobian[4 * i + 1] = s0 * (blood - tissue);
                jacobian[4 * i + 2] = -_b[i] * s0 * (1 - f) * tissue;
                jacobian[4 * i + 3] = -_b[i] * s0 * f * blood;
            }
        }
    }

    /// <summary>Cost along one parameter; of D* along its logarithm.</summary>
    private readonly struct Profile(IvimFit plan, double[] data, double[] weights, double[] at, int parameter) : IProfile
    {
        public double Cost(double x)
        {
            var value = parameter == 3 ? Math.Exp(x) : x;
            Span<double> lower = [0, 0, 0, plan.Bounds.LargestD];
            Span<double> upper = [double.PositiveInfinity, 1, plan.Bounds.LargestD, plan.Bounds.LargestDStar];
            value = Math.Clamp(value, lower[parameter], upper[parameter]);
            (lower[parameter], upper[parameter]) = (value, value);
            Span<double> best = stackalloc double[4];
            var cost = plan.Minimise(data, weights, lower, upper, best);
            // From the fit itself as well, which a coarse table may not see.
            Span<double> near = stackalloc double[4];
            at.CopyTo(near);
            near[parameter] = value;
            var model = new Model(data, weights, plan._b);
            return Math.Min(cost, SmallLeastSquares.Minimise(ref model, near, lower, upper).Cost);
        }
    }
}
