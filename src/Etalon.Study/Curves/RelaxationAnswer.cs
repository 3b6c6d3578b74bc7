using Etalon.Assays;
using Etalon.Assays.Relaxation;

namespace Etalon.Study.Curves;

/// <summary>Turns a fit of relaxation into an answer.</summary>
internal static class RelaxationAnswer
{
    /// <summary>An answer of a relaxation time, its rate where named, and the amplitude.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="interval">95 % interval; null where there is none.</param>
    /// <param name="time">Name of the time, <c>t1_s</c>.</param>
    /// <param name="rate">Name of the rate, <c>r1_per_s</c>; null: it is not given.</param>
    /// <param name="noiseSd">Noise as stated; null: it is that of the residual.</param>
    /// <param name="method">For people.</param>
    public static CurveAnswer Of(RelaxationFit fit, RelaxationInterval? interval, string time, string? rate, double? noiseSd, string method)
    {
        var isOk = fit.Status == VoxelStatus.Ok;
        var u = Known(fit.U);
        var bounds = interval is { } i ? ((double, double)?)(i.LowerS, i.UpperS) : null;
        var inverse = interval is { } j ? ((double, double)?)(1 / j.UpperS, 1 / j.LowerS) : null;
        var scalars = new List<CurveScalar>
        {
            new(time, isOk ? fit.TimeS : null, isOk ? u : null, "s") { Interval = bounds, Status = Word(fit, interval, isOk, false) },
        };
        if (rate is not null)
        {
            scalars.Add(new(rate, isOk ? 1 / fit.TimeS : null, isOk && u is { } x ? x / (fit.TimeS * fit.TimeS) : null, "/s") { Interval = inverse, Status = Word(fit, interval, isOk, true) });
        }

        var variance = noiseSd is { } sd ? sd * sd : fit.Dof > 0 ? fit.Rss / fit.Dof : double.NaN;
        var (aa, at, tt) = fit.UnitCovariance;
        var hasCovariance = isOk && double.IsFinite(variance * aa) && double.IsFinite(variance * tt);
        scalars.Add(new("s0", isOk ? fit.Amplitude : null, hasCovariance ? Math.Sqrt(variance * aa) : null, "1"));
        var hasFit = isOk || fit.Status is VoxelStatus.AtBound or VoxelStatus.NotIdentifiable;
        return new CurveAnswer
        {
            Status = Text(fit.Status),
            Scalars = scalars,
            Texts = [("method", method)],
            Rss = hasFit ? fit.Rss : null,
            Dof = hasFit ? fit.Dof : null,
            CovarianceOf = hasCovariance ? ["s0", time] : [],
            Covariance = hasCovariance ? [[variance * aa, variance * at], [variance * at, variance * tt]] : null,
        };
    }

    private static double? Known(double u) => double.IsFinite(u) ? u : null;

    /// <summary>At which bound a value lies, or at which an interval ends because the data allow all beyond; of a rate they change places.</summary>
    private static string? Word(RelaxationFit fit, RelaxationInterval? interval, bool isOk, bool isRate) => interval switch
    {
        { OpenBelow: true, OpenAbove: true } => "interval-open",
        { OpenAbove: true } => fit.Status == VoxelStatus.AtBound && !isOk ? isRate ? "at-lower-bound" : "at-upper-bound" : isRate ? "interval-open-below" : "interval-open-above",
        { OpenBelow: true } => fit.Status == VoxelStatus.AtBound && !isOk ? isRate ? "at-upper-bound" : "at-lower-bound" : isRate ? "interval-open-above" : "interval-open-below",
        _ => null,
    };

    private static string Text(VoxelStatus status) => status switch
    {
        VoxelStatus.Ok => CurveAnswer.Ok,
        VoxelStatus.SignalTooLow => "signal-too-low",
        VoxelStatus.NotPhysical => "not-physical",
        VoxelStatus.AtBound => "at-bound",
        VoxelStatus.NotIdentifiable => "not-identifiable",
        VoxelStatus.InputMissing => "input-missing",
        _ => "not-converged",
    };
}
