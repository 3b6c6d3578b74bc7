using Etalon.Metrology;

namespace Etalon.Imaging;

/// <summary>An image: one value per voxel of a grid, one unit for all. The array belongs to the volume and is not written after construction.</summary>
public sealed class Volume
{
    /// <summary>Takes over values on a grid.</summary>
    /// <param name="grid">Where the voxels lie.</param>
    /// <param name="values">Shape (nz, ny, nx), x fastest.</param>
    /// <param name="unit">Unit of the values; null where it is not known.</param>
    /// <exception cref="ArgumentException">The number of values differs from the number of voxels.</exception>
    public Volume(Grid grid, float[] values, Unit? unit)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != grid.Count)
        {
            throw new ArgumentException($"{values.Length} values do not fill {grid}.");
        }

        (Grid, Values, Unit) = (grid, values, unit);
    }

    /// <summary>Where the voxels lie.</summary>
    public Grid Grid { get; }

    /// <summary>Values, x fastest.</summary>
    public float[] Values { get; }

    /// <summary>Unit of all values; null: not known.</summary>
    public Unit? Unit { get; }

    /// <summary>Value of one voxel.</summary>
    public float this[int i, int j, int k] => Values[Grid.Index(i, j, k)];

    /// <summary>The same voxels in another unit of the same kind of quantity.</summary>
    /// <exception cref="InvalidOperationException">The unit of this volume is not known.</exception>
    public Volume In(Unit unit)
    {
        var factor = (Unit ?? throw new InvalidOperationException("A volume without a unit cannot be converted.")).FactorTo(unit);
        return factor == 1 ? new Volume(Grid, Values, unit) : new Volume(Grid, Array.ConvertAll(Values, v => (float)(v * factor)), unit);
    }
}
