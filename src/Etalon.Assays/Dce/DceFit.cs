using Etalon.Numerics;

namespace Etalon.Assays.Dce;

/// <summary>
/// Fits one model to tissue curves that share an input function, by exact least squares: coefficients are at their best for every rate (variable projection),
/// rates are searched over their whole range, every local minimum of the search is refined, and the lowest is taken. Coefficients are not negative.
/// </summary>
/// <remarks>Immutable: one plan serves all voxels and threads.</remarks>
public sealed class DceFit
{
    private readonly RateSpace _space;
    private readonly SingleTable? _table;
    private readonly double[] _times;
    private readonly double[] _plasma;

    /// <summary>Plans the fits of one input function.</summary>
    /// <param name="model">Which model.</param>
    /// <param name="timesS">Times of the samples, rising, s; at least as many as the model has parameters and one more.</param>
    /// <param name="plasmaMm">Plasma concentration at these times, mM.</param>
    /// <param name="isPlain">Whether all sums go over the samples, in place of the few dimensions in which the curves lie: exact and slow, to compare with.</param>
    /// <exception cref="ArgumentException">Too few times, times that do not rise, or an input without any contrast.</exception>
    public DceFit(DceModel model, ReadOnlySpan<double> timesS, ReadOnlySpan<double> plasmaMm, bool isPlain = false)
    {
        Model = model;
        (Parameters, Free) = (ParametersOf(model), FreeOf(model));
        if (timesS.Length != plasmaMm.Length || timesS.Length <= Free)
        {
            throw new ArgumentException($"{timesS.Length} times with {plasmaMm.Length} plasma samples; {model} needs as many, and more than {Free}.");
        }

        var isEmpty = true;
        for (var i = 0; i < timesS.Length; i++)
        {
            if (!double.IsFinite(timesS[i]) || !double.IsFinite(plasmaMm[i]) || (i > 0 && !(timesS[i] > timesS[i - 1])))
            {
                throw new ArgumentException($"Time {i} is {timesS[i]} s with {plasmaMm[i]} mM; times must rise and all be finite.");
            }

            isEmpty &= plasmaMm[i] == 0;
        }

        if (isEmpty)
        {
            throw new ArgumentException("The input function holds no contrast.");
        }

        (_times, _plasma) = (timesS.ToArray(), plasmaMm.ToArray());
        var samples = new RateSpace(_times, _plasma);
        _space = isPlain ? samples : samples.Reduced();
        _table = _space.HasPoints && model is (DceModel.Tofts or DceModel.ExtendedTofts) ? new SingleTable(_space, HasPlasma) : null;
    }

    /// <summary>Which model.</summary>
    public DceModel Model { get; }

    /// <summary>Its parameters, in the order of results.</summary>
    public IReadOnlyList<DceParameter> Parameters { get; }

    /// <summary>Number of samples.</summary>
    public int Count => _times.Length;

    /// <summary>Samples less free parameters.</summary>
    public int Dof => Count - Free;

    /// <summary>Numbers that a curve is reduced to.</summary>
    internal int Dimension => _space.Dimension;

    private int Free { get; }

    private bool HasPlasma => Model is DceModel.ExtendedTofts or DceModel.Patlak;

    private bool HasTwo => Model is DceModel.TwoCompartmentUptake or DceModel.TwoCompartmentExchange;

    /// <summary>Fits one curve.</summary>
    /// <param name="tissueMm">Concentration in the tissue at the times, mM.</param>
    /// <param name="noiseSd">Standard deviation of its noise, mM; null: from the residual.</param>
    /// <exception cref="ArgumentException">The number of samples differs.</exception>
    public DceEstimate Fit(ReadOnlySpan<double> tissueMm, double? noiseSd = null)
    {
        if (tissueMm.Length != Count)
        {
            throw new ArgumentException($"{tissueMm.Length} samples with {Count} times.");
        }

        foreach (var c in tissueMm)
        {
            if (!double.IsFinite(c))
            {
                return new DceEstimate { Status = VoxelStatus.InputMissing, Dof = Dof };
            }
        }

        Span<double> z = stackalloc double[Dimension];
        var outside = Reduce(tissueMm, z);
        var raw = Solve(z, out var hasConverged);
        return Estimate(z, raw, outside, noiseSd) with { Status = hasConverged ? VoxelStatus.Ok : VoxelStatus.NotConverged };
    }

