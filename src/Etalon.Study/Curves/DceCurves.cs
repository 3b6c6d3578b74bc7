using Etalon.Assays;
using Etalon.Assays.Dce;
using MathNet.Numerics.Distributions;

namespace Etalon.Study.Curves;

/// <summary>
/// The tissue models of contrast dynamics. Fields <c>time_s</c>, <c>tissue_mM</c>, <c>plasma_mM</c> (sampled at <c>time_s</c>), <c>delay_s</c> (the tissue is later by this), <c>fit_delay</c>
/// (look for the delay), <c>noise_sd_mM</c>.
/// </summary>
public sealed class DceCurve(DceModel model, string name) : ICurveModel
{
    private (double[] Time, double[] Plasma, DceFit Plan)? _last;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <summary>All models, by their names in <c>etalon fit</c>.</summary>
    public static IReadOnlyList<DceCurve> All() =>
    [
        new(DceModel.Tofts, "tofts"), new(DceModel.ExtendedTofts, "extended-tofts"), new(DceModel.Patlak, "patlak"),
        new(DceModel.TwoCompartmentUptake, "2cum"), new(DceModel.TwoCompartmentExchange, "2cxm"),
    ];

    /// <inheritdoc/>
    public CurveAnswer Fit(CurveQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var time = question.Numbers("time_s", 6);
        var tissue = question.Numbers("tissue_mM", 6, "time_s");
        var plasma = question.Numbers("plasma_mM", 6, "time_s");
        for (var i = 1; i < time.Length; i++)
        {
            if (!(time[i] > time[i - 1]))
            {
                throw new CurveException("time_s", FormattableString.Invariant($"{time[i]} after {time[i - 1]}"), "times that rise");
            }
        }

        if (Array.TrueForAll(plasma, p => p == 0))
        {
            throw new CurveException("plasma_mM", "no contrast at all", "an input function");
        }

        double? noise = question.Has("noise_sd_mM") ? question.Positive("noise_sd_mM") : null;
        var delay = question.Number("delay_s", 0);
        DelayedFit? delayed = null;
        if (question.Flag("fit_delay", false))
        {
            delayed = DelayedFit.Of(model, time, plasma, tissue, noise);
            delay = delayed.DelayS;
        }

        var plan = Plan(time, DelayedFit.Shifted(time, plasma, delay));
        var fit = plan.Fit(tissue, noise);
        return Answer(plan, fit, tissue, noise, delay, delayed);
    }

    /// <summary>The plan of an input function, which consecutive lines often share.</summary>
    private DceFit Plan(double[] time, double[] plasma)
    {
        if (_last is { } last && last.Time.AsSpan().SequenceEqual(time) && last.Plasma.AsSpan().SequenceEqual(plasma))
        {
            return last.Plan;
        }

        var plan = new DceFit(model, time, plasma);
        _last = (time, plasma, plan);
        return plan;
    }

