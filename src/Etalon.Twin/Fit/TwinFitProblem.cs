using Etalon.Cases;
using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>The growth model against measured densities: cost and derivatives at a point (<see cref="FitLayout"/>, <see cref="InitialField"/>, <see cref="ObservationRows"/>).</summary>
internal sealed class TwinFitProblem
{
    /// <summary>Of forward differences in the logarithm, where the scheme has no derivatives of its own: single precision of its parameters is far below.</summary>
    private const double DifferenceStep = 1e-4;

    /// <summary>A step to a bound may miss it by rounding.</summary>
    private const double Slack = 1e-9;

    private readonly TreatmentSchedule _schedule;
    private readonly IReadOnlyList<DensityObservation> _observations;
    private readonly DensityReference _reference;
    private readonly List<ObservationRows> _rows;
    private readonly List<double> _days;
    private readonly CancellationToken _cancellation;

    public TwinFitProblem(
        TumourModel model, TreatmentSchedule schedule, IReadOnlyList<DensityObservation> observations, FitLayout layout,
        DensityReference reference, TwinFitOptions options, bool isFree, CancellationToken cancellation)
    {
        if (isFree && options.Simulation.Scheme != TwinScheme.Exact)
        {
            throw new ArgumentException("A free initial state needs derivatives, which only the exact scheme has.");
        }

        (Model, _schedule, _observations, Layout, _reference, Options, _cancellation) = (model, schedule, observations, layout, reference, options, cancellation);
        IsFree = isFree;
        Initial = new InitialField(observations[0], layout, reference, options, isFree, model.Diffusion.Inside);
        _rows = observations.Skip(1).Select((o, v) => new ObservationRows(o, v + 1, layout, reference, model.Diffusion, ResidualU(o), options.VoxelsPerGrain)).ToList();
        _days = observations.Skip(1).Select(o => o.Day).ToList();
        IsHeld = new bool[layout.Count];
    }

    public TumourModel Model { get; }

    public FitLayout Layout { get; }

    public TwinFitOptions Options { get; }

    public InitialField Initial { get; }

    /// <summary>Whether the initial state deviates from what was measured.</summary>
    public bool IsFree { get; }

    /// <summary>Parameters that are not fitted.</summary>
    public bool[] IsHeld { get; init; }

    public IReadOnlyList<DensityObservation> Observations => _observations;

    public TreatmentSchedule Schedule => _schedule;

    public DensityReference Reference => _reference;

    /// <summary>Independent readings of the visits after the first.</summary>
    public double Readings => _observations.Skip(1).Sum(o => (double)o.IsMeasured.Count(m => m)) / Options.VoxelsPerGrain;

    /// <summary>The same with parameters that are not fitted.</summary>
    public TwinFitProblem Holding(bool[] held) =>
        new(Model, _schedule, _observations, Layout, _reference, Options, IsFree, _cancellation) { IsHeld = held };

    /// <summary>The same with another error of the first visit.</summary>
    /// <param name="noise">A state.</param>
    /// <param name="factor">Of the noise.</param>
    public TwinFitProblem WithFirst(double[] noise, double factor)
    {
        var first = _observations[0];
        var moved = (first.Unbounded ?? first.Density).Zip(noise, (d, e) => d + factor * e).ToArray();
        return new(Model, _schedule, [first with { Unbounded = moved, Density = Array.ConvertAll(moved, d => Math.Clamp(d, 0, 1)) }, .. _observations.Skip(1)], Layout, _reference, Options, IsFree, _cancellation)
        {
            IsHeld = IsHeld,
        };
    }

    /// <summary>Derivative of the initial state to the density that was measured in each place; 0 where none was.</summary>
    public double[] ToMeasured(double[] x)
    {
        var slopes = InitialSlopes.For(Model.Diffusion.Length);
        Initial.At(x, null, slopes);
        var scale = Layout.Scale[0] >= 0 ? Math.Exp(x[Layout.Scale[0]]) : 1;
        return slopes.ToSource.Select((s, n) => _observations[0].IsMeasured[n] ? s / scale : 0).ToArray();
    }

    public GrowthParameters Parameters(ReadOnlySpan<double> x) => new()
    {
        DiffusivityMm2PerDay = Math.Exp(x[0]),
        ProliferationPerDay = Math.Exp(x[1]),
        AlphaPerGy = Math.Exp(x[2]),
        SensitivityPerDay = x[3..Layout.Growth].ToArray().Select(Math.Exp).ToArray(),
    };

