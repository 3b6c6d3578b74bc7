using Etalon.Assays;
using Etalon.Numerics;

namespace Etalon.Study.Curves;

/// <summary>Words of statuses, and answers of fits that give their parameters in a list.</summary>
internal static class CurveStatus
{
    /// <summary>The word of a status.</summary>
    public static string Of(VoxelStatus status) => status switch
    {
        VoxelStatus.Ok => CurveAnswer.Ok,
        VoxelStatus.SignalTooLow => "signal-too-low",
        VoxelStatus.NotPhysical => "not-physical",
        VoxelStatus.AtBound => "at-bound",
        VoxelStatus.NotIdentifiable => "not-identifiable",
        VoxelStatus.InputMissing => "input-missing",
        _ => "not-converged",
    };

    /// <summary>An answer without values.</summary>
    public static CurveAnswer Refused(VoxelStatus status, IEnumerable<(string Name, string Unit)> names) =>
        new() { Status = Of(status), Scalars = [.. names.Select(n => new CurveScalar(n.Name, null, null, n.Unit))] };

    /// <summary>
    /// An answer of a fit. The value of a parameter at a bound is that of the bound, with its status; one that is not identifiable has no value.
    /// </summary>
    /// <param name="values">Parameters, the amplitude first.</param>
    /// <param name="u">Standard uncertainties.</param>
    /// <param name="statuses">Status of each.</param>
    /// <param name="unitCovariance">Covariance over the variance of noise, row by row.</param>
    /// <param name="names">Names.</param>
    /// <param name="units">UCUM.</param>
    /// <param name="interval">95 % interval of a parameter by its number; null where there is none.</param>
    /// <param name="noise">Noise as stated; null: it is that of the residual.</param>
    /// <param name="rss">Sum of squared residuals.</param>
    /// <param name="dof">Degrees of freedom.</param>
    /// <param name="method">Method and version.</param>
    /// <param name="upper">Upper bounds.</param>
    public static CurveAnswer Of(
        IReadOnlyList<double> values, IReadOnlyList<double> u, IReadOnlyList<VoxelStatus> statuses, IReadOnlyList<double> unitCovariance, IReadOnlyList<string> names,
        IReadOnlyList<string> units, Func<int, ProfileInterval?> interval, double? noise, double rss, int dof, string method, IReadOnlyList<double> upper)
    {
        var variance = noise is { } sd ? sd * sd : dof > 0 ? rss / dof : double.NaN;
        var count = values.Count;
        var hasCovariance = double.IsFinite(variance) && unitCovariance.All(double.IsFinite) && statuses.All(s => s == VoxelStatus.Ok);
        return new CurveAnswer
        {
            Status = CurveAnswer.Ok,
            Scalars = [.. Enumerable.Range(0, count).Select(p => Scalar(p))],
            Texts = [("method", method)],
            Rss = rss,
            Dof = dof,
            CovarianceOf = hasCovariance ? names : [],
            Covariance = hasCovariance ? [.. Enumerable.Range(0, count).Select(p => (IReadOnlyList<double>)[.. Enumerable.Range(0, count).Select(q => variance * unitCovariance[p * count + q])])] : null,
        };

        CurveScalar Scalar(int p)
        {
            var isKnown = statuses[p] is VoxelStatus.Ok or VoxelStatus.AtBound;
            var range = p > 0 ? interval(p) : null;
            return new CurveScalar(names[p], isKnown ? values[p] : null, statuses[p] == VoxelStatus.Ok && double.IsFinite(u[p]) ? u[p] : null, units[p])
            {
                Interval = range is { } i ? (i.Lower, i.Upper) : null,
                Status = statuses[p] switch
                {
                    VoxelStatus.AtBound => values[p] >= upper[p] ? "at-upper-bound" : "at-lower-bound",
                    VoxelStatus.NotIdentifiable => "not-identifiable",
                    _ => null,
                },
            };
        }
    }
}
