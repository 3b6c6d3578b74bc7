using Etalon.Cases;
using Etalon.Numerics;
using Etalon.Treatment;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>Options of a fit.</summary>
public sealed record TwinFitOptions
{
    /// <summary>Threads; the result does not depend on it. The default is 2.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Steps of the forward model during the fit.</summary>
    public SimulationOptions Simulation { get; init; } = new();

    /// <summary>Voxels that count as one independent reading, since neighbours share noise. The default is 8 (2 × 2 × 2), an assumption.</summary>
    public double VoxelsPerGrain { get; init; } = 8;

    /// <summary>Largest number of Gauss-Newton steps. The default is 40.</summary>
    public int MaxSteps { get; init; } = 40;
}

/// <summary>The posterior of a fit: normal in the logarithms of the parameters and of the visits' ADC scales (Laplace).</summary>
/// <param name="Priors">One per growth parameter, in order.</param>
/// <param name="LogMean">Logarithms at the maximum: growth parameters, then the ADC scale of each fitted visit.</param>
/// <param name="LogCovariance">Covariance of the logarithms; where the fit is worse than its noise, the data count less by the square of the Birge ratio.</param>
/// <param name="Visits">The fitted visits, in order; their scales follow the growth parameters.</param>
/// <param name="Status">How the fit ended.</param>
/// <param name="Steps">Gauss-Newton steps.</param>
/// <param name="ReducedChiSquared">Misfit per independent reading; 1 where the noise explains it.</param>
public sealed record TwinPosterior(
    IReadOnlyList<ParameterPrior> Priors, double[] LogMean, Matrix<double> LogCovariance, IReadOnlyList<string> Visits, FitStatus Status, int Steps,
    double ReducedChiSquared)
{
    /// <summary>Standard deviation of the logarithm of a parameter.</summary>
    public double LogSd(int parameter) => Math.Sqrt(LogCovariance[parameter, parameter]);

    /// <summary>Correlation of two parameters.</summary>
    public double Correlation(int a, int b) => LogCovariance[a, b] / (LogSd(a) * LogSd(b));

    /// <summary>
    /// Whether the data tell a parameter: its posterior is less than half as wide as its prior, and no other growth parameter is correlated
    /// with it beyond 0.95.
    /// </summary>
    public bool IsIdentifiable(int parameter) =>
        LogSd(parameter) <= 0.5 * Priors[parameter].LogSd
        && Enumerable.Range(0, Priors.Count).All(other => other == parameter || Math.Abs(Correlation(parameter, other)) <= 0.95);
}

/// <summary>One parameter of the posterior by itself.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Sd">Standard deviation.</param>
/// <param name="Lower90">5 % quantile.</param>
/// <param name="Upper90">95 % quantile.</param>
public sealed record ParameterMarginal(double Mean, double Sd, double Lower90, double Upper90);

/// <summary>Fits the growth model to the visits of a patient.</summary>
public sealed class TwinFit
{
    private const int MarginalDraws = 4000;

    /// <summary>From α on, parameters are rates of killing, which add up.</summary>
    public const int FirstKill = 2;

    private readonly TwinFitProblem _problem;
    private readonly PosteriorSampler _sampler;

    private TwinFit(TwinFitProblem problem, PosteriorSampler sampler, TumourModel model, TreatmentSchedule schedule, TwinPosterior posterior, double startDay)
    {
        (_problem, _sampler, Model, Schedule, Posterior, StartDay) = (problem, sampler, model, schedule, posterior, startDay);
        Marginals = MarginalsOf(sampler, posterior.LogMean.Length);
    }

    /// <summary>The model.</summary>
    public TumourModel Model { get; }

    /// <summary>Treatment given.</summary>
    public TreatmentSchedule Schedule { get; }

    /// <summary>The posterior.</summary>
    public TwinPosterior Posterior { get; }

    /// <summary>Each parameter by itself, in its unit: growth parameters, then the ADC scale of each fitted visit.</summary>
    public IReadOnlyList<ParameterMarginal> Marginals { get; }

    /// <summary>Day of the first fitted visit.</summary>
    public double StartDay { get; }

