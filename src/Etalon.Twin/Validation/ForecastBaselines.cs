using Etalon.Numerics;
using Etalon.Treatment;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin.Validation;

/// <summary>
/// What one would say without a twin, as distributions, so that a score is fair: the last value carried forward, an exponential through the fitted visits, and the
/// population's average tumour. All of what a scan would show, with the error of measurement.
/// </summary>
public static class ForecastBaselines
{
    private const int Count = 500;

    /// <summary>Degrees of freedom that the assumption about a patient's own change counts as.</summary>
    private const double PriorDof = 4;

    /// <summary>
    /// Standard deviation of the logarithm of cells over 30 days, before a patient's own visits are seen: an assumption of Etalon (a doubling time of 50 days makes 0.4).
    /// </summary>
    private const double PriorChange = 0.4;

    /// <summary>
    /// The last value, with the spread of a random walk in the logarithm whose variance per day is learnt from the patient's own changes: a scaled-inverse-χ² prior
    /// (four degrees of freedom, 0.4 in 30 days) and, for each change between fitted visits, its square less what measurement explains.
    /// </summary>
    /// <param name="fitted">Fitted visits, in order of time.</param>
    /// <param name="day">Day asked for.</param>
    /// <param name="measurementU">Relative uncertainty of the measurement that is forecast.</param>
    public static PredictiveSample LastValue(IReadOnlyList<MeasuredBurden> fitted, double day, double measurementU)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        var (sum, dof) = (PriorDof * PriorChange * PriorChange, PriorDof);
        for (var v = 1; v < fitted.Count; v++)
        {
            var change = fitted[v].LogCells - fitted[v - 1].LogCells;
            var measurement = Math.Pow(fitted[v].RelativeU, 2) + Math.Pow(fitted[v - 1].RelativeU, 2);
            sum += Math.Max(0, change * change - measurement) / ((fitted[v].Day - fitted[v - 1].Day) / 30);
            dof++;
        }

        var last = fitted[^1];
        var variance = sum / dof * (day - last.Day) / 30 + last.RelativeU * last.RelativeU + measurementU * measurementU;
        return PredictiveSample.LogStudent(last.LogCells, Math.Sqrt(variance), dof, Count);
    }

    /// <summary>
    /// A straight line through the logarithms of cells by weighted least squares with its prediction interval. The variance about the line has a scaled-inverse-χ² prior:
    /// four degrees of freedom at that of the measurements, so that two visits give a finite interval and more visits that do not lie on a line widen it.
    /// </summary>
    /// <param name="fitted">Two or more fitted visits, in order of time.</param>
    /// <param name="day">Day asked for.</param>
    /// <param name="measurementU">Relative uncertainty of the measurement that is forecast.</param>
    /// <remarks>log N = a + b t + e, e ~ σ² · RelativeU²; σ² ~ scaled-inverse-χ²(4, 1). Gelman and others, Bayesian Data Analysis, 3rd ed., chapter 14.</remarks>
    public static PredictiveSample Exponential(IReadOnlyList<MeasuredBurden> fitted, double day, double measurementU)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        if (fitted.Count < 2)
        {
            throw new ArgumentException($"A line needs two visits, not {fitted.Count}.");
        }

        var weights = fitted.Select(f => 1 / Math.Max(f.RelativeU * f.RelativeU, 1e-8)).ToArray();
        var x = Matrix<double>.Build.Dense(fitted.Count, 2, (i, j) => j == 0 ? 1 : fitted[i].Day - fitted[0].Day);
        var y = Vector<double>.Build.Dense(fitted.Select(f => f.LogCells).ToArray());
        var weighted = Matrix<double>.Build.DenseOfDiagonalArray(weights) * x;
        var inverse = (x.TransposeThisAndMultiply(weighted)).Inverse();
        var line = inverse * weighted.TransposeThisAndMultiply(y);
        var residual = y - x * line;
        var dof = PriorDof + fitted.Count - 2;
        var sigma2 = (PriorDof + residual.Select((r, i) => r * r * weights[i]).Sum()) / dof;
        var at = Vector<double>.Build.Dense([1, day - fitted[0].Day]);
        return PredictiveSample.LogStudent(line * at, Math.Sqrt(sigma2 * (at * (inverse * at)) + measurementU * measurementU * Math.Max(1, sigma2)), dof, Count);
    }

    /// <summary>The population's tumours grown from this patient's last fitted visit under this patient's treatment: all that is known without the patient's own response.</summary>
    /// <param name="model">Domain and stencil.</param>
    /// <param name="schedule">Treatment.</param>
    /// <param name="last">Last fitted visit.</param>
    /// <param name="lastU">Relative uncertainty of its cells.</param>
    /// <param name="population">Priors of D, k, α and each drug.</param>
    /// <param name="days">Ascending, after the last fitted visit.</param>
    /// <param name="measurementU">Relative uncertainty of each measurement that is forecast.</param>
    /// <param name="detectionLimit">Density above which a scan counts cells.</param>
    /// <param name="how">Members, threads, steps, seed.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>One distribution per day.</returns>
    public static IReadOnlyList<PredictiveSample> Population(
        TumourModel model, TreatmentSchedule schedule, DensityObservation last, double lastU, IReadOnlyList<ParameterPrior> population,
        IReadOnlyList<double> days, IReadOnlyList<double> measurementU, double detectionLimit, PopulationBaselineOptions how, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(last);
        ArgumentNullException.ThrowIfNull(days);
        ArgumentNullException.ThrowIfNull(how);
        // The detection limit of the start is the drawn edge; a ratio of counted to measured cells there would otherwise be forecast as a change.
        var start = Forecaster.Burden(model.Diffusion, last.Density, detectionLimit).VisibleCells;
        var calibration = start > 0 ? last.Cells / start : 1;
        var cells = new double[how.Members][];
        Parallel.For(0, how.Members, new ParallelOptions { MaxDegreeOfParallelism = how.Threads, CancellationToken = cancellation }, m =>
        {
            var random = new RandomStream(how.Seed, FormattableString.Invariant($"population/{m}"));
            var p = population.Select(prior => prior.Quantile(random.NextNormal())).ToArray();
            var error = Math.Exp(lastU * random.NextNormal());
            var row = new double[days.Count];
            model.Simulate(
                last.Density, new GrowthParameters { DiffusivityMm2PerDay = p[0], ProliferationPerDay = p[1], AlphaPerGy = p[2], SensitivityPerDay = p[3..] },
                schedule, last.Day, days,
                (output, state) => row[output] = error * calibration * Forecaster.Burden(model.Diffusion, state, detectionLimit).VisibleCells
                    * Math.Exp(measurementU[output] * random.NextNormal()),
                how.Simulation, cancellation);
            cells[m] = row;
        });
        return days.Select((_, d) => new PredictiveSample(cells.Select(c => c[d]))).ToList();
    }
}

/// <summary>Effort of the population's baseline.</summary>
public sealed record PopulationBaselineOptions
{
    /// <summary>Tumours. The default is 200.</summary>
    public int Members { get; init; } = 200;

    /// <summary>Threads; the result does not depend on it. The default is 2.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Of the draws.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Steps.</summary>
    public SimulationOptions Simulation { get; init; } = new();
}
