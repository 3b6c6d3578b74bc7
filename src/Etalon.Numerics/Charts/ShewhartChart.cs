namespace Etalon.Numerics.Charts;

/// <summary>Signals on one value far out; remembers nothing.</summary>
/// <param name="limit">Limit of |z|, standard deviations.</param>
/// <remarks>Shewhart, Economic Control of Quality of Manufactured Product (1931).</remarks>
public sealed class ShewhartChart(double limit) : ControlChart
{
    /// <inheritdoc/>
    public override double Limit => limit;

    /// <inheritdoc/>
    public override string Design => FormattableString.Invariant($"Shewhart, two-sided, limit {limit:0.####}");

    /// <inheritdoc/>
    public override ControlChart Copy() => new ShewhartChart(limit);

    private protected override double Take(double value) => Math.Abs(value);

    private protected override void Forget()
    {
    }
}
