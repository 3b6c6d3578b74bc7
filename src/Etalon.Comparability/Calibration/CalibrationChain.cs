using Etalon.Metrology;

namespace Etalon.Comparability.Calibration;

/// <summary>Chains calibrations: a state held against another one that is calibrated is calibrated through it.</summary>
public static class CalibrationChain
{
    /// <summary>Method and version of a chained calibration.</summary>
    public const string Method = "chain/1";

    /// <summary>
    /// The calibration of a state through another one. What is in doubt about the other one is inherited with its groups, so that it cancels between the two where
    /// it is the same error; the reference stays one term however long the chain.
    /// </summary>
    /// <param name="against">Calibration of the state in between.</param>
    /// <param name="relative">The state against it.</param>
    /// <exception cref="ArgumentException">The two do not join.</exception>
    public static StateCalibration Through(StateCalibration against, RelativeCalibration relative)
    {
        ArgumentNullException.ThrowIfNull(against);
        ArgumentNullException.ThrowIfNull(relative);
        if (relative.Against != against.State)
        {
            throw new ArgumentException($"'{relative.State}' was held against '{relative.Against}', not against '{against.State}'.");
        }

        // reading = c + d·(a + b·true).
        var (a, b, c, d) = (against.Offset, against.Gain, relative.Offset, relative.Gain);
        var pivot = relative.GainVariance > 0 ? -relative.Covariance / relative.GainVariance : 0;
        var level = Math.Sqrt(Math.Max(0, relative.OffsetVariance + pivot * relative.Covariance));
        var slope = Math.Sqrt(relative.GainVariance);
        var id = FormattableString.Invariant($"calibration:{relative.State}|{relative.Against}:{relative.ValidFrom:yyyy-MM-dd}");
        return against with
        {
            State = relative.State,
            Offset = c + d * a,
            Gain = d * b,
            Terms =
            [
                .. against.Terms.Select(t => t with { Offset = d * t.Offset, Gain = d * t.Gain }),
                new CalibrationTerm($"level of {relative.State} against {relative.Against}", id + ":level", level, 0, ComponentKind.A, relative.Dof),
                new CalibrationTerm($"slope of {relative.State} against {relative.Against}", id + ":slope", (a - pivot) * slope, b * slope, ComponentKind.A, relative.Dof),
            ],
            ValidFrom = relative.ValidFrom,
            ValidTo = null,
            Dof = relative.Dof,
            Method = $"{against.Method}+{Method}",
        };
    }
}
