using Etalon.Cases;
using Etalon.Numerics;
using Etalon.Treatment;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>
/// Least squares of the growth model against measured densities. Parameters are the logarithms of the growth parameters, then the
/// logarithm of each visit's ADC scale (nuisance, normal prior, correlated where visits share an error: <see cref="ScalePrior"/>). The first visit is the initial state, corrected by its own scale.
/// </summary>
/// <remarks>
/// Where density was measured the residual is (observed − predicted)/σ; clear of the drawn tumour the model is only held below the reader's
/// detection limit: max(0, N − limit)/σ; at the drawn edge, where voxels are mixtures, nothing is asked. The voxels of one visit share its scale, which is a parameter rather than a covariance.
/// </remarks>
internal sealed class TwinFitProblem
{
    private const double DifferenceStep = 1e-4;

    private readonly TumourModel _model;
    private readonly TreatmentSchedule _schedule;
    private readonly IReadOnlyList<DensityObservation> _observations;
    private readonly IReadOnlyList<ParameterPrior> _priors;
    private readonly DensityReference _reference;
    private readonly TwinFitOptions _options;
    private readonly CancellationToken _cancellation;

    public TwinFitProblem(
        TumourModel model, TreatmentSchedule schedule, IReadOnlyList<DensityObservation> observations, IReadOnlyList<ParameterPrior> priors,
        DensityReference reference, TwinFitOptions options, CancellationToken cancellation)
    {
        (_model, _schedule, _observations, _priors) = (model, schedule, observations, priors);
        (_reference, _options, _cancellation) = (reference, options, cancellation);
        PriorInformation = Matrix<double>.Build.Dense(Count, Count);
        PriorInformation.SetSubMatrix(Growth, Growth, ScalePrior.Information(observations));
        for (var p = 0; p < Growth; p++)
        {
            PriorInformation[p, p] = Math.Pow(priors[p].LogSd, -2);
        }
    }

    public int Growth => _priors.Count;

    public int Count => _priors.Count + _observations.Count;

    /// <summary>Inverse covariance of all logarithms before the data.</summary>
    public Matrix<double> PriorInformation { get; }

    public double[] Start() => [.. _priors.Select(p => Math.Log(p.Median)), .. _observations.Select(_ => 0.0)];

    public GrowthParameters Parameters(ReadOnlySpan<double> x) => new()
    {
        DiffusivityMm2PerDay = Math.Exp(x[0]),
        ProliferationPerDay = Math.Exp(x[1]),
        AlphaPerGy = Math.Exp(x[2]),
        SensitivityPerDay = x[3.._priors.Count].ToArray().Select(Math.Exp).ToArray(),
    };

    /// <summary>The first visit's density with its ADC scale taken out.</summary>
    public double[] Initial(ReadOnlySpan<double> x)
    {
        var first = _observations[0];
        var scale = Math.Exp(x[Growth]);
        var offset = Offset(scale);
        var state = new double[first.Density.Length];
        for (var n = 0; n < state.Length; n++)
        {
            // The tail beyond what was measured is an extrapolation; the scale of the ADC does not move it.
            state[n] = first.IsMeasured[n] ? Math.Clamp((first.Density[n] - offset) / scale, 0, 1) : first.Density[n];
        }

        return state;
    }

    /// <summary>Cost with the priors; +∞ where a parameter has run away.</summary>
    public double Cost(double[] x) => IsAllowed(x) ? Terms(x, Solve(x), null).Cost : double.PositiveInfinity;

