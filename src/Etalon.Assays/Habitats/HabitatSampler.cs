using Etalon.Numerics;

namespace Etalon.Assays.Habitats;

/// <summary>What the sampler holds of one draw.</summary>
/// <param name="Labels">Habitat of each voxel.</param>
/// <param name="Truth">True values drawn for each voxel, standardised, shape (voxels, maps).</param>
internal readonly record struct HabitatDraw(int[] Labels, double[] Truth);

/// <summary>
/// Draws labels, true values, habitats and the strength of spatial coherence from their joint posterior: voxels of one habitat are normal about its mean, neighbours prefer to be of one habitat (a Potts field with a
/// field for each habitat), and noise is shared within slices (<see cref="SharedNoise"/>).
/// </summary>
/// <remarks>
/// Gibbs sampling with the true values as latent variables (Tanner and Wong 1987): label and true value of a voxel are drawn together given its neighbours, means and covariances from the normal-inverse-Wishart law. The Potts
/// field's own constant cannot be computed; its parameters are drawn from the normal approximation of its pseudo-likelihood (Besag 1975; Møller and Waagepetersen 2004, ch. 8).
/// </remarks>
internal sealed class HabitatSampler
{
    /// <summary>Weight of the prior of a mean, in voxels.</summary>
    private const double MeanWeight = 0.01;

    private readonly double[] _x, _variances, _residuals, _u, _truthVariance, _factors;
    private readonly int _d, _n;
    private readonly VoxelNeighbours _neighbours;
    private readonly SharedNoise _noise;
    private readonly RandomStream _random;
    private readonly PottsField _field;
    private readonly bool _isSpatial;

    public HabitatSampler(double[] x, double[] variances, int maps, VoxelNeighbours neighbours, SharedNoise noise, HabitatMixture start, RandomStream random, bool isSpatial)
    {
        (_x, _variances, _d, _n, _neighbours, _noise, _random, K, _isSpatial) = (x, variances, maps, x.Length / maps, neighbours, noise, random, start.K, isSpatial);
        (Means, Covariances) = ((double[])start.Means.Clone(), (double[])start.Covariances.Clone());
        _factors = new double[K * maps * maps];
        _u = Array.ConvertAll(variances, Math.Sqrt);
        _truthVariance = HabitatMixture.TrueVariance(x, variances, maps);
        (Labels, Truth, _residuals, Probabilities) = (new int[_n], new double[_n * maps], new double[_n * maps], new double[_n * K]);
        _field = new PottsField(K, neighbours, (double[])start.Alpha.Clone(), start.Beta);
        Array.Copy(x, Truth, x.Length);
        Factor();
        // The first sweep knows neither neighbours nor their noise.
        Sweep(isFirst: true);
    }

    public int K { get; }

    /// <summary>Shape (habitats, maps), standardised.</summary>
    public double[] Means { get; }

    /// <summary>Shape (habitats, maps, maps).</summary>
    public double[] Covariances { get; }

    public int[] Labels { get; }

    public double[] Truth { get; }

    /// <summary>Of the last sweep: probability of each label given all else, shape (voxels, habitats).</summary>
    public double[] Probabilities { get; }

    public PottsField Field => _field;

    public VoxelNeighbours Neighbours => _neighbours;

    public SharedNoise Noise => _noise;

    public RandomStream Random => _random;

    public HabitatDraw Draw => new(Labels, Truth);

    /// <summary>One sweep over all voxels, then habitats and field.</summary>
    public void Step()
    {
        Sweep(isFirst: false);
        DrawHabitats();
        _field.Draw(Labels, _isSpatial, _random);
    }

    private void Factor()
    {
        Covariances.CopyTo(_factors, 0);
        for (var c = 0; c < K; c++)
        {
            if (!SmallCholesky.Factor(_factors.AsSpan(c * _d * _d, _d * _d), _d))
            {
                throw new InvalidOperationException("A covariance of a habitat is not positive definite.");
            }
        }
    }

    private void Sweep(bool isFirst)
    {
        var (d, k) = (_d, K);
        Span<double> total = stackalloc double[k * d * d];
        Span<double> white = stackalloc double[d];
        Span<double> log = stackalloc double[k];
        Span<double> at = stackalloc double[d];
        Span<double> conditional = stackalloc double[d];
        Span<double> drawn = stackalloc double[d];
        for (var i = 0; i < _n; i++)
        {
            Expected(i, isFirst, at, conditional);
            _field.Log(i, Labels, isFirst, log);
            var most = double.NegativeInfinity;
            for (var c = 0; c < k; c++)
            {
                var factor = total.Slice(c * d * d, d * d);
                Covariances.AsSpan(c * d * d, d * d).CopyTo(factor);
                for (var m = 0; m < d; m++)
                {
                    factor[m * d + m] += conditional[m];
                    white[m] = at[m] - Means[c * d + m];
                }

                SmallCholesky.Factor(factor, d);
                log[c] -= SmallCholesky.HalfLogDeterminant(factor, d) + 0.5 * SmallCholesky.Forward(factor, white, d);
                most = Math.Max(most, log[c]);
            }

            var sum = 0.0;
            for (var c = 0; c < k; c++)
            {
                sum += log[c] = Math.Exp(log[c] - most);
            }

            var label = k - 1;
            var left = _random.NextUniform() * sum;
            for (var c = 0; c < k; c++)
            {
                Probabilities[i * k + c] = log[c] / sum;
                if (label == k - 1 && (left -= log[c]) < 0)
                {
                    label = c;
                    left = double.PositiveInfinity;
                }
            }

            Labels[i] = label;
            DrawTruth(i, label, at, conditional, total.Slice(label * d * d, d * d), drawn, white);
        }
    }

