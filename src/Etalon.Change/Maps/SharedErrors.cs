using Etalon.Imaging;
using Etalon.Imaging.Registration;
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
        var (n, gradient) = (reference.Count, default(Vector3));
        var (mean, noise) = (0.0, 0.0);
        for (var k = 0; k < n; k++)
        {
            gradient += reference.GradientAt(k) / n;
            (mean, noise) = (mean + reference.Change[k] / n, noise + reference.NoiseU[k] * reference.NoiseU[k] / n);
        }

        // How the shared errors enter the mean change.
        var loading = Vector<double>.Build.Dense([1, gradient.X, gradient.Y, gradient.Z]);
        var toMean = Covariance * loading;
        var variance = loading * toMean + noise * voxelsPerGrain / n;
        return variance > 0
            ? new SharedErrors(Mean + toMean * ((mean - loading * Mean) / variance), Covariance - toMean.OuterProduct(toMean) / variance)
            : this;
    }

    public double MeanAt(ChangeField field, int n)
    {
        var g = field.GradientAt(n);
        return Mean[0] + g.X * Mean[1] + g.Y * Mean[2] + g.Z * Mean[3];
    }

    public double VarianceAt(ChangeField field, int n)
    {
        var g = field.GradientAt(n);
        ReadOnlySpan<double> loading = [1, g.X, g.Y, g.Z];
        var sum = 0.0;
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                sum += loading[i] * loading[j] * Covariance[i, j];
            }
        }

        return Math.Max(sum, 0);
    }
}
