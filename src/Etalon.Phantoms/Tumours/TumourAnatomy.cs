using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Phantoms.Tumours;

/// <summary>A small brain of no symmetry: a domain with a hole, white matter inside a grey rind, and a direction of fibres everywhere.</summary>
public sealed class TumourAnatomy
{
    private TumourAnatomy(Mask domain, bool[] isWhite, Vector3[] fibre) => (Domain, IsWhite, Fibre) = (domain, isWhite, fibre);

    /// <summary>Where a tumour can live.</summary>
    public Mask Domain { get; }

    /// <summary>White matter, the rest of the domain is grey.</summary>
    public IReadOnlyList<bool> IsWhite { get; }

    /// <summary>Unit vectors along the fibres.</summary>
    public IReadOnlyList<Vector3> Fibre { get; }

    /// <summary>Draws an anatomy of 26 × 31 × 22 voxels of 2.5 × 2.3 × 3.1 mm.</summary>
    public static TumourAnatomy Draw(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var grid = new Grid(26, 31, 22, new Vector3(-31.7, 12.3, 45.1), new(2.5, 0, 0), new(0, 2.3, 0), new(0, 0, 3.1));
        var (domain, white, fibre) = (new bool[grid.Count], new bool[grid.Count], new Vector3[grid.Count]);
        var middle = grid.ToPatient(0.5 * (grid.Nx - 1), 0.5 * (grid.Ny - 1), 0.5 * (grid.Nz - 1));
        var (bump, turn) = (new double[6], new double[6]);
        random.FillNormal(bump);
        random.FillNormal(turn);
        var hole = middle + new Vector3(random.NextUniform(-6, 6), random.NextUniform(-6, 6), random.NextUniform(-5, 5));
        for (var n = 0; n < grid.Count; n++)
        {
            var p = grid.ToPatient(n % grid.Nx, n / grid.Nx % grid.Ny, n / grid.Nx / grid.Ny);
            var q = p - middle;
            var (x, y, z) = (q.X / 31, q.Y / 34, q.Z / 32);
            // An ellipsoid whose surface is bent by low harmonics; 1 at the surface.
            var level = Math.Sqrt(x * x + y * y + z * z)
                * (1 + 0.05 * (bump[0] * x + bump[1] * y + bump[2] * z + bump[3] * x * y + bump[4] * y * z + bump[5] * (x * x - z * z)));
            var e = p - hole;
            var isHole = e.X * e.X / 16 + e.Y * e.Y / 64 + e.Z * e.Z / 30 < 1;
            domain[n] = level < 1 && !isHole;
            white[n] = level < 0.72 + 0.08 * Math.Sin(0.23 * q.X + turn[0]) * Math.Sin(0.19 * q.Y + turn[1]) * Math.Sin(0.17 * q.Z + turn[2]);
            var (azimuth, height) = (turn[3] + 0.03 * q.X - 0.02 * q.Z, 0.5 * Math.Sin(0.05 * q.Y + turn[4]));
            fibre[n] = new Vector3(Math.Cos(azimuth) * Math.Cos(height), Math.Sin(azimuth) * Math.Cos(height), Math.Sin(height));
        }

        return new TumourAnatomy(new Mask(grid, domain), white, fibre);
    }
}