    /// <summary>Half the sum of squares, with what is known before; +∞ outside the range.</summary>
    public FitTrial Try(double[] x, double[] deviation)
    {
        if (Enumerable.Range(0, Layout.Count).Any(p => !IsHeld[p] && !(x[p] >= Layout.Range(p).Low - Slack && x[p] <= Layout.Range(p).High + Slack)))
        {
            return new FitTrial(x, deviation, double.PositiveInfinity, [], null);
        }

        var initial = Initial.At(x, IsFree ? deviation : null);
        double[][] states;
        ModelRun? run = null;
        if (Options.Simulation.Scheme == TwinScheme.Exact)
        {
            run = ModelRun.Forward(Model, initial, Parameters(x), _schedule, _observations[0].Day, _days, Options.Simulation, _cancellation);
            states = run.States;
        }
        else
        {
            states = Simulate(initial, x);
        }

        var cost = Prior(x, deviation);
        for (var v = 0; v < states.Length; v++)
        {
            cost += _rows[v].Of(x, states[v], null).Cost;
        }

        return new FitTrial(x, deviation, cost, states, run);
    }

    /// <summary>Cost alone, by the fastest run there is.</summary>
    public double Cost(double[] x, double[] deviation)
    {
        var states = Simulate(Initial.At(x, IsFree ? deviation : null), x);
        return Prior(x, deviation) + Enumerable.Range(0, states.Length).Sum(v => _rows[v].Of(x, states[v], null).Cost);
    }

    /// <summary>Derivatives of the states to the growth parameters and to the first visit's errors.</summary>
    public List<(int Parameter, double[][] States)> Slopes(FitTrial trial) => trial.Run is null ? Differences(trial, Directions(trial)) : Tangents(trial);

    /// <summary>Rows with derivatives at a trial.</summary>
    public List<VisitRows> Rows(FitTrial trial, IReadOnlyList<(int Parameter, double[][] States)>? slopes = null)
    {
        var of = slopes ?? Slopes(trial);
        return trial.States.Select((s, v) => _rows[v].Of(trial.X, s, of.Select(d => (d.Parameter, d.States[v])).ToList())).ToList();
    }

    /// <summary>Rows at a minimum of a problem with the same growth parameters but fixed initial state, this one's errors of the first visit added.</summary>
    public List<VisitRows> OwnRows(FitEquations of, double[] x)
    {
        var trial = of.Trial with { X = x };
        var first = Directions(trial).Where(d => d.Parameter >= Layout.Growth).ToList();
        return Rows(trial, [.. of.Slopes.Where(s => s.Parameter < Layout.Growth), .. Differences(trial, first)]);
    }

    /// <summary>Directions in which the parameters move the run: each growth parameter, then the first visit's errors through the initial state.</summary>
    private List<(int Parameter, double[]? Initial, double[] Growth)> Directions(FitTrial trial)
    {
        var (x, slopes) = (trial.X, InitialSlopes.For(Model.Diffusion.Length));
        Initial.At(x, IsFree ? trial.Deviation : null, slopes);
        var directions = new List<(int, double[]?, double[])>();
        for (var p = 0; p < Layout.Growth; p++)
        {
            if (!IsHeld[p])
            {
                var direction = new double[Layout.Growth];
                direction[p] = Math.Exp(x[p]);
                directions.Add((p, null, direction));
            }
        }

        if (Layout.Scale[0] >= 0)
        {
            directions.Add((Layout.Scale[0], Initial.ScaleSlope(x, slopes), new double[Layout.Growth]));
        }

        if (Layout.Offset[0] >= 0)
        {
            directions.Add((Layout.Offset[0], Initial.OffsetSlope(x, slopes), new double[Layout.Growth]));
        }

        if (Layout.TailOdds >= 0)
        {
            directions.Add((Layout.TailOdds, slopes.ToOdds, new double[Layout.Growth]));
            directions.Add((Layout.TailFall, slopes.ToFall, new double[Layout.Growth]));
        }

        return directions;
    }

    /// <summary>
    /// Derivatives of the states at all visits, the first one too, to each parameter, the initial state following it where it is free.
    /// </summary>
    public List<(int Parameter, double[][] States)> StateSlopes(FitEquations at)
    {
        var (directions, slopes) = (Directions(at.Trial), InitialSlopes.For(Model.Diffusion.Length));
        if (!IsFree)
        {
            return at.Slopes.Select(d => (d.Parameter, (double[][])[directions.First(x => x.Parameter == d.Parameter).Initial ?? new double[Model.Diffusion.Length], .. d.States])).ToList();
        }

        var trial = Try(at.Trial.X, at.Trial.Deviation);
        Initial.At(trial.X, trial.Deviation, slopes);

        var results = new (int, double[][])[Layout.Count];
        Parallel.For(0, Layout.Count, new ParallelOptions { MaxDegreeOfParallelism = Options.Threads, CancellationToken = _cancellation }, p =>
        {
            var own = directions.FirstOrDefault(d => d.Parameter == p, (p, null, new double[Layout.Growth]));
            var initial = own.Initial?.ToArray() ?? new double[Model.Diffusion.Length];
            for (var n = 0; n < initial.Length; n++)
            {
                initial[n] -= Initial.Sd[n] * slopes.ToDeviation[n] * at.Elimination[p][n];
            }

            results[p] = (p, [initial, .. trial.Run!.Tangent(initial, own.Growth)]);
        });
        return [.. results];
    }

