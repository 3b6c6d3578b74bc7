namespace Etalon.Metrology;

/// <summary>The inputs of a measurement model with their distributions: independent ones, and sets with a joint distribution.</summary>
public sealed class InputSet
{
    private readonly Block[] _blocks;

    private InputSet(Block[] blocks)
    {
        _blocks = blocks;
        Names = blocks.SelectMany(b => b.Names).ToArray();
        if (Names.Distinct(StringComparer.Ordinal).Count() != Names.Count)
        {
            throw new ArgumentException($"Each input has a name of its own; given: {string.Join(", ", Names)}.");
        }
    }

    /// <summary>No inputs; add them in the order in which the model takes them.</summary>
    public static InputSet Empty { get; } = new([]);

    /// <summary>Names, in the model's order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>With one more input that is independent of the others.</summary>
    /// <exception cref="ArgumentException">The name stands already.</exception>
    public InputSet With(string name, InputDistribution distribution)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(distribution);
        return new InputSet([.. _blocks, new Block([name], distribution, null)]);
    }

    /// <summary>
    /// With inputs that are jointly normal (JCGM 101, 6.4.8), or jointly t where degrees of freedom are given: inputs observed simultaneously.
    /// </summary>
    /// <param name="set">Their names, correlations and degrees of freedom.</param>
    /// <param name="means">Estimates.</param>
    /// <param name="u">Standard uncertainties (scales of the t distribution).</param>
    /// <exception cref="ArgumentException">The numbers differ or a name stands already.</exception>
    public InputSet With(CorrelatedSet set, IReadOnlyList<double> means, IReadOnlyList<double> u)
    {
        ArgumentNullException.ThrowIfNull(set);
        var quantities = UncertainQuantity.Correlated(set, means, u, ComponentKind.A);
        return new InputSet([.. _blocks, new Block([.. set.Ids], null, new Joint(set, [.. quantities.Select(q => q.Value)], [.. u]))]);
    }

    /// <summary>The inputs as uncertain quantities: estimates, standard uncertainties, degrees of freedom, correlations.</summary>
    public IReadOnlyList<UncertainQuantity> Quantities() => _blocks.SelectMany(b => b.Quantities()).ToList();

    /// <summary>Draws one block of trials, shape (inputs, trials), each input contiguous.</summary>
    internal void Draw(TrialStream random, Span<double> destination, int trials)
    {
        var first = 0;
        foreach (var block in _blocks)
        {
            block.Draw(random, destination.Slice(first * trials, block.Names.Length * trials), trials);
            first += block.Names.Length;
        }
    }

    private sealed record Joint(CorrelatedSet Set, double[] Means, double[] U);

    private sealed record Block(string[] Names, InputDistribution? Single, Joint? Together)
    {
        public IEnumerable<UncertainQuantity> Quantities() => Single is { } d
            ? [UncertainQuantity.Input(Names[0], d.Estimate, d.StandardUncertainty, d.Dof)]
            : UncertainQuantity.Correlated(Together!.Set, Together.Means, Together.U, ComponentKind.A);

        public void Draw(TrialStream random, Span<double> destination, int trials)
        {
            if (Single is { } d)
            {
                for (var t = 0; t < trials; t++)
                {
                    destination[t] = d.Draw(random);
                }

                return;
            }

            var n = Names.Length;
            var rows = Names.Select(name => Together!.Set.Parts(name).ToArray()).ToArray();
            Span<double> normal = new double[n];
            for (var t = 0; t < trials; t++)
            {
                for (var k = 0; k < n; k++)
                {
                    normal[k] = random.Normal();
                }

                var widen = Together!.Set.Dof is { } dof ? 1 / random.ChiOverRootDof(dof) : 1;
                for (var i = 0; i < n; i++)
                {
                    var sum = 0.0;
                    for (var k = 0; k < n; k++)
                    {
                        sum += rows[i][k] * normal[k];
                    }

                    destination[i * trials + t] = Together.Means[i] + Together.U[i] * widen * sum;
                }
            }
        }
    }
}
