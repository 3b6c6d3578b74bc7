using Etalon.Cases;
using Etalon.Numerics;
using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>Fits the growth model to the visits of a patient.</summary>
public sealed class TwinFit
{
    /// <summary>From α on, parameters are rates of killing, which add up.</summary>
    public const int FirstKill = 2;

    private const int MarginalDraws = 4000;

    /// <summary>Brain farther from all that was seen takes no part in a plain fit, as long as nothing reaches so far.</summary>
    private const double MarginMm = 18;

    private const double ReachedDensity = 1e-3;

    /// <summary>Domains larger than this look for their start on a coarser grid.</summary>
    private const int LargeDomain = 8000;

    /// <summary>A minimum that is worse by more than this is told from the best one (χ², 1 in 400).</summary>
    private const double LargestDelta = 9;

    /// <summary>Steps on the coarse grid with the scheme of the fit, where the start was looked for with the exact one.</summary>
    private const int StepsNearer = 5;

    /// <summary>What the residuals' own size counts against what was assumed of the noise: as many readings.</summary>
    private const double AssumedReadings = 4;

    private readonly InitialField _initial;
    private readonly DomainReduction? _crop;
    private readonly PosteriorSampler _sampler;
    private readonly Lazy<IReadOnlyList<double[]>> _sample;
    private readonly Lazy<IReadOnlyList<ParameterMarginal>> _marginals;

    private TwinFit(
        TumourModel model, TwinFitProblem problem, FitMinimum minimum, DomainReduction? crop, InitialField initial, TwinPosterior posterior, PosteriorSampler sampler, double startDay)
    {
        // Draws cost as much as a small fit, and who only wants the maximum needs none.
        (Model, Problem, Minimum, _crop, _initial, Posterior, _sampler, StartDay) = (model, problem, minimum, crop, initial, posterior, sampler, startDay);
        Schedule = problem.Schedule;
        _sample = new Lazy<IReadOnlyList<double[]>>(() => sampler.Draw(MarginalDraws, new RandomStream(1, "twin-marginals")));
        _marginals = new Lazy<IReadOnlyList<ParameterMarginal>>(() => posterior.Parameters.Select((p, i) => ParameterMarginal.Of(_sample.Value.Select(d => p.Value(d[i])))).ToList());
    }

    /// <summary>The model.</summary>
    public TumourModel Model { get; }

    /// <summary>Treatment given.</summary>
    public TreatmentSchedule Schedule { get; }

    /// <summary>The posterior.</summary>
    public TwinPosterior Posterior { get; }

    /// <summary>Each parameter by itself, in its unit, in the order of <see cref="TwinPosterior.Parameters"/>.</summary>
    public IReadOnlyList<ParameterMarginal> Marginals => _marginals.Value;

    /// <summary>Day of the first fitted visit.</summary>
    public double StartDay { get; }

    /// <summary>The problem that was solved; its domain may be a part of the model's.</summary>
    internal TwinFitProblem Problem { get; }

    /// <summary>The options it was fitted with.</summary>
    public TwinFitOptions Options => Problem.Options;

    /// <summary>Where it ended.</summary>
    internal FitMinimum Minimum { get; }

    /// <summary>The draws behind <see cref="Marginals"/>.</summary>
    internal IReadOnlyList<double[]> MarginalSample => _sample.Value;

    internal PosteriorSampler Sampler => _sampler;

    /// <summary>Fits by Gauss-Newton from the best starts that a search of the prior finds.</summary>
    /// <param name="model">Domain and stencil.</param>
    /// <param name="schedule">Treatment on the clock of the first visit.</param>
    /// <param name="observations">Two or more, in order of time.</param>
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

