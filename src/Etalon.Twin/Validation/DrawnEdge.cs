namespace Etalon.Twin.Validation;

/// <summary>The density at which this patient's reader draws the edge, as the fitted model sees it.</summary>
public static class DrawnEdge
{
    /// <summary>No reader sees less: one cell in a hundred of what there is room for; a mask that holds more was made by a rule, not by an eye.</summary>
    public const double Least = 0.01;

    /// <summary>Of the best fit's states at the fitted visits after the first; the lowest density that the last one measured where none can be matched.</summary>
    public static double Of(TwinFit fit, IReadOnlyList<DensityObservation> fitted, TwinFitOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(fitted);
        ArgumentNullException.ThrowIfNull(options);
        var (states, later) = (new double[fitted.Count - 1][], fitted.Skip(1).ToList());
        fit.Model.Simulate(
            fit.InitialAt(fit.Posterior.LogMean), fit.ParametersAt(fit.Posterior.LogMean), fit.Schedule, fit.StartDay, later.Select(o => o.Day).ToList(),
            (output, state) => states[output] = state.ToArray(), options.Simulation, cancellation);
        return Of(states, later) ?? Math.Max(Least, fitted[^1].DetectionLimit);
    }

    /// <summary>
    /// The density above which the fitted states hold as many voxels as were drawn: the geometric mean over the visits. The lowest density of a noisy tumour
    /// (<see cref="DensityObservation.DetectionLimit"/>) lies lower, and cells counted above it would not be those that a scan counts.
    /// </summary>
    /// <param name="states">The model's density at each visit.</param>
    /// <param name="observations">The visits, as many.</param>
    /// <returns>Null where no visit has a drawn tumour that the model has too.</returns>
    public static double? Of(IReadOnlyList<double[]> states, IReadOnlyList<DensityObservation> observations)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(observations);
        var logs = new List<double>();
        for (var v = 0; v < states.Count; v++)
        {
            var drawn = observations[v].IsTumour.Count(t => t);
            var sorted = states[v].OrderDescending().ToArray();
            if (drawn > 0 && drawn < sorted.Length && sorted[drawn] > 1e-6)
            {
                logs.Add(0.5 * (Math.Log(sorted[drawn - 1]) + Math.Log(sorted[drawn])));
            }
        }

        return logs.Count == 0 ? null : Math.Max(Least, Math.Exp(logs.Average()));
    }
}
