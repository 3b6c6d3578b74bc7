using MathNet.Numerics.Distributions;

namespace Etalon.Assays.Diffusion;

/// <summary>Models of the signal over b.</summary>
public enum DiffusionModel
{
    /// <summary>S0 exp(−b D).</summary>
    MonoExponential,

    /// <summary>S0 ((1 − f) exp(−b D) + f exp(−b D*)).</summary>
    Ivim,

    /// <summary>S0 exp(−b D + b² D² K/6).</summary>
    Kurtosis,
}

/// <summary>One parameter of a fitted curve.</summary>
/// <param name="Name">S0, D, f, DStar or K.</param>
/// <param name="Unit">UCUM; 1 for S0, which has the unit of the signal.</param>
/// <param name="Value">Best value.</param>
/// <param name="U">Standard uncertainty; null where the noise is not known or the value lies at a bound.</param>
/// <param name="Lower">Lower end of the 95 % interval of the profile likelihood; null where the noise is not known.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="State">Where the value lies.</param>
public sealed record CurveParameter(string Name, string Unit, double Value, double? U, double? Lower, double? Upper, ParameterState State);

/// <summary>A fitted curve.</summary>
public sealed record DiffusionCurveFit
{
    /// <summary>Ok, or why there are no values.</summary>
    public required VoxelStatus Status { get; init; }

    /// <summary>Parameters in a fixed order: S0 first; empty where there are no values.</summary>
    public IReadOnlyList<CurveParameter> Parameters { get; init; } = [];

    /// <summary>Their covariance; rows of parameters at a bound are 0; null where the noise is not known.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? Covariance { get; init; }

    /// <summary>Σ (S − expected S)², in the unit of the signal squared.</summary>
    public double Rss { get; init; }

    /// <summary>Samples less parameters.</summary>
    public int Dof { get; init; }

    /// <summary>Noise as given or as estimated from the residuals; null where neither is possible.</summary>
    public double? NoiseSd { get; init; }

    /// <summary>A parameter by its name.</summary>
    public CurveParameter Of(string name) => Parameters.First(p => p.Name == name);
}

/// <summary>Fits single curves that share their b-values, and gives intervals. Threads may share it.</summary>
public sealed class DiffusionCurve
{
    private static readonly (string Name, string Unit, double Factor)[] MonoNames = [("S0", "1", 1), ("D", "mm2/s", 1e-3)];
    private static readonly (string Name, string Unit, double Factor)[] IvimNames = [("S0", "1", 1), ("f", "1", 1), ("D", "mm2/s", 1e-3), ("DStar", "mm2/s", 1e-3)];
    private static readonly (string Name, string Unit, double Factor)[] KurtosisNames = [("S0", "1", 1), ("D", "mm2/s", 1e-3), ("K", "1", 1)];

    private readonly DecaySolver<MonoModel>? _mono;
    private readonly DecaySolver<IvimModel>? _ivim;
    private readonly DecaySolver<KurtosisModel>? _kurtosis;
    private readonly int _samples;

    /// <summary>Prepares the fit.</summary>
    /// <param name="model">What the signal follows.</param>
    /// <param name="bValues">s/mm², at least as many different ones as the model has parameters.</param>
    /// <exception cref="ArgumentException">There are too few different b-values.</exception>
    public DiffusionCurve(DiffusionModel model, IReadOnlyList<double> bValues)
    {
        ArgumentNullException.ThrowIfNull(bValues);
        if (bValues.Distinct().Count() < Parameters(model))
        {
            throw new ArgumentException($"{bValues.Count} b-values ({bValues.Distinct().Count()} different) cannot give the {Parameters(model)} parameters of {model}.");
        }

        _samples = bValues.Count;
        _mono = model == DiffusionModel.MonoExponential ? new DecaySolver<MonoModel>(bValues) : null;
        _ivim = model == DiffusionModel.Ivim ? new DecaySolver<IvimModel>(bValues) : null;
        _kurtosis = model == DiffusionModel.Kurtosis ? new DecaySolver<KurtosisModel>(bValues) : null;
    }

    /// <summary>Number of parameters of a model, S0 included: the least number of different b-values.</summary>
    public static int Parameters(DiffusionModel model) => model switch
    {
        DiffusionModel.MonoExponential => MonoModel.Count,
        DiffusionModel.Ivim => IvimModel.Count,
        DiffusionModel.Kurtosis => KurtosisModel.Count,
        _ => throw new ArgumentOutOfRangeException(nameof(model)),
    };

