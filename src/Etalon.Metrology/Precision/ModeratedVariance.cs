using MathNet.Numerics;

namespace Etalon.Metrology.Precision;

/// <summary>
/// Variances of several groups drawn towards one another: each is taken as s₀² F(ν, d₀), the prior figures come from all of them, and the moderated
/// variance (d₀ s₀² + ν s²) / (d₀ + ν) has d₀ + ν degrees of freedom.
/// </summary>
/// <param name="PriorVariance">s₀².</param>
/// <param name="PriorDof">d₀; null: infinite, the groups do not differ by more than chance.</param>
/// <remarks>Smyth, Stat Appl Genet Mol Biol 3:3 (2004), section 6.2: moments of the logarithms.</remarks>
public readonly record struct ModeratedVariance(double PriorVariance, double? PriorDof)
{
    /// <summary>Fits the prior.</summary>
    /// <param name="variances">Of each group, at least 0. Variances of 0 are raised to 10⁻⁵ of the median.</param>
    /// <param name="dofs">Degrees of freedom of each, above 0.</param>
    /// <exception cref="ArgumentException">There is none, the lengths differ, or all variances are 0.</exception>
    public static ModeratedVariance Of(ReadOnlySpan<double> variances, ReadOnlySpan<double> dofs)
    {
        if (variances.IsEmpty || variances.Length != dofs.Length)
        {
            throw new ArgumentException($"{variances.Length} variances and {dofs.Length} degrees of freedom.");
        }

        var sorted = variances.ToArray();
        Array.Sort(sorted);
        var floor = 1e-5 * sorted[sorted.Length / 2];
        if (!(floor > 0))
        {
            throw new ArgumentException("Half of the groups do not scatter at all.");
        }

        var n = variances.Length;
        var (sum, sumPooled, sumDof, trigamma) = (0.0, 0.0, 0.0, 0.0);
        var e = new double[n];
        for (var g = 0; g < n; g++)
        {
            e[g] = Math.Log(Math.Max(variances[g], floor)) - SpecialFunctions.DiGamma(dofs[g] / 2) + Math.Log(dofs[g] / 2);
            (sum, sumPooled, sumDof) = (sum + e[g], sumPooled + variances[g] * dofs[g], sumDof + dofs[g]);
            trigamma += Trigamma(dofs[g] / 2) / n;
        }

        var (mean, excess) = (sum / n, 0.0);
        if (n > 1)
        {
            excess = e.Sum(x => (x - mean) * (x - mean)) / (n - 1) - trigamma;
        }

        if (excess <= 0)
        {
            return new ModeratedVariance(sumPooled / sumDof, null);
        }

        var half = InverseTrigamma(excess);
        return new ModeratedVariance(Math.Exp(mean + SpecialFunctions.DiGamma(half) - Math.Log(half)), 2 * half);
    }

    /// <summary>The variance of a group in the light of the others.</summary>
    /// <param name="variance">Its own.</param>
    /// <param name="dof">Its own degrees of freedom; 0 for a group without replicates.</param>
    public double Moderate(double variance, double dof) => PriorDof is { } d ? (d * PriorVariance + dof * variance) / (d + dof) : PriorVariance;

    /// <summary>ψ′(x), x above 0: recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.4.6, 6.4.12).</summary>
    internal static double Trigamma(double x)
    {
        var sum = 0.0;
        for (; x < 10; x++)
        {
            sum += 1 / (x * x);
        }

        var y = 1 / (x * x);
        return sum + 1 / x + y / 2 + y / x * (1.0 / 6 + y * (-1.0 / 30 + y * (1.0 / 42 + y * (-1.0 / 30 + y * (5.0 / 66)))));
    }

    /// <summary>The x of which ψ′(x) is given: bisection of the logarithm, ψ′ falls throughout.</summary>
    private static double InverseTrigamma(double value)
    {
        var (low, high) = (-40.0, 40.0);
        for (var step = 0; step < 100; step++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = Trigamma(Math.Exp(middle)) > value ? (middle, high) : (low, middle);
        }

        return Math.Exp(0.5 * (low + high));
    }
}
