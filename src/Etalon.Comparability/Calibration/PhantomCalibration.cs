using Etalon.Metrology;
using MathNet.Numerics.Distributions;

namespace Etalon.Comparability.Calibration;

/// <summary>Calibrations of scanner states from phantom sessions.</summary>
/// <param name="States">By station and time.</param>
/// <param name="Charts">Drift chart of each state.</param>
/// <param name="SessionSd">Relative standard deviation between sessions; null where nothing could be calibrated.</param>
/// <param name="ReadingSd">Standard deviation of a reading by itself, at the root mean square reference value.</param>
public sealed record PhantomCalibration(IReadOnlyList<StateCalibration> States, IReadOnlyList<DriftChart> Charts, double? SessionSd, double? ReadingSd)
{
    /// <summary>Method and version.</summary>
    public const string Method = "phantom-line.york-session/1";

    // Six scanners over 18 months lie within 9 % (PMC12314170); what is several times farther is no scanner's gain but a mistaken unit or vial.
    private const double SmallestGain = 0.7;
    private const double LargestGain = 1.4;

    /// <summary>Calibrates every state that was read.</summary>
    /// <param name="readings">All readings.</param>
    /// <param name="options">Settings.</param>
    /// <param name="findings">Receives trouble.</param>
    /// <remarks>
    /// Each state's line is found by generalised distance regression (York). How readings scatter, by themselves and from session to session, is pooled over
    /// all states. A state whose own scatter is larger than chance allows is widened by it and keeps its own degrees of freedom. The error of the reference
    /// values is one term of all states read on the phantom, so that it cancels between them.
    /// </remarks>
    public static PhantomCalibration FromReadings(IReadOnlyList<PhantomReading> readings, CalibrationOptions options, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(findings);
        var states = StateSessions.Of(readings);
        if (states.Count == 0 || ScatterModel.Estimate(states, options.SessionSdIfUnknown) is not { } first)
        {
            findings.Add(readings.Count > states.Sum(s => s.Parameters)
                ? new Finding(
                    FindingCodes.CalibrationMissing, Severity.Error, "phantom readings", $"{readings.Count} readings of {states.Count} scanner states, all exactly on their lines",
                    "readings that scatter, as those of a scanner do", "Give the readings with all their digits, and not values computed from the reference.")
                : new Finding(
                    FindingCodes.CalibrationMissing, Severity.Error, "phantom readings", $"{readings.Count} readings of {states.Count} scanner states, which leave nothing to judge their scatter by",
                    "more readings than parameters (two for each state)", "Read more vials, or repeat the session."));
            return new PhantomCalibration([], [], null, null);
        }

        var charts = DriftChart.Of(states, first);
        var periods = states.Zip(charts).SelectMany(p => Periods(p.First, p.Second)).ToList();
        // A broken scale widens what sessions differ by; within its periods it does not.
        var scatter = periods.Count == states.Count ? first : ScatterModel.Estimate(periods, options.SessionSdIfUnknown) ?? first;
        Tell(charts, findings);
        if (scatter.DofBetween == 0)
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationSessionsSingle, Severity.Warning, "phantom sessions", "one session of each scanner state", "two sessions or more of one state",
                FormattableString.Invariant($"How sessions differ is not known from them; {100 * options.SessionSdIfUnknown:0.0} % was taken (NeuroImage 260:119488). Repeat the phantom on another day.")));
        }

        var calibrations = periods.Select(p => Calibrate(p, scatter, options, findings)).OfType<(StateSessions, StateCalibration)>().ToList();
        return new PhantomCalibration(Bounded(calibrations), charts, scatter.SessionSd, Math.Sqrt(scatter.Variance));
    }

    private static IEnumerable<StateSessions> Periods(StateSessions state, DriftChart chart)
    {
        var bounds = chart.Breaks.Prepend(DateOnly.MinValue).Append(DateOnly.MaxValue).ToList();
        return Enumerable.Range(0, bounds.Count - 1)
            .Select(i => state with { Sessions = state.Sessions.Where(s => s.Date >= bounds[i] && s.Date < bounds[i + 1]).ToList() }).Where(p => p.Sessions.Count > 0);
    }

    private static void Tell(IEnumerable<DriftChart> charts, ICollection<Finding> findings)
    {
        foreach (var chart in charts)
        {
            foreach (var day in chart.Breaks)
            {
                findings.Add(new Finding(
                    FindingCodes.CalibrationDrift, Severity.Warning, $"scanner state {chart.State}", FormattableString.Invariant($"the drift chart signals; the sessions split best before {day:yyyy-MM-dd}"),
                    FormattableString.Invariant($"one scale for all sessions (the chart errs once in {chart.InControlRunLength:0} scans)"),
                    "The state has a calibration of its own from that day. Look for what was changed on the scanner: an adjustment, a coil, the phantom's temperature."));
            }
        }
    }

    private static (StateSessions, StateCalibration)? Calibrate(StateSessions period, ScatterModel scatter, CalibrationOptions options, ICollection<Finding> findings)
    {
        var about = FormattableString.Invariant($"scanner state {period.State} from {period.Sessions[0].Date:yyyy-MM-dd}");
        var line = SessionLine.Fit(period, scatter);
        if (!line.IsConverged || !(line.Gain is >= SmallestGain and <= LargestGain))
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationInconsistent, Severity.Error, about,
                line.IsConverged ? FormattableString.Invariant($"a gain of {line.Gain:0.###}") : "readings that make no line", FormattableString.Invariant($"a gain between {SmallestGain} and {LargestGain}"),
                "The state was not calibrated. Check the unit of readings and reference values, which vial is which, and the temperature."));
            return null;
        }

        if (!period.HasLine)
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationOneLevel, Severity.Warning, about, "one reference value", "vials of several values",
                "Only a gain was found; the offset is taken as 0, give or take what is assumed of offsets. Read vials that span the values of patients."));
        }

        var own = Math.Max(1, period.Readings - period.Parameters);
        var excess = line.ChiSquared / own;
        var isWider = period.Readings > period.Parameters && 1 - FisherSnedecor.CDF(own, scatter.DofWithin + scatter.DofBetween, excess) < options.ScatterRisk;
        if (isWider)
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationInconsistent, Severity.Warning, about, FormattableString.Invariant($"readings scatter {Math.Sqrt(excess):0.0} times as much as those of all states together"),
                "the same scatter", "The uncertainty of this state's calibration was widened by that factor. Check vial positions and temperature."));
        }

        return (period, Record(period, scatter, line, isWider ? excess : 1, isWider ? own : null, options));
    }

    private static StateCalibration Record(StateSessions period, ScatterModel scatter, SessionLine line, double factor, double? dofOwn, CalibrationOptions options)
    {
        var (aa, ab, bb) = (factor * (line.Own.Aa + line.Session.Aa), factor * (line.Own.Ab + line.Session.Ab), factor * (line.Own.Bb + line.Session.Bb));
        var all = period.Sessions.SelectMany(s => s.X).ToList();
        var dof = dofOwn ?? Dof(line, scatter, all.Average());
        var id = FormattableString.Invariant($"calibration:{period.State}:{period.Sessions[0].Date:yyyy-MM-dd}");
        // Level at the abscissa where it is independent of the slope, and slope about it.
        var pivot = bb > 0 ? -ab / bb : 0;
        var (level, slope) = (Math.Sqrt(Math.Max(0, aa + pivot * ab)), Math.Sqrt(bb));
        var reference = FormattableString.Invariant($"reference values of {options.Phantom}");
        return new StateCalibration
        {
            State = period.State,
            Measurand = options.Measurand,
            Unit = options.Unit,
            Gain = line.Gain,
            Offset = line.Offset,
            Terms =
            [
                new CalibrationTerm($"level of the calibration of {period.State}", id + ":level", level, 0, ComponentKind.A, dof),
                new CalibrationTerm($"slope of the calibration of {period.State}", id + ":slope", -pivot * slope, slope, ComponentKind.A, dof),
                new CalibrationTerm(reference, $"reference:{options.Phantom}", line.ReferenceOffset, line.ReferenceGain, ComponentKind.B, null),
                .. period.HasLine ? [] : new[] { UnknownOffset(period.State, id, all.Average(), options) },
            ],
            ValidFrom = period.Sessions[0].Date,
            Sessions = period.Sessions.Select(s => s.Date).ToList(),
            Readings = period.Readings,
            Lowest = all.Min(),
            Highest = all.Max(),
            Dof = dof,
            Scatter = line.ChiSquared / Math.Max(1, period.Readings - period.Parameters),
            Inputs = options.Inputs,
            Method = Method,
        };
    }

    /// <summary>One reference value tells the scale there; an offset that nobody saw turns the line about that point.</summary>
    private static CalibrationTerm UnknownOffset(string state, string id, double reference, CalibrationOptions options) => new(
        $"offset of {state}, read at one reference value", id + ":offset", options.OffsetUIfUnknown * reference, -options.OffsetUIfUnknown, ComponentKind.B, null);

    /// <summary>Effective degrees of freedom (Welch-Satterthwaite) of the line at a reference value, from the two kinds of scatter.</summary>
    private static double Dof(SessionLine line, ScatterModel scatter, double x)
    {
        var own = line.Own.Aa + 2 * x * line.Own.Ab + x * x * line.Own.Bb;
        var session = line.Session.Aa + 2 * x * line.Session.Ab + x * x * line.Session.Bb;
        if (scatter.SessionRatio == 0 || scatter.DofBetween == 0)
        {
            return scatter.DofWithin + scatter.DofBetween;
        }

        return (own + session) * (own + session) / (own * own / scatter.DofWithin + session * session / scatter.DofBetween);
    }

    /// <summary>A calibration holds until the next one of its station begins.</summary>
    private static List<StateCalibration> Bounded(List<(StateSessions Period, StateCalibration Calibration)> calibrations) => calibrations
        .GroupBy(c => c.Period.Station, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(station =>
        {
            var inOrder = station.Select(c => c.Calibration).OrderBy(c => c.ValidFrom).ThenBy(c => c.State, StringComparer.Ordinal).ToList();
            return inOrder.Select(c => c with { ValidTo = inOrder.Where(n => n.ValidFrom > c.ValidFrom).Select(n => (DateOnly?)n.ValidFrom).FirstOrDefault() });
        }).ToList();
}