    /// <summary>What a voxel shows less what its neighbours say of its noise, and the variance of the noise that is left.</summary>
    private void Expected(int i, bool isFirst, Span<double> at, Span<double> conditional)
    {
        var shares = !isFirst && _noise.Phi > 0;
        for (var m = 0; m < _d; m++)
        {
            var pull = 0.0;
            for (var e = _neighbours.First[i]; shares && e < _neighbours.First[i] + _neighbours.InSlice[i]; e++)
            {
                pull += _residuals[_neighbours.Rows[e] * _d + m];
            }

            at[m] = _x[i * _d + m] - _noise.Phi * pull * _u[i * _d + m];
            conditional[m] = isFirst ? _variances[i * _d + m] : _variances[i * _d + m] / _noise.Kappa;
        }
    }

    /// <summary>Matheron's rule: a draw of truth and noise from their priors, put right by the gain on what was seen.</summary>
    private void DrawTruth(int i, int label, Span<double> at, Span<double> conditional, Span<double> factor, Span<double> drawn, Span<double> gap)
    {
        var d = _d;
        _random.FillNormal(drawn);
        SmallCholesky.Multiply(_factors.AsSpan(label * d * d, d * d), drawn, d);
        for (var m = 0; m < d; m++)
        {
            drawn[m] += Means[label * d + m];
            gap[m] = at[m] - drawn[m] - Math.Sqrt(conditional[m]) * _random.NextNormal();
        }

        SmallCholesky.Forward(factor, gap, d);
        SmallCholesky.Backward(factor, gap, d);
        for (var m = 0; m < d; m++)
        {
            var value = drawn[m];
            for (var q = 0; q < d; q++)
            {
                value += Covariances[(label * d + m) * d + q] * gap[q];
            }

            Truth[i * d + m] = value;
            _residuals[i * d + m] = (_x[i * d + m] - value) / _u[i * d + m];
        }
    }

    /// <summary>Means and covariances given labels and true values.</summary>
    private void DrawHabitats()
    {
        var d = _d;
        var (count, mean, scatter) = (new double[K], new double[K * d], new double[K * d * d]);
        for (var i = 0; i < _n; i++)
        {
            count[Labels[i]]++;
            for (var m = 0; m < d; m++)
            {
                mean[Labels[i] * d + m] += Truth[i * d + m];
            }
        }

        for (var c = 0; c < K; c++)
        {
            for (var m = 0; m < d; m++)
            {
                mean[c * d + m] /= Math.Max(count[c], 1);
            }
        }

        for (var i = 0; i < _n; i++)
        {
            var c = Labels[i];
            for (var m = 0; m < d; m++)
            {
                for (var q = 0; q <= m; q++)
                {
                    scatter[(c * d + m) * d + q] += (Truth[i * d + m] - mean[c * d + m]) * (Truth[i * d + q] - mean[c * d + q]);
                }
            }
        }

        for (var c = 0; c < K; c++)
        {
            DrawHabitat(c, count[c], mean.AsSpan(c * d, d), scatter.AsSpan(c * d * d, d * d));
        }

        Factor();
    }

    private void DrawHabitat(int c, double count, Span<double> mean, Span<double> scatter)
    {
        var d = _d;
        var pull = count * MeanWeight / (count + MeanWeight);
        var dof = HabitatMixture.PriorWeight + d;
        for (var m = 0; m < d; m++)
        {
            for (var q = 0; q <= m; q++)
            {
                scatter[m * d + q] += pull * mean[m] * mean[q] + (m == q ? dof * HabitatMixture.PriorShare * _truthVariance[m] : 0);
                scatter[q * d + m] = scatter[m * d + q];
            }
        }

        InverseWishart.Draw(scatter, dof + count, d, _random, Covariances.AsSpan(c * d * d, d * d));
        Span<double> factor = stackalloc double[d * d];
        Span<double> shift = stackalloc double[d];
        Covariances.AsSpan(c * d * d, d * d).CopyTo(factor);
        SmallCholesky.Factor(factor, d);
        _random.FillNormal(shift);
        SmallCholesky.Multiply(factor, shift, d);
        for (var m = 0; m < d; m++)
        {
            Means[c * d + m] = count * mean[m] / (count + MeanWeight) + shift[m] / Math.Sqrt(count + MeanWeight);
        }
    }
}
