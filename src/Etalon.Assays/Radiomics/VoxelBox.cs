using Etalon.Imaging;

namespace Etalon.Assays.Radiomics;

/// <summary>A part of an image with the mask of a region, cut out of its grid. Axes count as at right angles.</summary>
internal sealed class VoxelBox
{
    /// <summary>Radius of a sphere of 1 mL, mm, within which intensity peaks are found.</summary>
    public static readonly double PeakRadiusMm = Math.Cbrt(3000 / (4 * Math.PI));

    /// <summary>Voxels that splines look at around a point; beyond them a voxel's weight is below one in a hundred million.</summary>
    private const int SplineReach = 16;

    public required int Nx { get; init; }

    public required int Ny { get; init; }

    public required int Nz { get; init; }

    /// <summary>Distance between neighbours, mm.</summary>
    public required Vector3 SpacingMm { get; init; }

    /// <summary>Intensities, shape (Nz, Ny, Nx), x fastest.</summary>
    public required float[] Image { get; init; }

    /// <summary>The region: 1 inside, 0 outside, a share in between after interpolation.</summary>
    public required float[] Region { get; init; }

    /// <summary>Index, in the whole image, of the first voxel of the box.</summary>
    public (int X, int Y, int Z) First { get; init; }

    /// <summary>Size of the whole image.</summary>
    public required (int X, int Y, int Z) Whole { get; init; }

    /// <summary>Voxels of the box.</summary>
    public int Count => Nx * Ny * Nz;

    /// <summary>Volume of a voxel, mm³.</summary>
    public double VoxelMm3 => SpacingMm.X * SpacingMm.Y * SpacingMm.Z;

    /// <summary>Cuts a region with its surroundings out of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="mask">The region on the same grid, not empty.</param>
    /// <param name="furtherMm">Surroundings beyond what peaks and interpolation need, mm; infinite: the whole image.</param>
    public static VoxelBox Cut(Volume image, Mask mask, double furtherMm = 0)
    {
        var (g, s, b) = (image.Grid, image.Grid.SpacingMm, mask.Bounds() ?? throw new ArgumentException("The mask is empty.", nameof(mask)));
        int Margin(double spacing) => (int)Math.Min(1e6, Math.Ceiling((PeakRadiusMm + furtherMm) / spacing)) + SplineReach;
        var (mx, my, mz) = (Margin(s.X), Margin(s.Y), Margin(s.Z));
        var (x0, x1) = (Math.Max(0, b.I0 - mx), Math.Min(g.Nx - 1, b.I1 + mx));
        var (y0, y1) = (Math.Max(0, b.J0 - my), Math.Min(g.Ny - 1, b.J1 + my));
        var (z0, z1) = (Math.Max(0, b.K0 - mz), Math.Min(g.Nz - 1, b.K1 + mz));
        var (nx, ny, nz) = (x1 - x0 + 1, y1 - y0 + 1, z1 - z0 + 1);
        var (values, region) = (new float[nx * ny * nz], new float[nx * ny * nz]);
        var at = 0;
        for (var k = z0; k <= z1; k++)
        {
            for (var j = y0; j <= y1; j++)
            {
                var from = g.Index(x0, j, k);
                image.Values.AsSpan(from, nx).CopyTo(values.AsSpan(at));
                for (var i = 0; i < nx; i++)
                {
                    region[at + i] = mask.Inside[from + i] ? 1 : 0;
                }

                at += nx;
            }
        }

        return new VoxelBox { Nx = nx, Ny = ny, Nz = nz, SpacingMm = s, Image = values, Region = region, First = (x0, y0, z0), Whole = (g.Nx, g.Ny, g.Nz) };
    }

    /// <summary>The same voxels with other contents.</summary>
    public VoxelBox With(float[] image, float[] region) => new()
    {
        Nx = Nx, Ny = Ny, Nz = Nz, SpacingMm = SpacingMm, Image = image, Region = region, First = First, Whole = Whole,
    };
}
