namespace Etalon.Metrology;

/// <summary>The permissible values of a property, or the measured values that are accepted (JCGM 106:2012, 3.3.5 and 3.3.9).</summary>
/// <param name="Lower">Lower limit; null: none.</param>
/// <param name="Upper">Upper limit; null: none.</param>
public readonly record struct ToleranceInterval(double? Lower, double? Upper)
{
    /// <summary>Whether a value lies inside, limits included.</summary>
    public bool Contains(double value) => !(value < Lower) && !(value > Upper);

    /// <summary>
    /// The interval with each limit moved outwards; inwards by a negative length (a guard band, JCGM 106, 8.3). Limits that meet stay where they meet,
    /// and the interval holds nothing.
    /// </summary>
    public ToleranceInterval Widened(double by)
    {
        if (Lower is { } lower && Upper is { } upper && lower - by > upper + by)
        {
            var middle = 0.5 * (lower + upper);
            return new ToleranceInterval(middle, middle);
        }

        return new ToleranceInterval(Lower - by, Upper + by);
    }
}

/// <summary>What is known of a property before it is measured: normal (JCGM 106, 6.2 and 7.2).</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Sd">Standard deviation, above 0.</param>
public sealed record NormalPrior(double Mean, double Sd);

/// <summary>Risks of a decision rule over all items of a process (JCGM 106, 9.5).</summary>
/// <param name="ConsumerRisk">Probability that an item is accepted and does not conform (probability of false accept).</param>
/// <param name="ProducerRisk">Probability that an item is rejected and conforms (probability of false reject).</param>
/// <param name="Accepted">Probability that an item is accepted.</param>
public sealed record GlobalRisk(double ConsumerRisk, double ProducerRisk, double Accepted)
{
    /// <summary>Share of the accepted items that do not conform; null where none is accepted.</summary>
    public double? ConditionalConsumerRisk => Accepted > 0 ? ConsumerRisk / Accepted : null;

    /// <summary>Share of the rejected items that conform; null where none is rejected.</summary>
    public double? ConditionalProducerRisk => Accepted < 1 ? ProducerRisk / (1 - Accepted) : null;
}