    /// <summary>Fits by Gauss-Newton from the priors' medians.</summary>
    /// <param name="model">Domain and stencil.</param>
    /// <param name="schedule">Treatment on the clock of the first visit.</param>
    /// <param name="observations">Two or more, in order of time; the first is the initial state.</param>
    /// <param name="priors">Priors of the growth parameters: D, k, α, then one per drug.</param>
    /// <param name="reference">What density means.</param>
    /// <param name="options">Effort.</param>
    /// <param name="cancellation">Ends the fit.</param>
    /// <exception cref="ArgumentException">Fewer than two observations, or priors that do not match the drugs.</exception>
    public static TwinFit Run(
        TumourModel model, TreatmentSchedule schedule, IReadOnlyList<DensityObservation> observations, IReadOnlyList<ParameterPrior> priors,
        DensityReference reference, TwinFitOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(priors);
        ArgumentNullException.ThrowIfNull(options);
        if (observations.Count < 2 || priors.Count != 3 + schedule.Drugs.Count)
        {
            throw new ArgumentException($"A fit needs two or more visits ({observations.Count} given) and three priors more than drugs ({priors.Count}, {schedule.Drugs.Count} drugs).");
        }

        var problem = new TwinFitProblem(model, schedule, observations, priors, reference, options, cancellation);
        var largest = Enumerable.Repeat(1.0, priors.Count).Concat(observations.Select(o => 3 * o.ScaleU)).ToArray();
        var settings = new LevenbergMarquardtOptions { MaxSteps = options.MaxSteps, DecrementTolerance = 1e-3, LargestStep = largest };
        var result = LevenbergMarquardt.Minimise(problem.Start(), problem.Evaluate, problem.Cost, settings, cancellation);
        var readings = observations.Skip(1).Sum(o => (double)o.IsMeasured.Count(m => m)) / options.VoxelsPerGrain;
        var chi2 = 2 * result.Equations.Cost / Math.Max(1, readings - priors.Count);
        // A misfit beyond the noise weakens what the data say (Birge 1932), not what was known before.
        var prior = problem.PriorInformation;
        var information = prior + (result.Equations.Hessian - prior) / Math.Max(1, chi2);
        var covariance = LevenbergMarquardt.InverseOf(information) ?? prior.Inverse();
        var posterior = new TwinPosterior(
            priors, result.Parameters, covariance, observations.Select(o => o.Visit).ToList(), result.Status, result.Steps, chi2);
        var sampler = new PosteriorSampler(
            result.Parameters, (result.Equations.Hessian - prior) / Math.Max(1, chi2),
            problem.Start(), prior,
            Enumerable.Range(0, problem.Count).Select(p => p >= FirstKill && p < priors.Count).ToArray());
        return new TwinFit(problem, sampler, model, schedule, posterior, observations[0].Day);
    }

    /// <summary>Growth parameters of a point in the space of logarithms.</summary>
    public GrowthParameters ParametersAt(ReadOnlySpan<double> logs) => _problem.Parameters(logs);

    /// <summary>Initial state of a point in the space of logarithms (it depends on the first visit's ADC scale).</summary>
    public double[] InitialAt(ReadOnlySpan<double> logs) => _problem.Initial(logs);

    /// <summary>Draws from the posterior.</summary>
    public IReadOnlyList<double[]> Draw(int count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return _sampler.Draw(count, random);
    }

    /// <summary>What the posterior says of each parameter by itself, in its unit: growth parameters, then the ADC scales.</summary>
    private static List<ParameterMarginal> MarginalsOf(PosteriorSampler sampler, int parameters)
    {
        var draws = sampler.Draw(MarginalDraws, new RandomStream(1, "twin-marginals"));
        return Enumerable.Range(0, parameters).Select(p =>
        {
            var values = draws.Select(d => Math.Exp(d[p])).Order().ToArray();
            var mean = FixedSum.Of(values) / values.Length;
            var variance = FixedSum.Of(values.Select(v => (v - mean) * (v - mean)).ToArray()) / (values.Length - 1);
            return new ParameterMarginal(mean, Math.Sqrt(variance), FixedSum.QuantileOfSorted(values, 0.05), FixedSum.QuantileOfSorted(values, 0.95));
        }).ToList();
    }
}
