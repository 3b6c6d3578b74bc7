namespace Etalon.Assays.Dsc;

/// <summary>
/// Two landmarks that carry rCBV of any study to one scale, without a reader's region: quantiles of rCBV in brain that does not enhance get fixed
/// values, and a straight line does the rest. The idea is that of Bedekar, Jensen and Schmainda, Magn Reson Med 64:907–913 (2010); the numbers
/// of their training are not published, so that values here are not on their scale.
/// </summary>
/// <remarks>
/// The default landmarks are an assumption: the quarter with the least blood stands for white, that with the most for grey matter, and their values
/// have the ratio of blood volumes of grey and white matter, 8.0 to 4.2 mL/(100 g), of Rempp et al., Radiology 193:637–641 (1994), with white matter 1.
/// </remarks>
public sealed record RcbvStandard
{
    /// <summary>Quantile of the low landmark, in (0, 1).</summary>
    public double LowQuantile { get; init; } = 0.25;

    /// <summary>Quantile of the high landmark, above the low one.</summary>
    public double HighQuantile { get; init; } = 0.75;

    /// <summary>Standard value of the low landmark.</summary>
    public double LowValue { get; init; } = 1;

    /// <summary>Standard value of the high landmark.</summary>
    public double HighValue { get; init; } = 8.0 / 4.2;

    /// <summary>The line through the landmarks.</summary>
    /// <param name="sorted">rCBV of brain that does not enhance, ascending.</param>
    /// <returns>standard = Offset + Slope · rCBV, and the relative standard uncertainty of the slope from the sampling of the quantiles; null where the landmarks coincide or there are fewer than 100 values.</returns>
    public (double Offset, double Slope, double RelativeU)? Line(ReadOnlySpan<double> sorted)
    {
        if (sorted.Length < 100 || !(LowQuantile > 0) || !(HighQuantile < 1) || !(HighQuantile > LowQuantile))
        {
            return null;
        }

        var low = Numerics.FixedSum.QuantileOfSorted(sorted, LowQuantile);
        var high = Numerics.FixedSum.QuantileOfSorted(sorted, HighQuantile);
        if (!(high > low))
        {
            return null;
        }

        // A quantile q of n values spreads as the values between its own quantiles q ± √(q(1−q)/n).
        var variance = Square(SpreadOf(sorted, LowQuantile)) + Square(SpreadOf(sorted, HighQuantile));
        var slope = (HighValue - LowValue) / (high - low);
        return (LowValue - slope * low, slope, Math.Sqrt(variance) / (high - low));
    }

    private static double SpreadOf(ReadOnlySpan<double> sorted, double q)
    {
        var step = Math.Sqrt(q * (1 - q) / sorted.Length);
        return 0.5 * (Numerics.FixedSum.QuantileOfSorted(sorted, q + step) - Numerics.FixedSum.QuantileOfSorted(sorted, q - step));
    }

    private static double Square(double x) => x * x;
}