    private List<(int Parameter, double[][] States)> Tangents(FitTrial trial)
    {
        var directions = Directions(trial);
        var results = new (int, double[][])[directions.Count];
        Parallel.For(0, directions.Count, new ParallelOptions { MaxDegreeOfParallelism = Options.Threads, CancellationToken = _cancellation }, d =>
            results[d] = (directions[d].Parameter, trial.Run!.Tangent(directions[d].Initial, directions[d].Growth)));
        return [.. results];
    }

    private List<(int Parameter, double[][] States)> Differences(FitTrial trial, List<(int Parameter, double[]? Initial, double[] Growth)> directions)
    {
        var results = new (int, double[][])[directions.Count];
        Parallel.For(0, directions.Count, new ParallelOptions { MaxDegreeOfParallelism = Options.Threads, CancellationToken = _cancellation }, d =>
        {
            var p = directions[d].Parameter;
            var step = Layout.Parameters[p].IsLog ? DifferenceStep : DifferenceStep * Layout.Parameters[p].PriorSd;
            var at = trial.X.ToArray();
            at[p] += step;
            var moved = Simulate(Initial.At(at, IsFree ? trial.Deviation : null), at);
            for (var v = 0; v < moved.Length; v++)
            {
                for (var n = 0; n < moved[v].Length; n++)
                {
                    moved[v][n] = (moved[v][n] - trial.States[v][n]) / step;
                }
            }

            results[d] = (p, moved);
        });
        return [.. results];
    }

    /// <summary>States at days after the visits and their derivatives to each growth parameter's logarithm, shape (parameters, days, places).</summary>
    public (double[][] States, double[][][] Slopes) Future(double[] x, IReadOnlyList<double> days)
    {
        var (initial, parameters) = (Initial.At(x, null), Enumerable.Range(0, Layout.Growth).ToList());
        var slopes = new double[parameters.Count][][];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Options.Threads, CancellationToken = _cancellation };
        if (Options.Simulation.Scheme == TwinScheme.Exact)
        {
            var run = ModelRun.Forward(Model, initial, Parameters(x), _schedule, _observations[0].Day, days, Options.Simulation, _cancellation);
            Parallel.ForEach(parameters, parallel, p => slopes[p] = run.Tangent(null, parameters.Select(q => q == p ? Math.Exp(x[p]) : 0).ToArray()));
            return (run.States, slopes);
        }

        var states = Simulate(initial, x, days);
        Parallel.ForEach(parameters, parallel, p =>
        {
            var moved = Simulate(initial, x.Select((v, q) => q == p ? v + DifferenceStep : v).ToArray(), days);
            slopes[p] = moved.Select((m, d) => m.Zip(states[d], (a, b) => (a - b) / DifferenceStep).ToArray()).ToArray();
        });
        return (states, slopes);
    }

    private double[][] Simulate(double[] initial, double[] x) => Simulate(initial, x, _days);

    private double[][] Simulate(double[] initial, double[] x, IReadOnlyList<double> days)
    {
        var states = new double[days.Count][];
        Model.Simulate(initial, Parameters(x), _schedule, _observations[0].Day, days, (output, state) => states[output] = state.ToArray(), Options.Simulation, _cancellation);
        return states;
    }

    /// <summary>Half the sum of squares of what is known before the images.</summary>
    public double Prior(double[] x, double[] deviation)
    {
        var cost = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < x.Length; j++)
            {
                if (!IsHeld[i] && !IsHeld[j])
                {
                    cost += 0.5 * (x[i] - Layout.PriorMean[i]) * Layout.PriorInformation[i, j] * (x[j] - Layout.PriorMean[j]);
                }
            }
        }

        foreach (var d in deviation)
        {
            cost += 0.5 * d * d;
        }

        return cost;
    }

    /// <summary>
    /// Standard uncertainty of predicted minus observed density. A fixed initial state is the first visit, noise and all: where its effect cannot be followed through
    /// the runs, it counts as noise of each visit.
    /// </summary>
    private double ResidualU(DensityObservation observation)
    {
        var first = Options.FollowsInitialNoise || IsFree ? 0 : _observations[0].VoxelU;
        var place = Options.WithNuisance && observation.DisplacementUMm > 0 ? 0 : observation.PositionU;
        return Math.Sqrt(observation.VoxelU * observation.VoxelU + place * place + first * first);
    }
}

/// <summary>The cost at a point and the run it came from.</summary>
/// <param name="X">Parameters.</param>
/// <param name="Deviation">Of the initial state.</param>
/// <param name="Cost">Half the sum of squares; +∞ outside the range.</param>
/// <param name="States">At the visits after the first.</param>
/// <param name="Run">To differentiate; null where the scheme has no derivatives.</param>
internal sealed record FitTrial(double[] X, double[] Deviation, double Cost, double[][] States, ModelRun? Run);
