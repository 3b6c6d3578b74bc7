using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>
/// Whether a visit's ADC scale, which the fit held at 1, had better be another: one Gauss-Newton step with that scale free beside the growth
/// parameters (a score test).
/// </summary>
/// <param name="Visit">The visit.</param>
/// <param name="Scale">What the step makes of its scale.</param>
/// <param name="U">Standard uncertainty of its logarithm.</param>
public sealed record ScaleSuspicion(string Visit, double Scale, double U)
{
    /// <summary>1 in 100 of normal errors is larger.</summary>
    public const double LargestScore = 2.58;

    /// <summary>How far the scale is from 1, in its standard uncertainty.</summary>
    public double Score => Math.Log(Scale) / U;

    /// <summary>Of each fitted visit; empty where the fit had scales of its own.</summary>
    public static IReadOnlyList<ScaleSuspicion> Of(TwinFit fit, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var (held, growth) = (fit.Problem, fit.Posterior.Priors.Count);
        if (held.Options.WithNuisance)
        {
            return [];
        }

        var observations = held.Observations.Select(o => o with { ScaleU = 1, SharedScaleU = new Dictionary<string, double>(), OffsetU = 0, DisplacementUMm = 0 }).ToList();
        var layout = new FitLayout(fit.Posterior.Priors, observations, withNuisance: true);
        var problem = new TwinFitProblem(held.Model, held.Schedule, observations, layout, held.Reference, held.Options, false, cancellation);
        double[] x = [.. fit.Minimum.X, .. observations.Select(_ => 0.0)];
        // The growth parameters' columns are those of the fit; the scales' own need one run at most.
        var rows = problem.OwnRows(fit.Minimum.At, x);
        var (gradient, matrix) = FitEquations.OfRows(rows, layout.Count);
        var divisor = fit.Posterior.MisfitDivisor;
        var prior = held.Layout.PriorInformation;
        var pull = prior * (Vector<double>.Build.Dense(fit.Minimum.X) - Vector<double>.Build.Dense(held.Layout.PriorMean));
        var ofGrowth = (matrix.SubMatrix(0, growth, 0, growth) / divisor + prior + held.Layout.BoxInformation).Inverse();
        return observations.Select((o, v) =>
        {
            var s = layout.Scale[v];
            var cross = matrix.Column(s).SubVector(0, growth) / divisor;
            var information = matrix[s, s] / divisor - cross * (ofGrowth * cross);
            var score = gradient[s] / divisor - cross * (ofGrowth * (gradient.SubVector(0, growth) / divisor + pull));
            return information > 0 ? new ScaleSuspicion(o.Visit, Math.Exp(Math.Clamp(-score / information, -3, 3)), 1 / Math.Sqrt(information)) : null;
        }).OfType<ScaleSuspicion>().ToList();
    }
}