        var (first, noise) = options is { WithNuisance: true, Initial: InitialState.Fixed }
            ? InitialSmoother.Smooth(observations[0], model.Diffusion, options.VoxelsPerGrain, options.Threads) : (observations[0], null);
        observations = [first, .. observations.Skip(1)];
        var layout = new FitLayout(priors, observations, options.WithNuisance);
        var isFree = options.Initial == InitialState.Free;
        var crop = options.IsPlain ? DomainReduction.Cropped(model.Diffusion, observations, MarginMm) : null;
        var problem = Problems(crop);
        FitMinimum minimum;
        List<FitMinimum> found = [];
        if (options.Resume is { } resume && resume.Parameters.Length == layout.Count && (resume.State.Length == 0 || resume.State.Length == problem.Model.Diffusion.Length))
        {
            minimum = Refine(problem, resume);
        }
        else
        {
            found = options.Starts == 0 && options.Start is null ? [] : StartSearch.Run(SearchProblem(problem, cancellation, TwinScheme.Exact), cancellation);
            minimum = Refine(problem, Begin(problem, found.Count > 0 ? Nearer(found[0].X) : layout.PriorMean));
        }

        if (crop is not null && minimum.At.Trial.States.Any(s => crop.HasReachedCut(model.Diffusion, s, ReachedDensity)))
        {
            (crop, problem) = (null, Problems(null));
            minimum = Refine(problem, Begin(problem, minimum.X));
        }

        OtherMinimum? other = null;
        if (found.Count > 1 && 2 * (found[1].Cost - found[0].Cost) / Math.Max(1, ChiSquared(problem, minimum.Cost)) < LargestDelta)
        {
            (minimum, other) = Compare(problem, minimum, Refine(problem, Begin(problem, found[1].X)), cancellation);
        }

        var initial = new InitialField(observations[0], layout, reference, options, isFree, model.Diffusion.Inside);
        var effect = noise is { Sd: > 0 } && options.FollowsInitialNoise
            ? InitialNoiseEffect.Of(problem, minimum.At, random => noise.Draw(random) is var e && crop is not null ? crop.Reduce(e) : e) : null;
        var (posterior, sampler) = Summarise(problem, minimum, other, effect);
        return new TwinFit(model, problem, minimum, crop, initial, posterior, sampler, observations[0].Day);

        double[] Nearer(double[] x) => options.Simulation.Scheme == TwinScheme.Exact || !options.IsPlain
            ? x : FitMinimiser.Run(SearchProblem(problem, cancellation), new FitCheckpoint(x, [], 1e-3, 0), StepsNearer, 0.1, null, cancellation).X;

        TwinFitProblem Problems(DomainReduction? reduced) => new(
            reduced?.Model ?? model, schedule, reduced is null ? observations : observations.Select(reduced.Reduce).ToList(), layout, reference, options, isFree, cancellation);

