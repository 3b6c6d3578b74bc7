namespace Etalon.Tests.Support;

/// <summary>The grid of the small fixtures: never symmetric. Turned by 12° about z, then 7° about x.</summary>
internal static class SmallGrid
{
    public const int Nx = 17, Ny = 14, Nz = 11;
    public const double Dx = 1.7, Dy = 2.3, Dz = 3.1;
    public const int Count = Nx * Ny * Nz;

    /// <summary>Rows of the RAS affine.</summary>
    public static double[] Affine(double dx = Dx, double dy = Dy, double dz = Dz)
    {
        var (cz, sz, cx, sx) = (Math.Cos(12 * Math.PI / 180), Math.Sin(12 * Math.PI / 180), Math.Cos(7 * Math.PI / 180), Math.Sin(7 * Math.PI / 180));
        return
        [
            cz * dx, -sz * dy, 0, -11.3,
            cx * sz * dx, cx * cz * dy, -sx * dz, 4.7,
            sx * sz * dx, sx * cz * dy, cx * dz, -23.9,
        ];
    }

    /// <summary>One value per voxel, x fastest.</summary>
    public static T[] Fill<T>(Func<int, int, int, T> value)
    {
        var all = new T[Count];
        for (int k = 0, n = 0; k < Nz; k++)
        {
            for (var j = 0; j < Ny; j++)
            {
                for (var i = 0; i < Nx; i++, n++)
                {
                    all[n] = value(i, j, k);
                }
            }
        }

        return all;
    }

    /// <summary>Whether a voxel lies in an ellipsoid with half-axes in voxels, off the grid's middle.</summary>
    public static bool InTumour(int i, int j, int k, double size) =>
        Math.Pow((i - 7.4) / (3.1 * size), 2) + Math.Pow((j - 6.3) / (2.6 * size), 2) + Math.Pow((k - 5.2) / (1.9 * size), 2) <= 1;

    public static bool InBrain(int i, int j, int k) =>
        Math.Pow((i - 8) / 7.6, 2) + Math.Pow((j - 6.5) / 6.2, 2) + Math.Pow((k - 5) / 4.7, 2) <= 1;
}
