using Etalon.Metrology;
using MathNet.Numerics.Interpolation;

namespace Etalon.Change;

/// <summary>The posterior of the share of patients who changed, with the histogram of changes as probable as each share lets it be.</summary>
internal sealed record PrevalenceProfile(double Mean, double Sd, Interval Interval)
{
    private const int Points = 25;

    /// <summary>Between two points the log density is interpolated by so many.</summary>
    private const int Between = 8;

    /// <summary>Widths of a binomial proportion that the points span on either side; the mixture's own spread is a few times wider than that.</summary>
    private const double Span = 10;

    public static PrevalenceProfile Of(PopulationFit fit, CancellationToken cancellation)
    {
        var centre = 1 - fit.SpikeWeight;
        var sd = Math.Sqrt(Math.Max(centre * (1 - centre), 1.0 / (fit.Pairs + 4)) / (fit.Pairs + 4));
        var (low, high) = (Math.Max(1e-6, centre - Span * sd), Math.Min(1 - 1e-6, centre + Span * sd));
        var shares = Enumerable.Range(0, Points).Select(n => low + (high - low) * n / (Points - 1)).ToArray();
        var curve = CubicSpline.InterpolateNaturalSorted(shares, [.. shares.Select(s => fit.At(s, cancellation).Objective)]);
        var fine = Enumerable.Range(0, (Points - 1) * Between + 1).Select(n => low + (high - low) * n / ((Points - 1) * Between)).ToArray();
        var log = fine.Select(curve.Interpolate).ToArray();
        var top = log.Max();
        var weights = log.Select(l => Math.Exp(l - top)).ToArray();
        var total = weights.Sum();
        var mean = fine.Zip(weights, (s, w) => s * w).Sum() / total;
        var variance = fine.Zip(weights, (s, w) => (s - mean) * (s - mean) * w).Sum() / total;
        return new PrevalenceProfile(mean, Math.Sqrt(variance), new Interval(Quantile(fine, weights, 0.025), Quantile(fine, weights, 0.975), 0.95));
    }

    private static double Quantile(double[] shares, double[] weights, double q)
    {
        var (left, step) = (q * weights.Sum(), shares[1] - shares[0]);
        for (var n = 0; n < shares.Length; n++)
        {
            if (left <= weights[n])
            {
                return Math.Clamp(shares[n] + step * (left / weights[n] - 0.5), 0, 1);
            }

            left -= weights[n];
        }

        return shares[^1];
    }
}
