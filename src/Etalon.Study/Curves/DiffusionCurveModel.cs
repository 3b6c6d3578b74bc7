using Etalon.Assays;
using Etalon.Assays.Diffusion;

namespace Etalon.Study.Curves;

/// <summary>
/// <c>adc</c>, <c>ivim</c> and <c>kurtosis</c>: signals over b. Fields: <c>b_s_per_mm2</c>, <c>signal</c>, <c>noise_sd</c> (of each channel; absent: from the
/// residuals), <c>b_min</c> and <c>b_max</c> (which b-values count), <c>noise_model</c> (<c>rician</c>; <c>gaussian</c> where it says so or a signal is
/// negative, which no magnitude is), and for <c>adc</c> <c>method</c> (<c>exact</c>, <c>linear</c>, <c>weighted</c>), for <c>ivim</c> <c>method</c>
/// (<c>full</c>, <c>segmented</c>) with <c>threshold_s_per_mm2</c>.
/// </summary>
public sealed class DiffusionCurveModel : ICurveModel
{
    private static readonly string[] AdcMethods = ["exact", "linear", "weighted"];
    private static readonly string[] IvimMethods = ["full", "segmented"];
    private readonly DiffusionModel _model;
    private double[] _b = [];
    private DiffusionCurve? _fitter;

    /// <summary>Makes one.</summary>
    public DiffusionCurveModel(DiffusionModel model) => _model = model;

    /// <inheritdoc/>
    public string Name => _model switch { DiffusionModel.Ivim => "ivim", DiffusionModel.Kurtosis => "kurtosis", _ => "adc" };

    /// <inheritdoc/>
    public CurveAnswer Fit(CurveQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var (b, signal) = Samples(question);
        double? noise = question.Has("noise_sd") ? question.Positive("noise_sd") : null;
        var law = question.Word("noise_model", ["rician", "gaussian"]) == "gaussian" || signal.Any(s => s < 0) ? NoiseLaw.Gaussian : NoiseLaw.Rician;
        var method = _model switch
        {
            DiffusionModel.MonoExponential => question.Word("method", AdcMethods),
            DiffusionModel.Ivim => question.Word("method", IvimMethods),
            _ => "exact",
        };
        if (method is "linear" or "weighted")
        {
            return Line(b, signal, noise, method);
        }

        DiffusionCurveFit fit;
        if (method == "segmented")
        {
            var threshold = question.Positive("threshold_s_per_mm2", IvimSegmented.DefaultThreshold);
            if (!IvimSegmented.CanFit(b, threshold))
            {
                throw new CurveException("b_s_per_mm2", $"{b.Distinct().Count()} different b-values, {b.Where(x => x >= threshold).Distinct().Count()} of them at least {threshold}", "at least 4, two of them above the threshold and one below");
            }

            fit = IvimSegmented.Fit(b, signal, noise, law, threshold);
        }
        else
        {
            if (_fitter is null || !_b.AsSpan().SequenceEqual(b))
            {
                (_b, _fitter) = (b, new DiffusionCurve(_model, b));
            }

            fit = _fitter.Fit(signal, noise, law);
        }

        return Answer(fit, [("method", $"{Name}.{method}"), ("noise_model", law == NoiseLaw.Rician ? "rician" : "gaussian"), Used(b)]);
    }

    private (double[] B, double[] Signal) Samples(CurveQuestion question)
    {
        var b = question.Numbers("b_s_per_mm2", 2);
        var signal = question.Numbers("signal", 2, "b_s_per_mm2");
        if (Array.Find(b, x => x < 0) is < 0 and var negative)
        {
            throw new CurveException("b_s_per_mm2", FormattableString.Invariant($"{negative}"), "numbers of at least 0");
        }

        var (low, high) = (question.Number("b_min", 0), question.Number("b_max", double.MaxValue));
        var kept = Enumerable.Range(0, b.Length).Where(n => b[n] >= low && b[n] <= high).ToArray();
        (b, signal) = ([.. kept.Select(n => b[n])], [.. kept.Select(n => signal[n])]);
        var least = DiffusionCurve.Parameters(_model);
        return b.Distinct().Count() >= least ? (b, signal)
            : throw new CurveException("b_s_per_mm2", $"{b.Distinct().Count()} different b-values that count", $"at least {least}");
    }

    private static (string Name, string Text) Used(double[] b) => ("b_used_s_per_mm2", string.Join(" ", b.Distinct().Order().Select(x => FormattableString.Invariant($"{x}"))));

    private static CurveAnswer Line(double[] b, double[] signal, double? noise, string method)
    {
        var fit = AdcLine.Fit(b, signal, noise, method == "weighted");
        if (fit.Status != VoxelStatus.Ok)
        {
            return new CurveAnswer { Status = Word(fit.Status), Dof = b.Length - 2, Texts = [("method", $"adc.{method}"), Used(b)] };
        }

        return new CurveAnswer
        {
            Status = CurveAnswer.Ok,
            Scalars =
            [
                Scalar("adc_mm2_per_s", fit.Adc, fit.AdcU, "mm2/s", noise is null ? b.Length - 2 : null),
                Scalar("s0", fit.S0, fit.S0U, "1", noise is null ? b.Length - 2 : null),
            ],
            Rss = fit.Rss,
            Dof = b.Length - 2,
            Texts = [("method", $"adc.{method}"), Used(b)],
        };
    }

    private static CurveScalar Scalar(string name, double value, double? u, string unit, int? dof) => new(name, value, u, unit)
    {
        Interval = u is { } s ? (value - (DiffusionCurve.Quantile(dof) * s), value + (DiffusionCurve.Quantile(dof) * s)) : null,
    };

    private CurveAnswer Answer(DiffusionCurveFit fit, (string, string)[] texts)
    {
        if (fit.Status != VoxelStatus.Ok)
        {
            return new CurveAnswer { Status = Word(fit.Status), Dof = fit.Dof, Texts = texts };
        }

        return new CurveAnswer
        {
            Status = CurveAnswer.Ok,
            Scalars =
            [
                .. fit.Parameters.Skip(1).Concat(fit.Parameters.Take(1)).Select(p => new CurveScalar(Field(p.Name), p.Value, p.U, p.Unit)
                {
                    Interval = p.Lower is { } low && p.Upper is { } high ? (low, high) : null,
                    Status = p.State switch
                    {
                        ParameterState.AtLowerBound => "at-lower-bound",
                        ParameterState.AtUpperBound => "at-upper-bound",
                        ParameterState.NotIdentifiable => "not-identifiable",
                        _ => null,
                    },
                }),
            ],
            Rss = fit.Rss,
            Dof = fit.Dof,
            CovarianceOf = [.. fit.Parameters.Select(p => Field(p.Name))],
            Covariance = fit.Covariance,
            Texts = fit.NoiseSd is { } sd ? [.. texts, ("noise_sd", FormattableString.Invariant($"{sd:R}"))] : texts,
        };
    }

    private string Field(string parameter) => parameter switch
    {
        "S0" => "s0",
        "D" => _model == DiffusionModel.MonoExponential ? "adc_mm2_per_s" : "d_mm2_per_s",
        "DStar" => "d_star_mm2_per_s",
        "K" => "kurtosis",
        _ => parameter,
    };

    private static string Word(VoxelStatus status) => status switch
    {
        VoxelStatus.SignalTooLow => "signal-too-low",
        VoxelStatus.NotConverged => "not-converged",
        VoxelStatus.NotPhysical => "not-physical",
        VoxelStatus.AtBound => "at-bound",
        VoxelStatus.NotIdentifiable => "not-identifiable",
        _ => "input-missing",
    };
}
