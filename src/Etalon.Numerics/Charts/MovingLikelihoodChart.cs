namespace Etalon.Numerics.Charts;

/// <summary>
/// Weighs the likelihood that a shift of known size and unknown direction began some values ago against that of no shift: the logarithm of
/// Σ w_j·Λ_j, where Λ_j is the likelihood ratio of the last j values, averaged over both directions. Where fewer values were seen than j, the ratio of those
/// that were seen stands in.
/// </summary>
/// <remarks>
/// A moving form of the statistic of Shiryaev (1963) and Roberts (1966). To find a shift within m scans it pays to look at the last m as one, so that the
/// default weighs three and five: it finds a shift of 1.5 standard deviations, two-sided, at one false alarm in 100 scans, more often within 3 and within
/// 5 scans than any CUSUM, EWMA or Shewhart chart (docs/calibration.md holds the figures, and the bounds that no chart can pass).
/// </remarks>
public sealed class MovingLikelihoodChart : ControlChart
{
    // By simulation of 10⁶ runs; a test holds the run length to 1 %.
    private const double DefaultLimit = 2.769;

    private readonly double _shift;
    private readonly double[] _weights;
    private readonly double[] _last;
    private int _seen;

    /// <summary>A chart.</summary>
    /// <param name="shift">Shift that it is made for, standard deviations, above 0.</param>
    /// <param name="weights">Weights of beginnings 1, 2, … values ago; at least 0, not all 0.</param>
    /// <param name="limit">Limit of the logarithm.</param>
    /// <exception cref="ArgumentException">Something is out of range.</exception>
    public MovingLikelihoodChart(double shift, IReadOnlyList<double> weights, double limit)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (!(shift > 0) || weights.Count == 0 || weights.Any(w => !(w >= 0)) || weights.Sum() == 0)
        {
            throw new ArgumentException("A shift above 0 and weights of at least 0, not all 0, are expected.");
        }

        (_shift, _weights, Limit, _last) = (shift, [.. weights], limit, new double[weights.Count]);
    }

    /// <summary>The default: shifts of 1.5 standard deviations, within 3 and 5 scans, one false alarm in 100 scans.</summary>
    public static MovingLikelihoodChart Default() => new(1.5, [0, 0, 1, 0, 1], DefaultLimit);

    /// <inheritdoc/>
    public override double Limit { get; }

    /// <inheritdoc/>
    public override string Design => FormattableString.Invariant(
        $"moving likelihood ratio, two-sided, shift {_shift:0.####}, weights {string.Join(" ", _weights.Select(w => w.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture)))}, limit {Limit:0.####}");

    /// <inheritdoc/>
    public override ControlChart Copy()
    {
        var copy = new MovingLikelihoodChart(_shift, _weights, Limit) { _seen = _seen };
        _last.CopyTo(copy._last, 0);
        return copy;
    }

    private protected override double Take(double value)
    {
        // The newest value stands first.
        Array.Copy(_last, 0, _last, 1, _last.Length - 1);
        _last[0] = value;
        _seen = Math.Min(_seen + 1, _last.Length);
        var (sum, ratio, rest, top) = (0.0, 0.0, 0.0, double.NegativeInfinity);
        var logs = new double[_last.Length];
        for (var j = 0; j < _last.Length; j++)
        {
            if (j < _seen)
            {
                sum += _last[j];
                // ln cosh(δs) − jδ²/2, written so that it cannot overflow.
                var a = Math.Abs(_shift * sum);
                ratio = a + Math.Log(0.5 * (1 + Math.Exp(-2 * a))) - 0.5 * (j + 1) * _shift * _shift;
            }

            logs[j] = ratio;
            top = _weights[j] > 0 ? Math.Max(top, ratio) : top;
        }

        for (var j = 0; j < logs.Length; j++)
        {
            rest += _weights[j] * Math.Exp(logs[j] - top);
        }

        return top + Math.Log(rest);
    }

    private protected override void Forget() => _seen = 0;
}
