namespace Etalon.Assays.Diffusion;

/// <summary>Fits many curves of shared b-values with standard uncertainties and no intervals, without allocating. Threads may share it.</summary>
public sealed class DiffusionVoxel
{
    private readonly DecaySolver<MonoModel>? _mono;
    private readonly DecaySolver<IvimModel>? _ivim;
    private readonly DecaySolver<KurtosisModel>? _kurtosis;

    /// <summary>Prepares the fit.</summary>
    /// <param name="model">What the signal follows.</param>
    /// <param name="bValues">s/mm², at least as many different ones as the model has parameters.</param>
    /// <exception cref="ArgumentException">There are too few different b-values.</exception>
    public DiffusionVoxel(DiffusionModel model, IReadOnlyList<double> bValues)
    {
        ArgumentNullException.ThrowIfNull(bValues);
        if (bValues.Distinct().Count() < DiffusionCurve.Parameters(model))
        {
            throw new ArgumentException($"{bValues.Distinct().Count()} different b-values cannot give the {DiffusionCurve.Parameters(model)} parameters of {model}.");
        }

        _mono = model == DiffusionModel.MonoExponential ? new DecaySolver<MonoModel>(bValues) : null;
        _ivim = model == DiffusionModel.Ivim ? new DecaySolver<IvimModel>(bValues) : null;
        _kurtosis = model == DiffusionModel.Kurtosis ? new DecaySolver<KurtosisModel>(bValues) : null;
    }

    /// <summary>Fits one curve to the global optimum.</summary>
    /// <param name="signal">One of each b-value.</param>
    /// <param name="noiseSd">Noise of each channel; null: from the residuals.</param>
    /// <param name="law">Of the noise.</param>
    /// <param name="value">Receives S0, then D; S0, f, D, D*; or S0, D, K. D in 10⁻³ mm²/s, S0 as a share of the strongest signal.</param>
    /// <param name="u">Receives standard uncertainties in the same units; 0 at a bound.</param>
    public VoxelStatus Fit(ReadOnlySpan<double> signal, double? noiseSd, NoiseLaw law, Span<double> value, Span<double> u) =>
        _mono is not null ? Fit(_mono, signal, noiseSd, law, value, u) : _ivim is not null ? Fit(_ivim, signal, noiseSd, law, value, u) : Fit(_kurtosis!, signal, noiseSd, law, value, u);

    private static VoxelStatus Fit<TModel>(DecaySolver<TModel> solver, ReadOnlySpan<double> signal, double? noiseSd, NoiseLaw law, Span<double> value, Span<double> u)
        where TModel : struct, IDecayModel
    {
        var count = TModel.Count;
        Span<double> scaled = stackalloc double[signal.Length], covariance = stackalloc double[count * count];
        covariance.Clear();
        var outcome = solver.Solve(signal, noiseSd, law, scaled, value[..count], covariance);
        for (var i = 0; i < count; i++)
        {
            u[i] = Math.Sqrt(Math.Max(0, covariance[(i * count) + i]));
        }

        return outcome.Status;
    }
}
