using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>Gradient of a function of a run's outputs.</summary>
/// <param name="Initial">To the initial state, a state.</param>
/// <param name="Parameters">To D, k, α and each drug's sensitivity, in their units.</param>
/// <param name="ProliferationFactor">To the proliferation factor of each voxel, a state; null where the run was not asked for fields.</param>
/// <param name="DiffusivityFactor">To the relative diffusivity of each voxel, a state; null where the operator has no such field or none was asked for.</param>
public sealed record RunGradient(double[] Initial, double[] Parameters, double[]? ProliferationFactor = null, double[]? DiffusivityFactor = null);

/// <summary>One forward run that remembers its way, so that it can be differentiated: exact derivatives of the discrete scheme itself.</summary>
/// <remarks>Tangent and adjoint runs may go side by side; each reads the way by itself.</remarks>
public sealed class ModelRun
{
    private readonly DiffusionOperator _diffusion;
    private readonly ReactionField _reactions;
    private readonly bool _hasFactor;
    private readonly double _diffusivity, _proliferation, _longestDays;
    private readonly ModelProgram _program;
    private readonly Trajectory _way;

    private ModelRun(
        TumourModel model, ReadOnlySpan<double> initial, GrowthParameters parameters, ModelProgram program, int outputs, CancellationToken cancellation)
    {
        (_diffusion, _reactions, _hasFactor) = (model.Diffusion, model.Reactions, model.Fields.ProliferationFactor is not null);
        (_diffusivity, _proliferation, _program) = (parameters.DiffusivityMm2PerDay, parameters.ProliferationPerDay, program);
        _longestDays = program.Operations.OfType<ModelOperation.Diffuse>().Select(d => d.Days).DefaultIfEmpty(0).Max();
        States = new double[outputs][];
        _way = Trajectory.Run(initial, program.Operations, Follow, (output, state) => States[output] = [.. state], cancellation);
    }

    /// <summary>State at each output day, before any event of that instant.</summary>
    public double[][] States { get; }

    /// <summary>Number of parameters: D, k, α and each drug.</summary>
    public int ParameterCount => _program.ParameterCount;

    /// <summary>Runs forward; arguments as in <see cref="TumourModel.Simulate"/>.</summary>
    /// <exception cref="ArgumentException">Sizes or order do not fit, or cells killed stay visible for a while, which is not differentiated.</exception>
    public static ModelRun Forward(
        TumourModel model, ReadOnlySpan<double> initial, GrowthParameters parameters, TreatmentSchedule schedule, double startDay,
        IReadOnlyList<double> outputDays, SimulationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var how = options ?? new SimulationOptions();
        model.Check(initial.Length, parameters, schedule, startDay, outputDays, how);
        TumourModel.RequireExact(how, "Derivatives are");
        if (parameters.ClearancePerDay is not null)
        {
            throw new ArgumentException("Derivatives of a run in which killed cells stay visible are not available.");
        }

        return new ModelRun(model, initial, parameters, model.Plan(parameters, schedule, startDay, outputDays, how), outputDays.Count, cancellation);
    }

    /// <summary>Directional derivative of the outputs (tangent-linear run).</summary>
    /// <param name="initial">Direction in the initial state; null: none.</param>
    /// <param name="parameters">Direction in D, k, α and each drug's sensitivity.</param>
    /// <returns>One state per output.</returns>
    public double[][] Tangent(double[]? initial, ReadOnlySpan<double> parameters)
    {
        if (parameters.Length != ParameterCount)
        {
            throw new ArgumentException($"{parameters.Length} parameters do not match {ParameterCount}.");
        }

        var result = new double[States.Length][];
        var (way, direction) = (_way.Read(), parameters.ToArray());
        var (state, source) = (initial is null ? new double[_diffusion.Length] : (double[])[.. initial], new double[_diffusion.Length]);
        var scheme = Scheme();
        for (var o = 0; o < _program.Operations.Count; o++)
        {
            switch (_program.Operations[o])
            {
                case ModelOperation.Emit emit:
                    result[emit.Output] = [.. state];
                    break;
                case ModelOperation.Diffuse diffuse:
                    scheme.Step(state, diffuse.Days * _diffusivity, Reaction.Identity);
                    if (direction[SlopedReaction.Diffusivity] != 0)
                    {
                        DiffusionSlope(scheme, way.Before(o), diffuse.Days, source);
                        StateAlgebra.Add(state, direction[SlopedReaction.Diffusivity], source);
                    }

                    break;
                case ModelOperation.React react:
                    new ReactionDerivative(_reactions, react.Nodes).Forward(state, way.Before(o), direction);
                    break;
                case ModelOperation.KillField kill:
                    KillForward(state, way.Before(o), kill, direction[SlopedReaction.Alpha]);
                    break;
                case ModelOperation.Resect resect:
                    Multiply(state, resect.Remaining);
                    break;
            }
        }

        return result;
    }

