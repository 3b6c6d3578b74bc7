using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>The day of a further scan that would teach most about what the visits so far leave open.</summary>
/// <param name="Day">Days since the first visit of the case.</param>
/// <param name="Parameters">Names of the parameters that are not identifiable now.</param>
/// <param name="ShareOfPrior">Posterior over prior width that each would have then.</param>
/// <param name="WouldBeIdentifiable">Whether each would then be identifiable.</param>
public sealed record NextScanDay(double Day, IReadOnlyList<string> Parameters, IReadOnlyList<double> ShareOfPrior, IReadOnlyList<bool> WouldBeIdentifiable)
{
    private const double LongestDays = 180;
    private const double StepDays = 6;

    /// <summary>Looks at days up to half a year after the last fitted visit, under the treatment of the schedule; null where everything is identifiable.</summary>
    /// <remarks>Linear around the fit; a visit as noisy as the last one, that sees what lies above its detection limit and has an ADC scale of its own.</remarks>
    public static NextScanDay? Of(TwinFit fit, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var (posterior, growth) = (fit.Posterior, fit.Posterior.Priors.Count);
        var open = Enumerable.Range(0, growth).Where(p => !posterior.IsIdentifiable(p)).ToList();
        if (open.Count == 0)
        {
            return null;
        }

        var problem = TwinFit.SearchProblem(fit.Problem, cancellation);
        var last = problem.Observations[^1];
        var days = Enumerable.Range(1, (int)(LongestDays / StepDays)).Select(n => last.Day + n * StepDays).ToList();
        var (states, slopes) = problem.Future(fit.Minimum.X, days);
        var now = posterior.LogCovariance.SubMatrix(0, growth, 0, growth).Inverse();
        var weight = 1 / (last.VoxelU * last.VoxelU * problem.Options.VoxelsPerGrain * posterior.MisfitDivisor);
        var free = problem.Reference.FreeWaterMm2PerS / (problem.Reference.FreeWaterMm2PerS - problem.Reference.CapacityMm2PerS);
        var before = now.Inverse();
        var best = (Score: 0.0, Day: days[0], Covariance: before);
        for (var d = 0; d < days.Count; d++)
        {
            var covariance = (now + Information(d)).Inverse();
            var score = open.Sum(p => Math.Log(covariance[p, p] / before[p, p]));
            if (d == 0 || score < best.Score)
            {
                best = (score, days[d], covariance);
            }
        }

        double Sd(int p) => Math.Sqrt(best.Covariance[p, p]);
        bool IsTold(int p) => Sd(p) <= TwinPosterior.LargestShare * posterior.Priors[p].LogSd
            && Enumerable.Range(0, growth).All(q => q == p || Math.Abs(best.Covariance[p, q] / (Sd(p) * Sd(q))) <= TwinPosterior.LargestCorrelation);
        return new NextScanDay(best.Day, open.Select(p => posterior.Priors[p].Name).ToList(), open.Select(p => Sd(p) / posterior.Priors[p].LogSd).ToList(), open.Select(IsTold).ToList());

        Matrix<double> Information(int d)
        {
            var (information, scale, own) = (Matrix<double>.Build.Dense(growth, growth), Vector<double>.Build.Dense(growth), last.ScaleU > 0 ? 1 / (last.ScaleU * last.ScaleU) : double.PositiveInfinity);
            for (var n = 0; n < states[d].Length; n++)
            {
                if (!problem.Model.Diffusion.Inside[n] || states[d][n] <= last.DetectionLimit)
                {
                    continue;
                }

                var ofScale = states[d][n] - free;
                own += weight * ofScale * ofScale;
                for (var p = 0; p < growth; p++)
                {
                    scale[p] += weight * slopes[p][d][n] * ofScale;
                    for (var q = 0; q < growth; q++)
                    {
                        information[p, q] += weight * slopes[p][d][n] * slopes[q][d][n];
                    }
                }
            }

            return information - scale.OuterProduct(scale) / own;
        }
    }
}
