using Etalon.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>
/// Draws from the posterior around its maximum. The data's misfit is taken as quadratic in the coordinates in which their effect is straight:
/// logarithms, but for α and the drugs' sensitivities, whose kills add up, the parameters themselves. Priors are exact.
/// </summary>
/// <remarks>
/// Where radiotherapy and a drug act together only the sum of their kills is known. In logarithms that line is curved, and a normal
/// distribution over the logarithms would leave it. Random walk by Metropolis over the quadratic misfit: no run of the growth model is needed.
/// </remarks>
internal sealed class PosteriorSampler
{
    private const int BurnIn = 4000;
    private const int StepsPerDraw = 100;

    private readonly (double Low, double High)[]? _bounds;
    private readonly double[] _mode;
    private readonly double[] _priorMean;
    private readonly Matrix<double> _priorInformation;
    private readonly bool[] _isAdditive;
    private readonly double[] _jacobian;
    private readonly Matrix<double> _information;
    private readonly double[] _gradient;
    private readonly Matrix<double> _step;

    /// <summary>From the maximum and what the data say around it.</summary>
    /// <param name="mode">Logarithms at the maximum.</param>
    /// <param name="dataInformation">Gauss-Newton matrix of the data's misfit over the logarithms, without the priors.</param>
    /// <param name="priorMean">Mean of each logarithm before the data.</param>
    /// <param name="priorInformation">Inverse of their covariance before the data.</param>
    /// <param name="isAdditive">Whether the effect is straight in the parameter itself.</param>
    /// <param name="boxInformation">Inverse variance of flat priors, for the length of steps only; null: there is none.</param>
    /// <param name="bounds">Lowest and highest coordinate; null: there is none.</param>
    public PosteriorSampler(
        double[] mode, Matrix<double> dataInformation, double[] priorMean, Matrix<double> priorInformation, bool[] isAdditive,
        Matrix<double>? boxInformation = null, (double Low, double High)[]? bounds = null)
    {
        _bounds = bounds;
        (_mode, _priorMean, _priorInformation, _isAdditive) = (mode, priorMean, priorInformation, isAdditive);
        // dx/dφ at the maximum: 1 for a logarithm, 1/θ for a parameter itself.
        _jacobian = mode.Select((x, i) => isAdditive[i] ? Math.Exp(-x) : 1).ToArray();
        var scale = Matrix<double>.Build.DenseOfDiagonalArray(_jacobian);
        _information = scale * dataInformation * scale;
        // The data pull against the priors, so that the maximum is where it is.
        var pull = priorInformation * (Vector<double>.Build.Dense(mode) - Vector<double>.Build.Dense(priorMean));
        _gradient = pull.Select((p, i) => -p * _jacobian[i]).ToArray();
        var whole = _information + scale * (boxInformation is null ? priorInformation : priorInformation + boxInformation) * scale;
        var eigen = whole.Evd(Symmetricity.Symmetric);
        var largest = eigen.EigenValues.Max(e => e.Real);
        // 2.38 / √n: the random walk's best step over a normal distribution (Gelman, Roberts and Gilks 1996).
        var roots = eigen.EigenValues.Map(e => 2.38 / Math.Sqrt(mode.Length * Math.Max(e.Real, 1e-12 * largest)));
        _step = eigen.EigenVectors * Matrix<double>.Build.DenseOfDiagonalVector(roots);
    }

    /// <summary>Logarithms of <paramref name="count"/> points; neighbours are nearly independent.</summary>
    public IReadOnlyList<double[]> Draw(int count, RandomStream random)
    {
        var draws = new List<double[]>(count);
        var (at, normal, next) = (ToCoordinates(_mode), new double[_mode.Length], new double[_mode.Length]);
        var cost = Cost(at);
        for (var n = 0; draws.Count < count; n++)
        {
            random.FillNormal(normal);
            for (var i = 0; i < next.Length; i++)
            {
                var move = 0.0;
                for (var j = 0; j < normal.Length; j++)
                {
                    move += _step[i, j] * normal[j];
                }

                next[i] = at[i] + move;
            }

            var proposed = Cost(next);
            if (random.NextUniform() < Math.Exp(cost - proposed))
            {
                (cost, at, next) = (proposed, next, at);
            }

            if (n >= BurnIn && (n - BurnIn) % StepsPerDraw == 0)
            {
                draws.Add(ToLogs(at));
            }
        }

        return draws;
    }

    /// <summary>Minus the logarithm of the density that is drawn from, over the logarithms and but for a constant.</summary>
    public double CostAt(double[] logs) => Cost(ToCoordinates(logs)) - logs.Where((_, i) => _isAdditive[i]).Sum();

    /// <summary>Minus the logarithm of the posterior over the coordinates φ; +∞ outside.</summary>
    private double Cost(double[] coordinates)
    {
        var (cost, n) = (0.0, coordinates.Length);
        Span<double> delta = stackalloc double[n], fromPrior = stackalloc double[n];
        for (var i = 0; i < n; i++)
        {
            if (_isAdditive[i] && !(coordinates[i] > 0))
            {
                return double.PositiveInfinity;
            }

            var x = _isAdditive[i] ? Math.Log(coordinates[i]) : coordinates[i];
            if (_bounds is not null && !(x >= _bounds[i].Low && x <= _bounds[i].High))
            {
                return double.PositiveInfinity;
            }

            fromPrior[i] = x - _priorMean[i];
            // The prior is a density over x; over the parameter itself it gains the factor dx/dθ = 1/θ.
            cost += _isAdditive[i] ? x : 0;
            delta[i] = coordinates[i] - (_isAdditive[i] ? 1 / _jacobian[i] : _mode[i]);
            cost += _gradient[i] * delta[i];
        }

        for (var i = 0; i < n; i++)
        {
            var (data, prior) = (0.0, 0.0);
            for (var j = 0; j < n; j++)
            {
                data += _information[i, j] * delta[j];
                prior += _priorInformation[i, j] * fromPrior[j];
            }

            cost += 0.5 * (delta[i] * data + fromPrior[i] * prior);
        }

        return cost;
    }

    private double[] ToCoordinates(double[] logs) => logs.Select((x, i) => _isAdditive[i] ? Math.Exp(x) : x).ToArray();

    private double[] ToLogs(double[] coordinates) => coordinates.Select((c, i) => _isAdditive[i] ? Math.Log(c) : c).ToArray();
}
