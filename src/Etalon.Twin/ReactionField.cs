namespace Etalon.Twin;

/// <summary>
/// Reactions where proliferation or capacity differ from voxel to voxel. Reactions are computed at Chebyshev nodes of the range of the
/// proliferation factor and interpolated, since a and b are entire functions of k; capacity scales N.
/// </summary>
/// <remarks>
/// With k = κr the exponents of a step stay below a few units, where 17 nodes leave an error near rounding (Trefethen, Approximation Theory
/// and Approximation Practice, theorem 8.2). N → aN/(1 + bN/θ).
/// </remarks>
internal sealed class ReactionField
{
    private const int NodeCount = 17;

    private readonly double[]? _position;
    private readonly double[]? _inverseCapacity;

    /// <summary>Prepares the fields of a domain.</summary>
    /// <exception cref="ArgumentException">A field's length or a value is out of range.</exception>
    public ReactionField(DiffusionOperator diffusion, TumourFields fields)
    {
        var (low, high) = Range(diffusion, fields.ProliferationFactor, "proliferation factor", 0);
        Factors = [1];
        if (fields.ProliferationFactor is { } factor)
        {
            var (middle, half) = (0.5 * (low + high), Math.Max(0.5 * (high - low), 1e-12));
            Factors = Enumerable.Range(0, NodeCount).Select(j => middle + half * Math.Cos(Math.PI * (j + 0.5) / NodeCount)).ToArray();
            _position = factor.Select((f, n) => diffusion.Inside[n] ? (f - middle) / half : 0).ToArray();
        }

        if (fields.Capacity is { } capacity)
        {
            Range(diffusion, capacity, "capacity", double.Epsilon);
            _inverseCapacity = capacity.Select((c, n) => diffusion.Inside[n] ? 1 / c : 1).ToArray();
        }
    }

    /// <summary>The factors of k at which reactions are computed.</summary>
    public double[] Factors { get; }

    /// <summary>Whether reactions are the same everywhere.</summary>
    public bool IsUniform => _position is null && _inverseCapacity is null;

    /// <summary>Evaluates one function of the factor, given at the nodes, in a voxel.</summary>
    public double At(double[] coefficients, int voxel)
    {
        if (_position is null)
        {
            return coefficients[0];
        }

        // Clenshaw.
        var (x, b1, b2) = (_position[voxel], 0.0, 0.0);
        for (var j = coefficients.Length - 1; j > 0; j--)
        {
            (b1, b2) = (2 * x * b1 - b2 + coefficients[j], b1);
        }

        return x * b1 - b2 + coefficients[0];
    }

    /// <summary>1/θ in a voxel.</summary>
    public double InverseCapacity(int voxel) => _inverseCapacity is null ? 1 : _inverseCapacity[voxel];

    /// <summary>Chebyshev coefficients of a function given at the nodes.</summary>
    public static double[] Coefficients(SlopedReaction[] nodes, Func<SlopedReaction, double> of)
    {
        if (nodes.Length == 1)
        {
            return [of(nodes[0])];
        }

        var values = nodes.Select(of).ToArray();
        var result = new double[NodeCount];
        for (var m = 0; m < NodeCount; m++)
        {
            for (var j = 0; j < NodeCount; j++)
            {
                result[m] += (m == 0 ? 1.0 : 2.0) / NodeCount * values[j] * Math.Cos(Math.PI * m * (j + 0.5) / NodeCount);
            }
        }

        return result;
    }

    private static (double Low, double High) Range(DiffusionOperator diffusion, double[]? field, string name, double least)
    {
        if (field is null)
        {
            return (1, 1);
        }

        if (field.Length != diffusion.Length)
        {
            throw new ArgumentException($"The {name} has {field.Length} places; a state of this domain has {diffusion.Length}.");
        }

        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var n = 0; n < field.Length; n++)
        {
            if (diffusion.Inside[n])
            {
                if (!(field[n] >= least) || !double.IsFinite(field[n]))
                {
                    throw new ArgumentException(FormattableString.Invariant($"The {name} is {field[n]} in a voxel of the domain; it must be finite and {(least > 0 ? "above" : "at least")} 0."));
                }

                (low, high) = (Math.Min(low, field[n]), Math.Max(high, field[n]));
            }
        }

        return (low, high);
    }
}
