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
    /// Restricted maximum likelihood over all states, their lines free. The form of the readings' own scatter is the likelier one. Null where the readings leave
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
            var ratio = between > 0 ? model.BestRatio(states, dof) : 0;
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

    /// <summary>The ratio that minimises the deviance: a coarse grid, then golden sections.</summary>
    private double BestRatio(IReadOnlyList<StateSessions> states, int dof)
    {
        // In units where the session term equals a reading's own at the mean square reference.
        double At(double log) => Deviance(states, Math.Exp(log) / Level, dof).Deviance;
        var grid = Enumerable.Range(0, 49).Select(i => -12 + 0.5 * i).ToArray();
        var best = grid.MinBy(At);
        var (low, high) = (best - 0.5, best + 0.5);
        const double Golden = 0.6180339887498949;
        for (var i = 0; i < 40; i++)
        {
            var (a, b) = (high - Golden * (high - low), low + Golden * (high - low));
            (low, high) = At(a) <= At(b) ? (low, b) : (a, high);
        }

        var ratio = Math.Exp(0.5 * (low + high)) / Level;
        return Deviance(states, ratio, dof).Deviance < Deviance(states, 0, dof).Deviance ? ratio : 0;
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
