namespace Etalon.Comparability.Calibration;

/// <summary>
/// How readings scatter about the lines of their states, pooled over all states: each reading by itself (in equal measure, or in proportion to its value), and
/// all vials of a session together (position, temperature, adjustment), in proportion to their values.
/// </summary>
/// <param name="Variance">Variance of a reading by itself; where proportional, at the root mean square reference value.</param>
/// <param name="IsProportional">Whether a reading's own standard deviation goes with its value.</param>
/// <param name="SessionRatio">Relative variance between sessions over <paramref name="Variance"/>.</param>
/// <param name="Level">Mean square of the reference values.</param>
/// <param name="DofWithin">Degrees of freedom of the readings' own scatter.</param>
/// <param name="DofBetween">Degrees of freedom between sessions.</param>
internal sealed record ScatterModel(double Variance, bool IsProportional, double SessionRatio, double Level, int DofWithin, int DofBetween)
{
    /// <summary>Relative standard deviation between sessions.</summary>
    public double SessionSd => Math.Sqrt(Variance * SessionRatio);

    /// <summary>Variance of a reading by itself.</summary>
    public double Own(double x) => Variance * Shape(x);

    private double Shape(double x) => IsProportional ? x * x / Level : 1;

    /// <summary>
    /// By restricted likelihood over all states, their lines free. The form of the readings' own scatter is the likelier one. Null where the readings leave
    /// no degree of freedom.
    /// </summary>
    /// <param name="states">All states.</param>
    /// <param name="sessionSdIfUnknown">Relative standard deviation between sessions where no state has two sessions.</param>
    public static ScatterModel? Estimate(IReadOnlyList<StateSessions> states, double sessionSdIfUnknown)
    {
        var (readings, parameters) = (states.Sum(s => s.Readings), states.Sum(s => s.Parameters));
        var between = states.Sum(s => s.Sessions.Count - 1);
        var dof = readings - parameters;
        if (dof <= 0)
        {
            return null;
        }

        var level = states.Sum(s => s.Sessions.Sum(q => q.X.Sum(x => x * x))) / readings;
        ScatterModel? best = null;
        var bestDeviance = double.PositiveInfinity;
        foreach (var isProportional in new[] { false, true })
        {
            var model = new ScatterModel(1, isProportional, 0, level, Math.Max(1, dof - between), between);
            var ratio = between > 0 ? model.MedianRatio(states, dof) : 0;
            var (deviance, squares) = model.Deviance(states, ratio, dof);
            if (deviance < bestDeviance)
            {
                var variance = squares / dof;
                // One session in each state says nothing of how sessions differ.
                var session = between > 0 || !(variance > 0) ? ratio : sessionSdIfUnknown * sessionSdIfUnknown / variance;
                (best, bestDeviance) = (model with { Variance = variance, SessionRatio = session }, deviance);
            }
        }

        return best is { Variance: > 0 } ? best : null;
    }

    /// <summary>
    /// Median of the ratio by its restricted likelihood, the session's standard deviation beforehand being as likely anywhere. The likeliest ratio is often 0
    /// where there are few sessions, and intervals that believe it are too narrow.
    /// </summary>
    private double MedianRatio(IReadOnlyList<StateSessions> states, int dof)
    {
        // In units where the session term equals a reading's own at the mean square reference; even steps of the logarithm.
        const double Step = 0.25;
        var logs = Enumerable.Range(0, 81).Select(i => -12 + Step * i).ToArray();
        var deviances = logs.Select(log => Deviance(states, Math.Exp(log) / Level, dof).Deviance).ToArray();
        var least = deviances.Min();
        // A standard deviation that is evenly spread has a logarithm of density σ.
        var weights = logs.Zip(deviances, (log, d) => Math.Exp(0.5 * log - 0.5 * (d - least))).ToArray();
        var (half, sum) = (0.5 * weights.Sum(), 0.0);
        for (var i = 0; i < weights.Length; i++)
        {
            if (sum + weights[i] >= half)
            {
                return Math.Exp(logs[i] + Step * ((half - sum) / weights[i] - 0.5)) / Level;
            }

            sum += weights[i];
        }

        return Math.Exp(logs[^1]) / Level;
    }

    /// <summary>Minus twice the restricted log-likelihood with the variance profiled out, and the weighted sum of squares.</summary>
    private (double Deviance, double Squares) Deviance(IReadOnlyList<StateSessions> states, double ratio, int dof)
    {
        var (squares, logs) = (0.0, 0.0);
        foreach (var state in states)
        {
            var sums = new LineSums(state.HasLine);
            foreach (var session in state.Sessions)
            {
                var own = session.X.Select(Shape).ToArray();
                logs += own.Sum(Math.Log) + sums.Add(session.X, session.Y, own, ratio);
            }

            squares += sums.Squares();
            logs += Math.Log(sums.Determinant);
        }

        return (dof * Math.Log(Math.Max(squares, double.Epsilon)) + logs, squares);
    }
}
