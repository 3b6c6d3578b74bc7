using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>What is known of the visits' ADC scales before the images: errors that visits share are one error, not as many as there are visits.</summary>
public static class ScalePrior
{
    /// <summary>Share of each variance that stays a visit's own, so that wholly shared scales keep an inverse: 0.1 % of u.</summary>
    private const double OwnShare = 1e-6;

    /// <summary>Covariance of the logarithms of the scales, shape (visits, visits).</summary>
    /// <remarks>Cᵢᵢ = uᵢ²; Cᵢⱼ = Σ over common groups of uᵢg uⱼg, fully correlated within a group (JCGM 100, 5.2.2 with r = 1).</remarks>
    public static Matrix<double> Covariance(IReadOnlyList<DensityObservation> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        return Matrix<double>.Build.Dense(observations.Count, observations.Count, (i, j) => i == j
            ? observations[i].ScaleU * observations[i].ScaleU * (1 + OwnShare)
            : observations[i].SharedScaleU.Sum(s => observations[j].SharedScaleU.TryGetValue(s.Key, out var u) ? s.Value * u : 0));
    }

    /// <summary>Inverse of <see cref="Covariance"/>.</summary>
    public static Matrix<double> Information(IReadOnlyList<DensityObservation> observations) => Covariance(observations).Inverse();
}
