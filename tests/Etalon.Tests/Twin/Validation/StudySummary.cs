using System.Text;
using Etalon.Numerics;
using Etalon.Twin.Validation;

namespace Etalon.Tests.Twin.Validation;

/// <summary>Figures of a cohort, with the model's own error learnt from other patients, or without it.</summary>
internal sealed class StudySummary
{
    private readonly List<(HeldOut Visit, ModelDiscrepancy? Error)> _visits;
    private readonly IReadOnlyList<StudyPatient> _patients;

    public StudySummary(IReadOnlyList<StudyPatient> patients, Func<StudyPatient, DiscrepancyPrior?> prior)
    {
        _patients = patients;
        _visits = patients.SelectMany(p => p.HeldOut.Select(h => (h, prior(p) is { } known ? p.Error(known) : null))).ToList();
        ForecastCoverage = _visits.Average(v => v.Visit.OfTruth(v.Error).Covers(v.Visit.Truth, 0.9) ? 1.0 : 0);
        MeasuredCoverage = _visits.Average(v => v.Visit.OfMeasurement(v.Error).Covers(v.Visit.Measured, 0.9) ? 1.0 : 0);
        TwinLogCrps = _visits.Average(v => v.Visit.OfMeasurement(v.Error).LogScore(v.Visit.Measured, MeasuredBurden.Floor));
        BaselineLogCrps = Enumerable.Range(0, 3).Select(b => _visits.Average(v => v.Visit.Baselines[b].LogScore(v.Visit.Measured, MeasuredBurden.Floor))).ToArray();
        TwinCrps = _visits.Average(v => v.Visit.OfMeasurement(v.Error).Score(v.Visit.Measured));
        BaselineCrps = Enumerable.Range(0, 3).Select(b => _visits.Average(v => v.Visit.Baselines[b].Score(v.Visit.Measured))).ToArray();
        var served = patients.Where(p => !(prior(p) is { } known && p.Error(known).SurpriseP < ForecastStudy.LeastSurpriseP)).ToList();
        Warned = 1 - served.Count / (double)patients.Count;
        ServedCoverage = served.Count == 0 ? 1 : served.SelectMany(p => p.HeldOut.Select(h => h.OfTruth(prior(p) is { } known ? p.Error(known) : null).Covers(h.Truth, 0.9) ? 1.0 : 0)).Average();
        ParameterCoverage = Enumerable.Range(0, 4).Select(p => patients.Average(x => x.Covered[p] ? 1.0 : 0)).ToArray();
    }

    public double ForecastCoverage { get; }

    public double MeasuredCoverage { get; }

    public double ServedCoverage { get; }

    public double Warned { get; }

    public double TwinLogCrps { get; }

    public double[] BaselineLogCrps { get; }

    public double TwinCrps { get; }

    public double[] BaselineCrps { get; }

    public double[] ParameterCoverage { get; }

    public string Text(string title)
    {
        var text = new StringBuilder();
        text.AppendLine(FormattableString.Invariant(
            $"{title}: {_patients.Count} patients; 90 % of forecasts hold truth {ForecastCoverage:0.000}, measured {MeasuredCoverage:0.000}; warned {Warned:0.00}, of the others truth {ServedCoverage:0.000}"));
        text.AppendLine(FormattableString.Invariant(
            $"  CRPS of log cells {TwinLogCrps:0.000} against last {BaselineLogCrps[0]:0.000}, exponential {BaselineLogCrps[1]:0.000}, population {BaselineLogCrps[2]:0.000}; of cells {TwinCrps:0} against {BaselineCrps[0]:0}, {BaselineCrps[1]:0}, {BaselineCrps[2]:0}"));
        foreach (var late in new[] { false, true })
        {
            var some = _visits.Where(v => v.Visit.HorizonDays > 40 == late).ToList();
            if (some.Count > 0)
            {
                double Error(HeldOut v) => Math.Log(Math.Max(1, v.Truth)) - v.LogMembers.Average();
                text.AppendLine(FormattableString.Invariant(
                    $"  {some.Average(v => v.Visit.HorizonDays):0} d ahead: bias {some.Average(v => Error(v.Visit)):0.00}, rms error {Math.Sqrt(some.Average(v => Math.Pow(Error(v.Visit), 2))):0.00}, spread {Math.Sqrt(some.Average(v => Math.Pow(FixedSum.StandardDeviation(v.Visit.LogMembers), 2))):0.00}, excess variance {some.Average(v => Math.Pow(Error(v.Visit), 2) - Math.Pow(FixedSum.StandardDeviation(v.Visit.LogMembers), 2)):0.000}, truth held {some.Average(v => v.Visit.OfTruth(v.Error).Covers(v.Visit.Truth, 0.9) ? 1.0 : 0):0.00}"));
            }
        }

        text.AppendLine(FormattableString.Invariant(
            $"  90 % of D, k, α, s hold truth {string.Join(", ", ParameterCoverage.Select(c => c.ToString("0.000", null)))}; mean z {string.Join(", ", Enumerable.Range(0, 4).Select(p => _patients.Average(x => x.Z[p]).ToString("0.00", null)))}"));
        return text.ToString();
    }
}
