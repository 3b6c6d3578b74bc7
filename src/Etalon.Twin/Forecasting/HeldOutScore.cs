using Etalon.Twin.Validation;

namespace Etalon.Twin.Forecasting;

/// <summary>One forecast against what a held-out visit showed.</summary>
/// <param name="Name">Whose: twin, last-value, exponential or population.</param>
/// <param name="Sample">What it said of the measured cells, with the error of the measurement.</param>
/// <param name="Crps">Fair score of cells, in cells.</param>
/// <param name="LogCrps">Fair score of the logarithm of cells.</param>
public sealed record ForecastScore(string Name, PredictiveSample Sample, double Crps, double LogCrps)
{
    /// <summary>Scores a distribution.</summary>
    public static ForecastScore Of(string name, PredictiveSample sample, double cells)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return new ForecastScore(name, sample, sample.Score(cells), sample.LogScore(cells, MeasuredBurden.Floor));
    }
}

/// <summary>One visit that the fit was not shown.</summary>
/// <param name="Measured">What it showed.</param>
/// <param name="Twin">The twin's forecast.</param>
/// <param name="Baselines">What one would say without a twin.</param>
/// <param name="Agreement">Of the best fit's field with the measured one.</param>
public sealed record HeldOutScore(MeasuredBurden Measured, ForecastScore Twin, IReadOnlyList<ForecastScore> Baselines, FieldAgreement Agreement);

/// <summary>Held-out visits together.</summary>
/// <param name="Visits">In order of time.</param>
public sealed record ForecastValidation(IReadOnlyList<HeldOutScore> Visits)
{
    /// <summary>Mean score of the logarithm of the twin; null without a held-out visit.</summary>
    public double? TwinLogCrps => Visits.Count == 0 ? null : Visits.Average(v => v.Twin.LogCrps);

    /// <summary>Mean score of the logarithm of each baseline, by name, and whether the twin's is smaller.</summary>
    public IReadOnlyList<(string Name, double LogCrps, bool IsBeaten)> Baselines =>
        Visits.Count == 0 ? [] : Enumerable.Range(0, Visits[0].Baselines.Count).Select(b =>
        {
            var mean = Visits.Average(v => v.Baselines[b].LogCrps);
            return (Visits[0].Baselines[b].Name, mean, TwinLogCrps < mean);
        }).ToList();

    /// <summary>Held-out visits within the middle of the twin's distribution.</summary>
    public int Inside(double coverage) => Visits.Count(v => v.Twin.Sample.Covers(v.Measured.Cells, coverage));
}
