namespace Etalon.Assays.Dce;

/// <summary>
/// The zero of a slope that rises between two ends: from the middle to the ends that it points to, then by the rule of false position, where an end that stays twice counts half
/// (Illinois, Dowell and Jarratt 1971). Without a zero it ends at an end.
/// </summary>
internal struct SlopeBracket(double low, double middle, double high)
{
    private const int Most = 60;
    private double _below = double.NaN;
    private double _above = double.NaN;
    private double _low = low;
    private double _high = high;
    private int _last;
    private int _count;

    /// <summary>Where the slope is asked for.</summary>
    public double X { get; private set; } = middle;

    /// <summary>Whether it is.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Takes the slope at <see cref="X"/>.</summary>
    public void Add(double slope)
    {
        var isBelow = slope < 0;
        if (slope == 0 || ++_count >= Most || (isBelow ? X >= _high : X <= _low))
        {
            IsOpen = false;
            return;
        }

        if (isBelow)
        {
            (_low, _below) = (X, slope);
            _above *= _last < 0 ? 0.5 : 1;
        }
        else
        {
            (_high, _above) = (X, slope);
            _below *= _last > 0 ? 0.5 : 1;
        }

        _last = isBelow ? -1 : 1;
        var next = double.IsNaN(_above) ? _high : double.IsNaN(_below) ? _low : _low - _below * (_high - _low) / (_above - _below);
        next = next >= _low && next <= _high ? next : 0.5 * (_low + _high);
        // Where a step no longer moves x by what rounding leaves of it, the cost is flat to its last digit.
        IsOpen = Math.Abs(next - X) > 1e-10 * (1 + Math.Abs(X)) && _high - _low > 1e-12 * (1 + Math.Abs(X));
        X = next;
    }
}
