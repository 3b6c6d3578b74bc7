namespace Etalon.Twin;

/// <summary>
/// Coefficients of the second-order Runge-Kutta-Chebyshev method: Y_j = (1 − μ − ν) Y_0 + μ Y_{j−1} + ν Y_{j−2} + μ̃ z L Y_{j−1} + γ̃ z L Y_0 with z = hD.
/// </summary>
/// <remarks>Sommeijer, Shampine and Verwer, J Comput Appl Math 88:315-326 (1998), equations 2.1 to 2.8, damping ε = 2/13.</remarks>
internal sealed class ChebyshevCoefficients
{
    private const double Damping = 2.0 / 13;

    /// <summary>Prepares a number of stages, at least 2.</summary>
    public ChebyshevCoefficients(int stages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stages, 2);
        Stages = stages;
        var w0 = 1 + Damping / ((double)stages * stages);
        // Chebyshev polynomials and their first and second derivatives at w0.
        var (t, d, e) = (new double[stages + 1], new double[stages + 1], new double[stages + 1]);
        (t[0], t[1], d[1]) = (1, w0, 1);
        for (var j = 2; j <= stages; j++)
        {
            t[j] = 2 * w0 * t[j - 1] - t[j - 2];
            d[j] = 2 * w0 * d[j - 1] - d[j - 2] + 2 * t[j - 1];
            e[j] = 2 * w0 * e[j - 1] - e[j - 2] + 4 * d[j - 1];
        }

        var w1 = d[stages] / e[stages];
        var b = new double[stages + 1];
        for (var j = 2; j <= stages; j++)
        {
            b[j] = e[j] / (d[j] * d[j]);
        }

        (b[0], b[1]) = (b[2], 1 / w0);
        Bound = (w0 + 1) / w1;
        First = b[1] * w1;
        Stage = new (double, double, double, double)[stages + 1];
        for (var j = 2; j <= stages; j++)
        {
            var own = 2 * b[j] * w1 / b[j - 1];
            Stage[j] = (2 * b[j] * w0 / b[j - 1], -b[j] / b[j - 2], own, -(1 - b[j - 1] * t[j - 1]) * own);
        }
    }

    /// <summary>Number of stages s.</summary>
    public int Stages { get; }

    /// <summary>Stable for eigenvalues of −zL up to this, about 0.65 s².</summary>
    public double Bound { get; }

    /// <summary>μ̃_1.</summary>
    public double First { get; }

    /// <summary>Of stage j from 2 on.</summary>
    public (double Mu, double Nu, double MuTilde, double GammaTilde)[] Stage { get; }
}