    private CurveAnswer Answer(DceFit plan, DceEstimate fit, double[] tissue, double? noise, double delay, DelayedFit? delayed)
    {
        var scalars = new List<CurveScalar>();
        foreach (var value in fit.Values)
        {
            var (key, unit, factor) = Named(value.Parameter);
            var isKnown = value.Status is VoxelStatus.Ok or VoxelStatus.AtBound;
            var interval = plan.Interval(tissue, fit, value.Parameter, noise);
            scalars.Add(new CurveScalar(key, isKnown ? value.Value * factor : null, value.Status == VoxelStatus.Ok && double.IsFinite(value.U) ? value.U * factor : null, unit)
            {
                Interval = interval is { } i ? (i.Lower * factor, i.OpenAbove && value.Parameter is DceParameter.Ktrans or DceParameter.Ps ? double.PositiveInfinity : i.Upper * factor) : null,
                Status = value.Status switch
                {
                    VoxelStatus.AtBound => value.Value > 0 ? "at-upper-bound" : "at-lower-bound",
                    VoxelStatus.NotIdentifiable => "not-identifiable",
                    VoxelStatus.NotPhysical => "above-1",
                    _ => null,
                },
            });
        }

        if (delayed is not null)
        {
            scalars.Add(new CurveScalar("delay_s", delay, double.IsFinite(delayed.U) ? delayed.U : null, "s"));
        }

        var (runs, texts) = Misfit(plan, fit, tissue);
        scalars.Add(new CurveScalar("aicc", fit.Status == VoxelStatus.Ok && fit.Rss > 0 ? fit.Aicc(delayed is null ? 0 : 1) : null, null, "1"));
        scalars.Add(new CurveScalar("misfit_p", runs, null, "1"));
        var variance = noise is { } sd ? sd * sd : fit.Dof > 0 ? fit.Rss / fit.Dof : double.NaN;
        var hasCovariance = fit.Status == VoxelStatus.Ok && fit.Values.All(v => v.Status == VoxelStatus.Ok) && fit.UnitCovariance.All(double.IsFinite) && double.IsFinite(variance);
        var count = fit.Values.Count;
        return new CurveAnswer
        {
            Status = CurveStatus.Of(fit.Status),
            Scalars = scalars,
            Texts = [("method", $"{Name}.least-squares/1"), .. texts],
            Rss = fit.Status == VoxelStatus.Ok ? fit.Rss : null,
            Dof = fit.Status == VoxelStatus.Ok ? fit.Dof - (delayed is null ? 0 : 1) : null,
            CovarianceOf = hasCovariance ? [.. fit.Values.Select(v => Named(v.Parameter).Key)] : [],
            Covariance = hasCovariance
                ? [.. Enumerable.Range(0, count).Select(p => (IReadOnlyList<double>)[.. Enumerable.Range(0, count).Select(q =>
                    variance * fit.UnitCovariance[p * count + q] * Named(fit.Values[p].Parameter).Factor * Named(fit.Values[q].Parameter).Factor)])]
                : null,
        };
    }

    /// <summary>Names as FORMATS has them; rates to minutes, flow to 100 mL.</summary>
    internal static (string Key, string Unit, double Factor) Named(DceParameter parameter)
    {
        var (unit, factor) = DceUnits.Of(parameter);
        var key = parameter switch
        {
            DceParameter.Ktrans => "ktrans_per_min",
            DceParameter.Kep => "kep_per_min",
            DceParameter.Ps => "ps_per_min",
            DceParameter.Fp => "fp_ml_per_100ml_min",
            DceParameter.Ve => "ve",
            _ => "vp",
        };
        return (key, unit, factor);
    }

    /// <summary>Whether residuals keep their sign for longer than noise does (Wald and Wolfowitz 1940), one-sided.</summary>
    private static (double? P, IReadOnlyList<(string, string)> Texts) Misfit(DceFit plan, DceEstimate fit, double[] tissue)
    {
        if (fit.Status != VoxelStatus.Ok)
        {
            return (null, []);
        }

        var curve = new double[tissue.Length];
        plan.Evaluate(fit, curve);
        var signs = Enumerable.Range(0, curve.Length).Select(i => Math.Sign(tissue[i] - curve[i])).Where(s => s != 0).ToArray();
        double above = signs.Count(s => s > 0), below = signs.Length - above;
        if (above < 3 || below < 3)
        {
            return (null, []);
        }

        var runs = 1 + signs.Zip(signs.Skip(1)).Count(p => p.First != p.Second);
        var n = above + below;
        var mean = 1 + 2 * above * below / n;
        var sd = Math.Sqrt((mean - 1) * (mean - 2) / (n - 1));
        var p = Normal.CDF(0, 1, (runs + 0.5 - mean) / sd);
        return (p, [("misfit", p < 0.001 ? "the residual follows a pattern: the model does not describe this curve" : "none seen")]);
    }
}

/// <summary>
/// <c>concentration</c>: from the signal of a spoiled gradient echo. Fields <c>signal</c>, <c>flip_deg</c>, <c>tr_s</c>, <c>t1_s</c>, <c>r1_per_mM_s</c>, <c>baseline</c> ([first, last], from 0,
/// inclusive), <c>b1</c>.
/// </summary>
public sealed class ConcentrationCurve : ICurveModel
{
    /// <inheritdoc/>
    public string Name => "concentration";

