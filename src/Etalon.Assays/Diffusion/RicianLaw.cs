namespace Etalon.Assays.Diffusion;

/// <summary>
/// The law of a magnitude S = |A + σ(x + iy)|, x and y standard normal: p(S) = S/σ² exp(−(S² + A²)/2σ²) I₀(SA/σ²) (Rice 1944; for MR
/// images Gudbjartsson and Patz, Magn Reson Med 34:910–914, 1995).
/// </summary>
public static class RicianLaw
{
    private const double Step = 0.05;
    private const int Entries = 201;
    private static readonly double[] InformationAt = Tabulate();

    /// <summary>ln I₀(z) − z and I₁(z)/I₀(z), relative error of I₀ and I₁ below 1e-13.</summary>
    /// <param name="z">At least 0.</param>
    /// <remarks>Abramowitz and Stegun 9.6.10 (series) below 16, 9.7.1 (asymptotic) above, where its smallest term is below 1e-13.</remarks>
    public static (double LogI0Scaled, double Ratio) Bessel(double z)
    {
        if (z < 16)
        {
            var (q, term, i0, i1) = (z * z / 4, 1.0, 1.0, 1.0);
            for (var k = 1; k < 60; k++)
            {
                term *= q / ((double)k * k);
                i0 += term;
                i1 += term / (k + 1);
                if (term < 1e-17 * i0)
                {
                    break;
                }
            }

            return (Math.Log(i0) - z, 0.5 * z * i1 / i0);
        }

        var (t0, t1, s0, s1, w) = (1.0, 1.0, 1.0, 1.0, 1 / (8 * z));
        for (var k = 1; k < 30; k++)
        {
            double odd = (2 * k) - 1;
            var (n0, n1) = (t0 * odd * odd * w / k, t1 * ((odd * odd) - 4) * w / k);
            if (Math.Abs(n0) > Math.Abs(t0))
            {
                break;
            }

            (t0, t1) = (n0, n1);
            s0 += t0;
            s1 += t1;
            if (Math.Abs(t1) < 1e-17 && t0 < 1e-17)
            {
                break;
            }
        }

        return (Math.Log(s0) - (0.5 * Math.Log(2 * Math.PI * z)), s1 / s0);
    }

    /// <summary>Mean and variance of S/σ.</summary>
    /// <param name="a">A/σ, at least 0.</param>
    /// <remarks>E = √(π/2) e^{−a²/4} ((1 + a²/2) I₀(a²/4) + (a²/2) I₁(a²/4)), E[S²] = 2 + a².</remarks>
    public static (double Mean, double Variance) Moments(double a)
    {
        if (a > 40)
        {
            // The series in 1/a; the closed form loses its variance to rounding there.
            var b = 1 / (a * a);
            return (a * (1 + (b / 2) + (b * b / 8)), 1 - (b / 2) - (b * b / 2));
        }

        var (log, ratio) = Bessel(a * a / 4);
        var mean = Math.Sqrt(Math.PI / 2) * Math.Exp(log) * (1 + (a * a / 2 * (1 + ratio)));
        return (mean, 2 + (a * a) - (mean * mean));
    }

    /// <summary>Fisher's information on A of one magnitude, times σ²: from a² near 0 to 1 where noise is Gaussian.</summary>
    /// <param name="a">A/σ, at least 0.</param>
    /// <returns>Interpolated in a table made by quadrature; within 1e-3.</returns>
    public static double Information(double a)
    {
        var x = a / Step;
        var at = (int)x;
        return at >= Entries - 1
            ? 1 - ((1 - InformationAt[Entries - 1]) * (Entries - 1) * Step * (Entries - 1) * Step / (a * a))
            : InformationAt[at] + ((x - at) * (InformationAt[at + 1] - InformationAt[at]));
    }

    /// <summary>E[(S I₁/I₀(Sa) − a)²] by Simpson's rule on 400 intervals of a ± 9.</summary>
    private static double[] Tabulate()
    {
        var table = new double[Entries];
        for (var n = 0; n < Entries; n++)
        {
            var a = n * Step;
            var (low, high) = (Math.Max(0, a - 9), a + 9);
            const int Intervals = 400;
            var (h, sum) = ((high - low) / Intervals, 0.0);
            for (var k = 0; k <= Intervals; k++)
            {
                var s = low + (k * h);
                var (log, ratio) = Bessel(s * a);
                var density = s * Math.Exp((-0.5 * (s - a) * (s - a)) + log);
                var score = (s * ratio) - a;
                sum += (k is 0 or Intervals ? 1 : k % 2 == 1 ? 4 : 2) * density * score * score;
            }

            table[n] = sum * h / 3;
        }

        return table;
    }
}
