namespace Etalon.Metrology;

/// <content>Operators and functions.</content>
public sealed partial class UncertainQuantity
{
    /// <summary>Sum.</summary>
    public static UncertainQuantity operator +(UncertainQuantity left, UncertainQuantity right) => Add(left, right);

    /// <summary>Difference; what both share cancels.</summary>
    public static UncertainQuantity operator -(UncertainQuantity left, UncertainQuantity right) => Subtract(left, right);

    /// <summary>Product.</summary>
    public static UncertainQuantity operator *(UncertainQuantity left, UncertainQuantity right) => Multiply(left, right);

    /// <summary>Ratio.</summary>
    public static UncertainQuantity operator /(UncertainQuantity left, UncertainQuantity right) => Divide(left, right);

    /// <summary>Negative.</summary>
    public static UncertainQuantity operator -(UncertainQuantity value) => Negate(value);

    /// <summary>Sum.</summary>
    public static UncertainQuantity Add(UncertainQuantity left, UncertainQuantity right) => Linear(V(left) + V(right), (left, 1), (right, 1));

    /// <summary>Difference.</summary>
    public static UncertainQuantity Subtract(UncertainQuantity left, UncertainQuantity right) => Linear(V(left) - V(right), (left, 1), (right, -1));

    /// <summary>Product.</summary>
    public static UncertainQuantity Multiply(UncertainQuantity left, UncertainQuantity right) => Linear(V(left) * V(right), (left, V(right)), (right, V(left)));

    /// <summary>Ratio.</summary>
    /// <exception cref="ArgumentException">The divisor's value is 0.</exception>
    public static UncertainQuantity Divide(UncertainQuantity left, UncertainQuantity right) =>
        Linear(V(left) / V(right), (left, 1 / V(right)), (right, -V(left) / (V(right) * V(right))));

    /// <summary>Negative.</summary>
    public static UncertainQuantity Negate(UncertainQuantity value) => Linear(-V(value), (value, -1));

    /// <summary>Natural logarithm.</summary>
    /// <exception cref="ArgumentException">The value is not above 0.</exception>
    public static UncertainQuantity Log(UncertainQuantity x) => Linear(Math.Log(V(x)), (x, 1 / V(x)));

    /// <summary>Exponential.</summary>
    public static UncertainQuantity Exp(UncertainQuantity x) => Linear(Math.Exp(V(x)), (x, Math.Exp(V(x))));

    /// <summary>Square root.</summary>
    /// <exception cref="ArgumentException">The value is not above 0: the root has no tangent at 0.</exception>
    public static UncertainQuantity Sqrt(UncertainQuantity x) => Linear(Math.Sqrt(V(x)), (x, 0.5 / Math.Sqrt(V(x))));

    /// <summary>Power with an exact exponent.</summary>
    public static UncertainQuantity Pow(UncertainQuantity x, double exponent) =>
        Linear(Math.Pow(V(x), exponent), (x, exponent == 0 ? 0 : exponent * Math.Pow(V(x), exponent - 1)));

    /// <summary>Power with an uncertain exponent; the base is above 0.</summary>
    public static UncertainQuantity Pow(UncertainQuantity x, UncertainQuantity exponent) => Exp(Multiply(exponent, Log(x)));

    /// <summary>Sine, rad.</summary>
    public static UncertainQuantity Sin(UncertainQuantity x) => Linear(Math.Sin(V(x)), (x, Math.Cos(V(x))));

    /// <summary>Cosine, rad.</summary>
    public static UncertainQuantity Cos(UncertainQuantity x) => Linear(Math.Cos(V(x)), (x, -Math.Sin(V(x))));

    /// <summary>Tangent, rad.</summary>
    public static UncertainQuantity Tan(UncertainQuantity x) => Linear(Math.Tan(V(x)), (x, 1 / (Math.Cos(V(x)) * Math.Cos(V(x)))));

    /// <summary>Angle of the point (x, y), rad in (−π, π].</summary>
    /// <exception cref="ArgumentException">The point is the origin, where the angle has no linear form.</exception>
    public static UncertainQuantity Atan2(UncertainQuantity y, UncertainQuantity x)
    {
        var square = V(x) * V(x) + V(y) * V(y);
        return Linear(Math.Atan2(V(y), V(x)), (y, V(x) / square), (x, -V(y) / square));
    }

    /// <summary>Distance of the point (x, y) from the origin.</summary>
    /// <exception cref="ArgumentException">The point is the origin, where the distance has no linear form.</exception>
    public static UncertainQuantity Hypot(UncertainQuantity x, UncertainQuantity y)
    {
        var length = Math.Sqrt(V(x) * V(x) + V(y) * V(y));
        return Linear(length, (x, V(x) / length), (y, V(y) / length));
    }

    private static double V(UncertainQuantity q) => (q ?? throw new ArgumentNullException(nameof(q))).Value;
}
