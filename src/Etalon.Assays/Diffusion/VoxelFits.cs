using Etalon.Assays.Maps;

namespace Etalon.Assays.Diffusion;

/// <summary>One method of a diffusion map as a function of a voxel's signals. Threads may share it.</summary>
internal abstract class VoxelFit
{
    /// <summary>Makes the one that the options name.</summary>
    public static VoxelFit Create(AdcMapOptions options, ShellSet shells, double? noiseSd) => options.Method switch
    {
        AdcMapMethod.Linear or AdcMapMethod.Weighted => new LineVoxelFit(shells, noiseSd, options.Method == AdcMapMethod.Weighted),
        AdcMapMethod.Exact => new ExactVoxelFit(shells, noiseSd),
        AdcMapMethod.Rician => new DecayVoxelFit<MonoModel>(shells, noiseSd, [1], [1e-3]),
        AdcMapMethod.Ivim => new DecayVoxelFit<IvimModel>(shells, noiseSd, [2, 1, 3], [1e-3, 1, 1e-3]),
        AdcMapMethod.IvimSegmented => new SegmentedVoxelFit(shells, noiseSd, options.IvimThreshold),
        AdcMapMethod.Kurtosis => new DecayVoxelFit<KurtosisModel>(shells, noiseSd, [2, 1], [1, 1e-3]),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };

    /// <summary>Fits a voxel.</summary>
    /// <param name="signal">Of each shell.</param>
    /// <param name="value">Receives the parameters in the order of the maps.</param>
    /// <param name="u">Receives their standard uncertainties.</param>
    /// <param name="status">Receives their status.</param>
    public abstract void Fit(ReadOnlySpan<double> signal, Span<double> value, Span<double> u, Span<VoxelStatus> status);
}

/// <summary>Line through ln S; a shell weighs as many frames as it has, so that equal weights over frames remain equal.</summary>
internal sealed class LineVoxelFit(ShellSet shells, double? noiseSd, bool weighted) : VoxelFit
{
    public override void Fit(ReadOnlySpan<double> signal, Span<double> value, Span<double> u, Span<VoxelStatus> status)
    {
        var (sw, sb, sbb, sy, sby, strongest) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var n = 0; n < signal.Length; n++)
        {
            var (w, b, y) = (shells.Counts[n] * (weighted ? signal[n] * signal[n] : 1), shells.B[n], Math.Log(signal[n]));
            (sw, sb, sbb, sy, sby) = (sw + w, sb + (w * b), sbb + (w * b * b), sy + (w * y), sby + (w * b * y));
            strongest = Math.Max(strongest, signal[n]);
        }

        var determinant = (sw * sbb) - (sb * sb);
        var (adc, log) = (((sb * sy) - (sw * sby)) / determinant, ((sbb * sy) - (sb * sby)) / determinant);
        var (vd, residual) = (0.0, 0.0);
        for (var n = 0; n < signal.Length; n++)
        {
            var w = shells.Counts[n] * (weighted ? signal[n] * signal[n] : 1);
            var k = w * ((sw * shells.B[n]) - sb) / determinant;
            vd += k * k / (signal[n] * signal[n] * shells.Counts[n]);
            var l = Math.Log(signal[n]) - log + (shells.B[n] * adc);
            residual += shells.Counts[n] * signal[n] * signal[n] * l * l;
        }

        var sd = noiseSd ?? (signal.Length > 2 ? Math.Sqrt(residual / (signal.Length - 2)) : 0);
        status[0] = strongest < 3 * (noiseSd ?? 0) ? VoxelStatus.SignalTooLow : adc > 0 ? VoxelStatus.Ok : VoxelStatus.NotPhysical;
        (value[0], u[0]) = (adc, sd * Math.Sqrt(vd));
    }
}

/// <summary>Exact least squares of one exponential.</summary>
internal sealed class ExactVoxelFit(ShellSet shells, double? noiseSd) : VoxelFit
{
    private readonly AdcExact _exact = new(shells.B, shells.Counts);

    public override void Fit(ReadOnlySpan<double> signal, Span<double> value, Span<double> u, Span<VoxelStatus> status)
    {
        var fit = _exact.Fit(signal, noiseSd ?? 0);
        (value[0], u[0], status[0]) = (fit.Adc, fit.U, fit.Status);
    }
}

/// <summary>Greatest likelihood of magnitudes of any of the models.</summary>
internal sealed class DecayVoxelFit<TModel>(ShellSet shells, double? noiseSd, int[] order, double[] factors) : VoxelFit
    where TModel : struct, IDecayModel
{
    private readonly DecaySolver<TModel> _solver = new(shells.B, shells.Counts);

    public override void Fit(ReadOnlySpan<double> signal, Span<double> value, Span<double> u, Span<VoxelStatus> status)
    {
        var count = TModel.Count;
        Span<double> scaled = stackalloc double[signal.Length], p = stackalloc double[count], covariance = stackalloc double[count * count];
        Span<ParameterState> states = stackalloc ParameterState[count];
        covariance.Clear();
        var outcome = _solver.Solve(signal, noiseSd, NoiseLaw.Rician, scaled, p, covariance);
        DecaySolver<TModel>.States(p, outcome.ScaledVariance > 0 ? covariance : [], states);
        for (var k = 0; k < order.Length; k++)
        {
            var i = order[k];
            (value[k], u[k]) = (p[i] * factors[k], Math.Sqrt(Math.Max(0, covariance[(i * count) + i])) * factors[k]);
            status[k] = outcome.Status == VoxelStatus.Ok ? Of(states[i]) : outcome.Status;
        }
    }

    internal static VoxelStatus Of(ParameterState state) => state switch
    {
        ParameterState.Inside => VoxelStatus.Ok,
        ParameterState.NotIdentifiable => VoxelStatus.NotIdentifiable,
        _ => VoxelStatus.AtBound,
    };
}

/// <summary>IVIM in two steps.</summary>
internal sealed class SegmentedVoxelFit(ShellSet shells, double? noiseSd, double threshold) : VoxelFit
{
    private static readonly string[] Order = ["D", "f", "DStar"];
    private readonly double? _noiseSd = noiseSd;

    public override void Fit(ReadOnlySpan<double> signal, Span<double> value, Span<double> u, Span<VoxelStatus> status)
    {
        // The noise of a mean over directions differs from shell to shell; the two steps take that of the shells with the fewest frames for all.
        var fit = IvimSegmented.Fit(shells.B, signal, _noiseSd / Math.Sqrt(shells.Counts.Min()), NoiseLaw.Rician, threshold);
        for (var k = 0; k < Order.Length; k++)
        {
            status[k] = fit.Status;
            if (fit.Status == VoxelStatus.Ok)
            {
                var p = fit.Of(Order[k]);
                (value[k], u[k], status[k]) = (p.Value, p.U ?? 0, DecayVoxelFit<IvimModel>.Of(p.State));
            }
        }
    }
}
