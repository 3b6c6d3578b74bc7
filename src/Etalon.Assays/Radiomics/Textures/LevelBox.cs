namespace Etalon.Assays.Radiomics.Textures;

/// <summary>
/// Grey levels of a region in the box that holds it, with a border of one voxel all around, so that no neighbour needs a check.
/// A level is 1 or above inside the region and 0 outside.
/// </summary>
internal sealed class LevelBox
{
    /// <summary>Loops over whole vectors may read this far behind the last voxel.</summary>
    private const int Slack = 64;

    /// <summary>Takes levels and shape over into the padded box.</summary>
    /// <param name="nx">Voxels of the box along x.</param>
    /// <param name="ny">Along y.</param>
    /// <param name="nz">Along z.</param>
    /// <param name="levels">Levels, shape (nz, ny, nx), x fastest; 0 outside.</param>
    /// <param name="shape">The region before voxels were left out for their intensity; distances to its border count. Same shape.</param>
    /// <param name="greyLevels">Number of levels there may be; the largest is at most this.</param>
    public LevelBox(int nx, int ny, int nz, ReadOnlySpan<ushort> levels, ReadOnlySpan<bool> shape, int greyLevels)
    {
        (Nx, Ny, Nz, GreyLevels) = (nx, ny, nz, greyLevels);
        (StrideY, StrideZ) = (nx + 2, (nx + 2) * (ny + 2));
        Levels = new ushort[StrideZ * (nz + 2) + Slack];
        Shape = new byte[StrideZ * (nz + 2) + Slack];
        SliceCounts = new int[nz];
        for (var k = 0; k < nz; k++)
        {
            for (var j = 0; j < ny; j++)
            {
                var (from, to) = (nx * (j + ny * k), Row(j, k));
                levels.Slice(from, nx).CopyTo(Levels.AsSpan(to));
                for (var i = 0; i < nx; i++)
                {
                    Shape[to + i] = shape[from + i] ? (byte)1 : (byte)0;
                    SliceCounts[k] += Levels[to + i] != 0 ? 1 : 0;
                }
            }

            Count += SliceCounts[k];
        }
    }

    public int Nx { get; }

    public int Ny { get; }

    public int Nz { get; }

    /// <summary>From one row to the next.</summary>
    public int StrideY { get; }

    /// <summary>From one slice to the next.</summary>
    public int StrideZ { get; }

    /// <summary>Number of grey levels.</summary>
    public int GreyLevels { get; }

    /// <summary>Voxels with a level.</summary>
    public int Count { get; }

    /// <summary>Voxels with a level in each slice.</summary>
    public int[] SliceCounts { get; }

    /// <summary>Padded levels.</summary>
    public ushort[] Levels { get; }

    /// <summary>Padded region: 1 inside, whatever the intensity.</summary>
    public byte[] Shape { get; }

    /// <summary>Place of the first voxel of a row.</summary>
    public int Row(int j, int k) => 1 + StrideY * (j + 1) + StrideZ * (k + 1);

    /// <summary>Place of a neighbour relative to a voxel.</summary>
    public int Offset((int X, int Y, int Z) step) => step.X + StrideY * step.Y + StrideZ * step.Z;

    /// <summary>The four directions in a slice; each stands for its opposite too.</summary>
    public static (int X, int Y, int Z)[] InSlice { get; } = [(1, 0, 0), (1, 1, 0), (0, 1, 0), (-1, 1, 0)];

    /// <summary>The nine further directions in space.</summary>
    public static (int X, int Y, int Z)[] AcrossSlices { get; } =
        [(0, 0, 1), (1, 0, 1), (-1, 0, 1), (0, 1, 1), (0, -1, 1), (1, 1, 1), (-1, 1, 1), (1, -1, 1), (-1, -1, 1)];
}
