using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Diffusion;

/// <summary>How ADC follows from diffusion-weighted frames.</summary>
public enum AdcMethod
{
    /// <summary>
    /// Non-linear least squares on magnitudes with the Rician second moment, E[S] ≈ √(A² + σ²), A = S0 exp(−b D). Unbiased down to a
    /// signal-to-noise ratio of about 2. The default.
    /// </summary>
    RicianLeastSquares,

    /// <summary>
    /// ADC = (ln S0 − mean over frames of ln Sb)/b by a linear fit of ln S: the geometric mean over directions, as vendors do. Biased where
    /// the signal nears the noise.
    /// </summary>
    LogLinear,
}

/// <summary>Apparent diffusion coefficient from diffusion-weighted frames: ln S = ln S0 − b D (Le Bihan 1986).</summary>
public static class AdcFit
{
    /// <summary>Fits every voxel.</summary>
    /// <param name="grid">Where the voxels lie.</param>
    /// <param name="bValues">b of each frame, s/mm², at least two different ones.</param>
    /// <param name="frames">Signals, one array per frame.</param>
    /// <param name="method">How.</param>
    /// <param name="gradients">Gradient direction of each frame, to know repeats by; null or empty where none is known.</param>
    /// <param name="cancellation">Ends the fit.</param>
    /// <returns>Where the noise cannot be estimated, the fit goes without a noise floor and the uncertainty is not known.</returns>
    /// <exception cref="ArgumentException">Fewer than two different b-values, or sizes that do not fit.</exception>
    public static ParametricMap Fit(
        Grid grid, IReadOnlyList<double> bValues, IReadOnlyList<float[]> frames, AdcMethod method, IReadOnlyList<Vector3?>? gradients = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(bValues);
        ArgumentNullException.ThrowIfNull(frames);
        if (bValues.Count != frames.Count || frames.Any(f => f.Length != grid.Count) || bValues.Distinct().Count() < 2)
        {
            throw new ArgumentException($"{frames.Count} frames with {bValues.Count} b-values ({bValues.Distinct().Count()} different) cannot give an ADC.");
        }

        var noiseSd = NoiseEstimate.FromDiffusion(grid, bValues, frames, gradients);
        var noise = noiseSd ?? 0;
        var (value, u, status) = (new float[grid.Count], new float[grid.Count], new VoxelStatus[grid.Count]);
        var b = bValues.ToArray();
        const int Block = 1 << 14;
        Parallel.For(0, (grid.Count + Block - 1) / Block, new ParallelOptions { CancellationToken = cancellation }, block =>
        {
            var signal = new double[b.Length];
            for (var n = block * Block; n < Math.Min(grid.Count, (block + 1) * Block); n++)
            {
                for (var f = 0; f < b.Length; f++)
                {
                    signal[f] = frames[f][n];
                }

                var fit = FitVoxel(b, signal, noise, method);
                status[n] = fit.Status;
                (value[n], u[n]) = fit.Status == VoxelStatus.Ok ? ((float)fit.Adc, (float)fit.U) : (0, 0);
            }
        });
        var unit = Unit.Parse("mm2/s");
        return new ParametricMap(new Volume(grid, value, unit), new Volume(grid, u, unit), status, noiseSd) { IsUKnown = noiseSd is not null };
    }

    /// <summary>Fits one voxel.</summary>
    /// <param name="b">b-values, s/mm².</param>
    /// <param name="signal">Signals, same length.</param>
    /// <param name="noiseSd">Standard deviation of the noise of each channel.</param>
    /// <param name="method">How.</param>
    /// <returns>ADC and its standard uncertainty, mm²/s; valid where the status is Ok.</returns>
    public static (double Adc, double U, VoxelStatus Status) FitVoxel(
        ReadOnlySpan<double> b, ReadOnlySpan<double> signal, double noiseSd, AdcMethod method)
    {
        var strongest = 0.0;
        foreach (var s in signal)
        {
            if (!(s > 0))
            {
                return (0, 0, VoxelStatus.SignalTooLow);
            }

            strongest = Math.Max(strongest, s);
        }

        if (strongest < 3 * noiseSd)
        {
            return (0, 0, VoxelStatus.SignalTooLow);
        }

        var (intercept, slope, uLinear) = Linear(b, signal, noiseSd, weighted: method != AdcMethod.LogLinear);
        return method == AdcMethod.LogLinear || noiseSd == 0 ? Judge(slope, uLinear) : Rician(b, signal, noiseSd, Math.Exp(intercept), slope);
    }

