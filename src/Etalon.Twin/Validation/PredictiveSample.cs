using Etalon.Metrology;
using Etalon.Numerics;
using MathNet.Numerics.Distributions;

namespace Etalon.Twin.Validation;

/// <summary>What a forecast says of one number: equally likely values, sorted.</summary>
public sealed class PredictiveSample
{
    private readonly double[] _sorted;

    /// <summary>Sorts values.</summary>
    /// <exception cref="ArgumentException">There is none, or one is not finite.</exception>
    public PredictiveSample(IEnumerable<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _sorted = values.Order().ToArray();
        if (_sorted.Length == 0 || !_sorted.All(double.IsFinite))
        {
            throw new ArgumentException("A predictive sample holds one or more finite values.");
        }
    }

    /// <summary>Ascending.</summary>
    public ReadOnlySpan<double> Sorted => _sorted;

    /// <summary>Half lie below.</summary>
    public double Median => Quantile(0.5);

    /// <summary>exp(location + scale · t) at evenly spread probabilities of Student's t, or of the normal for infinitely many degrees of freedom.</summary>
    public static PredictiveSample LogStudent(double location, double scale, double dof, int count) => new(Enumerable.Range(0, count).Select(i =>
    {
        var p = (i + 0.5) / count;
        return Math.Exp(location + scale * (dof < 1e6 ? StudentT.InvCDF(0, 1, dof, p) : Normal.InvCDF(0, 1, p)));
    }));

    /// <summary>A share of the values lies below.</summary>
    public double Quantile(double p) => FixedSum.QuantileOfSorted(_sorted, p);

    /// <summary>The middle of the distribution.</summary>
    public Interval Middle(double coverage) => new(Quantile(0.5 - 0.5 * coverage), Quantile(0.5 + 0.5 * coverage), coverage);

    /// <summary>Whether the middle holds a value.</summary>
    public bool Covers(double value, double coverage) => Middle(coverage) is var i && value >= i.Lower && value <= i.Upper;

    /// <summary>Share of the values at or below; half of those that equal it.</summary>
    public double Rank(double value) => (_sorted.Count(v => v < value) + 0.5 * _sorted.Count(v => v == value)) / _sorted.Length;

    /// <summary>Fair score against what was observed, in the unit of the values.</summary>
    public double Score(double observed) => _sorted.Length < 2 ? Crps.OfSorted(_sorted, observed) : Crps.FairOfSorted(_sorted, observed);

    /// <summary>Fair score of the logarithms: near to a relative error, and alike for small and large tumours.</summary>
    /// <param name="observed">What was observed.</param>
    /// <param name="floor">Values below count as this, since a tumour that is gone has no logarithm.</param>
    public double LogScore(double observed, double floor) =>
        new PredictiveSample(_sorted.Select(v => Math.Log(Math.Max(v, floor)))).Score(Math.Log(Math.Max(observed, floor)));

    /// <summary>Each value times exp(e) with its own normal error: what a measurement of it would show.</summary>
    public PredictiveSample Measured(double relativeU, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new PredictiveSample(_sorted.Select(v => v * Math.Exp(relativeU * random.NextNormal())));
    }
}
