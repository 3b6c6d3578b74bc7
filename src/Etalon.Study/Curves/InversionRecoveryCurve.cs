using Etalon.Assays.Relaxation;

namespace Etalon.Study.Curves;

/// <summary>
/// <c>t1-ir</c>: T1 from inversion recovery. Fields <c>ti_s</c>, <c>signal</c>, <c>tr_s</c> (needed for the model <c>perfect-inversion</c> alone), <c>model</c>, <c>noise_sd</c>,
/// <c>signed</c> (absent: signals are signed where one is negative, which no magnitude is).
/// </summary>
public sealed class InversionRecoveryCurve : ICurveModel
{
    private static readonly string[] Models = ["general", "perfect-inversion"];

    /// <inheritdoc/>
    public string Name => "t1-ir";

    /// <inheritdoc/>
    public CurveAnswer Fit(CurveQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var ti = question.Numbers("ti_s", 2);
        var signal = question.Numbers("signal", 2, "ti_s");
        var model = question.Word("model", Models) == Models[0] ? InversionModel.General : InversionModel.PerfectInversion;
        double? tr = question.Has("tr_s") || model == InversionModel.PerfectInversion ? question.Positive("tr_s") : null;
        double? noise = question.Has("noise_sd") ? question.Positive("noise_sd") : null;
        var isNegative = Array.Exists(signal, s => s < 0);
        var kind = question.Flag("signed", isNegative) ? InversionSignal.Signed : InversionSignal.Magnitude;
        if (kind == InversionSignal.Magnitude && isNegative)
        {
            throw new CurveException("signal", FormattableString.Invariant($"{signal.Min()}"), "magnitudes, 0 or above, as \"signed\": false says");
        }

        if (Array.Exists(ti, t => t < 0))
        {
            throw new CurveException("ti_s", FormattableString.Invariant($"{ti.Min()} s"), "times of 0 or above");
        }

        var needed = model == InversionModel.General ? 3 : 2;
        if (ti.Distinct().Count() < needed)
        {
            throw new CurveException("ti_s", $"{ti.Distinct().Count()} different times", $"at least {needed}");
        }

        var plan = new InversionRecoveryFit(ti, kind, model, tr);
        var fit = plan.Fit(signal, noise);
        return RelaxationAnswer.Of(fit, plan.Interval(signal, fit, noise), "t1_s", "r1_per_s", noise,
            $"t1-ir.{(model == InversionModel.General ? "reduced-dimension" : "perfect-inversion")}.{(kind == InversionSignal.Signed ? "signed" : "magnitude")}/1");
    }
}
