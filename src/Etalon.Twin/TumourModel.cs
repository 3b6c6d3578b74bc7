using System.Numerics;
using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>Options of a simulation.</summary>
public sealed record SimulationOptions
{
    /// <summary>Largest step, days. The default is 2. Steps end at every fraction, drug dose and output, whatever this is.</summary>
    public double LargestStepDays { get; init; } = 2;

    /// <summary>Every step that would be taken is cut into so many, at least 1: with 2 the same run at half the step tells the time error. The default is 1.</summary>
    public int Refinement { get; init; } = 1;

    /// <summary>Threads of one run, at least 1; the result does not depend on it. The default is 1, right where many runs go side by side.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The scheme. The default is exact; with the other steps are half a day, whatever else is asked.</summary>
    public TwinScheme Scheme { get; init; } = TwinScheme.Exact;
}

/// <summary>
/// Growth and response of one tumour: dN/dt = div(D grad N) + kN(1 − N) − Σ s_i C_i(t) N, N relative to capacity; a fraction multiplies N by
/// its linear-quadratic survival at its own clock time.
/// </summary>
/// <remarks>
/// Strang splitting: half a reaction, diffusion, half a reaction. The reaction is exact (<see cref="Reaction"/>), diffusion is conservative
/// (<see cref="DiffusionOperator"/>). Reactions and kills that follow each other without an output between them are composed into one pass.
/// </remarks>
public sealed class TumourModel
{
    private readonly ReactionField _reactions;

    /// <summary>A model over a domain.</summary>
    /// <param name="diffusion">The diffusion operator.</param>
    /// <param name="fields">What differs from place to place; null: nothing.</param>
    /// <exception cref="ArgumentException">A field does not fit the domain.</exception>
    public TumourModel(DiffusionOperator diffusion, TumourFields? fields = null)
    {
        ArgumentNullException.ThrowIfNull(diffusion);
        (Diffusion, Fields) = (diffusion, fields ?? TumourFields.Uniform);
        _reactions = new ReactionField(diffusion, Fields);
    }

    /// <summary>The diffusion operator and with it the domain.</summary>
    public DiffusionOperator Diffusion { get; }

    /// <summary>What differs from place to place.</summary>
    public TumourFields Fields { get; }

    /// <summary>Reactions of the fields.</summary>
    internal ReactionField Reactions => _reactions;

    /// <summary>Runs the model and hands each output day's state to a receiver, in order of time.</summary>
    /// <param name="initial">N at day <paramref name="startDay"/>, a state of <see cref="Diffusion"/>; not changed.</param>
    /// <param name="parameters">Growth and sensitivities.</param>
    /// <param name="schedule">Treatment on the model's clock. What happens before the start is not applied, but drugs still in effect are.</param>
    /// <param name="startDay">The model's start; a scan sees the state before any event of its own instant, so events at the start are applied.</param>
    /// <param name="outputDays">Ascending, none before the start.</param>
    /// <param name="receive">Gets the index of the output and the state before any event of that instant. The span is only valid during the call.</param>
    /// <param name="options">Steps.</param>
    /// <param name="cancellation">Ends the run with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">Sizes or order do not fit.</exception>
    public void Simulate(
        ReadOnlySpan<double> initial, GrowthParameters parameters, TreatmentSchedule schedule, double startDay,
        IReadOnlyList<double> outputDays, StateReceiver receive, SimulationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(receive);
        var how = options ?? new SimulationOptions();
        Check(initial.Length, parameters, schedule, startDay, outputDays, how);
        if (how.Scheme == TwinScheme.Rk38Compat)
        {
            new Rk38Compat(this, parameters, schedule).Run(initial, startDay, outputDays, (o, s) => receive(o, s), cancellation);
            return;
        }

        Run(initial.ToArray(), Plan(parameters, schedule, startDay, outputDays, how), parameters.DiffusivityMm2PerDay, (o, s) => receive(o, s), how, cancellation);
    }

    /// <summary>The same in single precision, for ensembles: rounding stays near 1e-6 of a density.</summary>
    /// <inheritdoc cref="Simulate(ReadOnlySpan{double}, GrowthParameters, TreatmentSchedule, double, IReadOnlyList{double}, StateReceiver, SimulationOptions?, CancellationToken)"/>
    public void SimulateSingle(
        ReadOnlySpan<double> initial, GrowthParameters parameters, TreatmentSchedule schedule, double startDay,
        IReadOnlyList<double> outputDays, SingleReceiver receive, SimulationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(receive);
        var how = options ?? new SimulationOptions();
        Check(initial.Length, parameters, schedule, startDay, outputDays, how);
        RequireExact(how, "Single precision is");
        var single = new float[initial.Length];
        for (var n = 0; n < single.Length; n++)
        {
            single[n] = (float)initial[n];
        }

        Run(single, Plan(parameters, schedule, startDay, outputDays, how), parameters.DiffusivityMm2PerDay, (o, s) => receive(o, s), how, cancellation);
    }