    /// <summary>The curve that a fit stands for, mM.</summary>
    /// <param name="fit">A fit of this plan.</param>
    /// <param name="tissueMm">Receives it at the times.</param>
    public void Evaluate(DceEstimate fit, Span<double> tissueMm)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var samples = new RateSpaceCurve(_times, _plasma);
        samples.Evaluate(fit.Raw, tissueMm);
    }

    /// <summary>Interval of one parameter by the profile of the sum of squares, all others at their best: asymmetric, and right at bounds.</summary>
    /// <param name="tissueMm">As for <see cref="Fit"/>.</param>
    /// <param name="fit">Its answer.</param>
    /// <param name="parameter">Ktrans, Ve or Vp of the Tofts models; PS or Vp of Patlak's.</param>
    /// <param name="noiseSd">As for <see cref="Fit"/>.</param>
    /// <param name="coverage">Probability that it holds the true value.</param>
    /// <returns>Null for other parameters, and where neither noise nor residual tells it.</returns>
    public ProfileInterval? Interval(ReadOnlySpan<double> tissueMm, DceEstimate fit, DceParameter parameter, double? noiseSd = null, double coverage = 0.95)
    {
        ArgumentNullException.ThrowIfNull(fit);
        if (fit.Status != VoxelStatus.Ok || HasTwo || fit.Find(parameter) is not { } value || parameter == DceParameter.Kep || !(value.Value >= 0))
        {
            return null;
        }

        var z = new double[Dimension];
        Reduce(tissueMm, z);
        var inside = fit.Rss - fit.Raw.Cost;
        if (ProfileSearch.Threshold(fit.Rss, Dof, noiseSd, coverage) is not { } threshold)
        {
            return null;
        }

        var profile = new Profile(this, z, parameter);
        // Searched far enough to see the end of what the data allow; volumes end at 1.
        var top = parameter switch
        {
            DceParameter.Ktrans or DceParameter.Ps => Math.Max(10 * value.Value, value.Value + 20 * Finite(value.U, value.Value)),
            _ => 1,
        };
        top = Math.Max(top, 1e-6);
        var at = Math.Min(value.Value, top);
        // Below it the axis is straight, above it logarithmic.
        var unit = Math.Max(at, 1e-3 * top) / 3;
        var range = new SearchRange(0, Math.Log(1 + top / unit), 33);
        var scaled = new Scaled(profile, unit);
        var interval = ProfileSearch.Interval(ref scaled, range, Math.Log(1 + at / unit), threshold - inside);
        return interval with { Lower = unit * double.ExpM1(interval.Lower), Upper = unit * double.ExpM1(interval.Upper) };
    }

    private static double Finite(double u, double otherwise) => double.IsFinite(u) ? u : otherwise;

    /// <summary>A standard uncertainty that spans all that can be true of a parameter: 1/min, 10/min for kep, 500 mL/(100 mL·min), the whole of a volume.</summary>
    private static double LargestU(DceParameter parameter) => parameter switch
    {
        DceParameter.Ktrans or DceParameter.Ps => 1.0 / 60,
        DceParameter.Kep => 10.0 / 60,
        DceParameter.Fp => 5.0 / 60,
        _ => 1,
    };

    /// <summary>Number of free parameters of a model; kep is Ktrans / ve and not counted.</summary>
    internal static int FreeOf(DceModel model) => ParametersOf(model).Count(p => p != DceParameter.Kep);

    /// <summary>Parameters of a model, in the order of results.</summary>
    internal static DceParameter[] ParametersOf(DceModel model) => model switch
    {
        DceModel.Tofts => [DceParameter.Ktrans, DceParameter.Ve, DceParameter.Kep],
        DceModel.ExtendedTofts => [DceParameter.Ktrans, DceParameter.Ve, DceParameter.Vp, DceParameter.Kep],
        DceModel.Patlak => [DceParameter.Ps, DceParameter.Vp],
        DceModel.TwoCompartmentUptake => [DceParameter.Ps, DceParameter.Vp, DceParameter.Fp],
        DceModel.TwoCompartmentExchange => [DceParameter.Ps, DceParameter.Vp, DceParameter.Ve, DceParameter.Fp],
        _ => throw new ArgumentOutOfRangeException(nameof(model)),
    };

    /// <summary>The curve in the space; gives the square of what lies outside of it.</summary>
    internal double Reduce(ReadOnlySpan<double> tissueMm, Span<double> z)
    {
        _space.Project(tissueMm, z);
        return Math.Max(0, Product.Dot(tissueMm, tissueMm) - Product.Dot(z, z));
    }

    /// <summary>The lowest minimum.</summary>
    internal DceRaw Solve(ReadOnlySpan<double> z, out bool hasConverged)
    {
        if (HasTwo)
        {
            return new PairSearch(_space, Model == DceModel.TwoCompartmentUptake).Minimise(z, out hasConverged);
        }

        hasConverged = true;
        if (_table is not null)
        {
            return _table.Minimise(z);
        }

        var search = new SingleSearch(_space, HasPlasma);
        return Model == DceModel.Patlak ? search.At(z, 0, _space.NodeVectors.AsSpan(0, Dimension)) : search.Minimise(z);
    }

    /// <summary>Parameters, uncertainties and statuses of what was found.</summary>
    internal DceEstimate Estimate(ReadOnlySpan<double> z, DceRaw raw, double outside, double? noiseSd)
    {
        var rss = raw.Cost + outside;
        var sd = noiseSd ?? (Dof > 0 ? Math.Sqrt(rss / Dof) : double.NaN);
        var conversion = new RateConversion(_space, Model, raw);
        var covariance = conversion.Covariance();
        var values = new DceValue[Parameters.Count];
        for (var p = 0; p < values.Length; p++)
        {
            var (value, isAtBound) = conversion.Value(Parameters[p]);
            var u = sd * Math.Sqrt(covariance[p * values.Length + p]);
            var isVolume = Parameters[p] is DceParameter.Ve or DceParameter.Vp;
            var status = isAtBound ? VoxelStatus.AtBound
                : !double.IsFinite(value) || double.IsNaN(covariance[p * values.Length + p]) ? VoxelStatus.NotIdentifiable
                : isVolume && value > 1 ? VoxelStatus.NotPhysical
                : u > LargestU(Parameters[p]) ? VoxelStatus.NotIdentifiable
                : VoxelStatus.Ok;
            values[p] = new DceValue(Parameters[p], double.IsFinite(value) ? value : 0, u, status);
        }

        return new DceEstimate { Status = VoxelStatus.Ok, Values = values, UnitCovariance = covariance, Rss = rss, Dof = Dof, Raw = raw };
    }

    /// <summary>Cost along one parameter of the models with one exponential.</summary>
    private readonly struct Profile(DceFit plan, double[] z, DceParameter parameter) : IProfile
    {
        public double Cost(double value) => new SingleSearch(plan._space, plan.HasPlasma).CostOf(z, plan.Model, parameter, value);
    }

    private readonly struct Scaled(Profile profile, double unit) : IProfile
    {
        public double Cost(double x) => profile.Cost(unit * double.ExpM1(x));
    }

    /// <summary>The curve over the samples.</summary>
    private readonly struct RateSpaceCurve(double[] times, double[] plasma)
    {
        public void Evaluate(DceRaw raw, Span<double> tissue)
        {
            var length = times[^1] - times[0];
            var conv = new double[times.Length];
            for (var i = 0; i < tissue.Length; i++)
            {
                tissue[i] = raw.Vp * plasma[i];
            }

            foreach (var (a, x) in new[] { (raw.A1, raw.X1), (raw.A2, raw.X2) })
            {
                ExponentialConvolution.Convolve(times, plasma, double.ExpM1(x) / length, conv);
                for (var i = 0; i < tissue.Length; i++)
                {
                    tissue[i] += a * Math.Exp(x) / length * conv[i];
                }
            }
        }
    }
}
