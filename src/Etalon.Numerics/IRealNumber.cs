using System.Numerics;

namespace Etalon.Numerics;

/// <summary>
/// What a formula needs of a number. Written once over this, a formula gives values with derivatives (<see cref="Dual"/>) and values to 30 digits
/// (<see cref="DoubleDouble"/>).
/// </summary>
/// <typeparam name="T">The number.</typeparam>
public interface IRealNumber<T> : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>, IUnaryNegationOperators<T, T>
    where T : IRealNumber<T>
{
    /// <summary>The ratio of a circle to its diameter.</summary>
    static abstract T Pi { get; }

    /// <summary>A constant.</summary>
    static abstract implicit operator T(double value);

    /// <summary>Exponential.</summary>
    static abstract T Exp(T x);

    /// <summary>Natural logarithm.</summary>
    static abstract T Log(T x);

    /// <summary>Square root.</summary>
    static abstract T Sqrt(T x);

    /// <summary>Power of a base that is not negative; 0 for a base of 0.</summary>
    static abstract T Pow(T x, T exponent);

    /// <summary>Sine and cosine of an angle in radians.</summary>
    static abstract (T Sin, T Cos) SinCos(T x);

    /// <summary>Arc tangent, radians.</summary>
    static abstract T Atan(T x);
}
