namespace Etalon.Twin;

/// <summary>The density that a fit gives a visit.</summary>
/// <param name="Visit">The visit.</param>
/// <param name="Day">Days since the first visit of the case.</param>
/// <param name="Density">A state of the model.</param>
/// <param name="Sd">Its standard deviation from that of the parameters, linear around the fit; a state of the model.</param>
public sealed record FittedField(string Visit, double Day, double[] Density, double[] Sd)
{
    /// <summary>At each fitted visit.</summary>
    public static IReadOnlyList<FittedField> Of(TwinFit fit, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var (problem, best, covariance) = (fit.Problem, fit.Posterior.LogMean, fit.Posterior.LogCovariance);
        var days = problem.Observations.Select(o => o.Day).ToList();
        var states = new double[days.Count][];
        fit.Model.Simulate(
            fit.InitialAt(best), fit.ParametersAt(best), fit.Schedule, fit.StartDay, days, (output, state) => states[output] = state.ToArray(), problem.Options.Simulation, cancellation);
        var slopes = problem.StateSlopes(fit.Minimum.At);
        return problem.Observations.Select((o, v) => new FittedField(o.Visit, o.Day, states[v], fit.ToModel(Sd(v)))).ToList();

        double[] Sd(int visit)
        {
            var variance = new double[problem.Model.Diffusion.Length];
            foreach (var (i, a) in slopes)
            {
                foreach (var (j, b) in slopes)
                {
                    var factor = covariance[i, j];
                    for (var n = 0; n < variance.Length; n++)
                    {
                        variance[n] += factor * a[visit][n] * b[visit][n];
                    }
                }
            }

            // Rounding may leave a tiny negative sum where kills cancel.
            return Array.ConvertAll(variance, v => Math.Sqrt(Math.Max(0, v)));
        }
    }
}
