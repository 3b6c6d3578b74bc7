using MathNet.Numerics;

namespace Etalon.Numerics;

/// <summary>
/// Mean of a magnitude whose real and imaginary part have noise of standard deviation 1: m(a) = √(π/2) exp(−z) ((1 + 2z) I0(z) + 2z I1(z)), z = a²/4, and
/// dm/da = √(π/2) (a/2) exp(−z) (I0(z) + I1(z)).
/// </summary>
/// <remarks>Rice, Bell Syst Tech J 24:46–156 (1945), eq. 4.2-3; Gudbjartsson and Patz, Magn Reson Med 34:910–914 (1995).</remarks>
public static class RiceMean
{
    private const int PerUnit = 64;
    private const int Highest = 64;
    private static readonly (double Mean, double Slope)[] Table = [.. Enumerable.Range(0, PerUnit * Highest + 2).Select(n => Exact(n / (double)PerUnit))];

    /// <summary>Mean and its derivative, from a table by cubics with the right values and slopes (1e-10), beyond 64 by its series (1e-14).</summary>
    public static (double Mean, double Slope) Of(double a)
    {
        if (!(a < Highest))
        {
            var inverse = 1 / a;
            return (a + 0.5 * inverse + 0.125 * inverse * inverse * inverse, 1 - 0.5 * inverse * inverse);
        }

        const double Step = 1.0 / PerUnit;
        var n = (int)(a * PerUnit);
        var t = a * PerUnit - n;
        var ((m0, s0), (m1, s1)) = (Table[n], Table[n + 1]);
        var rise = (m1 - m0) * PerUnit;
        var (b, c) = (3 * rise - 2 * s0 - s1, s0 + s1 - 2 * rise);
        return (m0 + Step * t * (s0 + t * (b + t * c)), s0 + t * (2 * b + 3 * t * c));
    }

    /// <summary>Variance of the magnitude: 2 + a² − m².</summary>
    public static double Variance(double a) => Of(a).Mean is var m && a < 20 ? 2 + a * a - m * m : 1 - 0.5 / (a * a);

    private static (double Mean, double Slope) Exact(double a)
    {
        var z = 0.25 * a * a;
        var (i0, i1, root) = (SpecialFunctions.BesselIScaled(0, z), SpecialFunctions.BesselIScaled(1, z), Math.Sqrt(Math.PI / 2));
        return (root * ((1 + 2 * z) * i0 + 2 * z * i1), root * 0.5 * a * (i0 + i1));
    }
}
