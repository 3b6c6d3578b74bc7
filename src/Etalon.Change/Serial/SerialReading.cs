using Etalon.Metrology;

namespace Etalon.Change.Serial;

/// <summary>One visit of a series: the logarithm of a measurement above 0 and what makes it uncertain.</summary>
/// <param name="Visit">The visit.</param>
/// <param name="Day">When, in days from any origin that all visits share; fractions are times of day.</param>
/// <param name="LogValue">Natural logarithm of the value.</param>
/// <param name="Components">
/// Of the logarithm, that is relative to the value. Those of one group are one error that the visits share: the calibration of a scanner state, the reference values of the phantom.
/// </param>
public sealed record SerialReading(string Visit, double Day, double LogValue, IReadOnlyList<UncertaintyComponent> Components)
{
    /// <summary>The reading of a measurement with a value above 0.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    public static SerialReading Of(Measurement measurement, double day)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        return measurement is { IsOk: true, Value: > 0 and var value }
            ? new SerialReading(measurement.Visit, day, Math.Log(value), measurement.Components.Select(c => c.Scaled(1 / value)).ToList())
            : throw new ArgumentException($"{measurement.Id}: a series needs a value above 0.");
    }
}
