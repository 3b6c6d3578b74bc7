using Etalon.Numerics;

namespace Etalon.Assays.Habitats;

/// <summary>
/// A Potts field over the voxels of a table: ln p(label k of a voxel | its neighbours) = αₖ + β Σ w [neighbour is k] + constant. The α and β are drawn given the labels.
/// </summary>
internal sealed class PottsField
{
    /// <summary>Standard deviations of the prior: habitats that differ e³-fold in abundance, and neighbours that agree or not.</summary>
    private const double AlphaSd = 3, BetaSd = 1;

    /// <summary>Beyond this a field of face neighbours is one block whatever the images say.</summary>
    private const double LargestBeta = 2;

    private readonly int _k;
    private readonly VoxelNeighbours _neighbours;

    public PottsField(int k, VoxelNeighbours neighbours, double[] alpha, double beta = 0)
    {
        (_k, _neighbours, Alpha, Beta) = (k, neighbours, alpha, beta);
        for (var c = k - 1; c >= 0; c--)
        {
            // The last habitat is the reference.
            Alpha[c] -= Alpha[k - 1];
        }
    }

    /// <summary>Field of each habitat; that of the last is 0.</summary>
    public double[] Alpha { get; }

    /// <summary>Pull of a neighbour.</summary>
    public double Beta { get; private set; }

    /// <summary>Logarithm of the probability of each label, up to a constant.</summary>
    public void Log(int i, int[] labels, bool isAlone, Span<double> log)
    {
        Alpha.CopyTo(log);
        for (var e = _neighbours.First[i]; !isAlone && e < _neighbours.First[i + 1]; e++)
        {
            log[labels[_neighbours.Rows[e]]] += Beta * _neighbours.Weights[e];
        }
    }

    /// <summary>Logarithm of the probability of each label given the probabilities of the neighbours' labels: a mean field.</summary>
    public void LogProbability(int i, double[] soft, Span<double> log)
    {
        Alpha.CopyTo(log);
        for (var e = _neighbours.First[i]; e < _neighbours.First[i + 1]; e++)
        {
            for (var c = 0; c < _k; c++)
            {
                log[c] += Beta * _neighbours.Weights[e] * soft[_neighbours.Rows[e] * _k + c];
            }
        }

        var (most, sum) = (double.NegativeInfinity, 0.0);
        foreach (var value in log)
        {
            most = Math.Max(most, value);
        }

        foreach (var value in log)
        {
            sum += Math.Exp(value - most);
        }

        for (var c = 0; c < _k; c++)
        {
            log[c] -= most + Math.Log(sum);
        }
    }

    /// <summary>One Newton step towards the mode of the pseudo-posterior of soft labels.</summary>
    public void Maximise(double[] soft)
    {
        Span<double> gradient = stackalloc double[_k];
        Span<double> information = stackalloc double[_k * _k];
        Step(null, soft, gradient, information);
        if (SmallCholesky.Factor(information, _k))
        {
            SmallCholesky.Forward(information, gradient, _k);
            SmallCholesky.Backward(information, gradient, _k);
            Move(gradient, isSpatial: true);
        }
    }

    /// <summary>One Newton step towards the mode of the pseudo-posterior, and a draw about it.</summary>
    public void Draw(int[] labels, bool isSpatial, RandomStream random)
    {
        if (_k == 1)
        {
            return;
        }

        var p = _k;
        Span<double> gradient = stackalloc double[p];
        Span<double> information = stackalloc double[p * p];
        Step(labels, [], gradient, information);
        if (!SmallCholesky.Factor(information, p))
        {
            return;
        }

        SmallCholesky.Forward(information, gradient, p);
        for (var m = 0; m < p; m++)
        {
            gradient[m] += random.NextNormal();
        }

        SmallCholesky.Backward(information, gradient, p);
        Move(gradient, isSpatial);
    }

    private void Move(Span<double> by, bool isSpatial)
    {
        for (var c = 0; c < _k - 1; c++)
        {
            Alpha[c] += Math.Clamp(by[c], -1, 1);
        }

        Beta = isSpatial ? Math.Clamp(Beta + Math.Clamp(by[_k - 1], -0.3, 0.3), 0, LargestBeta) : 0;
    }

    /// <summary>Gradient and information of the pseudo-posterior, of labels or of soft labels.</summary>
    private void Step(int[]? labels, double[] soft, Span<double> gradient, Span<double> information)
    {
        var p = _k;
        Collect(labels, soft, gradient, information);
        for (var c = 0; c < p - 1; c++)
        {
            gradient[c] -= Alpha[c] / (AlphaSd * AlphaSd);
            information[c * p + c] += 1 / (AlphaSd * AlphaSd);
        }

        gradient[p - 1] -= Beta / (BetaSd * BetaSd);
        information[p * p - 1] += 1 / (BetaSd * BetaSd);
    }

    private void Collect(int[]? labels, double[] soft, Span<double> gradient, Span<double> information)
    {
        var p = _k;
        Span<double> log = stackalloc double[p];
        Span<double> agree = stackalloc double[p];
        for (var i = 0; i < _neighbours.First.Length - 1; i++)
        {
            agree.Clear();
            for (var e = _neighbours.First[i]; e < _neighbours.First[i + 1]; e++)
            {
                if (labels is not null)
                {
                    agree[labels[_neighbours.Rows[e]]] += _neighbours.Weights[e];
                    continue;
                }

                for (var c = 0; c < p; c++)
                {
                    agree[c] += _neighbours.Weights[e] * soft[_neighbours.Rows[e] * p + c];
                }
            }

            var most = double.NegativeInfinity;
            for (var c = 0; c < _k; c++)
            {
                log[c] = Alpha[c] + Beta * agree[c];
                most = Math.Max(most, log[c]);
            }

            var (sum, mean, square) = (0.0, 0.0, 0.0);
            for (var c = 0; c < _k; c++)
            {
                sum += log[c] = Math.Exp(log[c] - most);
            }

            for (var c = 0; c < _k; c++)
            {
                log[c] /= sum;
                mean += log[c] * agree[c];
                square += log[c] * agree[c] * agree[c];
            }

            gradient[p - 1] += (labels is not null ? agree[labels[i]] : Expected(agree, soft.AsSpan(i * p, p))) - mean;
            information[p * p - 1] += square - mean * mean;
            for (var c = 0; c < _k - 1; c++)
            {
                gradient[c] += (labels is null ? soft[i * p + c] : labels[i] == c ? 1 : 0) - log[c];
                information[(p - 1) * p + c] += log[c] * (agree[c] - mean);
                for (var b = 0; b <= c; b++)
                {
                    information[c * p + b] += (b == c ? log[c] : 0) - log[c] * log[b];
                }
            }
        }
    }

    private static double Expected(Span<double> values, Span<double> probabilities)
    {
        var sum = 0.0;
        for (var c = 0; c < values.Length; c++)
        {
            sum += values[c] * probabilities[c];
        }

        return sum;
    }
}
