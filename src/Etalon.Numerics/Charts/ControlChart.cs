namespace Etalon.Numerics.Charts;

/// <summary>
/// A control chart on independent values that are standard normal while nothing changes, and shifted by some standard deviations afterwards. It signals
/// once its statistic exceeds its limit; after a signal it is restarted.
/// </summary>
public abstract class ControlChart
{
    /// <summary>Statistic after the last value.</summary>
    public double Statistic { get; private set; }

    /// <summary>What the statistic may not exceed.</summary>
    public abstract double Limit { get; }

    /// <summary>Name and settings, for a record.</summary>
    public abstract string Design { get; }

    /// <summary>Takes the next value; whether the chart signals.</summary>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    public bool Next(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException($"A chart takes finite values, not {value}.", nameof(value));
        }

        Statistic = Take(value);
        return Statistic > Limit;
    }

    /// <summary>Forgets all values.</summary>
    public void Restart()
    {
        Statistic = 0;
        Forget();
    }

    /// <summary>A chart of the same design and memory that goes its own way.</summary>
    public abstract ControlChart Copy();

    /// <summary>Takes a value and gives the statistic.</summary>
    private protected abstract double Take(double value);

    /// <summary>Empties the memory.</summary>
    private protected abstract void Forget();
}
