namespace Etalon.Metrology;

/// <summary>Combines uncertainty components by the law of propagation (JCGM 100, 5.1 and 5.2).</summary>
public static class Budget
{
    /// <summary>Combined standard uncertainty of one measurement: root of the sum of squares over its components.</summary>
    public static double Combine(IEnumerable<UncertaintyComponent> components) => Math.Sqrt(components.Sum(c => c.U * c.U));

    /// <summary>Effective degrees of freedom (Welch-Satterthwaite, JCGM 100 equation G.2b); null: infinite.</summary>
    public static double? EffectiveDof(IReadOnlyCollection<UncertaintyComponent> components)
    {
        var u2 = components.Sum(c => c.U * c.U);
        var denominator = components.Where(c => c.Dof is > 0).Sum(c => c.U * c.U * c.U * c.U / c.Dof!.Value);
        return denominator > 0 ? u2 * u2 / denominator : null;
    }

    /// <summary>
    /// Components of the difference b − a. A group that both hold is fully correlated, so what remains of it is the difference of the two
    /// signed contributions (zero where the shared error is the same, their sum where it moves the two values in opposite ways); everything
    /// else adds in squares.
    /// </summary>
    public static IReadOnlyList<UncertaintyComponent> OfDifference(
        IReadOnlyList<UncertaintyComponent> a, IReadOnlyList<UncertaintyComponent> b)
    {
        var groups = a.Concat(b).Where(c => c.Group is not null).Select(c => c.Group!).Distinct(StringComparer.Ordinal);
        var result = new List<UncertaintyComponent>();
        foreach (var group in groups)
        {
            var inA = a.Where(c => c.Group == group).ToList();
            var inB = b.Where(c => c.Group == group).ToList();
            var any = inB.Concat(inA).First();
            // Fully correlated members of one group add linearly within a measurement and subtract between the two.
            var left = inB.Sum(c => c.SignedU) - inA.Sum(c => c.SignedU);
            result.Add(any with { U = Math.Abs(left), IsNegative = left < 0 });
        }

        foreach (var source in a.Concat(b).Where(c => c.Group is null).GroupBy(c => c with { U = 0, IsNegative = false }))
        {
            var u = Math.Sqrt(source.Sum(c => c.U * c.U));
            result.Add(source.Key with { U = u });
        }

        return result;
    }

    /// <summary>Share of the variance that each component holds, in the components' order; zeros where all are zero.</summary>
    public static IReadOnlyList<double> VarianceShares(IReadOnlyList<UncertaintyComponent> components)
    {
        var total = components.Sum(c => c.U * c.U);
        return components.Select(c => total > 0 ? c.U * c.U / total : 0).ToList();
    }
}
