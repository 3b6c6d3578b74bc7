using Etalon.Numerics;
using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>One output of a run with what its finite steps may be off by.</summary>
/// <param name="State">Density, of the run with the finer steps.</param>
/// <param name="CellsError">Largest error of the sum of density, relative to it.</param>
/// <param name="DensityError">Largest error of a voxel's density.</param>
public sealed record TimedState(double[] State, double CellsError, double DensityError);

/// <summary>Runs the model twice, with steps and with half of each, and states the error of the finer.</summary>
/// <remarks>
/// Of order two, the finer run is off by a third of the difference. The stated error is twice that, since steps that are not yet small enough
/// for the order to show leave a larger part (Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, II.4).
/// </remarks>
public static class TimeError
{
    private const double Order2 = 1.0 / 3;
    private const double Safety = 2;

    /// <summary>Simulates; arguments as in <see cref="TumourModel.Simulate"/>, with the larger of the two step sizes in the options.</summary>
    /// <exception cref="ArgumentException">Sizes or order do not fit, or the scheme is the one for comparison, whose error is not of order two.</exception>
    public static IReadOnlyList<TimedState> Simulate(
        TumourModel model, ReadOnlySpan<double> initial, GrowthParameters parameters, TreatmentSchedule schedule, double startDay, IReadOnlyList<double> outputDays,
        SimulationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(outputDays);
        var how = options ?? new SimulationOptions();
        TumourModel.RequireExact(how, "A time error is");
        var coarse = new float[outputDays.Count][];
        var cells = new double[outputDays.Count];
        // Single precision is enough to tell a difference by.
        model.SimulateSingle(initial, parameters, schedule, startDay, outputDays, (o, state) => (coarse[o], cells[o]) = (state.ToArray(), FixedSum.Of(state)), how, cancellation);
        var result = new TimedState[outputDays.Count];
        model.Simulate(
            initial, parameters, schedule, startDay, outputDays, (o, state) =>
            {
                var (largest, sum) = (0.0, FixedSum.Of(state));
                for (var n = 0; n < state.Length; n++)
                {
                    largest = Math.Max(largest, Math.Abs(state[n] - coarse[o][n]));
                }

                var relative = sum > 0 ? Math.Abs(sum - cells[o]) / sum : 0;
                result[o] = new TimedState([.. state], Safety * Order2 * relative, Safety * Order2 * largest);
            },
            how with { Refinement = 2 * how.Refinement }, cancellation);
        return result;
    }
}
