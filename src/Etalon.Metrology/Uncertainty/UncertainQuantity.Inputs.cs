namespace Etalon.Metrology;

/// <content>Inputs, and the way from and to the budgets of measurements.</content>
public sealed partial class UncertainQuantity
{
    /// <summary>A number without uncertainty.</summary>
    public static UncertainQuantity Exact(double value) =>
        double.IsFinite(value) ? new(value, []) : throw new ArgumentOutOfRangeException(nameof(value), value, "A value is a finite number.");

    /// <summary>A number without uncertainty.</summary>
    public static implicit operator UncertainQuantity(double value) => Exact(value);

    /// <summary>An input that is independent of all other influences.</summary>
    /// <param name="value">Estimate.</param>
    /// <param name="u">Standard uncertainty, at least 0.</param>
    /// <param name="influence">The error behind it; inputs that name one identifier share it.</param>
    public static UncertainQuantity Input(double value, double u, Influence influence)
    {
        ArgumentNullException.ThrowIfNull(influence);
        if (!double.IsFinite(value) || !(u >= 0) || double.IsInfinity(u))
        {
            throw new ArgumentOutOfRangeException(nameof(u), $"'{influence.Id}': value {value} and u {u} must be finite, u at least 0.");
        }

        return new UncertainQuantity(value, [new Contribution(influence, u)]);
    }

    /// <summary>Short form of <see cref="Input(double, double, Influence)"/>: identifier and source are one text.</summary>
    public static UncertainQuantity Input(string id, double value, double u, double? dof = null, ComponentKind kind = ComponentKind.B) =>
        Input(value, u, new Influence(id, id, kind, dof));

    /// <summary>Mean of n independent observations of one input, type A (JCGM 100, 4.2): u = s/√n, n − 1 degrees of freedom.</summary>
    /// <exception cref="ArgumentException">Fewer than two observations.</exception>
    public static UncertainQuantity FromObservations(string id, IReadOnlyList<double> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        return FromSimultaneous(id, [id], [observations])[0];
    }

    /// <summary>Means of inputs that were observed simultaneously n times, with their correlations (JCGM 100, 5.2.3 and H.2).</summary>
    /// <param name="setId">Identity of the set.</param>
    /// <param name="ids">Identifier of each input.</param>
    /// <param name="observations">For each input its n observations, in one order.</param>
    /// <returns>The inputs, n − 1 degrees of freedom for the set.</returns>
    /// <exception cref="ArgumentException">Fewer than two observations, or unequal numbers.</exception>
    public static IReadOnlyList<UncertainQuantity> FromSimultaneous(string setId, IReadOnlyList<string> ids, IReadOnlyList<IReadOnlyList<double>> observations)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(observations);
        var n = observations.Count > 0 ? observations[0].Count : 0;
        if (ids.Count != observations.Count || n < 2 || observations.Any(o => o.Count != n))
        {
            throw new ArgumentException($"'{setId}': {ids.Count} inputs with {string.Join(", ", observations.Select(o => o.Count))} observations; each needs the same number, at least 2.");
        }

        var means = observations.Select(o => o.Average()).ToArray();
        var products = new double[ids.Count, ids.Count];
        for (var i = 0; i < ids.Count; i++)
        {
            for (var j = 0; j < ids.Count; j++)
            {
                products[i, j] = Enumerable.Range(0, n).Sum(k => (observations[i][k] - means[i]) * (observations[j][k] - means[j]));
            }
        }

        var u = Enumerable.Range(0, ids.Count).Select(i => Math.Sqrt(products[i, i] / (n * (n - 1.0)))).ToArray();
        var correlation = new double[ids.Count, ids.Count];
        for (var i = 0; i < ids.Count; i++)
        {
            for (var j = 0; j < ids.Count; j++)
            {
                var scale = Math.Sqrt(products[i, i] * products[j, j]);
                correlation[i, j] = i == j ? 1 : scale > 0 ? Math.Clamp(products[i, j] / scale, -1, 1) : 0;
            }
        }

