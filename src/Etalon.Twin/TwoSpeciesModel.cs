using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>
/// Growth and response of a tumour of two kinds of cells, enhancing E and non-enhancing M, which compete for one capacity:
/// dE/dt = div(D_E grad E) + k_E E (1 − E − M) − Σ s_E C E + cM and dM/dt = div(D_M grad M) + k_M M (1 − E − M) − Σ s_M C M − cM. A fraction
/// multiplies each kind by its own linear-quadratic survival at its clock time.
/// </summary>
/// <remarks>
/// Two species with a shared capacity: Hormuth et al., Sci Rep 11:8520 (2021). Conversion of the first order is the simplest of the forms in use; in Swanson et al.,
/// Cancer Res 71:7366 (2011), such rates depend on the vasculature besides. Strang splitting as in <see cref="TumourModel"/>; the reaction is exact where both kinds
/// proliferate alike (<see cref="ProjectiveReaction"/>), else integrated to a tolerance (<see cref="IntegratedReaction"/>).
/// </remarks>
public sealed class TwoSpeciesModel
{
    private readonly int _threads;

    /// <summary>A model over a domain.</summary>
    /// <param name="diffusion">The operator, which each kind multiplies by its own D.</param>
    /// <param name="threads">Threads of one run, at least 1; the result does not depend on it.</param>
    public TwoSpeciesModel(DiffusionOperator diffusion, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(diffusion);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        (Diffusion, _threads) = (diffusion, threads);
    }

    /// <summary>The diffusion operator and with it the domain.</summary>
    public DiffusionOperator Diffusion { get; }

    /// <summary>Receives an output: the states of both kinds, only valid during the call.</summary>
    public delegate void StatesReceiver(int output, ReadOnlySpan<double> enhancing, ReadOnlySpan<double> nonEnhancing);

    /// <summary>Runs the model and hands each output day's states to a receiver, in order of time.</summary>
    /// <param name="enhancing">E at the start, a state of <see cref="Diffusion"/>; not changed.</param>
    /// <param name="nonEnhancing">M at the start; not changed.</param>
    /// <param name="parameters">Growth and sensitivities.</param>
    /// <param name="schedule">Treatment on the model's clock. What happens before the start is not applied, but drugs still in effect are.</param>
    /// <param name="startDay">The model's start; a scan sees the state before any event of its own instant, so events at the start are applied.</param>
    /// <param name="outputDays">Ascending, none before the start.</param>
    /// <param name="receive">Gets the index of the output and the states before any event of that instant.</param>
    /// <param name="options">Steps.</param>
    /// <param name="cancellation">Ends the run with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">Sizes, order or ranges do not fit.</exception>
    public void Simulate(
        ReadOnlySpan<double> enhancing, ReadOnlySpan<double> nonEnhancing, TwoSpeciesParameters parameters, TreatmentSchedule schedule, double startDay,
        IReadOnlyList<double> outputDays, StatesReceiver receive, SimulationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(outputDays);
        ArgumentNullException.ThrowIfNull(receive);
        var how = options ?? new SimulationOptions();
        var single = new TumourModel(Diffusion);
        single.Check(enhancing.Length, parameters.Enhancing, schedule, startDay, outputDays, how);
        single.Check(nonEnhancing.Length, parameters.NonEnhancing, schedule, startDay, outputDays, how);
        if (!(parameters.ConversionPerDay is >= 0 and < double.PositiveInfinity))
        {
            throw new ArgumentException(FormattableString.Invariant($"The conversion rate is {parameters.ConversionPerDay} /d; it must be finite and at least 0."));
        }

        if (parameters.Enhancing.ClearancePerDay is not null || parameters.NonEnhancing.ClearancePerDay is not null)
        {
            throw new ArgumentException("Killed cells that stay visible for a while are not part of the model of two kinds of cells.");
        }

        if (!parameters.Enhancing.Response.IsAcute || !parameters.NonEnhancing.Response.IsAcute)
        {
            throw new ArgumentException("Repair and oxygen are not part of the model of two kinds of cells.");
        }

        new Run(this, enhancing.ToArray(), nonEnhancing.ToArray(), parameters, schedule, startDay, how, cancellation).Follow(outputDays, receive);
    }

    /// <summary>One run: the states, the clock, the drugs in effect and the reactions that wait to be done.</summary>
    private sealed class Run
    {
        private readonly double[] _enhancing, _nonEnhancing;
        private readonly TwoSpeciesParameters _parameters;
        private readonly TreatmentSchedule _schedule;
        private readonly SimulationOptions _how;
        private readonly DiffusionOperator _diffusion;
        private readonly DiffusionScheme _schemeE, _schemeM;
        private readonly CancellationToken _cancellation;
        private readonly TreatmentClock _clock;
        private readonly bool _isExact;
        private TwoSpeciesReaction? _pending;

