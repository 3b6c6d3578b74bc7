using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>Gradient of a function of a run's outputs.</summary>
/// <param name="Initial">To the initial state, a state.</param>
/// <param name="Parameters">To D, k, α and each drug's sensitivity, in their units.</param>
public sealed record RunGradient(double[] Initial, double[] Parameters);

/// <summary>One forward run that remembers its way, so that it can be differentiated: exact derivatives of the discrete scheme itself.</summary>
public sealed class ModelRun
{
    private readonly DiffusionOperator _diffusion;
    private readonly double _diffusivity;
    private readonly ModelProgram _program;
    private readonly List<double[]> _before = [];

    private ModelRun(TumourModel model, GrowthParameters parameters, ModelProgram program, int outputs)
    {
        (_diffusion, _diffusivity, _program) = (model.Diffusion, parameters.DiffusivityMm2PerDay, program);
        States = new double[outputs][];
    }

    /// <summary>State at each output day, before any event of that instant.</summary>
    public double[][] States { get; }

    /// <summary>Number of parameters: D, k, α and each drug.</summary>
    public int ParameterCount => _program.ParameterCount;

    /// <summary>Runs forward; arguments as in <see cref="TumourModel.Simulate"/>.</summary>
    /// <exception cref="ArgumentException">Sizes or order do not fit.</exception>
    public static ModelRun Forward(
        TumourModel model, ReadOnlySpan<double> initial, GrowthParameters parameters, TreatmentSchedule schedule, double startDay,
        IReadOnlyList<double> outputDays, SimulationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(outputDays);
        var how = options ?? new SimulationOptions();
        model.Check(initial.Length, parameters, schedule, startDay, outputDays, how);
        var run = new ModelRun(model, parameters, model.Plan(parameters, schedule, startDay, outputDays, how), outputDays.Count);
        var (state, scratch) = (initial.ToArray(), new double[initial.Length]);
        foreach (var operation in run._program.Operations)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (operation)
            {
                case ModelOperation.Emit emit:
                    run.States[emit.Output] = [.. state];
                    break;
                case ModelOperation.Diffuse diffuse:
                    run._before.Add([.. state]);
                    run._diffusion.Step(state, scratch, diffuse.Days * run._diffusivity, Reaction.Identity);
                    break;
                case ModelOperation.React react:
                    run._before.Add([.. state]);
                    react.Change.Map.Apply(state);
                    break;
            }
        }

        return run;
    }

    /// <summary>Directional derivative of the outputs (tangent-linear run).</summary>
    /// <param name="initial">Direction in the initial state; null: none.</param>
    /// <param name="parameters">Direction in D, k, α and each drug's sensitivity.</param>
    /// <returns>One state per output.</returns>
    public double[][] Tangent(double[]? initial, ReadOnlySpan<double> parameters)
    {
        var result = new double[States.Length][];
        var (state, scratch, source) = (initial is null ? new double[_diffusion.Length] : [.. initial], new double[_diffusion.Length], new double[_diffusion.Length]);
        var at = 0;
        foreach (var operation in _program.Operations)
        {
            switch (operation)
            {
                case ModelOperation.Emit emit:
                    result[emit.Output] = [.. state];
                    break;
                case ModelOperation.Diffuse diffuse:
                    _diffusion.Step(state, scratch, diffuse.Days * _diffusivity, Reaction.Identity);
                    if (parameters[SlopedReaction.Diffusivity] != 0)
                    {
                        DiffusionSlope(_before[at], diffuse.Days, source, scratch);
                        Add(state, parameters[SlopedReaction.Diffusivity], source);
                        scratch.AsSpan().Clear();
                    }

                    at++;
                    break;
                case ModelOperation.React react:
                    React(state, _before[at++], react.Change, parameters);
                    break;
            }
        }

        return result;
    }

    /// <summary>Gradient of Σ over outputs of weightᵀ·state (adjoint run).</summary>
    /// <param name="weights">One state per output, the derivative of the function to that output; null where it does not depend on it.</param>
    public RunGradient Adjoint(IReadOnlyList<double[]?> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count != States.Length)
        {
            throw new ArgumentException($"{weights.Count} weights do not match {States.Length} outputs.");
        }

        var gradient = new double[ParameterCount];
        var (adjoint, scratch, source) = (new double[_diffusion.Length], new double[_diffusion.Length], new double[_diffusion.Length]);
        var at = _before.Count;
        for (var o = _program.Operations.Count - 1; o >= 0; o--)
        {
            switch (_program.Operations[o])
            {
                case ModelOperation.Emit { Output: var output } when weights[output] is { } weight:
                    Add(adjoint, 1, weight);
                    break;
                case ModelOperation.Diffuse diffuse:
                    DiffusionSlope(_before[--at], diffuse.Days, source, scratch);
                    gradient[SlopedReaction.Diffusivity] += Dot(adjoint, source);
                    scratch.AsSpan().Clear();
                    // The operator is self-adjoint, and so is every polynomial of it.
                    _diffusion.Step(adjoint, scratch, diffuse.Days * _diffusivity, Reaction.Identity);
                    break;
                case ModelOperation.React react:
                    ReactBack(adjoint, _before[--at], react.Change, gradient);
                    break;
            }
        }

        return new RunGradient(adjoint, gradient);
    }

    /// <summary>Derivative of the two-stage step to D: hL(N + hDLN).</summary>
    private void DiffusionSlope(double[] before, double days, double[] result, double[] scratch)
    {
        _diffusion.Apply(before, scratch, days * _diffusivity);
        Add(scratch, 1, before);
        _diffusion.Apply(scratch, result, days);
    }

    private static void React(double[] tangent, double[] before, SlopedReaction change, ReadOnlySpan<double> parameters)
    {
        var (a, b) = (change.Map.A, change.Map.B);
        var (da, db) = (0.0, 0.0);
        for (var p = 0; p < parameters.Length; p++)
        {
            (da, db) = (da + change.SlopeA[p] * parameters[p], db + change.SlopeB[p] * parameters[p]);
        }

        for (var n = 0; n < tangent.Length; n++)
        {
            var (u, w) = (before[n], 1 / (1 + b * before[n]));
            tangent[n] = a * w * w * tangent[n] + (da - a * db * u * w) * u * w;
        }
    }

    private static void ReactBack(double[] adjoint, double[] before, SlopedReaction change, double[] gradient)
    {
        var (a, b) = (change.Map.A, change.Map.B);
        var (toA, toB) = (0.0, 0.0);
        for (var n = 0; n < adjoint.Length; n++)
        {
            var (u, w) = (before[n], 1 / (1 + b * before[n]));
            (toA, toB) = (toA + adjoint[n] * u * w, toB - adjoint[n] * a * u * u * w * w);
            adjoint[n] *= a * w * w;
        }

        for (var p = 0; p < gradient.Length; p++)
        {
            gradient[p] += toA * change.SlopeA[p] + toB * change.SlopeB[p];
        }
    }

    private static void Add(double[] to, double factor, double[] what)
    {
        for (var n = 0; n < to.Length; n++)
        {
            to[n] += factor * what[n];
        }
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var n = 0; n < a.Length; n++)
        {
            sum += a[n] * b[n];
        }

        return sum;
    }
}