    /// <summary>Cost, gradient and Gauss-Newton matrix; derivatives of the states by forward differences, solved side by side.</summary>
    public NormalEquations Evaluate(double[] x)
    {
        var changed = Enumerable.Range(0, Growth + 1).ToArray();
        var runs = new double[changed.Length + 1][][];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Threads, CancellationToken = _cancellation };
        Parallel.For(0, runs.Length, parallel, r =>
        {
            var at = x.ToArray();
            if (r > 0)
            {
                at[changed[r - 1]] += DifferenceStep;
            }

            runs[r] = Solve(at);
        });
        return Terms(x, runs[0], runs[1..]);
    }

    /// <summary>States at the observations after the first.</summary>
    private double[][] Solve(double[] x)
    {
        var states = new double[_observations.Count - 1][];
        _model.Simulate(
            Initial(x), Parameters(x), _schedule, _observations[0].Day, _observations.Skip(1).Select(o => o.Day).ToList(),
            (output, state) => states[output] = state.ToArray(), _options.Simulation, _cancellation);
        return states;
    }

    private NormalEquations Terms(double[] x, double[][] states, double[][][]? perturbed)
    {
        var gradient = Vector<double>.Build.Dense(Count);
        var hessian = Matrix<double>.Build.Dense(Count, Count);
        var parts = new (double Cost, double[] Gradient, double[] Hessian)[states.Length];
        Parallel.For(0, states.Length, new ParallelOptions { MaxDegreeOfParallelism = _options.Threads }, v => parts[v] = OfVisit(x, v, states, perturbed));
        var cost = 0.0;
        foreach (var (c, g, h) in parts)
        {
            cost += c;
            gradient += Vector<double>.Build.Dense(g);
            hessian += Matrix<double>.Build.Dense(Count, Count, h);
        }

        var fromPrior = Vector<double>.Build.Dense(x) - Vector<double>.Build.Dense(Start());
        var pull = PriorInformation * fromPrior;
        return new NormalEquations(cost + 0.5 * (fromPrior * pull), gradient + pull, hessian + PriorInformation);
    }

    private (double Cost, double[] Gradient, double[] Hessian) OfVisit(double[] x, int v, double[][] states, double[][][]? perturbed)
    {
        var observation = _observations[v + 1];
        var (scale, own) = (Math.Exp(x[Growth + v + 1]), Growth + v + 1);
        var offset = Offset(scale);
        var weight = 1 / (ResidualU(observation) * Math.Sqrt(_options.VoxelsPerGrain));
        var (cost, gradient, hessian) = (0.0, new double[Count], new double[Count * Count]);
        var row = new double[Count];
        var state = states[v];
        for (var n = 0; n < state.Length; n++)
        {
            double r, slope;
            if (observation.IsMeasured[n])
            {
                r = (scale * state[n] + offset - observation.Density[n]) * weight;
                slope = scale * weight;
                row[own] = scale * (state[n] - FreeOverSpan) * weight;
            }
            else if (observation.IsBelowLimit[n] && state[n] > observation.DetectionLimit)
            {
                r = (state[n] - observation.DetectionLimit) * weight;
                slope = weight;
                row[own] = 0;
            }
            else
            {
                continue;
            }

            cost += 0.5 * r * r;
            if (perturbed is null)
            {
                continue;
            }

            for (var p = 0; p <= Growth; p++)
            {
                row[p] = slope * (perturbed[p][v][n] - state[n]) / DifferenceStep;
            }

            Accumulate(row, own, r, gradient, hessian);
        }

        return (cost, gradient, hessian);
    }

    /// <summary>
    /// Standard uncertainty of observed minus predicted density. The initial state is the first visit, noise and all; its noise is carried as it is,
    /// which is more than diffusion leaves of it and less than growth makes of it.
    /// </summary>
    private double ResidualU(DensityObservation observation)
    {
        var first = _observations[0];
        return Math.Sqrt(observation.VoxelU * observation.VoxelU + observation.PositionU * observation.PositionU + first.VoxelU * first.VoxelU);
    }

    /// <summary>Adds one residual's row; only the growth parameters, the first scale and the visit's own scale are not zero.</summary>
    private void Accumulate(double[] row, int own, double r, double[] gradient, double[] hessian)
    {
        for (var p = 0; p <= Growth + 1; p++)
        {
            var i = p <= Growth ? p : own;
            gradient[i] += row[i] * r;
            for (var q = 0; q <= Growth + 1; q++)
            {
                var j = q <= Growth ? q : own;
                hessian[i * Count + j] += row[i] * row[j];
            }
        }
    }

    private double FreeOverSpan => _reference.FreeWaterMm2PerS / (_reference.FreeWaterMm2PerS - _reference.CapacityMm2PerS);

    /// <summary>Density that a scaled free-water ADC would show: measured N = scale · N + offset.</summary>
    private double Offset(double scale) => FreeOverSpan * (1 - scale);

    private bool IsAllowed(double[] x)
    {
        for (var p = 0; p < Growth; p++)
        {
            if (!(Math.Abs(x[p] - Math.Log(_priors[p].Median)) < 8))
            {
                return false;
            }
        }

        return true;
    }
}
