using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Change.Maps;

/// <summary>What is known of the errors that all voxels share: the offset, then the displacement along x, y and z.</summary>
/// <param name="Mean">Best estimate.</param>
/// <param name="Covariance">4 × 4.</param>
internal sealed record SharedErrors(Vector<double> Mean, Matrix<double> Covariance)
{
    public static SharedErrors Prior(double sharedU, DisplacementCovariance? displacement)
    {
        var covariance = Matrix<double>.Build.Dense(4, 4);
        covariance[0, 0] = sharedU * sharedU;
        if (displacement is not null)
        {
            covariance.SetSubMatrix(1, 1, Matrix<double>.Build.DenseOfArray(displacement.ToMatrix()));
        }

        return new SharedErrors(Vector<double>.Build.Dense(4), covariance);
    }

    /// <summary>Conditioned on the mean over a region where nothing changed; its own noise counts by grains.</summary>
    public SharedErrors Given(ChangeField reference, double voxelsPerGrain)
    {
        var (n, loading) = (reference.Count, Vector<double>.Build.Dense(4));
        var (mean, noise) = (0.0, 0.0);
        for (var k = 0; k < n; k++)
        {
            loading += LoadingAt(reference, k) / n;
            (mean, noise) = (mean + reference.Change[k] / n, noise + reference.NoiseU[k] * reference.NoiseU[k] / n);
        }

        var toMean = Covariance * loading;
        var variance = loading * toMean + noise * voxelsPerGrain / n;
        return variance > 0
            ? new SharedErrors(Mean + toMean * ((mean - loading * Mean) / variance), Covariance - toMean.OuterProduct(toMean) / variance)
            : this;
    }

    public double MeanAt(ChangeField field, int n) => LoadingAt(field, n) * Mean;

    public double VarianceAt(ChangeField field, int n)
    {
        var loading = LoadingAt(field, n);
        return Math.Max(loading * Covariance * loading, 0);
    }

    /// <summary>How the shared errors enter the change of a voxel.</summary>
    public static Vector<double> LoadingAt(ChangeField field, int n) => field.Gradient.Length == 0
        ? Vector<double>.Build.Dense([1, 0, 0, 0])
        : Vector<double>.Build.Dense([1, field.Gradient[n].X, field.Gradient[n].Y, field.Gradient[n].Z]);
}
