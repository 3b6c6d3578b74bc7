using Etalon.Metrology;
using Etalon.Numerics;

namespace Etalon.Assays.Habitats;

/// <summary>Gathers the draws of a sampler.</summary>
internal sealed class HabitatSums
{
    /// <summary>Draws of a repeated scan over which the adjusted Rand index is averaged.</summary>
    private const int Repeats = 8;

    private readonly HabitatVoxels _voxels;
    private readonly HabitatSampler _sampler;
    private readonly double[] _mean, _scale, _sum, _squares, _covariances, _alpha, _probabilities;
    private readonly List<float>[] _fractions;
    private readonly List<double> _coherence = [];
    private readonly double[] _truth;
    private int _draws;

    public HabitatSums(HabitatVoxels voxels, HabitatSampler sampler, double[] mean, double[] scale)
    {
        (_voxels, _sampler, _mean, _scale) = (voxels, sampler, mean, scale);
        (_sum, _squares, _covariances, _alpha) = (new double[sampler.Means.Length], new double[sampler.Means.Length], new double[sampler.Covariances.Length], new double[sampler.K]);
        _probabilities = new double[sampler.Probabilities.Length];
        _truth = new double[sampler.Truth.Length];
        _fractions = [.. Enumerable.Range(0, voxels.Places.Count * sampler.K).Select(_ => new List<float>())];
    }

    public void Add(Action<double[]>? onDraw)
    {
        var (k, d) = (_sampler.K, _voxels.Maps.Count);
        _draws++;
        for (var e = 0; e < _probabilities.Length; e++)
        {
            _probabilities[e] += _sampler.Probabilities[e];
        }

        for (var e = 0; e < _sum.Length; e++)
        {
            _sum[e] += _sampler.Means[e];
            _squares[e] += _sampler.Means[e] * _sampler.Means[e];
        }

        for (var e = 0; e < _covariances.Length; e++)
        {
            _covariances[e] += _sampler.Covariances[e];
        }

        for (var c = 0; c < k; c++)
        {
            _alpha[c] += _sampler.Field.Alpha[c];
        }

        _coherence.Add(_sampler.Field.Beta);
        for (var s = 0; s < _voxels.Places.Count; s++)
        {
            var (first, count) = _voxels.Rows[s];
            var counts = new int[k];
            for (var i = first; i < first + count; i++)
            {
                counts[_sampler.Labels[i]]++;
            }

            for (var c = 0; c < k; c++)
            {
                _fractions[s * k + c].Add(count > 0 ? (float)counts[c] / count : 0);
            }
        }

        if (onDraw is not null)
        {
            for (var e = 0; e < _truth.Length; e++)
            {
                _truth[e] = _mean[e % d] + _scale[e % d] * _sampler.Truth[e];
            }

            onDraw(_truth);
        }
    }

    public HabitatModel Model(IReadOnlyList<HabitatCandidate> candidates)
    {
        var (k, d) = (_sampler.K, _voxels.Maps.Count);
        var habitats = Enumerable.Range(0, k).Select(c => new Habitat(
            [.. Enumerable.Range(0, d).Select(m => _mean[m] + _scale[m] * _sum[c * d + m] / _draws)],
            [.. Enumerable.Range(0, d).Select(m => _scale[m] * Math.Sqrt(Math.Max(0, _squares[c * d + m] / _draws - _sum[c * d + m] / _draws * (_sum[c * d + m] / _draws))))],
            [.. Enumerable.Range(0, d).Select(m => _scale[m] * Math.Sqrt(_covariances[(c * d + m) * d + m] / _draws))])).ToList();
        var fractions = Enumerable.Range(0, _fractions.Length).Select(f => Fraction(_voxels.Places[f / k].Scan, f % k, _fractions[f])).ToList();
        double[] Mean(double[] sum) => Array.ConvertAll(sum, v => v / _draws);
        var classifier = new HabitatClassifier(Mean(_sum), Mean(_covariances), Mean(_alpha), FixedSum.Mean([.. _coherence]), _mean, _scale);
        return new HabitatModel
        {
            Habitats = habitats,
            Probabilities = Array.ConvertAll(_probabilities, p => (float)(p / _draws)),
            Fractions = fractions,
            Candidates = candidates,
            Coherence = FixedSum.Mean([.. _coherence]),
            CoherenceU = FixedSum.StandardDeviation([.. _coherence]),
            ExpectedRand = Rand(classifier),
            Classifier = classifier,
        };
    }

    private List<double> Rand(HabitatClassifier classifier)
    {
        for (var e = 0; e < _truth.Length; e++)
        {
            _truth[e] = _mean[e % _mean.Length] + _scale[e % _mean.Length] * _sampler.Truth[e];
        }

        return [.. Enumerable.Range(0, _voxels.Places.Count).Select(s => _sampler.K == 1 || _voxels.Rows[s].Count < 2 ? 1
            : Enumerable.Range(0, Repeats).Average(_ => classifier.RandOfRepeat(_voxels, _sampler.Neighbours, _truth, _sampler.Noise, s, _sampler.Random)))];
    }

    internal static HabitatFraction Fraction(string scan, int habitat, List<float> draws)
    {
        double[] sorted = [.. draws.Select(f => (double)f).Order()];
        return new HabitatFraction(
            scan, habitat, FixedSum.Mean(sorted), FixedSum.StandardDeviation(sorted),
            new Interval(FixedSum.QuantileOfSorted(sorted, 0.025), FixedSum.QuantileOfSorted(sorted, 0.975), 0.95), draws);
    }
}
