using Etalon.Numerics;

namespace Etalon.Planning;

/// <summary>One outcome of an option over the posterior. A quantile is null where it lies beyond the forecast: then it is only known to be above the limit.</summary>
/// <param name="Title">What, for people.</param>
/// <param name="Unit">Unit, for people.</param>
/// <param name="Median">Median over the draws.</param>
/// <param name="Lower">2.5 % quantile.</param>
/// <param name="Upper">97.5 % quantile.</param>
/// <param name="Beyond">Draws whose value lies beyond the forecast; null where there are none.</param>
public sealed record OptionOutcome(string Title, string Unit, double? Median, double? Lower, double? Upper, BeyondForecast? Beyond = null)
{
    /// <summary>From the value of each draw; null: beyond the limit.</summary>
    /// <param name="title">What, for people.</param>
    /// <param name="unit">Unit, for people.</param>
    /// <param name="values">One per draw, in any order.</param>
    /// <param name="limit">What a value of null is known to be above.</param>
    public static OptionOutcome Of(string title, string unit, IReadOnlyList<double?> values, double limit)
    {
        ArgumentNullException.ThrowIfNull(values);
        var known = values.OfType<double>().Order().ToArray();
        double? Quantile(double p)
        {
            // The order statistics that the quantile lies between must both be known.
            var at = p * (values.Count - 1);
            return Math.Ceiling(at) < known.Length ? FixedSum.QuantileOfSorted([.. known, .. Enumerable.Repeat(limit, values.Count - known.Length)], p) : null;
        }

        var beyond = values.Count - known.Length;
        return new OptionOutcome(title, unit, Quantile(0.5), Quantile(0.025), Quantile(0.975), beyond == 0 ? null : new BeyondForecast(limit, beyond));
    }
}

/// <summary>How many draws of an outcome lie beyond the forecast.</summary>
/// <param name="Limit">They are above it; in the outcome's unit.</param>
/// <param name="Draws">How many, at least 1.</param>
public sealed record BeyondForecast(double Limit, int Draws);
