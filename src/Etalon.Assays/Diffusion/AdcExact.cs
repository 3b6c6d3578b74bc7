using System.Numerics;

namespace Etalon.Assays.Diffusion;

/// <summary>ADC of one voxel by least squares.</summary>
/// <param name="Status">Ok; AtBound where D is 0 or the largest; SignalTooLow; NotIdentifiable where the signals tell nothing of D.</param>
/// <param name="Adc">mm²/s.</param>
/// <param name="U">Standard uncertainty; 0 where the noise is neither given nor to be estimated.</param>
/// <param name="S0">In the unit of the signal.</param>
/// <param name="Cost">Σ n (S − S0 exp(−b D))².</param>
public readonly record struct AdcExactFit(VoxelStatus Status, double Adc, double U, double S0, double Cost);

/// <summary>
/// Exact least squares of S0 exp(−b D), 0 ≤ S0, 0 ≤ D ≤ <see cref="DiffusionBounds.LargestAdc"/>: for each D the best S0 has a closed form, so that one function
/// of D is left (variable projection; Golub and Pereyra 1973), whose every peak on a grid is refined by Newton's method. Threads may share it.
/// </summary>
public sealed class AdcExact
{
    private const int Points = 32;
    private readonly double[] _b;
    private readonly double[] _frames;
    private readonly double[] _d = new double[Points];
    private readonly double[] _shapes;

    /// <summary>Prepares the grid.</summary>
    /// <param name="bValues">s/mm², two different ones at least.</param>
    /// <param name="frames">How many frames each sample is the mean of; null: one.</param>
    /// <exception cref="ArgumentException">Fewer than two different b-values.</exception>
    public AdcExact(IReadOnlyList<double> bValues, IReadOnlyList<double>? frames = null)
    {
        ArgumentNullException.ThrowIfNull(bValues);
        if (bValues.Distinct().Count() < 2)
        {
            throw new ArgumentException("Fewer than two different b-values.", nameof(bValues));
        }

        _b = [.. bValues.Select(b => b / 1000)];
        _frames = frames is null ? [.. _b.Select(_ => 1.0)] : [.. frames];
        _shapes = new double[_b.Length * Points];
        for (var n = 0; n < Points; n++)
        {
            _d[n] = 1e3 * DiffusionBounds.LargestAdc * Math.Pow(n / (Points - 1.0), 2);
            var norm = 0.0;
            for (var f = 0; f < _b.Length; f++)
            {
                _shapes[(f * Points) + n] = Math.Exp(-_b[f] * _d[n]);
                norm += _frames[f] * _shapes[(f * Points) + n] * _shapes[(f * Points) + n];
            }

            for (var f = 0; f < _b.Length; f++)
            {
                _shapes[(f * Points) + n] *= _frames[f] / Math.Sqrt(norm);
            }
        }
    }

    /// <summary>Fits one voxel.</summary>
    /// <param name="signal">One of each b-value.</param>
    /// <param name="noiseSd">Noise of one frame; 0: from the residuals.</param>
    public AdcExactFit Fit(ReadOnlySpan<double> signal, double noiseSd)
    {
        var (squares, strongest) = (0.0, 0.0);
        for (var f = 0; f < signal.Length; f++)
        {
            squares += _frames[f] * signal[f] * signal[f];
            strongest = Math.Max(strongest, signal[f]);
        }

        if (!(strongest > 0) || !double.IsFinite(squares) || strongest < 3 * noiseSd)
        {
            return new AdcExactFit(VoxelStatus.SignalTooLow, 0, 0, 0, 0);
        }

        Span<double> score = stackalloc double[Points];
        Score(signal, score);
        var (best, d) = (double.NegativeInfinity, 0.0);
        for (var n = 0; n < Points; n++)
        {
            if ((n > 0 && score[n - 1] > score[n]) || (n < Points - 1 && score[n + 1] >= score[n]))
            {
                continue;
            }

            var (at, height) = Peak(signal, n);
            (best, d) = height > best ? (height, at) : (best, d);
        }

        return Finish(signal, noiseSd, squares, d);
    }

