using Etalon.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Imaging.Registration;

/// <summary>
/// A rigid transform with the covariance of its six parameters: the true transform is the estimate followed by a small turn (rotation vector, rad)
/// about a point of the moving image and a shift (mm), both normal with mean zero.
/// </summary>
public sealed class RigidUncertainty : IRegistrationUncertainty
{
    private readonly Matrix<double> _covariance, _root;

    /// <summary>Takes an estimate and its covariance.</summary>
    /// <param name="transform">From the fixed image to the moving one.</param>
    /// <param name="centre">Point of the moving image about which the turns are meant, mm.</param>
    /// <param name="covariance">6 × 6, row by row: three turns (rad), three shifts (mm). Symmetric, not negative.</param>
    /// <exception cref="ArgumentException">There are not 36 finite numbers, or they are no covariance.</exception>
    public RigidUncertainty(RigidTransform transform, Vector3 centre, IReadOnlyList<double> covariance)
    {
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(covariance);
        if (covariance.Count != 36 || covariance.Any(v => !double.IsFinite(v)))
        {
            throw new ArgumentException("The covariance of a rigid transform has 36 finite numbers.");
        }

        var matrix = Matrix<double>.Build.Dense(6, 6, (p, q) => (covariance[6 * p + q] + covariance[6 * q + p]) / 2);
        var parts = matrix.Evd(Symmetricity.Symmetric);
        var variances = parts.EigenValues.Select(v => v.Real).ToArray();
        // Rounding of a matrix whose largest entry is 1 leaves some 1e-16.
        if (variances.Min() < -1e-12 * Math.Max(variances.Max(), 0))
        {
            throw new ArgumentException(FormattableString.Invariant($"A covariance has no negative variances, but this one has {variances.Min()}."));
        }

        (Transform, Centre, _covariance) = (transform, centre, matrix);
        _root = parts.EigenVectors * Matrix<double>.Build.DenseOfDiagonalArray(Array.ConvertAll(variances, v => Math.Sqrt(Math.Max(0, v))));
    }

    /// <summary>The estimate, from the fixed image to the moving one.</summary>
    public RigidTransform Transform { get; }

    /// <summary>Point of the moving image about which the turns are meant, mm.</summary>
    public Vector3 Centre { get; }

    /// <summary>6 × 6, row by row: three turns (rad), three shifts (mm).</summary>
    public IReadOnlyList<double> Covariance => _covariance.ToRowMajorArray();

    /// <inheritdoc/>
    public ISpatialTransform Estimate => Transform;

    /// <inheritdoc/>
    public DisplacementCovariance At(Vector3 fixedPoint)
    {
        // A turn ω moves the point by ω × r.
        var r = Transform.Apply(fixedPoint) - Centre;
        var jacobian = Matrix<double>.Build.DenseOfRowArrays([0, r.Z, -r.Y, 1, 0, 0], [-r.Z, 0, r.X, 0, 1, 0], [r.Y, -r.X, 0, 0, 0, 1]);
        var s = jacobian * _covariance * jacobian.Transpose();
        return new DisplacementCovariance(s[0, 0], s[0, 1], s[0, 2], s[1, 1], s[1, 2], s[2, 2]);
    }

    /// <summary>A rigid transform that may as well be the true one.</summary>
    public RigidTransform Draw(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var normals = new double[6];
        random.FillNormal(normals);
        return RigidMotion.Of((_root * Vector<double>.Build.Dense(normals)).ToArray(), Centre).After(Transform);
    }

    ISpatialTransform IRegistrationUncertainty.Draw(RandomStream random) => Draw(random);

    /// <summary>The way back, from the moving image to the fixed one, with the same errors seen from there.</summary>
    public RigidUncertainty Inverse()
    {
        // If y = E T x, then x = T⁻¹ E⁻¹ y = (T⁻¹ E⁻¹ T) T⁻¹ y: turns and shifts turn with T⁻¹, and change sign, which a covariance does not see.
        var back = Transform.Inverse();
        var turn = Matrix<double>.Build.Dense(6, 6);
        foreach (var (row, p) in new[] { (back.RowX, 0), (back.RowY, 1), (back.RowZ, 2) })
        {
            foreach (var block in new[] { 0, 3 })
            {
                (turn[block + p, block], turn[block + p, block + 1], turn[block + p, block + 2]) = (row.X, row.Y, row.Z);
            }
        }

        return new RigidUncertainty(back, back.Apply(Centre), (turn * _covariance * turn.Transpose()).ToRowMajorArray());
    }
}
