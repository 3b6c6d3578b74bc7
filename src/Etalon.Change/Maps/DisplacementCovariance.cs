namespace Etalon.Change.Maps;

/// <summary>Covariance of the displacement that a registration left between two images, patient coordinates (LPS), mm².</summary>
/// <param name="Xx">Variance along x.</param>
/// <param name="Xy">Covariance of x and y.</param>
/// <param name="Xz">Covariance of x and z.</param>
/// <param name="Yy">Variance along y.</param>
/// <param name="Yz">Covariance of y and z.</param>
/// <param name="Zz">Variance along z.</param>
public sealed record DisplacementCovariance(double Xx, double Xy, double Xz, double Yy, double Yz, double Zz)
{
    /// <summary>Equal along all axes.</summary>
    /// <param name="sdMm">Standard deviation along one axis, mm.</param>
    public static DisplacementCovariance Isotropic(double sdMm) => new(sdMm * sdMm, 0, 0, sdMm * sdMm, 0, sdMm * sdMm);

    /// <summary>As a matrix, row by row.</summary>
    internal double[,] ToMatrix() => new[,] { { Xx, Xy, Xz }, { Xy, Yy, Yz }, { Xz, Yz, Zz } };
}
