using System.Runtime.CompilerServices;

namespace Etalon.Numerics;

/// <summary>
/// A value with its exact first derivatives by up to <see cref="MostDerivatives"/> parameters: forward-mode automatic differentiation. No allocation.
/// </summary>
/// <remarks>(a, a') (b, b') = (ab, a'b + ab') and the chain rule. Griewank and Walther, Evaluating Derivatives, 2nd ed. (2008), ch. 3.</remarks>
public readonly struct Dual : IRealNumber<Dual>
{
    /// <summary>Most parameters.</summary>
    public const int MostDerivatives = 12;

    private readonly Slopes _slopes;

    private Dual(double value, in Slopes slopes)
    {
        Value = value;
        _slopes = slopes;
    }

    /// <summary>The value.</summary>
    public double Value { get; }

    /// <inheritdoc />
    public static Dual Pi => Math.PI;

    /// <summary>Derivative by a parameter.</summary>
    /// <param name="parameter">Its number from 0.</param>
    public double Slope(int parameter) => _slopes[parameter];

    /// <summary>The variable itself: its derivative by its own parameter is 1.</summary>
    /// <param name="value">Value.</param>
    /// <param name="parameter">Number of the parameter from 0, below <see cref="MostDerivatives"/>.</param>
    public static Dual Variable(double value, int parameter)
    {
        var slopes = default(Slopes);
        slopes[parameter] = 1;
        return new Dual(value, slopes);
    }

    /// <summary>A constant: its derivatives are 0.</summary>
    public static implicit operator Dual(double value) => new(value, default);

    /// <inheritdoc />
    public static Dual operator +(Dual left, Dual right) => Combine(left.Value + right.Value, left, 1, right, 1);

    /// <inheritdoc />
    public static Dual operator -(Dual left, Dual right) => Combine(left.Value - right.Value, left, 1, right, -1);

    /// <inheritdoc />
    public static Dual operator *(Dual left, Dual right) => Combine(left.Value * right.Value, left, right.Value, right, left.Value);

    /// <inheritdoc />
    public static Dual operator /(Dual left, Dual right)
    {
        var quotient = left.Value / right.Value;
        return Combine(quotient, left, 1 / right.Value, right, -quotient / right.Value);
    }

    /// <inheritdoc />
    public static Dual operator -(Dual value) => Chain(-value.Value, value, -1);

    /// <inheritdoc />
    public static Dual Exp(Dual x)
    {
        var e = Math.Exp(x.Value);
        return Chain(e, x, e);
    }

    /// <inheritdoc />
    public static Dual Log(Dual x) => Chain(Math.Log(x.Value), x, 1 / x.Value);

    /// <inheritdoc />
    public static Dual Sqrt(Dual x)
    {
        var root = Math.Sqrt(x.Value);
        return Chain(root, x, 0.5 / root);
    }

    /// <inheritdoc />
    public static Dual Pow(Dual x, Dual exponent)
    {
        if (x.Value == 0 && exponent.Value > 0)
        {
            // Of 0 to a power the derivative by the power is 0, and by the base 0 for powers above 1.
            return exponent.Value > 1 ? 0.0 : Chain(0, x, exponent.Value == 1 ? 1 : double.PositiveInfinity);
        }

        var value = Math.Pow(x.Value, exponent.Value);
        return Combine(value, x, exponent.Value * Math.Pow(x.Value, exponent.Value - 1), exponent, value * Math.Log(x.Value));
    }

    /// <inheritdoc />
    public static (Dual Sin, Dual Cos) SinCos(Dual x)
    {
        var (sin, cos) = Math.SinCos(x.Value);
        return (Chain(sin, x, cos), Chain(cos, x, -sin));
    }

    /// <inheritdoc />
    public static Dual Atan(Dual x) => Chain(Math.Atan(x.Value), x, 1 / (1 + x.Value * x.Value));

    private static Dual Chain(double value, in Dual x, double slope)
    {
        var slopes = default(Slopes);
        for (var p = 0; p < MostDerivatives; p++)
        {
            // 0 also where the outer slope is infinite: a constant has no derivative.
            var inner = x._slopes[p];
            slopes[p] = inner == 0 ? 0 : slope * inner;
        }

        return new Dual(value, slopes);
    }

    private static Dual Combine(double value, in Dual a, double byA, in Dual b, double byB)
    {
        var slopes = default(Slopes);
        for (var p = 0; p < MostDerivatives; p++)
        {
            var (left, right) = (a._slopes[p], b._slopes[p]);
            slopes[p] = (left == 0 ? 0 : byA * left) + (right == 0 ? 0 : byB * right);
        }

        return new Dual(value, slopes);
    }

    [InlineArray(MostDerivatives)]
    private struct Slopes
    {
        private double _first;
    }
}
