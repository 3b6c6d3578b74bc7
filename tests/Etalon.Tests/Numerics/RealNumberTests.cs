using Etalon.Numerics;
using Xunit;

namespace Etalon.Tests.Numerics;

/// <summary>Numbers with derivatives, and numbers of 30 digits.</summary>
[Trait("Kind", "Numeric")]
public sealed class RealNumberTests
{
    [Fact]
    public void Derivatives_agree_with_closed_forms()
    {
        var (a, b) = (Dual.Variable(0.37, 0), Dual.Variable(-2.9, 4));
        var f = Dual.Exp(a * b) / (a + 3.0) - b;

        var e = Math.Exp(0.37 * -2.9);
        // A few roundings of 1e-16.
        Assert.Equal(e / 3.37 + 2.9, f.Value, 1e-14);
        Assert.Equal(-2.9 * e / 3.37 - e / (3.37 * 3.37), f.Slope(0), 1e-14);
        Assert.Equal(0.37 * e / 3.37 - 1, f.Slope(4), 1e-14);
        Assert.Equal(0, f.Slope(1));
    }

    [Theory]
    [InlineData(0.3, 1.7)]
    [InlineData(2.6, -0.8)]
    [InlineData(41.0, 0.11)]
    public void Derivatives_of_every_function_agree_with_central_differences(double x, double y)
    {
        static T Everything<T>(T a, T b) where T : struct, IRealNumber<T>
        {
            var (sin, cos) = T.SinCos(a * b);
            return T.Log(a) * sin + T.Sqrt(a) * cos - T.Atan(a / b) + T.Pow(a, b) / T.Exp(b) + -T.Pi * a;
        }

        double At(double a, double b) => Everything<DoubleDouble>(a, b).High;
        var f = Everything(Dual.Variable(x, 0), Dual.Variable(y, 1));
        // Differences at two steps, extrapolated: an error of h⁴ and rounding over h.
        double Slope(Func<double, double> along, double at)
        {
            var h = 1e-3 * Math.Abs(at);
            return (8 * (along(at + h / 2) - along(at - h / 2)) - (along(at + h) - along(at - h))) / (6 * h);
        }

        Assert.Equal(At(x, y), f.Value, 1e-14 * Math.Max(1, Math.Abs(f.Value)));
        Assert.Equal(Slope(a => At(a, y), x), f.Slope(0), 1e-8 * Math.Max(1, Math.Abs(f.Slope(0))));
        Assert.Equal(Slope(b => At(x, b), y), f.Slope(1), 1e-8 * Math.Max(1, Math.Abs(f.Slope(1))));
    }

    [Fact]
    public void Zero_to_a_power_has_finite_derivatives()
    {
        var power = Dual.Pow(0.0, Dual.Variable(2.5, 0));

        Assert.Equal(0, power.Value);
        Assert.Equal(0, power.Slope(0));
    }

    [Theory]
    // To 40 digits from DLMF and OEIS A001113, A002162, A002193, A000796.
    [InlineData("exp1", "2.718281828459045235360287471352662497757")]
    [InlineData("log2", "0.6931471805599453094172321214581765680755")]
    [InlineData("sqrt2", "1.414213562373095048801688724209698078570")]
    [InlineData("pow2^0.5", "1.414213562373095048801688724209698078570")]
    [InlineData("4atan1", "3.141592653589793238462643383279502884197")]
    [InlineData("sin pi/4", "0.7071067811865475244008443621048490392848")]
    [InlineData("-cos 1000001 pi/4 * sqrt 2", "-1.0")]
    public void Functions_of_thirty_digits_agree_with_published_constants(string what, string digits)
    {
        DoubleDouble found = what switch
        {
            "exp1" => DoubleDouble.Exp(1.0),
            "log2" => DoubleDouble.Log(2.0),
            "sqrt2" => DoubleDouble.Sqrt(2.0),
            "pow2^0.5" => DoubleDouble.Pow(2.0, 0.5),
            "4atan1" => 4.0 * DoubleDouble.Atan(1.0),
            "sin pi/4" => DoubleDouble.SinCos(DoubleDouble.Pi / 4.0).Sin,
            _ => -DoubleDouble.SinCos(DoubleDouble.Pi / 4.0 * 1000001.0).Cos * DoubleDouble.Sqrt(2.0),
        };

        var difference = (found - DoubleDouble.Parse(digits)).High;

        // 106 bits are 1e-32; squarings and doublings of the series take three digits; a million turns takes six more.
        Assert.True(Math.Abs(difference) <= (what.Contains("1000001", StringComparison.Ordinal) ? 1e-25 : 1e-28), $"{difference}");
    }

    [Theory]
    [InlineData("0.1", 3)]
    [InlineData("2.513400000000E+00", 7)]
    [InlineData("-7.25e-3", 11)]
    public void A_decimal_is_read_beyond_a_double(string text, int factor)
    {
        // A decimal of few digits, times a power of ten, is whole: what is left of it is the error of reading.
        var whole = DoubleDouble.Parse(text) * 1e12 * factor;
        var expected = decimal.Parse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture) * 1_000_000_000_000m * factor;

        Assert.Equal(0, (whole - (double)expected).High, 1e-17 * Math.Abs((double)expected) * 1e-10);
    }
}
