using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;

namespace Etalon.Metrology.Precision;

/// <summary>The ratio Y / X of two independent normal readings of one mean and one coefficient of variation.</summary>
/// <remarks>
/// Hinkley, Biometrika 56:635–639 (1969): P(Y/X ≤ r) = Φ₂(−h, k; ρ) + Φ₂(h, −k; ρ) with h = (1 − r) / (w √(1 + r²)), k = 1/w and ρ = r / √(1 + r²).
/// The rule of Geary and Hinkley leaves out the second term, the chance that the denominator is below 0: 0.0003 points of the
/// upper limit at w of 20 %, 0.5 at 28 %.
/// </remarks>
public static class NormalRatio
{
    /// <summary>Values of an uncertain coefficient of variation over which a probability is averaged.</summary>
    private const int Nodes = 64;

    /// <summary>P(Y/X ≤ r).</summary>
    /// <param name="r">The ratio.</param>
    /// <param name="wCv">Coefficient of variation of either reading, above 0.</param>
    public static double Cdf(double r, double wCv)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(wCv);
        var root = Math.Sqrt(1 + r * r);
        var (h, k, rho) = ((1 - r) / (wCv * root), 1 / wCv, r / root);
        return Binormal(-h, k, rho) + Binormal(h, -k, rho);
    }

    /// <summary>The ratio that is exceeded with probability 1 − p.</summary>
    /// <param name="p">In (0, 1).</param>
    /// <param name="wCv">Coefficient of variation, above 0.</param>
    /// <param name="dof">
    /// Degrees of freedom of the coefficient; null: known. With them the coefficient is wCV √(ν/χ²), and the probability is averaged over χ².
    /// </param>
    public static double Quantile(double p, double wCv, double? dof = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(wCv);
        if (!(p is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies between 0 and 1.");
        }

        var coefficients = dof is { } nu ? Spread(wCv, nu) : [(wCv, 1.0)];
        // The ratio as an angle: all of (−∞, ∞) becomes one interval, and the distribution on it is smooth.
        var (low, high) = (-Math.PI / 2, Math.PI / 2);
        for (var step = 0; step < 60; step++)
        {
            var middle = 0.5 * (low + high);
            var cdf = coefficients.Sum(c => c.Weight * Cdf(Math.Tan(middle), c.W));
            (low, high) = cdf < p ? (middle, high) : (low, middle);
        }

        return Math.Tan(0.5 * (low + high));
    }

    /// <summary>Nodes and weights for an average over what the coefficient of variation may be, given its estimate.</summary>
    private static (double W, double Weight)[] Spread(double wCv, double dof)
    {
        var rule = new GaussLegendreRule(0, 1, Nodes);
        var result = new (double, double)[Nodes];
        for (var n = 0; n < Nodes; n++)
        {
            // p = v²(3 − 2v) crowds the nodes at both ends, where the quantiles of χ² run away.
            var v = rule.GetAbscissa(n);
            var chi2 = ChiSquared.InvCDF(dof, v * v * (3 - 2 * v));
            result[n] = (wCv * Math.Sqrt(dof / chi2), rule.GetWeight(n) * 6 * v * (1 - v));
        }

        return result;
    }

    /// <summary>P(A ≤ a, B ≤ b) of two standard normals of correlation rho: Φ(a)Φ(b) plus an integral over the correlation (Drezner and Wesolowsky 1990).</summary>
    private static double Binormal(double a, double b, double rho)
    {
        var product = Normal.CDF(0, 1, a) * Normal.CDF(0, 1, b);
        var end = Math.Asin(rho);
        var sum = 0.0;
        const int Panels = 4;
        for (var panel = 0; panel < Panels; panel++)
        {
            sum += Panel.Integrate(panel * end / Panels, (panel + 1) * end / Panels, a, b);
        }

        return Math.Clamp(product + sum / (2 * Math.PI), 0, 1);
    }

    /// <summary>Gauss-Legendre over a part of the correlation.</summary>
    private static class Panel
    {
        private static readonly (double X, double Weight)[] Rule = Make();

        public static double Integrate(double from, double to, double a, double b)
        {
            var (centre, half, sum) = (0.5 * (from + to), 0.5 * (to - from), 0.0);
            foreach (var (x, weight) in Rule)
            {
                var (sin, cos) = Math.SinCos(centre + half * x);
                sum += weight * Math.Exp(-(a * a + b * b - 2 * a * b * sin) / (2 * cos * cos));
            }

            return half * sum;
        }

        private static (double, double)[] Make()
        {
            var rule = new GaussLegendreRule(-1, 1, 32);
            return [.. Enumerable.Range(0, 32).Select(n => (rule.GetAbscissa(n), rule.GetWeight(n)))];
        }
    }
}
