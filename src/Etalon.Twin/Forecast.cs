using System.Numerics;
using Etalon.Numerics;
using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>What one member of the ensemble, or the best fit, says at one day.</summary>
/// <param name="Cells">Sum of density over the domain.</param>
/// <param name="VisibleCells">The same over voxels above the detection limit: what a scan would count.</param>
/// <param name="DenseVolumeMl">Volume with density above one half, mL.</param>
public readonly record struct TumourBurden(double Cells, double VisibleCells, double DenseVolumeMl);

/// <summary>Burden over days for every member of the posterior, under one treatment.</summary>
/// <param name="Days">Ascending.</param>
/// <param name="Best">Of the maximum of the posterior, which is no draw: it takes no part in probabilities and quantiles.</param>
/// <param name="Members">One per draw, shape (draws, days).</param>
public sealed record Forecast(IReadOnlyList<double> Days, TumourBurden[] Best, IReadOnlyList<TumourBurden[]> Members)
{
    /// <summary>Values of all draws at one day, sorted.</summary>
    public double[] Sorted(int day, Func<TumourBurden, double> of)
    {
        ArgumentNullException.ThrowIfNull(of);
        return Members.Select(m => of(m[day])).Order().ToArray();
    }
}

/// <summary>Runs the posterior forward.</summary>
public static class Forecaster
{
    /// <summary>Forecasts under a treatment, with the best fit and the given draws (the same draws for every treatment that is compared).</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="draws">Points of the posterior.</param>
    /// <param name="schedule">Treatment on the fit's clock.</param>
    /// <param name="days">Output days, ascending, none before the fit's start.</param>
    /// <param name="detectionLimit">Density above which a scan counts cells.</param>
    /// <param name="options">Threads and steps.</param>
    /// <param name="progress">Receives the share done.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static Forecast Run(
        TwinFit fit, IReadOnlyList<double[]> draws, TreatmentSchedule schedule, IReadOnlyList<double> days, double detectionLimit,
        TwinFitOptions options, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentNullException.ThrowIfNull(options);
        var all = draws.Prepend(fit.Posterior.LogMean).ToList();
        var members = new TumourBurden[all.Count][];
        var done = 0;
        Parallel.For(0, all.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation }, m =>
        {
            var row = new TumourBurden[days.Count];
            var (initial, parameters) = (fit.InitialAt(all[m]), fit.ParametersAt(all[m]));
            if (options.Simulation.Scheme == TwinScheme.Exact && m > 0)
            {
                // Rounding of single precision is some 1e-6 of a density, far below what draws differ by.
                fit.Model.SimulateSingle(
                    initial, parameters, schedule, fit.StartDay, days, (output, state) => row[output] = Burden(fit.Model.Diffusion, state, detectionLimit), options.Simulation,
                    cancellation);
            }
            else
            {
                fit.Model.Simulate(
                    initial, parameters, schedule, fit.StartDay, days, (output, state) => row[output] = Burden(fit.Model.Diffusion, state, detectionLimit), options.Simulation,
                    cancellation);
            }

            members[m] = row;
            progress?.Report(Interlocked.Increment(ref done) / (double)all.Count);
        });
        return new Forecast(days, members[0], members[1..]);
    }

    /// <summary>Counts one state; sums in a fixed order.</summary>
    public static TumourBurden Burden(DiffusionOperator diffusion, ReadOnlySpan<double> state, double detectionLimit) =>
        Burden(diffusion, state, FixedSum.Of(state), detectionLimit);

    private static TumourBurden Burden(DiffusionOperator diffusion, ReadOnlySpan<float> state, double detectionLimit) =>
        Burden(diffusion, state, FixedSum.Of(state), detectionLimit);

    private static TumourBurden Burden<T>(DiffusionOperator diffusion, ReadOnlySpan<T> state, double cells, double detectionLimit)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(diffusion);
        var (visible, dense) = (0.0, 0);
        foreach (var value in state)
        {
            var n = double.CreateChecked(value);
            visible += n > detectionLimit ? n : 0;
            dense += n > 0.5 ? 1 : 0;
        }

        return new TumourBurden(cells, visible, dense * diffusion.Domain.Grid.VoxelVolumeMl);
    }
}