    /// <summary>Gradient of Σ over outputs of weightᵀ·state (adjoint run).</summary>
    /// <param name="weights">One state per output, the derivative of the function to that output; null where it does not depend on it.</param>
    /// <param name="withFields">Whether to give the gradients to fields too.</param>
    public RunGradient Adjoint(IReadOnlyList<double[]?> weights, bool withFields = false)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count != States.Length)
        {
            throw new ArgumentException($"{weights.Count} weights do not match {States.Length} outputs.");
        }

        var (gradient, way) = (new double[ParameterCount], _way.Read());
        var (adjoint, source, scheme) = (new double[_diffusion.Length], new double[_diffusion.Length], Scheme());
        var toFactor = withFields && _hasFactor ? new double[_diffusion.Length] : null;
        var toDiffusivity = withFields && _diffusion is IDiffusivityField ? new double[_diffusion.Length] : null;
        for (var o = _program.Operations.Count - 1; o >= 0; o--)
        {
            switch (_program.Operations[o])
            {
                case ModelOperation.Emit { Output: var output } when weights[output] is { } weight:
                    StateAlgebra.Add(adjoint, 1, weight);
                    break;
                case ModelOperation.Diffuse diffuse:
                    DiffusionSlope(scheme, way.Before(o), diffuse.Days, source);
                    gradient[SlopedReaction.Diffusivity] += StateAlgebra.Dot(adjoint, source);
                    if (toDiffusivity is not null)
                    {
                        scheme.FieldSlope(way.Before(o), adjoint, diffuse.Days * _diffusivity, toDiffusivity);
                    }

                    // The operator is self-adjoint, and so is every polynomial of it.
                    scheme.Step(adjoint, diffuse.Days * _diffusivity, Reaction.Identity);
                    break;
                case ModelOperation.React react:
                    new ReactionDerivative(_reactions, react.Nodes).Backward(adjoint, way.Before(o), gradient, toFactor, _proliferation);
                    break;
                case ModelOperation.KillField kill:
                    gradient[SlopedReaction.Alpha] += KillBackward(adjoint, way.Before(o), kill);
                    break;
                case ModelOperation.Resect resect:
                    Multiply(adjoint, resect.Remaining);
                    break;
            }
        }

        return new RunGradient(adjoint, gradient, toFactor, toDiffusivity);
    }

    private DiffusionScheme Scheme() => DiffusionScheme.For(_diffusion, _longestDays * _diffusivity);

    /// <summary>Does one operation after the other on a state, as <see cref="TumourModel"/> does.</summary>
    private Action<ModelOperation> Follow(double[] state)
    {
        var stepper = new OperatorStepper(Scheme(), state, _reactions);
        return operation =>
        {
            if (operation is ModelOperation.Diffuse diffuse)
            {
                stepper.Finish(0, 1, diffuse.Days * _diffusivity, Reaction.Identity);
            }
            else
            {
                stepper.InPlace(0, 1, operation);
            }
        };
    }

    /// <summary>Derivative of a step to D.</summary>
    private void DiffusionSlope(DiffusionScheme scheme, double[] before, double days, double[] result)
    {
        scheme.StepWithSlope((double[])before.Clone(), days * _diffusivity, result);
        for (var n = 0; n < result.Length; n++)
        {
            result[n] *= days;
        }
    }

    private static void KillForward(double[] tangent, double[] before, ModelOperation.KillField kill, double alpha)
    {
        for (var n = 0; n < tangent.Length; n++)
        {
            tangent[n] = Math.Exp(-kill.AlphaPerGy * kill.EffectGy[n]) * (tangent[n] - alpha * kill.EffectGy[n] * before[n]);
        }
    }

    private static double KillBackward(double[] adjoint, double[] before, ModelOperation.KillField kill)
    {
        var sum = 0.0;
        for (var n = 0; n < adjoint.Length; n++)
        {
            adjoint[n] *= Math.Exp(-kill.AlphaPerGy * kill.EffectGy[n]);
            sum -= adjoint[n] * kill.EffectGy[n] * before[n];
        }

        return sum;
    }

    private static void Multiply(double[] state, double[] by)
    {
        for (var n = 0; n < state.Length; n++)
        {
            state[n] *= by[n];
        }
    }
}