    /// <inheritdoc/>
    public CurveAnswer Fit(CurveQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var signal = question.Numbers("signal", 2);
        var flip = question.Positive("flip_deg") * question.Positive("b1", 1);
        var (tr, t1, r1) = (question.Positive("tr_s"), question.Positive("t1_s"), question.Positive("r1_per_mM_s"));
        var range = question.Numbers("baseline", 2);
        if (!(flip < 180))
        {
            throw new CurveException("flip_deg", FormattableString.Invariant($"{flip} degrees with b1"), "less than 180");
        }

        if (range.Length != 2 || range[0] != Math.Floor(range[0]) || range[1] != Math.Floor(range[1]) || range[0] < 0 || range[1] < range[0] || range[1] >= signal.Length)
        {
            throw new CurveException("baseline", string.Join(", ", range), $"[first, last], whole numbers from 0 to {signal.Length - 1}");
        }

        var before = signal[(int)range[0]..((int)range[1] + 1)];
        var baseline = before.Average();
        if (!(baseline > 0))
        {
            throw new CurveException("signal", FormattableString.Invariant($"a mean of {baseline} in the baseline"), "a signal above 0 before contrast");
        }

        var plan = new SignalToConcentration(flip, tr, r1);
        var values = new double[signal.Length];
        var missing = plan.Convert(signal, baseline, t1, values);
        // Noise of the baseline samples, of every sample and of the baseline's mean.
        double? noise = before.Length > 2 ? Math.Sqrt(before.Sum(s => (s - baseline) * (s - baseline)) / (before.Length - 1)) : null;
        return new CurveAnswer
        {
            Status = missing == signal.Length ? "not-physical" : CurveAnswer.Ok,
            Arrays =
            [
                new CurveArray("concentration_mM", [.. values.Select(v => double.IsFinite(v) ? v : (double?)null)], noise is not { } sd ? null :
                    [.. values.Select((v, i) => double.IsFinite(v) ? plan.Slope(signal[i], baseline, t1) * sd * Math.Sqrt(1 + signal[i] * signal[i] / (baseline * baseline * before.Length)) : (double?)null)], "mmol/L"),
            ],
            Texts = [("method", "spgr.analytic/1"), .. missing > 0 ? [("note", $"{missing} samples lie beyond what any concentration gives")] : Array.Empty<(string, string)>()],
        };
    }
}

/// <summary><c>aif</c>: a published input function. Fields <c>kind</c> (<c>parker</c>, <c>georgiou</c>, <c>mcgrath</c>), <c>time_s</c>, <c>delay_s</c>, <c>haematocrit</c> (gives plasma too).</summary>
public sealed class InputFunctionCurve : ICurveModel
{
    /// <inheritdoc/>
    public string Name => "aif";

    /// <inheritdoc/>
    public CurveAnswer Fit(CurveQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var kind = question.Word("kind", ["parker", "georgiou", "mcgrath"], required: true) switch
        {
            "parker" => PopulationInputKind.Parker,
            "georgiou" => PopulationInputKind.Georgiou,
            _ => PopulationInputKind.McGrath,
        };
        var delay = question.Number("delay_s", 0);
        var blood = Array.ConvertAll(question.Numbers("time_s"), t => (double?)PopulationInput.BloodMm(kind, t, delay));
        var arrays = new List<CurveArray> { new("blood_mM", blood, null, "mmol/L") };
        if (question.Has("haematocrit"))
        {
            var hct = question.Number("haematocrit");
            if (!(hct is >= 0 and < 1))
            {
                throw new CurveException("haematocrit", FormattableString.Invariant($"{hct}"), "from 0 to below 1");
            }

            arrays.Add(new CurveArray("plasma_mM", [.. blood.Select(b => b / (1 - hct))], null, "mmol/L"));
        }

        return new CurveAnswer { Status = CurveAnswer.Ok, Arrays = arrays };
    }
}
