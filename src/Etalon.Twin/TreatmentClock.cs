using Etalon.Treatment;

namespace Etalon.Twin;

/// <summary>The instants of a treatment, and how much of each drug is in effect while time goes on.</summary>
internal sealed class TreatmentClock
{
    private readonly TreatmentSchedule _schedule;
    private readonly double[] _amount;

    /// <summary>Starts the clock; what was given before is still in effect.</summary>
    public TreatmentClock(TreatmentSchedule schedule, double start)
    {
        (_schedule, Now) = (schedule, start);
        Decay = schedule.Drugs.Select(d => d.DecayPerDay).ToArray();
        _amount = schedule.Drugs.Select(d => d.Doses.Where(x => x.Day < start).Sum(x => x.RelativeAmount * Math.Exp(-d.DecayPerDay * (start - x.Day)))).ToArray();
    }

    /// <summary>The day.</summary>
    public double Now { get; private set; }

    /// <summary>Amount of each drug in effect, relative to its reference.</summary>
    public ReadOnlySpan<double> Amount => _amount;

    /// <summary>Decay of each drug, per day.</summary>
    public double[] Decay { get; }

    /// <summary>The start and, up to the last output, every output and event after it, ascending.</summary>
    public List<double> Instants(IReadOnlyList<double> outputs)
    {
        var end = outputs.Count == 0 ? Now : outputs[^1];
        return outputs.Concat(_schedule.Fractions.Select(f => f.Day)).Concat(_schedule.Drugs.SelectMany(d => d.Doses.Select(x => x.Day)))
            .Concat(_schedule.Surgeries.Select(x => x.Day)).Where(day => day > Now && day <= end).Append(Now).Distinct().Order().ToList();
    }

    /// <summary>The drug doses of this instant come into effect.</summary>
    public void GiveDrugs()
    {
        for (var i = 0; i < _amount.Length; i++)
        {
            _amount[i] += _schedule.Drugs[i].Doses.Where(d => d.Day == Now).Sum(d => d.RelativeAmount);
        }
    }

    /// <summary>Time goes on; no dose may lie between.</summary>
    public void AdvanceTo(double day)
    {
        for (var i = 0; i < _amount.Length; i++)
        {
            _amount[i] *= Math.Exp(-Decay[i] * (day - Now));
        }

        Now = day;
    }
}
