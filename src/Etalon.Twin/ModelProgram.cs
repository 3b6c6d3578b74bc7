using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>
/// The operations of one run in order: half a reaction, diffusion, half a reaction for every step (Strang, SIAM J Numer Anal 5:506 (1968)),
/// events at their own instants, outputs before any event of theirs. Reactions that follow each other are one.
/// </summary>
internal sealed class ModelProgram
{
    private readonly GrowthParameters _parameters;
    private readonly TreatmentSchedule _schedule;
    private readonly IReadOnlyList<FractionEffect> _effects;
    private readonly DiffusionOperator _diffusion;
    private readonly double[] _factors;
    private readonly List<ModelOperation> _operations = [];
    private readonly double[] _sensitivity;
    private readonly TreatmentClock _clock;
    private SlopedReaction[]? _pending;
    private double _doomedSince;

    private ModelProgram(DiffusionOperator diffusion, double[] factors, GrowthParameters parameters, TreatmentSchedule schedule, double start)
    {
        (_diffusion, _factors, _parameters, _schedule, _doomedSince) = (diffusion, factors, parameters, schedule, start);
        _effects = parameters.Response.EffectsOf(schedule);
        _sensitivity = [.. parameters.SensitivityPerDay];
        _clock = new TreatmentClock(schedule, start);
    }

    /// <summary>Operations in order.</summary>
    public IReadOnlyList<ModelOperation> Operations => _operations;

    /// <summary>Length of a gradient: D, k, α and each drug.</summary>
    public int ParameterCount => SlopedReaction.FirstDrug + _schedule.Drugs.Count;

    /// <summary>Plans a run.</summary>
    /// <param name="diffusion">Layout of states.</param>
    /// <param name="factors">Factors of k at which reactions are needed (<see cref="ReactionField.Factors"/>).</param>
    /// <param name="parameters">Growth and sensitivities.</param>
    /// <param name="schedule">Treatment.</param>
    /// <param name="start">Day of the initial state.</param>
    /// <param name="outputs">Output days, ascending.</param>
    /// <param name="steps">How long steps are.</param>
    public static ModelProgram Of(
        DiffusionOperator diffusion, double[] factors, GrowthParameters parameters, TreatmentSchedule schedule, double start, IReadOnlyList<double> outputs,
        StepRule steps)
    {
        var program = new ModelProgram(diffusion, factors, parameters, schedule, start);
        var instants = program._clock.Instants(outputs);
        for (var i = 0; i < instants.Count; i++)
        {
            program.EmitAt(instants[i], outputs);
            if (i + 1 < instants.Count)
            {
                program.EventsAt(instants[i]);
                program.StepTo(instants[i + 1], steps);
            }
        }

        return program;
    }

    private void EmitAt(double day, IReadOnlyList<double> outputs)
    {
        for (var o = 0; o < outputs.Count; o++)
        {
            if (outputs[o] == day)
            {
                Flush();
                _operations.Add(new ModelOperation.Emit(o, Fading(day)));
            }
        }
    }

    private void EventsAt(double day)
    {
        foreach (var effect in _effects.Where(e => e.Day == day))
        {
            Kill(effect);
        }

        foreach (var surgery in _schedule.Surgeries.Where(x => x.Day == day))
        {
            Flush();
            var region = _diffusion.ToState(surgery.Region);
            _operations.Add(new ModelOperation.Resect(Array.ConvertAll(region, r => r ? 1 - surgery.RemovedShare : 1)));
        }

        _clock.GiveDrugs();
    }

    private void Kill(FractionEffect effect)
    {
        var field = effect.FieldGy is { } onGrid ? Array.ConvertAll(_diffusion.ToState(onGrid), q => (double)q) : null;
        if (_parameters.ClearancePerDay is not null)
        {
            Flush();
            _operations.Add(new ModelOperation.DelayedKill(_parameters.AlphaPerGy, effect.UniformGy, field, Fading(effect.Day)));
            _doomedSince = effect.Day;
        }
        else if (field is not null)
        {
            Flush();
            _operations.Add(new ModelOperation.KillField(_parameters.AlphaPerGy, field));
        }
        else
        {
            Then(_ => SlopedReaction.Kill(ParameterCount, _parameters.AlphaPerGy, effect.UniformGy));
        }
    }

    /// <summary>What is left at a day of the cells doomed until the last fraction before it.</summary>
    private double Fading(double day) => _parameters.ClearancePerDay is { } rate ? Math.Exp(-rate * (day - _doomedSince)) : 0;

    private void StepTo(double to, StepRule steps)
    {
        var (from, span) = (_clock.Now, to - _clock.Now);
        var parts = steps.Parts(span);
        for (var p = 0; p < parts; p++)
        {
            var end = p == parts - 1 ? to : from + span * (p + 1) / parts;
            var days = end - _clock.Now;
            Grow(_clock.Now + 0.5 * days);
            Flush();
            _operations.Add(new ModelOperation.Diffuse(days));
            Grow(end);
        }
    }

    /// <summary>Growth and drugs from now until an instant; no event may lie strictly between.</summary>
    private void Grow(double to)
    {
        Then(factor => SlopedReaction.Growth(to - _clock.Now, factor * _parameters.ProliferationPerDay, _sensitivity, _clock.Amount, _clock.Decay));
        _clock.AdvanceTo(to);
    }

    private void Then(Func<double, SlopedReaction> change) =>
        _pending = _factors.Select((f, j) => _pending is null ? change(f) : _pending[j].Then(change(f))).ToArray();

    private void Flush()
    {
        if (_pending is { } nodes)
        {
            _operations.Add(new ModelOperation.React(nodes));
            _pending = null;
        }
    }
}
