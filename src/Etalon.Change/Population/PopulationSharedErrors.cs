using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Change;

/// <summary>
/// Errors that pairs of a study share, in units of their standard deviations before the study: standard normal before it, and after it as the pairs that most likely did not change tell them.
/// </summary>
internal sealed class PopulationSharedErrors
{
    private readonly IReadOnlyList<PairEvidence> _pairs;
    private Matrix<double>? _covariance;

    public PopulationSharedErrors(IReadOnlyList<PairEvidence> pairs)
    {
        _pairs = pairs;
        Values = new double[1 + pairs.SelectMany(p => p.Shared).Select(t => t.Unknown).DefaultIfEmpty(-1).Max()];
        _covariance = Values.Length > 0 ? Matrix<double>.Build.DenseIdentity(Values.Length) : null;
    }

    /// <summary>Most probable values.</summary>
    public double[] Values { get; private set; }

    /// <summary>What they add to the log ratio of a pair.</summary>
    public double Shift(PairEvidence pair)
    {
        var sum = 0.0;
        foreach (var term in pair.Shared)
        {
            sum += term.Coefficient * Values[term.Unknown];
        }

        return sum;
    }

    /// <summary>Variance of that.</summary>
    public double Variance(PairEvidence pair)
    {
        var sum = 0.0;
        foreach (var a in pair.Shared)
        {
            foreach (var b in pair.Shared)
            {
                sum += a.Coefficient * b.Coefficient * _covariance![a.Unknown, b.Unknown];
            }
        }

        return sum;
    }

    /// <summary>Logarithm of their prior density, constants dropped.</summary>
    public double LogPrior() => -0.5 * Values.Sum(v => v * v);

    /// <summary>As another fit has them.</summary>
    public void Copy(PopulationSharedErrors from) => (Values, _covariance) = (from.Values, from._covariance);

    /// <summary>Weighted least squares over the pairs in proportion to how probably they did not change, with the prior as a ridge.</summary>
    /// <param name="unchanged">Probability that each pair did not change.</param>
    /// <param name="variance">Variance of each log ratio without that of the shared errors.</param>
    public void Learn(ReadOnlySpan<double> unchanged, Func<int, double> variance)
    {
        if (Values.Length == 0)
        {
            return;
        }

        var normal = Matrix<double>.Build.DenseIdentity(Values.Length);
        var right = Vector<double>.Build.Dense(Values.Length);
        for (var i = 0; i < _pairs.Count; i++)
        {
            if (_pairs[i].Shared.Count == 0)
            {
                continue;
            }

            var weight = unchanged[i] / variance(i);
            foreach (var a in _pairs[i].Shared)
            {
                right[a.Unknown] += weight * a.Coefficient * _pairs[i].LogRatio;
                foreach (var b in _pairs[i].Shared)
                {
                    normal[a.Unknown, b.Unknown] += weight * a.Coefficient * b.Coefficient;
                }
            }
        }

        _covariance = normal.Inverse();
        Values = (_covariance * right).ToArray();
    }
}