        FitMinimum Refine(TwinFitProblem on, FitCheckpoint from) => FitMinimiser.Run(on, from, options.MaxSteps, options.DecrementTolerance, options.Accepted, cancellation);
    }

    /// <summary>Growth parameters of a point as in <see cref="TwinPosterior.LogMean"/>.</summary>
    public GrowthParameters ParametersAt(ReadOnlySpan<double> logs) => Problem.Parameters(logs);

    /// <summary>Initial state of a point: what was measured without its ADC error, and where the state is free the best one for these parameters.</summary>
    public double[] InitialAt(ReadOnlySpan<double> logs)
    {
        if (!Problem.IsFree)
        {
            return _initial.At(logs, null);
        }

        var deviation = DeviationAt(logs);
        return _initial.At(logs, _crop is null ? deviation : _crop.Expand(deviation));
    }

    /// <summary>Draws from the posterior.</summary>
    public IReadOnlyList<double[]> Draw(int count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return _sampler.Draw(count, random);
    }

    /// <summary>A coarse or, where the domain is small, the same problem with a fixed initial state, to search in; a basin is one in either scheme.</summary>
    internal static TwinFitProblem SearchProblem(TwinFitProblem problem, CancellationToken cancellation, TwinScheme? scheme = null)
    {
        var coarse = problem.Options.IsPlain && problem.Model.Diffusion.Domain.Count > LargeDomain ? DomainReduction.Coarse(problem.Model.Diffusion) : null;
        var options = problem.Options with { Simulation = problem.Options.Simulation with { Scheme = scheme ?? problem.Options.Simulation.Scheme } };
        return coarse is null
            ? new TwinFitProblem(problem.Model, problem.Schedule, problem.Observations, problem.Layout, problem.Reference, options, false, cancellation)
            : new TwinFitProblem(
                coarse.Model, problem.Schedule, problem.Observations.Select(coarse.Reduce).ToList(), problem.Layout, problem.Reference,
                options with { VoxelsPerGrain = options.VoxelsPerGrain / 8 }, false, cancellation);
    }

    /// <summary>Best deviation of the initial state for given parameters, linear around the minimum.</summary>
    internal double[] DeviationAt(ReadOnlySpan<double> logs)
    {
        var deviation = Minimum.At.Trial.Deviation.ToArray();
        for (var j = 0; j < logs.Length; j++)
        {
            var moved = logs[j] - Minimum.X[j];
            var follows = Minimum.At.Elimination[j];
            for (var n = 0; moved != 0 && n < deviation.Length; n++)
            {
                deviation[n] -= moved * follows[n];
            }
        }

        return deviation;
    }

    /// <summary>A state of the problem's domain on the model's.</summary>
    internal double[] ToModel(double[] state) => _crop is null ? state : _crop.Expand(state);

    private static FitCheckpoint Begin(TwinFitProblem problem, double[] x) => new(x, problem.IsFree ? new double[problem.Model.Diffusion.Length] : [], 1e-3, 0);

    private static double ChiSquared(TwinFitProblem problem, double cost) =>
        2 * cost / Math.Max(1, problem.Readings - problem.Layout.Growth);

    private static (FitMinimum Best, OtherMinimum? Other) Compare(TwinFitProblem problem, FitMinimum a, FitMinimum b, CancellationToken cancellation)
    {
        var (best, second) = a.Cost <= b.Cost ? (a, b) : (b, a);
        var delta = 2 * (second.Cost - best.Cost) / Math.Max(1, ChiSquared(problem, best.Cost));
        var search = SearchProblem(problem, cancellation, TwinScheme.Exact);
        var isOther = delta < LargestDelta && StartSearch.IsOther(search, best.X, search.Cost(best.X, []), second.X, search.Cost(second.X, []));
        return (best, isOther ? new OtherMinimum(second.X.Take(problem.Layout.Growth).Select(Math.Exp).ToList(), delta) : null);
    }

    private static (TwinPosterior, PosteriorSampler) Summarise(TwinFitProblem problem, FitMinimum minimum, OtherMinimum? other, InitialNoiseEffect? effect)
    {
        var (layout, prior) = (problem.Layout, problem.Layout.PriorInformation);
        var chi2 = ChiSquared(problem, minimum.Cost - (effect?.Misfit ?? 0));
        var readings = Math.Max(1, problem.Readings - layout.Growth);
        // A misfit beyond the noise weakens what the data say (Birge 1932), not what was known before. Without nuisance parameters nothing is
        // known but the residuals, which then tell the noise: scaled inverse χ² around what was assumed.
        var divisor = problem.Options.WithNuisance ? Math.Max(1, chi2) : (AssumedReadings + readings * chi2) / (AssumedReadings + readings);
        var data = (minimum.At.Equations.Hessian - prior) / divisor;
        var mode = minimum.X;
        if (effect is not null)
        {
            (data, mode) = effect.Correct(data, divisor, mode, problem.Layout);
        }

        var covariance = LevenbergMarquardt.InverseOf(data + prior + layout.BoxInformation) ?? (prior + layout.BoxInformation).Inverse();
        var posterior = new TwinPosterior(
            layout.Priors, mode, covariance, problem.Observations.Select(o => o.Visit).ToList(), other is null ? minimum.Status : FitStatus.SeveralMinima, minimum.Steps, chi2)
        {
            Parameters = layout.Parameters, Other = other, MisfitDivisor = divisor,
        };
        var bounds = Enumerable.Range(0, layout.Count).Select(p => p < layout.Growth && layout.Priors[p].Box is not null ? layout.Range(p) : (double.NegativeInfinity, double.PositiveInfinity)).ToArray();
        var sampler = new PosteriorSampler(
            mode, data, layout.PriorMean, prior, Enumerable.Range(0, layout.Count).Select(p => p >= FirstKill && p < layout.Growth).ToArray(), layout.BoxInformation, bounds);
        return (posterior, sampler);
    }
}
