namespace Etalon.Imaging;

/// <summary>A set of voxels of a grid. The array belongs to the mask and is not written after construction.</summary>
public sealed class Mask
{
    /// <summary>Takes over a set of voxels.</summary>
    /// <exception cref="ArgumentException">The number of flags differs from the number of voxels.</exception>
    public Mask(Grid grid, bool[] inside)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(inside);
        if (inside.Length != grid.Count)
        {
            throw new ArgumentException($"{inside.Length} flags do not fill {grid}.");
        }

        (Grid, Inside) = (grid, inside);
        foreach (var flag in inside)
        {
            Count += flag ? 1 : 0;
        }
    }

    /// <summary>Where the voxels lie.</summary>
    public Grid Grid { get; }

    /// <summary>True inside, x fastest.</summary>
    public bool[] Inside { get; }

    /// <summary>Number of voxels inside.</summary>
    public int Count { get; }

    /// <summary>Voxels whose value is a number other than 0 (some tools write "not a number" outside).</summary>
    public static Mask FromNonZero(Volume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return new Mask(volume.Grid, Array.ConvertAll(volume.Values, v => v != 0 && !float.IsNaN(v)));
    }

    /// <summary>Whether a voxel is inside; false outside the grid.</summary>
    public bool this[int i, int j, int k] =>
        (uint)i < (uint)Grid.Nx && (uint)j < (uint)Grid.Ny && (uint)k < (uint)Grid.Nz && Inside[Grid.Index(i, j, k)];

    /// <summary>Voxels in both.</summary>
    public Mask And(Mask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new Mask(Grid, Inside.Zip(other.Inside, (a, b) => a && b).ToArray());
    }

    /// <summary>Smallest index box that holds the mask, ends included; null where it is empty.</summary>
    public (int I0, int I1, int J0, int J1, int K0, int K1)? Bounds()
    {
        if (Count == 0)
        {
            return null;
        }

        var (i0, i1, j0, j1, k0, k1) = (int.MaxValue, -1, int.MaxValue, -1, int.MaxValue, -1);
        var n = 0;
        for (var k = 0; k < Grid.Nz; k++)
        {
            for (var j = 0; j < Grid.Ny; j++)
            {
                for (var i = 0; i < Grid.Nx; i++, n++)
                {
                    if (Inside[n])
                    {
                        (i0, i1) = (Math.Min(i0, i), Math.Max(i1, i));
                        (j0, j1) = (Math.Min(j0, j), Math.Max(j1, j));
                        (k0, k1) = (Math.Min(k0, k), Math.Max(k1, k));
                    }
                }
            }
        }

        return (i0, i1, j0, j1, k0, k1);
    }
}
