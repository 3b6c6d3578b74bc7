namespace Etalon.Metrology;

/// <summary>
/// An estimate with its first-order uncertainty, kept as signed contributions of elementary errors. What is computed from such quantities keeps
/// the contributions, so an error that two of them share cancels or adds by itself in differences, ratios and products.
/// </summary>
/// <remarks>Law of propagation of uncertainty, JCGM 100:2008, 5.1 and 5.2. Linear: see <see cref="Propagation"/> for models where that is not enough.</remarks>
public sealed partial class UncertainQuantity
{
    /// <summary>Sorted by identifier, each once.</summary>
    private readonly Contribution[] _contributions;

    private UncertainQuantity(double value, Contribution[] contributions)
    {
        Value = value;
        _contributions = contributions;
    }

    /// <summary>Best estimate.</summary>
    public double Value { get; }

    /// <summary>The contributions, in the order of their identifiers.</summary>
    public IReadOnlyList<Contribution> Contributions => _contributions;

    /// <summary>Combined standard uncertainty (JCGM 100 equation (13)).</summary>
    public double U => Math.Sqrt(Math.Max(0, Covariance(this, this)));

    /// <summary>Effective degrees of freedom (JCGM 100 equation (G.2b)); null: infinite. A correlated set counts as one component (<see cref="CorrelatedSet"/>).</summary>
    public double? Dof
    {
        get
        {
            var (total, denominator) = (0.0, 0.0);
            foreach (var (variance, dof) in Blocks())
            {
                total += variance;
                denominator += dof is > 0 and < double.PositiveInfinity ? variance * variance / dof.Value : 0;
            }

            return denominator > 0 ? total * total / denominator : null;
        }
    }

    /// <summary>Contribution of one influence, with its sign; 0 where the quantity does not hold it.</summary>
    public double Of(string influence)
    {
        foreach (var c in _contributions)
        {
            if (c.Influence.Id == influence)
            {
                return c.SignedU;
            }
        }

        return 0;
    }

    /// <summary>Value ± k·u with Student's t for the effective degrees of freedom.</summary>
    /// <param name="coverage">Coverage probability in (0, 1).</param>
    /// <param name="truncateDof">Whether the degrees of freedom are cut to the next lower whole number, as JCGM 100 G.4.1 allows and its examples do.</param>
    public Interval Expanded(double coverage = 0.95, bool truncateDof = false) =>
        Interval.Symmetric(Value, U, truncateDof && Dof is >= 1 and var d ? Math.Floor(d) : Dof, coverage);

    /// <summary>Covariance of two quantities: Σ c·c′ over shared influences, with the correlations of their sets.</summary>
    public static double Covariance(UncertainQuantity a, UncertainQuantity b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var sum = 0.0;
        foreach (var x in a._contributions)
        {
            if (x.Influence.Set is not { } set)
            {
                sum += x.SignedU * b.Of(x.Influence.Id);
                continue;
            }

            foreach (var y in b._contributions)
            {
                sum += y.Influence.Set?.Id == set.Id ? x.SignedU * y.SignedU * set.Correlation(x.Influence.Id, y.Influence.Id) : 0;
            }
        }

        return sum;
    }

    /// <summary>Correlation coefficient of two quantities; null where one of them has no uncertainty.</summary>
    public static double? Correlation(UncertainQuantity a, UncertainQuantity b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var scale = a.U * b.U;
        return scale > 0 ? Math.Clamp(Covariance(a, b) / scale, -1, 1) : null;
    }

    /// <summary>
    /// A quantity f(x₁, …) from its value and the sensitivity coefficients ∂f/∂x at the estimates: the general law, for functions that have no
    /// operator here.
    /// </summary>
    /// <param name="value">f at the estimates.</param>
    /// <param name="terms">Each argument with its sensitivity coefficient.</param>
    /// <exception cref="ArgumentException">The value or a coefficient is not finite: the model has no linear form there.</exception>
    public static UncertainQuantity Linear(double value, params ReadOnlySpan<(UncertainQuantity Argument, double Sensitivity)> terms)
    {
        Contribution[] merged = [];
        foreach (var (argument, sensitivity) in terms)
        {
            ArgumentNullException.ThrowIfNull(argument);
            if (!double.IsFinite(sensitivity))
            {
                throw new ArgumentException($"A sensitivity coefficient is {sensitivity}: the model has no linear form at these estimates.");
            }

            merged = Merge(merged, argument._contributions, sensitivity);
        }

        return double.IsFinite(value)
            ? new UncertainQuantity(value, merged)
            : throw new ArgumentException($"The value is {value}: the model is not defined at these estimates.");
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Value:G9} (u = {U:G3})");

    /// <summary>Variance and degrees of freedom of each independent part: an influence, or a correlated set as a whole.</summary>
    private IEnumerable<(double Variance, double? Dof)> Blocks()
    {
        foreach (var c in _contributions.Where(c => c.Influence.Set is null))
        {
            yield return (c.SignedU * c.SignedU, c.Influence.Dof);
        }

        foreach (var members in _contributions.Where(c => c.Influence.Set is not null).GroupBy(c => c.Influence.Set!.Id, StringComparer.Ordinal))
        {
            var set = members.First().Influence.Set!;
            yield return (members.Sum(x => members.Sum(y => x.SignedU * y.SignedU * set.Correlation(x.Influence.Id, y.Influence.Id))), set.Dof);
        }
    }

    private static Contribution[] Merge(Contribution[] a, Contribution[] b, double scale)
    {
        var result = new List<Contribution>(a.Length + b.Length);
        var (i, j) = (0, 0);
        while (i < a.Length || j < b.Length)
        {
            var order = i == a.Length ? 1 : j == b.Length ? -1 : string.CompareOrdinal(a[i].Influence.Id, b[j].Influence.Id);
            if (order == 0)
            {
                result.Add(new Contribution(One(a[i].Influence, b[j].Influence), a[i++].SignedU + scale * b[j++].SignedU));
            }
            else
            {
                result.Add(order < 0 ? a[i++] : new Contribution(b[j].Influence, scale * b[j++].SignedU));
            }
        }

        return [.. result];
    }

    /// <summary>Two descriptions of one error; where they disagree on the degrees of freedom, the smaller number is the cautious one.</summary>
    private static Influence One(Influence a, Influence b)
    {
        if (a.Set?.Id != b.Set?.Id)
        {
            throw new ArgumentException($"The influence '{a.Id}' belongs to the set '{a.Set?.Id}' in one quantity and to '{b.Set?.Id}' in another.");
        }

        return b.Dof is { } dof && !(a.Dof <= dof) ? a with { Dof = dof } : a;
    }
}
