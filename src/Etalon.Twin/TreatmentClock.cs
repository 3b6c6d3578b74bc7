using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>One step of a simulation, days.</summary>
/// <param name="From">Begin.</param>
/// <param name="To">End; equal to the begin for the last instant, which only records.</param>
/// <param name="StartsAtInstant">Whether an output or an event may stand at the begin.</param>
internal readonly record struct ModelStep(double From, double To, bool StartsAtInstant)
{
    public double Days => To - From;

    public double Middle => From + 0.5 * Days;

    public bool IsLast => To == From;
}

/// <summary>Knows at every instant how much of each drug is in effect, and turns intervals and events into reactions.</summary>
internal sealed class TreatmentClock
{
    private readonly GrowthParameters _parameters;
    private readonly TreatmentSchedule _schedule;
    private readonly double[] _amount, _kill, _decay;
    private double _now;

    public TreatmentClock(GrowthParameters parameters, TreatmentSchedule schedule, double start)
    {
        (_parameters, _schedule, _now) = (parameters, schedule, start);
        _amount = new double[schedule.Drugs.Count];
        _kill = new double[_amount.Length];
        _decay = schedule.Drugs.Select(d => d.DecayPerDay).ToArray();
        for (var i = 0; i < _amount.Length; i++)
        {
            _amount[i] = schedule.Drugs[i].Doses.Where(d => d.Day < start).Sum(d => d.RelativeAmount * Math.Exp(-_decay[i] * (start - d.Day)));
        }
    }

    /// <summary>What happens in place before a step's diffusion: the events at its begin, then half of its reaction.</summary>
    public Reaction Enter(ModelStep step)
    {
        var events = step.StartsAtInstant ? EventsAt(step.From) : Reaction.Identity;
        return events.Then(Advance(step.Middle));
    }

    /// <summary>Growth and drugs from now until an instant; no event may lie strictly between.</summary>
    public Reaction Advance(double to)
    {
        for (var i = 0; i < _amount.Length; i++)
        {
            _kill[i] = _parameters.SensitivityPerDay[i] * _amount[i];
        }

        var reaction = Reaction.Growth(to - _now, _parameters.ProliferationPerDay, _kill, _decay);
        for (var i = 0; i < _amount.Length; i++)
        {
            _amount[i] *= Math.Exp(-_decay[i] * (to - _now));
        }

        _now = to;
        return reaction;
    }

    /// <summary>The fractions of an instant as a kill; its drug doses come into effect.</summary>
    private Reaction EventsAt(double day)
    {
        var logSurvival = _schedule.Fractions.Where(f => f.Day == day)
            .Sum(f => LinearQuadratic.LogSurvival(f.DoseGy, _parameters.AlphaPerGy, _parameters.AlphaBetaGy));
        for (var i = 0; i < _amount.Length; i++)
        {
            _amount[i] += _schedule.Drugs[i].Doses.Where(d => d.Day == day).Sum(d => d.RelativeAmount);
        }

        return Reaction.Kill(Math.Exp(logSurvival));
    }
}
