using Etalon.Assays.Relaxation;

namespace Etalon.Study.Curves;

/// <summary>
/// <c>t2</c>: T2 from spin echoes. Fields <c>te_s</c>, <c>signal</c>, <c>noise_sd</c>, <c>floor</c> (<c>rician</c>, <c>offset</c> or <c>none</c>; absent: <c>rician</c> where the noise
/// is stated, else <c>none</c>), <c>skip_first</c> (leaves the shortest echo out).
/// </summary>
public sealed class T2Curve : ICurveModel
{
    /// <inheritdoc/>
    public string Name => "t2";

    /// <inheritdoc/>
    public CurveAnswer Fit(CurveQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var te = question.Numbers("te_s", 2);
        var signal = question.Numbers("signal", 2, "te_s");
        double? noise = question.Has("noise_sd") ? question.Positive("noise_sd") : null;
        var floor = question.Word("floor", noise is null ? ["none", "rician", "offset"] : ["rician", "none", "offset"]) switch
        {
            "rician" => T2NoiseFloor.RicianMean,
            "offset" => T2NoiseFloor.Offset,
            _ => T2NoiseFloor.None,
        };
        if (floor == T2NoiseFloor.RicianMean && noise is null)
        {
            throw new CurveException("noise_sd", "nothing", "the noise, which a Rician floor needs");
        }

        if (Array.Exists(te, t => t < 0))
        {
            throw new CurveException("te_s", FormattableString.Invariant($"{te.Min()} s"), "times of 0 or above");
        }

        if (question.Flag("skip_first", false))
        {
            var first = te.Min();
            (signal, te) = ([.. signal.Where((_, i) => te[i] > first)], [.. te.Where(t => t > first)]);
        }

        var needed = floor == T2NoiseFloor.Offset ? 3 : 2;
        if (te.Distinct().Count() < needed)
        {
            throw new CurveException("te_s", $"{te.Distinct().Count()} different times", $"at least {needed}");
        }

        var plan = new T2Fit(te, floor);
        var fit = plan.Fit(signal, noise);
        return RelaxationAnswer.Of(fit, plan.Interval(signal, fit, noise), "t2_s", null, noise,
            floor switch { T2NoiseFloor.RicianMean => "t2.rician-mean/1", T2NoiseFloor.Offset => "t2.offset/1", _ => "t2.exponential/1" });
    }
}