        return Correlated(new CorrelatedSet(setId, ids, correlation, n - 1), means, u, ComponentKind.A);
    }

    /// <summary>Inputs with given standard uncertainties and correlations.</summary>
    /// <param name="set">Identifiers, correlation matrix and degrees of freedom.</param>
    /// <param name="values">Estimates, in the order of the set.</param>
    /// <param name="u">Standard uncertainties, each at least 0.</param>
    /// <param name="kind">How they were evaluated.</param>
    /// <exception cref="ArgumentException">The numbers differ, or one is not finite.</exception>
    public static IReadOnlyList<UncertainQuantity> Correlated(CorrelatedSet set, IReadOnlyList<double> values, IReadOnlyList<double> u, ComponentKind kind)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(u);
        if (values.Count != set.Ids.Count || u.Count != set.Ids.Count)
        {
            throw new ArgumentException($"'{set.Id}': {set.Ids.Count} influences, {values.Count} values and {u.Count} standard uncertainties.");
        }

        return set.Ids.Select((id, i) => Input(values[i], u[i], new Influence(id, id, kind, set.Dof) { Set = set })).ToList();
    }

    /// <summary>
    /// The value of a measurement with its budget. Components of one group become one influence of that name and add with their signs; each other
    /// component becomes an influence of its own, named after the measurement.
    /// </summary>
    /// <exception cref="ArgumentException">The measurement has no value.</exception>
    public static UncertainQuantity FromMeasurement(Measurement measurement)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        return measurement.Value is { } value
            ? FromComponents(measurement.Id, value, measurement.Components)
            : throw new ArgumentException($"{measurement.Id} has no value ({measurement.Status}).");
    }

    /// <summary>A value with a budget, as <see cref="FromMeasurement"/> reads it.</summary>
    /// <param name="name">Name of the owner; unique among quantities that meet.</param>
    /// <param name="value">Estimate.</param>
    /// <param name="components">The budget, in the unit of the value.</param>
    public static UncertainQuantity FromComponents(string name, double value, IReadOnlyList<UncertaintyComponent> components)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(components);
        var parts = components.Select((c, n) => (Input(0, c.U, new Influence(c.Group ?? $"{name}#{n}", c.Source, c.Kind, c.Dof)
        {
            IsMismatch = c.IsMismatch,
            Constant = c.Constant,
        }), c.IsNegative ? -1.0 : 1.0)).ToArray();
        return Linear(value, parts);
    }

    /// <summary>
    /// The budget as components whose squares add up to u². The group of each is the identifier of its influence; a correlated set is written as
    /// its independent parts, which mean the same in every quantity.
    /// </summary>
    public IReadOnlyList<UncertaintyComponent> ToComponents()
    {
        var result = _contributions.Where(c => c.Influence.Set is null)
            .Select(c => Component(c.Influence, c.Influence.Source, c.SignedU, c.Influence.Id, c.Influence.Dof)).ToList();
        foreach (var members in _contributions.Where(c => c.Influence.Set is not null).GroupBy(c => c.Influence.Set!.Id, StringComparer.Ordinal))
        {
            var set = members.First().Influence.Set!;
            var parts = new double[set.Ids.Count];
            foreach (var member in members)
            {
                var weights = set.Parts(member.Influence.Id);
                for (var k = 0; k < parts.Length; k++)
                {
                    parts[k] += member.SignedU * weights[k];
                }
            }

            // A part is mostly the influence of its own row: the symmetric root is the one nearest to the identity.
            result.AddRange(parts.Select((u, k) => Component(
                members.First().Influence, $"{set.Ids[k]} (correlated within {set.Id})", u, $"{set.Id}:{set.Ids[k]}", set.Dof)));
        }

        return result;
    }

    private static UncertaintyComponent Component(Influence influence, string source, double signed, string group, double? dof) =>
        new(source, Math.Abs(signed), group, influence.Kind, dof) { IsNegative = signed < 0, IsMismatch = influence.IsMismatch, Constant = influence.Constant };
}
