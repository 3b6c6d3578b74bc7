namespace Etalon.Numerics.Charts;

/// <summary>Cumulative sums of what exceeds an allowance, one for either direction.</summary>
/// <param name="allowance">k: half of the shift that is looked for, standard deviations.</param>
/// <param name="limit">h: decision interval.</param>
/// <remarks>Page, Biometrika 41:100–115 (1954).</remarks>
public sealed class CusumChart(double allowance, double limit) : ControlChart
{
    private double _upper, _lower;

    /// <summary>k.</summary>
    public double Allowance => allowance;

    /// <inheritdoc/>
    public override double Limit => limit;

    /// <inheritdoc/>
    public override string Design => FormattableString.Invariant($"CUSUM, two-sided, k {allowance:0.####}, h {limit:0.####}");

    /// <inheritdoc/>
    public override ControlChart Copy() => new CusumChart(allowance, limit) { _upper = _upper, _lower = _lower };

    private protected override double Take(double value)
    {
        _upper = Math.Max(0, _upper + value - allowance);
        _lower = Math.Max(0, _lower - value - allowance);
        return Math.Max(_upper, _lower);
    }

    private protected override void Forget() => (_upper, _lower) = (0, 0);
}
