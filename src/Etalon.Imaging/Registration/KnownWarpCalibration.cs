using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Imaging.Registration;

/// <summary>
/// What known motions showed of the errors of a rigid registration (docs/registration.md): how much larger they are than the spread over resampled blocks
/// says, and what interpolation between voxels adds, which no resampling sees because it is the same everywhere.
/// </summary>
internal static class KnownWarpCalibration
{
    /// <summary>Factor on the standard uncertainty from resampled blocks and the difference of the two ways.</summary>
    public const double Inflation = 1.2;

    /// <summary>Standard uncertainty from interpolation as a share of the voxel's edge, along each axis of the grid.</summary>
    public const double VoxelShare = 0.005;

    /// <summary>
    /// What is added to it, times the root of the bend, where the images differ in contrast: within a voxel that two tissues share, the borders of two
    /// contrasts lie apart.
    /// </summary>
    public const double BentVoxelShare = 0.08;

    /// <summary>The calibrated covariance.</summary>
    public static Matrix<double> Apply(Matrix<double> spread, Grid fixedGrid, Grid movingGrid, double radiusMm, double bend)
    {
        var share = VoxelShare * VoxelShare + BentVoxelShare * BentVoxelShare * bend;
        var result = Inflation * Inflation * spread;
        foreach (var g in new[] { fixedGrid, movingGrid })
        {
            foreach (var step in new[] { g.StepI, g.StepJ, g.StepK })
            {
                AddAxis(result, step, share, radiusMm);
            }
        }

        return result;
    }

    /// <summary>
    /// An error along one axis of a grid, half of the variance for either image: the same all over, and one that changes sign from one side of the head to
    /// the other, which looks like a turn about the two axes across.
    /// </summary>
    private static void AddAxis(Matrix<double> covariance, Vector3 step, double share, double radiusMm)
    {
        var u = step.Normalised();
        var variance = share * step.Dot(step) / 2;
        double[] a = [u.X, u.Y, u.Z];
        for (var p = 0; p < 3; p++)
        {
            for (var q = 0; q < 3; q++)
            {
                covariance[3 + p, 3 + q] += variance * a[p] * a[q];
                covariance[p, q] += variance / 2 * ((p == q ? 1 : 0) - a[p] * a[q]) / (radiusMm * radiusMm);
            }
        }
    }
}
