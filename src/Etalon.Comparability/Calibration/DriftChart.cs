using Etalon.Numerics.Charts;
using MathNet.Numerics.Distributions;

namespace Etalon.Comparability.Calibration;

/// <summary>One session on a drift chart.</summary>
/// <param name="Date">Day.</param>
/// <param name="Gain">Gain of this session alone, at the state's offset.</param>
/// <param name="Z">How far it lies from the sessions before it, as a standard normal value; null for the first of a period.</param>
/// <param name="Statistic">Statistic of the chart; null where there is no z.</param>
/// <param name="IsSignal">Whether the chart signals here.</param>
public sealed record DriftPoint(DateOnly Date, double Gain, double? Z, double? Statistic, bool IsSignal);

/// <summary>A drift chart over the phantom sessions of a state.</summary>
/// <param name="State">Key of the state.</param>
/// <param name="Design">The chart and its settings.</param>
/// <param name="Limit">Limit of the statistic.</param>
/// <param name="InControlRunLength">Scans between false alarms that the limit was set for.</param>
/// <param name="Points">Sessions in order of time.</param>
/// <param name="Breaks">Days from which a new period counts.</param>
public sealed record DriftChart(string State, string Design, double Limit, double InControlRunLength, IReadOnlyList<DriftPoint> Points, IReadOnlyList<DateOnly> Breaks)
{
    private const double RunLengthOfDefault = 100;

    /// <summary>Charts every state's sessions and tells where its scale broke.</summary>
    /// <remarks>
    /// Self-starting (Hawkins, J R Stat Soc C 36:302–316, 1987): each session is held against the mean of the period's sessions before it, by the spread between
    /// neighbouring sessions pooled over all states, through Student's t, so that the values are standard normal while nothing changes although neither mean
    /// nor spread are known. A signal opens a new period where the sessions split best.
    /// </remarks>
    internal static IReadOnlyList<DriftChart> Of(IReadOnlyList<StateSessions> states, ScatterModel scatter)
    {
        var gains = states.Select(s => Gains(s, scatter)).ToList();
        var (squares, pairs) = (0.0, 0);
        foreach (var state in gains)
        {
            for (var i = 1; i < state.Count; i++)
            {
                squares += (state[i].Gain - state[i - 1].Gain) * (state[i].Gain - state[i - 1].Gain) / (state[i].Variance + state[i - 1].Variance);
                pairs++;
            }
        }

        // Squares of neighbouring differences overlap: of n pairs about two thirds are worth a degree of freedom (von Neumann et al. 1941).
        var factor = pairs > 0 ? squares / pairs : 1;
        var dof = Math.Max(1, 2.0 / 3 * pairs);
        return states.Select((s, i) => Chart(s, gains[i], factor, dof)).ToList();
    }

    private static DriftChart Chart(StateSessions state, List<(double Gain, double Variance)> gains, double factor, double dof)
    {
        var chart = MovingLikelihoodChart.Default();
        var points = new DriftPoint[gains.Count];
        var breaks = new List<DateOnly>();
        var start = 0;
        for (var i = 0; i < gains.Count; i++)
        {
            if (i == start)
            {
                chart.Restart();
                points[i] = points[i] ?? new DriftPoint(state.Sessions[i].Date, gains[i].Gain, null, null, false);
                continue;
            }

            var before = gains.GetRange(start, i - start);
            var weight = before.Sum(g => 1 / g.Variance);
            var mean = before.Sum(g => g.Gain / g.Variance) / weight;
            var sd = Math.Sqrt(factor * (gains[i].Variance + 1 / weight));
            var z = sd > 0 ? StandardNormal((gains[i].Gain - mean) / sd, dof) : 0;
            var isSignal = chart.Next(z);
            points[i] = points[i] is { IsSignal: true } told ? told : new DriftPoint(state.Sessions[i].Date, gains[i].Gain, z, chart.Statistic, isSignal);
            if (isSignal)
            {
                // The new period begins where the sessions split best, and the chart with it.
                start = Split(gains, start, i);
                breaks.Add(state.Sessions[start].Date);
                i = start - 1;
            }
        }

        return new DriftChart(state.State, chart.Design, chart.Limit, RunLengthOfDefault, points, breaks);
    }

    /// <summary>First session of the later part of the split whose two means differ most by their uncertainty.</summary>
    private static int Split(List<(double Gain, double Variance)> gains, int start, int end)
    {
        var (best, at) = (double.NegativeInfinity, end);
        for (var k = start + 1; k <= end; k++)
        {
            var (w1, w2) = (gains.GetRange(start, k - start).Sum(g => 1 / g.Variance), gains.GetRange(k, end - k + 1).Sum(g => 1 / g.Variance));
            var m1 = gains.GetRange(start, k - start).Sum(g => g.Gain / g.Variance) / w1;
            var m2 = gains.GetRange(k, end - k + 1).Sum(g => g.Gain / g.Variance) / w2;
            var distance = (m1 - m2) * (m1 - m2) / (1 / w1 + 1 / w2);
            (best, at) = distance > best ? (distance, k) : (best, at);
        }

        return at;
    }

    /// <summary>Gain of each session at the offset of its state, with its variance.</summary>
    private static List<(double Gain, double Variance)> Gains(StateSessions state, ScatterModel scatter)
    {
        var offset = SessionLine.Fit(state, scatter).Offset;
        return state.Sessions.Select(s =>
        {
            var (xx, xy) = (0.0, 0.0);
            for (var i = 0; i < s.X.Length; i++)
            {
                (xx, xy) = (xx + s.X[i] * s.X[i] / scatter.Own(s.X[i]), xy + s.X[i] * (s.Y[i] - offset) / scatter.Own(s.X[i]));
            }

            return (xy / xx, 1 / xx + scatter.Variance * scatter.SessionRatio);
        }).ToList();
    }

    private static double StandardNormal(double t, double dof)
    {
        // By the tail, so that far values keep their digits; beyond what a double tells, eight standard deviations.
        var tail = StudentT.CDF(0, 1, dof, -Math.Abs(t));
        return Math.Sign(t) * (tail > 1e-15 ? -Normal.InvCDF(0, 1, tail) : 8);
    }
}
