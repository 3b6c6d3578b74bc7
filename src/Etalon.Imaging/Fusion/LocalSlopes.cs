using Etalon.Imaging.Registration;

namespace Etalon.Imaging.Fusion;

/// <summary>First and second derivatives of a map at a place, along the axes of its grid, per mm and per mm².</summary>
internal readonly record struct LocalSlopes(Grid Grid, double I, double J, double K, double Ii, double Jj, double Kk, double Ij, double Ik, double Jk)
{
    /// <summary>By differences over one voxel to each side; a side without a value counts as flat.</summary>
    public static LocalSlopes At(Volume value, Volume weight, Vector3 index, double middle)
    {
        var h = value.Grid.SpacingMm;
        double Read(double i, double j, double k)
        {
            var at = new Vector3(index.X + i, index.Y + j, index.Z + k);
            return Resampler.TryInterpolate(weight, at, out var w) && w > 0.25f && Resampler.TryInterpolate(value, at, out var v) ? v / w : middle;
        }

        var (i0, i1, j0, j1, k0, k1) = (Read(-1, 0, 0), Read(1, 0, 0), Read(0, -1, 0), Read(0, 1, 0), Read(0, 0, -1), Read(0, 0, 1));
        double Mixed(double pp, double pm, double mp, double mm, double area) => (pp - pm - mp + mm) / (4 * area);
        return new LocalSlopes(
            value.Grid, (i1 - i0) / (2 * h.X), (j1 - j0) / (2 * h.Y), (k1 - k0) / (2 * h.Z),
            (i1 - 2 * middle + i0) / (h.X * h.X), (j1 - 2 * middle + j0) / (h.Y * h.Y), (k1 - 2 * middle + k0) / (h.Z * h.Z),
            Mixed(Read(1, 1, 0), Read(1, -1, 0), Read(-1, 1, 0), Read(-1, -1, 0), h.X * h.Y),
            Mixed(Read(1, 0, 1), Read(1, 0, -1), Read(-1, 0, 1), Read(-1, 0, -1), h.X * h.Z),
            Mixed(Read(0, 1, 1), Read(0, 1, -1), Read(0, -1, 1), Read(0, -1, -1), h.Y * h.Z));
    }

    /// <summary>Standard uncertainty of the value where its place has a covariance, to second order.</summary>
    public double Spread(DisplacementCovariance covariance)
    {
        ArgumentNullException.ThrowIfNull(covariance);
        // The inverse of the matrix of unit axes turns patient millimetres into millimetres along the axes; for perpendicular axes that is the projection.
        var (a, b, c) = Axes();
        double Q(Vector3 x, Vector3 y) => x.Dot(covariance.Times(y));
        var (aa, ab, ac, bb, bc, cc) = (Q(a, a), Q(a, b), Q(a, c), Q(b, b), Q(b, c), Q(c, c));
        var first = I * I * aa + J * J * bb + K * K * cc + 2 * (I * J * ab + I * K * ac + J * K * bc);
        // M = HΣ; ½ tr(MM).
        var m = new[,]
        {
            { Ii * aa + Ij * ab + Ik * ac, Ii * ab + Ij * bb + Ik * bc, Ii * ac + Ij * bc + Ik * cc },
            { Ij * aa + Jj * ab + Jk * ac, Ij * ab + Jj * bb + Jk * bc, Ij * ac + Jj * bc + Jk * cc },
            { Ik * aa + Jk * ab + Kk * ac, Ik * ab + Jk * bb + Kk * bc, Ik * ac + Jk * bc + Kk * cc },
        };
        var second = 0.0;
        for (var r = 0; r < 3; r++)
        {
            for (var s = 0; s < 3; s++)
            {
                second += m[r, s] * m[s, r];
            }
        }

        return Math.Sqrt(Math.Max(0, first + 0.5 * second));
    }

    /// <summary>What a point spread does to the value, to first order.</summary>
    public double Smeared(PointSpread spread) => Math.Abs(0.5 * (spread.I * Ii + spread.J * Jj + spread.K * Kk));

    /// <summary>Rows of the inverse of the matrix whose columns are the unit axes: sheared grids are allowed.</summary>
    private (Vector3 A, Vector3 B, Vector3 C) Axes()
    {
        var (i, j, k) = (Grid.StepI.Normalised(), Grid.StepJ.Normalised(), Grid.StepK.Normalised());
        var volume = i.Dot(j.Cross(k));
        return (j.Cross(k) / volume, k.Cross(i) / volume, i.Cross(j) / volume);
    }
}