        public Run(
            TwoSpeciesModel model, double[] enhancing, double[] nonEnhancing, TwoSpeciesParameters parameters, TreatmentSchedule schedule, double start,
            SimulationOptions how, CancellationToken cancellation)
        {
            (_enhancing, _nonEnhancing, _parameters, _schedule, _clock) = (enhancing, nonEnhancing, parameters, schedule, new TreatmentClock(schedule, start));
            (_how, _diffusion, _cancellation) = (how, model.Diffusion, cancellation);
            _schemeE = DiffusionScheme.For(model.Diffusion, how.LargestStepDays * parameters.Enhancing.DiffusivityMm2PerDay, model._threads);
            _schemeM = DiffusionScheme.For(model.Diffusion, how.LargestStepDays * parameters.NonEnhancing.DiffusivityMm2PerDay, model._threads);
            _isExact = parameters.Enhancing.ProliferationPerDay == parameters.NonEnhancing.ProliferationPerDay;
        }

        public void Follow(IReadOnlyList<double> outputs, StatesReceiver receive)
        {
            var instants = _clock.Instants(outputs);
            for (var i = 0; i < instants.Count; i++)
            {
                for (var o = 0; o < outputs.Count; o++)
                {
                    if (outputs[o] == instants[i])
                    {
                        Flush();
                        receive(o, _enhancing, _nonEnhancing);
                    }
                }

                if (i + 1 < instants.Count)
                {
                    EventsAt(instants[i]);
                    StepTo(instants[i + 1]);
                }
            }
        }

        private void EventsAt(double day)
        {
            foreach (var fraction in _schedule.Fractions.Where(f => f.Day == day))
            {
                Irradiate(fraction);
            }

            foreach (var surgery in _schedule.Surgeries.Where(x => x.Day == day))
            {
                Flush();
                var region = _diffusion.ToState(surgery.Region);
                for (var n = 0; n < region.Length; n++)
                {
                    var remaining = region[n] ? 1 - surgery.RemovedShare : 1;
                    (_enhancing[n], _nonEnhancing[n]) = (_enhancing[n] * remaining, _nonEnhancing[n] * remaining);
                }
            }

            _clock.GiveDrugs();
        }

        private void Irradiate(FractionOnDay fraction)
        {
            double Survival(GrowthParameters p, double doseGy) => LinearQuadratic.Survival(doseGy, p.AlphaPerGy, p.Response.AlphaBetaGy);
            var (e, m) = (_parameters.Enhancing, _parameters.NonEnhancing);
            if (fraction.DoseMapGy is not { } map)
            {
                var (survivalE, survivalM) = (Survival(e, fraction.DoseGy), Survival(m, fraction.DoseGy));
                Then(_isExact ? ProjectiveReaction.Kill(survivalE, survivalM) : IntegratedReaction.Kill(survivalE, survivalM));
                return;
            }

            Flush();
            var dose = _diffusion.ToState(map);
            for (var n = 0; n < dose.Length; n++)
            {
                _enhancing[n] *= Survival(e, dose[n]);
                _nonEnhancing[n] *= Survival(m, dose[n]);
            }
        }

        private void StepTo(double to)
        {
            var (from, span) = (_clock.Now, to - _clock.Now);
            // Both schemes are stable at any step.
            var parts = new StepRule(_how.LargestStepDays, double.PositiveInfinity, _how.Refinement).Parts(span);
            for (var p = 0; p < parts; p++)
            {
                _cancellation.ThrowIfCancellationRequested();
                var end = p == parts - 1 ? to : from + span * (p + 1) / parts;
                var days = end - _clock.Now;
                Grow(_clock.Now + 0.5 * days);
                Flush();
                _schemeE.Step(_enhancing, days * _parameters.Enhancing.DiffusivityMm2PerDay, Reaction.Identity);
                _schemeM.Step(_nonEnhancing, days * _parameters.NonEnhancing.DiffusivityMm2PerDay, Reaction.Identity);
                Grow(end);
            }
        }

        /// <summary>Growth and drugs from now until an instant; no event may lie strictly between.</summary>
        private void Grow(double to)
        {
            var (e, m, c) = (_parameters.Enhancing, _parameters.NonEnhancing, _parameters.ConversionPerDay);
            double[] Kill(GrowthParameters p) => p.SensitivityPerDay.Zip(_clock.Amount.ToArray(), (s, a) => s * a).ToArray();
            Then(_isExact
                ? ProjectiveReaction.Growth(to - _clock.Now, e.ProliferationPerDay, c, Kill(e), Kill(m), _clock.Decay)
                : IntegratedReaction.Growth(to - _clock.Now, e.ProliferationPerDay, m.ProliferationPerDay, c, Kill(e), Kill(m), _clock.Decay));
            _clock.AdvanceTo(to);
        }

        private void Then(TwoSpeciesReaction change) => _pending = _pending?.Then(change) ?? change;

        private void Flush()
        {
            _pending?.Apply(_enhancing, _nonEnhancing);
            _pending = null;
        }
    }
}
