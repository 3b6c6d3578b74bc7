using Etalon.Numerics;

namespace Etalon.Assays.Habitats;

/// <summary>Known habitats applied to voxels: soft labels by a mean field, without drawing.</summary>
public sealed class HabitatClassifier
{
    private const int Sweeps = 15;

    private readonly double[] _means, _covariances, _alpha, _mean, _scale;
    private readonly double _beta;
    private readonly int _k, _d;

    internal HabitatClassifier(double[] means, double[] covariances, double[] alpha, double beta, double[] mean, double[] scale) =>
        (_means, _covariances, _alpha, _beta, _mean, _scale, _k, _d) = (means, covariances, alpha, beta, mean, scale, alpha.Length, mean.Length);

    /// <summary>Probability of each habitat for each voxel, shape (voxels, habitats).</summary>
    /// <param name="voxels">With the maps that the habitats were found in.</param>
    /// <exception cref="ArgumentException">The number of maps differs.</exception>
    public double[] Soft(HabitatVoxels voxels)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        return voxels.Maps.Count == _d ? Soft(voxels.Values, voxels.U, VoxelNeighbours.Of(voxels)) : throw new ArgumentException($"{voxels.Maps.Count} maps where the habitats have {_d}.");
    }

    /// <summary>Share of each habitat in each scan if one map read by a factor more: d fraction / d ln(map), shape (scans, habitats), by a central difference of one percent.</summary>
    /// <param name="voxels">The table.</param>
    /// <param name="map">Which map.</param>
    public double[,] Sensitivity(HabitatVoxels voxels, int map)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        const double Step = 0.01;
        var neighbours = VoxelNeighbours.Of(voxels);
        var result = new double[voxels.Places.Count, _k];
        foreach (var sign in new[] { 1, -1 })
        {
            var soft = Soft([.. voxels.Values.Select((v, e) => e % _d == map ? v * (1 + sign * Step) : v)], voxels.U, neighbours);
            for (var s = 0; s < voxels.Places.Count; s++)
            {
                var (first, count) = voxels.Rows[s];
                for (var i = first; i < first + count; i++)
                {
                    for (var c = 0; c < _k; c++)
                    {
                        result[s, c] += sign * soft[i * _k + c] / (count * 2 * Step);
                    }
                }
            }
        }

        return result;
    }

    /// <summary>Adjusted Rand index between the labels of two scans of one truth: drawn values with new noise twice, labelled twice.</summary>
    internal double RandOfRepeat(HabitatVoxels voxels, VoxelNeighbours neighbours, double[] truth, SharedNoise noise, int scan, RandomStream random)
    {
        var (first, count) = voxels.Rows[scan];
        int[] Again()
        {
            var deviates = noise.Draw(neighbours, _d, random);
            return Labels(Soft([.. truth.Select((y, e) => y + voxels.U[e] * deviates[e])], voxels.U, neighbours), first, count);
        }

        return AdjustedRand.Index(Again(), Again());
    }

    private int[] Labels(double[] soft, int first, int count)
    {
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            for (var c = 1; c < _k; c++)
            {
                labels[i] = soft[(first + i) * _k + c] > soft[(first + i) * _k + labels[i]] ? c : labels[i];
            }
        }

        return labels;
    }

    private double[] Soft(double[] values, double[] u, VoxelNeighbours neighbours)
    {
        var n = values.Length / _d;
        var (likelihood, soft) = (new double[n * _k], new double[n * _k]);
        Span<double> factor = stackalloc double[_d * _d];
        Span<double> white = stackalloc double[_d];
        for (var i = 0; i < n; i++)
        {
            for (var c = 0; c < _k; c++)
            {
                _covariances.AsSpan(c * _d * _d, _d * _d).CopyTo(factor);
                for (var m = 0; m < _d; m++)
                {
                    var s = u[i * _d + m] / _scale[m];
                    factor[m * _d + m] += s * s;
                    white[m] = (values[i * _d + m] - _mean[m]) / _scale[m] - _means[c * _d + m];
                }

                SmallCholesky.Factor(factor, _d);
                likelihood[i * _k + c] = -SmallCholesky.HalfLogDeterminant(factor, _d) - 0.5 * SmallCholesky.Forward(factor, white, _d);
            }
        }

        var alone = new PottsField(_k, neighbours, (double[])_alpha.Clone());
        var field = new PottsField(_k, neighbours, (double[])_alpha.Clone(), _beta);
        Span<double> log = stackalloc double[_k];
        for (var sweep = 0; sweep <= Sweeps; sweep++)
        {
            for (var i = 0; i < n; i++)
            {
                (sweep == 0 ? alone : field).LogProbability(i, soft, log);
                Normalise(log, likelihood.AsSpan(i * _k, _k), soft.AsSpan(i * _k, _k));
            }
        }

        return soft;
    }

    private static void Normalise(Span<double> prior, Span<double> likelihood, Span<double> result)
    {
        var (most, sum) = (double.NegativeInfinity, 0.0);
        for (var c = 0; c < prior.Length; c++)
        {
            most = Math.Max(most, prior[c] + likelihood[c]);
        }

        for (var c = 0; c < prior.Length; c++)
        {
            sum += result[c] = Math.Exp(prior[c] + likelihood[c] - most);
        }

        for (var c = 0; c < prior.Length; c++)
        {
            result[c] /= sum;
        }
    }
}
