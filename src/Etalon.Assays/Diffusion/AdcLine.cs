using System.Numerics;

namespace Etalon.Assays.Diffusion;

/// <summary>A line through ln S: its numbers.</summary>
/// <param name="Status">Ok, or why there are no values.</param>
/// <param name="Adc">mm²/s.</param>
/// <param name="AdcU">Standard uncertainty; null where the noise is neither given nor to be estimated.</param>
/// <param name="S0">In the unit of the signal.</param>
/// <param name="S0U">Standard uncertainty.</param>
/// <param name="Rss">Σ (S − S0 exp(−b D))².</param>
public sealed record AdcLineFit(VoxelStatus Status, double Adc, double? AdcU, double S0, double? S0U, double Rss);

/// <summary>
/// ADC from the line ln S = ln S0 − b D: equal weights (over directions that is the geometric mean) or weights S², the inverse of the variance of ln S. No
/// account is taken of the noise floor.
/// </summary>
public static class AdcLine
{
    /// <summary>Fits one curve.</summary>
    /// <param name="b">s/mm², two different ones at least.</param>
    /// <param name="signal">As many signals.</param>
    /// <param name="noiseSd">Noise of each channel; null: from the residuals.</param>
    /// <param name="weighted">Whether by S².</param>
    /// <exception cref="ArgumentException">Lengths differ, or all b are equal.</exception>
    public static AdcLineFit Fit(ReadOnlySpan<double> b, ReadOnlySpan<double> signal, double? noiseSd, bool weighted)
    {
        if (b.Length != signal.Length || b.Length < 2)
        {
            throw new ArgumentException($"{signal.Length} signals at {b.Length} b-values.");
        }

        var (sw, sb, sbb, sy, sby, strongest) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var n = 0; n < b.Length; n++)
        {
            if (!(signal[n] > 0 && double.IsFinite(signal[n])))
            {
                return new AdcLineFit(VoxelStatus.SignalTooLow, 0, null, 0, null, 0);
            }

            var (w, y) = (weighted ? signal[n] * signal[n] : 1, Math.Log(signal[n]));
            (sw, sb, sbb, sy, sby) = (sw + w, sb + (w * b[n]), sbb + (w * b[n] * b[n]), sy + (w * y), sby + (w * b[n] * y));
            strongest = Math.Max(strongest, signal[n]);
        }

        var determinant = (sw * sbb) - (sb * sb);
        if (!(determinant > 1e-12 * sw * sbb))
        {
            throw new ArgumentException("All b-values are equal.");
        }

        var (adc, log) = (((sb * sy) - (sw * sby)) / determinant, ((sbb * sy) - (sb * sby)) / determinant);
        var (vd, vl, rss, rssLog) = (0.0, 0.0, 0.0, 0.0);
        for (var n = 0; n < b.Length; n++)
        {
            var w = weighted ? signal[n] * signal[n] : 1;
            var (kd, kl) = (w * ((sw * b[n]) - sb) / determinant, w * (sbb - (sb * b[n])) / determinant);
            // With the noise of the signals as unit; a sample's ln S has the variance 1/S².
            (vd, vl) = (vd + (kd * kd / (signal[n] * signal[n])), vl + (kl * kl / (signal[n] * signal[n])));
            var (r, l) = (signal[n] - Math.Exp(log - (b[n] * adc)), Math.Log(signal[n]) - log + (b[n] * adc));
            (rss, rssLog) = (rss + (r * r), rssLog + (signal[n] * signal[n] * l * l));
        }

