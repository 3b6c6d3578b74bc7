namespace Etalon.Comparability;

/// <summary>What is known of the distribution of an effect.</summary>
public enum EffectShape
{
    /// <summary>Mean and standard deviation; taken as normal.</summary>
    Normal,

    /// <summary>Bounded by what is plausible: the mean is the largest size of a shift, the standard deviation the largest spread.</summary>
    Bounded,

    /// <summary>Exact: no spread.</summary>
    Exact,

    /// <summary>No bound can be given.</summary>
    Unbounded,

    /// <summary>The two readings are not of one measurand.</summary>
    OtherMeasurand,
}

/// <summary>What a difference of an attribute does to a measurand: ln(reading at B / reading at A) for one true value.</summary>
/// <param name="Mean">Expected shift, not taken out of any value.</param>
/// <param name="Sd">Its standard deviation.</param>
/// <param name="Shape">Shape.</param>
public sealed record LogEffect(double Mean, double Sd, EffectShape Shape)
{
    /// <summary>The measurands differ.</summary>
    public static LogEffect Other { get; } = new(0, 0, EffectShape.OtherMeasurand);

    /// <summary>No bound.</summary>
    public static LogEffect Unbounded { get; } = new(0, 0, EffectShape.Unbounded);

    /// <summary>No shift expected.</summary>
    public static LogEffect Spread(double sd) => new(0, sd, EffectShape.Normal);

    /// <summary>Mean and spread of values with equal weight.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static LogEffect Of(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
        {
            throw new ArgumentException("An effect needs at least one value.", nameof(values));
        }

        var mean = values.Average();
        var sd = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return new LogEffect(mean, sd, sd < 1e-12 ? EffectShape.Exact : EffectShape.Normal);
    }

    /// <summary>
    /// Standard uncertainty of a difference in which the shift stays: √(mean² + sd²) (JCGM 100, F.2.4.5: a known effect that is not corrected
    /// counts as its size). Null where the readings cannot be compared.
    /// </summary>
    public double? U => Shape is EffectShape.Unbounded or EffectShape.OtherMeasurand ? null : Math.Sqrt(Mean * Mean + Sd * Sd);
}