    /// <summary>Linear fit of ln S on b, equal weights or weights S²; u from the noise of each ln S, σ/S.</summary>
    private static (double Intercept, double Adc, double U) Linear(ReadOnlySpan<double> b, ReadOnlySpan<double> signal, double sd, bool weighted)
    {
        var (sw, sb, sbb, sy, sby) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var f = 0; f < b.Length; f++)
        {
            var w = weighted ? signal[f] * signal[f] : 1;
            var y = Math.Log(signal[f]);
            (sw, sb, sbb, sy, sby) = (sw + w, sb + w * b[f], sbb + w * b[f] * b[f], sy + w * y, sby + w * b[f] * y);
        }

        var determinant = sw * sbb - sb * sb;
        var adc = -(sw * sby - sb * sy) / determinant;
        var variance = 0.0;
        for (var f = 0; f < b.Length; f++)
        {
            var w = weighted ? signal[f] * signal[f] : 1;
            var sensitivity = w * (sw * b[f] - sb) / determinant;
            variance += sensitivity * sensitivity * sd * sd / (signal[f] * signal[f]);
        }

        return ((sbb * sy - sb * sby) / determinant, adc, Math.Sqrt(variance));
    }

    /// <summary>Gauss-Newton in (S0, D) on S = √(S0² e^{−2bD} + σ²); covariance σ²(JᵀJ)⁻¹.</summary>
    private static (double Adc, double U, VoxelStatus Status) Rician(
        ReadOnlySpan<double> b, ReadOnlySpan<double> signal, double sd, double s0, double adc)
    {
        adc = Math.Clamp(adc, 0, 6e-3);
        for (var step = 0; step < 40; step++)
        {
            var (hss, hsd, hdd, gs, gd) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for (var f = 0; f < b.Length; f++)
            {
                var decay = Math.Exp(-b[f] * adc);
                var a = s0 * decay;
                var model = Math.Sqrt(a * a + sd * sd);
                var (js, jd) = (a / model * decay, -a / model * a * b[f]);
                var r = signal[f] - model;
                (hss, hsd, hdd) = (hss + js * js, hsd + js * jd, hdd + jd * jd);
                (gs, gd) = (gs + js * r, gd + jd * r);
            }

            var determinant = hss * hdd - hsd * hsd;
            if (!(determinant > 1e-14 * hss * hdd))
            {
                return (0, 0, VoxelStatus.NotConverged);
            }

            var (ds, dd) = ((hdd * gs - hsd * gd) / determinant, (hss * gd - hsd * gs) / determinant);
            // A step of at most a third in D and a half in S0 keeps the iteration in the basin of the linear start.
            var limit = Math.Min(1, Math.Min(0.5 * s0 / Math.Abs(ds + 1e-300), Math.Max(adc / 3, 2e-4) / Math.Abs(dd + 1e-300)));
            (s0, adc) = (s0 + limit * ds, adc + limit * dd);
            if (Math.Abs(dd) < 1e-9 && limit == 1)
            {
                return Judge(adc, sd * Math.Sqrt(hss / determinant));
            }
        }

        return (0, 0, VoxelStatus.NotConverged);
    }

    private static (double Adc, double U, VoxelStatus Status) Judge(double adc, double u) =>
        adc > 0 && double.IsFinite(u) ? (adc, u, VoxelStatus.Ok) : (0, 0, VoxelStatus.NotPhysical);
}