        var variance = noiseSd is { } sd ? sd * sd : b.Length > 2 ? rssLog / (b.Length - 2) : (double?)null;
        var status = strongest < 3 * (noiseSd ?? 0) ? VoxelStatus.SignalTooLow : adc > 0 ? VoxelStatus.Ok : VoxelStatus.NotPhysical;
        var s0 = Math.Exp(log);
        return new AdcLineFit(status, adc, variance is { } v ? Math.Sqrt(v * vd) : null, s0, variance is { } x ? s0 * Math.Sqrt(x * vl) : null, rss);
    }

    /// <summary>Fits many voxels with equal weights, the plain loop: the reference of <see cref="FitMany"/>.</summary>
    public static void FitManyPlain(ReadOnlySpan<double> b, IReadOnlyList<float[]> frames, int first, double noiseSd, Span<float> adc, Span<float> u)
    {
        ArgumentNullException.ThrowIfNull(frames);
        Span<double> k = stackalloc double[b.Length];
        Slopes(b, k);
        for (var n = 0; n < adc.Length; n++)
        {
            var (sum, variance) = (0.0, 0.0);
            for (var f = 0; f < k.Length; f++)
            {
                double s = frames[f][first + n];
                sum += k[f] * Math.Log(s);
                variance += k[f] * k[f] / (s * s);
            }

            (adc[n], u[n]) = sum > 0 && double.IsFinite(sum) ? ((float)sum, (float)(noiseSd * Math.Sqrt(variance))) : (0, 0);
        }
    }

    /// <summary>Fits many voxels with equal weights: D = Σ k ln S, u² = σ² Σ k²/S², k = −(b − mean b)/Σ(b − mean b)².</summary>
    /// <param name="b">s/mm² of each frame.</param>
    /// <param name="frames">Signals of whole volumes.</param>
    /// <param name="first">Index of the first voxel.</param>
    /// <param name="noiseSd">Noise; 0: u is 0.</param>
    /// <param name="adc">Receives D, mm²/s, shape (voxels); 0 where it is not above 0 or a signal is not.</param>
    /// <param name="u">Receives standard uncertainties.</param>
    public static void FitMany(ReadOnlySpan<double> b, IReadOnlyList<float[]> frames, int first, double noiseSd, Span<float> adc, Span<float> u)
    {
        ArgumentNullException.ThrowIfNull(frames);
        Span<double> k = stackalloc double[b.Length];
        Slopes(b, k);
        var (lanes, n) = (Vector<float>.Count, 0);
        for (; n + lanes <= adc.Length; n += lanes)
        {
            var (low, high, lowU, highU) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
            for (var f = 0; f < k.Length; f++)
            {
                Vector.Widen(new Vector<float>(frames[f], first + n), out var s, out var t);
                var slope = new Vector<double>(k[f]);
                low += slope * Vector.Log(s);
                high += slope * Vector.Log(t);
                var (p, q) = (slope / s, slope / t);
                lowU += p * p;
                highU += q * q;
            }

            var sd = new Vector<double>(noiseSd);
            var value = Vector.Narrow(low, high);
            // A comparison with what is no number is false, and infinity is refused: such lanes become 0.
            var valid = Vector.BitwiseAnd(Vector.GreaterThan(value, Vector<float>.Zero), Vector.LessThan(value, new Vector<float>(float.PositiveInfinity)));
            Vector.ConditionalSelect(valid, value, Vector<float>.Zero).CopyTo(adc[n..]);
            Vector.ConditionalSelect(valid, Vector.Narrow(sd * Vector.SquareRoot(lowU), sd * Vector.SquareRoot(highU)), Vector<float>.Zero).CopyTo(u[n..]);
        }

        if (n < adc.Length)
        {
            FitManyPlain(b, frames, first + n, noiseSd, adc[n..], u[n..]);
        }
    }

    private static void Slopes(ReadOnlySpan<double> b, Span<double> k)
    {
        var (mean, square) = (0.0, 0.0);
        foreach (var x in b)
        {
            mean += x / b.Length;
        }

        foreach (var x in b)
        {
            square += (x - mean) * (x - mean);
        }

        for (var n = 0; n < b.Length; n++)
        {
            k[n] = -(b[n] - mean) / square;
        }
    }
}
