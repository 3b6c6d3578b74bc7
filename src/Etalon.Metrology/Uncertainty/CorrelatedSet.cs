using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Metrology;

/// <summary>
/// Influences whose standard uncertainties belong together: a correlation matrix between them, and one number of degrees of freedom for all.
/// Inputs observed simultaneously are such a set, and so are observations whose scatter was pooled (correlation 0).
/// </summary>
/// <remarks>
/// Equation (G.2b) of JCGM 100 asks for independent components. For a set from one sample of simultaneous observations the combination is itself
/// an estimate with the sample's degrees of freedom, so a set enters the formula as one component: Willink, Metrologia 44:340 (2007).
/// </remarks>
public sealed class CorrelatedSet
{
    /// <summary>A correlation matrix from rounded digits may have eigenvalues this far below zero, and is taken as it is meant.</summary>
    private const double RoundingOfPublishedDigits = 0.02;

    private readonly string[] _ids;
    private readonly Dictionary<string, int> _place;
    private readonly double[,] _correlation;
    private readonly Lazy<double[,]> _root;

    /// <param name="id">Identity of the set.</param>
    /// <param name="ids">Identifiers of its influences, each once.</param>
    /// <param name="correlation">Symmetric, ones on the diagonal, positive semidefinite; shape (ids, ids).</param>
    /// <param name="dof">Degrees of freedom of the set; null: infinite.</param>
    /// <exception cref="ArgumentException">The matrix is not a correlation matrix of that size, or an identifier stands twice.</exception>
    public CorrelatedSet(string id, IReadOnlyList<string> ids, double[,] correlation, double? dof)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(correlation);
        Id = id;
        Dof = dof is not <= 0 and not double.NaN ? dof : throw new ArgumentOutOfRangeException(nameof(dof), dof, "Degrees of freedom are above 0, or null for infinite.");
        _ids = [.. ids];
        _place = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < _ids.Length; i++)
        {
            if (!_place.TryAdd(_ids[i], i))
            {
                throw new ArgumentException($"'{_ids[i]}' stands twice in the correlated set '{id}'.");
            }
        }

        _correlation = Checked(correlation);
        _root = new Lazy<double[,]>(Root);
    }

    /// <summary>Identity.</summary>
    public string Id { get; }

    /// <summary>Degrees of freedom; null: infinite.</summary>
    public double? Dof { get; }

    /// <summary>Identifiers of the influences, in the order of the matrix.</summary>
    public IReadOnlyList<string> Ids => _ids;

    /// <summary>Correlation coefficient of two influences of the set.</summary>
    /// <exception cref="KeyNotFoundException">One of them is not in the set.</exception>
    public double Correlation(string first, string second) => _correlation[_place[first], _place[second]];

    /// <summary>
    /// Weight of an influence in each of the set's independent parts (rows of the symmetric root of the matrix): contributions c become
    /// independent ones Σ c·weight, whose squares add to cᵀRc.
    /// </summary>
    internal ReadOnlySpan<double> Parts(string influence)
    {
        var row = new double[_ids.Length];
        for (var k = 0; k < row.Length; k++)
        {
            row[k] = _root.Value[_place[influence], k];
        }

        return row;
    }

    private double[,] Checked(double[,] correlation)
    {
        var n = _ids.Length;
        if (correlation.GetLength(0) != n || correlation.GetLength(1) != n)
        {
            throw new ArgumentException($"The correlated set '{Id}' has {n} influences and a matrix of {correlation.GetLength(0)} by {correlation.GetLength(1)}.");
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var r = correlation[i, j];
                if (!(Math.Abs(r) <= 1) || Math.Abs(r - correlation[j, i]) > 1e-12 || (i == j && Math.Abs(r - 1) > 1e-12))
                {
                    throw new ArgumentException($"The correlation of '{_ids[i]}' and '{_ids[j]}' in '{Id}' is {r} and {correlation[j, i]}; a correlation matrix is symmetric, within −1 and 1, with ones on the diagonal.");
                }
            }
        }

        var lowest = n == 0 ? 1 : Matrix<double>.Build.DenseOfArray(correlation).Evd(Symmetricity.Symmetric).EigenValues.Min(e => e.Real);
        return lowest >= -RoundingOfPublishedDigits
            ? (double[,])correlation.Clone()
            : throw new ArgumentException($"The correlation matrix of '{Id}' has the eigenvalue {lowest:0.000}: no quantities are correlated like this.");
    }

    private double[,] Root()
    {
        var evd = Matrix<double>.Build.DenseOfArray(_correlation).Evd(Symmetricity.Symmetric);
        var scale = evd.EigenValues.Map(e => Math.Sqrt(Math.Max(0, e.Real)));
        var vectors = evd.EigenVectors;
        return (vectors * Matrix<double>.Build.DenseOfDiagonalVector(scale) * vectors.Transpose()).ToArray();
    }
}
