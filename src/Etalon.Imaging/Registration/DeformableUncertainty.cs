using Etalon.Numerics;

namespace Etalon.Imaging.Registration;

/// <summary>
/// A B-spline registration repeated with other random samples, and back: the spread of the repeats and the disagreement of the two ways, around each
/// point, widened by what known warps showed (docs/registration.md).
/// </summary>
public sealed class DeformableUncertainty : IRegistrationUncertainty
{
    /// <summary>Factor on the standard uncertainty from repeats and the way back, found with known warps.</summary>
    public const double Inflation = 3.0;

    /// <summary>Standard uncertainty that neither shows, mm: deformation finer than the control points, in units of their spacing.</summary>
    public const double ControlShare = 0.01;

    private readonly IReadOnlyList<BSplineTransform> _repeats;
    private readonly ISpatialTransform? _back;

    /// <summary>Takes repeats of one registration.</summary>
    /// <param name="repeats">At least two, on the same control points.</param>
    /// <param name="back">From the moving image to the fixed one; null where that failed.</param>
    /// <exception cref="ArgumentException">There are fewer than two repeats.</exception>
    public DeformableUncertainty(IReadOnlyList<BSplineTransform> repeats, ISpatialTransform? back)
    {
        ArgumentNullException.ThrowIfNull(repeats);
        if (repeats.Count < 2)
        {
            throw new ArgumentException("The spread of a registration needs at least two repeats.");
        }

        (_repeats, _back, Transform) = (repeats, back, BSplineTransform.Mean(repeats));
    }

    /// <summary>The mean of the repeats.</summary>
    public BSplineTransform Transform { get; }

    /// <inheritdoc/>
    public ISpatialTransform Estimate => Transform;

    /// <inheritdoc/>
    public DisplacementCovariance At(Vector3 fixedPoint)
    {
        var h = Transform.ControlPoints.SpacingMm;
        var reach = (h.X + h.Y + h.Z) / 6;
        var sum = DisplacementCovariance.Zero;
        // Few repeats know little of one point; within half a control spacing the errors are of one kind.
        Vector3[] around = [default, new(reach, 0, 0), new(-reach, 0, 0), new(0, reach, 0), new(0, -reach, 0), new(0, 0, reach), new(0, 0, -reach)];
        foreach (var offset in around)
        {
            sum += Here(fixedPoint + offset);
        }

        var floor = ControlShare * ControlShare * 4 * reach * reach;
        return (Inflation * Inflation / around.Length) * sum + new DisplacementCovariance(floor, 0, 0, floor, 0, floor);
    }

    /// <inheritdoc/>
    /// <remarks>The errors of all points are drawn as one, each with its own size: the mean of a region does not gain from its many points.</remarks>
    public ISpatialTransform Draw(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new Drawn(this, new Vector3(random.NextNormal(), random.NextNormal(), random.NextNormal()));
    }

    private DisplacementCovariance Here(Vector3 fixedPoint)
    {
        var rigid = Transform.Rigid.Apply(fixedPoint);
        var mean = Transform.Displacement(rigid);
        var sum = DisplacementCovariance.Zero;
        foreach (var repeat in _repeats)
        {
            sum += Outer(repeat.Displacement(rigid) - mean);
        }

        // Of the mean of the repeats.
        var spread = (1.0 / (_repeats.Count * (_repeats.Count - 1))) * sum;
        return _back is null ? spread : spread + Outer(0.5 * (_back.Apply(rigid + mean) - fixedPoint));
    }

    private static DisplacementCovariance Outer(Vector3 v) => new(v.X * v.X, v.X * v.Y, v.X * v.Z, v.Y * v.Y, v.Y * v.Z, v.Z * v.Z);

    private sealed class Drawn(DeformableUncertainty uncertainty, Vector3 normals) : ISpatialTransform
    {
        public Vector3 Apply(Vector3 point)
        {
            // Cholesky's factor of the point's covariance times the same three normals everywhere.
            var s = uncertainty.At(point);
            var a = Math.Sqrt(s.Xx);
            var (b, c) = (s.Xy / a, s.Xz / a);
            var d = Math.Sqrt(Math.Max(0, s.Yy - b * b));
            var e = d > 0 ? (s.Yz - b * c) / d : 0;
            var f = Math.Sqrt(Math.Max(0, s.Zz - c * c - e * e));
            return uncertainty.Transform.Apply(point) + new Vector3(a * normals.X, b * normals.X + d * normals.Y, c * normals.X + e * normals.Y + f * normals.Z);
        }
    }
}
