namespace Etalon.Imaging.Registration;

/// <summary>
/// Covariance of where a point of one image goes in another, mm², patient axes (LPS): the error of a registration at that point. Symmetric; the six
/// numbers are its upper triangle.
/// </summary>
/// <param name="Xx">Variance along x.</param>
/// <param name="Xy">Covariance of x and y.</param>
/// <param name="Xz">Covariance of x and z.</param>
/// <param name="Yy">Variance along y.</param>
/// <param name="Yz">Covariance of y and z.</param>
/// <param name="Zz">Variance along z.</param>
public sealed record DisplacementCovariance(double Xx, double Xy, double Xz, double Yy, double Yz, double Zz)
{
    /// <summary>0.95 quantile of chi-square with three degrees of freedom.</summary>
    private const double ChiSquare95 = 7.814728;

    /// <summary>No error at all.</summary>
    public static DisplacementCovariance Zero { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Standard uncertainty of a coordinate, mm, as a root mean square over the three axes.</summary>
    public double RmsMm => Math.Sqrt((Xx + Yy + Zz) / 3);

    /// <summary>The matrix times a direction.</summary>
    public Vector3 Times(Vector3 v) => new(Xx * v.X + Xy * v.Y + Xz * v.Z, Xy * v.X + Yy * v.Y + Yz * v.Z, Xz * v.X + Yz * v.Y + Zz * v.Z);

    /// <summary>
    /// Standard uncertainty of a value read from a map at a displaced point, to first order: √(gᵀ Σ g), in the unit of the map.
    /// </summary>
    /// <param name="gradient">Of the map, its unit per mm, patient axes.</param>
    public double UncertaintyAlong(Vector3 gradient) => Math.Sqrt(Math.Max(0, gradient.Dot(Times(gradient))));

    /// <summary>eᵀ Σ⁻¹ e of an error; null where the covariance has no inverse.</summary>
    public double? SquaredDistance(Vector3 errorMm)
    {
        var (a, b, c) = (new Vector3(Xx, Xy, Xz), new Vector3(Xy, Yy, Yz), new Vector3(Xz, Yz, Zz));
        var determinant = a.Dot(b.Cross(c));
        if (!(determinant > 0))
        {
            return null;
        }

        // The cross products of the columns are the rows of the inverse, times the determinant.
        var solved = new Vector3(b.Cross(c).Dot(errorMm), c.Cross(a).Dot(errorMm), a.Cross(b).Dot(errorMm)) / determinant;
        return errorMm.Dot(solved);
    }

    /// <summary>Whether an error lies in the region that holds 95 % of them, the ellipsoid eᵀ Σ⁻¹ e ≤ 7.81.</summary>
    public bool IsWithin95(Vector3 errorMm) => SquaredDistance(errorMm) is { } d && d <= ChiSquare95;

    /// <summary>As a matrix, 3 × 3.</summary>
    public double[,] ToMatrix() => new[,] { { Xx, Xy, Xz }, { Xy, Yy, Yz }, { Xz, Yz, Zz } };

    /// <summary>Row by row, nine numbers, as a location in results.json has them.</summary>
    public IReadOnlyList<double> ToRows() => [Xx, Xy, Xz, Xy, Yy, Yz, Xz, Yz, Zz];

    /// <summary>The covariance of a sum of independent errors.</summary>
    public static DisplacementCovariance operator +(DisplacementCovariance a, DisplacementCovariance b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return new DisplacementCovariance(a.Xx + b.Xx, a.Xy + b.Xy, a.Xz + b.Xz, a.Yy + b.Yy, a.Yz + b.Yz, a.Zz + b.Zz);
    }

    /// <summary>Multiplied by a variance factor.</summary>
    public static DisplacementCovariance operator *(double s, DisplacementCovariance a)
    {
        ArgumentNullException.ThrowIfNull(a);
        return new DisplacementCovariance(s * a.Xx, s * a.Xy, s * a.Xz, s * a.Yy, s * a.Yz, s * a.Zz);
    }
}