    /// <summary>Multiple of the standard uncertainty at which a 95 % interval ends: normal where the noise is known, Student's where it is estimated with so many degrees of freedom.</summary>
    public static double Quantile(int? dof) => dof is { } n ? StudentT.InvCDF(0, 1, n, 0.975) : 1.959963984540054;

    /// <summary>Fits one curve to the global optimum and gives each parameter its 95 % interval.</summary>
    /// <param name="signal">One of each b-value.</param>
    /// <param name="noiseSd">Standard deviation of the noise of each channel; null: from the residuals, where there are more samples than parameters.</param>
    /// <param name="law">Of the noise.</param>
    /// <exception cref="ArgumentException">There are not as many signals as b-values.</exception>
    public DiffusionCurveFit Fit(ReadOnlySpan<double> signal, double? noiseSd, NoiseLaw law)
    {
        if (signal.Length != _samples)
        {
            throw new ArgumentException($"{signal.Length} signals at {_samples} b-values.");
        }

        return _mono is not null ? Fit(_mono, signal, noiseSd, law, MonoNames)
            : _ivim is not null ? Fit(_ivim, signal, noiseSd, law, IvimNames)
            : Fit(_kurtosis!, signal, noiseSd, law, KurtosisNames);
    }

    private static DiffusionCurveFit Fit<TModel>(
        DecaySolver<TModel> solver, ReadOnlySpan<double> signal, double? noiseSd, NoiseLaw law, (string Name, string Unit, double Factor)[] names)
        where TModel : struct, IDecayModel
    {
        var count = TModel.Count;
        Span<double> scaled = stackalloc double[signal.Length], p = stackalloc double[count], covariance = stackalloc double[count * count];
        Span<double> others = stackalloc double[3 * count];
        Span<ParameterState> states = stackalloc ParameterState[count];
        covariance.Clear();
        var outcome = solver.Solve(signal, noiseSd, law, scaled, p, covariance);
        if (outcome.Status != VoxelStatus.Ok)
        {
            return new DiffusionCurveFit { Status = outcome.Status, Dof = outcome.Dof, NoiseSd = noiseSd };
        }

        var isKnown = outcome.ScaledVariance > 0;
        DecaySolver<TModel>.States(p, isKnown ? covariance : [], states);
        var quantile = Quantile(noiseSd is null && isKnown ? outcome.Dof : null);
        var samples = new DecaySamples(solver.B, scaled, solver.Frames, law == NoiseLaw.Rician ? Math.Sqrt(outcome.ScaledVariance) : 0);
        others = Others<TModel>(p, others);
        var parameters = new CurveParameter[count];
        var rows = new double[count][];
        for (var i = 0; i < count; i++)
        {
            var factor = i == 0 ? outcome.Scale : names[i].Factor;
            var u = Math.Sqrt(Math.Max(0, covariance[(i * count) + i]));
            (double Lower, double Upper)? interval = isKnown
                ? DecayProfile<TModel>.Interval(samples, p, outcome.Cost, i, quantile * u, quantile * quantile * outcome.ScaledVariance, others) : null;
            parameters[i] = new CurveParameter(
                names[i].Name, names[i].Unit, p[i] * factor, isKnown && u > 0 ? u * factor : null, interval?.Lower * factor, interval?.Upper * factor, states[i]);
            rows[i] = new double[count];
            for (var j = 0; j < count; j++)
            {
                rows[i][j] = covariance[(i * count) + j] * factor * (j == 0 ? outcome.Scale : names[j].Factor);
            }
        }

        return new DiffusionCurveFit
        {
            Status = VoxelStatus.Ok, Parameters = parameters, Covariance = isKnown ? rows : null, Rss = outcome.Rss, Dof = outcome.Dof, NoiseSd = outcome.NoiseSd,
        };
    }

    /// <summary>Further starts of a profile: with f fixed the cost of IVIM has several minima over D*, low, middle and high.</summary>
    private static Span<double> Others<TModel>(ReadOnlySpan<double> best, Span<double> starts)
        where TModel : struct, IDecayModel
    {
        if (default(TModel) is not IvimModel)
        {
            return [];
        }

        ReadOnlySpan<double> dStar = [8, 30, 120];
        for (var k = 0; k < 3; k++)
        {
            best.CopyTo(starts[(4 * k)..]);
            (starts[(4 * k) + 1], starts[(4 * k) + 3]) = (Math.Clamp(best[1], 0.02, 0.98), dStar[k]);
        }

        return starts;
    }
}