    private void Run<T>(
        T[] initial, ModelProgram program, double diffusivity, Action<int, ReadOnlySpan<T>> receive, SimulationOptions how, CancellationToken cancellation)
        where T : unmanaged, INumber<T>
    {
        var longest = program.Operations.OfType<ModelOperation.Diffuse>().Select(d => d.Days).DefaultIfEmpty(0).Max();
        if (Diffusion is FluxDiffusion uniform && longest * diffusivity * Diffusion.SpectralBound <= FusedStepper<T>.LargestStiffness)
        {
            Follow(new FusedStepper<T>(uniform, initial, _reactions), program, diffusivity, receive, how.Threads, cancellation);
            return;
        }

        var stepper = new OperatorStepper(DiffusionScheme.For(Diffusion, longest * diffusivity, how.Threads), Array.ConvertAll(initial, double.CreateChecked), _reactions);
        Follow<double>(
            stepper, program, diffusivity, (o, s) => receive(o, typeof(T) == typeof(double) ? (T[])(object)s.ToArray() : Array.ConvertAll(s.ToArray(), T.CreateChecked)), 1,
            cancellation);
    }

    private static void Follow<T>(
        Stepper<T> stepper, ModelProgram program, double diffusivity, Action<int, ReadOnlySpan<T>> receive, int threads, CancellationToken cancellation)
        where T : unmanaged, INumber<T>
    {
        void Emit(ModelOperation.Emit emit)
        {
            if (stepper.Doomed.IsEmpty)
            {
                receive(emit.Output, stepper.State);
                return;
            }

            var (visible, share) = ((T[])stepper.State.Clone(), T.CreateChecked(emit.DoomedShare));
            for (var n = 0; n < visible.Length; n++)
            {
                visible[n] += share * stepper.Doomed[n];
            }

            receive(emit.Output, visible);
        }

        new StepperTeam<T>(stepper, program.Operations, diffusivity, Emit, threads, cancellation).Run();
    }

    /// <summary>The operations of a run.</summary>
    internal ModelProgram Plan(
        GrowthParameters parameters, TreatmentSchedule schedule, double startDay, IReadOnlyList<double> outputDays, SimulationOptions how)
    {
        // Two stages of diffusion keep every density within its neighbours' range as long as hDλ is below 2, and every mode well damped up to 1.
        var positive = 1 / Math.Max(parameters.DiffusivityMm2PerDay * Diffusion.SpectralBound, 1e-300);
        return ModelProgram.Of(Diffusion, _reactions.Factors, parameters, schedule, startDay, outputDays, new StepRule(how.LargestStepDays, positive, how.Refinement));
    }

    /// <summary>Receives an output.</summary>
    public delegate void StateReceiver(int output, ReadOnlySpan<double> state);

    /// <summary>Receives an output in single precision.</summary>
    public delegate void SingleReceiver(int output, ReadOnlySpan<float> state);

    /// <summary>What of a simulation the scheme for comparison does not know; null where it knows all.</summary>
    public string? ComparisonMisfit(GrowthParameters parameters, TreatmentSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(schedule);
        return Rk38Compat.Misfit(this, parameters, schedule);
    }

    /// <summary>Refuses the scheme for comparison where only the exact one is meant.</summary>
    internal static void RequireExact(SimulationOptions how, string what)
    {
        if (how.Scheme != TwinScheme.Exact)
        {
            throw new ArgumentException($"{what} available for the exact scheme only.");
        }
    }

    internal void Check(
        int length, GrowthParameters parameters, TreatmentSchedule schedule, double startDay, IReadOnlyList<double> outputDays, SimulationOptions how)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(outputDays);
        if (length != Diffusion.Length)
        {
            throw new ArgumentException($"A state of this domain has {Diffusion.Length} places, not {length}.");
        }

        if (parameters.SensitivityPerDay.Count != schedule.Drugs.Count)
        {
            throw new ArgumentException($"{parameters.SensitivityPerDay.Count} sensitivities do not match {schedule.Drugs.Count} drugs.");
        }

        for (var i = 0; i < outputDays.Count; i++)
        {
            if (!(outputDays[i] >= (i == 0 ? startDay : outputDays[i - 1])))
            {
                throw new ArgumentException($"Output days must ascend from the start, day {startDay}.");
            }
        }

        if (!(how.LargestStepDays > 0) || how.Refinement < 1)
        {
            throw new ArgumentException($"The largest step is {how.LargestStepDays} days, cut into {how.Refinement}; it must be above 0 and the cuts at least 1.");
        }

        if (!(parameters.DiffusivityMm2PerDay is >= 0 and < double.PositiveInfinity) || !double.IsFinite(parameters.ProliferationPerDay))
        {
            throw new ArgumentException($"D = {parameters.DiffusivityMm2PerDay} mm2/d must be finite and at least 0, k = {parameters.ProliferationPerDay} /d finite.");
        }

        if (!parameters.SensitivityPerDay.All(s => s is >= 0 and < double.PositiveInfinity))
        {
            throw new ArgumentException($"Sensitivities must be finite and at least 0, not {string.Join(", ", parameters.SensitivityPerDay)} /d.");
        }
    }
}