    /// <summary>Scalar products of the signals with the normalised shapes.</summary>
    private void Score(ReadOnlySpan<double> signal, Span<double> score)
    {
        var lanes = Vector<double>.Count;
        var n = 0;
        for (; n + lanes <= Points; n += lanes)
        {
            var sum = Vector<double>.Zero;
            for (var f = 0; f < signal.Length; f++)
            {
                sum += new Vector<double>(signal[f]) * new Vector<double>(_shapes, (f * Points) + n);
            }

            sum.CopyTo(score[n..]);
        }

        for (; n < Points; n++)
        {
            for (var f = 0; f < signal.Length; f++)
            {
                score[n] += signal[f] * _shapes[(f * Points) + n];
            }
        }
    }

    /// <summary>The highest point of (y·e)/|e| within a cell of the grid to either side, by Newton's method on its logarithm, kept within a bracket.</summary>
    private (double D, double Height) Peak(ReadOnlySpan<double> signal, int n)
    {
        var (low, high, d, height) = (_d[Math.Max(0, n - 1)], _d[Math.Min(Points - 1, n + 1)], _d[n], 0.0);
        for (var step = 0; step < 60; step++)
        {
            var (e0, e1, e2, n0, n1, n2) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
            for (var f = 0; f < _b.Length; f++)
            {
                var e = Math.Exp(-_b[f] * d);
                var (y, q, b) = (_frames[f] * signal[f] * e, _frames[f] * e * e, _b[f]);
                (e0, e1, e2) = (e0 + y, e1 - (b * y), e2 + (b * b * y));
                (n0, n1, n2) = (n0 + q, n1 - (2 * b * q), n2 + (4 * b * b * q));
            }

            height = e0 / Math.Sqrt(n0);
            var (re, rn) = (e1 / e0, n1 / n0);
            var (slope, curvature) = (re - (0.5 * rn), (e2 / e0) - (re * re) - (0.5 * ((n2 / n0) - (rn * rn))));
            if (slope > 0)
            {
                low = d;
            }
            else
            {
                high = d;
            }

            var next = curvature < 0 ? d - (slope / curvature) : double.NaN;
            next = next > low && next < high ? next : 0.5 * (low + high);
            var change = Math.Abs(next - d);
            d = next;
            // Newton's step squares the error: after one of 1e-6 it is far below what the cost, flat there, can tell.
            if (!(e0 > 0) || change <= 1e-9 || (curvature < 0 && change <= 1e-6 * (1 + d) && high - low > 4 * change))
            {
                break;
            }
        }

        return (d, height);
    }

    private AdcExactFit Finish(ReadOnlySpan<double> signal, double noiseSd, double squares, double d)
    {
        // The bracket halves towards a bound and stops close to it.
        var largest = 1e3 * DiffusionBounds.LargestAdc;
        d = d < 3e-9 ? 0 : d > largest - 3e-9 ? largest : d;
        var (y, h0, h1, h2) = (0.0, 0.0, 0.0, 0.0);
        for (var f = 0; f < _b.Length; f++)
        {
            var e = Math.Exp(-_b[f] * d);
            y += _frames[f] * signal[f] * e;
            var q = _frames[f] * e * e;
            (h0, h1, h2) = (h0 + q, h1 + (_b[f] * q), h2 + (_b[f] * _b[f] * q));
        }

        var s0 = Math.Max(0, y / h0);
        var cost = 0.0;
        for (var f = 0; f < _b.Length; f++)
        {
            var r = signal[f] - (s0 * Math.Exp(-_b[f] * d));
            cost += _frames[f] * r * r;
        }

        if (d == 0 || d == largest)
        {
            return new AdcExactFit(VoxelStatus.AtBound, d * 1e-3, 0, s0, cost);
        }

        var determinant = (h0 * h2) - (h1 * h1);
        if (!(determinant > 1e-14 * h0 * h2) || s0 == 0)
        {
            return new AdcExactFit(VoxelStatus.NotIdentifiable, d * 1e-3, 0, s0, cost);
        }

        var variance = noiseSd > 0 ? noiseSd * noiseSd : _b.Length > 2 ? Math.Max(cost, 1e-30 * squares) / (_b.Length - 2) : 0;
        return new AdcExactFit(VoxelStatus.Ok, d * 1e-3, Math.Sqrt(variance * h0 / determinant) / s0 * 1e-3, s0, cost);
    }
}
