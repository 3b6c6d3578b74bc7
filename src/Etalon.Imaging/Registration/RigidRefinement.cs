using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Imaging.Registration;

/// <summary>
/// Takes a rigid transform to the maximum of the mutual information over many fixed samples (Fisher scoring with a line search), and says how far that maximum would
/// move with other samples: the blocks of the image are resampled (infinitesimal jackknife: H⁻¹ (Σ g gᵀ) H⁻¹, g the gradient of one block and H the curvature of the whole).
/// </summary>
internal static class RigidRefinement
{
    private const int MaximumSteps = 30;

    /// <summary>A step below this ends the search, mm at the radius of the head.</summary>
    private const double SmallestStepMm = 1e-4;

    /// <summary>Steps of the difference quotients, mm: above the rounding of single precision, below the width of a structure.</summary>
    private const double DifferenceMm = 0.1;

    /// <summary>Refines.</summary>
    /// <param name="score">The two images.</param>
    /// <param name="start">From the fixed image to the moving one.</param>
    /// <param name="centre">Centre of the fixed image, mm.</param>
    /// <param name="radiusMm">A turn of 1 rad counts like this shift.</param>
    /// <param name="longestMm">The result lies no further than this from the start.</param>
    /// <param name="cancellation">Ends with <see cref="OperationCanceledException"/>.</param>
    public static RefinedTransform Run(InformationScore score, RigidTransform start, Vector3 centre, double radiusMm, double longestMm, CancellationToken cancellation)
    {
        var at = start;
        var here = score.Evaluate(at, at.Apply(centre));
        var moved = 0.0;
        for (var step = 0; step < MaximumSteps && moved <= longestMm; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Inverse(OfFisher(here.Fisher, radiusMm)) is not { } inverse)
            {
                break;
            }

            var delta = inverse * Scaled(here.Gradient, radiusMm);
            var length = delta.L2Norm();
            var fraction = Math.Min(1, longestMm / 4 / length);
            InformationAt? there = null;
            var next = at;
            for (; fraction * length >= SmallestStepMm; fraction /= 2)
            {
                next = RigidMotion.Of(Unscaled(fraction * delta, radiusMm), at.Apply(centre)).After(at);
                there = score.Evaluate(next, next.Apply(centre));
                if (there.Information > here.Information)
                {
                    break;
                }
            }

            if (!(fraction * length >= SmallestStepMm))
            {
                var curvature = Inverse(Curvature(score, at, at.Apply(centre), radiusMm, cancellation));
                return new RefinedTransform(at, here, curvature, Spread(here, curvature, radiusMm), curvature is not null);
            }

            moved += fraction * length;
            (at, here) = (next, there!);
        }

        return new RefinedTransform(at, here, null, null, false);
    }

    /// <summary>Minus the second derivatives, mm⁻²; turns times the radius.</summary>
    private static Matrix<double> Curvature(InformationScore score, RigidTransform at, Vector3 centre, double radiusMm, CancellationToken cancellation)
    {
        var h = Matrix<double>.Build.Dense(6, 6);
        for (var p = 0; p < 6; p++)
        {
            cancellation.ThrowIfCancellationRequested();
            Vector<double> Side(double mm)
            {
                var delta = new double[6];
                delta[p] = p < 3 ? mm / radiusMm : mm;
                return Scaled(score.Evaluate(RigidMotion.Of(delta, centre).After(at), centre).Gradient, radiusMm);
            }

            h.SetColumn(p, (Side(-DifferenceMm) - Side(DifferenceMm)) / (2 * DifferenceMm));
        }

        return (h + h.Transpose()) / 2;
    }

    /// <summary>The inverse of a curvature; null where the place is not a maximum in all directions.</summary>
    private static Matrix<double>? Inverse(Matrix<double> curvature)
    {
        var values = curvature.Evd(Symmetricity.Symmetric).EigenValues.Select(v => v.Real).ToList();
        var (smallest, largest) = (values.Min(), values.Max());
        return smallest > 1e-6 * largest && largest > 0 ? curvature.Inverse() : null;
    }

    /// <summary>Covariance of the six numbers (rad, mm) about the centre.</summary>
    private static Matrix<double>? Spread(InformationAt here, Matrix<double>? inverse, double radiusMm)
    {
        if (inverse is null)
        {
            return null;
        }

        var scatter = Matrix<double>.Build.Dense(6, 6);
        var used = 0;
        for (var b = 0; b < here.BlockCounts.Length; b++)
        {
            if (here.BlockCounts[b] > 0)
            {
                var g = Scaled(here.BlockGradients.AsSpan(6 * b, 6), radiusMm);
                scatter += g.OuterProduct(g);
                used++;
            }
        }

        var scale = Matrix<double>.Build.DenseDiagonal(6, 6, i => i < 3 ? 1 / radiusMm : 1);
        // Six numbers were fitted to the blocks' gradients, which sum to zero.
        return used > 6 ? scale * inverse * scatter * inverse * scale * (used / (used - 6.0)) : null;
    }

    private static Vector<double> Scaled(ReadOnlySpan<double> gradient, double radiusMm)
    {
        var g = Vector<double>.Build.DenseOfArray(gradient.ToArray());
        for (var i = 0; i < 3; i++)
        {
            g[i] /= radiusMm;
        }

        return g;
    }

    private static Matrix<double> OfFisher(double[] fisher, double radiusMm) =>
        Matrix<double>.Build.Dense(6, 6, (p, q) => fisher[6 * p + q] / (p < 3 ? radiusMm : 1) / (q < 3 ? radiusMm : 1));

    private static double[] Unscaled(Vector<double> delta, double radiusMm) => delta.Select((d, i) => i < 3 ? d / radiusMm : d).ToArray();
}
