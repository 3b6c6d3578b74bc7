using Etalon.Assays;
using Etalon.Assays.Dsc;

namespace Etalon.Study.Curves;

/// <summary>
/// <c>dsc</c>: volume, flow and transit time of a tissue curve against its artery. Fields <c>tissue_mM</c>, <c>arterial_mM</c>, <c>tr_s</c>; optional
/// <c>method</c> (<c>transit-times</c>, <c>osvd</c>, <c>csvd</c>, <c>osvd-published</c>), <c>convolution</c> (<c>either</c>, <c>continuous</c>,
/// <c>sum</c>), <c>noise_sd</c> of a tissue sample, <c>haematocrit_factor</c> (1), <c>delay_s</c> as the latest arrival (8).
/// </summary>
public sealed class DscCurve : ICurveModel
{
    private static readonly string[] Methods = ["transit-times", "osvd", "csvd", "osvd-published"];
    private static readonly string[] Ways = ["either", "continuous", "sum"];

    private (string Key, double[] Arterial, TransitTimeModel? Model, ArterialDeconvolution? Deconvolution)? _last;

    /// <inheritdoc/>
    public string Name => "dsc";

    /// <inheritdoc/>
    public CurveAnswer Fit(CurveQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var arterial = question.Numbers("arterial_mM", atLeast: 10);
        var tissue = question.Numbers("tissue_mM", atLeast: 10, sameAs: "arterial_mM");
        var frame = question.Positive("tr_s");
        var (method, way) = (question.Word("method", Methods), question.Word("convolution", Ways));
        var (kappa, latest) = (question.Positive("haematocrit_factor", 1), question.Positive("delay_s", 8));
        if (!(arterial.Sum() > 0))
        {
            throw new CurveException("arterial_mM", "a sum that is not above 0", "the curve of an artery, its baseline taken off");
        }

        var peak = Array.IndexOf(arterial, arterial.Max());
        var rise = Enumerable.Range(0, peak + 1).First(n => arterial[n] >= 0.05 * arterial[peak] && Enumerable.Range(n, peak - n + 1).All(k => arterial[k] >= 0.05 * arterial[peak]));
        var arterialSd = CurveNoise.OfDifferences(arterial, rise - 1, peak + (int)Math.Ceiling(30 / frame));
        var noise = question.Has("noise_sd") ? question.Positive("noise_sd") : CurveNoise.OfDifferences(tissue, rise - 1, peak + (int)Math.Ceiling(60 / frame));
        // A curve without noise is given as much as its numbers' own rounding could be.
        noise = Math.Max(noise, 1e-6 * tissue.Max(Math.Abs));
        if (!(noise > 0))
        {
            return new CurveAnswer { Status = "signal-too-low" };
        }

        var fit = Fit(tissue, arterial, arterialSd, frame, noise, (method, way, kappa, latest));
        return Answer(fit, method, noise);
    }

    private PerfusionFit Fit(double[] tissue, double[] arterial, double arterialSd, double frame, double noise, (string Method, string Way, double Kappa, double Latest) choice)
    {
        var key = FormattableString.Invariant($"{choice}|{frame:R}|{arterialSd:R}");
        if (_last is not { } kept || kept.Key != key || !kept.Arterial.AsSpan().SequenceEqual(arterial))
        {
            Convolution[] ways = choice.Way switch { "sum" => [Convolution.Sum], "continuous" => [Convolution.Continuous], _ => [Convolution.Continuous, Convolution.Sum] };
            kept = choice.Method == Methods[0]
                ? (key, arterial, new TransitTimeModel(arterial, arterialSd, frame, new TransitTimeOptions { Convolutions = ways, HaematocritFactor = choice.Kappa, LatestS = choice.Latest }), null)
                : (key, arterial, null, new ArterialDeconvolution(arterial, arterialSd, frame, new DeconvolutionOptions
                {
                    Method = choice.Method == "csvd" ? DeconvolutionMethod.Circular : DeconvolutionMethod.OscillationIndex,
                    UndoesFilter = choice.Method != "osvd-published",
                    // A deconvolution does not weigh two ways of sampling; the sum is the one it is published for.
                    Convolution = choice.Way == "continuous" ? Convolution.Continuous : Convolution.Sum,
                    HaematocritFactor = choice.Kappa,
                    LargestDelayS = choice.Latest,
                }));
            _last = kept;
        }

        if (kept.Model is not null)
        {
            return kept.Model.Fit(tissue, noise, new TransitTimeWorkspace(kept.Model));
        }

        var sd = new double[tissue.Length];
        Array.Fill(sd, noise);
        return kept.Deconvolution!.Fit(tissue, sd, null, new DeconvolutionWorkspace(kept.Deconvolution));
    }

    private static CurveAnswer Answer(PerfusionFit fit, string method, double noise) => fit.Status != VoxelStatus.Ok
        ? new CurveAnswer { Status = fit.Status == VoxelStatus.AtBound ? "at-bound" : "signal-too-low", Texts = [("method", method)] }
        : new CurveAnswer
        {
            Status = CurveAnswer.Ok,
            Scalars =
            [
                new("cbv_ml_per_100ml", fit.Cbv, fit.CbvU, "mL/(100.mL)"),
                new("cbf_ml_per_100ml_min", fit.Cbf, fit.CbfU, "mL/(100.mL.min)"),
                new("mtt_s", fit.MttS, fit.MttU, "s"),
                new("delay_s", fit.DelayS, null, "s"),
                new("noise_mM", noise, null, "mmol/L"),
            ],
            Texts = [("method", method), ("convolution", fit.Convolution == Convolution.Sum ? "sum" : "continuous")],
        };
}
