namespace Etalon.Twin.Validation;

/// <summary>The density at which this patient's reader draws the edge, as the fitted model sees it.</summary>
public static class DrawnEdge
{
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

        return logs.Count == 0 ? null : Math.Exp(logs.Average());
    }
}
