using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>Options of a simulation.</summary>
public sealed record SimulationOptions
{
    /// <summary>Largest step, days. The default is 2. Steps end at every fraction, drug dose and output, whatever this is.</summary>
    public double LargestStepDays { get; init; } = 2;

    /// <summary>Every step that would be taken is cut into so many, at least 1: with 2 the same run at half the step tells the time error. The default is 1.</summary>
    public int Refinement { get; init; } = 1;
}

/// <summary>
/// Growth and response of one tumour: dN/dt = div(D grad N) + kN(1 − N) − Σ s_i C_i(t) N, N relative to capacity; a fraction multiplies N by
/// its linear-quadratic survival at its own clock time.
/// </summary>
/// <remarks>
/// Strang splitting: half a reaction, diffusion, half a reaction. The reaction is exact (<see cref="Reaction"/>), diffusion is conservative
/// (<see cref="FluxDiffusion"/>). Reactions and kills that follow each other without an output between them are composed into one pass.
/// </remarks>
public sealed class TumourModel(FluxDiffusion diffusion)
{
    /// <summary>The diffusion operator and with it the domain.</summary>
    public FluxDiffusion Diffusion { get; } = diffusion;

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
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(outputDays);
        ArgumentNullException.ThrowIfNull(receive);
        var how = options ?? new SimulationOptions();
        Check(initial.Length, parameters, schedule, startDay, outputDays, how);
        var state = initial.ToArray();
        var scratch = new double[state.Length];
        var clock = new TreatmentClock(parameters, schedule, startDay);
        var steps = Steps(schedule, startDay, outputDays, how, parameters);
        var output = 0;
        var isEntered = false;
        for (var s = 0; s < steps.Count; s++)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = steps[s];
            if (!isEntered)
            {
                for (; output < outputDays.Count && step.StartsAtInstant && outputDays[output] == step.From; output++)
                {
                    receive(output, state);
                }

                if (step.IsLast)
                {
                    break;
                }

                clock.Enter(step).Apply(state);
            }

            var then = clock.Advance(step.To);
            var next = steps[s + 1];
            // No output in between: the end of this step and the beginning of the next are one reaction and one pass over memory.
            isEntered = !next.IsLast && !(next.StartsAtInstant && output < outputDays.Count && outputDays[output] == next.From);
            then = isEntered ? then.Then(clock.Enter(next)) : then;
            Diffusion.Step(state, scratch, step.Days * parameters.DiffusivityMm2PerDay, then);
        }
    }

    /// <summary>Receives an output.</summary>
    public delegate void StateReceiver(int output, ReadOnlySpan<double> state);

    /// <summary>Steps between all instants that matter, each at most the largest step and stable for the diffusion.</summary>
    private List<ModelStep> Steps(
        TreatmentSchedule schedule, double start, IReadOnlyList<double> outputs, SimulationOptions how, GrowthParameters parameters)
    {
        var end = outputs.Count == 0 ? start : outputs[^1];
        var instants = outputs.Concat(schedule.Fractions.Select(f => f.Day)).Concat(schedule.Drugs.SelectMany(d => d.Doses.Select(x => x.Day)))
            .Where(day => day > start && day <= end).Append(start).Distinct().Order().ToList();
        // Two stages are stable up to h·λ = 2 and accurate well below; 1 keeps every mode damped.
        var stable = 1 / Math.Max(parameters.DiffusivityMm2PerDay * Diffusion.SpectralBound, 1e-300);
        var steps = new List<ModelStep>();
        for (var i = 0; i + 1 < instants.Count; i++)
        {
            var span = instants[i + 1] - instants[i];
            var parts = how.Refinement * Math.Max(1, (int)Math.Ceiling(span / Math.Min(how.LargestStepDays, stable) - 1e-9));
            for (var p = 0; p < parts; p++)
            {
                var from = p == 0 ? instants[i] : instants[i] + span * p / parts;
                var to = p == parts - 1 ? instants[i + 1] : instants[i] + span * (p + 1) / parts;
                steps.Add(new ModelStep(from, to, StartsAtInstant: p == 0));
            }
        }

        steps.Add(new ModelStep(instants[^1], instants[^1], StartsAtInstant: true));
        return steps;
    }

    private void Check(
        int length, GrowthParameters parameters, TreatmentSchedule schedule, double startDay, IReadOnlyList<double> outputDays, SimulationOptions how)
    {
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
