namespace Etalon.Numerics.Charts;

/// <summary>Exponentially weighted moving average.</summary>
/// <param name="weight">λ: weight of the newest value, in (0, 1].</param>
/// <param name="limit">L: limit in standard deviations of the average in its steady state.</param>
/// <remarks>Roberts, Technometrics 1:239–250 (1959); Lucas and Saccucci, Technometrics 32:1–12 (1990).</remarks>
public sealed class EwmaChart(double weight, double limit) : ControlChart
{
    private double _average;

    /// <summary>λ.</summary>
    public double Weight => weight;

    /// <inheritdoc/>
    public override double Limit => limit;

    /// <inheritdoc/>
    public override string Design => FormattableString.Invariant($"EWMA, two-sided, lambda {weight:0.####}, L {limit:0.####}");

    /// <inheritdoc/>
    public override ControlChart Copy() => new EwmaChart(weight, limit) { _average = _average };

    private protected override double Take(double value)
    {
        _average = (1 - weight) * _average + weight * value;
        return Math.Abs(_average) / Math.Sqrt(weight / (2 - weight));
    }

    private protected override void Forget() => _average = 0;
}
