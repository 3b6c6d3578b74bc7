using Etalon.Metrology;

namespace Etalon.Comparability.Harmonisation;

/// <summary>What ComBat found each batch to add and to multiply; applies to samples of the same batches.</summary>
public sealed class ComBatModel
{
    private readonly double[] _mean, _sd, _meanCovariate;
    private readonly double[][] _effects, _shift, _scale;

    internal ComBatModel(
        IReadOnlyList<string> batches, IReadOnlyList<string> covariates, ComBatOptions options, double[] mean, double[] sd, double[][] effects,
        double[] meanCovariate, double[][] shift, double[][] scale)
    {
        (Batches, Covariates, Options) = (batches, covariates, options);
        (_mean, _sd, _effects, _meanCovariate, _shift, _scale) = (mean, sd, effects, meanCovariate, shift, scale);
    }

    /// <summary>The batches that it knows, in ordinal order.</summary>
    public IReadOnlyList<string> Batches { get; }

    /// <summary>Names of the covariates that it keeps, in order.</summary>
    public IReadOnlyList<string> Covariates { get; }

    /// <summary>Its mode.</summary>
    public ComBatOptions Options { get; }

    /// <summary>Shift of a batch in units of each feature's pooled standard deviation, shape (features).</summary>
    public IReadOnlyList<double> Shift(string batch) => _shift[Place(batch)];

    /// <summary>Variance of a batch relative to the pooled one, shape (features).</summary>
    public IReadOnlyList<double> Scale(string batch) => _scale[Place(batch)];

    /// <summary>Harmonised samples, shape (features)(samples); null, with a finding for each, where a batch is not one of <see cref="Batches"/>.</summary>
    /// <param name="samples">
    /// Samples with the same features in the same order. Covariates by the names of <see cref="Covariates"/>; without any, their means over the samples that
    /// the model was estimated from are taken, as neuroCombat does.
    /// </param>
    /// <param name="findings">Receives trouble.</param>
    /// <exception cref="ArgumentException">Another number of features, samples or covariates, or values that are not finite.</exception>
    public double[][]? Apply(ComBatSamples samples, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(findings);
        if (samples.Features.Count != _mean.Length || samples.Features.Any(f => f.Count != samples.Batches.Count || f.Any(v => !double.IsFinite(v))))
        {
            throw new ArgumentException($"Expected {_mean.Length} features with a finite value for each of {samples.Batches.Count} samples.", nameof(samples));
        }

        if (samples.Covariates.Count > 0
            && !(samples.Covariates.Select(c => c.Name).SequenceEqual(Covariates, StringComparer.Ordinal) && samples.Covariates.All(c => c.Values.Count == samples.Batches.Count)))
        {
            throw new ArgumentException($"Expected the covariates {string.Join(", ", Covariates)} with a value for each sample, or none.", nameof(samples));
        }

        var unseen = samples.Batches.Where(b => !Batches.Contains(b, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        foreach (var batch in unseen)
        {
            findings.Add(ComBatDesign.Unseen(batch, Batches, "ComBat cannot tell what a scanner that it never saw does. Estimate it anew with samples of this batch, or calibrate the scanner with a phantom."));
        }

        if (unseen.Count > 0)
        {
            return null;
        }

        var places = samples.Batches.Select(Place).ToArray();
        return samples.Features.Select((feature, f) => feature.Select((v, i) =>
        {
            if (samples.Batches[i] == Options.ReferenceBatch)
            {
                return v;
            }

            var kept = _mean[f] + _effects[f].Select((e, k) => e * (samples.Covariates.Count > 0 ? samples.Covariates[k].Values[i] : _meanCovariate[k])).Sum();
            var standard = (v - kept) / _sd[f];
            return (standard - _shift[places[i]][f]) / Math.Sqrt(_scale[places[i]][f]) * _sd[f] + kept;
        }).ToArray()).ToArray();
    }

    private int Place(string batch)
    {
        for (var i = 0; i < Batches.Count; i++)
        {
            if (Batches[i] == batch)
            {
                return i;
            }
        }

        throw new ArgumentException($"The model knows no batch '{batch}'.", nameof(batch));
    }
}
