namespace Etalon.Imaging.Registration;

/// <summary>
/// A rigid transform followed by a smooth displacement, given by cubic B-splines on a grid of control points (Rueckert and others, IEEE TMI 18:712 (1999)):
/// x ↦ y + u(y), y = Rx + t. Where the splines of a point are not all on the grid, nothing is displaced.
/// </summary>
public sealed class BSplineTransform : ISpatialTransform
{
    private readonly double[] _coefficients;

    /// <summary>Takes over control points.</summary>
    /// <param name="rigid">What is done first.</param>
    /// <param name="controlPoints">Where they lie, in the moving image's patient coordinates.</param>
    /// <param name="coefficientsMm">Shape (3, nz, ny, nx): all for x, all for y, all for z.</param>
    /// <exception cref="ArgumentException">The numbers do not fill the grid, or one is not finite.</exception>
    public BSplineTransform(RigidTransform rigid, Grid controlPoints, IReadOnlyList<double> coefficientsMm)
    {
        ArgumentNullException.ThrowIfNull(rigid);
        ArgumentNullException.ThrowIfNull(controlPoints);
        ArgumentNullException.ThrowIfNull(coefficientsMm);
        if (coefficientsMm.Count != 3 * controlPoints.Count || coefficientsMm.Any(c => !double.IsFinite(c)))
        {
            throw new ArgumentException($"{coefficientsMm.Count} coefficients do not give three finite numbers to every point of {controlPoints}.");
        }

        (Rigid, ControlPoints, _coefficients) = (rigid, controlPoints, [.. coefficientsMm]);
    }

    /// <summary>What is done first.</summary>
    public RigidTransform Rigid { get; }

    /// <summary>Where the control points lie.</summary>
    public Grid ControlPoints { get; }

    /// <summary>Shape (3, nz, ny, nx), mm.</summary>
    public IReadOnlyList<double> CoefficientsMm => _coefficients;

    /// <inheritdoc/>
    public Vector3 Apply(Vector3 point)
    {
        var rigid = Rigid.Apply(point);
        return rigid + Displacement(rigid);
    }

    /// <summary>The displacement of a point that the rigid part has already moved, mm.</summary>
    public Vector3 Displacement(Vector3 point)
    {
        var g = ControlPoints;
        var index = g.ToIndex(point);
        Span<double> w = stackalloc double[12];
        if (!TryWeights(index.X, g.Nx, w[..4], out var i) || !TryWeights(index.Y, g.Ny, w[4..8], out var j) || !TryWeights(index.Z, g.Nz, w[8..], out var k))
        {
            return default;
        }

        var (x, y, z) = (0.0, 0.0, 0.0);
        for (var c = 0; c < 4; c++)
        {
            for (var b = 0; b < 4; b++)
            {
                var first = g.Index(i, j + b, k + c);
                for (var a = 0; a < 4; a++)
                {
                    var weight = w[a] * w[4 + b] * w[8 + c];
                    x += weight * _coefficients[first + a];
                    y += weight * _coefficients[g.Count + first + a];
                    z += weight * _coefficients[2 * g.Count + first + a];
                }
            }
        }

        return new Vector3(x, y, z);
    }

    /// <summary>The mean of several displacements on the same control points.</summary>
    /// <exception cref="ArgumentException">There is none, or their control points differ.</exception>
    public static BSplineTransform Mean(IReadOnlyList<BSplineTransform> transforms)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        if (transforms.Count == 0 || transforms.Any(t => !t.ControlPoints.IsSameAs(transforms[0].ControlPoints) || t.Rigid != transforms[0].Rigid))
        {
            throw new ArgumentException("A mean is of displacements on the same control points, after the same rigid transform.");
        }

        var mean = Enumerable.Range(0, transforms[0]._coefficients.Length).Select(n => transforms.Average(t => t._coefficients[n])).ToArray();
        return new BSplineTransform(transforms[0].Rigid, transforms[0].ControlPoints, mean);
    }

    private static bool TryWeights(double x, int n, Span<double> w, out int first)
    {
        first = 0;
        if (!(x >= 1 && x < n - 2))
        {
            return false;
        }

        first = (int)x - 1;
        var f = x - (int)x;
        var r = 1 - f;
        (w[0], w[1], w[2], w[3]) = (r * r * r / 6, 2 / 3.0 - f * f * (2 - f) / 2, 2 / 3.0 - r * r * (2 - r) / 2, f * f * f / 6);
        return true;
    }
}
